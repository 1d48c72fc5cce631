"""Owns the use case that ends a meeting: who was there, what will be done, what comes next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comhar import data
from comhar.aws.conditions import Check, Delete, Write
from comhar.aws.dynamodb import TRANSACTION_LIMIT, ConditionFailed
from comhar.communities import repository as communities
from comhar.dates.dublin_time import stamp, wall
from comhar.errors import FieldError, Invalid
from comhar.meetings import model
from comhar.meetings import repository as meetings
from comhar.meetings.day import earlier, forms, meeting_day, repository, running, views
from comhar.meetings.day.meeting_day import Day
from comhar.meetings.day.model import Action, winner
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules
from comhar.membership.model import Member
from comhar.membership.repository import Members, audit, confirmed, key, to_row
from comhar.regions import NATIONAL
from comhar.surveys import audience
from comhar.surveys import repository as surveys
from comhar.surveys.model import Survey, meeting_feedback
from comhar.tokens import new_id


@dataclass(frozen=True)
class Closing:
    """A meeting in the closing: what is read once for all that is written."""

    day: Day
    me: Member
    at: datetime
    members: Members
    active: dict[str, Member]
    rules: Rules


def form(meeting_id: str, me: Member, now: datetime, members: Members) -> views.Closing:
    """What the closing form starts from. Raises NotFound, LeadsOnly."""
    held = meeting_day.of(members.table, meeting_id)
    meeting = held.meeting
    _may_lead(meeting, me)
    counts = meeting_day.voted(held, me, members.table).counts(data.load("topics"))
    actions = repository.of_region(members.table, meeting.region)
    asked = [each for each in actions if earlier.asked(each, meeting.id)][: earlier.MOST_AT_ONCE]
    return views.Closing(
        **running.about(held),
        state=meeting.state,
        people=running.people(held, members, me),
        headcount=held.attendance.get("headcount") if held.attendance else None,
        topics=[*data.load("topics"), *(each["title"] for each in held.ideas)],
        results=views.results(counts),
        next_topic=meeting.next_topic or winner(counts),
        next_lead=meeting.next_lead,
        earlier=[views.action(each, me, now) for each in asked],
        recorded=[views.action(each, me, now) for each in actions if each.meeting == meeting.id],
        national=meeting.region == NATIONAL,
        may_chair=me.chairs(meeting.region),
    )


def close(
    meeting_id: str, sent: forms.Close, me: Member, now: datetime, members: Members
) -> views.Closed:
    """Records a meeting as held: attendance, actions, next topic and lead; its survey opens, unless it
    did before it was reopened; support statements go.

    Raises NotFound, LeadsOnly, MeetingNotYet, MeetingClosed, MeetingCancelled, Invalid,
    ChangedMeanwhile.
    """
    held = meeting_day.of(members.table, meeting_id)
    _may_lead(held.meeting, me)
    active = {each.id: each for each in members.of_region(held.meeting.region, "active")}
    rules = meetings.rules(members.table, members.settings)
    closing = Closing(held, me, now, members, active, rules)
    after, survey = _held(closing, sent)
    actions = _new(closing, sent)
    facts = {"attended": len(after.attended), "actions": earlier.said(sent)}
    writes: list[Write] = [
        *meetings.changed(held.meeting, after, rules),
        audit(me, "close", meeting_id, now, **facts),
        meeting_day.history(after, "closed", me, now),
        *(write for each in actions for write in repository.born(each, rules, now)),
        *earlier.changed(sent, held.meeting, rules, now, members.table),
        *(surveys.opening(survey) if survey else []),
        *_hand_on(closing, after, sent),
        meetings.sweep_statements(meeting_id, now),
    ]
    _write(closing, writes)
    return views.Closed(
        id=after.id,
        state=after.state,
        attended=len(after.attended) if sent.headcount is None else sent.headcount,
        actions=len(actions),
        survey=survey.id if survey else None,
    )


def _held(closing: Closing, sent: forms.Close) -> tuple[Meeting, Survey | None]:
    """The meeting as closed, and the survey that opens with it."""
    before = closing.day.meeting
    there = closing.day.attendance["attended"] if closing.day.attendance else ()
    known = {*closing.active, *there}
    after = model.closed(before, _attended(before, sent), known, closing.at, sent.headcount)
    survey = _survey(after, closing.active, closing.at)
    until = stamp(survey.closes_at) if survey else before.survey_until
    chosen = {"next_topic": sent.next_topic, "next_lead": sent.next_lead, "survey_until": until}
    return after.model_copy(update=chosen), survey


def _attended(meeting: Meeting, sent: forms.Close) -> list[str]:
    """Who was there; that it was nobody has to be said. Raises Invalid."""
    if meeting.region == NATIONAL and sent.headcount is None:
        raise Invalid(FieldError("headcount", "Enter how many people were there."))
    if sent.attended is None and meeting.region != NATIONAL:
        raise Invalid(FieldError("attended", "Tick who was there."))
    return sent.attended or []


def _new(closing: Closing, sent: forms.Close) -> list[Action]:
    """The actions, but for those that the meeting had recorded before it was reopened; who does one is
    a member where the form named one by id."""
    table, meeting = closing.members.table, closing.day.meeting
    known = (
        repository.of_region(table, meeting.region) if closing.day.history and sent.actions else []
    )
    found: list[Action] = []
    for each in sent.actions:
        doer = closing.active.get(each.who)
        who = {"who": doer.known_as, "member": doer.id} if doer else {"who": each.who}
        about = {"meeting": meeting.id, "what": each.what, "by": each.by, **who}
        action = repository.new(meeting.region, closing.at, **about)
        if not any(action.same(other) for other in [*known, *found]):
            found.append(action)
    return found


def _write(closing: Closing, writes: list[Write]) -> None:
    """All at once, with as many support statements as there is room for: the work that was written
    with them takes the rest, and none can be added to a closed meeting. Raises ChangedMeanwhile."""
    room = TRANSACTION_LIMIT - len(writes)
    gone = [Delete((each["pk"], each["sk"])) for each in closing.day.statements[:room]]
    try:
        closing.members.table.transact([*writes, *gone])
    except ConditionFailed as lost:
        raise model.ChangedMeanwhile from lost


def _hand_on(closing: Closing, held: Meeting, sent: forms.Close) -> list[Write]:
    """Gives the next topic and lead to the next meeting, where one is planned, else to the one that
    will be; what an earlier close has given already stays as it is by now. Raises Invalid."""
    if sent.next_lead and sent.next_lead not in closing.active:
        raise Invalid(FieldError("next_lead", "Choose an active member of this community."))
    given = closing.day.meeting
    topic = sent.next_topic if sent.next_topic != given.next_topic else None
    lead = sent.next_lead if sent.next_lead != given.next_lead else None
    if not (topic or lead):
        return []
    if sent.next_lead == closing.me.id and not closing.me.chairs(held.region):
        raise Invalid(
            FieldError("next_lead", "Choose somebody else: a co-chair can name you again.")
        )
    known = _confirm(closing, closing.active.get(lead or ""))
    table = closing.members.table
    rows = meetings.rows_from(table, held.region, wall(closing.at))
    planned = (row["id"] for row in rows if row["state"] == "scheduled" and row["id"] != held.id)
    coming = next(planned, None)
    if coming is None:
        return [*known, communities.hand_on(held.region, topic, lead)]
    before = meetings.by_id(table, coming)
    chosen: dict[str, Any] = {"topic": topic or before.topic, "lead": lead or before.lead}
    if topic and before.issued:  # its agenda is out: the changed one is to go out too
        chosen["agenda_changed_at"] = closing.at
    after = model.changed(before, **chosen)
    return [*known, *meetings.changed(before, after, closing.rules)]


def _confirm(closing: Closing, lead: Member | None) -> list[Write]:
    """The lead is one who is active still when all is written; and a lead whom a co-chair names is
    confirmed by that: who runs a meeting sees who comes."""
    if lead is None:
        return []
    if lead.confirmed or not closing.me.chairs(closing.day.meeting.region):
        return [Check(key(lead.id), when={"status": "active", "revision": lead.revision})]
    return confirmed(lead, closing.me, closing.at)


def _survey(meeting: Meeting, active: dict[str, Member], now: datetime) -> Survey | None:
    """The evaluation for those present who can be asked; none where there is nobody, and never a second
    one."""
    by = audience.settled_before(meeting.starts_at.date(), first=meeting.kind == "first")
    present = [active[each] for each in meeting.attended if each in active]
    people = [each.id for each in present if audience.may_be_asked(to_row(each), by)]
    if meeting.survey_until or not people:
        return None
    survey_id = new_id(now, meeting.region)
    return meeting_feedback(survey_id, meeting.region, meeting.id, meeting.starts_at, people, now)


def _may_lead(meeting: Meeting, me: Member) -> None:
    if not meeting.led_by(me):
        raise model.LeadsOnly
