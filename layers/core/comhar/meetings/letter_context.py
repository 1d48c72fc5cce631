"""Template context for meeting letters, and who the organisers are.

Also what such letters carry: calendar entries and links to answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Literal

from comhar import data
from comhar.address_digests import address_digest
from comhar.aws.conditions import Item, Key, Put
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates import ics
from comhar.dates.dublin_time import local_date
from comhar.letters import repository as letters_repository
from comhar.letters.model import Draft, Letter, LetterId, Link
from comhar.meetings import repository
from comhar.meetings.model import Meeting
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.regions import NATIONAL, names
from comhar.settings import Settings

LetterItems = list[Any]  # items, None where there is none


def meeting_and_person_keys(letter: LetterId) -> list[Key]:
    return [repository.key(letter.subject), membership_repository.key(letter.person)]


def meeting_person_and_community_keys(letter: LetterId) -> list[Key]:
    return [
        *meeting_and_person_keys(letter),
        communities_repository.key(letter.subject.partition("-")[0]),
    ]


def is_concerned(meeting: Item | None, member: Item | None) -> bool:
    """Whether the person is an active member whom the meeting concerns."""
    return bool(
        meeting
        and member
        and member["status"] == "active"
        and repository.from_item(meeting).is_for(member.get("region"))
    )


def is_chair(community: Item | None, region: str, person: str, now: datetime) -> bool:
    """Whether the person is a co-chair of the region now."""
    chairs = communities_repository.from_item(community, region, local_date(now)).chairs
    return person in [chair["id"] for chair in chairs]


@dataclass(frozen=True)
class Organiser:
    """An organiser's address, and their name; an address of the office has no name."""

    email: str
    name: str | None = None


def organiser_letter_writes(
    purpose: str,
    meeting_id: str,
    version: str,
    ctx: Context[Member | None],
    period: timedelta | None = None,
    to_office: bool = False,
    facts: Mapping[str, Any] = MappingProxyType({}),
) -> list[Put]:
    """The letter to each organiser of a meeting, refused where it was written before.

    Organisers are the region's co-chairs in office; of a meeting of all regions, which has none,
    and with `to_office`, the office. `period` is how long the letter is stored, `facts` what it tells.
    One read.
    """
    region = meeting_id.partition("-")[0]
    recipients: list[tuple[str, dict[str, str]]]
    if to_office or region == NATIONAL:
        emails = ctx.settings.office_emails
        recipients = [(address_digest(email), {"email": email}) for email in emails]
    else:
        community = communities_repository.get_community(ctx.table, region, ctx.now)
        recipients = [(chair["id"], {}) for chair in community.chairs]
    return [
        letters_repository.insert_write(
            Letter(LetterId(purpose, meeting_id, version, person), {**facts, **more}),
            ctx.now,
            period,
        )
        for person, more in recipients
    ]


def find_organiser(
    letter: Letter, items: Sequence[Item | None], now: datetime, settings: Settings
) -> Organiser | None:
    """The organiser whom such a letter is for, while they still are one.

    `items` are those of its meeting, person and community.
    """
    meeting, member, community = items
    if "email" in letter.facts:  # of the office's
        email = str(letter.facts["email"])
        return Organiser(email) if meeting and email in settings.office_emails else None
    region = letter.id.subject.partition("-")[0]
    chairs = is_chair(community, region, letter.id.person, now)
    if member and is_concerned(meeting, member) and chairs:
        return Organiser(member["email"], membership_repository.display_name(member))
    return None


def meeting_title(meeting: Meeting) -> str:
    """Kind and day of a meeting: what a subject line may contain."""
    at = meeting.starts_at
    return f"{_kind_title(meeting)}, {at.day} {at:%B} {at.year}"


def _kind_title(meeting: Meeting) -> str:
    kinds = {kind["key"]: kind["title"] for kind in data.load("meetings")["kinds"]}
    return str(kinds[meeting.kind]).lower()


def meeting_context(meeting: Meeting, name: str | None) -> dict[str, Any]:
    """What the template of every letter about a meeting may use.

    `name` is who it is to; None for an address of the office.
    """
    modes = {mode["key"]: mode["title"] for mode in data.load("meetings")["modes"]}
    return {
        "name": name,
        "title": meeting_title(meeting),
        "region": meeting.region,
        "starts_at": meeting.starts_at,
        "minutes": meeting.minutes,
        "mode": modes[meeting.mode],
        "venue": meeting.venue,
        "join_link": meeting.link,
        "topic": meeting.topic,
        "meeting": meeting.id,
    }


def draft_with_answer_link(
    template: str,
    subject: str,
    meeting: Meeting,
    member: Item,
    context: dict[str, Any],
    settings: Settings,
    now: datetime,
    answer: Item | None = None,
) -> Draft:
    """A letter with the calendar entry and a link to answer.

    `answer` is the member's to the present date.
    """
    return Draft(
        member["email"],
        subject,
        template,
        {**meeting_context(meeting, membership_repository.display_name(member)), **context},
        answer_link(meeting, member["id"], now),
        calendar=calendar_file(meeting, member["email"], settings, now, "REQUEST", answer),
    )


def answer_link(meeting: Meeting, person: str, now: datetime) -> Link:
    """The link to answer for the present date, good until the meeting starts."""
    hours = (meeting.start - now) / timedelta(hours=1)
    facts = {"dated": meeting.dated}
    return Link("answer", "/answer/{token}", meeting.id, person, hours, facts)


def calendar_file(
    meeting: Meeting,
    email: str,
    settings: Settings,
    now: datetime,
    method: Literal["REQUEST", "CANCEL"],
    answer: Item | None = None,
    sequence: int | None = None,
) -> Callable[[], bytes]:
    """What makes one person's calendar file, called only when the letter is rendered.

    `sequence` is for who is not notified of every change that members are notified of.
    """
    entry = calendar_entry(meeting, email, settings, answer["answer"] if answer else None)
    if sequence is not None:
        entry = replace(entry, sequence=sequence)
    return partial(ics.make_calendar_file, entry, method=method, now=now)


def calendar_entry(
    meeting: Meeting, attendee: str, settings: Settings, answer: str | None = None
) -> ics.Entry:
    """The meeting as one person's calendar entry, with what they have answered.

    Its organiser is the address that letters come from.
    """
    url = f"{settings.public_url}/meetings/{meeting.id}"
    lines = (
        ("Lead topic", meeting.topic),
        ("Place", meeting.venue),
        ("Link to join", meeting.link),
        ("Agenda and details", url),
    )
    region = names().get(meeting.region)
    return ics.Entry(
        meeting=meeting.id,
        sequence=meeting.sequence,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        summary=f"{region} Community of Practice meeting"
        if region
        else "Communities of Practice national event",
        description="\n".join(f"{name}: {text}" for name, text in lines if text),
        place=meeting.venue,
        link=meeting.link,
        url=url,
        organizer=settings.mail_from,
        attendee=attendee,
        answer=answer,
        cancelled=meeting.state == "cancelled",
    )
