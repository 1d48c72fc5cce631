"""Responses: one's own details and standing, region, address, leaving, returning."""

from datetime import date
from typing import Any

from comhar.fields import View
from comhar.membership import member_fields
from comhar.membership.model import Language, Member, Shown, Status, find_day_back


class AskedName(View):
    """A change of name that waits for the National Office, and since when (`at`)."""

    name: str
    preferred_name: str | None = None
    at: str


class Details(View):
    """Everything that is held about the signed-in person and that they may change."""

    id: str
    name: str
    preferred_name: str | None = None
    email: str
    region: str | None = None
    role: str | None = None
    role_other: str | None = None
    workplace: str | None = None
    language: Language = "en"
    ask_about: str | None = None
    shows: tuple[Shown, ...] = ()
    paused: bool = False
    status: Status
    confirmed: bool
    office: bool
    joined_on: str | None = None
    chair_of: tuple[str, ...] = ()
    revision: int
    name_asked: AskedName | None = None
    away_until: str | None = None
    findable: bool = False


def details(member: Member, today: date | None = None) -> Details:
    """`today` (Dublin) is for the page that says until when one is away."""
    until = find_day_back(member.away, today) if today else None
    about = member.model_dump(include=set(Details.model_fields))
    return Details(**about, away_until=until)


class DetailsForm(Details):
    roles: list[dict[str, str]]


def details_form(member: Member, roles: list[dict[str, str]]) -> DetailsForm:
    return DetailsForm(**details(member).model_dump(), roles=roles)


class Standing(View):
    """How the signed-in person stands now."""

    id: str
    status: Status
    region: str | None = None
    confirmed: bool = False


def standing(member: Member) -> Standing:
    return Standing(**member.model_dump(include=set(Standing.model_fields)))


class RegionForm(View):
    """The regions to choose from, with the counties of each; `led` says that a co-chair's term ends."""

    region: str
    office: bool
    led: bool
    regions: list[dict[str, Any]]


def region_form(member: Member) -> RegionForm:
    others = [
        region for region in member_fields.region_choices() if region["code"] != member.region
    ]
    return RegionForm(
        region=str(member.region), office=member.office, led=bool(member.chair_of), regions=others
    )


class AddressForm(View):
    """`fixed` says that the address is the office's, which is a setting."""

    email: str
    fixed: bool


class AddressAsked(View):
    """The same for every address, so that nobody learns who is a member."""

    sent: bool = True


class AddressLink(View):
    """`yours` says that who looks is signed in and asked for this change."""

    email: str
    yours: bool


class Mail(View):
    paused: bool


class MailOf(Mail):
    """The same behind a letter's link: `whose` it is, in short."""

    whose: str


class Leaving(View):
    """What leaving means for this person: the record is deleted after this `time`. `waits` says that the
    office never admitted them, so what ends is a request."""

    region: str
    waits: bool
    led: bool
    time: str


class Returning(View):
    """`waits` says that the office has to admit them."""

    region: str
    waits: bool
