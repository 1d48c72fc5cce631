"""Owns the use cases of lists: check one, look at it, send it, throw it away."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from comhar import retention
from comhar.aws.dynamodb import ConditionFailed
from comhar.errors import Conflict, FieldError, Invalid, NotFound
from comhar.formatting import many
from comhar.invitations import columns, forms, list_files, repository, row_status, views
from comhar.invitations.columns import Listed, Read
from comhar.invitations.list_files import Unreadable
from comhar.invitations.row_status import Row
from comhar.membership.model import Member
from comhar.membership.repository import Members
from comhar.once import REPEATABLE, Once
from comhar.tokens import new_id

_TOLD = 10  # values or columns that a note names


class NothingToSend(Conflict):
    title = "There is nobody new in this list."
    next = "Throw it away, or check another one."


class AlreadySent(Conflict):
    title = "This list is being sent, or was sent."


def check(
    form: forms.PeopleList, me: Member, now: datetime, members: Members, once: Once = REPEATABLE
) -> views.CheckedList:
    """Reads a list and tells what would become of each row; nothing is sent.

    Raises Invalid for what cannot be read, and where there is no address.
    """
    read = _read(form)
    found = row_status.read(read.people)
    fresh = [row.email for row in found if row.kind == "new"]
    apart = list(row_status.told_apart(found, repository.known(fresh, members, now)))
    found = list(repository.standing(apart, members))
    held = {"by": me.id, "notes": list(_notes(read, found))}
    item = repository.put_list(members.table, new_id(now), found, held, now, once)
    return show(item["id"], None, now, members)


def show(list_id: str, cursor: str | None, now: datetime, members: Members) -> views.CheckedList:
    """The list as it stands; with a cursor, only the next of those who are new. Raises NotFound."""
    item = repository.by_id(members.table, list_id, now)
    if item is None:
        raise NotFound(
            next=f"A list is kept for {_time()}. Check it again on the page “Invitations”."
        )
    page = repository.new_rows(members.table, list_id, cursor)
    people = [row for piece in page.items for row in repository.rows_of(piece)]
    shown = {
        "id": list_id,
        "state": item["state"],
        "at": item["at"],
        "time": _time(),
        "notes": item["notes"],
        "counts": (counts := repository.counts(item)),
        "total": item["counts"]["new"],
        "finished": item["counts"]["new"] - counts["new"],
        "new": [{**row, "row": row["number"]} for row in people],
        "next": page.next,
        "first": cursor is None,
    }
    if cursor is None:
        for name, kind in (("problems", repository.BAD), ("known", repository.KNOWN)):
            some, more = repository.shown(members.table, list_id, kind)
            shown[name] = [{**row, "row": row["number"]} for row in some]
            shown[f"more_{name}"] = more
    return views.CheckedList.model_validate(shown)


def send(list_id: str, me: Member, now: datetime, members: Members) -> views.CheckedList:
    """Hands the list to the clock, which sends it within a minute; pressing twice is pressing once.

    Raises NotFound, NothingToSend.
    """
    before = show(list_id, None, now, members)
    if not before.total:
        raise NothingToSend
    if before.state == "ready":
        with suppress(
            ConditionFailed
        ):  # somebody else pressed a moment ago, or threw the list away
            repository.press_send(members.table, list_id, me.id, now)
    return show(list_id, None, now, members)


def discard(list_id: str, now: datetime, members: Members) -> views.Discarded:
    """Deletes a list that was not sent. Raises NotFound, AlreadySent."""
    if repository.by_id(members.table, list_id, now) is None:
        raise NotFound
    try:
        repository.discard(members.table, list_id)
    except ConditionFailed as lost:
        raise AlreadySent from lost
    return views.Discarded()


def _read(form: forms.PeopleList) -> Read:
    """What the file and the pasted text say, one after the other."""
    found: list[Read] = []
    content = form.content
    if content is None and not form.text:
        raise Invalid(FieldError("text", "Paste at least one address, or choose a file."))
    try:
        field = "file"
        if content is not None:
            found.append(_with_addresses(columns.read(list_files.uploaded(content)), "file"))
        field = "text"
        if form.text:
            found.append(_with_addresses(_pasted(form.text), "text"))
    except Unreadable as wrong:
        raise Invalid(FieldError(field, str(wrong))) from wrong
    above = 0
    people: list[Listed] = []
    for each in found:
        people += [replace(listed, number=listed.number + above) for listed in each.people]
        above = people[-1].number
    if len(people) > list_files.MOST_ROWS:
        raise Invalid(FieldError("text", f"A list can have {list_files.MOST_ROWS:,} rows."))
    return Read(people, [name for each in found for name in each.ignored])


def _pasted(text: str) -> Read:
    if row_status.is_table(text):
        return columns.read(list_files.separated(text))
    lines = list_files.whole([entry] for entry in row_status.entries(text))
    return Read([Listed(n, columns.tidy("".join(line))) for n, line in enumerate(lines, 1)], [])


def _with_addresses(read: Read, what: str) -> Read:
    if not any("@" in listed.text for listed in read.people):
        raise Unreadable(f"There is no email address in this {what}.")
    return read


def _notes(read: Read, found: list[Row]) -> Iterator[str]:
    """What of the list is not used, in words."""
    if read.ignored:
        yield f"Columns that we have no use for: {_some(read.ignored)}."
    pairs = list(zip(read.people, found, strict=True))
    people = [pair for pair in pairs if pair[1].kind == "new"]
    for what, unknown in (
        ("region", [listed.region for listed, row in people if listed.region and not row.region]),
        ("role", [listed.role for listed, row in people if listed.role and not row.role]),
    ):
        if unknown:
            values = _some(f"“{value[:40]}”" for value, _ in Counter(unknown).most_common())
            yield f"The {what} in {many(len(unknown), 'row')}, because we cannot tell which it is: {values}."


def _time() -> str:
    return retention.said(retention.kept("list").days)


def _some(values: Iterable[str]) -> str:
    values = list(values)
    more = f" and {len(values) - _TOLD} more" if len(values) > _TOLD else ""
    return ", ".join(values[:_TOLD]) + more
