"""Owns finding and deleting what was written to somebody: letters, their tags, links in them."""

from comhar import email_links
from comhar.aws.conditions import Delete, Item, Key
from comhar.aws.dynamodb import Table
from comhar.letters import repository as letters
from comhar.letters.model import LetterId


def clear(pk: str, table: Table) -> None:
    """Deletes all letters to the member or the address of this partition, each with what names it, and
    what told others that it came back."""
    for pointer in table.query(pk, "LETTER#").items:
        letter = letters.identify(pointer["sk"], pk.partition("#")[2])
        for told in _told_of(letter, table):
            table.transact(_gone(told))
        table.transact([*_links(pointer, table), *_gone(letter)])


def _told_of(letter: LetterId, table: Table) -> list[LetterId]:
    """The letters to organisers that this one did not arrive."""
    item = table.get(letters.key(letter))
    if not item or not letters.events(item).keys() & {"Bounce", "Reject"}:
        return []
    pk = f"LETTER#bounced#{letter.subject}#{letter.purpose}.{letter.version}.{letter.person}"
    return [letters.identify(each["pk"], each["sk"]) for each in table.query(pk).items]


def _gone(letter: LetterId) -> list[Delete]:
    """The letter and its tag, and last the pointer by which it was found."""
    tag = letters.tag_key(letters.tag(letter))
    return [Delete(letters.key(letter)), Delete(tag), Delete(letters.pointer_key(letter))]


def _links(pointer: Item, table: Table) -> list[Delete]:
    """The links that were in the letter, at each attempt, and the places of codes beside them."""
    keys: list[Key] = [(pk, "TOKEN") for pk in sorted(pointer.get("tokens", ()))]
    items = table.batch_get(keys) if keys else []
    codes = [
        email_links.code_key(each["code_for"]) for each in items if each and each.get("code_for")
    ]
    return [Delete(key) for key in dict.fromkeys([*keys, *codes])]
