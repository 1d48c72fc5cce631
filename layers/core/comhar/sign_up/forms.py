"""Request bodies of joining: an address, and the sign-up form."""

from comhar.fields import Email, Form, Line
from comhar.membership.member_fields import AskAbout, RegionCode, RoleKey, Shows
from comhar.membership.model import Language


class Join(Form):
    email: Email


class SignUp(Form):
    """The answers; what is not sent is as the letter's sender knew it."""

    name: Line | None = None
    preferred_name: Line | None = None
    region: RegionCode | None = None
    role: RoleKey | None = None
    role_other: Line | None = None
    workplace: Line | None = None
    language: Language | None = None
    ask_about: AskAbout | None = None
    shows: Shows | None = None
