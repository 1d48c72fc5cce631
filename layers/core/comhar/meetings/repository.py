"""Records of meetings: the meeting, what is stored beside it, its region's row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from comhar import regions, waiting_rows
from comhar.aws.conditions import UNLESS_EXISTS, Check, Delete, Item, Key, Put, Write
from comhar.aws.dynamodb import Table, load
from comhar.communities import repository as communities_repository
from comhar.communities.model import Community
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp, to_wall, unstamp
from comhar.due_work import leases
from comhar.errors import NotFound
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId, Mailing
from comhar.meetings import planned_meetings
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules, find_next_due, needs_deleted_at
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member, may_be_asked_to_act
from comhar.membership.repository import audit_write
from comhar.regions import NATIONAL
from comhar.settings import Settings
from comhar.tokens import new_id

NATIONALS = "NATIONAL#"  # begins the rows of national meetings in each region
_AHEAD = 20  # rows in which the next meeting is looked for: some are cancelled
_INSTANTS = ("made_at", "agenda_issued_at", "agenda_changed_at", "closed_at")
_WALL_TIMES = ("starts_at", "agenda_for")
_ROW = (
    *("id", "kind", "mode", "starts_at", "minutes", "state", "topic"),
    *("agenda_issued_at", "agenda_late", "agenda_minutes", "survey_until", "dated"),
)
_HOST = (
    "facilitator_asked_on",
    "facilitator_agreed",
    "training_agreed",
)  # in rows of first meetings


def key(meeting_id: str) -> Key:
    return f"MEETING#{meeting_id}", "MEETING"


def row_key(meeting: Meeting) -> Key:
    return f"REGION#{meeting.region}", f"MEETING#{format_local(meeting.starts_at)}#{meeting.id}"


def format_local(at: datetime) -> str:
    """Dublin wall time to the minute: `2027-02-18T10:00`."""
    return at.isoformat(timespec="minutes")


def get_rules(table: Table, settings: Settings) -> Rules:
    """The deployment's rules for when agendas are due; one read."""
    return rules_from_item(table.get(communities_repository.CLOSURES), settings)


def rules_from_item(closures: Item | None, settings: Settings) -> Rules:
    """The same, where the item of the office's closure days was read already."""
    return Rules(
        agenda_days=settings.agenda_days,
        floor_days=settings.agenda_floor_days,
        closures=communities_repository.closed_days_from_item(closures),
    )


def to_item(meeting: Meeting, rules: Rules) -> Item:
    """The item of a meeting, due when the scheduler next has something to do for it."""
    pk, sk = key(meeting.id)
    item: Item = {"pk": pk, "sk": sk, **_to_stored(meeting)}
    at = find_next_due(meeting, rules)
    return item | {"due": "work", "due_at": stamp(at)} if at else item


def _to_stored(meeting: Meeting) -> Item:
    flat = meeting.model_dump()
    flat |= {name: stamp(flat[name]) for name in _INSTANTS if flat[name]}
    flat |= {name: format_local(flat[name]) for name in _WALL_TIMES if flat[name]}
    flat |= {name: flat[name].isoformat() for name in ("facilitator_asked_on",) if flat[name]}
    return flat | {"attended": list(meeting.attended), "done": list(meeting.done)}


def from_item(item: Item) -> Meeting:
    times = {name: unstamp(item[name]) for name in _INSTANTS if item.get(name)}
    times |= {name: datetime.fromisoformat(item[name]) for name in _WALL_TIMES if item.get(name)}
    return load(Meeting, item, **times)


def row_write(meeting: Meeting) -> Put:
    """The copy that the region's lists and the KPI report read."""
    pk, sk = row_key(meeting)
    flat = _to_stored(meeting)
    item = {name: flat[name] for name in (*_ROW, *(_HOST if meeting.kind == "first" else ()))}
    if not meeting.agenda_issued:  # an agenda for a date that was moved counts nowhere
        item |= {"agenda_issued_at": None, "agenda_late": False}
    return Put({"pk": pk, "sk": sk, **item, "attended": flat["attended"]})


def insert_meeting_writes(meeting: Meeting, rules: Rules) -> list[Write]:
    insert = Put(to_item(meeting, rules), condition=UNLESS_EXISTS)
    return [
        insert,
        row_write(meeting),
        *_national_writes(None, meeting),
        *planned_meetings.change_writes(None, meeting),
    ]


def leave_out_absent_lead(table: Table, community: Community, day: date) -> Community:
    """The community without its chosen next lead, where they are away on that day.

    A read, where one is chosen.
    """
    if community.next_lead is None:
        return community
    lead = table.get(membership_repository.key(community.next_lead))
    if lead is None or may_be_asked_to_act(lead, day):
        return community
    return community.model_copy(update={"next_lead": None})


