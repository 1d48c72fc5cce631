"""The audit's lines about a record: who did what to it, and who looked at it."""

from collections.abc import Iterable
from datetime import datetime

from comhar.aws.conditions import Item, Put
from comhar.aws.dynamodb import Table
from comhar.membership.model import Member
from comhar.membership.repository import alias_key, audit_write
from comhar.tokens import is_alias

_LOOKS = ".reads"  # after the subject: who looked at a record


def look_write(user: Member, member: Member, now: datetime) -> Put:
    """The audit's line of who looked at a record.

    It has a subject of its own, so that changes do not drown in looks.
    """
    return audit_write(user, "read_member", member.audit_id + _LOOKS, now)


def list_history(
    table: Table,
    subject: Member | str,
    before: str | None = None,
    size: int = 50,
    looks: bool = False,
) -> tuple[list[Item], str | None]:
    """What was done to a record, or who looked at it, newest first, page by page.

    With the key to go on before. One query by alias and one by id for a member: lines from before there
    were aliases have the id.
    """
    subjects = (
        [subject]
        if isinstance(subject, str)
        else list(dict.fromkeys((subject.audit_id, subject.id)))
    )
    pages = [
        table.query(
            f"SUBJECT#{subject_id}{_LOOKS if looks else ''}",
            after=before,
            limit=size,
            newest_first=True,
            table="audit",
        )
        for subject_id in subjects
    ]
    items = sorted(
        (item for page in pages for item in page.items),
        key=lambda line: str(line["sk"]),
        reverse=True,
    )
    more = len(items) > size or any(page.next for page in pages)
    return items[:size], items[:size][-1]["sk"] if more else None


def find_member_ids(table: Table, names: Iterable[str]) -> dict[str, str]:
    """Member ids by the names in the audit's lines, aliases or ids; one batch.

    Without those of members who are erased.
    """
    unique_names = list(dict.fromkeys(names))
    aliases = [name for name in unique_names if is_alias(name)]
    items = table.batch_get([alias_key(alias) for alias in aliases]) if aliases else []
    known = {alias: item["member"] for alias, item in zip(aliases, items, strict=True) if item}
    return known | {name: name for name in unique_names if not is_alias(name)}
