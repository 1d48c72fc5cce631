"""The move of votes that an earlier version stored: each that counts is counted."""

from itertools import batched

from comhar import regions
from comhar.aws.conditions import Check, ConditionFailed, Item
from comhar.context import Context
from comhar.due_work.migrations import Step
from comhar.membership import repository as membership_repository
from comhar.polls import repository, votes


def count_poll(row: Item, claim: Check, ctx: Context[None]) -> None:
    """Counts the votes of a poll that do not count yet.

    Those of members who are active and asked, while the poll exists. A query, a read for each hundred
    votes, and a transaction for each 49; all again where somebody voted or left meanwhile.

    Raises:
        ConditionFailed: another worker has the work.
    """
    if row["expires"] > ctx.now.timestamp():
        while not _count_votes(row["id"], claim, ctx):
            pass


def _count_votes(poll_id: str, claim: Check, ctx: Context[None]) -> bool:
    """Whether all are counted now; not so where one changed after it was read."""
    region = poll_id.partition("-")[0]
    for items in batched(
        _list_uncounted(poll_id, region, ctx), votes.COUNTED_AT_ONCE, strict=False
    ):
        try:
            ctx.table.transact([claim, *votes.count_all_writes(items, region)])
        except ConditionFailed as failure:
            if 0 in failure.failed:
                raise
            return False
    return True


def _list_uncounted(poll_id: str, region: str, ctx: Context[None]) -> list[Item]:
    stored = ctx.table.query(repository.key(poll_id)[0], "VOTE#").items
    uncounted = [item for item in stored if "counted" not in item]
    keys = [membership_repository.key(item["member"]) for item in uncounted]
    members = ctx.table.batch_get(keys)
    return [
        item
        for item, member in zip(uncounted, members, strict=True)
        if member and member["status"] == "active" and member.get("region") == region
    ]


STEP = Step(votes.STEP, lambda: [f"REGION#{code}" for code in regions.codes()], "POLL#", count_poll)