def schedule_writes(
    fields: Mapping[str, Any], community: Community, by: Member, rules: Rules, now: datetime
) -> tuple[Meeting, list[Write]]:
    """A new meeting and all that is written with it: invitations and audit line.

    Topic and lead that `fields` leave open are those that the community's last meeting chose. Refused when
    somebody changed the community meanwhile.

    Raises:
        CommunityClosed: the community is closed.
    """
    community.require_open()
    chosen = {"topic": community.next_topic, "lead": community.next_lead}
    filled = {name: value for name, value in fields.items() if value is not None}
    meeting, writes = new_meeting_writes(chosen | filled, community.region, by, rules, now)
    return meeting, [*writes, communities_repository.take_choices_write(community)]


def new_meeting_writes(
    fields: Mapping[str, Any], region: str, by: Member, rules: Rules, now: datetime
) -> tuple[Meeting, list[Write]]:
    """The same without the community, for several that are planned at once."""
    filled = {name: value for name, value in fields.items() if value is not None}
    meeting = Meeting(
        **{**filled, "region": region, "made_at": now},
        id=new_id(now, region),
        facilitator_asked_on=local_date(now) if filled.get("facilitator_email") else None,
    )
    mailing = Mailing("invitation", meeting.id, str(meeting.sequence), meeting.region)
    writes: list[Write] = [
        *insert_meeting_writes(meeting, rules),
        *lead_letter_writes(None, meeting, by, now),
        letters_repository.insert_mailing_write(mailing, now),
        audit_write(by, "schedule", meeting.id, now),
    ]
    return meeting, writes


def lead_letter_writes(
    before: Meeting | None, after: Meeting, by: Member, now: datetime
) -> list[Write]:
    """The email to whom somebody else has named to lead a meeting."""
    if after.lead is None or after.lead in (by.id, before.lead if before else None):
        return []
    letter = LetterId("lead_named", after.id, str(after.revision), after.lead)
    return [letters_repository.insert_write(Letter(letter), now)]


def update_meeting_writes(
    before: Meeting, after: Meeting, rules: Rules, claimed: Item | None = None
) -> list[Write]:
    """Refused where somebody changed it meanwhile, or the claim's lease is lost."""
    condition: dict[str, Any] = {"revision": before.revision}
    if claimed is not None:
        condition |= leases.still_leased(claimed)
    writes: list[Write] = [Put(to_item(after, rules), condition=condition), row_write(after)]
    if row_key(before) != row_key(after):
        writes.append(Delete(row_key(before)))
    writes += [*_national_writes(before, after), *_waiting_writes(before, after)]
    return [*writes, *planned_meetings.change_writes(before, after)]


def _national_writes(before: Meeting | None, after: Meeting) -> list[Write]:
    """The rows of a national meeting, by which each region and the office read it with their own."""
    if after.region != NATIONAL:
        return []
    rows, old = _national_rows(after), _national_rows(before) if before else {}
    return [
        *(Delete(key) for key in old if key not in rows),
        *(Put(row) for key, row in rows.items() if old.get(key) != row),
    ]


def _national_rows(meeting: Meeting) -> dict[Key, Item]:
    sk = f"{NATIONALS}{format_local(meeting.starts_at)}#{meeting.id}"
    whole = row_write(meeting).item
    row = {name: whole.get(name) for name in _ROW}
    places = (*(f"REGION#{code}" for code in regions.codes()), waiting_rows.OFFICE)
    return {(pk, sk): {"pk": pk, "sk": sk, **row} for pk in places}


def _waiting_writes(before: Meeting | None, after: Meeting) -> list[Write]:
    """Whether a region's meeting waits for the office: it is not closed after both of us asked."""
    old, new = (bool(each and _waits_for_office(each)) for each in (before, after))
    if old == new:
        return []
    if new:
        day = format_local(after.starts_at)
        return [waiting_rows.begin_write("close_meeting", after.id, after.start, starts_at=day)]
    return [waiting_rows.end_write("close_meeting", after.id)]


def _waits_for_office(meeting: Meeting) -> bool:
    """Five working days after its day a meeting that is not closed waits there (DOMAIN.md, "KPIs")."""
    is_regional = meeting.region != NATIONAL
    return is_regional and meeting.state == "scheduled" and "ask.2" in meeting.done


