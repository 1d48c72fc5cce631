"""The request body of a hold."""

from datetime import date
from typing import Annotated

from pydantic import Field

from comhar.fields import Form, Note, required_with


class SetHold(Form):
    """Why records must not be deleted, for the office itself, and the last day of the hold (Dublin)."""

    reason: Annotated[Note | None, required_with("Enter the reason.")] = Field(
        None, validate_default=True
    )
    until: Annotated[
        date | None, Field(strict=False), required_with("Enter the last day of the hold.")
    ] = Field(None, validate_default=True)
