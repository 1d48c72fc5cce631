"""The wrapper around a door: decoding, origin, sessions and guards, two faces, errors, headers."""

from comhar.web.app import App
from comhar.web.guards import (
    anonymous,
    chair,
    confirmed,
    guard,
    member_of,
    office,
    public,
    signed_in,
)

__all__ = [
    "App",
    "anonymous",
    "chair",
    "confirmed",
    "guard",
    "member_of",
    "office",
    "public",
    "signed_in",
]
