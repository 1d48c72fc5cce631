"""Owns what the clock does for agendas: call for items, speak to who organises, issue, issue again."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from comhar import retention
from comhar.aws.conditions import Write
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.letters import repository as letters
from comhar.letters.model import LetterId, Mailing
from comhar.meetings import repository as meetings
from comhar.meetings.agenda import draft, repository
from comhar.meetings.letter_context import to_organisers
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules
from comhar.settings import Settings

TOLD_OF = ("agenda", "invitation", "cancellation", "facilitation")
LOST = ("Bounce", "Reject")  # who marked one as unwanted is not told of to their peers


def call(
    meeting: Meeting, step: str, now: datetime, table: Table, rules: Rules, settings: Settings
) -> tuple[Meeting, list[Write]]:
    """Asks every member for items, 10 working days before (DOMAIN)."""
    told = Mailing("call_for_items", meeting.id, str(meeting.dated), meeting.region)
    return meeting, [letters.mailing(told, now)]


def nudge(
    meeting: Meeting, step: str, now: datetime, table: Table, rules: Rules, settings: Settings
) -> tuple[Meeting, list[Write]]:
    """Reminds who organises it that the agenda will fall due."""
    return meeting, _tell("agenda_nudge", meeting, now, table, settings)


def undecided(
    meeting: Meeting, step: str, now: datetime, table: Table, rules: Rules, settings: Settings
) -> tuple[Meeting, list[Write]]:
    """Puts what is still undecided to who organises it, the day before (DOMAIN)."""
    waiting = any(
        each.state == "proposed"
        for each in repository.items(meetings.get_bundle(table, meeting.id))
    )
    told = _tell("undecided_items", meeting, now, table, settings) if waiting else []
    return meeting, told


def _tell(
    purpose: str, meeting: Meeting, now: datetime, table: Table, settings: Settings
) -> list[Write]:
    return [*to_organisers(purpose, meeting.id, _asked(meeting), now, table, settings)]


def _asked(meeting: Meeting) -> str:
    """The version of what is asked about this agenda: of its date, and once more when it is held."""
    return f"{meeting.dated}{'.held' if 'undecided.held' in meeting.done else ''}"


def proposed_late(
    meeting: Meeting, by: str, now: datetime, table: Table, settings: Settings
) -> list[Write]:
    """Puts it to who organises it that an item came in after they were asked to decide, and before the
    agenda goes out: once, however many come, and not to who proposed it."""
    if meeting.issued or "undecided" not in meeting.done:
        return []
    told = ("undecided_items", meeting.id, f"{_asked(meeting)}.late", now, table, settings)
    return [each for each in to_organisers(*told) if each.item["sk"] != by]


def issue(
    meeting: Meeting, step: str, now: datetime, table: Table, rules: Rules, settings: Settings
) -> tuple[Meeting, list[Write]]:
    """The agenda as it stands now, to every active member whom the meeting concerns; nothing once it has
    begun. A changed one is sent again, unless it says what members have already."""
    if meeting.start <= now:
        return meeting, []
    made = replace(draft.read(table, meeting.id, now), meeting=meeting)
    if meeting.issued and not made.differs:
        done = tuple(each for each in meeting.done if each != "reissue")
        return meeting.model_copy(update={"agenda_changed_at": None, "done": done}), []
    return draft.issued(made, now, table, rules)


def lost(letter: LetterId, event: str, now: datetime, table: Table, settings: Settings) -> None:
    """Tells who organises a meeting, once each, that a member did not get a letter about it: that it came
    back or was refused; of the facilitator, whom the office names, the office. The letter says no more
    than who and which."""
    if letter.purpose not in TOLD_OF or event not in LOST:
        return
    version = f"{letter.purpose}.{letter.version}.{letter.person}"
    # Nothing of a stranger stays longer than their own letter.
    strange = letter.purpose == "facilitation"
    kept = retention.kept("stranger_letter" if strange else "letter")
    asked = ("bounced", letter.subject, version, now, table, settings, kept)
    for told in to_organisers(*asked, to_office=strange):
        if told.item["sk"] == letter.person:
            continue
        with suppress(ConditionFailed):  # told of before
            table.transact([told])
