"""Owns the proof of issue: to whom invitation, agenda and the facilitator's letter went, when, and whether
they arrived."""

from collections import Counter
from datetime import datetime

from comhar.aws.conditions import Item
from comhar.aws.dynamodb import Table
from comhar.letters import repository as letters
from comhar.letters.model import delivery
from comhar.meetings import repository as meetings
from comhar.meetings.agenda import views
from comhar.meetings.model import Meeting
from comhar.membership.model import ChairsOnly, Member, alphabetical
from comhar.membership.repository import Members
from comhar.regions import NATIONAL

PROBLEMS = ("bounced", "failed")
_ORDER = (*PROBLEMS, "complained", "dropped", "waiting", "sent", "delivered")
_WAITING = {"queued": "waiting", "sending": "waiting", "uncertain": "waiting"}
SHOWN = 100  # rows of a national meeting's letters at a time; of a region's, all


def show(
    meeting_id: str, after: str | None, me: Member, now: datetime, members: Members
) -> views.Delivery:
    """How the letters of the present invitation and agenda stand, for the co-chairs. For a
    national meeting only those that did not arrive are listed, `SHOWN` at a time, `after` a person's id.

    Raises NotFound, ChairsOnly.
    """
    meeting = meetings.by_id(members.table, meeting_id)
    if not me.chairs(meeting.region):
        raise ChairsOnly
    parts = [_part(meeting, *told, after, members) for told in _told(meeting)]
    hosted = _hosted(meeting, members.table)
    return views.Delivery(
        meeting=meeting.id,
        **meeting.model_dump(include={"region", "kind"}),
        starts_at=meetings.wall(meeting.starts_at),
        parts=[*(part for part, _ in parts), *hosted],
        next=min((next for _, next in parts if next), default=None),
    )


def _told(meeting: Meeting) -> list[tuple[str, str]]:
    """Purpose and version of the letters that hold now."""
    if meeting.state == "cancelled":
        return [("cancellation", str(meeting.sequence))]
    agenda = [("agenda", str(meeting.agenda_version))] if meeting.issued else []
    return [*agenda, ("invitation", str(meeting.sequence))]


def _part(
    meeting: Meeting, purpose: str, version: str, after: str | None, members: Members
) -> tuple[views.Told, str | None]:
    """The letters of one purpose and version, and after whom the list goes on."""
    items = members.table.query(f"LETTER#{purpose}#{meeting.id}#{version}").items
    national = meeting.region == NATIONAL
    people = [] if national else members.of_region(meeting.region)
    found = [(_state(each), each["sk"], each) for each in items]
    if not national:  # who is to have it, and for whom no letter is written yet
        there = {each["sk"] for each in items}
        coming = [each.id for each in people if each.active and each.id not in there]
        found += [("waiting", person, {}) for person in coming]
    counts = Counter(state for state, _, _ in found)
    listed, next = _listed(found, after) if national else (found, None)
    part = views.Told(
        purpose=purpose,
        version=version,
        counts={state: counts[state] for state in _ORDER if counts[state]},
        rows=_rows(listed, people, members),
        problems=sum(counts[state] for state in PROBLEMS),
    )
    return part, next


def _hosted(meeting: Meeting, table: Table) -> list[views.Told]:
    """The last letter to who hosts a first meeting from outside; nothing where there is none. One letter
    marked as unwanted cannot be counted without naming them: it has arrived."""
    version = str(meeting.facilitator_told)
    if meeting.facilitator_email is None or meeting.state == "cancelled":
        return []
    found = table.query(f"LETTER#facilitation#{meeting.id}#{version}").items
    rows = [_receipt(str(meeting.facilitator_name), _state(each), each) for each in found]
    counts = Counter(each.state for each in rows)
    part = views.Told(
        purpose="facilitation",
        version=version,
        counts=dict(counts),
        rows=rows,
        problems=sum(counts[state] for state in PROBLEMS),
    )
    return [part] if rows else []


Found = list[tuple[str, str, Item]]  # state, person and letter


def _listed(found: Found, after: str | None) -> tuple[Found, str | None]:
    """The next of those that did not arrive, by the person's id, and after whom to go on."""
    wrong = [each for each in found if each[0] in PROBLEMS and each[1] > (after or "")]
    page = sorted(wrong, key=lambda each: each[1])[:SHOWN]
    return page, page[-1][1] if len(page) < len(wrong) else None


def _rows(found: Found, people: list[Member], members: Members) -> list[views.Receipt]:
    """Problems first, then by name; a letter marked as unwanted has arrived, and no more is said of it."""
    names = {each.id: each.known_as for each in people}
    others = [person for _, person, _ in found if person not in names]
    for start in range(0, len(others), SHOWN):
        chunk = members.by_ids(others[start : start + SHOWN])
        names |= {each.id: each.known_as for each in chunk if each}
    rows = [
        _receipt(names.get(person, "A former member"), state, item) for state, person, item in found
    ]
    return sorted(rows, key=lambda row: (_ORDER.index(row.state), alphabetical(row.name)))


def _receipt(name: str, state: str, item: Item) -> views.Receipt:
    return views.Receipt(
        name=name,
        state="delivered" if state == "complained" else state,
        sent_at=_sent_at(item),
        settled_at=letters.events(item).get("Delivery"),
        why=item.get("why") if state in ("dropped", "failed") else None,
    )


def _state(item: Item) -> str:
    state = delivery(item["state"], letters.events(item))
    return _WAITING.get(state, state)


def _sent_at(item: Item) -> str | None:
    """When it was handed over, ISO 8601 UTC; none for one that never was."""
    if _state(item) in ("dropped", "waiting") if item else True:
        return None
    at: str | None = letters.events(item).get("Send") or item.get("claimed_at")
    return at
