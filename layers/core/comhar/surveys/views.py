"""Responses: a survey's questions, what to talk about instead, which are open."""

from collections.abc import Iterable
from datetime import datetime

from comhar.aws.conditions import Item
from comhar.dates.dublin_time import stamp
from comhar.fields import View
from comhar.surveys.model import RESPONSE_THRESHOLD, Question, Section, Survey

ITEM_TITLE_LENGTH = 200  # of an agenda item


class Questionnaire(View):
    """`few`: so few were asked that no results will be shown. `about` is a local date and time."""

    survey: str
    title: str
    intro: str
    about: str | None
    closes_at: datetime
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    shown_from: int
    few: bool


class TalkInstead(View):
    """To talk about the questions instead, where few can be asked: the title of an item for the agenda of
    the next `meeting`, at `starts_at` (Dublin wall time). Both are None where none is planned."""

    title: str
    meeting: str | None = None
    starts_at: str | None = None


def talk_instead(title: str, next_row: Item | None) -> TalkInstead:
    """The item about a survey, for the meeting of this row."""
    item = f"Talk about: {title}"[:ITEM_TITLE_LENGTH]
    if next_row is None:
        return TalkInstead(title=item)
    return TalkInstead(title=item, meeting=next_row["id"], starts_at=next_row["starts_at"])


class Thanks(View):
    """`thanks` are the survey's own words."""

    received: bool = True
    survey: str = ""
    thanks: str = "Thank you."


def questionnaire(survey: Survey) -> Questionnaire:
    return Questionnaire(
        survey=survey.id,
        about=survey.about,
        closes_at=survey.closes_at,
        shown_from=RESPONSE_THRESHOLD,
        few=survey.invited < RESPONSE_THRESHOLD,
        **{
            name: getattr(survey.definition, name)
            for name in ("title", "intro", "sections", "questions")
        },
    )


class OpenSurvey(View):
    """A survey that is open: the same for everybody, whoever answered."""

    title: str
    until: str
    meeting: str | None = None  # which it is of
    day: str | None = None  # of that meeting, as wall time


def open_surveys(
    meetings: Iterable[Item], surveys: Iterable[Item], now: datetime
) -> list[OpenSurvey]:
    """What is open by rows of meetings and of surveys, in the order of closing."""
    at = stamp(now)
    found = [
        OpenSurvey(
            title="Meeting feedback",
            until=row["survey_until"],
            meeting=row["id"],
            day=row["starts_at"],
        )
        for row in meetings
        if row.get("survey_until") and row["survey_until"] > at
    ]
    found += [
        OpenSurvey(title=row["title"], until=row["closes_at"])
        for row in surveys
        if row["opens_at"] <= at < row["closes_at"]
    ]
    return sorted(found, key=lambda survey: survey.until)
