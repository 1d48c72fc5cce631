"""Request bodies of messages: one to members, and a reply."""

from typing import Annotated

from pydantic import Field, StringConstraints

from comhar.fields import Form, Line
from comhar.membership.member_fields import RegionCode
from comhar.messages.model import Audience, OfficeAudience, Words

Subject = Annotated[Line, StringConstraints(max_length=100)]


class Write(Form):
    """`meeting` is needed for those who are coming, and those who have not replied."""

    to: Audience
    meeting: Line | None = None
    subject: Subject
    text: Words


class OfficeWrite(Form):
    """`regions` are needed for whole regions; `members` are the people chosen, by id."""

    to: OfficeAudience
    regions: Annotated[list[RegionCode], Field(max_length=20)] = []
    members: Annotated[list[Line], Field(max_length=200)] = []
    purpose: Line
    subject: Subject
    text: Words


class Reply(Form):
    text: Words
