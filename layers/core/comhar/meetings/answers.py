"""Owns the use cases of answers: whether a member comes, said on the page, by the emailed link or in
a calendar."""

from datetime import datetime

from comhar import links
from comhar.calendar import meeting_of
from comhar.errors import Conflict, Gone, NotFound
from comhar.meetings import forms, model, needs, records, shown, views
from comhar.meetings.model import Choice, Meeting
from comhar.membership import records as people
from comhar.membership.model import Member
from comhar.membership.records import Members
from comhar.table import Lost, Table
from comhar.writes import Item, Write


class MovedSince(Gone):
    title = "This meeting has been moved since that letter was written."
    next = "Answer by the letter that tells of the new date, or on the meeting’s page after signing in."


ANSWER_INSTEAD = (
    "You can still answer, or change your answer, on the meeting’s page after signing in."
)


def answer(
    meeting_id: str, form: forms.Answer, me: Member, now: datetime, table: Table
) -> views.Answered:
    """Records whether the member comes; the last answer counts. Raises NotFound, MembersOnly,
    MeetingOver and its kin."""
    meeting = open_to(me, records.by_id(table, meeting_id), now)
    table.transact(*_written(meeting, me, form, now))
    return views.Answered(meeting=meeting.id, answer=form.answer)


def invitation(token: str, chosen: str, now: datetime, members: Members) -> views.Invitation:
    """What an emailed answer link is about, and which answer it named. Raises as `answer_by_link`."""
    link = _link(token, now, members.table)
    meeting, member = _both(link["subject"], link["person"], members)
    return shown.invitation(_dated(link, open_to(member, meeting, now)), chosen)


def answer_by_link(
    token: str, form: forms.Answer, now: datetime, members: Members
) -> views.Answered:
    """Records the answer of whom the letter was for, and spends the link. Raises LinkSpent, MovedSince,
    NotFound, MembersOnly, MeetingOver and its kin."""
    link = _link(token, now, members.table)
    meeting, member = _both(link["subject"], link["person"], members)
    written = _written(_dated(link, open_to(member, meeting, now)), member, form, now)
    try:
        members.table.transact(links.spend(link, now), *written)
    except Lost as lost:
        raise links.LinkSpent(next=ANSWER_INSTEAD) from lost
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
        meeting = open_to(member, records.by_id(members.table, meeting_id), now)
    except (NotFound, Conflict, model.MembersOnly):
        return False
    if sequence is not None and sequence < meeting.dated:
        return False
    members.table.transact(*_written(meeting, member, forms.Answer(answer=answer), now))
    return True


def arrange(
    meeting_id: str, form: forms.Needs, me: Member, now: datetime, table: Table
) -> views.Needs:
    """Asks for something to be arranged, or takes it back, which can be done at any time.

    Raises NotFound, MembersOnly, Invalid, MeetingOver and its kin.
    """
    meeting, access = records.by_id(table, meeting_id), model.access_needs(form.needs, form.arrange)
    if access:
        table.transact(*needs.asked(open_to(me, meeting, now), me.id, access))
    else:
        table.transact(needs.taken_back(meeting.id, me.id))
    chosen = list(access.choices) if access else []
    return views.Needs(meeting=meeting.id, needs=chosen, arrange=form.arrange)


def _written(meeting: Meeting, me: Member, form: forms.Answer, now: datetime) -> list[Write]:
    """The answer with what to arrange, where that is said; for who does not come there is nothing to."""
    said: list[Write] = [records.put_answer(meeting, me, form.answer, now)]
    if form.answer == "no":
        return [*said, needs.taken_back(meeting.id, me.id)]
    access = model.access_needs(form.needs, form.arrange)
    return [*said, *(needs.asked(meeting, me.id, access) if access else [])]


def _link(token: str, now: datetime, table: Table) -> Item:
    return links.get_link(table, token, "answer", now, ANSWER_INSTEAD)


def _dated(link: Item, meeting: Meeting) -> Meeting:
    """The meeting, if it is still on the date that the link's letter told of. Raises MovedSince."""
    if link["facts"]["dated"] != meeting.dated:
        raise MovedSince
    return meeting


def _both(meeting_id: str, member_id: str, members: Members) -> tuple[Meeting, Member]:
    """A meeting and a person in one read. Raises NotFound, and MembersOnly for who is no longer here."""
    keys = [records.key(meeting_id), people.key(member_id)]
    meeting, member = members.table.batch_get(keys)
    if meeting is None:
        raise NotFound
    if member is None:
        raise model.MembersOnly
    return records.from_item(meeting), people.from_item(member, members.settings)


def open_to(me: Member, meeting: Meeting, now: datetime) -> Meeting:
    """The meeting, while this member may say whether they come."""
    model.upcoming(meeting, now)
    if not (me.active and meeting.concerns(me.region)):
        raise model.MembersOnly
    return meeting
