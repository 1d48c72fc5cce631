"""A region with two co-chairs and three members, and its meetings, for tests of the routes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from comhar import wiring
from comhar.aws.conditions import Delete
from comhar.membership.model import Member
from tests.support.cloud import Cloud, GatewayResponse

MONDAY = datetime(2027, 1, 11, 9, tzinfo=UTC)
OFFICE = "office@example.com"
THURSDAY = "2027-02-18T10:00"
FORM = {"kind": "quarterly", "starts_at": THURSDAY, "minutes": 120, "mode": "in_person"}


@dataclass
class Region:
    """`chair`, `other_chair`, `ann`, `ben` and `cian` belong to `code`; `stranger` to another."""

    cloud: Cloud
    code: str
    chair: Member
    other_chair: Member
    ann: Member
    ben: Member
    cian: Member
    stranger: Member

    def ask(
        self, who: Member | str | None, method: str, path: str, body: Any = None
    ) -> GatewayResponse:
        """Asks as a program, signed in as a member, as the office by its address, or as nobody."""
        bearer = self.cloud.session(who) if who else ""
        return self.cloud.call(method, path, body, bearer=bearer)

    def done(self, who: Member | str | None, path: str, body: Any = None) -> Any:
        """Posts what has to succeed; what it answered."""
        answer = self.ask(who, "POST", path, body)
        assert answer.status in (200, 201), answer.text
        return answer.json

    def meeting(self, **about: Any) -> str:
        """The path of a newly scheduled meeting; one with a facilitator is the office's to schedule."""
        who = OFFICE if "facilitator_name" in about else self.chair
        made = self.done(who, f"/communities/{self.code}/meetings", FORM | about)
        return f"/meetings/{made['id']}"

    def at(self, *moment: int) -> None:
        """Sets the clock, in UTC, and lets it do all that is due."""
        self.cloud.now = datetime(*moment, tzinfo=UTC)  # type: ignore[misc, arg-type]
        self.cloud.post_letters()

    def letters(self, purpose: str, meeting: str, version: str) -> dict[str, str]:
        """Person → state, of one mailing's letters."""
        subject = meeting.rpartition("/")[2]
        items = wiring.table().query(f"LETTER#{purpose}#{subject}#{version}").items
        return {item["sk"]: item["state"] for item in items}

    def mail(self, to: Member, about: str = "") -> list[EmailMessage]:
        """The messages one person was sent whose subject holds these words."""
        sent = self.cloud.mail()
        return [each for each in sent if each["To"] == to.email and about in each["Subject"]]


def build_region(cloud: Cloud, code: str) -> Region:
    """The region with all its people; the clock stands on a Monday morning."""
    cloud.now = MONDAY
    chairs = [cloud.member(region=code, chair_of=(code,)) for _ in range(2)]
    members = [cloud.member(region=code, name=name) for name in ("Ann", "Ben", "Cian")]
    stranger = cloud.member(region="DSE" if code != "DSE" else "MW", chair_of=("DSE",))
    region = Region(cloud, code, *chairs, *members, stranger)
    ids = [each.id for each in chairs]
    region.done(OFFICE, f"/communities/{code}/chairs", {"members": ids})
    delete_chair_letters(code, "2")
    return region


def delete_chair_letters(code: str, version: str) -> None:
    """As if the emails about the choice of co-chairs had gone out long ago."""
    table = wiring.table()
    letters = table.query(f"LETTER#chair_chosen#{code}#{version}").items
    keys = [(item["pk"], item["sk"]) for item in letters]
    keys.append((f"MAILING#chairs_chosen#{code}#{version}", "MAILING"))
    table.transact([Delete(key) for key in keys])


def text(message: EmailMessage) -> str:
    """The letter's plain text."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
