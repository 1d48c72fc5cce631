"""A random year of two to four regions as raw events: who did what, where, and at which instant.

Nothing here knows of the product, or of a figure: `year_driver.py` makes the product live through the events,
and `kpi_recomputation.py` counts them.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime

from tests.support.kpi_oracle import REGIONS
from tests.support.random_meetings import RandomMeetings
from tests.support.random_people import RandomPeople
from tests.support.year_events import HOUR, NATIONAL, Event, Happenings, instant

VISIBILITIES = ("private", "counted", "community")


@dataclass
class Text:
    """A reflection as it stands."""

    author: str
    region: str
    visibility: str


class RandomYear:
    """The same year for the same seed: `events` in their order, until `end`.

    `year` is the one to report on; some months before it are lived too.
    """

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.year = self.dice.choice((2027, 2028, 2029, 2032))
        self.regions = self.dice.sample(REGIONS, self.dice.randint(2, 4))
        self.end = instant(datetime(self.year + 1, 2, 1, 8))
        self._clock = Happenings(self.dice, instant(datetime(self.year - 1, 7, 1, 8)))
        self._people = RandomPeople(self._clock, self.regions)
        self._meetings = RandomMeetings(self._clock, self._people)
        self._texts: dict[str, Text] = {}
        for region in self.regions:
            self._plan(region)
        if self.dice.random() < 0.5:
            self._plan_meeting(NATIONAL, "national")
        self._clock.run(self.end)

    @property
    def events(self) -> list[Event]:
        return self._clock.events

    def _plan(self, region: str) -> None:
        """When what may happen in a region; whether it can is seen then."""
        dice, people, begins = self.dice, self._people, self._clock.now
        for _ in range(dice.choice((3, 5, 7, 12))):
            self._clock.later(begins, people.join, region, "entered")
        self._clock.later(begins + HOUR, people.appoint, region)
        first, last = begins.date(), date(self.year + 1, 1, 20)
        for act, times in (
            *((people.join, dice.randint(2, 6)), (people.leave, dice.randint(1, 4))),
            *((people.move, dice.randint(0, 3)), (people.change_role, dice.randint(0, 2))),
            *((people.appoint, dice.randint(0, 3)), (self._approve, dice.randint(0, 1))),
            *((self._meetings.open_action, dice.randint(1, 6)), (self._survey, dice.randint(1, 4))),
            (self._reflect, dice.choice((0, 2, 8, 16))),
        ):
            for _ in range(times):
                self._clock.later(self._clock.moment(first, last), act, region)
        for _ in range(
            dice.choice((0, 12))
        ):  # many in one quarter, so that there are figures to show
            busy = date(self.year, 4, 1), date(self.year, 6, 30)
            self._clock.later(self._clock.moment(*busy), self._reflect, region)
        kinds = dice.choices(("quarterly", "additional", "reflective"), (7, 2, 2), k=6)
        for kind in [*(["first"] * dice.randint(0, 1)), *kinds[: dice.randint(2, 6)]]:
            self._plan_meeting(region, kind)

    def _plan_meeting(self, region: str, kind: str) -> None:
        first, last = date(self.year - 1, 10, 1), date(self.year + 1, 1, 25)
        self._meetings.plan(region, kind, self._clock.wall(first, last))

    def _approve(self, region: str) -> None:
        """The community's terms of reference are signed by all, for so many months."""
        self._clock.note("terms_approved", region, region, months=self.dice.choice((1, 3, 12)))
        if self.dice.random() < 0.6:
            self._clock.later(self._clock.soon(60), self._change_terms, region)

    def _change_terms(self, region: str) -> None:
        """A section changes: its meaning, or its spelling alone."""
        self._clock.note("terms_changed", region, region, same_meaning=self.dice.random() < 0.5)

    def _reflect(self, region: str) -> None:
        person = self._people.pick(region)
        if person is None:
            return
        visibility = self.dice.choice(VISIBILITIES if person.confirmed else VISIBILITIES[:2])
        name = f"r{len(self._texts)}"
        self._texts[name] = Text(person.name, region, visibility)
        self._clock.note("reflected", region, name, author=person.name, visibility=visibility)
        for act in self.dice.choices((self._revise, self._withdraw, self._delete, None), k=2):
            if act:
                self._clock.later(self._clock.soon(100), act, name)

    def _revise(self, name: str) -> None:
        """Becomes visible to others than before; that needs an active author."""
        if name not in self._texts:
            return
        text = self._texts[name]
        author = self._people.by_name[text.author]
        to = self.dice.choice([each for each in VISIBILITIES if each != text.visibility])
        shares = author.confirmed and author.region == text.region
        if author.status == "active" and (to != "community" or shares):
            text.visibility = to
            self._clock.note("reflection_revised", text.region, name, visibility=to)

    def _withdraw(self, name: str) -> None:
        if name in self._texts and self._texts[name].visibility != "private":
            self._texts[name].visibility = "private"
            self._clock.note("reflection_withdrawn", self._texts[name].region, name)

    def _delete(self, name: str) -> None:
        if text := self._texts.pop(name, None):
            self._texts[f"{name} deleted"] = Text("", "", "private")  # so that no name comes again
            self._clock.note("reflection_deleted", text.region, name)

    def _survey(self, region: str) -> None:
        """One that closes now, with its ballots: a rating of 1 to 5, or None where it was left out."""
        dice = self.dice
        count = dice.choice((0, dice.randint(1, 4), dice.randint(5, 9), dice.randint(10, 14)))
        usual = dice.randint(1, 5)
        ratings = [usual if dice.random() < 0.6 else dice.randint(1, 5) for _ in range(count)]
        ballots = tuple(rating if dice.random() < 0.85 else None for rating in ratings)
        facts = {"asks_rating": dice.random() < 0.85, "invited": count + dice.randint(0, 6)}
        self._clock.note("survey_closed", region, f"s{len(self.events)}", ballots=ballots, **facts)
