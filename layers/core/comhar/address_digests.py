"""Digests that stand for email addresses in keys.

A keyed digest of the mailbox that the address leads to.
"""

import os
from collections.abc import Mapping

from comhar.settings import trusted_domains
from comhar.tokens import digest, keyed_digest

_DIGITS = 64  # of a digest; an id has fewer
_PURPOSE = "address"  # so that no digest of something else is ever one of an address


def mailbox_of(email: str, env: Mapping[str, str] = os.environ) -> str:
    """The mailbox of an address: in a trusted domain `una+cop@hse.ie` is `una@hse.ie`."""
    local, _, domain = email.rpartition("@")
    name = local.partition("+")[0]
    return f"{name}@{domain}" if name and domain in trusted_domains(env) else email


def address_digest(email: str, env: Mapping[str, str] = os.environ) -> str:
    """The digest under which all lies that belongs to an address: that of its mailbox."""
    return keyed_digest(_PURPOSE, mailbox_of(email, env), env=env)


def claim_digests(email: str) -> list[str]:
    """The digests under which an address may be claimed: as typed, then its mailbox.

    One where they are the same. Two members can have had one mailbox before addresses were folded: each is
    found as typed.
    """
    return list(dict.fromkeys((keyed_digest(_PURPOSE, email), address_digest(email))))


def unkeyed_digests(email: str) -> list[str]:
    """The digests under which the same may lie since before addresses were keyed."""
    return list(dict.fromkeys((digest(email), digest(mailbox_of(email)))))


def link_digests(email: str) -> tuple[str, ...]:
    """The digests under which links lie that hold an address.

    Those from before addresses were keyed run out by themselves, and nothing names them but the address.
    """
    return address_digest(email), digest(email)


def is_address_digest(person: str) -> bool:
    """True if the person of a letter is an address's digest, not a member's id."""
    return len(person) == _DIGITS


def is_digest_of(stored: str, email: str) -> bool:
    """True if a stored digest, keyed or from before, is that of the address."""
    return stored in (address_digest(email), *claim_digests(email), digest(email))
