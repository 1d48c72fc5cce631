"""The real workers in this process: a clock that stands still, and faults on request."""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.parser import BytesHeaderParser
from email.policy import default
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from comhar import email_links, wiring
from comhar.aws.conditions import Put
from comhar.aws.dynamodb import Table
from comhar.aws.ses import LetterSender
from comhar.communities.repository import terms_noted_write
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.due_work import leases
from comhar.home import jobs as home_jobs
from comhar.meetings import service as meetings_service
from comhar.meetings.forms import Schedule
from comhar.membership import model as membership_model
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.settings import Settings
from comhar.surveys.migration import MIGRATION
from comhar.tokens import new_secret
from local import openapi
from tests.support import stored_members
from tests.support.deployment import VARIABLES
from tests.support.moved_data import nothing_to_move_write
from tests.support.proof_sizes import PROOF

SETTINGS = Settings(VARIABLES)
_WRITES = ("transact_write_items", "put_item", "update_item", "delete_item")
_WRITES += ("put_object", "delete_object")
SWEEPS = (0, 6, 12, 62, 68, 74) if PROOF else (0, 6, 62)
OFFICE = Member(id="office-1", name="Office", email="office@example.com", office=True)


class Killed(BaseException):
    """The process ends here, as a function that ran out of time does."""


class LambdaContext:
    """What a function is told of its remaining time."""

    def get_remaining_time_in_millis(self) -> int:
        return 120_000


@dataclass
class Fuse:
    """Counts AWS calls, and kills at one point: twice a call, before it and after it."""

    kill_at: int | None = None
    passed: int = 0
    calls: list[str] = field(default_factory=list)
    _alone: threading.Lock = field(default_factory=threading.Lock)

    def tick(self, name: str) -> None:
        with self._alone:
            self.passed += 1
            ends = self.passed == self.kill_at
        if ends:
            raise Killed(name)


class AtWrites(Fuse):
    """Counts what was written only: before the next write nothing else has changed."""

    def tick(self, name: str) -> None:
        if name.startswith("after") and name.endswith(_WRITES):
            super().tick(name)


class FaultyClient:
    """A client whose calls pass a fuse and may meet a transaction under way."""

    def __init__(self, client: Any, fuse: Fuse, conflicts: float = 0.0, seed: int = 0):
        self._client, self._fuse, self._conflicts = client, fuse, conflicts
        self._random, self._lock = random.Random(seed), threading.Lock()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._client, name)

        def frail(**request: Any) -> Any:
            self._fuse.tick(f"before {name}")
            self._fuse.calls.append(name)
            if name in ("transact_write_items", "put_item", "update_item", "delete_item"):
                self._perhaps_conflict(name, request)
            answer = call(**request)
            self._fuse.tick(f"after {name}")
            return answer

        return frail

    def _perhaps_conflict(self, name: str, request: dict[str, Any]) -> None:
        """AWS says so when a write meets a transaction under way; the emulator never does."""
        with self._lock:
            unlucky = self._random.random() < self._conflicts
        if not unlucky:
            return
        if name != "transact_write_items":
            raise ClientError({"Error": {"Code": "TransactionConflictException"}}, name)
        reasons = [{"Code": "None"} for _ in request["TransactItems"]]
        reasons[0] = {"Code": "TransactionConflict"}
        raise ClientError(
            {
                "Error": {"Code": "TransactionCanceledException"},
                "CancellationReasons": reasons,
            },
            name,
        )


