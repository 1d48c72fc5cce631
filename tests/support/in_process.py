"""The routes of one process with their clock, used as a stack is: time moves on, letters arrive."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import urllib3

from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import unstamp
from local import mail_store
from local.cron import Cron
from local.scheduler import scheduled
from local.ses_events import notifications
from tests.support.cloud import HOME, Cloud, Context
from tests.support.http_client import HttpResponse
from tests.support.stack_users import StackUsers

_SWEEPS = 20  # at one moment; what is due after these does not get done


class InProcess(StackUsers):
    """Has what tests of pages need of a `Stack`."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(HOME)
        self.cloud = cloud
        self._letters: list[dict[str, Any]] = []
        self._handled = len(cloud.fake_aws.sent)  # requests to SES, whose events were delivered
        self._crons = [
            (one, Cron.parse(one.expression, one.zone))
            for one in cloud.template.schedules
            if not one.is_rate
        ]

    def _send(
        self, method: str, address: str, body: bytes | None, headers: dict[str, str], timeout: float
    ) -> HttpResponse:
        parts = urlsplit(address)
        lower = {name.lower(): value for name, value in headers.items()}
        cookies = [each for each in lower.pop("cookie", "").split("; ") if each]
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        answer = self.cloud.send(method, unquote(parts.path), body, lower, cookies, query)
        answered = urllib3.HTTPHeaderDict(answer.headers)
        for cookie in answer.cookies:
            answered.add("Set-Cookie", cookie)
        return HttpResponse(answer.status, answered, answer.body)

    # Time

    @property
    def now(self) -> datetime:
        return self.cloud.now

    def advance(self, *, to: datetime | str) -> None:
        """Move the clock on, through every moment on the way at which something falls due."""
        until = datetime.fromisoformat(to) if isinstance(to, str) else to
        self.settle()
        while (moment := self._next()) <= until:
            since, self.cloud.now = self.now, moment
            for schedule, cron in self._crons:
                if cron.after(since) == moment:
                    self.cloud.run(schedule.function, scheduled(schedule, moment), Context())
            self.settle()
        self.cloud.now = until

    def settle(self) -> None:
        """Come back when nothing is due any more."""
        for _ in range(_SWEEPS):
            self._deliver()
            if all(moment > self.now for moment in self._due()):
                return
        raise AssertionError(f"still due at {self.now}: {self._due()}")

    def _next(self) -> datetime:
        return min([*self._due(), *(cron.after(self.now) for _, cron in self._crons)])

    def _due(self) -> list[datetime]:
        items = self.cloud.items().values()
        return [unstamp(item["due_at"]["S"]) for item in items if "due" in item]

    # Letters

    def mail(self, to: str | None = None, subject: str = "") -> list[dict[str, Any]]:
        self.settle()
        return [
            one
            for one in self._letters
            if (to is None or to.lower() in one["to"].lower().split(", "))
            and subject.lower() in one["subject"].lower()
        ]

    def _deliver(self) -> None:
        """Let the clock and the mailer work, and SES tell what became of each letter."""
        self.cloud.post_letters()
        sent = self.cloud.fake_aws.sent
        requests, self._handled = sent[self._handled :], len(sent)
        for request in requests:
            message = mail_store.parsed(request["Content"]["Raw"]["Data"])
            to, identity = request["Destination"]["ToAddresses"], request["MessageId"]
            self._letters.append(mail_store.shape(identity, message, to, self.now))
            tags = {each["Name"]: [each["Value"]] for each in request["EmailTags"]}
            sender = mail_store.header(message, "From")
            for event in notifications(identity, sender, to, tags, self.now, {}):
                for function in self.cloud.template.receipts:
                    self.cloud.run(function, event, Context())

    def table(self) -> Table:
        """The product's own records, whoever's rights are in force."""
        return self.cloud.table()
