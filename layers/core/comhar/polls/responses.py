"""Use cases for answering a poll: signed in, or by the emailed link."""

from contextlib import suppress

from comhar import email_links
from comhar.aws.conditions import ConditionFailed, Item
from comhar.context import Context
from comhar.meetings.model import MembersOnly
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.polls import forms, model, repository, views, votes
from comhar.polls.model import Poll

SIGN_IN_INSTEAD = "While the poll is open, you can answer on its page after signing in."


def answer_poll(poll_id: str, form: forms.DateVotes, ctx: Context) -> views.DatesAnswered:
    """Records which dates suit the member; the last answer counts.

    Raises:
        NotFound: there is no such poll.
        MembersOnly: it asks another region's members.
        PollOver: it is not open any more.
        Invalid: a date has no answer, or is none of the poll's.
    """
    poll, before = _get_with_vote(poll_id, ctx.user, ctx)
    return _save_answer(poll, before, form, ctx.user, ctx)


def get_page_by_link(token: str, ctx: Context[Member | None]) -> views.PollView:
    """The poll of an emailed link, with the answers of the member it was sent to.

    Raises:
        LinkSpent: the link has run out, or never was.
        NotFound: there is no such poll any more.
        MembersOnly: the member whom the email was for is not asked any more.
        PollOver: it is not open any more.
    """
    poll, member, vote = _get_by_link(token, ctx)
    if not poll.is_open(ctx.now):
        raise model.PollOver
    return views.poll_by_link(poll, member, vote["votes"] if vote else {}, ctx.user, ctx.now)


def answer_by_link(
    token: str, form: forms.DateVotes, ctx: Context[Member | None]
) -> views.DatesAnswered:
    """Records the answers of the member to whom the link was sent.

    The link stays good until the poll closes, so that the answers can be changed.

    Raises:
        LinkSpent: the link has run out, or never was.
        NotFound, MembersOnly, PollOver, Invalid: as an answer on the page.
    """
    poll, member, before = _get_by_link(token, ctx)
    return _save_answer(poll, before, form, member, ctx)


def _save_answer(
    poll: Poll,
    before: Item | None,
    form: forms.DateVotes,
    member: Member,
    ctx: Context[Member | None],
) -> views.DatesAnswered:
    """Stores the answers in place of those before; a few tries, as they may change meanwhile."""
    for _ in range(votes.TRIES - 1):
        with suppress(ConditionFailed):
            return _try_to_save(poll, before, form, member, ctx)
        poll, before = _get_with_vote(poll.id, member, ctx)
    return _try_to_save(poll, before, form, member, ctx)


def _try_to_save(
    poll: Poll,
    before: Item | None,
    form: forms.DateVotes,
    member: Member,
    ctx: Context[Member | None],
) -> views.DatesAnswered:
    """Raises ConditionFailed where the answers before changed since they were read."""
    if not model.is_asked(poll, member):
        raise MembersOnly
    answers = model.validate_votes(poll, form.votes, ctx.now)
    ctx.table.transact(votes.save_writes(poll, before, member.id, answers, ctx.now))
    return views.DatesAnswered(poll=poll.id, votes=answers)


def _get_with_vote(
    poll_id: str, member: Member, ctx: Context[Member | None]
) -> tuple[Poll, Item | None]:
    """A poll and what the member voted; one read."""
    keys = [repository.key(poll_id), votes.key(poll_id, member.id)]
    item, vote = ctx.table.batch_get(keys)
    return repository.require_poll(item, ctx.now), vote


def _get_by_link(token: str, ctx: Context[Member | None]) -> tuple[Poll, Member, Item | None]:
    """The poll and the member of a link, and what they voted so far."""
    link = email_links.get_link(ctx.table, token, "poll", ctx.now, SIGN_IN_INSTEAD)
    subject, person = link["subject"], link["person"]
    keys = [
        repository.key(subject),
        membership_repository.key(person),
        votes.key(subject, person),
    ]
    item, member_item, vote = ctx.table.batch_get(keys)
    poll = repository.require_poll(item, ctx.now)
    if member_item is None:
        raise MembersOnly
    member = membership_repository.from_item(member_item, ctx.settings)
    if not model.is_asked(poll, member):
        raise MembersOnly
    return poll, member, vote
