"""The items of “You said, we did”, which lie with the survey they are about."""

from dataclasses import dataclass

from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Delete,
    Item,
    Key,
    Put,
    Update,
    Write,
    absent,
    present,
)
from comhar.aws.dynamodb import Table
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import Survey


@dataclass(frozen=True)
class SurveyRecord:
    """A survey with its entries, oldest first.

    `added` counts the entries that were ever added.
    """

    survey: Survey
    entries: list[Item]
    added: int


def _key(survey_id: str, entry: str) -> Key:
    return f"SURVEY#{survey_id}", f"SAID#{entry}"


def entry_keys(survey_id: str, count: int) -> list[Key]:
    """Where the first entries of a survey lie, to be read with something else."""
    return [_key(survey_id, f"{number:06d}") for number in range(1, count + 1)]


def find_record(table: Table, survey_id: str) -> SurveyRecord | None:
    """The survey with its entries; one query, which leaves out the ids of those asked."""
    pk, sk = surveys_repository.key(survey_id)
    items = {item["sk"]: item for item in table.query(pk, after="ASKED#~").items}
    if sk not in items:
        return None
    entries = [items[sort_key] for sort_key in sorted(items) if sort_key.startswith("SAID#")]
    return SurveyRecord(
        surveys_repository.from_item(items[sk]), entries, items[sk].get("said_added", 0)
    )


def add_entry_writes(before: SurveyRecord, text: str, did: str | None) -> tuple[str, list[Write]]:
    """The id of a new entry, which is its number, and its writes.

    Refused when another entry was added since `before` was read.
    """
    entry, survey_id = f"{before.added + 1:06d}", before.survey.id
    pk, sk = _key(survey_id, entry)
    item = {"pk": pk, "sk": sk, "id": entry, "said": text, "did": did, "revision": 1}
    unchanged = {"said_added": before.added or absent}
    counted = Update(
        surveys_repository.key(survey_id), set={"said_added": before.added + 1}, condition=unchanged
    )
    return entry, [counted, Put(item, condition=UNLESS_EXISTS)]


def change_entry_write(before: Item, text: str, did: str | None) -> Put:
    """Stores an entry in other words; refused when it changed since `before` was read."""
    after = before | {"said": text, "did": did, "revision": before["revision"] + 1}
    return Put(after, condition={"revision": before["revision"]})


def remove_entry_write(survey_id: str, entry: str) -> Delete:
    """Deletes an entry; refused when there is none any more."""
    return Delete(_key(survey_id, entry), condition={"pk": present})
