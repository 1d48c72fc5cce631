"""Every KPI of DOMAIN.md counted anew from raw events, by somebody who has read that table and nothing else.

No code of the product, and no stored row: only `Event`s of a random year, as far as they had happened. What a
figure is built on is listed first (days, meetings, authors, ballots), then counted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.support.event_stories import day_of, months_after, roles_on, stories, where, whereabouts
from tests.support.kpi_oracle import DUBLIN, REGIONS, ROLES, quarter_days, working_days
from tests.support.year_events import DAY, Event, instant

NATION = "ALL"
SMALL = 5  # "a figure built on fewer than 5 people's survey answers or reflections is suppressed"


TARGETS = {  # of a region and quarter; "quarters_met" has the quarter's number, and `0` is not to be exceeded
    "meetings_held": 1,
    "meetings_unconfirmed": 0,
    "agendas_on_time": 100,
    "chairs_in_term": 2,
    "terms_approved": 1,
}
SUMMED = {"meetings_held", "meetings_unconfirmed", "quarters_met", "chairs_in_term"}


@dataclass(frozen=True)
class Truth:
    """What a figure should say. A hidden one has no value; `part` of `whole` are behind a rate or a mean."""

    value: float | None
    state: str = "ok"
    part: int | None = None
    whole: int | None = None
    target_met: bool | None = None

    def hide(self, state: str) -> "Truth":
        return Truth(None, state)

    def judge(self, target: int | None) -> "Truth":
        if self.value is None or target is None:
            return self
        met = self.value == 0 if target == 0 else self.value >= target
        return replace(self, target_met=met)


NO_DATA, HIDDEN = Truth(None, "no_data"), Truth(None, "hidden")
Truths = dict[tuple[str, str], Truth]  # by region, or NATION, and code


def recompute(events: Iterable[Event], quarter: str, now: datetime) -> Truths:
    """The figures of each region, and of the nation, as of the instant `now`."""
    past = [event for event in events if event.at <= now]
    counts = {region: RegionCount(past, region, quarter, now) for region in REGIONS}
    targets = {**TARGETS, "quarters_met": int(quarter[-1])}
    truths = {
        (region, code): truth.judge(targets.get(code))
        for region, count in counts.items()
        for code, truth in count.truths()
    }
    for code, truth in national_truths([*counts.values()]):
        judged = truth.judge(targets.get(code, 0) * len(REGIONS)) if code in SUMMED else truth
        if code in targets and code not in SUMMED and truth.value is not None:
            regions_met = [truths[region, code].target_met for region in REGIONS]
            judged = replace(truth, target_met=False not in regions_met)
        truths[NATION, code] = judged
    return truths


class RegionCount:
    """What one region's figures of a quarter are built on."""

    def __init__(self, events: list[Event], region: str, quarter: str, now: datetime) -> None:
        self.events, self.region, self.now = events, region, now
        self.first, self.last = quarter_days(quarter)
        self.whereabouts = {name: dict(days) for name, days in whereabouts(events).items()}
        self.meetings = [*stories(events, region)]
        self.took_place = [m for m in self.meetings if m.state == "held" and self.covers(m.day)]
        self.surveys = [e.facts for e in self.here("survey_closed") if self.covers(day_of(e))]
        self.authors = self.count_authors()

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last

    def here(self, what: str) -> list[Event]:
        return [e for e in self.events if e.what == what and e.region == self.region]

    def truths(self) -> Iterator[tuple[str, Truth]]:
        """Each figure by its code."""
        for code, value in {**self.plain_counts(), **self.people()}.items():
            yield code, Truth(value)
        yield "attendance_rate", rate(*self.attendance())
        yield "agendas_on_time", rate(*self.agendas())
        yield "reflections", HIDDEN if self.few_authors else Truth(sum(self.authors.values()))
        yield from survey_truths(self.surveys)
        yield "chairs_in_term", Truth(len(self.chairs()))
        yield "terms_approved", self.terms()

    # Meetings, agendas, actions

    def plain_counts(self) -> dict[str, int]:
        """What simply adds up over the regions."""
        before_now = [m for m in self.meetings if instant(m.starts) < self.now]
        opened, done = self.action_days()
        met = {
            (m.day.month - 1) // 3
            for m in self.meetings
            if m.state == "held" and m.regular and date(self.last.year, 1, 1) <= m.day <= self.last
        }
        return {
            "meetings_held": sum(m.regular for m in self.took_place),
            "meetings_additional": sum(m.kind == "additional" for m in self.took_place),
            "meetings_unconfirmed": sum(
                m.state == "scheduled" and self.covers(m.day) for m in before_now
            ),
            "quarters_met": len(met),
            "actions_opened": sum(map(self.covers, opened)),
            "actions_done": sum(map(self.covers, done)),
        }

    def attendance(self) -> tuple[int, int]:
        """Of members who were active on the day of a meeting: who was there, and all."""
        pairs = [(m, name) for m in self.took_place for name in self.active(m.day)]
        return sum(name in m.attended for m, name in pairs), len(pairs)

    def agendas(self) -> tuple[int, int]:
        """Of held meetings but additional ones: whose agenda was out on the 3rd working day before."""
        regular = [m for m in self.took_place if m.kind != "additional"]
        on_time = [
            m for m in regular if any(day <= working_days(m.day, 3, -1) for day in m.agenda_out)
        ]
        return len(on_time), len(regular)

    def action_days(self) -> tuple[list[date], list[date]]:
        """When each action was opened, and since when those stand as done that do."""
        opened: dict[str, date] = {}
        done: dict[str, date] = {}
        for event in (e for e in self.events if e.region == self.region):
            names = event.facts.get("opened", ())
            for name in (event.about,) if event.what == "action_opened" else names:
                opened.setdefault(name, day_of(event))
            names = event.facts.get("done", ())
            for name in (event.about,) if event.what == "action_done" else names:
                done[name] = day_of(event)
            if event.what == "action_undone":
                del done[event.about]
        return [*opened.values()], [*done.values()]

    # People

    def active(self, day: date) -> set[str]:
        """Who was active in the region when that day ended."""
        return {n for n, days in self.whereabouts.items() if where(days, day) == self.region}

    def people(self) -> dict[str, int]:
        now_active, roles = self.active(self.last), roles_on(self.events, self.last)
        came = went = 0
        for days in self.whereabouts.values():
            for day in filter(self.covers, days):
                before, after = where(days, day - DAY), days[day]
                came += before != after == self.region
                went += before != after != self.region == before
        by_role = {
            f"members_by_role.{role}": sum(roles[name] == role for name in now_active)
            for role in ROLES
        }
        active = {"members_active": len(now_active), "members_joined": came, "members_left": went}
        return active | by_role

    def chairs(self) -> set[str]:
        """Who is co-chair on the last day.

        A term goes on for 28 days where it ran out and nobody was chosen; who leaves or moves, or is
        replaced, is none from that day on.
        """
        day = min(self.last, self.now.astimezone(DUBLIN).date())
        chosen = [e for e in self.here("appointed") if day_of(e) <= day]
        if not chosen:
            return set()
        newest = chosen[-1]
        runs_until = months_after(day_of(newest), newest.facts["months"])
        if day > runs_until + 28 * DAY:
            return set()
        later = self.events[self.events.index(newest) :]
        leavers = {
            e.about for e in later if e.what in ("left", "ended", "moved") and day_of(e) <= day
        }
        return {*newest.facts["members"]} - leavers

    def terms(self) -> Truth:
        signed = self.here("terms_approved")
        if not signed:
            return NO_DATA
        changed = [e for e in self.here("terms_changed") if not e.facts["same_meaning"]]
        day = min(self.last, self.now.astimezone(DUBLIN).date())
        return Truth(int(any(self._approves(e, changed, day) for e in signed)))

    def _approves(self, signed: Event, changed: list[Event], day: date) -> bool:
        """Whether what was signed then holds on the day: in date, and no meaning changed since."""
        on = day_of(signed)
        ends = [months_after(on, signed.facts["months"])]
        ends += [day_of(e) for e in changed if e.at > signed.at]
        return on <= day < min(ends)

    # Reflections

    def count_authors(self) -> dict[str, int]:
        """How many of this quarter's reflections count, by author; a group is one."""
        visible: dict[str, str] = {}
        author: dict[str, str] = {}
        for event in (e for e in self.events if e.region == self.region):
            if event.what == "reflected" and self.covers(day_of(event)):
                author[event.about] = event.facts["author"]
                visible[event.about] = event.facts["visibility"]
            if event.what == "group_reflected" and self.covers(day_of(event)):
                author[event.about] = f"the group of {event.about}"
                visible[event.about] = "community"
            if event.about in visible and event.what == "reflection_revised":
                visible[event.about] = event.facts["visibility"]
            if event.about in visible and event.what == "reflection_withdrawn":
                visible[event.about] = "private"
            if event.about in visible and event.what == "reflection_deleted":
                del visible[event.about]
        count: dict[str, int] = {}
        for name in (name for name, to in visible.items() if to != "private"):
            count[author[name]] = count.get(author[name], 0) + 1
        return count

    @property
    def few_authors(self) -> bool:
        return 0 < len(self.authors) < SMALL


