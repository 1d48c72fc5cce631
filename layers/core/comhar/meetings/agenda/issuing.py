"""Owns the use cases of sending an agenda: hold it back, let it go, send it now, undo its changes."""

from dataclasses import replace
from datetime import datetime

from comhar.aws.conditions import Write
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.errors import Conflict
from comhar.meetings import repository as meetings
from comhar.meetings import timeline
from comhar.meetings.agenda import draft, model, repository, shown, views
from comhar.meetings.agenda.draft import Making
from comhar.meetings.model import Meeting
from comhar.membership.model import Member
from comhar.membership.repository import Members, active_ids
from comhar.settings import Settings


class NotHeld(Conflict):
    title = "The agenda cannot be held back any more."
    next = "It goes out at the time that the page names."


class NothingNew(Conflict):
    title = "Everyone has this agenda already."
    next = "Change it first. Then you can send the changed agenda."


def hold(
    meeting_id: str, me: Member, now: datetime, table: Table, settings: Settings
) -> views.AgendaView:
    """Holds the agenda back until the floor. Raises NotHeld, LeadsOnly, MeetingOver and its kin."""
    rules = meetings.rules(table, settings)

    def step(before: Making) -> tuple[Making, list[Write]]:
        if shown.hold_until(before.meeting, now, rules) is None:
            raise NotHeld
        return replace(before, meeting=_held_back(before.meeting)), []

    after = draft.change(meeting_id, "hold_agenda", me, now, table, settings, step)
    return shown.agenda(after, me, now, table, settings)


def _held_back(meeting: Meeting) -> Meeting:
    """Held to the floor; its co-chairs are asked once more about what is undecided the day before."""
    asked = "undecided.held" in meeting.done
    done = meeting.done if asked else (*_but(meeting.done, "undecided"), "undecided.held")
    return meeting.model_copy(update={"held_back": True, "done": done})


def _but(done: tuple[str, ...], step: str) -> tuple[str, ...]:
    return tuple(each for each in done if each != step)


def release(
    meeting_id: str, me: Member, now: datetime, table: Table, settings: Settings
) -> views.AgendaView:
    """Lets a held agenda go at its usual time; at once where that is past. Raises Conflict, LeadsOnly,
    MeetingOver and its kin."""

    def step(before: Making) -> tuple[Making, list[Write]]:
        if not before.meeting.held_back or before.meeting.issued:
            raise Conflict("The agenda is not held back.")
        return replace(before, meeting=before.meeting.model_copy(update={"held_back": False})), []

    after = draft.change(meeting_id, "release_agenda", me, now, table, settings, step)
    return shown.agenda(after, me, now, table, settings)


def issue_page(meeting_id: str, me: Member, now: datetime, members: Members) -> views.IssuePage:
    """Raises NothingNew, LeadsOnly, MeetingOver and its kin."""
    made = draft.led(draft.read(members.table, meeting_id, now), me, now)
    if made.issued and not made.differs:
        raise NothingNew
    rules = meetings.rules(members.table, members.settings)
    return views.IssuePage(
        **shown.facts(made.meeting),
        minutes=made.meeting.minutes,
        together=model.together(made.lines),
        again=made.meeting.issued,
        late=timeline.late(made.meeting, now, rules),
        floor_at=stamp(rules.before(made.meeting.starts_at.date(), rules.floor_days)),
        members=len(active_ids(members.table, made.meeting.region)),
        undecided=sum(each.state == "proposed" for each in made.items),
    )


def issue(
    meeting_id: str, me: Member, now: datetime, table: Table, settings: Settings
) -> views.AgendaView:
    """Sends the agenda to every member now, or the changed one. Raises NothingNew, LeadsOnly,
    MeetingOver and its kin, ChangedMeanwhile."""
    rules = meetings.rules(table, settings)

    def step(before: Making) -> tuple[Making, list[Write]]:
        if before.issued and not before.differs:
            raise NothingNew
        meeting, writes = draft.issued(before, now, table, rules)
        return draft.as_sent(before, meeting), writes

    after = draft.change(meeting_id, "issue_agenda", me, now, table, settings, step)
    return shown.agenda(after, me, now, table, settings)


def undo(
    meeting_id: str, me: Member, now: datetime, table: Table, settings: Settings
) -> views.AgendaView:
    """Takes order, minutes, what was left out and the topic back to the version that went out; items
    accepted since stay. Raises NothingNew, LeadsOnly, MeetingOver and its kin."""

    def step(before: Making) -> tuple[Making, list[Write]]:
        if before.issued is None or not before.may_undo:
            raise NothingNew
        then = repository.plan_then(before.issued, before.plan)
        topic = repository.topic_then(before.issued)
        meeting = before.meeting.model_copy(update={"topic": topic})
        return draft.replanned(before, then, meeting)

    after = draft.change(meeting_id, "arrange_agenda", me, now, table, settings, step)
    return shown.agenda(after, me, now, table, settings)
