"""The request pipeline around a route: decoding, guards, sessions, two faces, errors, headers."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar.once import Once as CreateOnce
from comhar.web.app import App
from comhar.web.clients import Encryption, ExportBucket, InboxBucket, PaperBucket, sealed_forms
from comhar.web.guards import (
    anonymous,
    asked_by,
    chair,
    crowded_until,
    guard,
    known_browser,
    member_of,
    office,
    own_session,
    public,
    sent_once,
    signed_in,
)
from comhar.web.pagination import page_after
from comhar.web.responses import local_path

Once = Annotated[CreateOnce, Depends(sent_once)]

__all__ = [
    "App",
    "Encryption",
    "ExportBucket",
    "InboxBucket",
    "Once",
    "PaperBucket",
    "anonymous",
    "asked_by",
    "chair",
    "crowded_until",
    "guard",
    "known_browser",
    "local_path",
    "member_of",
    "office",
    "own_session",
    "page_after",
    "public",
    "sealed_forms",
    "signed_in",
]
