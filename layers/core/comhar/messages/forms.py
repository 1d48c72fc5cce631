"""Request bodies of messages: one to members, and a reply."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from comhar.fields import Form, Line, Paragraph
from comhar.messages.model import Audience


def _short(text: str) -> str:
    if len(text) > 5_000:
        raise ValueError("Write at most 5,000 characters.")
    return text


Words = Annotated[Paragraph, AfterValidator(_short)]
Subject = Annotated[Line, StringConstraints(max_length=100)]


class Write(Form):
    """`meeting` is needed for those who are coming, and those who have not replied."""

    to: Audience
    meeting: Line | None = None
    subject: Subject
    text: Words


class Reply(Form):
    text: Words
