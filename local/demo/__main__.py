"""`make demo`: fills the stack that runs on the port, or one started for it, with a year."""

import argparse
import os
import random
import signal
import sys
import time
from pathlib import Path

import urllib3

from local.__main__ import place
from local.demo.cast import Cast, cast
from local.demo.host import NoStack, host
from local.demo.news import News
from local.demo.town import Town
from local.demo.visitor import Unexpected, Visitor
from local.demo.year import Year
from local.engine import Place

SEED = 2027
MEMBERS, QUARTERS = 240, 4
RECORD = "demo.json"


def main() -> int:
    wanted = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    wanted.add_argument("--members", type=int, default=MEMBERS, help="in all six regions together")
    wanted.add_argument("--quarters", type=int, default=QUARTERS, help="to live through, 1 to 4")
    size = wanted.parse_args()
    here = place(Path(__file__).resolve().parents[2])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with host(here) as started:
            return fill(here, size.members, size.quarters, started)
    except (NoStack, Unexpected, urllib3.exceptions.HTTPError) as wrong:
        print(f"The demo cannot go on: {wrong}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nStopped half-way. {_anew(here)}", file=sys.stderr)
        return 130


def fill(here: Place, members: int, quarters: int, started: bool) -> int:
    """The year, unless the stack has seen one before."""
    dice = random.Random(SEED)
    people = cast(members, quarters, dice)
    visitor = Visitor(here.address)
    if visitor.ask("GET", f"/_local/mail.json?to={people.first}"):
        print(_filled(here))
        return 0 if (here.data / RECORD).exists() else 1
    if started:
        print("No stack runs yet: one was started for the demo.", flush=True)
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - began:4.0f} s  {line}", flush=True)

    office = here.parameters["OfficeEmails"].split(",")[0].strip()
    town = Town(visitor, people, office, dice, say)
    regions = {one.email: code for code, some in people.members.items() for one in some}
    Year(town, quarters, News(regions, say)).live()
    town.journal.write(here.data / RECORD)
    print(_look_around(here, people, town, time.monotonic() - began, started))
    return 0


def _anew(here: Place) -> str:
    return f"To begin anew, end the stack and remove {os.path.relpath(here.data)}."


def _filled(here: Place) -> str:
    if (here.data / RECORD).exists():
        return f"This stack holds the demo's year already; nothing was changed. {_anew(here)}"
    return f"A demo was begun in this stack and did not come to its end. {_anew(here)}"


def _look_around(here: Place, people: Cast, town: Town, seconds: float, started: bool) -> str:
    chair = town.communities["SW"].chairs[0].email
    member = list(town.communities["SW"].active.values())[-1].email
    mail = f"{here.address}/_local/mail?to="
    run = "\n  make run starts the stack again, with all of this in it.\n" if started else ""
    return f"""
  A year of {len(town.journal.members)} people and {town.journal.letters:,} letters, in {seconds:.0f} s.
{run}
  To look around, open {here.address}/sign-in and give one of these addresses;
  the letter with the link to follow comes to the mailbox beside it.

  A co-chair   {chair:<36} {mail}{chair}
  A member     {member:<36} {mail}{member}
  The office   {town.office:<36} {mail}{town.office}
"""


if __name__ == "__main__":
    sys.exit(main())
