"""What is due for a meeting and when: agenda, reminders, follow-up and deletions."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from pydantic import BaseModel, ConfigDict

from comhar import retention
from comhar.dates.dublin_time import local_date, to_instant
from comhar.dates.working_days import (
    issue_instant,
    next_working_day_after,
    working_days_after,
    working_days_before,
)
from comhar.meetings.model import Meeting
from comhar.regions import NATIONAL

# A meeting made after its issue time, and an agenda changed after it went out (DOMAIN).
EDITING_TIME = timedelta(hours=1)
RECORD_SENT_WITHIN = timedelta(days=21)
CALLED_BEFORE = 10  # working days before the meeting members are asked for items (DOMAIN)
FAR = 15  # working days: of a meeting further ahead, the call for items is the reminder (DOMAIN)
NUDGED_BEFORE = 3  # working days before the agenda is due its co-chairs are reminded of it
REMINDED_BEFORE = 2  # working days before the meeting who has not answered is reminded
# Working days after the meeting the co-chairs are asked "Did it go ahead?" (DOMAIN).
ASKED_AFTER = {"ask.1": 2, "ask.2": 5}


class Rules(BaseModel):
    """When agendas are due: in working days, without the office's closure days."""

    model_config = ConfigDict(frozen=True)

    agenda_days: int
    floor_days: int
    closures: frozenset[date] = frozenset()

    def before(self, day: date, count: int) -> datetime:
        """09:00 Dublin on the `count`th working day before `day`, as a UTC instant."""
        return issue_instant(working_days_before(day, count, self.closures))


def agenda_due_at(meeting: Meeting, rules: Rules) -> datetime:
    """When the scheduler issues the agenda: 5 working days before, 09:00 Dublin.

    So guide 4.5; on the 3rd working day before where the co-chairs hold it back. A meeting made or
    moved after that moment waits one hour for editing; one that starts within the hour, not at all.
    """
    days = rules.floor_days if meeting.held_back else rules.agenda_days
    due = rules.before(meeting.starts_at.date(), days)
    if due >= meeting.made_at:
        return due
    edited = meeting.made_at + EDITING_TIME
    return edited if edited < meeting.start else meeting.made_at


def reissue_due_at(meeting: Meeting) -> datetime:
    """When a changed agenda is sent again: an hour after its last change.

    At once where the meeting starts before.
    """
    changed_at = meeting.agenda_changed_at or meeting.made_at
    edited = changed_at + EDITING_TIME
    return edited if edited < meeting.start else changed_at


def is_late(meeting: Meeting, at: datetime, rules: Rules) -> bool:
    """Whether an agenda issued at that instant is later than the floor.

    The floor is 3 working days before.
    """
    floor = working_days_before(meeting.starts_at.date(), rules.floor_days, rules.closures)
    return local_date(at) > floor


def list_steps(meeting: Meeting, rules: Rules) -> list[tuple[datetime, str]]:
    """What the scheduler still has to do for this meeting, in order of time.

    Instants are UTC. `call` asks every member whether they come, and for items: of a meeting that was
    made long before. Of another, `remind` asks whoever has not answered, and its invitation for items.
    `nudge` and `undecided` remind the co-chairs of the agenda, `issue` sends it and `reissue` a changed
    one, `ask.1` and `ask.2` ask whether it happened. What was due before the meeting was made or
    moved is left out, except the agenda. Of a regional meeting that is closed, `record` sends every
    member what was agreed, at 09:00 on the next working day (DOMAIN.md, "Emails"), once.
    """
    if meeting.state == "held":
        return _list_steps_after_close(meeting, rules)
    if meeting.state != "scheduled":
        return []
    day = meeting.starts_at.date()
    moments: dict[str, datetime] = {}
    if _is_made_long_before(meeting, rules) and not meeting.agenda_issued:
        moments["call"] = rules.before(day, CALLED_BEFORE)
    elif "call" not in meeting.done:
        moments["remind"] = rules.before(day, REMINDED_BEFORE)
    if not meeting.agenda_issued:
        agenda_at = agenda_due_at(meeting, rules)
        moments["nudge"] = rules.before(local_date(agenda_at), NUDGED_BEFORE)
        moments["undecided"] = rules.before(local_date(agenda_at), 1)
    due_steps = [(at, step) for step, at in moments.items() if at >= meeting.made_at]
    if not meeting.agenda_issued:
        due_steps.append((agenda_due_at(meeting, rules), "issue"))
    elif meeting.agenda_changed_at:
        due_steps.append((reissue_due_at(meeting), "reissue"))
    for step, days in ASKED_AFTER.items():
        due_steps.append((issue_instant(working_days_after(day, days, rules.closures)), step))
    return sorted((at, step) for at, step in due_steps if step not in meeting.done)


def _list_steps_after_close(meeting: Meeting, rules: Rules) -> list[tuple[datetime, str]]:
    if meeting.region == NATIONAL or meeting.closed_at is None or "record" in meeting.done:
        return []
    day = next_working_day_after(local_date(meeting.closed_at), rules.closures)
    return [(issue_instant(day), "record")]


def _is_made_long_before(meeting: Meeting, rules: Rules) -> bool:
    """Whether its present date was made known more than 15 working days before."""
    far = working_days_before(meeting.starts_at.date(), FAR, rules.closures)
    return local_date(meeting.made_at) < far


def is_overtaken(step: str, due: Collection[str], meeting: Meeting, now: datetime) -> bool:
    """True if a late run should skip this step because a later one of `due` covers it.

    So it is with reminders and changed agendas once the meeting has begun, and with its record so long
    after its close that an earlier version may have closed it.
    """
    if step == "record":
        return meeting.closed_at is None or now > meeting.closed_at + RECORD_SENT_WITHIN
    if step == "nudge":
        return "undecided" in due or "issue" in due
    if step == "undecided":
        return "issue" in due
    return step in ("call", "remind", "reissue") and meeting.start <= now


def find_next_due(meeting: Meeting, rules: Rules) -> datetime | None:
    """The next moment at which the meeting is due for the scheduler, or None."""
    return next((at for at, _ in list_steps(meeting, rules)), None)


def needs_deleted_at(meeting: Meeting) -> datetime:
    """When access needs, and the facilitator's name and address, are deleted.

    09:00 Dublin, so many days after the meeting's day (`needs` in data/retention.json).
    """
    days: timedelta = retention.period("needs")
    return issue_instant(meeting.starts_at.date() + days)


def pack_last_day(meeting: Meeting) -> date:
    """The last day, in Dublin, of the facilitator's pack: the day after the meeting's."""
    return meeting.starts_at.date() + timedelta(days=1)


def pack_until(meeting: Meeting) -> datetime:
    """The end of that day, UTC."""
    return to_instant(datetime.combine(pack_last_day(meeting) + timedelta(days=1), time()))
