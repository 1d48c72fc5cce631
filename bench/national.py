"""Prints the time and memory for a national meeting's letters to 10,000 members.

The workers die on the way. The tables are in another process, so that the memory is the workers' own:
`python -m bench.national`.
"""

import resource
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from comhar import wiring
from comhar.aws.conditions import Write
from comhar.aws.dynamodb import Table
from local import openapi
from tests.support.cloud import Cloud, Context, open_cloud
from tests.support.letter_checker import LetterChecker
from tests.support.memory_tables import MemoryClient
from tests.support.stack_users import OFFICE
from tests.support.tables_process import moved_elsewhere

MEMBERS = 10_000
REGIONS = ("DNE", "DML", "DSE", "SW", "MW", "WNW")


class Killed(BaseException):
    """The worker ends here."""


class MortalPost(LetterChecker):
    """Sees each letter go out, once; dies with one in its hand."""

    dies_at = 0

    def send(self, message: bytes, to: str, tag: str, stranger: bool) -> str:
        self.dies_at -= 1
        if self.dies_at == 0:
            raise Killed
        return super().send(message, to, tag, stranger)


class MortalTable(Table):
    """Dies after one of its transactions."""

    dies_at = 0

    def transact(self, required: Sequence[Write], optional: Sequence[Write] = ()) -> None:
        super().transact(required, optional)
        self.dies_at -= 1
        if self.dies_at == 0:
            raise Killed


class Workers:
    """Clock and mailer, the real ones, over the tables of a cloud in this process."""

    def __init__(self, cloud: Cloud, patch: pytest.MonkeyPatch) -> None:
        self.cloud = cloud
        self.table = MortalTable(MemoryClient(cloud.fake_aws.memory), wiring.table()._names)
        self.post = MortalPost(self.table)
        patch.setattr(wiring, "table", lambda: self.table)
        patch.setattr(wiring, "letter_sender", lambda: self.post)

    def complete(self, purpose: str, members: int) -> None:
        """Lets the workers run until everybody has the letter.

        They die twice on the way: once while letters are written, once with a letter in hand.
        """
        began, before, deaths = time.perf_counter(), memory(), 0
        self.table.dies_at, self.post.dies_at = members // 200, members // 2
        while sum(letter.purpose == purpose for letter in self.post.sent) < members:
            for worker in ("clock", "mailer"):
                try:
                    with redirect_stdout(StringIO()):  # where metrics go
                        openapi.load(worker).handler({}, Context())
                except Killed:
                    deaths += 1
            self.cloud.now += timedelta(minutes=6)
        taken = time.perf_counter() - began
        print(
            f"  {purpose:<14}{members:>7} letters, none twice, {taken:6.0f} s,"
            f" {memory() - before:4.0f} MB more at most;"
            f" workers killed {deaths} times",
            flush=True,
        )


def memory() -> float:
    """The most that this process has needed so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def as_office(cloud: Cloud, path: str, body: dict[str, str]) -> str:
    """The id that a POST by the office answers with."""
    answer = cloud.call("POST", path, body, bearer=cloud.session(OFFICE))
    assert answer.status < 300, answer.text
    return str(answer.json["id"])


def main(members: int = MEMBERS) -> None:
    with (
        open_cloud() as cloud,
        moved_elsewhere(cloud.fake_aws.memory.tables) as elsewhere,
        pytest.MonkeyPatch.context() as patch,
    ):
        cloud.fake_aws.memory = elsewhere
        cloud.now = datetime(2027, 1, 4, 9, tzinfo=UTC)
        workers = Workers(cloud, patch)
        for number in range(members):
            cloud.member(region=REGIONS[number % len(REGIONS)])
        print(f"\nOne national meeting, {members} members:", flush=True)
        form = {"starts_at": "2027-02-18T10:00", "mode": "online"}
        meeting = as_office(
            cloud, "/national/meetings", {**form, "link": "https://meet.example/ie"}
        )
        workers.complete("invitation", members)
        cloud.now = datetime(2027, 2, 11, 9, tzinfo=UTC)
        workers.complete("agenda", members)
        as_office(cloud, f"/meetings/{meeting}/cancel", {"reason": "Storm"})
        workers.complete("cancellation", members)


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
