"""What a member answers in any form: region, role, what they show."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from comhar import data
from comhar.errors import FieldError, Invalid
from comhar.fields import Line, Note
from comhar.membership.model import Shown
from comhar.regions import codes


def require_region(code: str) -> str:
    """The code itself, if it is a region's.

    Raises:
        Invalid: it is not; for the form's field.
    """
    if code not in codes():
        raise Invalid(FieldError("region", "Choose one of the six health regions."))
    return code


def require_role(key: str) -> str:
    """The same for a role's key."""
    if key not in {role["key"] for role in data.load("roles")}:
        raise Invalid(FieldError("role", "Choose one of the roles."))
    return key


def _as_validator(require: Callable[[str], str]) -> Callable[[str], str]:
    """The check as a pydantic validator."""

    def check(code: str) -> str:
        try:
            return require(code)
        except Invalid as error:
            raise ValueError(error.errors[0].message) from error

    return check


def region_choices() -> list[dict[str, Any]]:
    """The regions to choose from, each with its counties, which people know better."""
    return [{**region, "hint": ", ".join(region["counties"])} for region in data.load("regions")]


# A member's answers, in any form.
RegionCode = Annotated[Line, AfterValidator(_as_validator(require_region))]
RoleKey = Annotated[Line, AfterValidator(_as_validator(require_role))]
AskAbout = Note
Shows = Annotated[list[Shown], Field(max_length=2)]
