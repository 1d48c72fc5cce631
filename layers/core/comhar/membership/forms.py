"""Request bodies of signing in: an address, or a code to type."""

from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints

from comhar.fields import Email, Form, Line, tidy_text


class SignIn(Form):
    email: Email
    next: Annotated[str, StringConstraints(max_length=500)] = "/me"


class Stay(Form):
    """`stay` keeps this device signed in for 30 days; not for the office."""

    stay: bool = False


def _tidy(value: Any) -> Any:
    """A copied code may have signs around it that cannot be seen."""
    return tidy_text(value) if isinstance(value, str) else value


class Code(Form):
    code: Annotated[str, StringConstraints(pattern=r"^\d{3} ?\d{3}$"), BeforeValidator(_tidy)]
    request: Line | None = None


class SignInCode(Code, Stay):
    """A code typed to sign in."""
