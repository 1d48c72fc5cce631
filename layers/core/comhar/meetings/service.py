"""Owns the use cases of co-chairs and members between two meetings: plan one, fill it, answer."""

from datetime import datetime

from comhar import data, links
from comhar.calendar import stamp, wall
from comhar.communities import records as communities
from comhar.errors import NotYours
from comhar.letters import records as letters
from comhar.letters.model import Letter, LetterId, Mailing
from comhar.meetings import forms, model, records, views
from comhar.meetings.model import Meeting
from comhar.membership.model import Member
from comhar.membership.records import audit
from comhar.settings import Settings
from comhar.table import Lost, Table
from comhar.tokens import new_id
from comhar.writes import Write

ANSWER_INSTEAD = (
    "You can still answer, or change your answer, on the meeting’s page after signing in."
)
PAST_SHOWN = 12


def schedule(
    region: str, form: forms.Schedule, me: Member, now: datetime, table: Table, settings: Settings
) -> forms.Scheduled:
    """Puts a meeting on a date and invites the region's members. The topic and the lead come from
    what the last meeting chose, where the form names no other. Raises Invalid for a past date."""
    community = communities.by_region(table, region)
    made = form.model_dump()
    meeting = Meeting(
        **{**made, "topic": form.topic or community.next_topic},
        id=new_id(now, region),
        region=region,
        lead=community.next_lead,
        made_at=now,
    )
    model.in_future(meeting.starts_at, now)
    table.transact(
        *records.born(meeting, settings),
        invitations(meeting, now),
        audit(me.id, "schedule", meeting.id, now),
    )
    return scheduled(meeting, settings)


def invitations(meeting: Meeting, now: datetime) -> Write:
    """Tells every active member of the region of the date as it is now."""
    version = str(meeting.sequence)
    return letters.mailing(Mailing("invitation", meeting.id, version, meeting.region), now)


def scheduled(meeting: Meeting, settings: Settings) -> forms.Scheduled:
    due = model.agenda_due_at(meeting, settings)
    return forms.Scheduled(
        **meeting.model_dump(include={"id", "region", "kind", "mode", "minutes", "state"}),
        starts_at=records.wall(meeting.starts_at),
        agenda_due_at=stamp(due),
        short_notice=model.late(meeting, due, settings),
    )


def reschedule(
    meeting_id: str,
    form: forms.Reschedule,
    me: Member,
    now: datetime,
    table: Table,
    settings: Settings,
) -> forms.Scheduled:
    """Moves a meeting: what hung on the old date is void, and everyone hears of the new one.

    Raises NotFound, MeetingClosed, MeetingCancelled, MeetingOver, Invalid, ChangedMeanwhile.
    """
    before = records.by_id(table, meeting_id)
    after = model.moved(before, form.starts_at, now)
    _write(before, after, table, settings, invitations(after, now), _line(me, "move", after, now))
    return scheduled(after, settings)


def cancel(
    meeting_id: str, form: forms.Cancel, me: Member, now: datetime, table: Table, settings: Settings
) -> forms.Scheduled:
    """Calls a meeting off, or says of a past one that it did not happen; before its start everyone
    is told. Raises NotFound, MeetingClosed, MeetingCancelled, ChangedMeanwhile."""
    before = records.by_id(table, meeting_id)
    after = model.cancelled(before, form.reason, now)
    writes = [_line(me, "cancel", after, now)]
    if before.start > now:
        version = str(after.sequence)
        told = Mailing("cancellation", meeting_id, version, after.region)
        writes.append(letters.mailing(told, now))
    _write(before, after, table, settings, *writes)
    return scheduled(after, settings)


def _line(me: Member, what: str, meeting: Meeting, now: datetime) -> Write:
    return audit(me.id, what, meeting.id, now)


def _write(before: Meeting, after: Meeting, table: Table, settings: Settings, *more: Write) -> None:
    try:
        table.transact(*records.changed(before, after, settings), *more)
    except Lost as lost:
        raise model.ChangedMeanwhile from lost


def propose(
    meeting_id: str, form: forms.Propose, me: Member, now: datetime, table: Table
) -> forms.ItemView:
    """Puts a member's item before the co-chairs. Raises NotFound, MeetingOver and its kin."""
    meeting = model.upcoming(records.by_id(table, meeting_id), now)
    item = model.Item(id=new_id(now), by=me.id, by_name=me.name, **form.model_dump())
    table.transact(records.put_item(meeting.id, item))
    return views.item(item, meeting.id, me)


def item(meeting_id: str, item_id: str, me: Member, table: Table) -> forms.ItemView:
    """One item, for who leads the meeting and decides on it. Raises NotFound, LeadsOnly."""
    folder = records.folder(table, meeting_id)
    if not folder.meeting.led_by(me):
        raise model.LeadsOnly
    return views.item(model.found(folder.items, item_id), meeting_id, me, leads=True)


