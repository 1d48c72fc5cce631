"""Every file that people analyse, of quarters, surveys and people of each sort, made without any cloud."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from comhar import data
from comhar.data_export import files as data_export_files
from comhar.formatting import Day, Instant
from comhar.membership.model import Member
from comhar.register import export_files
from comhar.reports import files as reports_files
from comhar.reports import tidy_table
from comhar.reports.model import KpiReport
from comhar.results import downloads, region_comparison, result_table
from comhar.results import views as results_views
from tests.support import random_results, sample_reports
from tests.support.random_results import Run

NOTHING = {"state": "no_data", "value": None, "target_met": None, "part": None, "whole": None}
LONG = "Comhphobal Cleachtais Fheidhmeannacht na Seirbhíse Sláinte, Oirthear agus Iarthuaisceart"
NAME = "Máire Mhic Ghiolla Phádraig Ní Dhomhnaill-Ó Súilleabháin"
PAST, PAST_DAY = Instant("2027-02-18T10:00"), Day("2027-02-18")


@dataclass(frozen=True)
class Family:
    """Files of one sort, each by what is special of it; `schema` is that of the CSV files."""

    csv: dict[str, bytes]
    xlsx: dict[str, bytes]
    schema: dict[str, Any] | None = None


def make_families() -> dict[str, Family]:
    return {
        "report": _reports(),
        "survey": _surveys(),
        "comparison": _comparisons(),
        "register": _registers(),
        "own data": _own_data(),
    }


def _reports() -> Family:
    usual = sample_reports.sample_report(metric_ids={"meetings_held": "MHER-01"})
    nothing = sample_reports.change_figures(usual, **NOTHING)
    hidden = {"state": "hidden", "value": None, "target_met": None, "text": "hidden"}
    names = {code: f"{LONG} {code}" for code in usual.regions}
    quarters: dict[str, KpiReport] = {
        "usual": usual,
        "without figures": nothing,
        "everything hidden": sample_reports.change_figures(usual, **hidden),
        "reasons": sample_reports.give_reasons(sample_reports.hide_protected(usual)),
        "long names": sample_reports.give_reasons(usual, LONG).model_copy(update={"names": names}),
        "a year": usual.model_copy(update={"quarter": "2027"}),
        "so far": usual.model_copy(update={"status": "running"}),
    }
    before = sample_reports.earlier_reports(2)
    made = {
        kind: {name: reports_files.FILES[kind](each, before) for name, each in quarters.items()}
        for kind in ("csv", "xlsx")
    }
    return Family(**made, schema=tidy_table.SCHEMA)


def _surveys() -> Family:
    pages = {name: _page(sheets) for name, sheets in _SHEETS.items()}
    usual = pages["usual"]
    questions = tuple(each.model_copy(update={"text": LONG * 3}) for each in usual.questions)
    pages["long names"] = usual.model_copy(update={"title": LONG, "questions": questions})
    nothing: dict[str, Any] = {"questions": (), "responses": None, "rate": None}
    pages["open"] = usual.model_copy(update={**nothing, "withheld": "open", "about": str(PAST)})
    pages["not open"] = pages["open"].model_copy(update={"invited": None, "withheld": "waiting"})
    made = {
        kind: {name: downloads.make_survey_file(each, kind)[1] for name, each in pages.items()}
        for kind in downloads.KINDS
    }
    return Family(made["csv"], made["xlsx"], result_table.SCHEMA)


def _comparisons() -> Family:
    def compare(*names: str) -> region_comparison.AcrossSurvey:
        codes = random_results.REGIONS
        runs = {
            code: random_results.close_run(_run(_SHEETS[name], code))[0]
            for code, name in zip(codes, names, strict=False)
        }
        newest = dict.fromkeys(codes) | runs
        return region_comparison.build_comparison("ours", "Ours", newest, {})

    tables = {
        "usual": compare("usual", "usual", "few", "nobody", "few a question"),
        "everything hidden": compare("few", "few", "few"),
        "without answers": compare("nobody", "nobody"),
        "not run": compare(),
    }
    made = {
        kind: {name: downloads.make_comparison_file(each, kind)[1] for name, each in tables.items()}
        for kind in downloads.KINDS
    }
    return Family(made["csv"], made["xlsx"], result_table.SCHEMA)


def _sheets(count: int, *keys: str) -> list[dict[str, Any]]:
    """So many people's answers to these questions, of each answer some."""
    answers = {
        "role": [random_results.ROLES[0], random_results.ROLES[1]],
        "satisfaction": [2, 4, 5],
        "useful": ["yes", "no"],
        "gave": [["ideas", "help"], ["ideas"]],
        "words": ["=Go maith, Ó Súilleabháin", "007"],
    }
    return [{key: answers[key][n % len(answers[key])] for key in keys} for n in range(count)]


