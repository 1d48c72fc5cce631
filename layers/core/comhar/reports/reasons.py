"""Reasons why targets were not met: chosen by the office, and seen by co-chairs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from comhar import data, regions, retention
from comhar.aws.conditions import Check, Delete, Item, Key, Put, Update, Write, absent
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import local_date, stamp, unstamp
from comhar.dates.working_days import working_days_after
from comhar.errors import Conflict, FieldError, Invalid, changed_by_other
from comhar.fields import View
from comhar.reports import figures
from comhar.reports.model import NATION

OTHER = "other"
REMOVE = "remove"  # in place of a reason: there is none any more
LONGEST_SENTENCE = 200
DAYS_TO_SEE = 3  # working days that co-chairs have a reason before it is published


class ReasonsChanged(Conflict):
    title = changed_by_other("the reasons")
    next = "The reasons as they are now are on this page. Check them, then save again."


class Reason(View):
    """Why a region, or with NATION the nation, did not meet a figure's target.

    Co-chairs can see it since `chosen_at` (UTC).
    """

    region: str
    kpi: str
    key: str
    sentence: str | None = None
    chosen_at: datetime

    @property
    def label(self) -> str:
        """The words for it in the list of reasons."""
        return labels()[self.key]

    @property
    def text(self) -> str:
        """The label, and the sentence where there is one."""
        return f"{self.label}: {self.sentence}" if self.sentence else self.label


@dataclass(frozen=True)
class ChosenReasons:
    """The reasons of a quarter, by region and figure.

    `revision` counts how often they were saved.
    """

    quarter: str
    by_figure: Mapping[tuple[str, str], Reason]
    revision: int

    def text(self, region: str, kpi: str) -> str | None:
        reason = self.by_figure.get((region, kpi))
        return reason.text if reason else None

    def apply(self, choices: Mapping[tuple[str, str], Reason | None]) -> "ChosenReasons":
        """These reasons, with the choices in their place; None removes one."""
        merged = {**self.by_figure, **choices}
        remaining = {figure: reason for figure, reason in merged.items() if reason}
        return ChosenReasons(self.quarter, remaining, self.revision)


@cache
def labels() -> dict[str, str]:
    """The label of each reason by its key, in order."""
    return {each["key"]: each["label"] for each in data.load("reasons")}


@cache
def _keys() -> dict[str, str]:
    """Each reason's key by what may be written for it, in lower case."""
    return {name.lower(): key for key, label in labels().items() for name in (key, label)}


def parse_choices(
    texts: Mapping[str, str], sentences: Mapping[str, str], chosen_at: datetime
) -> dict[tuple[str, str], Reason | None]:
    """The reasons in a form's fields, by region and figure; None where one is removed.

    A text is a reason's label or key, or `label: sentence`; else it counts as other. A sentence of its own
    takes the place of the text's. The fields are named `region/figure`.

    Raises:
        Invalid: there is no such region or figure with a target, or a sentence is too long.
    """
    choices: dict[tuple[str, str], Reason | None] = {}
    errors = [
        FieldError(f"reasons.{name}", "Choose a reason.") for name in sentences if name not in texts
    ]
    for name, text in texts.items():
        region, _, kpi = name.partition("/")
        key, sentence = _parse(text)
        sentence = _on_one_line(sentences.get(name, sentence))
        if not _can_have_reason(region, kpi):
            errors.append(FieldError(f"reasons.{name}", "No figure with a target is called that."))
        elif sentence and len(sentence) > LONGEST_SENTENCE:
            field = "sentences" if name in sentences else "reasons"
            words = f"Use {LONGEST_SENTENCE} characters or fewer."
            errors.append(FieldError(f"{field}.{name}", words))
        elif key == REMOVE:
            choices[region, kpi] = None
        else:
            choices[region, kpi] = Reason(
                region=region, kpi=kpi, key=key, sentence=sentence, chosen_at=chosen_at
            )
    if errors:
        raise Invalid(*errors)
    return choices


def _parse(text: str) -> tuple[str, str | None]:
    """The key of a reason, and its sentence."""
    if text == REMOVE:
        return REMOVE, None
    label, _, sentence = text.partition(":")
    key = _keys().get(label.strip().lower())
    return (key, sentence) if key else (OTHER, text)


def _on_one_line(sentence: str | None) -> str | None:
    return " ".join((sentence or "").split()) or None


def _can_have_reason(region: str, kpi: str) -> bool:
    definition = figures.find_definition(kpi)
    known = region == NATION or region in regions.codes()
    return known and definition is not None and definition.target is not None


def had_by_co_chairs(reason: Reason, today: date, closures: frozenset[date]) -> bool:
    """Whether co-chairs have had a reason for the working days they are given."""
    return working_days_after(local_date(reason.chosen_at), DAYS_TO_SEE, closures) <= today


def _key(quarter: str, region: str, kpi: str) -> Key:
    return f"REPORT#{quarter}", f"REASON#{region}#{kpi}"


def _revision_key(quarter: str) -> Key:
    return f"REPORT#{quarter}", "REASONS"


def list_reasons(table: Table, quarter: str, region: str) -> list[Reason]:
    """A region's reasons; one query."""
    return [*map(_from_item, table.query(f"REPORT#{quarter}", f"REASON#{region}#").items)]


def get_chosen(table: Table, quarter: str) -> ChosenReasons:
    """Every reason of the quarter; a read and a query.

    The revision is read first: where somebody saves between the two, a write on it is refused.
    """
    head = table.get(_revision_key(quarter)) or {"revision": 0}
    items = table.query(f"REPORT#{quarter}", "REASON#").items
    by_figure = {(reason.region, reason.kpi): reason for reason in map(_from_item, items)}
    return ChosenReasons(quarter, by_figure, head["revision"])


def _from_item(item: Item) -> Reason:
    _, region, kpi = item["sk"].split("#")
    return Reason(
        region=region,
        kpi=kpi,
        key=item["reason"],
        sentence=item.get("sentence"),
        chosen_at=unstamp(item["chosen_at"]),
    )


def list_changed(
    before: ChosenReasons, choices: Mapping[tuple[str, str], Reason | None]
) -> dict[tuple[str, str], Reason | None]:
    """Those of the choices that say something else than what is stored."""
    return {
        figure: reason
        for figure, reason in choices.items()
        if (reason.text if reason else None) != before.text(*figure)
    }


def change_writes(
    before: ChosenReasons, changed: Mapping[tuple[str, str], Reason | None], now: datetime
) -> list[Write]:
    """Stores changed reasons; refused where somebody saved others since."""
    pk, sk = _revision_key(before.quarter)
    condition = {"revision": before.revision or absent}
    expires = int((now + retention.period("export")).timestamp())
    counted = Update(
        (pk, sk),
        set={"expires": expires},
        add={"revision": 1},
        condition=condition,
        conflict=ReasonsChanged,
    )
    return [counted, *(_change_write(before.quarter, *each, expires) for each in changed.items())]


def _change_write(
    quarter: str, figure: tuple[str, str], reason: Reason | None, expires: int
) -> Write:
    pk, sk = _key(quarter, *figure)
    if reason is None:
        return Delete((pk, sk))
    item: Item = {"reason": reason.key, "chosen_at": stamp(reason.chosen_at), "expires": expires}
    if reason.sentence:
        item["sentence"] = reason.sentence
    return Put({"pk": pk, "sk": sk, **item})


def unchanged_check(chosen: ChosenReasons) -> Check:
    """Refused where somebody saved other reasons since these were read."""
    condition = {"revision": chosen.revision or absent}
    return Check(_revision_key(chosen.quarter), condition, conflict=ReasonsChanged)
