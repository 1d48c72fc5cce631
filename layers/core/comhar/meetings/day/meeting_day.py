"""Running a meeting: its page on the day, notes, attendance and scribe."""

from comhar.aws.conditions import Item
from comhar.context import Context
from comhar.errors import FieldError, Invalid, NotFound
from comhar.meetings import model as meetings_model
from comhar.meetings import replies
from comhar.meetings.day import forms, model, repository, views
from comhar.meetings.day.repository import MeetingDay
from comhar.membership import directory
from comhar.membership.model import Member, may_be_asked_to_act
from comhar.membership.repository import audit_write, find_member
from comhar.regions import NATIONAL


def get_day_as_runner(meeting_id: str, ctx: Context) -> MeetingDay:
    """The meeting's day, for who runs it while it may be run; one query.

    Raises:
        NotFound: there is no such meeting.
        RunnersOnly: this person neither leads it nor is its scribe.
        TooEarly: it is more than an hour before it starts.
        MeetingClosed, MeetingCancelled: it is over.
    """
    day = repository.get_day(ctx.table, meeting_id)
    if not model.may_run(day.meeting, ctx.user, day.scribe):
        raise model.RunnersOnly
    model.require_running(day.meeting, ctx.now)
    return day


def get_run_page(meeting_id: str, ctx: Context) -> views.Running:
    """The page to run a meeting on its day.

    Raises:
        NotFound, RunnersOnly, TooEarly, MeetingClosed: as `get_day_as_runner`.
    """
    day = get_day_as_runner(meeting_id, ctx)
    meeting = day.meeting
    scribe = find_member(ctx.table, ctx.settings, day.scribe) if day.scribe else None
    national = meeting.region == NATIONAL
    reads_statements = model.may_read_statements(meeting, ctx.user) and not national
    return views.Running(
        **views.meeting_fields(meeting),
        minutes=meeting.minutes,
        lines=[
            views.running_line(key, line, day.notes.get(key)) for key, line in day.lines.items()
        ],
        scribe=scribe.display_name if scribe else None,
        attended=len(day.attendance["attended"]) if day.attendance else None,
        statements=views.statements(day.statements) if reads_statements else None,
        may_close=meeting.is_led_by(ctx.user),
        national=national,
    )


def get_note_page(meeting_id: str, line: str, ctx: Context) -> views.Note:
    """The form of one line's notes.

    Raises:
        NotFound: there is no such line.
        RunnersOnly, TooEarly, MeetingClosed: as `get_day_as_runner`.
    """
    day = get_day_as_runner(meeting_id, ctx)
    note = day.notes.get(line, {})
    return views.Note(
        **views.meeting_fields(day.meeting),
        line=line,
        title=_get_line_title(day, line),
        text=note.get("text"),
        revision=note.get("revision", 0),
    )


def write_note(meeting_id: str, line: str, form: forms.WriteNote, ctx: Context) -> views.NoteSaved:
    """Saves the notes of one line.

    Raises:
        NotFound: there is no such line.
        EntryChanged: somebody else wrote them since they were read.
        MeetingChanged: the meeting was closed a moment ago.
        RunnersOnly, TooEarly, MeetingClosed: as `get_day_as_runner`.
    """
    day = get_day_as_runner(meeting_id, ctx)
    title, note = _get_line_title(day, line), day.notes.get(line, {})
    revision = note.get("revision", 0)
    if form.text != note.get("text"):
        write = repository.note_write(day.meeting, line, title, form.text, form.revision)
        repository.save_to_open_meeting(ctx.table, day.meeting, write)
        revision = form.revision + 1
    return views.NoteSaved(meeting=meeting_id, line=line, revision=revision)


def _get_line_title(day: MeetingDay, line: str) -> str:
    """The title of a line; one that left the agenda since keeps its notes."""
    if line in day.lines:
        return day.lines[line].title
    if line in day.notes:
        return str(day.notes[line]["title"])
    raise NotFound


def get_attendance_page(meeting_id: str, ctx: Context) -> views.AttendancePage:
    """Who was there, prefilled from what was saved, else from the answers.

    Raises:
        NotFound, RunnersOnly, TooEarly, MeetingClosed: as `get_day_as_runner`.
    """
    day = get_day_as_runner(meeting_id, ctx)
    return views.AttendancePage(
        **views.meeting_fields(day.meeting),
        people=list_attendees(day, ctx),
        revision=(day.attendance or {}).get("revision", 0),
        national=day.meeting.region == NATIONAL,
    )


