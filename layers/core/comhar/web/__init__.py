"""The request pipeline around a route: decoding, guards, pages, errors, headers."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar.context import Context
from comhar.idempotency import Once as CreateOnce
from comhar.membership.devices import Browser
from comhar.membership.model import Member
from comhar.web.app import App
from comhar.web.clients import Encryption, ExportBucket, InboxBucket, PaperBucket, sealed_forms
from comhar.web.guards import (
    anonymous,
    chair,
    delayed_until,
    guard,
    known_browser,
    member_of,
    office,
    own_session,
    public,
    sent_once,
    sign_in_request,
    signed_in,
    this_browser,
)
from comhar.web.http_responses import local_path
from comhar.web.pagination import page_after

# What a route asks for: its one guard's Context, and what else a request brings.
PublicContext = Annotated[Context[Member | None], Depends(public)]
AnonymousContext = Annotated[Context[None], Depends(anonymous)]
UserContext = Annotated[Context, Depends(signed_in)]
MemberContext = Annotated[Context, Depends(member_of)]
ChairContext = Annotated[Context, Depends(chair)]
OfficeContext = Annotated[Context, Depends(office)]
DelayedUntil = Annotated[datetime | None, Depends(delayed_until)]
SignInRequest = Annotated[str, Depends(sign_in_request)]
ThisBrowser = Annotated[Browser, Depends(this_browser)]
Once = Annotated[CreateOnce, Depends(sent_once)]

__all__ = [
    "AnonymousContext",
    "App",
    "ChairContext",
    "DelayedUntil",
    "Encryption",
    "ExportBucket",
    "InboxBucket",
    "MemberContext",
    "OfficeContext",
    "Once",
    "PaperBucket",
    "PublicContext",
    "SignInRequest",
    "ThisBrowser",
    "UserContext",
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
