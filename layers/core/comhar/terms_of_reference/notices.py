"""Emails of the terms, as writes: to who signs, who signed, and members."""

from collections.abc import Iterable, Sequence

from comhar.address_digests import address_digest
from comhar.aws.conditions import Write
from comhar.context import Context
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId, Mailing
from comhar.terms_of_reference.model import OFFICE, Head


def signature_writes(head: Head, missing: Sequence[str], ctx: Context) -> list[Write]:
    """Asks each whose signature is missing to sign."""
    version = f"{head.revision}.{head.lock}"
    return list(_writes("terms_sign", head, version, missing, {}, ctx))


def change_writes(before: Head, after: Head, keys: Sequence[str], ctx: Context) -> list[Write]:
    """Tells those who signed or were asked to that a section changed."""
    if before.status not in ("submitted", "approved") or before.revision == after.revision:
        return []
    purpose = "terms_changed" if after.status != "approved" else "terms_corrected"
    signed = [each.person for each in before.signatures if each.role == "co_chair"]
    people = [*dict.fromkeys([*before.approvers, *signed]), OFFICE]
    people = [person for person in people if person != ctx.user.id]
    facts: dict[str, object] = {"was": before.status, "sections": list(keys)}
    return list(_writes(purpose, after, str(after.revision), people, facts, ctx))


def ending_writes(head: Head, chairs: Iterable[str], ctx: Context[None]) -> list[Write]:
    """Tells co-chairs and office that the approval ends in four weeks."""
    assert head.approval is not None
    until = head.approval.until.isoformat()
    return list(_writes("terms_ending", head, until, [*chairs, OFFICE], {}, ctx))


def approved_writes(head: Head, ctx: Context[None] | Context) -> list[Write]:
    """Tells all members that the terms are approved: one mailing."""
    mailing = Mailing("terms_approved", head.region, str(head.version), head.region)
    return [letters_repository.insert_mailing_write(mailing, ctx.now)]


def _writes(
    purpose: str,
    head: Head,
    version: str,
    people: Iterable[str],
    facts: dict[str, object],
    ctx: Context[None] | Context,
) -> Iterable[Write]:
    for person in people:
        if person != OFFICE:
            letter = Letter(LetterId(purpose, head.region, version, person), facts)
            yield letters_repository.insert_write(letter, ctx.now)
            continue
        for email in ctx.settings.office_emails:
            letter_id = LetterId(purpose, head.region, version, address_digest(email))
            letter = Letter(letter_id, {**facts, "email": email})
            yield letters_repository.insert_write(letter, ctx.now)
