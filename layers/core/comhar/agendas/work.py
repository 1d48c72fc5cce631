"""Owns what the clock does for agendas: call for items, speak to the co-chairs, issue, issue again."""

from datetime import datetime

from comhar.agendas import model, records
from comhar.communities import records as communities
from comhar.letters import records as letters
from comhar.letters.model import Letter, LetterId, Mailing
from comhar.meetings import records as meetings
from comhar.meetings.model import Meeting, Rules, late
from comhar.outcomes import records as outcomes
from comhar.table import Table
from comhar.writes import Write


def call(
    meeting: Meeting, step: str, now: datetime, table: Table, rules: Rules
) -> tuple[Meeting, list[Write]]:
    """Asks every member for items, 10 working days before (DOMAIN)."""
    told = Mailing("call_for_items", meeting.id, str(meeting.sequence), meeting.region)
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
    ids = (LetterId(purpose, meeting.id, str(meeting.sequence), each["id"]) for each in chairs)
    return [letters.put(Letter(each), now) for each in ids]


def issue(
    meeting: Meeting, step: str, now: datetime, table: Table, rules: Rules
) -> tuple[Meeting, list[Write]]:
    """The agenda as it stands now, in the co-chairs' names, to every active member whom the meeting
    concerns; nothing once it has begun. A changed agenda is marked as such, and the first one's time
    stays what counts."""
    if meeting.start <= now:
        return meeting, []
    again = meeting.issued
    first = {"agenda_issued_at": now, "agenda_late": late(meeting, now, rules)}
    after = meeting.model_copy(
        update={
            **({} if again else first),
            "agenda_version": meeting.agenda_version + 1,
            "agenda_for": meeting.starts_at,
            "agenda_changed_at": None,
            "done": tuple(each for each in meeting.done if each != "reissue"),
        }
    )
    folder = meetings.folder(table, meeting.id)
    actions = [each["what"] for each in outcomes.open_actions(table, meeting.region, now)]
    chairs = communities.by_region(table, meeting.region).chairs
    lines = model.lines(after, folder.items, actions)
    told = Mailing("agenda", after.id, str(after.agenda_version), after.region)
    return after, [
        records.put_agenda(after, lines, chairs, now, again),
        letters.mailing(told, now),
    ]
