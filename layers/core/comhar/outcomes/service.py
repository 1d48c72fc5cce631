"""Owns the use case that ends a meeting: who was there, what will be done, what comes next."""

from datetime import datetime

from comhar import data
from comhar.calendar import stamp, wall
from comhar.communities import records as communities
from comhar.errors import FieldError, Invalid
from comhar.meetings import model
from comhar.meetings import records as meetings
from comhar.meetings.model import Meeting, Rules
from comhar.membership.model import Member, in_order, told_apart
from comhar.membership.records import Members, audit, confirmed
from comhar.outcomes import forms, records, views
from comhar.surveys import records as surveys
from comhar.surveys.model import Survey, meeting_feedback
from comhar.table import Lost, Table
from comhar.tokens import new_id
from comhar.writes import Write


def form(meeting_id: str, me: Member, members: Members) -> views.Closing:
    """What the closing form starts from. Raises NotFound, LeadsOnly."""
    folder = meetings.folder(members.table, meeting_id)
    meeting = folder.meeting
    _may_lead(meeting, me)
    answers = {each["member"]: each["answer"] for each in folder.answers}
    active = members.of_region(meeting.region, "active")
    named = told_apart(active) if me.chairs(meeting.region) else in_order(active)
    people = [
        views.Attendee(id=each.id, name=name, answer=answers.get(each.id)) for each, name in named
    ]
    return views.Closing(
        **meeting.model_dump(include={"id", "region", "kind", "state"}),
        starts_at=meetings.wall(meeting.starts_at),
        people=people,
        topics=data.load("topics"),
        may_chair=me.chairs(meeting.region),
    )


def close(
    meeting_id: str, sent: forms.Close, me: Member, now: datetime, members: Members
) -> views.Closed:
    """Records a meeting as held: attendance, actions, next topic and lead; its survey opens.

    Raises NotFound, LeadsOnly, MeetingNotYet, MeetingClosed, MeetingCancelled, Invalid,
    ChangedMeanwhile.
    """
    before = meetings.by_id(members.table, meeting_id)
    _may_lead(before, me)
    active = {each.id: each for each in members.of_region(before.region, "active")}
    after = model.closed(before, sent.attended, set(active), now)
    survey = _survey(after, now)
    until = stamp(survey.closes_at) if survey else None
    rules = meetings.rules(members.table, members.settings)
    after = after.model_copy(update={"next_topic": sent.next_topic, "survey_until": until})
    writes: list[Write] = [
        *meetings.changed(before, after, rules),
        audit(me.id, "close", meeting_id, now, attended=len(after.attended)),
        *(_action(after, each, active, now) for each in sent.actions),
        *(surveys.opening(survey, now) if survey else []),
        *_hand_on(after, sent, me, active, now, members.table, rules),
    ]
    try:
        members.table.transact(*writes)
    except Lost as lost:
        raise model.ChangedMeanwhile from lost
    return views.Closed(
        id=after.id,
        state=after.state,
        attended=len(after.attended),
        actions=len(sent.actions),
        survey=survey.id if survey else None,
    )


def _hand_on(
    held: Meeting,
    sent: forms.Close,
    me: Member,
    active: dict[str, Member],
    now: datetime,
    table: Table,
    rules: Rules,
) -> list[Write]:
    """Gives the next topic and lead to the next meeting, where one is planned, else to the one that
    will be. Raises Invalid."""
    if not (sent.next_topic or sent.next_lead):
        return []
    if sent.next_lead and sent.next_lead not in active:
        raise Invalid(FieldError("next_lead", "Choose an active member of this community."))
    known = _confirm(held, active.get(sent.next_lead or ""), me, now)
    rows = meetings.rows_from(table, held.region, wall(now))
    coming = next((row["id"] for row in rows if row["state"] == "scheduled"), None)
    if coming is None:
        return [*known, communities.hand_on(held.region, sent.next_topic, sent.next_lead)]
    before = meetings.by_id(table, coming)
    chosen = {"topic": sent.next_topic or before.topic, "lead": sent.next_lead or before.lead}
    return [*known, *meetings.changed(before, model.changed(before, **chosen), rules)]


def _confirm(held: Meeting, lead: Member | None, me: Member, now: datetime) -> list[Write]:
    """A lead whom a co-chair names is confirmed by that: who runs a meeting sees who comes."""
    if lead is None or not me.chairs(held.region):
        return []
    return confirmed(lead, me.id, now)


def _survey(meeting: Meeting, now: datetime) -> Survey | None:
    """The evaluation for those present; none where nobody was."""
    if not meeting.attended:
        return None
    present = list(meeting.attended)
    survey_id = new_id(now, meeting.region)
    return meeting_feedback(survey_id, meeting.region, meeting.id, meeting.starts_at, present, now)


def _may_lead(meeting: Meeting, me: Member) -> None:
    if not meeting.led_by(me):
        raise model.LeadsOnly


def _action(
    meeting: Meeting, action: forms.Action, active: dict[str, Member], now: datetime
) -> Write:
    """The action; who does it is a member where the form named one by id."""
    doer = active.get(action.who)
    held = {"what": action.what, "by": action.by.isoformat()}
    held["who"] = doer.known_as if doer else action.who
    return records.put_action(meeting, held | ({"member": doer.id} if doer else {}), now)
