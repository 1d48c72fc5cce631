"""The routes in this process: tables in memory, buckets and a key of moto's, as template.yaml declares them.

Each function is held to its own rights.

No races and no workers here: those need the embedded stack (`tests/support/stack.py`).
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.kms import models as kms
from moto.ses.models import ses_backends

from comhar import data, wiring
from comhar.aws.dynamodb import Table
from comhar.communities.repository import terms_noted_write
from comhar.membership import repository as membership_repository
from comhar.membership import sessions
from comhar.membership.model import Member
from comhar.web.dispatch import RouteEntry, RouteTable
from local import gateway, openapi
from local.dynamo import make_tables
from local.template import REGION, Template, read
from tests.support import letter_parser
from tests.support.description import require_described
from tests.support.fake_aws import FakeAws, client
from tests.support.memory_tables import MemoryClient
from tests.support.moved_data import nothing_to_move_write

ROOT = Path(__file__).parents[2]
HOME = "https://comhar.example"
PARAMETERS = {
    "PublicUrl": HOME,
    "OfficeEmails": "office@example.com",
    "TrustedDomains": "hse.ie",
    "MailFrom": "comhar@example.com",
}


@dataclass
class GatewayResponse:
    """What came back, easier to look at."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: bytes
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Context:
    """What Lambda tells a function of its call: all the time in the world."""

    def get_remaining_time_in_millis(self) -> int:
        return 100_000


class Cloud:
    """Calls the functions by the template's routes, as API Gateway would."""

    def __init__(self, template: Template, fake: FakeAws) -> None:
        self.template = template
        self.fake_aws = fake
        self.routes = gateway.Routes(template.routes)
        self.people: list[Member] = []
        self.now = datetime(2027, 1, 11, 9, tzinfo=UTC)
        self.letters_read = 0  # how many were read back so far
        self.stands: tuple[str, ...] = ()  # the fixtures that built what is there (see `rewind`)
        self.moments: dict[tuple[str, ...], Any] = {}

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        form: dict[str, Any] | list[tuple[str, str]] | None = None,
        bearer: str = "",
        cookies: list[str] | None = None,
        html: bool = False,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> GatewayResponse:
        """`body` is JSON if it is a value, and sent as it is if it is text or bytes."""
        sent = {"accept": "text/html" if html else "application/json", **(headers or {})}
        if bearer:
            sent["authorization"] = f"Bearer {bearer}"
        if form is not None:
            body = urlencode(form)
            sent.setdefault("content-type", "application/x-www-form-urlencoded")
        elif body is not None:
            body = body if isinstance(body, str | bytes) else json.dumps(body)
            sent.setdefault("content-type", "application/json")
        return self.send(method, path, body, sent, cookies or [], query or {})

    def member(self, **about: Any) -> Member:
        """A member as the records hold one: active, confirmed, of the South West unless said."""
        number = len(self.people)
        known = {"id": f"person{number}", "name": "Sinéad Ní Dhomhnaill", "region": "SW"}
        known |= {"email": f"person{number}@hse.ie", "role": "recovery_educator", "confirmed": True}
        known |= {"chair_until": dict.fromkeys(about.get("chair_of", ()), "2099-12-31")}
        known |= {"alias": f"alias-{number}", "listed": True}
        member = Member(**(known | {"joined_on": "2027-01-01"} | about))
        if member.active and "periods" not in about:
            period = {"from": member.joined_on, "until": None, "region": member.region}
            member = member.model_copy(update={"periods": (period,)})
        wiring.table().transact(membership_repository.insert_member_writes(member))
        self.people.append(member)
        return member

    def session(self, member: Member | str) -> str:
        """Signs in a member, or a person of the office by address; answers the bearer token."""
        if isinstance(member, str):
            wiring.table().transact([membership_repository.office_person_write(member)])
            member_id = membership_repository.office_id(member)
        else:
            member_id = member.id
        value, opened = sessions.new_session(member_id, wiring.clock())
        wiring.table().transact([opened])
        return value

    def post_letters(self) -> list[str]:
        """Does all that is due now and posts the letters; answers each message sent so far. Each is read
        back once (see `readback`)."""
        for logical in ("ClockFunction", "MailerFunction"):
            self.run(logical, {}, Context())
        sent = [message.raw_data for message in ses_backends[ACCOUNT][REGION].sent_messages]
        for raw in sent[self.letters_read :]:
            letter_parser.read(raw)
        self.letters_read = len(sent)
        return sent

    def mail(self) -> list[EmailMessage]:
        """Posts what is due; each message sent so far, parsed."""
        return [letter_parser.parsed(raw) for raw in self.post_letters()]

    def run(self, logical: str, event: dict[str, Any], context: Any = None) -> Any:
        """Calls a function with its rights."""
        function = self.template.functions[logical]
        with self.fake_aws.acting_as(function):
            return openapi.load(function.name).handler(event, context)

    def table(self) -> Table:
        """The tables, whoever's rights are in force."""
        return Table(MemoryClient(self.fake_aws.memory), wiring.table()._names)

    def items(self) -> dict[tuple[str, str, str], Any]:
        """Every item as it is stored, by table and key."""
        return {
            (name, item["pk"]["S"], item["sk"]["S"]): item
            for name, rows in self.fake_aws.memory.tables.items()
            for item in rows.items()
        }

    def stored(self) -> dict[str, int]:
        """How many items each table holds."""
        return {name: rows.count() for name, rows in self.fake_aws.memory.tables.items()}

    def written(self) -> list[int]:
        """How many items each table holds, and how often one was put, changed or deleted."""
        changes = [len(rows.changes) for rows in self.fake_aws.memory.tables.values()]
        return [*self.stored().values(), *changes]

    def send(
        self,
        method: str,
        path: str,
        body: str | bytes | None,
        headers: dict[str, str],
        cookies: list[str],
        query: dict[str, str],
    ) -> GatewayResponse:
        match = self.routes.match(method, path)
        assert match is not None
        event = {
            "version": "2.0",
            "routeKey": match.route.key,
            "rawPath": path,
            "rawQueryString": urlencode(query),
            "queryStringParameters": query or None,
            "headers": headers,
            "cookies": cookies,
            "pathParameters": match.parameters,
            "requestContext": {"stage": "$default", "http": {"method": method, "path": path}},
            "isBase64Encoded": body is not None,
        }
        if body is not None:
            raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
            event["body"] = base64.b64encode(raw).decode()
        answer = _answer(self.run(match.route.function, event))
        if route := ROUTES.at(path).get("GET" if method == "HEAD" else method):
            require_described(route, answer)
        return answer


