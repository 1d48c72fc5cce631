"""How each figure is computed, in plain words, for whoever is signed in."""

from comhar.errors import NotFound
from comhar.fields import View
from comhar.reports import figures
from comhar.reports.figures import Definition


class ExplainedFigure(View):
    """A figure in words: how it is computed, what counts, what does not, its targets and an example."""

    kpi: str
    label: str
    note: str
    how: str
    counts: tuple[str, ...]
    leaves_out: tuple[str, ...]
    target: str
    national: str
    example: str


class ExplainedFigures(View):
    """All figures, in the order of a report."""

    figures: list[ExplainedFigure]


def list_figures() -> ExplainedFigures:
    return ExplainedFigures(figures=[_explain(each) for each in figures.explained()])


def get_figure(kpi: str) -> ExplainedFigure:
    """One figure.

    Raises:
        NotFound: there is no such figure.
    """
    for each in figures.explained():
        if each.code == kpi:
            return _explain(each)
    raise NotFound()


def _explain(each: Definition) -> ExplainedFigure:
    return ExplainedFigure(
        kpi=each.code,
        label="Active members by role" if each.code == figures.ROLES else each.label,
        target=_target(each),
        national=_national(each),
        **each.model_dump(include={"note", "how", "counts", "leaves_out", "example"}),
    )


def _target(each: Definition) -> str:
    if each.target is None:
        return "No target."
    if each.target == "quarter":
        return "One meeting in each quarter of the year so far."
    if each.unit == "yes_no":
        return "Yes."
    amount = f"{each.target}%" if each.unit == "percent" else str(each.target)
    return f"At most {amount}." if each.at_most else f"{amount}."


def _national(each: Definition) -> str:
    match each.national_target:
        case "sum":
            return "The targets of all regions, added up."
        case "regions":
            return "Every region meets its target. We say how many did."
    return "No target."
