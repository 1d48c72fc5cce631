"""Owns the use cases of running a meeting: its page on the day, notes, attendance, its scribe."""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import Write
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.errors import FieldError, Invalid, NotFound
from comhar.meetings import model as meetings
from comhar.meetings import repository
from comhar.meetings.day import day_views, forms, meeting_day, model, views
from comhar.meetings.day.meeting_day import Day
from comhar.membership.model import Member, in_order, told_apart
from comhar.membership.repository import Members, audit
from comhar.regions import NATIONAL


def page(meeting_id: str, me: Member, now: datetime, members: Members) -> day_views.Running:
    """What who runs the meeting has before them on the day. Raises NotFound, RunnersOnly, NotTheDay,
    MeetingClosed, MeetingCancelled."""
    held = run(meeting_day.of(members.table, meeting_id), me, now)
    scribe = members.by_id(held.scribe) if held.scribe else None
    hears = model.hears(held.meeting, me) and held.meeting.region != NATIONAL
    return day_views.Running(
        **about(held),
        minutes=held.meeting.minutes,
        lines=[day_views.line(key, one, held.notes.get(key)) for key, one in held.lines.items()],
        scribe=scribe.known_as if scribe else None,
        attended=len(held.attendance["attended"]) if held.attendance else None,
        statements=day_views.statements(held.statements) if hears else None,
        may_close=held.meeting.led_by(me),
        national=held.meeting.region == NATIONAL,
    )


def note_page(
    meeting_id: str, line: str, me: Member, now: datetime, table: Table
) -> day_views.Note:
    """The form of one line's notes. Raises NotFound and what `page` raises."""
    held = run(meeting_day.of(table, meeting_id), me, now)
    kept = held.notes.get(line, {})
    return day_views.Note(
        **about(held),
        line=line,
        title=_title(held, line),
        text=kept.get("text"),
        revision=kept.get("revision", 0),
    )


def write_note(
    meeting_id: str, line: str, form: forms.WriteNote, me: Member, now: datetime, table: Table
) -> day_views.NoteSaved:
    """Saves the notes of one line. Raises NotFound, WrittenMeanwhile and what `page` raises."""
    held = run(meeting_day.of(table, meeting_id), me, now)
    title, kept = _title(held, line), held.notes.get(line, {})
    revision = kept.get("revision", 0)
    if form.text != kept.get("text"):
        written = meeting_day.note(held.meeting, line, title, form.text, form.revision)
        save(table, meeting_day.still_open(held.meeting), written)
        revision = form.revision + 1
    return day_views.NoteSaved(meeting=meeting_id, line=line, revision=revision)


def attendance_page(
    meeting_id: str, me: Member, now: datetime, members: Members
) -> day_views.AttendancePage:
    """Who was there, prefilled from what was saved, else from the answers. Raises what `page` does."""
    held = run(meeting_day.of(members.table, meeting_id), me, now)
    return day_views.AttendancePage(
        **about(held),
        people=people(held, members, me),
        revision=(held.attendance or {}).get("revision", 0),
        national=held.meeting.region == NATIONAL,
    )


def save_attendance(
    meeting_id: str, form: forms.Attendance, me: Member, now: datetime, members: Members
) -> day_views.AttendanceSaved:
    """Saves who is there before the meeting is closed. Raises Invalid, WrittenMeanwhile and what `page`
    raises."""
    held = run(meeting_day.of(members.table, meeting_id), me, now)
    there = list(dict.fromkeys(form.attended))
    if not set(there) <= known(held, members):
        raise Invalid(FieldError("attended", "Choose from the active members of this community."))
    before = held.attendance or {}
    if before.get("attended") == there:
        revision = before["revision"]
    else:
        written = meeting_day.attendance(held.meeting, there, form.revision)
        save(members.table, meeting_day.still_open(held.meeting), written)
        revision = form.revision + 1
    return day_views.AttendanceSaved(meeting=meeting_id, attended=len(there), revision=revision)


