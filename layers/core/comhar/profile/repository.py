"""Owns how a change of one's own record is written: the member and the row, or the office's person."""

from comhar.aws.conditions import Key, Put, Write
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.mailboxes import address_digest
from comhar.membership import repository as people
from comhar.membership.model import ChangedMeanwhile, Member


def changed(before: Member, after: Member) -> list[Write]:
    """What makes the record say `after`, refused when somebody changed it meanwhile. A person of the
    office stands in no register."""
    if before.status == "office":
        new = after.model_copy(update={"revision": before.revision + 1})
        return [Put(people.to_item(new), when=people.unchanged(before))]
    return people.changed(before, **people.differences(before, after))


def address_key(member_id: str, email: str) -> Key:
    """Where it is noted that an address was the member's, or that they asked for it."""
    return f"MEMBER#{member_id}", f"ADDRESS#{address_digest(email)}"


def write(table: Table, *writes: Write) -> None:
    """Raises ChangedMeanwhile."""
    try:
        table.transact(writes)
    except ConditionFailed as lost:
        raise ChangedMeanwhile from lost
