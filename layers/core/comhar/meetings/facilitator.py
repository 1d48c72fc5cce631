"""Owns who hosts a first meeting from outside: named by the office, and written to.

The facilitator comes from outside and is no member. The calendar entry that they have counts by the
meeting's revision, because they hear of changes that the members do not hear of.
"""

from datetime import datetime

from comhar.aws.conditions import Put, Write
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.letters import repository as letters
from comhar.letters.model import Letter, LetterId
from comhar.mailboxes import address_digest
from comhar.meetings import access_needs, forms, hosting, model, repository, views
from comhar.meetings.model import Meeting
from comhar.membership.model import Member
from comhar.membership.repository import audit
from comhar.retention import kept
from comhar.settings import Settings


def page(meeting_id: str, table: Table) -> views.FacilitatorPage:
    """What the form starts from. Raises NotFound, NoFacilitator."""
    meeting = repository.by_id(table, meeting_id)
    if meeting.kind != "first":
        raise hosting.NoFacilitator
    return views.FacilitatorPage(
        **meeting.model_dump(include={"id", "region", "kind", "minutes", "state"}),
        **meeting.model_dump(include={"facilitator_name", "facilitator_email"}),
        starts_at=repository.wall(meeting.starts_at),
        needs_until=views.needs_until(meeting),
    )


def name(
    meeting_id: str,
    form: forms.Facilitator,
    me: Member,
    now: datetime,
    table: Table,
    settings: Settings,
) -> views.Hosted:
    """Names who hosts a first meeting, or takes it back; who is new is asked, who no longer is it is told.

    Raises NotFound, NoFacilitator, EnoughChanges, MeetingOver and its kin, Invalid, ChangedMeanwhile.
    """
    before, rules = repository.by_id(table, meeting_id), repository.rules(table, settings)
    after = hosting.hosted(before, form.facilitator_name, form.facilitator_email, now)
    writes: list[Write] = [audit(me, "facilitator", after.id, now)]
    if after.facilitator_email != before.facilitator_email:
        after = marked(hosting.counted(before, after, now))
        writes += [*asked(after, now), *let_go(before, after, now)]
    try:
        table.transact([*repository.changed(before, after, rules), *writes])
    except ConditionFailed as lost:
        raise model.ChangedMeanwhile from lost
    return views.Hosted(meeting=after.id, facilitator_name=after.facilitator_name)


def marked(meeting: Meeting) -> Meeting:
    """The meeting, of whose present revision its facilitator is told."""
    if meeting.facilitator_email is None:
        return meeting
    return meeting.model_copy(update={"facilitator_told": meeting.revision})


def asked(meeting: Meeting, now: datetime) -> list[Write]:
    """The letter that asks the facilitator, and the work by which their name and address are deleted;
    nothing where there is none."""
    letter = told(meeting, "made", now)
    return [*letter, access_needs.forget_later(meeting)] if letter else []


def told(meeting: Meeting, change: str, now: datetime) -> list[Write]:
    """The letter that tells the facilitator what is new; nothing where there is none."""
    if meeting.facilitator_email is None:
        return []
    version, person = str(meeting.facilitator_told), address_digest(meeting.facilitator_email)
    letter = Letter(LetterId("facilitation", meeting.id, version, person), {"change": change})
    return [_put(letter, now)]


def let_go(before: Meeting, after: Meeting, now: datetime) -> list[Write]:
    """The letter to who hosted the meeting and no longer does."""
    if before.facilitator_email is None:
        return []
    facts = {"email": before.facilitator_email, "name": before.facilitator_name}
    person = address_digest(before.facilitator_email)
    return [
        _put(
            Letter(LetterId("facilitation_end", after.id, str(after.revision), person), facts), now
        )
    ]


def _put(letter: Letter, now: datetime) -> Put:
    return letters.put(letter, now, kept("stranger_letter"))
