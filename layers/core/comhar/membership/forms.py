"""Request bodies of signing in: an address, or a code to type."""

from typing import Annotated

from pydantic import StringConstraints

from comhar.fields import Email, Form, Line


class SignIn(Form):
    email: Email
    next: Annotated[str, StringConstraints(max_length=500)] = "/me"


class Stay(Form):
    """`stay` keeps this device signed in for 30 days; not for the office."""

    stay: bool = False


class Code(Form):
    code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\d{3} ?\d{3}$")]
    request: Line | None = None


class SignInCode(Code, Stay):
    """A code typed to sign in."""
