"""Owns what a person was posting when the session ended: it is there again after signing in."""

from datetime import datetime
from typing import Any, Protocol

from comhar import wiring
from comhar.web import guards
from comhar.web.asked import Asked


class Keeper(Protocol):
    """Where forms are kept: the member's records, or for reflections something that seals them."""

    def keep(self, member_id: str, path: str, form: dict[str, Any], now: datetime) -> None: ...

    def kept(self, member_id: str, path: str, now: datetime) -> dict[str, Any] | None: ...


def keep(asked: Asked, page: str, keeper: Keeper) -> str:
    """Keeps the form for the member whose session has run out; says where to go on to.

    Nothing is kept for a stranger, nor for a session that was signed out.
    """
    value, now = guards.session(asked), wiring.clock()
    member = wiring.members().by_ended_session(value, now) if value else None
    if member is None:
        return page
    keeper.keep(member.id, page, asked.form, now)
    return f"{page}?done=kept"


def found(asked: Asked, keeper: Keeper) -> dict[str, Any]:
    """What was kept for this page, where the address says that something was."""
    if asked.query.get("done") != "kept" or asked.who is None:
        return {}
    return keeper.kept(asked.who.id, asked.path, wiring.clock()) or {}
