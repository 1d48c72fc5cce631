"""Owns the use cases of answers: whether a member comes, said on the page or by the emailed link."""

from datetime import datetime

from comhar import links
from comhar.meetings import forms, model, records, views
from comhar.membership.model import Member
from comhar.table import Lost, Table

ANSWER_INSTEAD = (
    "You can still answer, or change your answer, on the meeting’s page after signing in."
)


def answer(
    meeting_id: str, form: forms.Answer, me: Member, now: datetime, table: Table
) -> forms.Answered:
    """Records whether the member comes; the last answer counts. Raises NotFound, MembersOnly,
    MeetingOver and its kin."""
    meeting = model.upcoming(records.by_id(table, meeting_id), now)
    if not (me.active and me.region == meeting.region):
        raise model.MembersOnly
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
