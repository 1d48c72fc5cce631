"""The items of questionnaires: the questions, their versions, the region's row."""

from datetime import datetime

from comhar.aws.conditions import UNLESS_EXISTS, Check, Delete, Item, Key, Put, Write
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.questionnaires.model import Questionnaire
from comhar.surveys.model import Definition
from comhar.surveys.repository import runs_by_region


def key(questionnaire_id: str) -> Key:
    return f"QUESTIONNAIRE#{questionnaire_id}", "HEAD"


def version_key(questionnaire_id: str, number: int) -> Key:
    return f"QUESTIONNAIRE#{questionnaire_id}", f"VERSION#{number:04d}"


def row_key(questionnaire: Questionnaire) -> Key:
    return f"REGION#{questionnaire.region}", f"QUESTIONNAIRE#{questionnaire.id}"


def save_writes(
    questionnaire: Questionnaire, now: datetime, before: Questionnaire | None = None
) -> list[Write]:
    """Stores the questionnaire and its row; refused when it changed since `before`."""
    pk, sk = key(questionnaire.id)
    item = {"pk": pk, "sk": sk, **questionnaire.model_dump(mode="json", by_alias=True)}
    condition = {"revision": before.revision} if before else UNLESS_EXISTS
    row_pk, row_sk = row_key(questionnaire)
    row: Item = {
        "pk": row_pk,
        "sk": row_sk,
        "id": questionnaire.id,
        "region": questionnaire.region,
        "title": questionnaire.title,
    }
    row |= {
        "version": questionnaire.version,
        "changed": questionnaire.is_changed,
        "changed_at": stamp(now),
    }
    row |= {"questions": sum(line.kind != "heading" for line in questionnaire.visible_lines)}
    return [Put(item, condition=condition), Put(row)]


def unchanged_check(questionnaire: Questionnaire) -> Check:
    """Refuses the transaction where somebody changed the questionnaire meanwhile."""
    return Check(key(questionnaire.id), condition={"revision": questionnaire.revision})


def insert_version_write(
    questionnaire: Questionnaire, definition: Definition, now: datetime
) -> Put:
    """Stores the questions that are asked under the questionnaire's version, for good."""
    pk, sk = version_key(questionnaire.id, questionnaire.version)
    item = {"pk": pk, "sk": sk, "number": questionnaire.version, "asked_at": stamp(now)}
    return Put(item | {"definition": definition.model_dump(mode="json")}, condition=UNLESS_EXISTS)


def find_questionnaire(table: Table, questionnaire_id: str) -> Questionnaire | None:
    item = table.get(key(questionnaire_id))
    return Questionnaire.model_validate(item) if item else None


def find_version(table: Table, questionnaire_id: str, number: int) -> Definition | None:
    item = table.get(version_key(questionnaire_id, number))
    return Definition.model_validate(item["definition"]) if item else None


def find_with_runs(
    table: Table, questionnaire_id: str
) -> tuple[Questionnaire | None, dict[str, Item]]:
    """The questionnaire (None if built in), and its runs by region; one query."""
    items = table.query(f"QUESTIONNAIRE#{questionnaire_id}", "HEAD", until="RUNS#~").items
    heads = [Questionnaire.model_validate(item) for item in items if item["sk"] == "HEAD"]
    return (heads[0] if heads else None), runs_by_region(items)


def list_rows(table: Table, region: str) -> list[Item]:
    """A region's questionnaires, the newest first; one query."""
    return table.query(f"REGION#{region}", "QUESTIONNAIRE#", newest_first=True).items


def delete_version_writes(questionnaire: Questionnaire) -> list[Write]:
    """Deletes all versions but the newest; surveys have their own copy."""
    return [
        Delete(version_key(questionnaire.id, number)) for number in range(1, questionnaire.version)
    ]


def delete_writes(questionnaire: Questionnaire) -> list[Write]:
    """Deletes the questionnaire with its newest version; refused when it was changed."""
    newest = (
        [Delete(version_key(questionnaire.id, questionnaire.version))]
        if questionnaire.version
        else []
    )
    return [
        Delete(key(questionnaire.id), condition={"revision": questionnaire.revision}),
        Delete(row_key(questionnaire)),
        *newest,
    ]
