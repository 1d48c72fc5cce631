"""Counts of replies to a meeting: who comes, and which topics were voted for.

They lie beside the meeting, in shards, and change in the transaction of each reply.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from comhar.aws.conditions import Item, Key, Write
from comhar.meetings.model import Meeting
from comhar.meetings.repository import MeetingBundle
from comhar.sharded_counts import SHARDS, count_write, sum_counts
from comhar.tokens import digest

_ANSWERS = ("yes", "maybe", "no")


def count_answers(bundle: MeetingBundle) -> Counter[str]:
    """How many answered what to the meeting's present date."""
    dated = bundle.meeting.dated
    counts = _sum(bundle)
    return Counter({answer: counts[f"{answer}_{dated}"] for answer in _ANSWERS})


def count_keys(meeting_id: str) -> list[Key]:
    """Where a meeting's counts lie, to be read with something else."""
    return [(f"MEETING#{meeting_id}", f"COUNT#{shard:02d}") for shard in range(SHARDS)]


def sum_answers(meeting: Meeting, shards: Iterable[Item | None]) -> Counter[str]:
    """How many answered what to the meeting's present date, by its shards as read."""
    counts = sum_counts(filter(None, shards))
    return Counter({answer: counts[f"{answer}_{meeting.dated}"] for answer in _ANSWERS})


def count_answered(bundle: MeetingBundle) -> int:
    """How many answers are stored, to whichever date, of members who are concerned."""
    answers = ("yes_", "maybe_", "no_")
    return sum(count for name, count in _sum(bundle).items() if name.startswith(answers))


def count_votes(bundle: MeetingBundle, topics: Collection[str]) -> dict[str, int]:
    """Votes for each topic that had any, most first; topics off the list are left out."""
    counts = _sum(bundle)
    votes = {topic: counts[_topic_name(topic)] for topic in topics}
    order = {topic: place for place, topic in enumerate(topics)}
    most_first = sorted(votes.items(), key=lambda vote: (-vote[1], order[vote[0]]))
    return {topic: count for topic, count in most_first if count}


def count_voters(bundle: MeetingBundle) -> int:
    return _sum(bundle)["voted"]


def _sum(bundle: MeetingBundle) -> Counter[str]:
    """The counts as stored, and what an earlier version left uncounted."""
    counts = sum_counts(bundle.list_of_kind("COUNT"))
    for item in (*bundle.list_of_kind("ANSWER"), *bundle.list_of_kind("VOTE")):
        counts.update(contribution({**item, "counted": True}))
    return counts


def contribution(item: Item | None) -> Counter[str]:
    """What the counts hold of a stored reply."""
    if item and item["sk"].startswith("VOTE#"):
        return Counter(["voted", *map(_topic_name, item["topics"])])
    if item and item.get("counted"):
        return Counter([f"{item['answer']}_{item['dated']}"])
    return Counter()


def _topic_name(topic: str) -> str:
    return f"topic_{digest(topic)[:12]}"


def change_write(meeting_id: str, member_id: str, changes: Mapping[str, int]) -> Write:
    """Adds to the counts what changes for a member."""
    return count_write(f"MEETING#{meeting_id}", "COUNT#", member_id, changes)
