"""The clock's jobs for polls: remind, close, and ask members who join later."""

from contextlib import suppress

from comhar import regions
from comhar.aws.conditions import ConditionFailed, Item, Update, Write
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId, Mailing
from comhar.membership.model import Member
from comhar.polls import model, poll_results, repository, votes
from comhar.polls.model import Poll


def take_next_step(item: Item, ctx: Context[None]) -> None:
    """Takes the step for which a claimed poll is due, and sets when it is due next.

    All is written in one transaction with a check of the claim and the revision: where the poll was
    decided meanwhile, or a second worker has it, nothing is written.
    """
    before = repository.from_item(item)
    closures = communities_repository.closed_days_from_item(
        ctx.table.get(communities_repository.CLOSURES)
    )
    due = [step for at, step in model.list_steps(before, closures) if at <= ctx.now]
    after: Poll = before
    writes: list[Write] = []
    if "close" in due:
        after, writes = _close(before, ctx)
    elif due:
        after, writes = _remind(before, ctx)
    with suppress(ConditionFailed):
        ctx.table.transact(
            [*repository.update_poll_writes(before, after, closures, claimed=item), *writes]
        )


def recompute_due_times(ctx: Context[None]) -> None:
    """Recomputes when each open poll is due, after the closure days changed."""
    closures = communities_repository.closed_days_from_item(
        ctx.table.get(communities_repository.CLOSURES)
    )
    for region in regions.codes():
        for row in repository.list_running_rows(ctx.table, region, ctx.now):
            poll = repository.get_poll(ctx.table, row["id"], ctx.now)
            for at, _ in model.list_steps(poll, closures)[:1]:
                anew = {"due": "work", "due_at": stamp(at)}
                condition = {"revision": poll.revision}
                with suppress(ConditionFailed):  # changed meanwhile, which planned it anew too
                    ctx.table.transact(
                        [Update(repository.key(poll.id), set=anew, condition=condition)]
                    )


def catch_up_member(item: Item, ctx: Context[None]) -> None:
    """Asks a member who became active about the region's open polls.

    The letters have the ids that the polls' mailings would give them, so that nobody gets one twice.
    """
    for row in repository.list_running_rows(ctx.table, item["region"], ctx.now):
        letter = Letter(LetterId("poll", row["id"], "0", item["member"]))
        ctx.table.transact([], optional=[letters_repository.insert_write(letter, ctx.now)])


def recount_member(member: Member, ctx: Context[None]) -> None:
    """Counts a member's votes, or takes them off the counts, as the member now stands.

    For who becomes active, leaves or moves, in the polls of every region of theirs; run again, it changes
    nothing. A query and a read a region, and a transaction for each vote that changes.

    Raises:
        ConditionFailed: a vote, or the member, changed meanwhile.
    """
    for region in member.regions:
        rows = repository.list_rows(ctx.table, region, ctx.now)
        for vote in ctx.table.batch_get([votes.key(row["id"], member.id) for row in rows]):
            if vote:
                ctx.table.transact(votes.recount_writes(vote, region, member))


def _remind(before: Poll, ctx: Context[None]) -> tuple[Poll, list[Write]]:
    """Reminds once, unless somebody did today or everyone has answered."""
    done = model.revise(before, done=(*before.done, "remind"))
    _, unanswered = poll_results.count_unanswered(before.id, ctx)
    today = local_date(ctx.now)
    if before.reminded_on == today or unanswered <= 0:
        return done, []
    after = done.model_copy(update={"reminded": before.reminded + 1, "reminded_on": today})
    mailing = Mailing("poll_reminder", after.id, str(after.reminded), after.region)
    return after, [letters_repository.insert_mailing_write(mailing, ctx.now)]


def _close(before: Poll, ctx: Context[None]) -> tuple[Poll, list[Write]]:
    """Closes the poll and notifies the co-chairs, who choose the date."""
    _, counts = poll_results.load_counts(before.id, ctx)
    answered = counts["answered"]
    after = model.revise(before, state="closed", answered=answered, done=(*before.done, "close"))
    chairs = communities_repository.get_community(ctx.table, before.region, ctx.now).chairs
    ids = (LetterId("poll_closed", after.id, "0", chair["id"]) for chair in chairs)
    return after, [letters_repository.insert_write(Letter(letter_id), ctx.now) for letter_id in ids]
