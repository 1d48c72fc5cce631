"""Owns the sending of a list: piece by piece, each in one transaction, so that a crash loses nothing
and sends nothing twice."""

from collections import Counter
from datetime import datetime

from comhar.aws.conditions import Item, Write
from comhar.aws.dynamodb import ConditionFailed
from comhar.due_work import leases
from comhar.invitations import repository
from comhar.membership.repository import Members

_TRIES = 5  # at one piece, against others who invite the same people


def send(item: Item, now: datetime, members: Members, pieces_at_most: int = 1_000) -> Item:
    """Invites whoever is new in a list that is leased to the caller, and ends it; the item as it then
    is. Who became a member or was invited meanwhile gets no letter. The clock does what is left.

    Raises Lost when another worker has the list.
    """
    for _ in range(pieces_at_most):
        pieces = repository.new_rows(members.table, item["id"], None).items
        if not pieces:
            members.table.transact([repository.finish(item)])
            return {**item, "state": "sent"}
        done = _send_piece(item, pieces[0], now, members)
        item = {**item, **leases.lease(now)}
        for kind, count in done.items():
            item[f"did_{kind}"] = item.get(f"did_{kind}", 0) + count
    members.table.transact([repository.leave(item, now)])
    return item


def _send_piece(item: Item, piece: Item, now: datetime, members: Members) -> Counter[str]:
    """The piece's letters, notes and line of the audit, and its end, all at once."""
    for _ in range(_TRIES):
        rows = repository.rows_of(piece)
        known = repository.known([row["email"] for row in rows], members, now)
        fresh = [row for row in rows if row["email"] not in known]
        kinds = Counter(known.values()) + Counter(new=len(fresh))
        writes: list[Write] = [
            *repository.sent(item, piece, kinds, now),
            repository.line(item, len(fresh), now),
        ]
        for row in fresh:
            writes += repository.invited(row, item["id"], item["by"], now)
        try:
            members.table.transact(writes)
            return kinds
        except ConditionFailed as lost:
            if {0, 1} & set(lost.failed):
                raise
    raise ConditionFailed([])


def work(item: Item, now: datetime, members: Members) -> None:
    """What the clock does for a claimed list. Another worker that has it goes on with it."""
    try:
        send(item, now, members)
    except ConditionFailed:
        return
