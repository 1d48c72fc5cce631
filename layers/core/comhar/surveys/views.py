"""Responses to who answers a survey: its questions, and thanks."""

from datetime import datetime

from comhar.fields import View
from comhar.surveys.model import RESPONSE_THRESHOLD, Question, Section, Survey


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
