"""Owns the use cases of answers: whether a member comes, said on the page, by the emailed link or in
a calendar."""

from datetime import datetime

from comhar import email_links
from comhar.aws.conditions import Write
from comhar.aws.dynamodb import Table
from comhar.dates.ics import meeting_of
from comhar.errors import Conflict, Gone, NotFound
from comhar.meetings import access_needs, forms, model, repository, views
from comhar.meetings.model import Choice, Meeting
from comhar.membership import repository as people
from comhar.membership.model import Member
from comhar.membership.repository import Members


class MovedSince(Gone):
    title = "This meeting has been moved since that letter was written."
    next = "Answer by the letter that tells of the new date, or on the meeting’s page after signing in."


ANSWER_INSTEAD = (
    "Until the meeting starts, you can answer, or change your answer, on its page after signing in. After"
    " that, tell your co-chairs."
)


def answer(
    meeting_id: str, form: forms.Answer, me: Member, now: datetime, table: Table
) -> views.Answered:
    """Records whether the member comes; the last answer counts. Raises NotFound, MembersOnly,
    MeetingOver and its kin."""
    meeting = open_to(me, repository.by_id(table, meeting_id), now)
    table.transact(_written(meeting, me, form, now))
    return views.Answered(meeting=meeting.id, answer=form.answer)


def invitation(
    token: str, chosen: str, me: Member | None, now: datetime, members: Members
) -> views.Invitation:
    """What an emailed answer link is about, whose it is, and which answer it named. Raises as
    `answer_by_link`."""
    meeting, member, said = _linked(token, now, members)
    return views.invitation(meeting, member, said, chosen, me)


def answer_by_link(
    token: str, form: forms.Answer, now: datetime, members: Members
) -> views.Answered:
    """Records the answer of whom the letter was for. The link stays good until the meeting starts, so
    that the answer can be changed.

    Raises LinkSpent, MovedSince, NotFound, MembersOnly, MeetingOver and its kin.
    """
    meeting, member, _ = _linked(token, now, members)
    members.table.transact(_written(meeting, member, form, now))
    return views.Answered(meeting=meeting.id, answer=form.answer)


def by_calendar(
    uid: str,
    email: str,
    answer: Choice,
    now: datetime,
    members: Members,
    sequence: int | None = None,
) -> bool:
    """Records what a calendar program replied (RFC 5546, METHOD:REPLY), as on the page; whether it did.

    Hand in the calendar entry's UID, and the sender's address as `fields.address` writes it, which the
    caller has found to be the replying attendee's. It does nothing for what is no meeting of ours, for
    who is no active member of its region, for a meeting cancelled, closed or begun, and where
    `sequence` is older than the present date's: who replies to one that was moved has not seen the new.
    """
    meeting_id, member = meeting_of(uid), members.by_address(email)
    if not (meeting_id and member):
        return False
    try:
        meeting = open_to(member, repository.by_id(members.table, meeting_id), now)
    except (NotFound, Conflict, model.MembersOnly):
        return False
    if sequence is not None and sequence < meeting.dated:
        return False
    members.table.transact(_written(meeting, member, forms.Answer(answer=answer), now))
    return True


def arrange(
    meeting_id: str, form: forms.Needs, me: Member, now: datetime, table: Table
) -> views.Needs:
    """Asks for something to be arranged, or takes it back, which can be done at any time.

    Raises NotFound, MembersOnly, Invalid, MeetingOver and its kin.
    """
    meeting, access = (
        repository.by_id(table, meeting_id),
        model.access_needs(form.needs, form.arrange),
    )
    if access:
        table.transact(access_needs.asked(open_to(me, meeting, now), me.id, access))
    else:
        table.transact([access_needs.taken_back(meeting.id, me.id)])
    chosen = list(access.choices) if access else []
    return views.Needs(meeting=meeting.id, needs=chosen, arrange=form.arrange)


def _written(meeting: Meeting, me: Member, form: forms.Answer, now: datetime) -> list[Write]:
    """The answer with what to arrange, where that is said; for who does not come there is nothing to."""
    said: list[Write] = [repository.put_answer(meeting, me, form.answer, now)]
    if form.answer == "no":
        return [*said, access_needs.taken_back(meeting.id, me.id)]
    access = model.access_needs(form.needs, form.arrange)
    return [*said, *(access_needs.asked(meeting, me.id, access) if access else [])]


def _linked(token: str, now: datetime, members: Members) -> tuple[Meeting, Member, str | None]:
    """The meeting and the person of a link, and what they answered so far to the date that its letter
    told of; two reads. Raises as `answer_by_link`."""
    link = email_links.get_link(members.table, token, "answer", now, ANSWER_INSTEAD)
    subject, person = link["subject"], link["person"]
    keys = [repository.key(subject), people.key(person), repository.answer_key(subject, person)]
    held, known, said = members.table.batch_get(keys)
    if held is None:
        raise NotFound
    if known is None:
        raise model.MembersOnly
    member = people.from_item(known, members.settings)
    meeting = open_to(member, repository.from_item(held), now)
    if link["facts"]["dated"] != meeting.dated:
        raise MovedSince
    current = said is not None and said["dated"] == meeting.dated
    return meeting, member, said["answer"] if said and current else None


def open_to(me: Member, meeting: Meeting, now: datetime) -> Meeting:
    """The meeting, while this member may say whether they come."""
    model.upcoming(meeting, now)
    if not (me.active and meeting.concerns(me.region)):
        raise model.MembersOnly
    return meeting
