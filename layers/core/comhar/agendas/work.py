"""Owns what the clock does for agendas: call for items, speak to the co-chairs, issue, issue again."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from comhar.agendas import making
from comhar.communities import records as communities
from comhar.letters import records as letters
from comhar.letters.model import Letter, LetterId, Mailing
from comhar.meetings import records as meetings
from comhar.meetings.model import Meeting
from comhar.meetings.steps import Rules
from comhar.table import Lost, Table
from comhar.writes import Write

TOLD_OF = ("agenda", "invitation", "cancellation")
LOST = ("Bounce", "Reject")  # who marked one as unwanted is not told of to their peers


def call(
    meeting: Meeting, step: str, now: datetime, table: Table, rules: Rules
) -> tuple[Meeting, list[Write]]:
    """Asks every member for items, 10 working days before (DOMAIN)."""
    told = Mailing("call_for_items", meeting.id, str(meeting.dated), meeting.region)
    return meeting, [letters.mailing(told, now)]


def nudge(
    meeting: Meeting, step: str, now: datetime, table: Table, rules: Rules
) -> tuple[Meeting, list[Write]]:
    """Reminds the co-chairs that the agenda will fall due."""
    return meeting, _to_chairs("agenda_nudge", meeting, now, table)


def undecided(
    meeting: Meeting, step: str, now: datetime, table: Table, rules: Rules
) -> tuple[Meeting, list[Write]]:
    """Puts what is still undecided to the co-chairs, the day before (DOMAIN)."""
    waiting = any(each.state == "proposed" for each in meetings.folder(table, meeting.id).items)
    return meeting, _to_chairs("undecided_items", meeting, now, table) if waiting else []


def _to_chairs(purpose: str, meeting: Meeting, now: datetime, table: Table) -> list[Write]:
    chairs = communities.by_region(table, meeting.region).chairs
    once_more = ".held" if "undecided.held" in meeting.done else ""
    version = f"{meeting.dated}{once_more}"
    ids = (LetterId(purpose, meeting.id, version, each["id"]) for each in chairs)
    return [letters.put(Letter(each), now) for each in ids]


def issue(
    meeting: Meeting, step: str, now: datetime, table: Table, rules: Rules
) -> tuple[Meeting, list[Write]]:
    """The agenda as it stands now, to every active member whom the meeting concerns; nothing once it has
    begun. A changed one is sent again, unless it says what members have already."""
    if meeting.start <= now:
        return meeting, []
    made = replace(making.read(table, meeting.id, now), meeting=meeting)
    if meeting.issued and not made.differs:
        done = tuple(each for each in meeting.done if each != "reissue")
        return meeting.model_copy(update={"agenda_changed_at": None, "done": done}), []
    return making.issued(made, now, table, rules)


def lost(letter: LetterId, event: str, now: datetime, table: Table) -> None:
    """Tells a region's co-chairs, once each, that a member did not get a letter about a meeting: that it
    came back or was refused. The letter says no more than who and which."""
    if letter.purpose not in TOLD_OF or event not in LOST:
        return
    region = letter.subject.partition("-")[0]
    chairs = communities.by_region(table, region).chairs
    for person in (each["id"] for each in chairs if each["id"] != letter.person):
        version = f"{letter.purpose}.{letter.version}.{letter.person}"
        told = LetterId("bounced", letter.subject, version, person)
        with suppress(Lost):  # told of before
            table.transact(letters.put(Letter(told), now))