def national_truths(counts: list[RegionCount]) -> Iterator[tuple[str, Truth]]:
    """Sums of the regions' counts; rates over the sums of both their parts."""
    plain = [count.plain_counts() | count.people() for count in counts]
    for code in plain[0]:
        yield code, Truth(sum(numbers[code] for numbers in plain))
    for code, parts in (
        ("attendance_rate", [count.attendance() for count in counts]),
        ("agendas_on_time", [count.agendas() for count in counts]),
    ):
        yield code, rate(sum(part for part, _ in parts), sum(whole for _, whole in parts))
    yield "reflections", national_reflections(counts)
    yield from survey_truths([survey for count in counts for survey in count.surveys])
    yield "chairs_in_term", Truth(sum(len(count.chairs()) for count in counts))
    terms = [count.terms() for count in counts]
    known = [truth.value for truth in terms if truth.value is not None]
    yield "terms_approved", Truth(sum(known)) if known else NO_DATA


def national_reflections(counts: list[RegionCount]) -> Truth:
    """Hidden where the regions that are hidden may have fewer than 5 people in all.

    Who left one of them in the quarter may have written in another too, and no report can tell.
    """
    hidden = [count for count in counts if count.few_authors]
    people = {name for count in hidden for name in count.authors}
    certain = sum(max(0, len(each.authors) - each.people()["members_left"]) for each in hidden)
    assert certain <= len(people)
    if hidden and certain < SMALL:
        return HIDDEN
    return Truth(sum(sum(count.authors.values()) for count in counts))


