"""What raw events come to: where each person is active on a day, and what became of each meeting."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.support.kpi_oracle import DUBLIN
from tests.support.year_events import DAY, Event

JOINING = {"entered", "signed_up", "admitted", "returned", "reactivated"}


@dataclass
class Story:
    """A meeting, told to its end. `starts` is Dublin wall time."""

    kind: str
    starts: datetime
    state: str = "scheduled"
    attended: tuple[str, ...] = ()
    agenda_out: list[date] = field(default_factory=list)

    @property
    def day(self) -> date:
        return self.starts.date()

    @property
    def regular(self) -> bool:
        return self.kind in ("first", "quarterly", "reflective")


def day_of(event: Event) -> date:
    return event.at.astimezone(DUBLIN).date()


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last."""
    month = day.month - 1 + months
    first = date(day.year + month // 12, month % 12 + 1, 1)
    length = ((first + 31 * DAY).replace(day=1) - first).days
    return first.replace(day=min(day.day, length))


def whereabouts(events: list[Event]) -> dict[str, dict[date, str | None]]:
    """Of each person, on each day that brought a change, the region where they are active as it ends."""
    people: dict[str, dict[date, str | None]] = {}
    for event in events:
        if event.what in JOINING:
            people.setdefault(event.about, {})[day_of(event)] = event.region
        elif event.what in ("left", "ended"):
            people[event.about][day_of(event)] = None
        elif event.what == "moved":
            people[event.about][day_of(event)] = event.facts["to"]
    return people


def where(days: dict[date, str | None], day: date) -> str | None:
    before = [each for each in days if each <= day]
    return days[max(before)] if before else None


def roles_on(events: list[Event], day: date) -> dict[str, str]:
    """Each person's role when that day ended."""
    earlier = [event for event in events if "role" in event.facts and day_of(event) <= day]
    return {event.about: event.facts["role"] for event in earlier}


def stories(events: list[Event], region: str) -> Iterator[Story]:
    """The region's meetings, each with what came of it; an agenda is for one date only."""
    meetings: dict[str, Story] = {}
    for event in (e for e in events if e.region == region):
        match event.what, meetings.get(event.about):
            case "scheduled", _:
                meetings[event.about] = Story(event.facts["kind"], event.facts["starts"])
            case "rescheduled", Story() as meeting:
                meeting.starts, meeting.agenda_out = event.facts["starts"], []
            case "agenda_by_hand" | "agenda_by_clock", Story() as meeting:
                meeting.agenda_out.append(day_of(event))
            case "closed", Story() as meeting:
                meeting.state, meeting.attended = "held", event.facts["attended"]
            case "reopened", Story() as meeting:
                meeting.state = "scheduled"
            case "cancelled", Story() as meeting:
                meeting.state = "cancelled"
    yield from meetings.values()
