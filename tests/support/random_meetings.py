"""Meetings of a random year and the actions agreed on, from their date to their last close."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial

from tests.support.kpi_oracle import working_days
from tests.support.random_people import RandomPeople
from tests.support.year_events import DAY, HOUR, NATIONAL, Happenings, instant


@dataclass
class Gathering:
    """A meeting as it stands. `starts` is Dublin wall time, `made` when it got this date."""

    name: str
    region: str
    starts: datetime
    made: datetime
    state: str = "scheduled"
    moves: int = 0
    issued: bool = False
    held_back: bool = False
    saved: tuple[str, ...] = ()
    closed_at: datetime | None = None
    agreed: tuple[str, ...] = ()
    reflected: bool = False

    @property
    def start(self) -> datetime:
        return instant(self.starts)

    def working_day(self, before: int) -> datetime:
        """09:00 in Dublin so many working days before it."""
        return instant(datetime.combine(working_days(self.starts.date(), before, -1), time(9)))

    def agenda_due(self) -> datetime:
        """DOMAIN: the 5th working day before, the 3rd where held back; late, after an hour for editing."""
        due = self.working_day(3 if self.held_back else 5)
        edited = self.made + HOUR
        return due if due >= self.made else edited if edited < self.start else self.made


class RandomMeetings:
    """Every meeting and action of a year by name."""

    def __init__(self, clock: Happenings, people: RandomPeople) -> None:
        self.clock, self.dice, self.people = clock, clock.dice, people
        self._gatherings: dict[str, Gathering] = {}
        self._actions: dict[str, tuple[str, datetime | None]] = {}  # region, and when it was done

    def plan(self, region: str, kind: str, starts: datetime) -> None:
        """A meeting that is to be at that Dublin wall time; it may be moved."""
        ahead = self.dice.choice((2 * HOUR, 2 * DAY, 5 * DAY, 25 * DAY, 60 * DAY))
        self.clock.later(instant(starts) - ahead, self._schedule, region, kind, starts)

    def _schedule(self, region: str, kind: str, starts: datetime) -> None:
        if instant(starts) <= self.clock.now:
            return
        name = f"m{len(self._gatherings)}"
        meeting = self._gatherings[name] = Gathering(name, region, starts, self.clock.now)
        self.clock.note("scheduled", region, name, kind=kind, starts=starts)
        self._plan_day(meeting)
        if self.dice.random() < 0.3:
            self.clock.later(self.clock.before(meeting.start), self._reschedule, meeting)
        if self.dice.random() < 0.1:
            self.clock.later(self.clock.before(meeting.start), self._cancel, meeting)

    def _reschedule(self, meeting: Gathering) -> None:
        if meeting.state != "scheduled" or meeting.start <= self.clock.now:
            return
        day = meeting.starts.date()
        starts = self.clock.wall(day - 20 * DAY, day + 40 * DAY)
        if instant(starts) <= self.clock.now or starts == meeting.starts:
            return
        meeting.starts, meeting.made, meeting.moves = starts, self.clock.now, meeting.moves + 1
        meeting.issued, meeting.held_back, meeting.saved = False, False, ()
        self.clock.note("rescheduled", meeting.region, meeting.name, starts=starts)
        self._plan_day(meeting)

    def _plan_day(self, meeting: Gathering) -> None:
        """Its agenda and what follows it, as long as it keeps this date."""
        dice, moves, start = self.dice, meeting.moves, meeting.start
        way = dice.choice(("clock", "clock", "late", "hand", "hold", "never"))
        if way in ("clock", "hold", "late"):
            late = dice.choice((HOUR, 2 * DAY, 4 * DAY)) if way == "late" else HOUR / 60
            self.clock.later(meeting.agenda_due() + late, self._issue_by_clock, meeting, moves)
        if way == "hold":
            self.clock.later(self.clock.before(meeting.agenda_due()), self._hold, meeting, moves)
        if way == "hand":
            self.clock.later(self.clock.before(start), self._issue, meeting, moves, "by_hand")
        if dice.random() < 0.3 and meeting.region != NATIONAL:
            self.clock.later(start + HOUR / 2, self._save_attendance, meeting, moves)
        after = start + dice.choice((HOUR, DAY, 3 * DAY, 12 * DAY, 40 * DAY))
        act = dice.choices((self._close, self._cancel, None), (14, 2, 3))[0]
        if act:
            self.clock.later(after, partial(self._if_date, meeting, moves, act))

    def _if_date(self, meeting: Gathering, moves: int, act: Callable[..., None]) -> None:
        if meeting.moves == moves:
            act(meeting)

    def _awaits_agenda(self, meeting: Gathering, moves: int) -> bool:
        upcoming = meeting.state == "scheduled" and meeting.start > self.clock.now
        return upcoming and meeting.moves == moves and not meeting.issued

    def _issue_by_clock(self, meeting: Gathering, moves: int) -> None:
        if self.clock.now < meeting.agenda_due():  # it is held back meanwhile
            self.clock.later(meeting.agenda_due(), self._issue_by_clock, meeting, moves)
        else:
            self._issue(meeting, moves, "by_clock")

    def _issue(self, meeting: Gathering, moves: int, way: str) -> None:
        if self._awaits_agenda(meeting, moves):
            meeting.issued = True
            self.clock.note(f"agenda_{way}", meeting.region, meeting.name)

    def _hold(self, meeting: Gathering, moves: int) -> None:
        floor = meeting.working_day(3)
        if self._awaits_agenda(meeting, moves) and floor > max(
            self.clock.now, meeting.agenda_due()
        ):
            meeting.held_back = True
            self.clock.note("agenda_held", meeting.region, meeting.name)

    def _some(self, names: list[str]) -> tuple[str, ...]:
        return tuple(self.dice.sample(names, self.dice.randint(len(names) // 2, len(names))))

    def _save_attendance(self, meeting: Gathering, moves: int) -> None:
        if meeting.state == "scheduled" and meeting.moves == moves:
            meeting.saved = self._some(self.people.active(meeting.region))
            self.clock.note(
                "attendance_saved", meeting.region, meeting.name, attended=meeting.saved
            )

    def _cancel(self, meeting: Gathering) -> None:
        """Before its start; or after it, as not held."""
        if meeting.state == "scheduled":
            meeting.state = "cancelled"
            self.clock.note("cancelled", meeting.region, meeting.name)

    def _close(self, meeting: Gathering) -> None:
        if meeting.state != "scheduled" or meeting.start > self.clock.now:
            return
        meeting.state, meeting.closed_at = "held", self.clock.now
        if meeting.region == NATIONAL:
            self.clock.note("closed", NATIONAL, meeting.name, headcount=self.dice.randint(0, 90))
            return
        meeting.saved = self._some([*{*self.people.active(meeting.region), *meeting.saved}])
        new = tuple(f"a{len(self._actions) + n}" for n in range(self.dice.randint(0, 2)))
        for name in new:
            self._actions[name] = meeting.region, None
        meeting.agreed += new  # closed again, it says all it agreed on once more
        done = self._end_some(meeting.region, except_for=meeting.agreed)
        facts = {"attended": meeting.saved, "opened": meeting.agreed, "done": done}
        self.clock.note("closed", meeting.region, meeting.name, **facts)
        if self.dice.random() < 0.2 and not meeting.reflected:
            meeting.reflected = True
            self.clock.note("group_reflected", meeting.region, meeting.name)
        if self.dice.random() < 0.3:
            self.clock.later(self.clock.before(self.clock.now + 6 * DAY), self._reopen, meeting)

    def _reopen(self, meeting: Gathering) -> None:
        meeting.state = "scheduled"
        self.clock.note("reopened", meeting.region, meeting.name)
        act = self.dice.choices((self._close, self._cancel, None), (6, 1, 1))[0]
        if act:
            self.clock.later(self.clock.soon(20), act, meeting)

    def _end_some(self, region: str, except_for: tuple[str, ...]) -> tuple[str, ...]:
        still = [
            name
            for name, (where, done) in self._actions.items()
            if where == region and done is None and name not in except_for
        ]
        ended = tuple(self.dice.sample(still, min(len(still), self.dice.randint(0, 1))))
        for name in ended:
            self._actions[name] = region, self.clock.now
        return ended

    def open_action(self, region: str) -> None:
        if person := self.people.pick(region):
            name = f"a{len(self._actions)}"
            self._actions[name] = region, None
            self.clock.note("action_opened", region, name, owner=person.name)
            if self.dice.random() < 0.8:
                self.clock.later(self.clock.soon(120), self._end_action, name)

    def _end_action(self, name: str) -> None:
        region, done = self._actions[name]
        if done is None:
            self._actions[name] = region, self.clock.now
            self.clock.note("action_done", region, name)
            if self.dice.random() < 0.4:
                self.clock.later(self.clock.soon(80), self._undo_action, name, self.clock.now)

    def _undo_action(self, name: str, done_at: datetime) -> None:
        region, done = self._actions[name]
        if done == done_at:
            self._actions[name] = region, None
            self.clock.note("action_undone", region, name)
            if self.dice.random() < 0.6:
                self.clock.later(self.clock.soon(90), self._end_action, name)
