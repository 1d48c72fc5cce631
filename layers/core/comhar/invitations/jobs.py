"""The sending of a list: piece by piece, each in one transaction.

So a crash loses nothing and sends nothing twice.
"""

from collections import Counter
from contextlib import suppress

from comhar.aws.conditions import ConditionFailed, Item
from comhar.context import Context
from comhar.due_work import leases
from comhar.invitations import repository
from comhar.invitations.repository import ListTaken
from comhar.membership.model import Member

_TRIES = 5  # at one piece, against others who invite the same people


def send_claimed_list(item: Item, ctx: Context[None]) -> None:
    """Sends a list that the clock has claimed, unless another worker has it."""
    with suppress(ListTaken):
        send_list(item, ctx)


def send_list(item: Item, ctx: Context[Member | None], pieces_at_most: int = 1_000) -> Item:
    """Invites whoever is new in a list that is leased to the caller, and ends it.

    Gives the item as it then is. Who became a member or was invited meanwhile gets no letter. The clock
    does what is left.

    Raises:
        ListTaken: another worker has the list.
    """
    for _ in range(pieces_at_most):
        pieces = repository.next_new_piece(ctx.table, item["id"], None).items
        if not pieces:
            ctx.table.transact([repository.finish_list_write(item)])
            return {**item, "state": "sent"}
        kinds = _send_piece(item, pieces[0], ctx)
        item = {**item, **leases.lease_attributes(ctx.now)}
        for kind, count in kinds.items():
            item[f"did_{kind}"] = item.get(f"did_{kind}", 0) + count
    ctx.table.transact([repository.release_lease_write(item, ctx.now)])
    return item


def _send_piece(item: Item, piece: Item, ctx: Context[Member | None]) -> Counter[str]:
    """Writes the piece's letters, notes and audit line, and deletes it, all at once.

    Raises:
        ListTaken: another worker has the list; or others went on inviting the same people.
    """
    rows = repository.parse_rows(piece)
    emails = [row["email"] for row in rows]
    for _ in range(_TRIES):
        known = repository.find_known(ctx.table, ctx.settings, emails, ctx.now)
        fresh = [row for row in rows if row["email"] not in known]
        kinds = Counter(known.values()) + Counter(new=len(fresh))
        writes = repository.finish_piece_writes(item, piece, kinds, ctx.now)
        writes.append(repository.audit_line_write(item, len(fresh), ctx.now))
        for row in fresh:
            writes += repository.invitation_writes(row, item["id"], item["by"], ctx.now)
        with suppress(ConditionFailed):  # somebody else invited one of them: look again
            ctx.table.transact(writes)
            return kinds
    raise ListTaken
