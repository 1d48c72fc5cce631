"""How a poll stands: how many gave each answer, and in a small community who did."""

from collections import Counter

from comhar.aws.conditions import Item
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.due_work import migrations
from comhar.membership import directory, member_counts
from comhar.membership.model import Member, may_be_asked_to_act
from comhar.polls import repository, votes
from comhar.polls.model import NAMED_UP_TO, Poll, PollResults
from comhar.sharded_counts import sum_counts


def load_results(poll_id: str, ctx: Context) -> PollResults:
    """A poll as far as its page shows it to this user.

    Two reads; three for co-chairs of a large community.

    Raises:
        NotFound: there is no such poll.
    """
    region = poll_id.partition("-")[0]
    if not _is_counted(ctx):
        return _load_uncounted(poll_id, ctx)
    if ctx.user.may_chair(region):
        people = directory.list_active(ctx.table, region, limit=NAMED_UP_TO)
        if people.next is None:
            return _load_from_votes(poll_id, people.items, ctx)
    keys = [votes.key(poll_id, ctx.user.id), *member_counts.count_keys(region)]
    own, *shards = ctx.table.batch_get(keys)
    members = sum_counts(filter(None, shards))["active"]
    askable = member_counts.sum_askable(ctx.table, region, shards, local_date(ctx.now))
    poll, counts = load_counts(poll_id, ctx)
    votes_by_id = {ctx.user.id: own["votes"]} if own else {}
    return PollResults(poll, counts, members, votes_by_id, absent=members - askable)


def load_counts(poll_id: str, ctx: Context[Member | None]) -> tuple[Poll, Counter[str]]:
    """A poll and its counts; one query.

    Raises:
        NotFound: there is no such poll.
    """
    if not _is_counted(ctx):
        results = _load_uncounted(poll_id, ctx)
        return results.poll, results.counts
    items = ctx.table.query(repository.key(poll_id)[0], until="POLL").items
    return _get_poll(items, ctx), votes.counts_from_items(items)


def count_unanswered(poll_id: str, ctx: Context[Member | None]) -> tuple[Poll, int]:
    """A poll, and how many active members have not answered it; two queries.

    Raises:
        NotFound: there is no such poll.
    """
    poll, counts = load_counts(poll_id, ctx)
    members = member_counts.count_members(ctx.table, poll.region)["active"]
    return poll, members - counts["answered"]


def _is_counted(ctx: Context[Member | None]) -> bool:
    """Whether what an earlier version stored is counted too: votes, and members."""
    return all(migrations.is_done(ctx.table, step) for step in (votes.STEP, directory.STEP))


def _load_uncounted(poll_id: str, ctx: Context[Member | None]) -> PollResults:
    """Until all is counted: with everybody's votes, and all active people; two queries."""
    people = directory.list_all_active(ctx.table, poll_id.partition("-")[0])
    return _load_from_votes(poll_id, people, ctx)


def _load_from_votes(poll_id: str, people: list[Item], ctx: Context[Member | None]) -> PollResults:
    """With everybody's votes; one query. `people` are all active members."""
    names, today = directory.disambiguate_names(people), local_date(ctx.now)
    absent = {person["id"] for person in people if not may_be_asked_to_act(person, today)}
    items = ctx.table.query(repository.key(poll_id)[0]).items
    stored = {item["member"]: item["votes"] for item in items if "votes" in item}
    counts = votes.count_votes([stored[member_id] for member_id in names if member_id in stored])
    absent -= stored.keys()
    return PollResults(
        _get_poll(items, ctx), counts, len(names), stored, names, len(absent), frozenset(absent)
    )


def _get_poll(items: list[Item], ctx: Context[Member | None]) -> Poll:
    poll = next((item for item in items if item["sk"] == "POLL"), None)
    return repository.require_poll(poll, ctx.now)
