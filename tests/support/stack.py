"""Starts the embedded stack for tests, as `make run` does, in a folder of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import urllib3

from comhar.aws.dynamodb import Table
from local.clock import Clock
from local.dynamo import client, free_port
from tests.support.stack_users import StackUsers

ROOT = Path(__file__).resolve().parents[2]
BEGINNING = datetime(2027, 1, 4, 9, tzinfo=UTC)  # whatever day it is where the tests run
# Of this process as it began: a test of the routes may have the functions' own settings in its own.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


class Stack(StackUsers):
    """One stack: a `python -m local` over a data folder. `kill` and `start` keep port and data."""

    def __init__(self, data: Path, template: Path | None = None, **settings: str) -> None:
        self.data = data
        self.port = free_port()
        super().__init__(f"http://127.0.0.1:{self.port}")
        self.environment = {
            **_ENVIRONMENT,
            "PORT": str(self.port),
            "COMHAR_DATA": str(data),
            **({"COMHAR_TEMPLATE": str(template)} if template else {}),
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 30) -> float:
        """Start, wait until /health answers, and tell how many seconds that took."""
        began = time.monotonic()
        if not self.data.exists():
            self.data.mkdir(parents=True)
            Clock(self.data / "clock").run(BEGINNING)
        with (self.data / "stack.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        while time.monotonic() - began < seconds and self._process.poll() is None:
            try:
                if self.get("/health", timeout=10).status == 200:
                    return time.monotonic() - began
            except urllib3.exceptions.HTTPError:
                time.sleep(0.05)
        raise AssertionError(f"no stack: {(self.data / 'stack.log').read_text()[-3000:]}")

    def stop(self) -> None:
        """An orderly end."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """The power fails: SIGKILL to the engine, and to nobody else."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(20)
        self._process = None

    # Time

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.get("/_local/clock").json["now"])

    def advance(self, by: str | None = None, *, to: datetime | str | None = None) -> dict[str, Any]:
        """Move the clock on by a duration (`P7D`) or to an instant; back when all due is done."""
        wanted = {"advance": by} if by else {"now": to if isinstance(to, str) else to.isoformat()}
        answer = self.post("/_local/clock", wanted, timeout=600)
        assert answer.status == 200, answer.text
        assert not answer.json["stuck"], answer.json
        return answer.json

    def settle(self) -> None:
        """Come back when nothing is due any more, without moving the clock noticeably."""
        self.advance("PT1S")

    def faults(self, **wanted: Any) -> None:
        """Troubles, as local/faults.py describes them; without any, all is well again."""
        answer = self.post("/_local/faults", wanted)
        assert answer.status == 200, answer.text

    def invoke(self, function: str, event: Any) -> Any:
        """What a function answers to an event; AssertionError if it failed."""
        answer = self.post(f"/_local/invoke/{function}", event)
        assert "X-Amz-Function-Error" not in answer.headers, answer.text
        assert answer.status == 200, answer.text
        return answer.json

    # Letters

    def mail(self, to: str | None = None, subject: str = "") -> list[dict[str, Any]]:
        """The letters so far, oldest first: to one address, with a word in the subject."""
        where = "/_local/mail.json" + (f"?to={quote(to)}" if to else "")
        return [one for one in self.get(where).json if subject.lower() in one["subject"].lower()]

    # The table beneath

    def dynamodb(self) -> Any:
        """A client of the stack's own DynamoDB stand-in."""
        return client(Path(self.data / "dynamodb.endpoint").read_text())

    def table(self) -> Table:
        """The product's own records over it."""
        there = self.dynamodb().list_tables()["TableNames"]
        names = {
            what: next(name for name in there if what in name.lower())
            for what in ("core", "ballots", "audit")
        }
        return Table(self.dynamodb(), names)

    def log(self, function: str) -> str:
        path = self.data / "logs" / f"{function}.log"
        return path.read_text() if path.exists() else ""


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that the tests of one worker share: bring people of your own."""
    running = Stack(tmp_path_factory.mktemp("stack") / "stack")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    """A stack for one test that moves the clock far, kills it, or asks for troubles."""
    running = Stack(tmp_path / "stack", COMHAR_FAULTS="1")
    running.start()
    yield running
    running.stop()
