"""Owns the items of a meeting's day: its scribe, notes, attendance, statements, ideas, votes, history."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Check,
    Delete,
    Item,
    Key,
    Put,
    Write,
    absent,
    present,
)
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.meetings import repository as meetings
from comhar.meetings.agenda import arrangement
from comhar.meetings.agenda.model import Line
from comhar.meetings.agenda.repository import issued_lines, items, plan
from comhar.meetings.day import repository
from comhar.meetings.day.model import SaidThemselves, counted, keyed
from comhar.meetings.model import Meeting
from comhar.membership.model import Member
from comhar.regions import NATIONAL
from comhar.tokens import new_id


@dataclass(frozen=True)
class Day:
    """A meeting with all that is kept of its day."""

    folder: meetings.MeetingBundle
    scribe: str | None = None
    notes: dict[str, Item] = field(default_factory=dict)  # by the key of the agenda's line
    attendance: Item | None = None
    statements: list[Item] = field(default_factory=list)
    ideas: list[Item] = field(default_factory=list)
    votes: dict[str, list[str]] = field(default_factory=dict)  # by member
    history: list[Item] = field(default_factory=list)

    @property
    def meeting(self) -> Meeting:
        return self.folder.meeting

    @cached_property
    def lines(self) -> dict[str, Line]:
        """What the meeting goes through: the agenda that went out, else what would have."""
        held = self.folder
        coming = arrangement.lines(held.meeting, items(held), [], plan(held))
        return keyed(issued_lines(held) or coming)

    def counts(self, bank: list[str]) -> dict[str, int]:
        """Votes for each topic of the bank and each member's idea."""
        return counted([*bank, *(each["title"] for each in self.ideas)], self.votes.values())


def of(table: Table, meeting_id: str) -> Day:
    """One query; a national meeting's votes, which may be ten thousand, are left out (`voted`). Raises
    NotFound."""
    folder = meetings.get_bundle(table, meeting_id)
    kept = folder.beside
    scribe, attendance = kept.get("SCRIBE"), kept.get("ATTENDANCE")
    return Day(
        folder,
        scribe[0]["member"] if scribe else None,
        {item["sk"].partition("#")[2]: item for item in kept.get("NOTE", [])},
        attendance[0] if attendance else None,
        kept.get("STATEMENT", []),
        kept.get("IDEA", []),
        _votes(kept.get("VOTE", [])),
        kept.get("HISTORY", []),
    )


def voted(held: Day, me: Member, table: Table) -> Day:
    """The same with the votes of a national meeting: for the office all, for a member their own."""
    if held.meeting.region != NATIONAL:
        return held
    if held.meeting.led_by(me):
        return replace(held, votes=_votes(table.query(f"MEETING#{held.meeting.id}", "VOTE#").items))
    mine = table.get(_key(held.meeting, f"VOTE#{me.id}"))
    return replace(held, votes=_votes([mine] if mine else []))


def _votes(items: list[Item]) -> dict[str, list[str]]:
    return {each["sk"].partition("#")[2]: each["topics"] for each in items}


def still_open(meeting: Meeting) -> Check:
    """Refuses what is written with it once the meeting is closed or cancelled."""
    return Check(meetings.key(meeting.id), when={"state": "scheduled"})


def scribe(meeting: Meeting, member_id: str | None) -> Write:
    key = _key(meeting, "SCRIBE")
    return Put(_at(key) | {"member": member_id}) if member_id else Delete(key)


def note(meeting: Meeting, line: str, title: str, text: str | None, before: int) -> Put:
    """The note on one line, as the revision after `before`; refused when there is another already."""
    held = {"title": title, "text": text, "revision": before + 1}
    return Put(_at(_key(meeting, f"NOTE#{line}")) | held, when=_after(before))


def attendance(meeting: Meeting, attended: list[str], before: int) -> Put:
    held = {"attended": attended, "revision": before + 1}
    return Put(_at(_key(meeting, "ATTENDANCE")) | held, when=_after(before))


def attended_before(meeting: Meeting, revision: int) -> Put:
    """Who was there, or how many, by what a reopened meeting had recorded."""
    held: Item = {"attended": list(meeting.attended), "revision": revision + 1}
    if meeting.headcount is not None:
        held["headcount"] = meeting.headcount
    return Put(_at(_key(meeting, "ATTENDANCE")) | held)


def statement(meeting: Meeting, me: Member, text: str | None) -> list[Write]:
    """One's own support statement, and the work by which it is deleted at the latest."""
    key = repository.statement_key(meeting.id, me.id)
    if text is None:
        return [Delete(key)]
    return [Put(_at(key) | _said(me, text)), repository.statement_kept(meeting)]


def statement_for(meeting: Meeting, member: Member, text: str, before: Item | None) -> list[Write]:
    """What somebody else enters for a member in place of `before`, which somebody else entered, too;
    refused, at the first write, where the member did meanwhile. Raises SaidThemselves."""
    if before and not before.get("recorded"):
        raise SaidThemselves
    held = _at(repository.statement_key(meeting.id, member.id)) | _said(member, text)
    when = {"recorded": True} if before else UNLESS_EXISTS
    return [Put(held | {"recorded": True}, when=when), repository.statement_kept(meeting)]


def _said(member: Member, text: str) -> Item:
    return {"member": member.id, "name": member.known_as, "text": text}


def idea(meeting: Meeting, me: Member, title: str, now: datetime) -> Put:
    idea_id = new_id(now)
    held = {"id": idea_id, "title": title, "by": me.id}
    return Put(_at(_key(meeting, f"IDEA#{idea_id}")) | held, when=UNLESS_EXISTS)


def idea_withdrawn(meeting: Meeting, idea_id: str) -> Delete:
    """Refused when it is no longer on the list."""
    return Delete(_key(meeting, f"IDEA#{idea_id}"), when={"pk": present})


def vote(meeting: Meeting, me: Member, topics: list[str]) -> Write:
    key = _key(meeting, f"VOTE#{me.id}")
    return Put(_at(key) | {"topics": topics}) if topics else Delete(key)


def history(meeting: Meeting, what: str, me: Member, now: datetime, reason: str = "") -> Put:
    """That the meeting was closed or reopened, as it is then: by what somebody is, never by name."""
    role = "office" if me.office else "chair" if meeting.region in me.chair_of else "lead"
    held = {"what": what, "role": role, "at": stamp(now), "reason": reason or None}
    return Put(_at(_key(meeting, f"HISTORY#{meeting.revision:06d}")) | held, when=UNLESS_EXISTS)


def _key(meeting: Meeting, sk: str) -> Key:
    return f"MEETING#{meeting.id}", sk


def _at(key: Key) -> Item:
    return {"pk": key[0], "sk": key[1]}


def _after(revision: int) -> Item:
    return {"revision": revision if revision else absent}