def accept(
    meeting_id: str, item_id: str, me: Member, now: datetime, table: Table
) -> forms.ItemView:
    return _decide(meeting_id, item_id, "accepted", None, me, now, table)


def decline(
    meeting_id: str, item_id: str, form: forms.DeclineItem, me: Member, now: datetime, table: Table
) -> forms.ItemView:
    return _decide(meeting_id, item_id, "declined", form.reason, me, now, table)


def _decide(
    meeting_id: str,
    item_id: str,
    state: str,
    reason: str | None,
    me: Member,
    now: datetime,
    table: Table,
) -> forms.ItemView:
    """Raises NotFound, LeadsOnly, ItemDecided. Who proposed a declined item is told why."""
    folder = records.folder(table, meeting_id)
    meeting = model.upcoming(folder.meeting, now)
    if not meeting.led_by(me):
        raise model.LeadsOnly
    before = model.found(folder.items, item_id)
    after = model.decided(before, state, reason)
    writes: list[Write] = [records.put_item(meeting.id, after, before)]
    if state == "declined":
        told = LetterId("item_declined", meeting.id, item_id, before.by)
        writes.append(letters.put(Letter(told), now))
    try:
        table.transact(*writes)
    except Lost as lost:
        raise model.ItemDecided from lost
    return views.item(after, meeting.id, me, leads=True)


def answer(
    meeting_id: str, form: forms.Answer, me: Member, now: datetime, table: Table
) -> forms.Answered:
    """Records whether the member comes; the last answer counts. Raises NotFound, MeetingOver …"""
    meeting = model.upcoming(records.by_id(table, meeting_id), now)
    table.transact(records.put_answer(meeting, me.id, me.name, form.answer, now))
    return forms.Answered(meeting=meeting.id, answer=form.answer)


def invitation(token: str, now: datetime, table: Table) -> forms.Invitation:
    """What an emailed answer link is about. Raises LinkSpent, MeetingCancelled, MeetingOver …"""
    link = links.live(table.get(links.key(token)), "answer", now, ANSWER_INSTEAD)
    meeting = model.upcoming(records.by_id(table, link["subject"]), now)
    return views.invitation(meeting)


def answer_by_link(token: str, form: forms.Answer, now: datetime, table: Table) -> forms.Answered:
    """Records the answer of whom the letter was for, and spends the link."""
    link = links.live(table.get(links.key(token)), "answer", now, ANSWER_INSTEAD)
    meeting = model.upcoming(records.by_id(table, link["subject"]), now)
    name = link["facts"]["name"]
    put = records.put_answer(meeting, link["person"], name, form.answer, now)
    try:
        table.transact(links.spend(link, now), put)
    except Lost as lost:
        raise links.LinkSpent(next=ANSWER_INSTEAD) from lost
    return forms.Answered(meeting=meeting.id, answer=form.answer)


def show(
    meeting_id: str, me: Member, now: datetime, table: Table, settings: Settings
) -> forms.MeetingView:
    return views.meeting(records.folder(table, meeting_id), me, now, settings)


def programme(region: str, me: Member, now: datetime, table: Table) -> forms.Programme:
    """The region's meetings: all that come, and the last dozen that were; two queries."""
    since = wall(now)
    coming = records.rows_from(table, region, since)
    past = records.past_rows(table, region, since, PAST_SHOWN)
    return forms.Programme(
        region=region,
        coming=[views.summary(row) for row in coming],
        past=[views.summary(row) for row in past],
        may_lead=me.chairs(region),
    )


def schedule_page(region: str, table: Table) -> forms.SchedulePage:
    meetings = data.load("meetings")
    return forms.SchedulePage(
        region=region,
        next_topic=communities.by_region(table, region).next_topic,
        kinds=[each for each in meetings["kinds"] if each["key"] != "national"],
        modes=meetings["modes"],
    )


def actions(region: str, me: Member, now: datetime, table: Table) -> forms.Actions:
    """The open actions, oldest first; whose they are is for those who are confirmed."""
    named, leads = me.confirmed or me.office, me.chairs(region)
    shown = []
    for each in records.open_actions(table, region, now):
        mine = each.get("member") == me.id
        held = {name: each[name] for name in ("id", "what", "by")}
        who = each["who"] if named or mine else ""
        shown.append(forms.ActionView(**held, who=who, mine=mine, may_end=mine or leads))
    return forms.Actions(region=region, actions=shown)


def action_done(region: str, action_id: str, me: Member, now: datetime, table: Table) -> forms.Done:
    """Marks an action as done: its owner or a co-chair may. Raises NotFound, NotYours."""
    held = records.action(table, region, action_id)
    if not (me.chairs(region) or held.get("member") == me.id):
        raise NotYours("Only who took this action on, and the co-chairs, can mark it as done.")
    if "done_on" not in held:
        table.transact(records.action_done(region, action_id, now))
    return forms.Done(region=region, action=action_id)
