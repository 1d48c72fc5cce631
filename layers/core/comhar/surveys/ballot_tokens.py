"""Owns how a person's ballot follows from a survey's secret, and how a link names it."""

import base64
import hmac
import re

from comhar.tokens import digest

_ID = r"[A-Z]{2,3}-[0-9a-z]{1,40}"
_LINK = re.compile(rf"({_ID})\.([A-Za-z0-9_-]{{43}})")


def ballot(secret: str, person: str) -> str:
    """What the person's link holds: 43 characters of `A-Za-z0-9_-`, known to who has the secret."""
    made = hmac.digest(secret.encode(), person.encode(), "sha256")
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def is_id(text: str) -> bool:
    """Whether this can be the id of a survey."""
    return bool(re.fullmatch(_ID, text))


def read_link(token: str) -> tuple[str, str] | None:
    """Survey and digest of the ballot in `<survey>.<ballot>`; None for anything else."""
    found = _LINK.fullmatch(token)
    return (found[1], digest(found[2])) if found else None
