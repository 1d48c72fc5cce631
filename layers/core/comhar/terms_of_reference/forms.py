"""Request bodies: sections of the terms of reference, and a signature."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from comhar.fields import Form, Line, Paragraph, Revision, required_with

Section = Annotated[Paragraph, StringConstraints(max_length=5_000)]
Key = Annotated[str, StringConstraints(max_length=40)]


class Terms(Form):
    """Sections made of the text at `revision`; what is left out stays.

    Of a section with `yes` in `theirs`, the form's own text is let go. `same_meaning` says that only
    spelling was corrected: approved terms stay approved, and everyone sees both texts.
    """

    sections: Annotated[dict[Key, Section], Field(max_length=20)] = {}
    period_months: Annotated[int, Field(strict=False, ge=1, le=36)] | None = None
    revision: Revision
    theirs: Annotated[dict[Key, Literal["yes", "no"]], Field(max_length=20)] = {}
    same_meaning: Annotated[list[Literal["yes"]], Field(max_length=1)] = []


class Signature(Form):
    """Signs the text at `revision`, where the form names one."""

    name: Annotated[Line | None, required_with("Enter your name.")] = Field(
        None, validate_default=True
    )
    title: Annotated[Line | None, required_with("Enter your job title or role.")] = Field(
        None, validate_default=True
    )
    revision: Revision | None = None
