"""Use cases for answering a poll: signed in, or by the emailed link."""

from collections.abc import Mapping

from comhar import email_links
from comhar.context import Context
from comhar.meetings.model import MembersOnly
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.polls import forms, model, repository, views
from comhar.polls.model import Poll, Vote

SIGN_IN_INSTEAD = "While the poll is open, you can answer on its page after signing in."


def answer_poll(poll_id: str, form: forms.DateVotes, ctx: Context) -> views.DatesAnswered:
    """Records which dates suit the member; the last answer counts.

    Raises:
        NotFound: there is no such poll.
        MembersOnly: it asks another region's members.
        PollOver: it is not open any more.
        Invalid: a date has no answer, or is none of the poll's.
    """
    return _save_answer(repository.get_poll(ctx.table, poll_id, ctx.now), form, ctx.user, ctx)


def get_page_by_link(token: str, ctx: Context[Member | None]) -> views.PollView:
    """The poll of an emailed link, with the answers of the member it was sent to.

    Raises:
        LinkSpent: the link has run out, or never was.
        NotFound: there is no such poll any more.
        MembersOnly: the member whom the email was for is not asked any more.
        PollOver: it is not open any more.
    """
    poll, member, votes = _get_by_link(token, ctx)
    if not poll.is_open(ctx.now):
        raise model.PollOver
    return views.poll_by_link(poll, member, votes, ctx.user, ctx.now)


def answer_by_link(
    token: str, form: forms.DateVotes, ctx: Context[Member | None]
) -> views.DatesAnswered:
    """Records the answers of the member to whom the link was sent.

    The link stays good until the poll closes, so that the answers can be changed.

    Raises:
        LinkSpent: the link has run out, or never was.
        NotFound, MembersOnly, PollOver, Invalid: as an answer on the page.
    """
    poll, member, _ = _get_by_link(token, ctx)
    return _save_answer(poll, form, member, ctx)


def _save_answer(
    poll: Poll, form: forms.DateVotes, member: Member, ctx: Context[Member | None]
) -> views.DatesAnswered:
    if not model.is_asked(poll, member):
        raise MembersOnly
    votes = model.validate_votes(poll, form.votes, ctx.now)
    ctx.table.transact(repository.vote_writes(poll, member.id, votes, ctx.now))
    return views.DatesAnswered(poll=poll.id, votes=votes)


def _get_by_link(
    token: str, ctx: Context[Member | None]
) -> tuple[Poll, Member, Mapping[str, Vote]]:
    """The poll and the member of a link, and the answers so far."""
    link = email_links.get_link(ctx.table, token, "poll", ctx.now, SIGN_IN_INSTEAD)
    subject, person = link["subject"], link["person"]
    keys = [
        repository.key(subject),
        membership_repository.key(person),
        repository.vote_key(subject, person),
    ]
    item, member_item, vote = ctx.table.batch_get(keys)
    poll = repository.require_poll(item, ctx.now)
    if member_item is None:
        raise MembersOnly
    member = membership_repository.from_item(member_item, ctx.settings)
    if not model.is_asked(poll, member):
        raise MembersOnly
    return poll, member, vote["votes"] if vote else {}
