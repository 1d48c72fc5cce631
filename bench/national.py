"""Prints how long the letters of a national meeting take to 10,000 members, and in how much memory, though
the workers die on the way: `python -m bench.national`. The tables are held in memory, so that what is
measured is the workers' own."""

import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from comhar import wiring
from comhar.aws.conditions import Write
from comhar.dates.dublin_time import local_date
from comhar.meetings import changes, forms, service
from comhar.membership import model, repository
from comhar.membership.model import Member
from local import openapi
from local.template import read
from tests.support.cloud import PARAMETERS, ROOT, Context
from tests.support.memory import MemoryTable
from tests.support.witness import Witness

MEMBERS = 10_000
REGIONS = ("DNE", "DML", "DSE", "SW", "MW", "WNW")
OFFICE = Member(id="office-1", name="Office", email="office@example.com", office=True)


class Killed(BaseException):
    """The worker ends here."""


class Mortal(Witness):
    """Sees each letter go out, once; dies with one in its hand."""

    dies_at = 0

    def send(self, message: bytes, to: str, tag: str) -> str:
        self.dies_at -= 1
        if self.dies_at == 0:
            raise Killed
        return super().send(message, to, tag)


class MortalTable(MemoryTable):
    dies_at = 0

    def transact(self, required: Sequence[Write], optional: Sequence[Write] = ()) -> None:
        super().transact(required, optional)
        self.dies_at -= 1
        if self.dies_at == 0:
            raise Killed


class Here:
    """Clock and mailer, the real ones, over tables and a post office in this process."""

    def __init__(self) -> None:
        functions = read(ROOT / "template.yaml", PARAMETERS).functions.values()
        for function in functions:
            os.environ |= function.environment
        self.now = datetime(2027, 1, 4, 9, tzinfo=UTC)
        self.table, self.post = MortalTable(), Mortal()
        made: dict[str, Callable[[], Any]] = {
            "clock": lambda: self.now,
            "table": lambda: self.table,
            "post": lambda: self.post,
        }
        for name, one in made.items():
            setattr(wiring, name, one)

    def member(self, number: int) -> None:
        region = REGIONS[number % len(REGIONS)]
        address = f"m{number}@hse.ie"
        known = Member(
            id=f"m{number:05d}", name=f"Sinéad {number}", email=address, region=region, role="other"
        )
        joined = model.activated(known, local_date(self.now))
        self.table.transact(repository.born(joined))

    def complete(self, purpose: str, members: int) -> None:
        """Lets the workers run until everybody has the letter. They die twice on the way: once while
        letters are written, once with a letter in hand."""
        began, before, deaths = time.perf_counter(), memory(), 0
        self.table.dies_at, self.post.dies_at = members // 200, members // 2
        while sum(letter.purpose == purpose for letter in self.post.sent) < members:
            for worker in ("clock", "mailer"):
                try:
                    openapi.load(worker).handler({}, Context())
                except Killed:
                    deaths += 1
            self.now += timedelta(minutes=6)
        taken = time.perf_counter() - began
        print(
            f"  {purpose:<14}{members:>7} letters, none twice, {taken:6.0f} s,"
            f" {memory() - before:4.0f} MB more at most, what is stored among it;"
            f" workers killed {deaths} times",
            flush=True,
        )


def memory() -> float:
    """The most that this process, with its tables, has held so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(members: int = MEMBERS) -> None:
    here = Here()
    for number in range(members):
        here.member(number)
    print(f"\nOne national meeting, {members} members:", flush=True)
    form = forms.NationalEvent(
        starts_at="2027-02-18T10:00", mode="online", link="https://meet.example/ie"
    )
    settings = wiring.settings()
    meeting = service.schedule_national(form, OFFICE, here.now, here.table, settings).id
    here.complete("invitation", members)
    here.now = datetime(2027, 2, 11, 9, tzinfo=UTC)
    here.complete("agenda", members)
    storm = forms.Cancel(reason="Storm")
    changes.cancel(meeting, storm, OFFICE, here.now, here.table, settings)
    here.complete("cancellation", members)


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
