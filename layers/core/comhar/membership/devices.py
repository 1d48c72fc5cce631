"""Use cases of devices: where one is signed in, and signing out there."""

import re
from dataclasses import dataclass

from comhar.aws.conditions import Delete, conflict_as, present
from comhar.context import Context
from comhar.errors import NotFound
from comhar.membership import sessions, views
from comhar.membership.model import Session

_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Browser:
    """What asks: the kind of its device, and the session that is open there."""

    device: str
    session: Session | None


def list_devices(browser: Browser, ctx: Context) -> views.Devices:
    """Where the user is signed in, the device used last first; one query."""
    return views.devices(
        sessions.list_sessions(ctx.table, ctx.user, ctx.now), browser.session, ctx.user
    )


def sign_out_device(device: str, ctx: Context) -> views.DeviceSignedOut:
    """End the user's session on one device.

    Raises:
        NotFound: they are not signed in there.
    """
    if not _ID.fullmatch(device):
        raise NotFound
    key = (f"MEMBER#{ctx.user.id}", f"SESSION#{device}")
    with conflict_as(NotFound):
        ctx.table.transact([Delete(key, condition={"pk": present})])
    return views.DeviceSignedOut(id=device)


def sign_out_others(browser: Browser, ctx: Context) -> views.OthersSignedOut:
    """End the user's sessions on all devices but this one."""
    here = browser.session.key if browser.session else None
    sessions.end_sessions(ctx.table, ctx.user.id, ctx.table.transact, except_key=here)
    return views.OthersSignedOut()
