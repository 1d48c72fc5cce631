"""Owns the use cases of answering a poll, signed in or by the emailed link, until it closes."""

from datetime import datetime

from comhar import links
from comhar.meetings.model import MembersOnly
from comhar.membership import records as people
from comhar.membership.model import Member
from comhar.membership.records import Members
from comhar.polls import forms, model, records, shown, views
from comhar.polls.model import Poll
from comhar.table import Lost, Table
from comhar.writes import Item

SIGN_IN_INSTEAD = "While the poll is open, you can answer on its page after signing in."


def answer(
    poll_id: str, sent: forms.DateVotes, me: Member, now: datetime, table: Table
) -> views.DatesAnswered:
    """Records which dates suit the member; the last answer counts. Raises NotFound, MembersOnly,
    PollOver, Invalid."""
    return _written(records.by_id(table, poll_id, now), sent, me, now, table)


def page(token: str, now: datetime, members: Members) -> views.PollView:
    """The poll that an emailed link is about. Raises LinkSpent, NotFound, MembersOnly, PollOver."""
    poll, member = _both(token, now, members)
    if not poll.open_at(now):
        raise model.PollOver
    held = members.table.get(records.vote_key(poll.id, member.id))
    return shown.by_link(poll, held["votes"] if held else {}, now)


def answer_by_link(
    token: str, sent: forms.DateVotes, now: datetime, members: Members
) -> views.DatesAnswered:
    """Records the answer of whom the letter was for. The link stays good until the poll closes, so that
    the answer can be changed. Raises LinkSpent, NotFound, MembersOnly, PollOver, Invalid."""
    poll, member = _both(token, now, members)
    return _written(poll, sent, member, now, members.table)


def _written(
    poll: Poll, sent: forms.DateVotes, me: Member, now: datetime, table: Table
) -> views.DatesAnswered:
    if not model.belongs(poll, me):
        raise MembersOnly
    votes = model.answered(poll, sent.votes, now)
    try:
        table.transact(*records.put_vote(poll, me.id, votes, now))
    except Lost as lost:  # it was closed or decided at this very moment
        raise model.PollOver from lost
    return views.DatesAnswered(poll=poll.id, votes=votes)


def _both(token: str, now: datetime, members: Members) -> tuple[Poll, Member]:
    """The poll and the person of a link. Raises LinkSpent, NotFound, MembersOnly."""
    link: Item = links.live(members.table.get(links.key(token)), "poll", now, SIGN_IN_INSTEAD)
    keys = [records.key(link["subject"]), people.key(link["person"])]
    poll, member = members.table.batch_get(keys)
    held = records.there(poll, now)
    if member is None:
        raise MembersOnly
    person = people.from_item(member, members.settings)
    if not model.belongs(held, person):
        raise MembersOnly
    return held, person
