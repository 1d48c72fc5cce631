"""The email to a member on the day they are back."""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import Item, Key
from comhar.letters.model import Draft, Dropped, Letter, Purpose
from comhar.letters.repository import read_recipient
from comhar.meetings import letter_context
from comhar.meetings import repository as meetings_repository
from comhar.membership import repository as membership_repository
from comhar.settings import Settings


def draft_back(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """The next meeting, where one is planned, and the way to the home page."""
    member, *meetings = items
    if member is None or member["status"] != "active":
        return Dropped("changed")
    context: dict[str, Any] = {
        "name": membership_repository.display_name(member),
        "region": member["region"],
        "meeting": None,
        "page": f"{settings.public_url}/me",
    }
    for item in meetings:
        if item is None or not letter_context.is_concerned(item, member):
            continue
        meeting = meetings_repository.from_item(item)
        if meeting.state == "scheduled" and meeting.start > now:
            context["meeting"] = letter_context.meeting_context(meeting, context["name"])
            context["page"] = f"{settings.public_url}/meetings/{meeting.id}"
    subject = "Welcome back to Comhar"
    return Draft(member["email"], subject, "absence/letters/back", context)


def _meeting_key(letter: Letter, table: Any) -> list[Key]:
    meeting = letter.facts.get("meeting")
    return [meetings_repository.key(meeting)] if meeting else []


PURPOSES = {"back": Purpose(read_recipient, draft_back, by_facts=_meeting_key)}
