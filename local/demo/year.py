"""The order of events, from the first letter to the last quarter's report."""

import heapq
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count

from comhar.communities.model import add_months
from comhar.dates.dublin_time import local_date, to_instant
from comhar.dates.quarters import Quarter
from comhar.dates.working_days import next_working_day_after, working_days_after
from local.demo import activities, date_poll, schedule, sign_ups, survey_responses
from local.demo.client import Received
from local.demo.meeting import Meeting
from local.demo.progress import Progress
from local.demo.schedule import Plan
from local.demo.state import Activity, State

_HALF_YEAR = ("DNE",)  # co-chairs for six months, then two others
_ASKING = "SW"  # has a poll open at the end
_FORGETFUL = ("WNW",)  # lets the term of its co-chairs run out, and the 28 days after it


class Year:
    """The diary: activities by their moment.

    What is due at the same moment happens side by side.
    """

    def __init__(self, state: State, quarters: int, news: Progress) -> None:
        self.state = state
        self.news = news
        self.quarters = [Quarter.of(state.today()).next()]
        while len(self.quarters) < quarters:
            self.quarters.append(self.quarters[-1].next())
        self._begun = state.client.now
        self._diary: list[tuple[datetime, int, Callable[[], Activity]]] = []
        self._order = count()
        self._left_without: tuple[str, ...] = ()  # the regions without co-chairs in the end

    def live(self) -> None:
        """Lives through the whole year, to the day of the last report.

        The next meetings are planned then and one region is being asked for a date.
        """
        self.first_day()
        for plan in schedule.plan_year(self.quarters):
            self._meet(Meeting(self.state, plan), plan)
        for number, quarter in enumerate(self.quarters):
            self._between(number, quarter)
        last = next_working_day_after(self.quarters[-1].last)
        while self._diary and local_date(self._diary[0][0]) < last:
            self._stop()
        self._diary.clear()
        for plan in schedule.ahead(self.quarters[-1].next(), last):
            by_office = plan.region in self._left_without
            self._add(last, 10, partial(Meeting(self.state, plan).schedule, by_office))
        polled = schedule.meeting_day(self.quarters[-1].next(), 4)
        self._add(last, 10, partial(date_poll.ask, self.state, _ASKING, polled))
        self._stop()
        self._take(self.state.client.settle())

    def first_day(self) -> None:
        """The founders come, all at once."""
        self._found()
        self._stop()

    def _stop(self) -> None:
        moment = self._diary[0][0]
        self._take(self.state.client.until(moment))
        deeds = []
        while self._diary and self._diary[0][0] == moment:
            deeds.append(heapq.heappop(self._diary)[2]())
        while deeds:
            wanted: list[str] = []
            for deed in list(deeds):
                try:
                    wanted += next(deed)
                except StopIteration:
                    deeds.remove(deed)
            if deeds:
                self._take(self.state.client.sign_in(wanted))

    def _take(self, came: list[Received]) -> None:
        self.state.read(came)
        self.news.letters(came)

    def _add(self, day: date, hour: int, deed: Callable[[], Activity]) -> None:
        """At that hour in Dublin; nothing happens before there is a community to do it."""
        moment = max(to_instant(datetime.combine(day, time(hour))), self._begun)
        heapq.heappush(self._diary, (moment, next(self._order), deed))

    # What is in the diary

    def _found(self) -> None:
        """The founders come, choose their co-chairs, and later others."""
        state, first = self.state, local_date(self._begun)
        self._add(first, 0, partial(sign_ups.found, state))
        regions = list(state.communities)
        rest = [one for one in regions if one not in _HALF_YEAR]
        careful = [one for one in rest if one not in _FORGETFUL]
        chosen = first + timedelta(days=2)
        self._add(chosen, 12, partial(sign_ups.choose_chairs, state, _HALF_YEAR, 0, 6))
        self._add(chosen, 12, partial(sign_ups.choose_chairs, state, rest, 0, 12))
        self._add(chosen, 13, partial(self._get_to_know, regions))
        for months in (6, 12):
            surveyed_on = add_months(chosen, months)
            self._add(surveyed_on + timedelta(days=5), 19, partial(survey_responses.answer, state))
        half, whole = chosen + timedelta(days=175), chosen + timedelta(days=355)
        self._add(half, 12, partial(sign_ups.choose_chairs, state, _HALF_YEAR, 2, 12))
        self._add(whole, 12, partial(sign_ups.choose_chairs, state, careful, 1, 12))
        last = self.quarters[-1]
        if add_months(chosen, 12) <= last.last:  # the same two, so that they stop before it ends
            again = add_months(last.first, -5) + timedelta(days=23)
            self._add(again, 12, partial(sign_ups.choose_chairs, state, _FORGETFUL, 0, 6))
            self._left_without = _FORGETFUL
        self._begun = to_instant(datetime.combine(chosen, time(14)))

    def _get_to_know(self, regions: Sequence[str]) -> Activity:
        yield [self.state.communities[region].chair for region in regions]
        for region in regions:
            sign_ups.get_to_know(self.state, region)

    def _meet(self, meeting: Meeting, plan: Plan) -> None:
        day = plan.starts_at.date()
        self._add(plan.made, 11, partial(self._with_answers, meeting, meeting.schedule))
        called = day - timedelta(days=16)
        if plan.made < called:
            self._add(called, 12, meeting.call)
        match plan.fate:
            case "held":
                self._hold(meeting, day)
            case "closed late":
                self._hold(meeting, working_days_after(day, 6))
            case "cancelled":
                self._add(day - timedelta(days=3), 12, meeting.cancel)
            case "moved":
                move = partial(self._with_answers, meeting, meeting.move)
                self._add(day - timedelta(days=2), 12, move)
                self._hold(meeting, day + timedelta(days=14))

    def _with_answers(self, meeting: Meeting, deed: Callable[[], Activity]) -> Activity:
        """The day after the agenda, which is known only once the date is set, people answer."""
        yield from deed()
        assert meeting.agenda_due_at is not None
        day = local_date(meeting.agenda_due_at) + timedelta(days=1)
        self._add(day, 13, meeting.answer)

    def _hold(self, meeting: Meeting, day: date) -> None:
        self._add(day, 18, meeting.close)
        self._add(day + timedelta(days=4), 19, meeting.feedback)

    def _between(self, number: int, quarter: Quarter) -> None:
        state = self.state
        fresh = [
            one
            for people in state.cast.members.values()
            for one in people
            if one.comes == number + 1
        ]
        come = schedule.next_worked(quarter.first + timedelta(days=38))
        self._add(come, 15, partial(sign_ups.invite, state, fresh))
        done = schedule.next_worked(quarter.first + timedelta(days=72))
        for place, region in enumerate(state.communities):
            day = schedule.meeting_day(quarter, place // 3) + timedelta(days=4)
            self._add(day, 19, partial(activities.reflect, state, region, number))
            self._add(done, 12, partial(activities.finish, state, region))
            self._add(done, 13, partial(activities.heed, state, region, number))
