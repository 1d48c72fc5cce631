"""Records of a meeting's day (notes, attendance, ideas, history …)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from comhar import data, retention
from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Check,
    Condition,
    Delete,
    Item,
    Key,
    Put,
    Update,
    Write,
    absent,
    conflict_as,
    present,
)
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.dates.working_days import issue_instant
from comhar.meetings import model as meetings_model
from comhar.meetings import reply_counts
from comhar.meetings import repository as meetings_repository
from comhar.meetings.agenda import arrangement
from comhar.meetings.agenda import repository as agenda_repository
from comhar.meetings.agenda.model import Line
from comhar.meetings.day import model
from comhar.meetings.model import Meeting
from comhar.meetings.repository import MeetingBundle
from comhar.membership.model import Member

CORRECTED = "corrected"  # what the history calls a correction of attendance


@dataclass(frozen=True)
class MeetingDay:
    """A meeting with all that is stored of its day."""

    bundle: MeetingBundle
    scribe: str | None = None
    notes: Mapping[str, Item] = field(default_factory=dict)  # by the key of the agenda's line
    attendance: Item | None = None
    statements: list[Item] = field(default_factory=list)
    ideas: list[Item] = field(default_factory=list)
    history: list[Item] = field(default_factory=list)

    @property
    def meeting(self) -> Meeting:
        return self.bundle.meeting

    @cached_property
    def lines(self) -> dict[str, Line]:
        """Agenda items that the meeting goes through.

        Those of the agenda that went out, else of what would have.
        """
        items, plan = (
            agenda_repository.list_items(self.bundle),
            agenda_repository.get_plan(self.bundle),
        )
        issued = agenda_repository.list_issued_lines(self.bundle)
        return model.lines_by_key(issued or arrangement.build_lines(self.meeting, items, [], plan))

    @property
    def topics(self) -> list[str]:
        """What can be voted for: the topics of the bank and each member's idea."""
        return [*data.load("topics"), *(idea["title"] for idea in self.ideas)]

    @property
    def counts(self) -> dict[str, int]:
        """Votes for each topic that had any, most first."""
        return reply_counts.count_votes(self.bundle, self.topics)


def get_day(table: Table, meeting_id: str) -> MeetingDay:
    """A meeting with its day; one query.

    Raises:
        NotFound: there is no such meeting.
    """
    bundle = meetings_repository.get_bundle(table, meeting_id)
    scribe = next(iter(bundle.list_of_kind("SCRIBE")), None)
    return MeetingDay(
        bundle,
        scribe["member"] if scribe else None,
        {note["sk"].partition("#")[2]: note for note in bundle.list_of_kind("NOTE")},
        next(iter(bundle.list_of_kind("ATTENDANCE")), None),
        bundle.list_of_kind("STATEMENT"),
        bundle.list_of_kind("IDEA"),
        bundle.list_of_kind("HISTORY"),
    )


def save_to_open_meeting(table: Table, meeting: Meeting, *writes: Write) -> None:
    """Writes to a meeting, on condition that it is open.

    Raises:
        MeetingChanged: it was closed or cancelled a moment ago.
        EntryChanged: somebody else wrote the same; or the error that the write names itself.
    """
    with conflict_as(model.EntryChanged):
        table.transact([check_open(meeting), *writes])


def check_open(meeting: Meeting) -> Check:
    """Refused (MeetingChanged) once the meeting is closed or cancelled."""
    return Check(
        meetings_repository.key(meeting.id),
        condition={"state": "scheduled"},
        conflict=meetings_model.MeetingChanged,
    )


def scribe_key(meeting_id: str) -> Key:
    """The key of the item with the scribe's id (`member`)."""
    return f"MEETING#{meeting_id}", "SCRIBE"


def scribe_write(meeting: Meeting, member_id: str | None) -> Write:
    key = scribe_key(meeting.id)
    return Put(_at(key) | {"member": member_id}) if member_id else Delete(key)


def note_write(meeting: Meeting, line: str, title: str, text: str | None, before: int) -> Put:
    """The note on one line, as the revision after `before`.

    Refused when there is another already.
    """
    note = {"title": title, "text": text, "revision": before + 1}
    return Put(_at(_key(meeting, f"NOTE#{line}")) | note, condition=_at_revision(before))


