"""Reckons the KPIs of a lived year from what was sent in, by DOMAIN's table and by no code of ours."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

REGIONS = ("DNE", "DML", "DSE", "SW", "MW", "WNW")
ROLES = (
    *("peer_support_worker", "family_peer_support_worker", "recovery_educator", "peer_educator"),
    *("peer_coordinator", "recovery_coordinator", "area_lead_for_engagement"),
    *("recovery_education_facilitator", "ips_worker", "other"),
)
DUBLIN = ZoneInfo("Europe/Dublin")
HIDDEN, NONE = ("hidden", None), ("no_data", None)
Figure = tuple[str, float | int | None]


@cache
def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in holidays.country_holidays("IE", years=day.year)


def working_days(day: date, count: int, step: int) -> date:
    while count:
        day += timedelta(days=step)
        count -= is_working_day(day)
    return day


def quarter_days(quarter: str) -> tuple[date, date]:
    """Its first and its last day."""
    year, number = int(quarter[:4]), int(quarter[-1])
    after = date(year + number // 4, number % 4 * 3 + 1, 1)
    return date(year, number * 3 - 2, 1), after - timedelta(days=1)


def export_instant(quarter: str) -> datetime:
    """09:00 in Dublin on the first working day after the quarter."""
    day = working_days(quarter_days(quarter)[1], 1, +1)
    return datetime.combine(day, time(9), DUBLIN)


def percent(part: int, whole: int) -> Figure:
    """To one decimal, half up."""
    return ("ok", (2000 * part + whole) // (2 * whole) / 10) if whole else NONE


def _mean_tells(ratings: list[int]) -> bool:
    """Whether few rated, or a mean would tell that all gave the same or all but one."""
    if len(ratings) >= 10:
        return max(map(ratings.count, ratings)) >= len(ratings) - 1
    if len(ratings) >= 5:
        return min(sum(ratings) - len(ratings), 5 * len(ratings) - sum(ratings)) < 2
    return bool(ratings)


class KpiOracle:
    """One quarter of a journal (local/demo/journal.py), as it stood when the report was made."""

    def __init__(self, journal: dict[str, Any], quarter: str) -> None:
        self.journal = journal
        self.first, self.last = quarter_days(quarter)
        self.made = export_instant(quarter)

    def figures(self) -> dict[str, dict[str, Figure]]:
        """By region and code; `ALL` is the total."""
        regions = {region: self.region(region) for region in REGIONS}
        sums: Counter[str] = Counter()
        for counts in regions.values():
            sums.update(counts)
        writers = sum(c["writers"] for c in regions.values() if 0 < c["writers"] < 5)
        published = {
            region: self.as_reported(c, c["writers"] in range(1, 5))
            for region, c in regions.items()
        }
        return published | {"ALL": self.as_reported(sums, 0 < writers < 5)}

    def within(self, day: str | date | None) -> bool:
        day = date.fromisoformat(day) if isinstance(day, str) else day
        return day is not None and self.first <= day <= self.last

    def of(self, what: str, region: str) -> list[dict[str, Any]]:
        return [each for each in self.journal[what] if each["region"] == region]

    def region(self, region: str) -> Counter[str]:
        """What simply adds up over the regions."""
        counts: Counter[str] = Counter()
        self._members(region, counts)
        meetings = [dict(each) for each in self.of("meetings", region)]
        for each in meetings:
            each["day"] = date.fromisoformat(each["starts_at"][:10])
            closed = each["closed_at"] and datetime.fromisoformat(each["closed_at"])
            if closed and closed > self.made:
                each["state"] = "scheduled"
        self._meetings(region, meetings, counts)
        self._surveys(region, meetings, counts)
        self._reflections(region, counts)
        for each in self.of("actions", region):
            counts["actions_opened"] += self.within(each["opened_on"])
            counts["actions_done"] += self.within(each["done_on"])
        counts["chairs_in_term"] = self._in_term(self.of("chairs", region))
        return counts

    def _members(self, region: str, counts: Counter[str]) -> None:
        for each in self.of("members", region):
            counts["members_joined"] += self.within(each["active_on"])
            if each["active_on"] and each["active_on"] <= self.last.isoformat():
                counts["members_active"] += 1
                counts[f"members_by_role.{each['role']}"] += 1

    def _meetings(self, region: str, meetings: list[dict[str, Any]], counts: Counter[str]) -> None:
        regular = ("first", "quarterly", "reflective")
        stored = [each for each in meetings if each["state"] == "held"]
        counts["quarters_met"] = len(
            {
                (each["day"].month + 2) // 3
                for each in stored
                if each["kind"] in regular
                and each["day"].year == self.last.year
                and each["day"] <= self.last
            }
        )
        for each in meetings:
            started = datetime.fromisoformat(each["starts_at"]).replace(tzinfo=DUBLIN)
            past = each["state"] == "scheduled" and started < self.made
            counts["meetings_unconfirmed"] += past and self.within(each["day"])
        for each in stored:
            if self.within(each["day"]):
                counts["meetings_held"] += each["kind"] in regular
                counts["meetings_additional"] += each["kind"] == "additional"
                self._attendance(region, each, counts)
                self._agenda(each, counts)

    def _attendance(self, region: str, meeting: dict[str, Any], counts: Counter[str]) -> None:
        day = meeting["day"].isoformat()
        active = {
            each["id"]
            for each in self.of("members", region)
            if each["active_on"] and each["active_on"] <= day
        }
        counts["expected"] += len(active)
        counts["attended"] += len(active & set(meeting["attended"]))

    def _agenda(self, meeting: dict[str, Any], counts: Counter[str]) -> None:
        """The agenda for the day on which it was held, at the latest 3 working days before it."""
        if meeting["kind"] == "additional":
            return
        day: date = meeting["day"]
        day_words = f"{day.day} {day:%B} {day.year}"
        sent = [each["at"] for subject, each in meeting["agendas"].items() if day_words in subject]
        counts["agendas_due"] += 1
        if sent:
            left = datetime.fromisoformat(min(sent)).astimezone(DUBLIN).date()
            counts["agendas_in_time"] += left <= working_days(day, 3, -1)

    def _surveys(self, region: str, meetings: list[dict[str, Any]], counts: Counter[str]) -> None:
        """A survey closes fourteen days after the meeting was closed, or after it opened by itself."""
        for each in meetings:
            if each["state"] == "held" and each["attended"]:
                answers = [
                    a["answers"] for a in self.journal["answers"] if a["meeting"] == each["id"]
                ]
                self._survey(each["closed_at"], self._recipients(region, each), answers, counts)
        for each in self.of("reviews", region):
            self._survey(each["opened_at"], each["asked"], each["answers"], counts)

    def _recipients(self, region: str, meeting: dict[str, Any]) -> list[str]:
        """Who was there and had joined before its day, or on it if it was the first; all are confirmed."""
        day = meeting["day"] - timedelta(days=meeting["kind"] != "first")
        joined = {
            each["id"]
            for each in self.of("members", region)
            if each["active_on"] and each["active_on"] <= day.isoformat()
        }
        return [one for one in meeting["attended"] if one in joined]

    def _survey(
        self, opened: str, invited: list[str], answers: list[dict[str, Any]], counts: Counter[str]
    ) -> None:
        day = datetime.fromisoformat(opened).astimezone(DUBLIN).date()
        if not self.within(day + timedelta(days=14)):
            return
        ratings = [a["satisfaction"] for a in answers if "satisfaction" in a]
        counts["surveys"] += 1
        counts["asked"] += len(invited)
        counts["answered"] += len(answers)
        counts["few"] += 0 < len(answers) < 5
        counts["rated"] += len(ratings)
        counts["stars"] += sum(ratings)
        counts["rated_alike"] += _mean_tells(ratings)

    def _reflections(self, region: str, counts: Counter[str]) -> None:
        seen = [
            each["member"]
            for each in self.of("reflections", region)
            if each["visibility"] != "private"
            and self.within(datetime.fromisoformat(each["at"]).astimezone(DUBLIN).date())
        ]
        counts["reflections"], counts["writers"] = len(seen), len(set(seen))

    def _in_term(self, appointments: list[dict[str, Any]]) -> int:
        """Who is appointed next ends the terms before; else a term lasts its months, and the co-chairs go
        on for 28 days."""
        before = [each for each in appointments if each["on"] <= self.last.isoformat()]
        if not before:
            return 0
        since, months = date.fromisoformat(before[-1]["on"]), before[-1]["months"]
        month = since.month - 1 + months
        end = date(since.year + month // 12, month % 12 + 1, since.day)
        return len(before[-1]["members"]) if self.last <= end + timedelta(days=28) else 0

    def as_reported(self, counts: Counter[str], few_writers: bool) -> dict[str, Figure]:
        """How the report says these counts."""
        plain = (
            *("meetings_held", "meetings_additional", "meetings_unconfirmed", "quarters_met"),
            *("members_active", "members_joined", "members_left", "reflections"),
            *("actions_opened", "actions_done", "chairs_in_term"),
            *(f"members_by_role.{role}" for role in ROLES),
        )
        figures: dict[str, Figure] = {code: ("ok", counts[code]) for code in plain}
        figures["attendance_rate"] = percent(counts["attended"], counts["expected"])
        figures["agendas_on_time"] = percent(counts["agendas_in_time"], counts["agendas_due"])
        figures["survey_responses"] = ("ok", counts["answered"]) if counts["surveys"] else NONE
        figures["survey_response_rate"] = percent(counts["answered"], counts["asked"])
        stars, rated = counts["stars"], counts["rated"]
        mean: Figure = ("ok", (200 * stars + rated) // (2 * rated) / 100) if rated else NONE
        figures["satisfaction_mean"] = HIDDEN if counts["rated_alike"] else mean
        if counts["few"]:
            figures["survey_responses"] = figures["survey_response_rate"] = HIDDEN
        if few_writers:
            figures["reflections"] = HIDDEN
        return figures | {"terms_approved": NONE}
