"""Request bodies of one's own details, region, address and optional emails."""

from typing import Literal

from pydantic import Field

from comhar.fields import Email, Form, Line, Revision
from comhar.membership.member_fields import AskAbout, RegionCode, RoleKey, Shows
from comhar.membership.model import Language


class ChangeDetails(Form):
    """All that a member may change at once; what is left out is forgotten. `revision` is that of the
    record from which the form was made."""

    revision: Revision
    name: Line
    preferred_name: Line | None = None
    role: RoleKey | None = None
    role_other: Line | None = None
    workplace: Line | None = None
    language: Language = "en"
    ask_about: AskAbout | None = None
    shows: Shows = []


class MoveRegion(Form):
    region: RegionCode


class NewAddress(Form):
    email: Email


class ChooseMail(Form):
    """`paused` means: no letters that I can do without."""

    paused: bool


class OneClick(Form):
    """What a mail program's own button sends (RFC 8058); our page's button sends nothing."""

    list_unsubscribe: Literal["One-Click"] | None = Field(None, alias="List-Unsubscribe")