_SHEETS: dict[str, list[dict[str, Any]]] = {
    "usual": _sheets(12, *random_results.QUESTIONS),
    "one answer": _sheets(6, "satisfaction") + [{"gave": ["ideas"], "useful": "yes"}] * 7,
    "few a question": _sheets(3, "role", "words") + _sheets(6, "useful"),
    "few": _sheets(4, *random_results.QUESTIONS),
    "nobody": [],
}


def _run(sheets: Sequence[dict[str, Any]], region: str = "SW") -> Run:
    definition = random_results.DEFINITIONS[-1]
    roles = (random_results.ROLES[0],) * 15
    return Run(random_results.CLOSED[0], definition, region, 0, roles, tuple(sheets))


def _page(sheets: Sequence[dict[str, Any]]) -> results_views.SurveyResults:
    run = _run(sheets)
    survey = random_results.close_run(run)[0]
    words = {"words": [each["words"] for each in run.sheets if "words" in each]}
    return results_views.survey_results(survey, words if survey.results else {})


def _registers() -> Family:
    sparse = Member(id="a", name="Bríd Ní Shé", email="a@hse.ie", status="pending")
    full = Member(
        id="b",
        name=NAME,
        preferred_name="=Máire",
        email="maire.mhic.ghiolla.phadraig.ni.dhomhnaill@hse.ie",
        region="WNW",
        role="other",
        role_other=f"{LONG} 007",
        workplace=LONG,
        language="ga",
        confirmed=True,
        joined_on="2027-01-11",
        chair_of=("WNW", "SW"),
    )
    odd = full.model_copy(update={"name": "NA", "preferred_name": "null", "workplace": "1.0"})
    people = {
        "usual": [full, sparse, odd],
        "nobody is active": [sparse, sparse],
        "long names": [full],
        "nobody": [],
    }
    made = {
        kind: {name: make(each)[1] for name, each in people.items()}
        for kind, make in export_files.FILES.items()
    }
    return Family(made["csv"], made["xlsx"], export_files.SCHEMA)


def _own_data() -> Family:
    """With every kind of value that a part holds; see the functions `export` of each topic."""
    nothing: dict[str, list[dict[str, Any]]] = {
        part["key"]: [] for part in data.load("data_export")["parts"]
    }
    record = {"name": NAME, "preferred_name": "", "paused": False, "joined_on": Day("2027-01-11")}
    about = {"meeting": PAST, "kind": "Quarterly meeting", "region": "South West"}
    words = {"description": LONG * 30, "feelings": "2027-01-31", "action_plan": LONG * 4}
    full = nothing | {
        "record": [record | {"asked_for_at": Instant("2027-03-28T00:30:00.123Z"), "number": "m-1"}],
        "periods": [{"region": "South West", "from": Day("2027-01-11"), "until": None}],
        "reflections": [
            {"written_at": Instant("2027-07-01T11:00:00.000Z"), "version": 2, **words},
            {"written_at": PAST, "version": 1, **dict.fromkeys(words)},
        ],
        "drafts": [{"page": "/x", "at": PAST, "words": {"reason": "=1", "until": ""}}],
        "answers": [about | {"answer": "maybe", "at": PAST, "to_arrange": None}],
        "items": [
            about | {"title": "007", "minutes": 20, "link": None},
            about | {"title": "Biscuits", "minutes": None, "link": "https://hse.ie"},
        ],
        "actions": [
            {"what": "Bake", "by": Day("2027-02-01"), "done_on": None, "before": []},
            {"what": "", "by": None, "done_on": PAST_DAY, "before": [PAST_DAY, PAST_DAY]},
        ],
        "history": [{"at": PAST, "what": "Named as co-chair", "by": "you"}] * 40,
    }
    people = {
        "usual": full,
        "hardly anything": nothing | {"record": [{"name": "Bríd", "joined_on": None}]},
    }
    return Family({}, {name: data_export_files.as_xlsx(each) for name, each in people.items()})
