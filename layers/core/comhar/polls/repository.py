"""The items of polls: the poll, each member's answer, and the region's row."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from comhar.aws.conditions import UNLESS_EXISTS, Check, Delete, Item, Key, Put, Write
from comhar.aws.dynamodb import Table, load
from comhar.dates.dublin_time import stamp, unstamp
from comhar.due_work import leases
from comhar.errors import NotFound
from comhar.formatting import Instant, get_title
from comhar.meetings.repository import format_local
from comhar.membership.model import ErasedPerson
from comhar.polls.model import Poll, PollOver, Vote, list_steps

_ROW = ("id", "kind", "state", "meeting")
_INSTANTS = ("closes_at", "made_at")


def key(poll_id: str) -> Key:
    return f"POLL#{poll_id}", "POLL"


def vote_key(poll_id: str, member_id: str) -> Key:
    return f"POLL#{poll_id}", f"VOTE#{member_id}"


def to_item(poll: Poll, closures: frozenset[date]) -> Item:
    """The stored item: due at the next step, expiring when the poll is to be deleted."""
    pk, sk = key(poll.id)
    flat = poll.model_dump()
    flat |= {name: stamp(flat[name]) for name in _INSTANTS}
    flat["options"] = [
        {
            "key": option.key,
            "starts_at": format_local(option.starts_at),
            "notes": list(option.notes),
        }
        for option in poll.options
    ]
    day = poll.reminded_on.isoformat() if poll.reminded_on else None
    item: Item = {"pk": pk, "sk": sk, **flat, "done": list(poll.done), "reminded_on": day}
    item |= {"expires": _expires(poll)}
    at = next((at for at, _ in list_steps(poll, closures)), None)
    return item | {"due": "work", "due_at": stamp(at)} if at else item


def from_item(item: Item) -> Poll:
    instants = {name: unstamp(item[name]) for name in _INSTANTS}
    return load(Poll, item, **instants)


def row_write(poll: Poll) -> Put:
    """Writes the copy of the poll from which the region's list is read."""
    item: Item = {"pk": f"REGION#{poll.region}", "sk": f"POLL#{poll.id}"}
    item |= {name: getattr(poll, name) for name in _ROW}
    item |= {"closes_at": stamp(poll.closes_at), "dates": len(poll.options)}
    return Put(item | {"expires": _expires(poll)})


def _expires(poll: Poll) -> int:
    return int(poll.deleted_at.timestamp())


def insert_poll_writes(poll: Poll, closures: frozenset[date]) -> list[Write]:
    return [Put(to_item(poll, closures), condition=UNLESS_EXISTS), row_write(poll)]


def update_poll_writes(
    before: Poll, after: Poll, closures: frozenset[date], claimed: Item | None = None
) -> list[Write]:
    """Stores a changed poll.

    Refused when somebody changed it meanwhile, or when the worker that claimed it has lost its lease.
    """
    condition: dict[str, Any] = {"revision": before.revision}
    if claimed is not None:
        condition |= leases.still_leased(claimed)
    return [Put(to_item(after, closures), condition=condition), row_write(after)]


def vote_writes(poll: Poll, member_id: str, votes: dict[str, Vote], now: datetime) -> list[Write]:
    """Stores one member's answers; refused with PollOver once the poll is not open."""
    pk, sk = vote_key(poll.id, member_id)
    item = {"pk": pk, "sk": sk, "member": member_id, "votes": votes, "at": stamp(now)}
    return [
        Check(key(poll.id), {"state": "open"}, conflict=PollOver),
        Put(item | {"expires": _expires(poll)}),
    ]


def get_with_votes(
    table: Table, poll_id: str, now: datetime
) -> tuple[Poll, dict[str, dict[str, Vote]]]:
    """A poll with everyone's answers, by member; one query.

    Raises:
        NotFound: there is no such poll.
    """
    items = table.query(f"POLL#{poll_id}").items
    poll = next((item for item in items if item["sk"] == "POLL"), None)
    votes = {item["member"]: item["votes"] for item in items if item["sk"] != "POLL"}
    return require_poll(poll, now), votes


def get_poll(table: Table, poll_id: str, now: datetime) -> Poll:
    return require_poll(table.get(key(poll_id)), now)


def require_poll(item: Item | None, now: datetime) -> Poll:
    """The poll of an item that was read.

    DynamoDB deletes expired items late, so the time is checked here too.

    Raises:
        NotFound: there is no item, or it has expired.
    """
    if item is None or item["expires"] <= now.timestamp():
        raise NotFound
    return from_item(item)


def list_rows(table: Table, region: str, now: datetime) -> list[Item]:
    """The region's polls, newest first; one query."""
    items = table.query(f"REGION#{region}", "POLL#", newest_first=True).items
    return [row for row in items if row["expires"] > now.timestamp()]


def list_running_rows(table: Table, region: str, now: datetime) -> list[Item]:
    """The rows of the region's polls that are open now, newest first; one query."""
    return [row for row in list_rows(table, region, now) if is_running(row, now)]


def is_running(row: Item, now: datetime) -> bool:
    """Whether the poll of a region's row can be answered now."""
    return bool(row["state"] == "open" and row["closes_at"] > stamp(now))


def erase_writes(table: Table, region: str, person: ErasedPerson) -> Iterator[list[Write]]:
    """Deletes a person's answers to a region's polls."""
    for row in table.query(f"REGION#{region}", "POLL#").items:
        yield [Delete(vote_key(row["id"], person.id))]


def export(table: Table, region: str, member_id: str, now: datetime) -> dict[str, list[Item]]:
    """A member's answers to the region's polls that still exist; one read a poll."""
    answers: list[Item] = []
    for row in list_rows(table, region, now):
        poll, answer = table.batch_get([key(row["id"]), vote_key(row["id"], member_id)])
        for option in poll["options"] if poll and answer else ():
            vote = get_title(answer["votes"].get(option["key"]))
            about = {"at": Instant(answer["at"]), "region": get_title(region)}
            answers.append({"date": Instant(option["starts_at"]), "answer": vote, **about})
    return {"polls": answers}
