"""Changes of name that wait for the office, and whether a name is another's."""

from collections.abc import Iterable
from datetime import datetime

from comhar import data
from comhar.aws.conditions import Item, Key, Put
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.membership import repository
from comhar.membership.model import Member
from comhar.person_names import fold_look_alikes
from comhar.settings import Settings


def key(member_id: str) -> Key:
    """The mark that a change of name waits for the office.

    The name itself is with the member.
    """
    return "OFFICE", f"WAITS#check_name#{member_id}"


def request_write(member: Member, now: datetime) -> Put:
    pk, sk = key(member.id)
    about = {"kind": "check_name", "member": member.id, "region": member.region}
    return Put({"pk": pk, "sk": sk, **about, "since": stamp(now)})


def list_requests(table: Table) -> list[Item]:
    """The changes of name that wait for the office; one query."""
    return table.query("OFFICE", "WAITS#check_name#").items


def has_namesake(table: Table, names: Iterable[str], except_id: str) -> bool:
    """True if an active member other than `except_id` has one of these names.

    Or one that looks the same. One query of the whole register: it is asked when a name is changed or
    somebody is confirmed, so rarely that no claim on each name is stored.
    """
    folded = {fold_look_alikes(name) for name in names} - {""}
    fields = ("id", "status", "name", "preferred_name")
    names_of_members = (
        (row["name"], row.get("preferred_name") or "")
        for row in table.query(repository.REGISTER, attributes=fields).items
        if row["status"] == "active" and row["id"] != except_id
    )
    return any(
        fold_look_alikes(name) in folded
        for member_names in names_of_members
        for name in member_names
    )


def is_office_name(table: Table, settings: Settings, names: Iterable[str]) -> bool:
    """True if a name is, or looks like, that of the office or its people; one batch."""
    ids = [repository.office_id(email) for email in settings.office_emails]
    people = [person.name for person in repository.find_members(table, settings, ids) if person]
    known = {fold_look_alikes(name) for name in (*data.load("office_names"), *people)}
    return any(fold_look_alikes(name) in known for name in names)
