"""Members as they are stored by now, whatever table and settings stand in for the real ones."""

from comhar import wiring
from comhar.aws.conditions import Item
from comhar.membership import history
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member


def find_member(member_id: str) -> Member | None:
    return membership_repository.find_member(wiring.table(), wiring.settings(), member_id)


def find_by_address(email: str) -> Member | None:
    return membership_repository.find_by_address(wiring.table(), wiring.settings(), email)


def list_audit_lines(whom: Member | str) -> list[Item]:
    """Agenda items of the audit about somebody, newest first."""
    return history.list_history(wiring.table(), whom)[0]
