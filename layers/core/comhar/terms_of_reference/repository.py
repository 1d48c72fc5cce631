"""Stored items of terms of reference: how they stand, text and versions."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from comhar import waiting_rows
from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Check,
    Condition,
    ConditionFailed,
    Delete,
    Item,
    Key,
    Put,
    Write,
    absent,
    retry_conflicts,
)
from comhar.aws.dynamodb import Table
from comhar.communities import repository as communities_repository
from comhar.communities.model import Community
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.dates.working_days import issue_instant
from comhar.formatting import Day, get_title
from comhar.membership.model import ErasedPerson, Member
from comhar.person_names import FORMER_MEMBER
from comhar.terms_of_reference import model, sections
from comhar.terms_of_reference.model import Head
from comhar.terms_of_reference.sections import Text

VERSION = "TERMS#"
TRIES = 40  # to read head and text of one moment; each lost one means that somebody saved


def key(region: str) -> Key:
    return f"REGION#{region}", "TERMS"


def text_key(region: str) -> Key:
    return f"REGION#{region}", "TERMS_TEXT"


def due_key(region: str) -> Key:
    return f"REGION#{region}", "TERMS_DUE"


def version_key(region: str, number: int) -> Key:
    return f"REGION#{region}", f"{VERSION}{number:04}"


def head_from_item(item: Item | None, region: str) -> Head:
    """How the terms stand; a community without any has a draft."""
    return Head.model_validate(item) if item else Head(region=region)


def text_from_item(item: Item | None) -> Text:
    """The sections' text; the sample where nobody has saved any."""
    return Text.model_validate(item) if item else Text(sections=sections.sample(), revision=0)


def get_terms(table: Table, region: str, now: datetime) -> tuple[Head, Text, Community]:
    """How the terms stand, their text and the community; one read.

    A save may come between head and text, which one call does not read at one moment: they are read
    again then, for a save made of a new head and an old text would be taken, and undo the other.
    """
    return retry_conflicts(lambda: _get_terms(table, region, now), TRIES)


def _get_terms(table: Table, region: str, now: datetime) -> tuple[Head, Text, Community]:
    keys = [key(region), text_key(region), communities_repository.key(region)]
    head_item, text_item, community = table.batch_get(keys)
    head, text = head_from_item(head_item, region), text_from_item(text_item)
    if text.revision not in (None, head.revision):
        raise ConditionFailed([])
    return head, text, communities_repository.from_item(community, region, local_date(now))


def head_writes(head: Head) -> list[Write]:
    """The head as changed, and whether it waits for the office.

    Refused when anything of the terms was written meanwhile.
    """
    pk, sk = key(head.region)
    before = head.lock - 1
    item = {"pk": pk, "sk": sk, **head.model_dump(mode="json", exclude_none=True)}
    return [Put(item, condition={"lock": before or absent}), _waiting_write(head)]


def _waiting_write(head: Head) -> Write:
    if not head.waits_for_office:
        return waiting_rows.end_write("sign_terms", head.region)
    since = issue_instant(head.submitted_on or date(1970, 1, 1))
    return waiting_rows.keep_write("sign_terms", head.region, since)


def note_waiting(item: Item, claim: Check, ctx: Context[None]) -> None:
    """Notes that terms wait for the office, which an earlier version did not.

    Raises:
        ConditionFailed: another worker has the work.
    """
    if item["sk"] == "TERMS":
        head = head_from_item(item, item["region"]).model_copy(
            update={"submitted_on": local_date(ctx.now)}
        )
        write = _waiting_write(head)
        waiting_rows.note_earlier(item, {"lock": item["lock"]}, write, claim, ctx.table)


def text_write(region: str, text: Text) -> Put:
    """The text as changed; to be written with the head, which alone is compared."""
    pk, sk = text_key(region)
    return Put({"pk": pk, "sk": sk, **text.model_dump(exclude_none=True)})


