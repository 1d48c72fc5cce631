"""Surveys in several communities over two quarters, drawn at random, and all that is published of them."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from comhar import data
from comhar.dates.quarters import Quarter
from comhar.reports import figures as reports_figures
from comhar.reports.aggregate import Tally, tally
from comhar.reports.model import NATION, Figure
from comhar.reports.source_rows import RegionRows, SurveyRow
from comhar.results import downloads, region_comparison, trends
from comhar.results import views as results_views
from comhar.results.region_comparison import AcrossSurvey
from comhar.results.views import SurveyResults
from comhar.surveys import close as surveys_close
from comhar.surveys import quarter_row
from comhar.surveys import repository as surveys_repository
from comhar.surveys.disclosure import Disclosure, disclose
from comhar.surveys.model import (
    RESPONSE_THRESHOLD,
    Definition,
    Question,
    Survey,
    is_below_threshold,
)

Sheet = dict[str, Any]
CLOSED = (datetime(2027, 2, 1, 17, tzinfo=UTC), datetime(2027, 5, 3, 17, tzinfo=UTC))
AGAIN = datetime(2027, 3, 15, 17, tzinfo=UTC)  # closed in the quarter of the first
CHANGES = 5  # of mind, of which those are kept after which the same is told
NOW = datetime(2027, 7, 1, 9, tzinfo=UTC)
QUARTERS = (Quarter(2027, 1), Quarter(2027, 2))
REGIONS = [each["code"] for each in data.load("regions")]
ROLES = [each["key"] for each in data.load("roles")][:6]
ASKED = [
    {"key": "role", "kind": "single", "text": "What do you do?",
     "options": [{"value": each, "text": each} for each in ROLES]},
    {"key": "satisfaction", "kind": "rating", "text": "How satisfied are you?"},
    {"key": "useful", "kind": "yes_no", "text": "Is it useful?"},
    {"key": "gave", "kind": "many", "text": "What does it give you?",
     "options": [{"value": each, "text": each} for each in ("ideas", "help", "energy")]},
    {"key": "words", "kind": "short", "text": "What else?"},
]  # fmt: skip
SETS = (
    ("role", "satisfaction"),
    ("role", "gave"),
    ("satisfaction", "useful", "words"),
    ("role", "useful", "gave"),
)
QUESTIONS = {each["key"]: Question.model_validate(each) for each in ASKED}
DEFINITIONS = [
    Definition(title="How is it?", intro="", questions=tuple(QUESTIONS[key] for key in keys))
    for keys in (*SETS, tuple(QUESTIONS))
]
SURVEYED = [
    each for each in reports_figures.definitions() if each.code.startswith(("survey", "satis"))
]


@dataclass(frozen=True)
class Run:
    """One survey in one community, and what each person who answered has answered."""

    closes_at: datetime

    definition: Definition
    region: str
    number: int  # 0 the first, 1 the one after it
    roles: tuple[str, ...]  # those of the people asked
    sheets: tuple[Sheet, ...]

    def answered(self, key: str) -> int:
        return sum(key in sheet for sheet in self.sheets)

    @property
    def hidden(self) -> list[str]:
        """The questions of which nothing may be told: 1 to 4 answered them, or the survey."""
        keys = [each.key for each in self.definition.questions]
        return (
            keys
            if is_below_threshold(len(self.sheets))
            else [key for key in keys if is_below_threshold(self.answered(key))]
        )

    @property
    def veiled(self) -> list[str]:
        """The questions of which something is told, and not all."""
        if is_below_threshold(len(self.sheets)):
            return []
        _, counts = surveys_close.tally_answers(self.definition, self.sheets)
        found = {
            key: disclose(QUESTIONS[key], counts[key])
            for key in questions_with_figures(self.definition)
        }
        return [key for key, each in found.items() if each.answered and not each.is_whole]


def questions_with_figures(definition: Definition) -> list[str]:
    """The questions that come to figures."""
    return [each.key for each in definition.questions if not each.is_text]


@dataclass(frozen=True)
class Published:
    """All that anybody is shown: each survey's results by community and run, each quarter's table of
    all communities, and the survey figures of the reports by code, quarter and region (or ALL)."""

    definition: Definition
    pages: dict[tuple[str, int], SurveyResults]
    across: list[AcrossSurvey]
    figures: dict[tuple[str, int, str], Figure]
    courses: list[trends.Course]
    rows: list[results_views.SurveyRow]

    def text(self) -> str:
        """To compare with what is published of another table."""
        parts: Iterable[Any] = (
            *self.pages.values(), *self.across, *self.figures.values(), *self.courses, *self.rows,
        )  # fmt: skip
        return "\n".join(each.model_dump_json() for each in parts)


def random_runs(dice: random.Random) -> list[Run]:
    """One to six communities of up to 40 people, each asked twice, in one quarter or in two; some
    questions few people answer."""
    found, definition = [], dice.choice(DEFINITIONS)
    closings = (CLOSED[0], dice.choice((CLOSED[1], CLOSED[1], AGAIN)))
    for region in dice.sample(REGIONS, dice.randint(1, 6)):
        roles = tuple(
            dice.choice(ROLES)
            for _ in range(dice.choice((dice.randint(0, 9), dice.randint(0, 40))))
        )
        for number in (0, 1):
            answering = dice.choice((0.1, 0.3, 0.6, 1))
            chance = {each.key: dice.choice((0.05, 0.3, 0.8, 1)) for each in definition.questions}
            invited = [role for role in roles if dice.random() < answering]
            sheets = (_sheet(dice, role, chance) for role in invited)
            answers = tuple(each for each in sheets if each)
            found.append(Run(closings[number], definition, region, number, roles, answers))
    return found


def _sheet(dice: random.Random, role: str, chance: dict[str, float]) -> Sheet:
    given = {key: _answer(dice, key) for key, share in chance.items() if dice.random() < share}
    return given | ({"role": role} if "role" in given else {})


def _answer(dice: random.Random, key: str) -> Any:
    match QUESTIONS[key].kind:
        case "rating":
            return dice.randint(1, 5)
        case "short":
            return f"Words {dice.randint(0, 9)}"
        case "many":
            return dice.sample(("ideas", "help", "energy"), dice.randint(1, 3))
    return dice.choice(QUESTIONS[key].choices).value


def redraw_hidden_counts(run: Run, dice: random.Random) -> Run:
    """The same run as it may have been, for all that may be known: whatever is not to be told is drawn
    anew, and is still of 1 to 4 people."""
    if is_below_threshold(len(run.sheets)):
        chance = {each.key: 0.5 for each in run.definition.questions}
        size = dice.randint(1, min(RESPONSE_THRESHOLD - 1, len(run.roles)))
        new = (_sheet(dice, each, chance) for each in dice.sample(run.roles, size))
        key = run.hidden[0]
        return replace(run, sheets=tuple(each or {key: _answer(dice, key)} for each in new))
    sheets = [dict(each) for each in run.sheets]
    for key in run.hidden:
        alone = [each for each in sheets if each.keys() == {key}]  # has to answer something
        others = [each for each in sheets if each.keys() != {key}]
        for each in others:
            each.pop(key, None)
        more = dice.randint(0 if alone else 1, RESPONSE_THRESHOLD - 1 - len(alone))
        for each in [*alone, *dice.sample(others, min(more, len(others)))]:
            each[key] = _answer(dice, key)
    for key in run.veiled:
        _answered_otherwise(sheets, key, dice)
    return replace(run, sheets=tuple(sheets))


def _answered_otherwise(sheets: list[Sheet], key: str, dice: random.Random) -> None:
    """Other answers to a question of which the same is told: people change their mind, one by one or two
    who rate the other way round, and what would be told otherwise is taken back."""
    given = [each for each in sheets if key in each]
    before = _disclosed(given, key)
    for _ in range(CHANGES):
        those = dice.sample(given, 2 if QUESTIONS[key].kind == "rating" else 1)
        answers = [each[key] for each in those]
        those[0][key] = _answer(dice, key)
        if len(those) > 1:  # the mean stays what it is
            those[1][key] = sum(answers) - those[0][key]
        possible = len(those) == 1 or 1 <= those[1][key] <= 5
        if not possible or _disclosed(given, key) != before:
            for each, answer in zip(those, answers, strict=True):
                each[key] = answer


def _disclosed(given: list[Sheet], key: str) -> Disclosure:
    question = QUESTIONS[key]
    counts = dict.fromkeys((each.value for each in question.choices), 0)
    for sheet in given:
        answer = sheet[key]
        for value in answer if isinstance(answer, list) else [answer]:
            counts[str(value)] += 1
    return disclose(question, {"answered": len(given), "counts": counts})


def close_run(
    run: Run, earlier: tuple[str, ...] = ()
) -> tuple[Survey, SurveyRow, results_views.SurveyRow]:
    """The survey as it is kept when it closes, and its rows for the report and for the list."""
    responses, counts = surveys_close.tally_answers(run.definition, run.sheets)
    published: dict[str, Any] = (
        {"few": True} if is_below_threshold(responses) else {"responses": responses}
    )
    survey = Survey.model_construct(
        id=f"{run.region}-{run.number}",
        kind="ours",
        definition=run.definition,
        region=run.region,
        people=tuple(f"p{number}" for number in range(len(run.roles))),
        opens_at=CLOSED[0],
        closes_at=run.closes_at,
        state="closed",
        results=surveys_close.drop_small_counts(responses, counts),
        earlier=earlier,
        **published,
    )
    row = surveys_repository.to_row(
        survey, surveys_close.satisfaction_counts(run.definition, counts)
    )
    return (
        survey,
        SurveyRow.model_validate(quarter_row.insert_write(row).item),
        results_views.survey_row(row, True, NOW),
    )


class Publisher:
    """Publishes tables; a run that it has met, in another table, is not reckoned again."""

    def __init__(self) -> None:
        self.closings: dict[int, tuple[Survey, SurveyRow, results_views.SurveyRow]] = {}
        self.pages: dict[tuple[int, int], SurveyResults] = {}
        self.met: list[Run] = []  # alive, so that no other run is taken for one of them

    def published(self, runs: list[Run]) -> Published:
        self.met += runs
        known = {(run.region, run.number): run for run in runs}
        closings = {place: self._closing(run) for place, run in known.items()}
        surveys = {place: survey for place, (survey, _, _) in closings.items()}
        regions = {run.region for run in runs}
        both = [(surveys[each, 0], surveys[each, 1]) for each in sorted(regions)]
        definition = runs[0].definition
        followed = [each for each in definition.questions if each.kind in trends.FOLLOWED_KINDS]
        return Published(
            definition,
            pages={place: self._page(run, known) for place, run in known.items()},
            across=[_across(surveys, number) for number in (0, 1)],
            figures=_figures({place: row for place, (_, row, _) in closings.items()}),
            courses=[trends.make_course(each, list(two)) for two in both for each in followed],
            rows=[row for _, _, row in closings.values()],
        )

    def _closing(self, run: Run) -> tuple[Survey, SurveyRow, results_views.SurveyRow]:
        if id(run) not in self.closings:
            self.closings[id(run)] = close_run(run)
        return self.closings[id(run)]

    def _page(self, run: Run, known: dict[tuple[str, int], Run]) -> SurveyResults:
        last = known[run.region, 0]
        if (id(run), id(last)) not in self.pages:
            survey, before = self._closing(run)[0], self._closing(last)[0]
            words = sorted(each["words"] for each in run.sheets if "words" in each)
            compared = before if run.number and before.results else None
            result = {"words": words} if survey.results else {}
            self.pages[id(run), id(last)] = results_views.survey_results(survey, result, compared)
        return self.pages[id(run), id(last)]


def _across(surveys: dict[tuple[str, int], Survey], number: int) -> AcrossSurvey:
    """The office's page when that run was the newest."""
    newest = {region: survey for (region, run), survey in surveys.items() if run == number}
    return region_comparison.build_comparison("ours", "Ours", newest, {})


def _figures(
    rows: dict[tuple[str, int], SurveyRow],
) -> dict[tuple[str, int, str], Figure]:
    """The survey figures of both quarters' reports; `test_small_groups` holds them to the whole report."""
    found = {}
    for number, quarter in enumerate(QUARTERS):
        tallies = {
            region: tally(RegionRows(surveys=(rows[region, number],)), quarter, NOW)
            for region, run in rows
            if run == number
        }
        tallies[NATION] = sum(tallies.values(), Tally())
        for region, counted in tallies.items():
            for each in SURVEYED:
                figure = reports_figures.make_figure(each, counted, national=region == NATION)
                found[each.code, number, region] = figure
    return found


def result_files(published: Published, kind: downloads.Kind) -> list[bytes]:
    """Every file of what is published."""
    made = [downloads.make_survey_file(each, kind) for each in published.pages.values()]
    return [
        body
        for _, body in [
            *made,
            *(downloads.make_comparison_file(each, kind) for each in published.across),
        ]
    ]