def note_waiting(planned: Item, claim: Check, ctx: Context[None]) -> None:
    """Notes how a planned meeting waits and is read, which an earlier version did not.

    Raises:
        ConditionFailed: another worker has the work.
    """
    item = ctx.table.get(key(planned["sk"].rpartition("#")[2]))
    if item is None:
        return
    meeting = from_item(item)
    for write in (*_national_writes(None, meeting), *_waiting_writes(None, meeting)):
        as_read = {"revision": meeting.revision}
        waiting_rows.note_earlier(item, as_read, write, claim, ctx.table)


def needs_deletion_key(meeting_id: str) -> Key:
    return f"MEETING#{meeting_id}", "NEEDS"


def schedule_needs_deletion_write(meeting: Meeting) -> Put:
    """The work that deletes a meeting's access needs and its facilitator's name.

    There is one; it is written again with each date of the meeting.
    """
    pk, sk = needs_deletion_key(meeting.id)
    item = {"pk": pk, "sk": sk}
    return Put(item | {"due": "work", "due_at": stamp(needs_deleted_at(meeting))})


@dataclass(frozen=True)
class MeetingBundle:
    """A meeting with the items stored beside it, by kind (ITEM, COUNT, AGENDA …).

    The agenda and the day read their own models out of it.
    """

    meeting: Meeting
    items_by_kind: Mapping[str, list[Item]]

    def list_of_kind(self, kind: str) -> list[Item]:
        return self.items_by_kind.get(kind, [])


def get_bundle(table: Table, meeting_id: str) -> MeetingBundle:
    """The meeting with all that is stored beside it; one query.

    Raises:
        NotFound: there is no such meeting.
    """
    by_kind: dict[str, list[Item]] = {}
    for item in table.query(f"MEETING#{meeting_id}").items:
        by_kind.setdefault(item["sk"].partition("#")[0], []).append(item)
    meetings = by_kind.pop("MEETING", None)
    if meetings is None:
        raise NotFound
    return MeetingBundle(from_item(meetings[0]), by_kind)


def get_meeting(table: Table, meeting_id: str) -> Meeting:
    """One meeting; one read.

    Raises:
        NotFound: there is no such meeting.
    """
    item = table.get(key(meeting_id))
    if item is None:
        raise NotFound
    return from_item(item)


def list_rows_from(
    table: Table, region: str, day: datetime, limit: int | None = None
) -> list[Item]:
    """The rows of a region's meetings from that wall time on, in order."""
    after = f"MEETING#{format_local(day)}"
    return table.query(f"REGION#{region}", after=after, until="MEETING#~", limit=limit).items


def find_next_row(table: Table, region: str, now: datetime) -> Item | None:
    """The row of the region's next meeting that has not begun; one query."""
    rows = list_rows_from(table, region, to_wall(now), limit=_AHEAD)
    return next((row for row in rows if row["state"] == "scheduled"), None)


def list_first_rows(table: Table, region: str, limit: int) -> list[Item]:
    """The rows of a region's first meetings ever, in order; one query."""
    return table.query(f"REGION#{region}", "MEETING#", limit=limit).items


def list_past_rows(table: Table, region: str, day: datetime, limit: int) -> list[Item]:
    """The rows of a region's meetings before that wall time, newest first."""
    until = f"MEETING#{format_local(day)}"
    page = table.query(f"REGION#{region}", "MEETING#", until=until, limit=limit, newest_first=True)
    return page.items


def list_rows_between(table: Table, region: str, first: date, last: date) -> list[Item]:
    """The rows of a region's meetings from one day (Dublin) to another; one query."""
    after, until = f"MEETING#{first}", f"MEETING#{last + timedelta(days=1)}"
    return table.query(f"REGION#{region}", after=after, until=until).items


def list_open_actions(table: Table, region: str) -> list[Item]:
    """The stored items of a region's open actions, oldest first; one query."""
    actions = table.query(f"REGION#{region}", "ACTION#").items
    return [action for action in actions if "done_on" not in action]


def delete_day_writes(table: Table, meeting_id: str) -> list[Write]:
    """Deletes the notes and attendance of a meeting that is moved; one query."""
    pk = f"MEETING#{meeting_id}"
    notes = table.query(pk, "NOTE#").items
    return [Delete((pk, "ATTENDANCE")), *(Delete((pk, note["sk"])) for note in notes)]


def schedule_statements_deletion_write(meeting_id: str, at: datetime) -> Put:
    """The work that deletes a meeting's support statements at that instant.

    Write it with whatever ends the day that they were for.
    """
    item = {"pk": f"MEETING#{meeting_id}", "sk": "STATEMENTS"}
    return Put(item | {"due": "work", "due_at": stamp(at)})
