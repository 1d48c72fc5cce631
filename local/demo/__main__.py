"""`make demo`: fills a running stack with a year, or starts one to fill.

The one that runs on the port, or one started for it.
"""

import argparse
import os
import random
import signal
import sys
import time
from pathlib import Path

import urllib3

from local.__main__ import place
from local.demo.client import Client, Unexpected
from local.demo.demo_stack import NoStack, running_stack
from local.demo.people import People, make_people
from local.demo.progress import Progress
from local.demo.state import State
from local.demo.year import Year
from local.engine import Place

SEED = 2027
MEMBERS, QUARTERS = 240, 4
RECORD = "demo.json"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("--members", type=int, default=MEMBERS, help="in all six regions together")
    parser.add_argument("--quarters", type=int, default=QUARTERS, help="to live through, 1 to 4")
    size = parser.parse_args()
    here = place(Path(__file__).resolve().parents[2])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with running_stack(here) as started:
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
    people = make_people(members, quarters, dice)
    client = Client(here.address)
    if client.request("GET", f"/_local/mail.json?to={people.first}"):
        print(_filled(here))
        return 0 if (here.data / RECORD).exists() else 1
    if started:
        print("No stack runs yet: one was started for the demo.", flush=True)
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - began:4.0f} s  {line}", flush=True)

    office = here.parameters["OfficeEmails"].split(",")[0].strip()
    state = State(client, people, office, dice, say)
    regions = {one.email: code for code, some in people.members.items() for one in some}
    Year(state, quarters, Progress(regions, say)).live()
    state.journal.write(here.data / RECORD)
    print(_look_around(here, people, state, time.monotonic() - began, started))
    return 0


def _anew(here: Place) -> str:
    return f"To begin anew, end the stack and remove {os.path.relpath(here.data)}."


def _filled(here: Place) -> str:
    if (here.data / RECORD).exists():
        return f"This stack holds the demo's year already; nothing was changed. {_anew(here)}"
    return f"A demo was begun in this stack and did not come to its end. {_anew(here)}"


def _look_around(here: Place, people: People, state: State, seconds: float, started: bool) -> str:
    chair = state.communities["SW"].chairs[0].email
    member = list(state.communities["SW"].active.values())[-1].email
    mail = f"{here.address}/_local/mail?to="
    run = "\n  make run starts the stack again, with all of this in it.\n" if started else ""
    return f"""
  A year of {len(state.journal.members)} people and {state.journal.letters:,} letters, in {seconds:.0f} s.
{run}
  To look around, open {here.address}/sign-in and give one of these addresses;
  the letter with the link to follow comes to the mailbox beside it.

  A co-chair   {chair:<36} {mail}{chair}
  A member     {member:<36} {mail}{member}
  The office   {state.office:<36} {mail}{state.office}
"""


if __name__ == "__main__":
    sys.exit(main())
