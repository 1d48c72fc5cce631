"""The facilitator who hosts a first meeting from outside, named by the office.

They are no member. The calendar entry that they have counts by the meeting's revision, because they
are notified of changes that members are not notified of.
"""

from datetime import datetime
from typing import Any

from comhar.address_digests import address_digest
from comhar.aws.conditions import Put, Write, conflict_as
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.errors import Conflict, FieldError, Invalid, NotYours
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.meetings import forms, model, repository, views
from comhar.meetings.model import Kind, Meeting
from comhar.membership.repository import audit_write
from comhar.retention import period

MOST_CHANGES = 5  # of one meeting's facilitator in a day: each writes to people who are no members


class TooManyFacilitatorChanges(Conflict):
    kind = "enough-changes"
    title = f"The facilitator of this meeting was changed {MOST_CHANGES} times today."
    next = "Change it again tomorrow, so that nobody outside gets too many emails."


class OfficeNamesFacilitator(NotYours):
    title = "Only the National Office can name a facilitator."
    next = "Schedule the meeting without one, and tell the National Office who could host it."


class NoFacilitator(Conflict):
    title = "Only a first meeting is hosted by a facilitator."


class NobodyAsked(Conflict):
    title = "Nobody has been asked to host this meeting."
    next = "Name the facilitator first."


def get_facilitator_page(meeting_id: str, ctx: Context) -> views.FacilitatorPage:
    """The form to name a facilitator.

    Raises:
        NotFound: there is no such meeting.
        NoFacilitator: it is no first meeting.
    """
    meeting = repository.get_meeting(ctx.table, meeting_id)
    if meeting.kind != "first":
        raise NoFacilitator
    return views.FacilitatorPage(
        **meeting.model_dump(include={"id", "region", "kind", "minutes", "state"}),
        **meeting.model_dump(include={"facilitator_name", "facilitator_email"}),
        starts_at=repository.format_local(meeting.starts_at),
        needs_until=views.needs_until(meeting),
        asked_on=str(meeting.facilitator_asked_on) if meeting.facilitator_asked_on else None,
        agreed=views.list_agreed(meeting),
    )


def name_facilitator(meeting_id: str, form: forms.Facilitator, ctx: Context) -> views.Hosted:
    """Names who hosts a first meeting, or removes them.

    A new facilitator is asked by letter; one who no longer hosts it is notified.

    Raises:
        NotFound: there is no such meeting.
        NoFacilitator: it is no first meeting.
        TooManyFacilitatorChanges: it was changed five times today.
        NotUpcoming: it has begun, or is closed or cancelled.
        Invalid: name or address is missing, or nothing changes.
        MeetingChanged: somebody else changed the meeting.
    """
    before = repository.get_meeting(ctx.table, meeting_id)
    rules = repository.get_rules(ctx.table, ctx.settings)
    after = _set_facilitator(before, form.facilitator_name, form.facilitator_email, ctx.now)
    writes: list[Write] = [audit_write(ctx.user, "facilitator", after.id, ctx.now)]
    if after.facilitator_email != before.facilitator_email:
        after = mark_notified(_count_change(before, after, ctx.now))
        writes += [*request_writes(after, ctx.now), *end_writes(before, after, ctx.now)]
    with conflict_as(model.MeetingChanged):
        ctx.table.transact([*repository.update_meeting_writes(before, after, rules), *writes])
    return views.Hosted(meeting=after.id, facilitator_name=after.facilitator_name)


def _set_facilitator(
    meeting: Meeting, name: str | None, email: str | None, now: datetime
) -> Meeting:
    """The meeting with this facilitator, or with none. Raises NoFacilitator, Invalid."""
    meeting.require_upcoming(now)
    if meeting.kind != "first":
        raise NoFacilitator
    require_name_and_email(meeting.kind, name, email)
    if (name, email) == (meeting.facilitator_name, meeting.facilitator_email):
        raise Invalid(FieldError("facilitator_name", "This is what it is already."))
    changes: dict[str, Any] = {"facilitator_name": name, "facilitator_email": email}
    if email != meeting.facilitator_email:  # somebody else, who has agreed to nothing yet
        asked_on = local_date(now) if email else None
        changes |= {"facilitator_asked_on": asked_on, "facilitator_agreed": False}
        changes |= {"training_agreed": False}
    return meeting.change(**changes)


