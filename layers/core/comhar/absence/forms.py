"""The request body of being away."""

from datetime import date
from typing import Annotated

from pydantic import Field

from comhar.errors import FieldError, Invalid
from comhar.fields import Form


class SetAway(Form):
    """Until when somebody is away.

    `until` is the day back, in Dublin; null ends it, as `back` does in a form, where blank is no day.
    """

    until: Annotated[date | None, Field(strict=False)] = None
    back: bool = False

    def read_day_back(self) -> date | None:
        """The day back; None for who is back.

        Raises:
            Invalid: neither is given.
        """
        if self.until is None and not self.back and "until" not in self.model_fields_set:
            raise Invalid(FieldError("until", "Enter the day back."))
        return None if self.back else self.until