def version_write(head: Head, text: Text) -> Put:
    """The text as it was approved, with its signatures."""
    pk, sk = version_key(head.region, head.version)
    assert head.approval is not None
    item = {
        "pk": pk,
        "sk": sk,
        "number": head.version,
        "sections": text.sections,
        "signatures": [each.model_dump(mode="json") for each in head.signatures],
        "approved_on": head.approval.approved_on.isoformat(),
        "until": head.approval.until.isoformat(),
    }
    return Put(item, condition=UNLESS_EXISTS)


def correction_write(
    head: Head, before: Text, changes: Mapping[str, str], user: Member, now: datetime
) -> Put:
    """What was saved as no change of meaning: both texts, by whom and when."""
    pk, sk = version_key(head.region, head.version)
    item = {
        "pk": pk,
        "sk": f"{sk}#{head.revision:07}",
        "by": user.id,
        "name": user.display_name,
        "at": stamp(now),
        "sections": [
            {"key": name, "before": before.sections[name], "after": after}
            for name, after in changes.items()
        ],
    }
    return Put(item, condition=UNLESS_EXISTS)


def due_write(head: Head, now: datetime) -> Write:
    """The work on the terms that is due next, in place of what was."""
    at = model.next_due_at(head, now, local_date(now))
    pk, sk = due_key(head.region)
    if at is None:
        return Delete((pk, sk))
    return Put({"pk": pk, "sk": sk, "due": "work", "due_at": stamp(at)})


def get_head(table: Table, region: str) -> Head:
    """How the terms stand; one read."""
    return head_from_item(table.get(key(region)), region)


def list_corrections(table: Table, region: str, number: int) -> list[Item]:
    """What was corrected in one version, in order; one query."""
    return table.query(*_below(region, number)).items


def _below(region: str, number: int) -> tuple[str, str]:
    pk, sk = version_key(region, number)
    return pk, f"{sk}#"


def get_versions(table: Table, region: str, number: int) -> tuple[Head, Item | None, Item | None]:
    """How the terms stand, a version whole, and the one before it; one read."""
    keys = [version_key(region, each) for each in (number, number - 1)]
    head, version, before = table.batch_get([key(region), *keys])
    return head_from_item(head, region), version, before


def erase_writes(table: Table, region: str, person: ErasedPerson) -> Iterator[list[Write]]:
    """Takes a person's name and id from signatures and corrections.

    What they signed stays signed. Refused where another is erased at that moment.
    """
    items = table.query(f"REGION#{region}", "TERMS").items
    for item in items:
        if person.id not in str(item):
            continue
        after = {**item}
        if "signatures" in item:
            after["signatures"] = [_redact(each, "person", person) for each in item["signatures"]]
        if "approvers" in item:
            left = [each for each in item["approvers"] if each != person.id]
            after["approvers"] = left
        if item.get("by") == person.id:
            after |= {"by": person.pseudonym, "name": FORMER_MEMBER.capitalize()}
        if after == item:
            continue
        condition: Condition = {name: item[name] for name in ("signatures", "by") if name in item}
        if item["sk"] == "TERMS":
            after["lock"] = item["lock"] + 1
            condition = {"lock": item["lock"]}
        yield [Put(after, condition=condition)]


def _redact(signature: Mapping[str, Any], field: str, person: ErasedPerson) -> dict[str, Any]:
    if signature[field] != person.id:
        return dict(signature)
    return {**signature, field: person.pseudonym, "name": FORMER_MEMBER.capitalize(), "title": ""}


def export(table: Table, region: str, member_id: str) -> dict[str, list[Item]]:
    """What a member signed or corrected, for the data export; one query."""
    rows: list[Item] = []
    for item in table.query(f"REGION#{region}", "TERMS").items:
        is_current = item["sk"] != "TERMS" or item["status"] == "submitted"  # else in its version
        rows += [
            _export_signature(signature, region)
            for signature in item.get("signatures", ())
            if signature["person"] == member_id and is_current
        ]
        if item.get("by") == member_id:
            rows += [
                {"region": get_title(region), "corrected": each["after"]}
                for each in item["sections"]
            ]
    return {"signatures": rows}


def _export_signature(signature: Mapping[str, Any], region: str) -> Item:
    return {
        "region": get_title(region),
        "name": signature["name"],
        "title": signature["title"],
        "signed": Day(date.fromisoformat(signature["signed_on"])),
    }
