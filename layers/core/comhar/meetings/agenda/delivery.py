"""Proof of issue: who received the invitation, agenda and facilitator's letter."""

from collections import Counter

from comhar.aws.conditions import Item
from comhar.context import Context
from comhar.letters import repository as letters_repository
from comhar.letters.model import delivery
from comhar.meetings import repository as meetings_repository
from comhar.meetings.agenda import views
from comhar.meetings.model import Meeting
from comhar.membership import directory
from comhar.membership.model import ChairsOnly
from comhar.membership.repository import find_members
from comhar.person_names import sort_key
from comhar.regions import NATIONAL

PROBLEMS = ("bounced", "failed")
_ORDER = (*PROBLEMS, "complained", "dropped", "waiting", "sent", "delivered")
_WAITING = {"queued": "waiting", "sending": "waiting", "uncertain": "waiting"}
PAGE_SIZE = 100  # rows of a national meeting's letters at a time; of a region's, all

Letters = list[tuple[str, str, Item]]  # state, person and letter


def get_delivery(meeting_id: str, after: str | None, ctx: Context) -> views.Delivery:
    """The delivery of the present invitation and agenda, for the co-chairs.

    For a national meeting only letters that did not arrive are listed, `PAGE_SIZE` at a time,
    `after` a person's id.

    Raises:
        NotFound: there is no such meeting.
        ChairsOnly: this person is no co-chair of its region.
    """
    meeting = meetings_repository.get_meeting(ctx.table, meeting_id)
    if not ctx.user.may_chair(meeting.region):
        raise ChairsOnly
    active: dict[str, str] = {}
    if meeting.region != NATIONAL:  # who is to have it, and for whom no letter is written yet
        people = directory.list_all_active(ctx.table, meeting.region)
        active = {person["id"]: person["name"] for person in people}
    parts = [_part(meeting, *letter, active, after, ctx) for letter in _current_letters(meeting)]
    return views.Delivery(
        **views.meeting_fields(meeting),
        parts=[*(part for part, _ in parts), *_facilitator_parts(meeting, ctx)],
        next=min((next for _, next in parts if next), default=None),
    )


def _current_letters(meeting: Meeting) -> list[tuple[str, str]]:
    """Purpose and version of the letters that are valid now."""
    if meeting.state == "cancelled":
        return [("cancellation", str(meeting.sequence))]
    agenda = [("agenda", str(meeting.agenda_version))] if meeting.agenda_issued else []
    return [*agenda, ("invitation", str(meeting.sequence))]


def _part(
    meeting: Meeting,
    purpose: str,
    version: str,
    active: dict[str, str],
    after: str | None,
    ctx: Context,
) -> tuple[views.Told, str | None]:
    """The letters of one purpose and version, and after whom the list goes on.

    `active` are the names by id of who is to have them. A read, and one where others had them.
    """
    items = ctx.table.query(f"LETTER#{purpose}#{meeting.id}#{version}").items
    letters = [(_state(item), item["sk"], item) for item in items]
    next = None
    written = {item["sk"] for item in items}
    to_come = [member_id for member_id in active if member_id not in written]
    letters += [("waiting", person, {}) for person in to_come]
    counts = Counter(state for state, _, _ in letters)
    if meeting.region == NATIONAL:
        letters, next = _page(letters, after)
    part = views.Told(
        purpose=purpose,
        version=version,
        counts={state: counts[state] for state in _ORDER if counts[state]},
        rows=_rows(letters, active, ctx),
        problems=sum(counts[state] for state in PROBLEMS),
    )
    return part, next


def _facilitator_parts(meeting: Meeting, ctx: Context) -> list[views.Told]:
    """The last letter to the facilitator of a first meeting; nothing without one.

    One letter marked as unwanted cannot be counted without naming them: it has arrived.
    """
    if meeting.facilitator_email is None or meeting.state == "cancelled":
        return []
    version = str(meeting.facilitator_told)
    items = ctx.table.query(f"LETTER#facilitation#{meeting.id}#{version}").items
    rows = [_receipt(str(meeting.facilitator_name), _state(item), item) for item in items]
    counts = Counter(row.state for row in rows)
    part = views.Told(
        purpose="facilitation",
        version=version,
        counts=dict(counts),
        rows=rows,
        problems=sum(counts[state] for state in PROBLEMS),
    )
    return [part] if rows else []


def _page(letters: Letters, after: str | None) -> tuple[Letters, str | None]:
    """One page of letters that did not arrive, by person, and after whom to go on."""
    problems = [letter for letter in letters if letter[0] in PROBLEMS and letter[1] > (after or "")]
    page = sorted(problems, key=lambda letter: letter[1])[:PAGE_SIZE]
    return page, page[-1][1] if len(page) < len(problems) else None


def _rows(letters: Letters, active: dict[str, str], ctx: Context) -> list[views.Receipt]:
    """Problems first, then by name.

    A letter marked as unwanted has arrived, and no more is shown of it.
    """
    others = [person for _, person, _ in letters if person not in active]
    members = find_members(ctx.table, ctx.settings, others)
    names = active | {member.id: member.display_name for member in members if member}
    rows = [
        _receipt(names.get(person, "A former member"), state, item)
        for state, person, item in letters
    ]
    return sorted(rows, key=lambda row: (_ORDER.index(row.state), sort_key(row.name)))


def _receipt(name: str, state: str, item: Item) -> views.Receipt:
    return views.Receipt(
        name=name,
        state="delivered" if state == "complained" else state,
        sent_at=_sent_at(item),
        settled_at=letters_repository.events(item).get("Delivery"),
        why=item.get("why") if state in ("dropped", "failed") else None,
    )


def _state(item: Item) -> str:
    state = delivery(item["state"], letters_repository.events(item))
    return _WAITING.get(state, state)


def _sent_at(item: Item) -> str | None:
    """When it was handed over, ISO 8601 UTC; None for one that never was."""
    if not item or _state(item) in ("dropped", "waiting"):
        return None
    at: str | None = letters_repository.events(item).get("Send") or item.get("claimed_at")
    return at
