"""What differs between two versions of a quarter's report, figure by figure."""

from comhar.reports.model import NATION, Change, Figure, KpiReport, Row


def list_changes(before: KpiReport, after: KpiReport) -> list[Change]:
    """The figures that differ, in the order of the report; the nation's last."""
    earlier = {row.kpi: row for row in before.rows}
    changes = []
    for row in after.rows:
        for region in [*after.regions, NATION]:
            old, new = _find_figure(earlier.get(row.kpi), region), row.figure(region)
            if old is None or _facts(old) != _facts(new):
                words = {"before": _in_words(old, new), "after": _in_words(new, old)}
                changes.append(Change(region=region, kpi=row.kpi, **words))
    return changes


def _find_figure(row: Row | None, region: str) -> Figure | None:
    if row is None or (region != NATION and region not in row.values):
        return None
    return row.figure(region)


def _facts(figure: Figure) -> tuple[object, ...]:
    """What makes a figure another one; its words and notes do not."""
    return (
        *(figure.state, figure.value, figure.part, figure.whole),
        *(figure.target_met, figure.reason),
    )


def _in_words(figure: Figure | None, other: Figure | None) -> str:
    """The figure, and beside it what tells it apart from the other."""
    if figure is None:
        return "Not in this version"
    words = figure.text[:1].upper() + figure.text[1:]
    if figure.part is not None and figure.text.endswith("%"):
        words += f" ({figure.part} of {figure.whole})"
    if other and figure.value == other.value and figure.target_met != other.target_met:
        words += ", target met" if figure.target_met else ", target not met"
    if other and figure.reason != other.reason:
        words += f", reason: {figure.reason}" if figure.reason else ", no reason"
    return words
