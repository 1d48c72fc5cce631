"""The wrapper around a door: decoding, origin, sessions and guards, two faces, errors, headers."""

from comhar.web.app import App
from comhar.web.guards import (
    anonymous,
    asked_by,
    chair,
    confirmed,
    guard,
    member_of,
    office,
    own_session,
    public,
    signed_in,
)

__all__ = [
    "App",
    "anonymous",
    "asked_by",
    "chair",
    "confirmed",
    "guard",
    "member_of",
    "office",
    "own_session",
    "public",
    "signed_in",
]
