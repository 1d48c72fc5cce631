"""Members of a random year: they join, leave, move, come back, and are chosen as co-chairs."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.support.kpi_oracle import DUBLIN, ROLES
from tests.support.year_events import Happenings


@dataclass
class Person:
    """A person as they stand."""

    name: str
    region: str
    status: str = "active"
    confirmed: bool = True


class RandomPeople:
    """Everybody of a year by name; what cannot happen to anybody in a region does not."""

    def __init__(self, clock: Happenings, regions: Sequence[str]) -> None:
        self.clock, self.dice, self.regions = clock, clock.dice, regions
        self.by_name: dict[str, Person] = {}

    def active(self, region: str) -> list[str]:
        return [
            name
            for name, person in self.by_name.items()
            if person.status == "active" and person.region == region
        ]

    def pick(self, region: str) -> Person | None:
        names = self.active(region)
        return self.by_name[self.dice.choice(names)] if names else None

    def join(self, region: str, way: str = "") -> None:
        way = way or self.dice.choice(("entered", "signed_up", "waits"))
        name = f"p{len(self.by_name)}"
        status = "pending" if way == "waits" else "active"
        self.by_name[name] = Person(name, region, status, way == "entered")
        self.clock.note(way, region, name, role=self.dice.choice(ROLES))
        if way == "waits":
            self.clock.later(self.clock.soon(20), self._decide, name)

    def _decide(self, name: str) -> None:
        person = self.by_name[name]
        admitted = self.dice.random() < 0.8
        person.status = "active" if admitted else "declined"
        self.clock.note("admitted" if admitted else "declined", person.region, name)

    def leave(self, region: str) -> None:
        if person := self.pick(region):
            person.status = self.dice.choice(("left", "ended"))
            self.clock.note(person.status, region, person.name)
            if self.dice.random() < 0.6:
                self.clock.later(self.clock.soon(60), self._come_back, person)

    def _come_back(self, person: Person) -> None:
        way = {"left": "returned", "ended": "reactivated"}[person.status]
        person.status = "active"
        self.clock.note(way, person.region, person.name)

    def move(self, region: str) -> None:
        if person := self.pick(region):
            to = self.dice.choice([each for each in self.regions if each != region])
            self._move_to(person, to)
            if self.dice.random() < 0.4:
                self.clock.later(self.clock.soon(30), self._move_to, person, region)

    def _move_to(self, person: Person, to: str) -> None:
        if person.status != "active" or person.region == to:
            return
        by = self.dice.choice(("office", "member"))
        self.clock.note("moved", person.region, person.name, to=to, by=by)
        person.region, person.confirmed = to, person.confirmed and by == "office"

    def change_role(self, region: str) -> None:
        """Not in the days after a quarter in which its report is made: that has roles as they are then."""
        today = self.clock.now.astimezone(DUBLIN)
        first_days = today.month % 3 == 1 and today.day < 8
        if not first_days and (person := self.pick(region)):
            self.clock.note("role_changed", region, person.name, role=self.dice.choice(ROLES))

    def appoint(self, region: str) -> None:
        if len(here := self.active(region)) >= 2:
            chosen = self.dice.sample(here, 2)
            for name in chosen:
                self.by_name[name].confirmed = True
            months = self.dice.choice((6, 6, 12))
            self.clock.note("appointed", region, region, members=tuple(chosen), months=months)
