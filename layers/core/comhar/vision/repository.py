"""Stored items of a vision: the text, each revision, and who agreed."""

from collections.abc import Iterator
from datetime import date, datetime

from comhar.aws.conditions import UNLESS_EXISTS, Delete, Item, Key, Put, Update, Write, absent
from comhar.aws.dynamodb import Page, Table
from comhar.dates.dublin_time import stamp
from comhar.formatting import Instant, get_title
from comhar.letters import repository as letters_repository
from comhar.letters.model import Mailing
from comhar.membership import member_counts
from comhar.membership.model import ErasedPerson
from comhar.vision.model import Vision

_HEAD = ("fields", "revision", "text_revision", "began")


def key(region: str) -> Key:
    return f"REGION#{region}", "VISION"


def asked_key(region: str) -> Key:
    """That the members were asked to agree to the objectives as they are."""
    return f"REGION#{region}", "VISION_ASKED"


def version_key(region: str, revision: int) -> Key:
    return f"REGION#{region}", f"VISION#{revision:06}"


def agreement_key(region: str, member_id: str) -> Key:
    return f"REGION#{region}", f"VISION_AGREED#{member_id}"


def from_item(item: Item | None, region: str) -> Vision:
    """The vision; a community without any has an empty one."""
    return Vision.model_validate({**item, "region": region} if item else {"region": region})


def get_vision(table: Table, region: str) -> Vision:
    return from_item(table.get(key(region)), region)


def get_with_base(table: Table, region: str, revision: int) -> tuple[Vision, dict[str, str]]:
    """The vision, and its text at that revision; one read."""
    head, base = table.batch_get([key(region), version_key(region, revision)])
    return from_item(head, region), base["fields"] if base else {}


def get_with_agreement(
    table: Table, region: str, member_id: str, today: date
) -> tuple[Vision, int | None, int]:
    """The vision, and the revision that this member agreed to.

    Beside them how many confirmed members can be asked that day; one read.
    """
    keys = [key(region), agreement_key(region, member_id), *member_counts.count_keys(region)]
    head, agreement, *shards = table.batch_get(keys)
    confirmed = member_counts.sum_confirmed(table, region, shards, today)
    return from_item(head, region), agreement["revision"] if agreement else None, confirmed


def list_versions(table: Table, region: str, before: str | None, limit: int) -> Page:
    """When each revision was saved, the newest first; one query.

    `before` is the number of the last one of the page before.
    """
    last = "~" if before is None else f"{int(before) - 1:06}"
    return table.query(
        f"REGION#{region}",
        "VISION#",
        until=f"VISION#{last}",
        attributes=("at", "text_revision"),
        newest_first=True,
        limit=limit,
    )


def get_version(table: Table, region: str, number: int) -> tuple[Item | None, dict[str, str]]:
    """A saved revision, and the text of the one before; one read."""
    keys = [version_key(region, each) for each in (number, number - 1)]
    item, before = table.batch_get(keys)
    return item, before["fields"] if before else {}


def list_actions(table: Table, region: str) -> list[Item]:
    """The rows of actions that serve an objective, oldest first; one query."""
    return table.query(f"REGION#{region}", "VISION_ACTION#").items


def save_writes(before: Vision, after: Vision, now: datetime) -> list[Write]:
    """The changed text, and the revision whole.

    Refused when anybody saved meanwhile. Who agrees meanwhile is counted, unless an objective changed.
    """
    is_new = after.text_revision != before.text_revision
    changes = after.model_dump(include={*_HEAD, "agreed"} if is_new else {*_HEAD})
    pk, sk = version_key(after.region, after.revision)
    version = {
        "pk": pk,
        "sk": sk,
        "fields": after.fields,
        "text_revision": after.text_revision,
        "at": stamp(now),
    }
    request = [Delete(asked_key(after.region))] if is_new else []
    return [
        *request,
        Update(key(after.region), set=changes, condition={"revision": before.revision or absent}),
        Put(version, condition=UNLESS_EXISTS),
    ]


def agree_writes(
    vision: Vision, member_id: str, agreed_revision: int | None, now: datetime
) -> list[Write]:
    """Counts who agrees; refused when an objective changed, or they agreed, meanwhile."""
    pk, sk = agreement_key(vision.region, member_id)
    item = {"pk": pk, "sk": sk, "revision": vision.text_revision, "at": stamp(now)}
    return [
        Put(item, condition={"revision": agreed_revision or absent}),
        Update(
            key(vision.region),
            add={"agreed": 1},
            condition={"text_revision": vision.text_revision},
        ),
    ]


def ask_writes(vision: Vision, now: datetime) -> list[Write]:
    """Asks the members to agree: one mailing.

    Refused when an objective changed meanwhile.
    """
    region, version = vision.region, vision.text_revision
    mark = Update(
        key(region), set={"asked_revision": version}, condition={"text_revision": version}
    )
    mailing = Mailing("vision_ask", region, str(version), region)
    pk, sk = asked_key(region)
    request = Put({"pk": pk, "sk": sk, "revision": version, "at": stamp(now)})
    return [mark, request, letters_repository.insert_mailing_write(mailing, now)]


def erase_writes(table: Table, region: str, person: ErasedPerson) -> Iterator[list[Write]]:
    """Takes a person's agreement away, and counts them no more."""
    head, agreement = table.batch_get([key(region), agreement_key(region, person.id)])
    if agreement is None:
        return
    vision, revision = from_item(head, region), agreement["revision"]
    writes: list[Write] = [
        Delete(agreement_key(region, person.id), condition={"revision": revision})
    ]
    if vision.is_agreed_by(revision):
        same = {"text_revision": vision.text_revision}
        writes.append(Update(key(region), add={"agreed": -1}, condition=same))
    yield writes


def export(table: Table, region: str, member_id: str) -> dict[str, list[Item]]:
    """That a member agreed to the vision, for the data export; one read."""
    item = table.get(agreement_key(region, member_id))
    return {"visions": [_export_agreement(item, region)] if item else []}


def _export_agreement(item: Item, region: str) -> Item:
    return {"region": get_title(region), "agreed": Instant(item["at"])}
