"""The demo's state: everybody's ids, the communities, and the record."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from comhar.dates.dublin_time import local_date
from comhar.surveys.model import get_built_in
from local.demo.client import Client, Received
from local.demo.journal import Joined, Journal, Met
from local.demo.people import People, Person

# The surveys that run by themselves, each with its title, by which its letters are known.
REVIEWS = {kind: get_built_in(kind).title for kind in ("cop_review", "annual_value")}

# What somebody does: it pauses to have people signed in and all letters delivered.
type Activity = Iterator[Sequence[str]]


@dataclass
class Community:
    """A region's members and who leads it.

    `active` holds members by id in the order they came; `lead` takes the turn next. `known` are those
    whom the co-chairs have got to know: they lead, and share what they write.
    """

    chairs: list[Joined] = field(default_factory=list)
    active: dict[str, Joined] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    lead: Joined | None = None

    @property
    def chair(self) -> str:
        return self.chairs[0].email


class State:
    """The demo's people, communities and record.

    `dice` are thrown in one thread only, so that a seed always tells the same story.
    """

    def __init__(
        self,
        client: Client,
        cast: People,
        office: str,
        dice: random.Random,
        say: Callable[[str], None],
    ) -> None:
        self.client = client
        self.cast = cast
        self.office = office
        self.dice = dice
        self._say = say
        self.journal = Journal(client.now.isoformat())
        self.communities = {region: Community() for region in cast.members}
        self.meetings: dict[str, Met] = {}

    def today(self) -> date:
        """The date in Dublin."""
        return local_date(self.client.now)

    def report(self, what: str) -> None:
        self._say(f"{self.today()}       {what}")

    def stamp(self) -> str:
        return self.client.now.isoformat()

    def join(self, person: Person, answer: dict[str, Any]) -> Joined:
        """Somebody signed up: keep who it is, and whether they are active at once."""
        active = answer["status"] == "active"
        on = self.today().isoformat() if active else None
        who = (person.name, person.email, person.region, person.role)
        joined = Joined(answer["id"], *who, on)
        self.journal.members.append(joined)
        self.client.keep_session(person.email, answer["session"])
        community = self.communities[person.region]
        if active:
            community.active[joined.id] = joined
        if person.way == "invited":
            community.confirmed.add(joined.id)
            community.known.add(joined.id)
        return joined

    def admit(self, joined: Joined) -> None:
        joined.active_on = self.today().isoformat()
        self.communities[joined.region].active[joined.id] = joined

    def add(self, met: Met) -> None:
        self.meetings[met.id] = met
        self.journal.meetings.append(met)

    def read(self, came: list[Received]) -> None:
        """Records from the letters what figures depend on.

        When each agenda went out first, and to whom; and who was asked to review their community.
        """
        for letter in came:
            if letter.subject.startswith("Agenda: "):
                met = self.meetings.get((letter.link("meetings") or "").rpartition("/")[2])
                if met is None:  # somebody else's, from before the demo
                    continue
                sent = met.agendas.setdefault(
                    letter.subject, {"at": letter.at.isoformat(), "to": []}
                )
                sent["to"].append(letter.to)
            elif letter.subject in REVIEWS.values():
                self._record_survey(letter)
            elif letter.subject.startswith("The KPI report"):
                self.journal.reports.append(letter.subject.split()[4])
        self.journal.letters += len(came)

    def _record_survey(self, letter: Received) -> None:
        survey = (letter.link("surveys") or "").rpartition("/")[2].partition(".")[0]
        known = next((one for one in self.journal.reviews if one["id"] == survey), None)
        if known is None:
            (kind,) = (kind for kind, title in REVIEWS.items() if title == letter.subject)
            known = {"id": survey, "region": survey.partition("-")[0], "kind": kind}
            known |= {"opened_at": letter.at.isoformat(), "asked": [], "answers": []}
            self.journal.reviews.append(known)
        known["asked"].append(letter.to)

    def some(self, people: Sequence[Joined], share: float, least: int = 0) -> list[Joined]:
        """About this share of them."""
        wanted = min(len(people), max(least, round(len(people) * share)))
        return self.dice.sample(people, wanted)
