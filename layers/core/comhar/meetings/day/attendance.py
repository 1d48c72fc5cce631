"""Correcting the attendance of a closed meeting: by the office, with a reason.

Nothing else changes with it: not the survey, the emails that were sent, or what the co-chairs recorded.
"""

from comhar.aws.conditions import Check, Write, conflict_as, present
from comhar.aws.dynamodb import TRANSACTION_LIMIT
from comhar.context import Context
from comhar.errors import FieldError, Invalid
from comhar.meetings import letter_context
from comhar.meetings import model as meetings_model
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day import forms, model, repository, views
from comhar.meetings.model import Meeting
from comhar.membership import directory
from comhar.membership import repository as membership_repository
from comhar.membership.repository import audit_write
from comhar.person_names import FORMER_MEMBER
from comhar.regions import NATIONAL


def get_correction_page(meeting_id: str, ctx: Context) -> views.CorrectionPage:
    """The form to correct who was there, from what is recorded.

    Two reads, and one for each hundred people who moved to another region since.

    Raises:
        NotFound: there is no such meeting.
        MeetingNotClosed: it is not closed.
    """
    meeting = _get_closed(meeting_id, ctx)
    return views.CorrectionPage(
        **views.meeting_fields(meeting),
        people=_list_people(meeting, ctx),
        present=meeting.present,
        revision=meeting.revision,
        national=meeting.region == NATIONAL,
    )


def correct_attendance(
    meeting_id: str, form: forms.CorrectAttendance, ctx: Context
) -> views.AttendanceCorrected:
    """Records who was at a closed meeting anew; its co-chairs are notified.

    The region's row, which figures read, changes in the same transaction. Five reads.

    Raises:
        Invalid: somebody was no member on the day, or nobody is named.
        MeetingChanged: somebody changed it since it was read.
        NotFound, MeetingNotClosed: as `get_correction_page`.
    """
    before = _get_closed(meeting_id, ctx)
    if form.attended is None and before.region != NATIONAL:
        raise Invalid(FieldError("attended", "Tick who was there."))
    people = {person.id: person for person in _list_people(before, ctx)}
    after = model.correct_attendance(before, form.attended or [], form.headcount, people)
    if after is before:
        return _outcome(after, changed=False)
    changed = meetings_model.MeetingChanged(
        next="What is recorded now is on this page, and so are your changes. Check them, then save again."
    )
    if form.revision not in (None, before.revision):
        raise changed
    rules = meetings_repository.get_rules(ctx.table, ctx.settings)
    counts = {"before": before.present, "after": after.present}
    writes: list[Write] = [
        *meetings_repository.update_meeting_writes(before, after, rules),
        repository.history_write(
            after, repository.CORRECTED, ctx.user, ctx.now, form.reason, **counts
        ),
        audit_write(ctx.user, "correct_attendance", meeting_id, ctx.now, **counts),
        *_notice_writes(after, ctx),
    ]
    left = [people[member_id] for member_id in after.attended if people[member_id].left]
    writes += _check_writes(before.region, left)[: TRANSACTION_LIMIT - len(writes)]
    with conflict_as(changed):
        ctx.table.transact(writes)
    return _outcome(after, changed=True)


def _get_closed(meeting_id: str, ctx: Context) -> Meeting:
    meeting = meetings_repository.get_meeting(ctx.table, meeting_id)
    model.require_closed(meeting)
    return meeting


def _list_people(meeting: Meeting, ctx: Context) -> list[views.RecordedPerson]:
    """Who can be ticked: members of that day, and who is recorded, by name; those without one last."""
    if meeting.region == NATIONAL:
        return []
    recorded = set(meeting.attended)
    day = meeting.starts_at.date()
    people = directory.list_active_on(ctx.table, meeting.region, day, recorded)
    names = directory.disambiguate_names(people)
    listed = [
        views.RecordedPerson(
            id=person["id"],
            name=names[person["id"]],
            there=person["id"] in recorded,
            left=person["status"] != "active",
        )
        for person in people
    ]
    return listed + [
        views.RecordedPerson(id=member_id, name=FORMER_MEMBER.capitalize(), there=True, left=False)
        for member_id in sorted(recorded - names.keys())
    ]


def _notice_writes(meeting: Meeting, ctx: Context) -> list[Write]:
    """The letter to each co-chair; a national meeting has none, and the office did it itself."""
    if meeting.region == NATIONAL:
        return []
    version = str(meeting.revision)
    writes = letter_context.organiser_letter_writes(
        "attendance_corrected", meeting.id, version, ctx
    )
    return [*writes]


def _check_writes(region: str, left: list[views.RecordedPerson]) -> list[Write]:
    """Refused where one of them is erased at that moment, so that no id of theirs comes back."""
    keys = [membership_repository.row_key(region, person.id) for person in left]
    return [Check(key, condition={"pk": present}) for key in keys]


def _outcome(meeting: Meeting, *, changed: bool) -> views.AttendanceCorrected:
    return views.AttendanceCorrected(
        meeting=meeting.id,
        attended=meeting.present,
        revision=meeting.revision,
        outcome="attendance_corrected" if changed else "attendance_unchanged",
    )
