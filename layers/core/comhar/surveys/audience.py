"""Who a survey asks: confirmed members who were in the community before it was coming.

DESIGN, "Who is asked": settled when the survey opens and never changed, so that nobody gets a ballot by
signing up for it, or by signing up often.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from comhar.aws.conditions import Delete, Item, Key, Put
from comhar.aws.dynamodb import Table
from comhar.membership.repository import REGISTER
from comhar.surveys.model import Survey

SETTLED = timedelta(days=7)  # how long before a survey opens a period has to have begun
PER_ITEM = 5000  # ids: an item holds 400 KB


@dataclass(frozen=True)
class Size:
    """How many members of a community are active, and how many of them can be asked."""

    members: int = 0
    invited: int = 0


def settled_by(opens_on: date) -> date:
    """The last Dublin day on which the present period of who is asked may have begun."""
    return opens_on - SETTLED


def settled_before(meeting: date, *, first: bool) -> date:
    """The same, where those present at a meeting on that day are asked: the day before it. At a first
    meeting it is the day itself, because that is when its people come in."""
    return meeting if first else meeting - timedelta(days=1)


def may_be_asked(row: Item, by: date) -> bool:
    """Whether a survey asks the person of this row of the register: active, confirmed, and in the region
    since `by` at the latest.

    The one place that decides it: being away, or not to be written to, belongs here.
    """
    if row["status"] != "active" or not row.get("confirmed"):
        return False
    begun = _present_period(row)
    return begun is not None and begun <= by.isoformat()


def _present_period(row: Item) -> str | None:
    """The ISO day on which the row's open period in its region began."""
    for period in reversed(row.get("periods", ())):
        if period["until"] is None and period.get("region", row["region"]) == row["region"]:
            return str(period["from"])
    return None


def list_ids(table: Table, region: str, by: date) -> tuple[str, ...]:
    """Ids of the members of a region who can be asked, in no order; one query."""
    rows = table.query(REGISTER, f"{region}#").items
    return tuple(row["id"] for row in rows if may_be_asked(row, by))


def sizes(table: Table, region: str | None, by: date) -> dict[str, Size]:
    """By region, or of one alone, how many can be asked; one query."""
    found: dict[str, Size] = {}
    for row in table.query(REGISTER, f"{region}#" if region else "").items:
        if row["status"] == "active" and row.get("region"):
            size = found.get(row["region"], Size())
            invited = size.invited + may_be_asked(row, by)
            found[row["region"]] = Size(size.members + 1, invited)
    return found


def _key(survey_id: str, part: int) -> Key:
    return f"SURVEY#{survey_id}", f"ASKED#{part:04d}"


def parts(people: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The people in as many parts as it takes items to hold them."""
    for start in range(0, len(people), PER_ITEM):
        yield tuple(people[start : start + PER_ITEM])


def put_writes(survey_id: str, people: Sequence[str]) -> list[Put]:
    """Who is asked, beside the survey; for the transaction that notes on it how many they are."""
    found = []
    for number, part in enumerate(parts(people), start=1):
        pk, sk = _key(survey_id, number)
        found.append(Put({"pk": pk, "sk": sk, "people": list(part)}))
    return found


def delete_writes(survey: Survey) -> list[Delete]:
    """Takes away whom a survey asks, with the survey."""
    count = -(-survey.invited // PER_ITEM)
    return [Delete(_key(survey.id, number)) for number in range(1, count + 1)]


def people(table: Table, survey: Survey) -> tuple[str, ...]:
    """The ids of those whom a survey asks, once that is settled; one query. Older surveys hold them
    themselves."""
    if survey.people:
        return survey.people
    items = table.query(f"SURVEY#{survey.id}", "ASKED#").items
    return tuple(person for item in items for person in item["people"])