class Ses:
    """SES as the mailer sees it: takes raw messages, tells of them later, fails on request."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []  # tag, to, subject
        self.untold: list[str] = []  # tags whose Send event is still to come
        self.faults: Callable[[], str | None] = lambda: None
        self._lock = threading.Lock()

    def send_email(self, **request: Any) -> dict[str, str]:
        fault = self.faults()
        if fault == "throttle":
            answer = {"Error": {"Code": "TooManyRequestsException"}}
            raise ClientError(answer | {"ResponseMetadata": {"HTTPStatusCode": 429}}, "SendEmail")
        if fault == "lost":
            raise ReadTimeoutError(endpoint_url="ses")
        raw = request["Content"]["Raw"]["Data"]
        mail = BytesHeaderParser(policy=default).parsebytes(raw)
        tag = request["EmailTags"][0]["Value"]
        with self._lock:
            self.sent.append((tag, request["Destination"]["ToAddresses"][0], mail["Subject"]))
            self.untold.append(tag)
        if fault == "answer lost":
            raise ReadTimeoutError(endpoint_url="ses")
        return {"MessageId": f"message-{len(self.sent)}"}

    def agendas(self) -> Counter[str]:
        """How many agendas each address got."""
        return Counter(to for _, to, subject in self.sent if subject.startswith("Agenda"))


class FaultySystem:
    """One system: `clock`, `mailer` and `receipts` are the real handlers."""

    def __init__(self, client: Any, names: dict[str, str]):
        self.now = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
        self.fuse = Fuse()
        self.ses = Ses()
        self.client, self.names = client, names
        self.table = Table(client, names)
        pk, sk = MIGRATION  # of which there is nothing to be done in a new system
        self.table.transact(
            [terms_noted_write(), Put({"pk": pk, "sk": sk}), nothing_to_move_write()]
        )
        self.wire()

    def wire(self, conflicts: float = 0.0) -> None:
        """Puts the frail clients in the place where `wiring` makes them."""
        frail = FaultyClient(self.client, self.fuse, conflicts)
        table = Table(frail, self.names, pause=lambda seconds: None)
        post = LetterSender(FaultyClient(self.ses, self.fuse), "set", "strangers")
        wiring.clock = lambda: self.now
        wiring.settings = lambda: SETTINGS
        wiring.table = lambda: table
        wiring.letter_sender = lambda: post
        wiring.mailer.cache_clear()

    def run(self, function: str, event: dict[str, Any] | None = None) -> Any:
        return openapi.load(function).handler(event or {}, LambdaContext())

    def is_killed(self, function: str, point: int) -> bool:
        """Runs one function with the fuse set; whether it was killed (else it makes fewer calls)."""
        return self._is_killed(Fuse(kill_at=point), lambda: self.run(function))

    def completes_clock(self, fuse: Fuse | None = None) -> bool:
        """Runs the clock, with a fuse or without; whether it came to the end of its minute."""
        return not self._is_killed(fuse or Fuse(), lambda: self.run("clock"))

    def killed(self, point: int, work: Callable[[Any, Context[None]], None]) -> bool:
        """Does the due work with the fuse set; whether that was killed (else it makes fewer calls).

        But for the digest, which the clock plans by itself.
        """

        def do_due_work() -> None:
            for item in leases.claim_due_work(wiring.table(), self.now):
                if (item["pk"], item["sk"]) != home_jobs.DIGEST:
                    work(item, wiring.context(None))

        return self._is_killed(Fuse(kill_at=point), do_due_work)

    def _is_killed(self, fuse: Fuse, run: Callable[[], Any]) -> bool:
        self.fuse = fuse
        self.wire()
        try:
            run()
        except Killed:
            return True
        finally:
            self.fuse = Fuse()
            self.wire()
        return False

    def take(self, claimed: dict[str, Any]) -> None:
        """Does a claimed piece of work, as the clock does."""
        openapi.load("clock").WORK[claimed["sk"].partition("#")[0]](claimed, self.context(None))

    def sweep(self) -> None:
        """A minute's schedules, and what SES tells of the letters it took."""
        self.run("clock")
        self.run("mailer")
        self.tell()

    def tell(self, event: str = "Send") -> None:
        untold, self.ses.untold = self.ses.untold, []
        for tag in untold:
            self.run("receipts", ses_event(tag, event))

    def run_on(self, *minutes: int) -> None:
        """Lets the clock run on, and sweeps so many minutes from now: by default past every lease
        (5 minutes) and every wait for an event (60), at full size each with another for good measure."""
        start = self.now
        for later in minutes or SWEEPS:
            self.now = start + timedelta(minutes=later)
            self.sweep()

    def member(self, number: int, region: str = "SW", days: int = 0, **facts: Any) -> Member:
        """Somebody who became active so many days ago."""
        member = Member(
            id=f"m{number:04d}",
            alias=f"alias-{number}",
            name=f"Sinéad Ní Dhomhnaill {number}",
            email=f"m{number}@hse.ie",
            region=region,
            role="peer_educator",
            listed=True,
            chair_until=dict.fromkeys(facts.get("chair_of", ()), "2099-12-31"),
            **facts,
        )
        member = membership_model.activate_member(
            member, local_date(self.now - timedelta(days=days))
        )
        self.table.transact(membership_repository.insert_member_writes(member))
        return member

    def member_now(self, number: int) -> Member:
        """Somebody as they are stored by now."""
        member = stored_members.find_member(f"m{number:04d}")
        assert member
        return member

    def members(self, count: int) -> list[Member]:
        return [self.member(number) for number in range(count)]

    def settled(self, count: int, first: int = 0) -> list[Member]:
        """Members whom a survey asks that opens now."""
        return [self.member(first + number, days=7, confirmed=True) for number in range(count)]

    def meeting(self, starts_at: str = "2027-02-18T10:00") -> str:
        form = Schedule(kind="quarterly", starts_at=starts_at, mode="online")
        return meetings_service.schedule_meeting("SW", form, self.context(OFFICE)).id

    def context(self, user: Member) -> Context:
        """What a use case is handed now, past the fuse."""
        return Context(user, self.now, self.table, SETTINGS)

    def invitation(self, email: str) -> str:
        """A live sign-up link, as the mailer makes one."""
        token = new_secret()
        pk, sk = email_links.link_key(token)
        until = (self.now + timedelta(days=14)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        facts = {"purpose": "sign_up", "subject": "s", "person": "p", "facts": {"email": email}}
        self.table.transact([Put({"pk": pk, "sk": sk, **facts, "expires_at": until})])
        return token

    def every(self, pk: str) -> list[dict[str, Any]]:
        """All items whose partition key begins so; tests may scan, the product may not."""
        found, request = [], {"TableName": self.names["core"]}
        while request:
            page = self.client.scan(**request)
            found += [raw for raw in page["Items"] if raw["pk"]["S"].startswith(pk)]
            start = page.get("LastEvaluatedKey")
            request = request | {"ExclusiveStartKey": start} if start else {}
        return found


def ses_event(tag: str, event: str, at: str = "2027-02-11T09:00:01.000Z") -> dict[str, Any]:
    ses_event = {"eventType": event, "mail": {"timestamp": at, "tags": {"letter": [tag]}}}
    return {"Records": [{"Sns": {"Message": json.dumps(ses_event)}}]}
