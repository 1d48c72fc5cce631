"""Owns the agenda in the making: read with all that it is made of, changed together with its meeting."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from comhar.aws.conditions import Item as Stored
from comhar.aws.conditions import Write
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.communities import repository as communities
from comhar.letters import repository as letters
from comhar.letters.model import Mailing
from comhar.meetings import model as meeting_rules
from comhar.meetings import repository as meetings
from comhar.meetings import timeline
from comhar.meetings.agenda import model, repository
from comhar.meetings.agenda.model import Item, Line, Plan
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules
from comhar.membership.model import Member
from comhar.membership.repository import audit
from comhar.settings import Settings

_TRIES = 4  # against others who change the same meeting


@dataclass(frozen=True)
class Making:
    """A meeting, what members proposed, how the lines are arranged, and last time's open actions."""

    meeting: Meeting
    items: list[Item]
    plan: Plan
    actions: list[str]
    issued: Stored | None  # the version that members have now

    @property
    def defaults(self) -> list[Line]:
        return model.defaults(self.meeting, self.items, self.actions)

    @property
    def lines(self) -> list[Line]:
        """The agenda as it would go out now."""
        return model.arranged(self.defaults, self.plan)

    @property
    def sent(self) -> list[Line]:
        """The lines that members have now."""
        return [Line(**each) for each in self.issued["lines"]] if self.issued else []

    @property
    def differs(self) -> bool:
        """Whether members have another agenda than this."""
        return self.issued is not None and not model.alike(self.sent, self.lines)

    @property
    def may_undo(self) -> bool:
        """Whether order, minutes, topic or what is left out were changed since it went out."""
        if self.issued is None:
            return False
        then = repository.plan_then(self.issued, self.plan)
        return (then, repository.topic_then(self.issued)) != (self.plan, self.meeting.topic)


def read(table: Table, meeting_id: str, now: datetime) -> Making:
    """Two queries. Raises NotFound."""
    return of(meetings.get_bundle(table, meeting_id), table)


def of(bundle: meetings.MeetingBundle, table: Table) -> Making:
    meeting, items = bundle.meeting, repository.items(bundle)
    actions = [each["what"] for each in meetings.open_actions(table, meeting.region)]
    return Making(meeting, items, repository.plan(bundle), actions, repository.issued(bundle))


def led(making: Making, me: Member, now: datetime) -> Making:
    """The same, for who leads a meeting that is to come. Raises LeadsOnly, MeetingOver and its kin."""
    if not making.meeting.led_by(me):
        raise meeting_rules.LeadsOnly
    meeting_rules.upcoming(making.meeting, now)
    return making


Step = Callable[[Making], tuple[Making, list[Write]]]
"""What somebody does to an agenda: how it is then, and what to write beside the meeting itself."""


def change(
    meeting_id: str,
    what: str,
    me: Member,
    now: datetime,
    table: Table,
    settings: Settings,
    step: Step,
) -> Making:
    """Takes a step for who leads the meeting, in one transaction with the meeting: the clock cannot issue
    an agenda without it. Once it is out, its change waits an hour before it goes to all (DOMAIN).

    `what` is the audit's word for it. Raises what the step raises, LeadsOnly, MeetingOver and its kin,
    ChangedMeanwhile.
    """
    rules = meetings.rules(table, settings)
    for _ in range(_TRIES):
        before = led(read(table, meeting_id, now), me, now)
        after, writes = step(before)
        if after is before:
            return before
        after = _waits(after, now)
        line = audit(me, what, meeting_id, now)
        try:
            table.transact([*meetings.changed(before.meeting, after.meeting, rules), line, *writes])
            return after
        except ConditionFailed:
            continue
    raise meeting_rules.ChangedMeanwhile


def _waits(making: Making, now: datetime) -> Making:
    """With the meeting's revision raised, and since when a changed agenda waits to be sent again."""
    changed_at = now if making.differs else None
    meeting = meeting_rules.changed(making.meeting, agenda_changed_at=changed_at)
    return replace(making, meeting=meeting)


def issued(
    making: Making, now: datetime, table: Table, rules: Rules
) -> tuple[Meeting, list[Write]]:
    """The agenda as it stands now, in the co-chairs' names, to every active member whom the meeting
    concerns. A changed agenda is marked as such; the first one's time stays what counts."""
    meeting = making.meeting
    again = meeting.issued
    first = {"agenda_issued_at": now, "agenda_late": timeline.late(meeting, now, rules)}
    after = meeting.model_copy(
        update={
            **({} if again else first),
            "agenda_version": meeting.agenda_version + 1,
            "agenda_for": meeting.starts_at,
            "agenda_changed_at": None,
            "done": tuple(each for each in meeting.done if each != "reissue"),
        }
    )
    chairs = communities.by_region(table, meeting.region, now).chairs
    told = Mailing("agenda", after.id, str(after.agenda_version), after.region)
    return after, [
        repository.put_agenda(after, making.lines, chairs, now, again, making.plan),
        letters.mailing(told, now),
    ]


def replanned(before: Making, then: Plan, meeting: Meeting) -> tuple[Making, list[Write]]:
    """The agenda with this arrangement, and its write."""
    write = repository.put_plan(meeting.id, before.plan, then)
    kept = then.model_copy(update={"revision": before.plan.revision + 1})
    return replace(before, plan=kept, meeting=meeting), [write]


def as_sent(making: Making, meeting: Meeting) -> Making:
    """The same once it went out: members have what stands here."""
    held = [line.model_dump() for line in making.lines]
    return replace(making, meeting=meeting, issued={"lines": held})
