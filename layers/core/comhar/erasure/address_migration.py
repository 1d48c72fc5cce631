"""One-time migration: keys addresses' items by keyed digests, and gives aliases.

Before, they lay under plain digests, and members had no alias. The clock starts it at its first run after
such a deployment: invitations, mail, then members. Every step can be done again: killed anywhere, whoever
claims the work next goes on at its cursor. What nothing lists (links and letters to an address that is
nobody's) stays where it is and runs out within weeks.
"""

from contextlib import suppress
from datetime import datetime

from comhar.address_digests import address_digest, claim_digests, unkeyed_digests
from comhar.aws.conditions import (
    UNLESS_EXISTS,
    ConditionFailed,
    Delete,
    Item,
    Put,
    Update,
    Write,
    absent,
    present,
)
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.due_work import leases
from comhar.inbox import repository as inbox_repository
from comhar.membership import claims, email_addresses
from comhar.membership import repository as membership_repository
from comhar.tokens import digest, new_alias

_BATCH_SIZE = 25  # members; the cursor moves after each batch
# Members moved before the work is given back, so that the clock stays within its time:
_MEMBERS_PER_CLAIM = 500


def begin_once(ctx: Context[None]) -> None:
    """Makes the work where there never was any; no read once it is known to be done."""
    table = ctx.table
    if claims.is_rekeyed(table):
        return
    item = table.get(claims.REKEYING)
    if item is None:
        pk, sk = claims.REKEYING
        work = {"pk": pk, "sk": sk, "cursor": "", "due": "work", "due_at": stamp(ctx.now)}
        with suppress(ConditionFailed):
            table.transact([Put(work, condition=UNLESS_EXISTS)])
    claims.note_rekeyed(table, item)


def move_next_members(item: Item, ctx: Context[None]) -> None:
    """Moves what the claimed work has not moved yet."""
    table = ctx.table
    senders = {
        mail["sender"] for state in inbox_repository.STATES for mail in _list_mails(state, table)
    } - {""}
    invited = table.query(email_addresses.invitation_key("")[0]).items
    if not item["cursor"]:
        for note in invited:
            _move_invitation(note, table)
        for email in [*senders, *(note["email"] for note in invited)]:
            _move(digest(email), address_digest(email), table)
    keyed = {digest(email): address_digest(email) for email in senders}
    with suppress(ConditionFailed):  # another worker has the lease by now
        _move_members(item, keyed, ctx.now, table)


def _list_mails(state: str, table: Table) -> list[Item]:
    return table.query(f"INBOX#{state}", "MAIL#").items


def _move_members(item: Item, keyed: dict[str, str], now: datetime, table: Table) -> None:
    cursor, moved = item["cursor"], 0
    while moved < _MEMBERS_PER_CLAIM:
        page = table.query("REGISTER", after=cursor, until="~", limit=_BATCH_SIZE)
        ids = [
            row["id"]
            for row in page.items
            if row["status"] not in membership_repository.PAST_STATUSES
        ]
        for member in filter(
            None,
            table.batch_get([membership_repository.key(member_id) for member_id in ids])
            if ids
            else [],
        ):
            _move_claim(member, table)
            _move(digest(member["email"]), address_digest(member["email"]), table)
            _move_former(member, keyed, table)
            _add_alias(member, table)
        if page.next is None:
            done = {"done_at": stamp(now)}
            ends = Update(
                claims.REKEYING,
                set=done,
                remove=["due", "due_at", "cursor"],
                condition=leases.still_leased(item),
            )
            return table.transact([ends])
        moved, cursor = moved + len(page.items), page.next
        table.transact(
            [Update(claims.REKEYING, set={"cursor": cursor}, condition=leases.still_leased(item))]
        )
    table.transact(
        [Update(claims.REKEYING, set={"due_at": stamp(now)}, condition=leases.still_leased(item))]
    )


def _move_claim(member: Item, table: Table) -> None:
    """Moves the claim to the keyed digest of the address, and adds one on its mailbox.

    Unless the mailbox is somebody else's: two members can have had one, and keep it.
    """
    typed, *mailbox = [claims.claim_key(address) for address in claim_digests(member["email"])]
    plain = [claims.claim_key(address) for address in unkeyed_digests(member["email"])]
    keys = [plain[0], typed, *mailbox, *plain[1:]]
    items = dict(zip(keys, table.batch_get(keys), strict=True))
    claim = items[plain[0]]
    writes: list[Write] = []
    if claim and claim["member"] == member["id"]:
        moved = Put({**claim, "pk": typed[0], "sk": typed[1]}, condition=UNLESS_EXISTS)
        writes += [
            Delete(plain[0], condition={"member": member["id"]}),
            *([] if items[typed] else [moved]),
        ]
    if mailbox and not any(items[key] for key in keys[2:]):
        pk, sk = mailbox[0]
        erasing = {name: value for name, value in (claim or {}).items() if name == "erasing"}
        mailbox_claim = {"pk": pk, "sk": sk, "member": member["id"], **erasing}
        writes.append(Put(mailbox_claim, condition=UNLESS_EXISTS))
    _transact_if_unchanged(table, *writes)


def _move(plain: str, keyed: str, table: Table) -> None:
    """Moves what else lies under an address."""
    for item in table.query(f"ADDRESS#{plain}").items:
        if item["sk"] != "ADDRESS":
            moved = Put({**item, "pk": f"ADDRESS#{keyed}"})
            _transact_if_unchanged(
                table, moved, Delete((item["pk"], item["sk"]), condition={"pk": present})
            )


def _move_invitation(note: Item, table: Table) -> None:
    """Of several that lead to one mailbox the newest stays."""
    pk, sk = email_addresses.invitation_key(address_digest(note["email"]))
    if note["sk"] == sk:
        return
    existing = table.get((pk, sk))
    moved = [] if existing and existing["at"] >= note["at"] else [Put({**note, "sk": sk})]
    _transact_if_unchanged(
        table, *moved, Delete((note["pk"], note["sk"]), condition={"at": note["at"]})
    )


def _move_former(member: Item, keyed: dict[str, str], table: Table) -> None:
    """Moves the notes of former addresses that mail names; the rest runs out."""
    for note in table.query(f"MEMBER#{member['id']}", "ADDRESS#").items:
        address = keyed.get(note["sk"].partition("#")[2])
        if address:
            moved = Put({**note, "sk": f"ADDRESS#{address}"})
            _transact_if_unchanged(
                table, moved, Delete((note["pk"], note["sk"]), condition={"pk": present})
            )


def _add_alias(member: Item, table: Table) -> None:
    """Gives an alias to who has none, in the record and the register."""
    if member.get("alias"):
        return
    alias, row = new_alias(), membership_repository.row_key(str(member["region"]), member["id"])
    change = {"alias": alias}
    _transact_if_unchanged(
        table,
        Update(
            membership_repository.key(member["id"]),
            set=change,
            condition={"pk": present, "alias": absent},
        ),
        Update(row, set=change, condition={"pk": present}),
        membership_repository.alias_write(alias, member["id"]),
    )


def _transact_if_unchanged(table: Table, *writes: Write) -> None:
    """Writes nothing where somebody changed meanwhile what was read: theirs is keyed."""
    if writes:
        with suppress(ConditionFailed):
            table.transact(writes)
