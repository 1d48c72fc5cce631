"""Claims on addresses: whose a mailbox is, also while addresses are keyed anew.

A claim lies under the keyed digest of the address's mailbox and, where the address has a tag, under that of
the address too. Since before addresses were keyed it may lie under the plain digest of the address as
typed: until the clock has keyed all (`erasure.address_migration`), look-ups try that too, in one call.
"""

from collections.abc import Iterable
from weakref import WeakSet

from comhar import address_digests
from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Check,
    Delete,
    Item,
    Key,
    OnConflict,
    Put,
    Update,
    Write,
)
from comhar.aws.dynamodb import Table

REKEYING: Key = (
    "ADDRESS#rekeying",
    "REKEYING",
)  # the migration's work; afterwards the mark that it is done
_rekeyed: WeakSet[Table] = WeakSet()  # tables of which this process knows that all is keyed


def claim_key(address: str) -> Key:
    """The key of the claim on an address; `address` is the digest."""
    return f"ADDRESS#{address}", "ADDRESS"


def note_rekeyed(table: Table, item: Item | None) -> None:
    """Remembers that all addresses are keyed, if the migration's item says so."""
    if item and "done_at" in item:
        _rekeyed.add(table)


def is_rekeyed(table: Table) -> bool:
    """True if this process knows that the clock has keyed all addresses."""
    return table in _rekeyed


def keys(email: str, table: Table | None = None) -> list[Key]:
    """The keys under which the claim on an address may lie; the first found counts."""
    keyed, plain = address_digests.claim_digests(email), address_digests.unkeyed_digests(email)
    if table is not None and table in _rekeyed:
        plain = []
    in_order = [keyed[0], *plain[:1], *keyed[1:], *plain[1:]]
    return [claim_key(address) for address in in_order]


def first_claim(items: Iterable[Item | None]) -> Item | None:
    """The claim that counts, of the items at `keys`."""
    return next(filter(None, items), None)


def find_claim(table: Table, email: str) -> Item | None:
    """The claim on an address; one call."""
    return find_claims(table, [email]).get(email)


def find_claims(table: Table, emails: Iterable[str]) -> dict[str, Item]:
    """The claims on those of the addresses that belong to somebody."""
    keys_of = {email: keys(email, table) for email in emails}
    if not keys_of:
        return {}
    lookups = list(dict.fromkeys(key for candidates in keys_of.values() for key in candidates))
    migration = [] if table in _rekeyed else [REKEYING]
    if len(lookups) == 1 and not migration:
        items = {lookups[0]: table.get(lookups[0])}
    else:
        every = [*migration, *lookups]
        items = dict(zip(every, table.batch_get(every), strict=True))
    note_rekeyed(table, items.get(REKEYING))
    claims = {email: first_claim(items[key] for key in where) for email, where in keys_of.items()}
    return {email: claim for email, claim in claims.items() if claim}


def insert_writes(email: str, member_id: str) -> list[Write]:
    """A new member's claims on the address and its mailbox.

    Refused where either belongs to anybody.
    """
    keyed = [claim_key(address) for address in address_digests.claim_digests(email)]
    plain = [claim_key(address) for address in address_digests.unkeyed_digests(email)]
    puts = (_claim_write(key, member_id) for key in keyed)
    return [*puts, *(Check(key, condition=UNLESS_EXISTS) for key in plain)]


def list_claims_of(table: Table, email: str, member_id: str) -> list[Item]:
    """The claims by which an address is this member's; one batch."""
    items = table.batch_get(keys(email, table))
    return [item for item in items if item and item["member"] == member_id]


def mark_erasing_writes(table: Table, email: str, member_id: str, erasing: bool) -> list[Write]:
    """Marks the claims of a member as being erased, or takes the mark away.

    The mailer reads the claim alone when somebody asks for a link. Refused where a claim is the member's no
    more. One batch.
    """
    condition = {"member": member_id}
    claims = [(claim["pk"], claim["sk"]) for claim in list_claims_of(table, email, member_id)]
    if erasing:
        return [Update(key, set={"erasing": True}, condition=condition) for key in claims]
    return [Update(key, remove=["erasing"], condition=condition) for key in claims]


def exchange_writes(
    table: Table, member_id: str, old: str, new: str, taken: type[Exception]
) -> list[Write]:
    """Moves a member's claims from the old address to the new one; one batch.

    Raises:
        Exception: `taken`, where the new address is another's; the write itself raises it, where somebody
            was faster.
    """
    new_keys, old_keys = keys(new), keys(old)
    items = dict(zip([*new_keys, *old_keys], table.batch_get([*new_keys, *old_keys]), strict=True))
    if any(items[key] and items[key]["member"] != member_id for key in new_keys):
        raise taken
    keyed = [claim_key(address) for address in address_digests.claim_digests(new)]
    own_keys = [key for key, item in items.items() if item and item["member"] == member_id]
    ends = [Delete(key, condition={"member": member_id}) for key in own_keys if key not in keyed]
    puts = (_claim_write(key, member_id, taken) for key in keyed if key not in own_keys)
    return [*puts, *ends]


def _claim_write(key: Key, member_id: str, conflict: OnConflict = None) -> Put:
    return Put(
        {"pk": key[0], "sk": key[1], "member": member_id},
        condition=UNLESS_EXISTS,
        conflict=conflict,
    )
