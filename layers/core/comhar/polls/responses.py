"""Owns the use cases of answering a poll, signed in or by the emailed link, until it closes."""

from collections.abc import Mapping
from datetime import datetime

from comhar import email_links
from comhar.aws.conditions import Item
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.meetings.model import MembersOnly
from comhar.membership import repository as people
from comhar.membership.model import Member
from comhar.membership.repository import Members
from comhar.polls import forms, model, repository, shown, views
from comhar.polls.model import Poll, Vote

SIGN_IN_INSTEAD = "While the poll is open, you can answer on its page after signing in."


def answer(
    poll_id: str, sent: forms.DateVotes, me: Member, now: datetime, table: Table
) -> views.DatesAnswered:
    """Records which dates suit the member; the last answer counts. Raises NotFound, MembersOnly,
    PollOver, Invalid."""
    return _written(repository.by_id(table, poll_id, now), sent, me, now, table)


def page(token: str, me: Member | None, now: datetime, members: Members) -> views.PollView:
    """The poll that an emailed link is about, and whose answer it asks for. Raises LinkSpent, NotFound,
    MembersOnly, PollOver."""
    poll, member, votes = _told(token, now, members)
    if not poll.open_at(now):
        raise model.PollOver
    return shown.by_link(poll, member, votes, me, now)


def answer_by_link(
    token: str, sent: forms.DateVotes, now: datetime, members: Members
) -> views.DatesAnswered:
    """Records the answer of whom the letter was for. The link stays good until the poll closes, so that
    the answer can be changed. Raises LinkSpent, NotFound, MembersOnly, PollOver, Invalid."""
    poll, member, _ = _told(token, now, members)
    return _written(poll, sent, member, now, members.table)


def _written(
    poll: Poll, sent: forms.DateVotes, me: Member, now: datetime, table: Table
) -> views.DatesAnswered:
    if not model.belongs(poll, me):
        raise MembersOnly
    votes = model.answered(poll, sent.votes, now)
    try:
        table.transact(repository.put_vote(poll, me.id, votes, now))
    except ConditionFailed as lost:  # it was closed or decided at this very moment
        raise model.PollOver from lost
    return views.DatesAnswered(poll=poll.id, votes=votes)


def _told(token: str, now: datetime, members: Members) -> tuple[Poll, Member, Mapping[str, Vote]]:
    """The poll and the person of a link, and what they answered so far. Raises LinkSpent, NotFound,
    MembersOnly."""
    link: Item = email_links.get_link(members.table, token, "poll", now, SIGN_IN_INSTEAD)
    subject, person = link["subject"], link["person"]
    keys = [repository.key(subject), people.key(person), repository.vote_key(subject, person)]
    held, member, said = members.table.batch_get(keys)
    poll = repository.there(held, now)
    if member is None:
        raise MembersOnly
    asked = people.from_item(member, members.settings)
    if not model.belongs(poll, asked):
        raise MembersOnly
    return poll, asked, said["votes"] if said else {}