def attendance_write(meeting: Meeting, attended: list[str], before: int) -> Put:
    """Who is there, as the revision after `before`.

    Refused when there is another already.
    """
    attendance = {"attended": attended, "revision": before + 1}
    return Put(_at(_key(meeting, "ATTENDANCE")) | attendance, condition=_at_revision(before))


def recorded_attendance_write(meeting: Meeting, revision: int) -> Put:
    """Who was there, or how many, as a reopened meeting had recorded it."""
    attendance: Item = {"attended": list(meeting.attended), "revision": revision + 1}
    if meeting.headcount is not None:
        attendance["headcount"] = meeting.headcount
    return Put(_at(_key(meeting, "ATTENDANCE")) | attendance)


def statement_key(meeting_id: str, member_id: str) -> Key:
    return f"MEETING#{meeting_id}", f"STATEMENT#{member_id}"


def statement_writes(meeting: Meeting, member: Member, text: str | None) -> list[Write]:
    """One's own support statement, and the work that deletes it at the latest."""
    key = statement_key(meeting.id, member.id)
    if text is None:
        return [Delete(key)]
    return [Put(_at(key) | _statement(member, text)), count_statement_write(meeting)]


def statement_for_writes(
    meeting: Meeting, member: Member, text: str, before: Item | None
) -> list[Write]:
    """A member's statement as somebody else enters it, replacing one like that.

    Refused where the member entered their own meanwhile.

    Raises:
        OwnStatementExists: `before` is the member's own.
    """
    if before and not before.get("recorded"):
        raise model.OwnStatementExists
    item = _at(statement_key(meeting.id, member.id)) | _statement(member, text)
    condition = {"recorded": True} if before else UNLESS_EXISTS
    return [
        Put(item | {"recorded": True}, condition=condition, conflict=model.OwnStatementExists),
        count_statement_write(meeting),
    ]


def _statement(member: Member, text: str) -> Item:
    return {"member": member.id, "name": member.display_name, "text": text}


def count_statement_write(meeting: Meeting) -> Update:
    """Counts one more statement, and sets when all are deleted at the latest.

    That is 09:00 Dublin, so many days after the meeting's day (`statement` in data/retention.json).
    An earlier deletion, such as that of a move, stays as it was set.
    """
    period: timedelta = retention.period("statement")
    at = issue_instant(meeting.starts_at.date() + period)
    due = {"due": "work", "due_at": stamp(at)}
    return Update(_key(meeting, "STATEMENTS"), default=due, add={"kept": 1})


def idea_write(meeting: Meeting, idea_id: str, title: str, member: Member) -> Put:
    idea = {"id": idea_id, "title": title, "by": member.id}
    return Put(_at(_key(meeting, f"IDEA#{idea_id}")) | idea, condition=UNLESS_EXISTS)


def delete_idea_write(meeting: Meeting, idea_id: str) -> Delete:
    """Refused (IdeaRemoved) when it is no longer on the list."""
    idea = _key(meeting, f"IDEA#{idea_id}")
    return Delete(idea, condition={"pk": present}, conflict=model.IdeaRemoved)


def history_key(meeting_id: str, revision: int) -> Key:
    """The key of what happened to the meeting with that revision."""
    return f"MEETING#{meeting_id}", f"HISTORY#{revision:06d}"


def history_write(
    meeting: Meeting, what: str, user: Member, now: datetime, reason: str = "", **facts: Any
) -> Put:
    """That the meeting was closed, reopened or corrected, at its present revision.

    By the role of who did it, never by name.
    """
    role = "office" if user.office else "chair" if meeting.region in user.chair_of else "lead"
    event = {"what": what, "role": role, "at": stamp(now), "reason": reason or None}
    key = history_key(meeting.id, meeting.revision)
    return Put(_at(key) | event | facts, condition=UNLESS_EXISTS)


def _key(meeting: Meeting, sk: str) -> Key:
    return f"MEETING#{meeting.id}", sk


def _at(key: Key) -> Item:
    return {"pk": key[0], "sk": key[1]}


def _at_revision(revision: int) -> Condition:
    return {"revision": revision or absent}
