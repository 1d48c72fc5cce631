"""Request bodies of the register: search, add, edit, move, end, decide on a name."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from comhar import data
from comhar.errors import FieldError, Invalid
from comhar.fields import Email, Form, Line, Note, Paragraph, Revision
from comhar.membership.forms import Code
from comhar.membership.member_fields import RegionCode, RoleKey, Shows
from comhar.membership.model import Language


def _require_one(members: Any) -> Any:
    if members in (None, []):
        raise ValueError("Tick at least one person.")
    return members


class Filters(Form):
    """Which members to list; a blank is no filter."""

    region: str | None = None
    role: str | None = None
    status: str | None = None
    confirmed: str | None = None
    cursor: str | None = None


class Search(Form):
    """The same with part of a name or address, which must not stand in a link."""

    name: Line | None = None
    region: Line | None = None
    role: Line | None = None
    status: Line | None = None
    confirmed: Line | None = None
    cursor: Line | None = None


class Why(Form):
    """Why somebody is declined, or their membership ended; they are told."""

    reason: Line | None = None


class Several(Form):
    """Members to admit or to confirm, each by itself."""

    members: Annotated[
        list[Line], Field(min_length=1, max_length=100), BeforeValidator(_require_one)
    ] = Field(default=[], validate_default=True)
    do: Literal["admit", "confirm"]


class DecideName(Form):
    """Whether a change of name that waits is made. The names are those that were shown; `reason` is what
    the person is told where it is not."""

    decision: Literal["approve", "decline"]
    name: Line
    preferred_name: Line | None = None
    reason: Line | None = None


class Move(Form):
    region: RegionCode


class SeenMember(Form):
    """What stood in the form when it was opened."""

    name: Line | None = None
    preferred_name: Line | None = None
    role: Line | None = None
    role_other: Line | None = None
    workplace: Line | None = None
    language: Line | None = None
    ask_about: Paragraph | None = None
    shows: Annotated[list[Line], Field(max_length=10)] = []


class EditMember(Form):
    """All that the office may put right; what is not sent is taken away. `revision` is that of the
    record as it was seen, `was` what it said then."""

    revision: Revision
    name: Line | None = None
    preferred_name: Line | None = None
    role: RoleKey | None = None
    role_other: Line | None = None
    workplace: Line | None = None
    language: Language = "en"
    ask_about: Note | None = None
    shows: Shows = []
    was: SeenMember | None = None


class EnterMember(Form):
    """Somebody who asked by phone."""

    email: Email | None = None
    name: Line | None = None
    preferred_name: Line | None = None
    region: RegionCode | None = None
    role: RoleKey | None = None
    role_other: Line | None = None
    workplace: Line | None = None
    language: Language = "en"
    ask_about: Note | None = None
    shows: Shows = []


class ExportRegister(Code):
    """`request` is for a program; a browser has its own in a cookie."""

    format: Literal["xlsx", "csv"] = "xlsx"
    region: RegionCode | None = None
    status: Line | None = None


def require_filled_in(form: BaseModel, *names: str) -> None:
    """Refuses a form about somebody else in which a field is blank.

    The words are not those of one's own form (data/required_messages_office.json).

    Raises:
        Invalid: for each field of `names` that is blank, and another role without a name.
    """
    words = data.load("required_messages_office")
    lacking = [name for name in names if not getattr(form, name)]
    if getattr(form, "role", None) == "other" and not getattr(form, "role_other", None):
        lacking.append("role_other")
    if lacking:
        raise Invalid(*(FieldError(name, words[name]) for name in lacking))


class StopEmails(Form):
    """Whether the person gets no scheduled emails."""

    do_not_write: bool
