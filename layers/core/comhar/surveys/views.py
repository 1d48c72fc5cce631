"""Responses to who answers a survey: its questions, and thanks."""

from datetime import datetime

from comhar.aws.conditions import Item
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
