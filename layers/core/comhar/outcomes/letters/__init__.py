"""The letters of what comes of meetings: whether each still holds when it is sent, and what it says."""

from datetime import datetime

from comhar.letters.model import Draft, Dropped, Letter, Purpose
from comhar.meetings import records, told
from comhar.meetings.told import Found
from comhar.membership import records as people
from comhar.settings import Settings


def did_it_happen(
    letter: Letter, items: Found, now: datetime, settings: Settings
) -> Draft | Dropped:
    """To a co-chair in office, of a meeting that is neither closed nor cancelled."""
    item, member, community = items
    if not told.belongs(item, member) or not told.leads(community, letter.id.person):
        return Dropped("not a co-chair")
    meeting = records.from_item(item)
    asked = [each for each in meeting.done if each.startswith("ask.")]
    current = [f"{meeting.sequence}.{each.removeprefix('ask.')}" for each in asked]
    if meeting.state != "scheduled" or letter.id.version not in current[-1:]:
        return Dropped("closed, moved or asked again")
    path = f"{settings.public_url}/meetings/{meeting.id}/close"
    context = {**told.facts(meeting, people.known_as(member)), "close_link": path}
    subject = f"Did it happen? {told.title(meeting)}"
    return Draft(member["email"], subject, "outcomes/letters/did_it_happen", context)


PURPOSES = {"did_it_happen": Purpose(told.with_community, did_it_happen)}
