"""`python -m local`: starts the embedded stack and runs until it is ended.

It prints where it is.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from local.engine import Engine, InUse, Place

# The environment variable that overrides each parameter of the template, and what holds without it.
_SETTINGS = {
    "OfficeEmails": ("OFFICE_EMAILS", "office@example.com"),
    "TrustedDomains": ("TRUSTED_DOMAINS", "hse.ie"),
    "MailFrom": ("MAIL_FROM", "comhar@example.com"),
    "AgendaDays": ("AGENDA_DAYS", "5"),
    "AgendaFloorDays": ("AGENDA_FLOOR_DAYS", "3"),
    "OfficeHours": ("OFFICE_HOURS", "09:00-17:00"),
}


def place(root: Path) -> Place:
    """Where this stack lives, by PORT and COMHAR_DATA."""
    port = int(os.environ.get("PORT") or 8000)
    data = Path(os.environ.get("COMHAR_DATA") or ".local")
    parameters = {
        name: os.environ.get(variable) or default for name, (variable, default) in _SETTINGS.items()
    }
    parameters["PublicUrl"] = os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{port}"
    return Place(root, (root / data).resolve(), port, parameters)


def welcome(place: Place) -> str:
    office = place.parameters["OfficeEmails"].split(",")[0]
    domains = place.parameters["TrustedDomains"].replace(",", " or ")
    return f"""
  Comhar runs at         {place.address}
  Its letters are at     {place.address}/_local/mail
  To sign in             open {place.address}/sign-in, give {office}
                         (the National Office), and follow the link in the mailbox
  To become a member     open {place.address}/join, give an address at {domains}
  The data is in         {place.data}   (logs of the functions in logs/)
  To fill it             make demo      To stop: Ctrl-C
"""


async def live() -> int:
    root = Path(__file__).resolve().parent.parent
    here = place(root)
    template = Path(os.environ.get("COMHAR_TEMPLATE") or root / "template.yaml")
    try:
        engine = Engine(here, template, troubled=os.environ.get("COMHAR_FAULTS") == "1")
    except InUse as taken:
        print(taken, file=sys.stderr)
        return 1
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    try:
        await engine.start()
        print(welcome(here), flush=True)
        await ended.wait()
    except (OSError, RuntimeError) as refused:
        print(f"Comhar could not start: {refused}", file=sys.stderr)
        return 1
    finally:
        await engine.stop()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(live()))
