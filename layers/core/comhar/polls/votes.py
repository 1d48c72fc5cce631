"""Stored votes of polls, and their counts, kept in the writes that change them.

A vote counts while its member is active in the poll's region: it is marked `counted`, and stands in the
counts, which change in the same transaction. Whoever moves away or leaves keeps the vote till the poll is
deleted, and is counted again on coming back.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Check,
    Condition,
    Delete,
    Item,
    Key,
    OnConflict,
    Put,
    Update,
    Write,
    absent,
)
from comhar.dates.dublin_time import stamp
from comhar.meetings.model import MembersOnly
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.polls.model import Poll, PollOver, Vote
from comhar.sharded_counts import SHARDS, count_write, sum_counts

STEP = "poll_votes"  # the migration that counts what an earlier version stored
TRIES = 5  # against what else changes the same vote
_COUNT = "COUNT#"
COUNTED_AT_ONCE = 49  # votes of one transaction, each with a check of its member


def key(poll_id: str, member_id: str) -> Key:
    return f"POLL#{poll_id}", f"VOTE#{member_id}"


def save_writes(
    poll: Poll, before: Item | None, member_id: str, votes: Mapping[str, Vote], now: datetime
) -> list[Write]:
    """Stores one member's votes in place of those `before`, as they were read.

    Refused where the votes changed meanwhile, with PollOver once the poll is not open, and with MembersOnly
    once the member is not asked any more. The poll itself is not checked, which everybody's votes would
    have to wait for: each shard of the counts says that it is over.
    """
    pk, sk = key(poll.id, member_id)
    expires = int(poll.deleted_at.timestamp())
    item: Item = {"pk": pk, "sk": sk, "member": member_id, "votes": dict(votes), "at": stamp(now)}
    changes = count_votes([votes])
    changes.subtract(_counted(before))
    return [
        _check_member(member_id, poll.region, MembersOnly),
        _counts_write(pk, expires, member_id, changes, {"over": absent}, PollOver),
        Put(item | {"counted": True, "expires": expires}, condition=_as_read(before)),
    ]


def end_writes(poll: Poll) -> list[Write]:
    """No vote is stored from here on: each shard of the counts says so."""
    over: Item = {"over": True, "expires": int(poll.deleted_at.timestamp())}
    return [
        Update((f"POLL#{poll.id}", f"{_COUNT}{shard:02d}"), set=over) for shard in range(SHARDS)
    ]


def recount_writes(item: Item, region: str, member: Member) -> list[Write]:
    """Takes a stored vote off the counts, or puts it there, as its member now stands.

    None where it is so already. Refused where the vote or the member changed meanwhile.
    """
    counts = member.active and member.region == region
    if counts == item.get("counted", False):
        return []
    changes = count_votes([item["votes"]])
    if not counts:
        changes = Counter({name: -count for name, count in changes.items()})
    mark = {"set": {"counted": True}} if counts else {"remove": ["counted"]}
    member_as_read = {"status": member.status, "region": member.region or absent}
    return [
        Check(membership_repository.key(member.id), member_as_read),
        Update((item["pk"], item["sk"]), condition=_as_read(item), **mark),
        _counts_write(item["pk"], item["expires"], member.id, changes),
    ]


def count_all_writes(items: Sequence[Item], region: str) -> list[Write]:
    """Counts some votes of one poll that do not count yet, all in one shard.

    Refused where one of them changed meanwhile, or its member is not active in the region.
    """
    counts = count_votes([item["votes"] for item in items])
    writes: list[Write] = [
        _counts_write(items[0]["pk"], items[0]["expires"], items[0]["member"], counts)
    ]
    for item in items:
        mark = Update((item["pk"], item["sk"]), set={"counted": True}, condition=_as_read(item))
        writes += [_check_member(item["member"], region), mark]
    return writes


def delete_writes(item: Item) -> list[Write]:
    """Deletes a stored vote, and takes it off the counts.

    Refused where it changed meanwhile.
    """
    delete = Delete((item["pk"], item["sk"]), condition=_as_read(item))
    changes = Counter[str]()
    changes.subtract(_counted(item))
    if not changes:
        return [delete]
    return [delete, _counts_write(item["pk"], item["expires"], item["member"], changes)]


def count_votes(members_votes: Collection[Mapping[str, Vote]]) -> Counter[str]:
    """Counts as they are stored: who answered, and each answer to each date."""
    counts = Counter({"answered": len(members_votes)})
    for votes in members_votes:
        counts.update(f"{option}_{vote}" for option, vote in votes.items())
    return counts


def counts_from_items(items: Iterable[Item]) -> Counter[str]:
    """The same counts, from what lies in the partition of a poll."""
    return sum_counts(item for item in items if item["sk"].startswith(_COUNT))


def _counted(item: Item | None) -> Counter[str]:
    """What the counts hold of a stored vote."""
    return count_votes([item["votes"]]) if item and item.get("counted") else Counter()


def _as_read(item: Item | None) -> Condition:
    if item is None:
        return UNLESS_EXISTS
    return {"votes": item["votes"], "counted": item.get("counted", absent)}


def _check_member(member_id: str, region: str, conflict: OnConflict = None) -> Check:
    active = {"status": "active", "region": region}
    return Check(membership_repository.key(member_id), active, conflict=conflict)


def _counts_write(
    pk: str,
    expires: int,
    member_id: str,
    changes: Mapping[str, int],
    condition: Condition | None = None,
    conflict: OnConflict = None,
) -> Update:
    """The change of the counts, which expire with the poll."""
    write = count_write(pk, _COUNT, by=member_id, changes=changes)
    return replace(write, set={"expires": expires}, condition=condition or {}, conflict=conflict)
