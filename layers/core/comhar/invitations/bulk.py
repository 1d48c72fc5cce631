"""Use cases of lists of people to invite: check, look at, send, discard."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from comhar import retention
from comhar.aws.conditions import ConditionFailed
from comhar.context import Context
from comhar.errors import Conflict, FieldError, Invalid, NotFound
from comhar.formatting import format_count
from comhar.idempotency import REPEATABLE, Once
from comhar.invitations import forms, people_lists, repository, service, views
from comhar.invitations.people_lists import People
from comhar.invitations.row_status import Row
from comhar.invitations.sheets import ListUnreadable
from comhar.tokens import new_id


class ListHasNobodyNew(Conflict):
    kind = "nothing-to-send"
    title = "There is nobody new in this list."
    next = "Discard it, or check another one."


class ListAlreadySent(Conflict):
    kind = "already-sent"
    title = "This list is being sent, or was sent."


def check_list(form: forms.PeopleList, ctx: Context, once: Once = REPEATABLE) -> views.CheckedList:
    """Read a list and tell what would become of each row; nothing is sent.

    Raises:
        Invalid: it cannot be read, or there is no address in it.
    """
    people = _read_form(form)
    rows = service.preview_rows(people.rows, ctx)
    about = {
        "by": ctx.user.id,
        "notes": [*people.notes, *_unknown_notes(people, rows)],
        "sheets": [{"name": name, "rows": count} for name, count in people.sheets],
        "doubt": people.doubt,
    }
    item = repository.save_list(ctx.table, new_id(ctx.now), rows, about, ctx.now, once)
    return get_list(item["id"], None, ctx)


def get_list(list_id: str, cursor: str | None, ctx: Context) -> views.CheckedList:
    """The list as it stands; with a cursor, only the next of those who are new.

    Three queries; with a cursor, two reads.

    Raises:
        NotFound: there is no such list, or it was thrown away.
    """
    if cursor is None:
        item, page = repository.find_with_new_piece(ctx.table, list_id, ctx.now)
    else:
        item = repository.find_list(ctx.table, list_id, ctx.now)
        page = repository.next_new_piece(ctx.table, list_id, cursor)
    if item is None:
        raise NotFound(
            next=f"A list is kept for {_retention_time()}. Check it again on the page “Invitations”."
        )
    people = [row for piece in page.items for row in repository.parse_rows(piece)]
    counts = repository.count_rows(item)
    view = {
        "id": list_id,
        "state": item["state"],
        "at": item["at"],
        "time": _retention_time(),
        "notes": item["notes"],
        "sheets": item.get("sheets", []),
        "doubt": item.get("doubt") or None,
        "counts": counts,
        "total": item["counts"]["new"],
        "finished": item["counts"]["new"] - counts["new"],
        "new": [{**row, "row": row["number"]} for row in people],
        "next": page.next,
        "first": cursor is None,
    }
    if cursor is None:
        for name, kind in (("problems", repository.BAD), ("known", repository.KNOWN)):
            rows, more = repository.list_rows(ctx.table, list_id, kind)
            view[name] = [{**row, "row": row["number"]} for row in rows]
            view[f"more_{name}"] = more
    return views.CheckedList.model_validate(view)


def send_list(list_id: str, ctx: Context) -> views.CheckedList:
    """Hand the list to the clock, which sends it within a minute.

    Pressing twice is pressing once.

    Raises:
        NotFound: there is no such list, or it was thrown away.
        ListHasNobodyNew: nobody in it is new.
    """
    before = get_list(list_id, None, ctx)
    if not before.total:
        raise ListHasNobodyNew
    if before.state == "ready":
        with suppress(ConditionFailed):  # somebody else pressed just now, or threw the list away
            repository.start_sending(ctx.table, list_id, ctx.user.id, ctx.now)
    return get_list(list_id, None, ctx)


def discard_list(list_id: str, ctx: Context) -> views.Discarded:
    """Delete a list that was not sent.

    Raises:
        NotFound: there is no such list.
        ListAlreadySent: it is being sent, or was.
    """
    if repository.find_list(ctx.table, list_id, ctx.now) is None:
        raise NotFound
    repository.delete_list(ctx.table, list_id, conflict=ListAlreadySent)
    return views.Discarded()


def _read_form(form: forms.PeopleList) -> People:
    """The people of the file and of the pasted text, one after the other."""
    content = form.content
    if content is None and not form.text:
        raise Invalid(FieldError("text", "Paste at least one address, or choose a file."))
    parts: dict[str, People] = {}
    field = "file"
    try:
        if content is not None:
            parts["File"] = people_lists.read_file(content)
        field = "text"
        if form.text:
            parts["Pasted text"] = people_lists.read_text(form.text)
        return people_lists.join(parts)
    except ListUnreadable as error:
        raise Invalid(FieldError(field, str(error))) from error


def _unknown_notes(people: People, rows: list[Row]) -> Iterator[str]:
    """Regions and roles that we cannot tell, in words."""
    pairs = [pair for pair in zip(people.rows, rows, strict=True) if pair[1].kind == "new"]
    for column, unknown in (
        ("region", [listed.region for listed, row in pairs if listed.region and not row.region]),
        ("role", [listed.role for listed, row in pairs if listed.role and not row.role]),
    ):
        if unknown:
            named = (f"“{value[:40]}”" for value, _ in Counter(unknown).most_common())
            count = format_count(len(unknown), "row")
            yield (
                f"The {column} in {count}, because we cannot tell which it is: "
                f"{people_lists.name_some(named)}."
            )


def _retention_time() -> str:
    return retention.format_days(retention.period("list").days)