def people(held: Day, members: Members, me: Member) -> list[views.Attendee]:
    """Who may have been there: the active members, and who was ticked and has left since. What they
    answered is for who leads, where they work for who leads the region."""
    active = members.of_region(held.meeting.region, "active")
    leads = held.meeting.led_by(me)
    answers = {each["member"]: each["answer"] for each in held.folder.answers}
    yes = [member for member, answer in answers.items() if answer == "yes"]
    ticked = held.attendance["attended"] if held.attendance else yes
    found = [
        views.Attendee(
            id=each.id,
            name=name,
            answer=answers.get(each.id) if leads else None,
            there=each.id in ticked,
        )
        for each, name in named(held, active, me)
    ]
    gone = set(held.attendance["attended"] if held.attendance else ()) - {
        each.id for each in active
    }
    left = [
        views.Attendee(id=each, name="Somebody who has left since", there=True) for each in gone
    ]
    return found + left


def named(held: Day, people: list[Member], me: Member) -> list[tuple[Member, str]]:
    """Members in the order of names; namesakes told apart by where they work for who leads the region."""
    return told_apart(people) if me.chairs(held.meeting.region) else in_order(people)


def known(held: Day, members: Members) -> set[str]:
    """The ids that attendance may hold."""
    active = {each.id for each in members.of_region(held.meeting.region, "active")}
    return active | set(held.attendance["attended"] if held.attendance else ())


def scribe_page(meeting_id: str, me: Member, members: Members) -> day_views.ScribePage:
    """Raises NotFound, LeadsOnly, MeetingClosed, MeetingCancelled."""
    held = _led(meeting_day.of(members.table, meeting_id), me)
    return day_views.ScribePage(
        **about(held), people=_confirmed(held, members, me), scribe=held.scribe
    )


def name_scribe(
    meeting_id: str, form: forms.Scribe, me: Member, now: datetime, members: Members
) -> day_views.Scribe:
    """Names the member who writes for all, or nobody. Raises Invalid and what `scribe_page` raises."""
    held = _led(meeting_day.of(members.table, meeting_id), me)
    if form.member and form.member not in {each.id for each in _confirmed(held, members, me)}:
        raise Invalid(FieldError("member", "Choose a confirmed member of this community."))
    if form.member != held.scribe:
        line = audit(me, "name_scribe", meeting_id, now)
        named = meeting_day.scribe(held.meeting, form.member)
        save(members.table, meeting_day.still_open(held.meeting), named, line)
    return day_views.Scribe(meeting=meeting_id, scribe=form.member)


def about(held: Day) -> dict[str, Any]:
    """What every page of the day begins with."""
    meeting = held.meeting
    about = {"id": meeting.id, "region": meeting.region, "kind": meeting.kind}
    return about | {"starts_at": repository.wall(meeting.starts_at)}


def run(held: Day, me: Member, now: datetime) -> Day:
    """The day, for who runs it while it may be run. Raises RunnersOnly, NotTheDay and its kin."""
    if not model.may_run(held.meeting, me, held.scribe):
        raise model.RunnersOnly
    model.running(held.meeting, now)
    return held


def _led(held: Day, me: Member) -> Day:
    if not held.meeting.led_by(me):
        raise meetings.LeadsOnly
    meetings.still_open(held.meeting)
    return held


def _title(held: Day, line: str) -> str:
    """What a line is called; one that the agenda has lost since keeps its notes. Raises NotFound."""
    if line in held.lines:
        return held.lines[line].title
    if line in held.notes:
        return str(held.notes[line]["title"])
    raise NotFound


def _confirmed(held: Day, members: Members, me: Member) -> list[views.Attendee]:
    active = members.of_region(held.meeting.region, "active")
    found = named(held, [each for each in active if each.confirmed], me)
    return [views.Attendee(id=each.id, name=name) for each, name in found]


def save(table: Table, *writes: Write) -> None:
    """Writes what begins with the check that the meeting is open. Raises WrittenMeanwhile, and
    ChangedMeanwhile where it no longer is."""
    try:
        table.transact(writes)
    except ConditionFailed as lost:
        if 0 in lost.failed:
            raise meetings.ChangedMeanwhile from lost
        raise model.WrittenMeanwhile from lost
