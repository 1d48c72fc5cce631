"""The wrapper around a door: decoding, origin, sessions and guards, two faces, errors, headers."""

from comhar.web.app import App
from comhar.web.guards import (
    anonymous,
    asked_by,
    chair,
    guard,
    known_browser,
    limited,
    member_of,
    office,
    own_session,
    public,
    signed_in,
)
from comhar.web.lists import page_after

__all__ = [
    "App",
    "anonymous",
    "asked_by",
    "chair",
    "guard",
    "known_browser",
    "limited",
    "member_of",
    "office",
    "own_session",
    "page_after",
    "public",
    "signed_in",
]