def save_attendance(meeting_id: str, form: forms.Attendance, ctx: Context) -> views.AttendanceSaved:
    """Saves who is there before the meeting is closed.

    Raises:
        Invalid: somebody is no active member of the community.
        EntryChanged: somebody else saved it since it was read.
        MeetingChanged: the meeting was closed a moment ago.
        NotFound, RunnersOnly, TooEarly, MeetingClosed: as `get_day_as_runner`.
    """
    day = get_day_as_runner(meeting_id, ctx)
    attended = list(dict.fromkeys(form.attended))
    before = day.attendance or {"attended": []}
    active = directory.list_all_active(ctx.table, day.meeting.region)
    if not set(attended) <= {*before["attended"], *(person["id"] for person in active)}:
        raise Invalid(FieldError("attended", "Choose from the active members of this community."))
    revision = before.get("revision", 0)
    if day.attendance is None or attended != before["attended"]:
        write = repository.attendance_write(day.meeting, attended, form.revision)
        repository.save_to_open_meeting(ctx.table, day.meeting, write)
        revision = form.revision + 1
    return views.AttendanceSaved(meeting=meeting_id, attended=len(attended), revision=revision)


def list_attendees(day: MeetingDay, ctx: Context) -> list[views.Attendee]:
    """Who may have been there: active members, and who was ticked and has left since.

    Answers are for who leads the meeting, workplaces for who leads the region. Two reads.
    """
    active = directory.list_all_active(ctx.table, day.meeting.region)
    leads = day.meeting.is_led_by(ctx.user)
    stored = replies.list_stored(ctx.table, day.bundle, ["ANSWER"]) if active else []
    by_member = replies.answers_by_member(day.meeting, stored)
    answers = {member: answer["answer"] for member, answer in by_member.items()}
    coming = [member for member, answer in answers.items() if answer == "yes"]
    ticked = day.attendance["attended"] if day.attendance else coming
    attendees = [
        views.Attendee(
            id=member_id,
            name=name,
            answer=answers.get(member_id) if leads else None,
            there=member_id in ticked,
        )
        for member_id, name in name_people(day, active, ctx.user).items()
    ]
    saved = set(day.attendance["attended"] if day.attendance else ())
    return attendees + [
        views.Attendee(id=member_id, name="Somebody who has left since", there=True)
        for member_id in saved - {person["id"] for person in active}
    ]


def name_people(day: MeetingDay, people: list[Item], user: Member) -> dict[str, str]:
    """The names by id of people of the directory, in their order.

    Workplaces tell namesakes apart, for who leads the region. Who is away that day has the day back.
    """
    names = {person["id"]: person["name"] for person in people}
    if user.may_chair(day.meeting.region):
        names = directory.disambiguate_names(people)
    return directory.note_absence(names, people, day.meeting.starts_at.date())


def get_scribe_page(meeting_id: str, ctx: Context) -> views.ScribePage:
    """The form to name a scribe.

    Raises:
        NotFound: there is no such meeting.
        LeadsOnly: somebody else leads it.
        MeetingClosed, MeetingCancelled: it is over.
    """
    day = _get_day_as_lead(meeting_id, ctx)
    return views.ScribePage(
        **views.meeting_fields(day.meeting),
        people=_list_possible_scribes(day, ctx),
        scribe=day.scribe,
    )


def name_scribe(meeting_id: str, form: forms.Scribe, ctx: Context) -> views.Scribe:
    """Names the member who writes for all, or nobody.

    Raises:
        Invalid: they are no confirmed member of the community, or are away on the day.
        MeetingChanged: the meeting was closed a moment ago.
        NotFound, LeadsOnly, MeetingClosed: as `get_scribe_page`.
    """
    day = _get_day_as_lead(meeting_id, ctx)
    if form.member and form.member not in {
        person.id for person in _list_possible_scribes(day, ctx)
    }:
        member = find_member(ctx.table, ctx.settings, form.member)
        if member and member.active and member.region == day.meeting.region:
            member.require_present("member", day.meeting.starts_at.date())
        raise Invalid(FieldError("member", "Choose a confirmed member of this community."))
    if form.member != day.scribe:
        audit_line = audit_write(ctx.user, "name_scribe", meeting_id, ctx.now)
        write = repository.scribe_write(day.meeting, form.member)
        repository.save_to_open_meeting(ctx.table, day.meeting, write, audit_line)
    return views.Scribe(meeting=meeting_id, scribe=form.member)


def _get_day_as_lead(meeting_id: str, ctx: Context) -> MeetingDay:
    day = repository.get_day(ctx.table, meeting_id)
    if not day.meeting.is_led_by(ctx.user):
        raise meetings_model.LeadsOnly
    day.meeting.require_open()
    return day


def _list_possible_scribes(day: MeetingDay, ctx: Context) -> list[views.Attendee]:
    """The confirmed members who are here that day, of whom one may be named scribe; and who is."""
    active = directory.list_all_active(ctx.table, day.meeting.region)
    on = day.meeting.starts_at.date()
    confirmed = [
        person
        for person in active
        if person.get("confirmed")
        and (person["id"] == day.scribe or may_be_asked_to_act(person, on))
    ]
    names = name_people(day, confirmed, ctx.user)
    return [views.Attendee(id=member_id, name=name) for member_id, name in names.items()]