def _answer(given: dict[str, Any]) -> GatewayResponse:
    text = given.get("body") or ""
    body = text.encode()
    if given.get("isBase64Encoded"):
        body = base64.b64decode(text)
        text = body.decode("latin-1")
    return GatewayResponse(
        given["statusCode"], given["headers"], given.get("cookies") or [], body, text
    )


@cache
def read_template() -> Template:
    return read(ROOT / "template.yaml", PARAMETERS)


ROUTES = RouteTable(
    RouteEntry(method, path, module) for method, path, _, module in data.load("routes")
)


@cache
def main_routes(method: str) -> frozenset[str]:
    """The path of the first route of each function: it meets what is the same for all of them."""
    routes = [(function, path) for verb, path, function, _ in data.load("routes") if verb == method]
    return frozenset(dict(reversed(routes)).values())


@contextmanager
def open_cloud() -> Iterator[Cloud]:
    """A fresh cloud: tables, bucket and key made by the template, settings in the environment."""
    template = read_template()
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        fake = FakeAws()
        fake.install(patch)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        for function in template.functions.values():
            for name, value in function.environment.items():
                patch.setenv(name, value)
        make_tables(client("dynamodb"), template.tables.values())
        for bucket in template.buckets:
            client("s3").create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
        mail = client("sesv2")
        mail.create_email_identity(EmailIdentity=PARAMETERS["MailFrom"])
        settings = template.functions["MailerFunction"].environment
        for name in ("CONFIGURATION_SET", "STRANGERS_CONFIGURATION_SET"):
            mail.create_configuration_set(ConfigurationSetName=settings[name])
        (key,) = template.keys
        patch.setattr(kms, "generate_key_id", lambda _: key)  # the name that rights know it by
        client("kms").create_key()
        forget()
        wiring.table().transact([terms_noted_write(), nothing_to_move_write()])
        cloud = Cloud(template, fake)
        patch.setattr(wiring, "clock", lambda: cloud.now)
        yield cloud
    forget()


def forget() -> None:
    """Lets go of the clients and records that `wiring` made for another cloud."""
    for name, made in vars(wiring).items():
        if hasattr(made, "cache_clear") and name != "_session":  # which holds AWS's own data only
            made.cache_clear()