def survey_truths(surveys: list[Any]) -> Iterator[tuple[str, Truth]]:
    """Each survey's own results are shown where 5 answered: with one of fewer among them a sum would tell."""
    answers, invited = sum(len(s["ballots"]) for s in surveys), sum(s["invited"] for s in surveys)
    few = any(0 < len(s["ballots"]) < SMALL for s in surveys)
    yield "survey_responses", HIDDEN if few else Truth(answers) if surveys else NO_DATA
    yield "survey_response_rate", HIDDEN if few else rate(answers, invited)
    rated = [(s, [r for r in s["ballots"] if r]) for s in surveys if s["asks_rating"]]
    ratings = [rating for _, given in rated for rating in given]
    tells = any(0 < len(s["ballots"]) < SMALL or mean_tells(given) for s, given in rated)
    mean = Truth(rounded(sum(ratings), len(ratings), 2), "ok", sum(ratings), len(ratings))
    yield "satisfaction_mean", HIDDEN if tells else mean if ratings else NO_DATA


def mean_tells(ratings: list[int]) -> bool:
    """Whether few gave them, or their mean would tell that all, or all but one, gave the same.

    Of 5 to 9 ratings only a mean at the end of the scale does; of 10 the counts themselves are shown.
    """
    if len(ratings) >= 10:
        return max(ratings.count(rating) for rating in range(1, 6)) >= len(ratings) - 1
    above, below = sum(ratings) - len(ratings), 5 * len(ratings) - sum(ratings)
    return 0 < len(ratings) < SMALL or (bool(ratings) and min(above, below) < 2)


def rate(part: int, whole: int) -> Truth:
    return Truth(rounded(100 * part, whole, 1), "ok", part, whole) if whole else NO_DATA


def rounded(part: int, whole: int, digits: int) -> float:
    """Half up."""
    if not whole:
        return 0.0
    exact = Decimal(part) / Decimal(whole)
    return float(exact.quantize(Decimal(10) ** -digits, ROUND_HALF_UP))