def note_agreed(meeting_id: str, form: forms.FacilitatorAgreed, ctx: Context) -> views.HostAgreed:
    """Notes what the facilitator has agreed to; it can be noted after the meeting too.

    Raises:
        NotFound: there is no such meeting.
        NoFacilitator: it is no first meeting.
        NobodyAsked: no facilitator was named.
        MeetingCancelled: it was cancelled.
        MeetingChanged: somebody else changed the meeting.
    """
    before = repository.get_meeting(ctx.table, meeting_id)
    if before.kind != "first":
        raise NoFacilitator
    if before.state == "cancelled":
        raise model.MeetingCancelled
    if before.facilitator_asked_on is None:
        raise NobodyAsked
    after = before.change(
        facilitator_agreed="hosting" in form.agreed, training_agreed="training" in form.agreed
    )
    if views.list_agreed(after) != views.list_agreed(before):
        rules = repository.get_rules(ctx.table, ctx.settings)
        writes = [audit_write(ctx.user, "facilitator", after.id, ctx.now)]
        with conflict_as(model.MeetingChanged):
            ctx.table.transact([*repository.update_meeting_writes(before, after, rules), *writes])
    return views.HostAgreed(meeting=after.id, agreed=views.list_agreed(after))


def _count_change(before: Meeting, after: Meeting, now: datetime) -> Meeting:
    """Counts one more change for today. Raises TooManyFacilitatorChanges."""
    today = local_date(now).isoformat()
    changes = before.facilitator_changes if before.facilitator_day == today else 0
    if changes >= MOST_CHANGES:
        raise TooManyFacilitatorChanges
    return after.model_copy(update={"facilitator_changes": changes + 1, "facilitator_day": today})


def require_name_and_email(kind: Kind, name: str | None, email: str | None) -> None:
    """Checks that the facilitator's name and address come together.

    Raises:
        Invalid: one of them is missing, or the meeting is no first one.
    """
    if (name or email) and kind != "first":
        raise Invalid(FieldError("facilitator_name", NoFacilitator.title + " Leave this blank."))
    if name and not email:
        raise Invalid(FieldError("facilitator_email", "Enter the facilitator’s email address."))
    if email and not name:
        raise Invalid(FieldError("facilitator_name", "Enter the facilitator’s name."))


def mark_notified(meeting: Meeting) -> Meeting:
    """Marks the present revision as the one that the facilitator was notified of."""
    if meeting.facilitator_email is None:
        return meeting
    return meeting.model_copy(update={"facilitator_told": meeting.revision})


def request_writes(meeting: Meeting, now: datetime) -> list[Write]:
    """The letter that asks the facilitator, and the work that deletes their name."""
    letter = notify_writes(meeting, "made", now)
    return [*letter, repository.schedule_needs_deletion_write(meeting)] if letter else []


def notify_writes(meeting: Meeting, change: str, now: datetime) -> list[Write]:
    """The letter to the facilitator about what is new; nothing where there is none."""
    if meeting.facilitator_email is None:
        return []
    version, person = str(meeting.facilitator_told), address_digest(meeting.facilitator_email)
    letter = Letter(LetterId("facilitation", meeting.id, version, person), {"change": change})
    return [_letter_write(letter, now)]


def end_writes(before: Meeting, after: Meeting, now: datetime) -> list[Write]:
    """The letter to the facilitator of `before`, who no longer hosts the meeting."""
    if before.facilitator_email is None:
        return []
    facts = {"email": before.facilitator_email, "name": before.facilitator_name}
    person = address_digest(before.facilitator_email)
    letter = LetterId("facilitation_end", after.id, str(after.revision), person)
    return [_letter_write(Letter(letter, facts), now)]


def _letter_write(letter: Letter, now: datetime) -> Put:
    return letters_repository.insert_write(letter, now, period("stranger_letter"))
