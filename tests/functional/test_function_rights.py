"""What each function is trusted with: all that is withheld from it is tried, and refused.

Tried are all kinds of partitions that the tables have (the key map in docs/data-model.md) by every call
that reads or writes one, and everything else that AWS does for us.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.cloud import PARAMETERS, Cloud
from tests.support.fake_aws import client

KEY_MAP = Path(__file__).parents[2] / "docs/data-model.md"
READS = {"GetItem", "BatchGetItem", "Query"}
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"}
ALL = READS | WRITES

Call = Callable[[], Any]
Trust = list[tuple[set[str], str]]  # calls, and the partitions they may reach

# As the design has it: by function and table, the calls and the partitions. Nothing else is given.
MEMBERS = "MEMBER# ADDRESS# ALIAS# TOKEN# REGION# MEETING# LETTER# MAILING# TAG# CATCHUP# CONFIRM#"
MEMBERS += (
    " RECOUNT# FORGET# BUDGET# SIGNIN# INVITATIONS REGISTER PEOPLE COUNTS OFFICE CALENDAR TEXTS"
)
SEALED = "MEMBER# REGION# GROUP# REFLECTION# MEETING# TEXTS"
TRUSTED: dict[str, dict[str, Trust]] = {
    "MembersFunction": {
        "core": [(ALL, f"{MEMBERS} REPLIES# CLIENT# PLANNED POLL# SURVEY# QUESTIONNAIRE# GROUP#")],
        "ballots": [({"Query"}, "RESULT#")],
        "audit": [({"PutItem"}, "SUBJECT#")],
    },
    "OfficeFunction": {
        "core": [(ALL, f"{MEMBERS} LIST# INBOX# REPORT# REPORTS")],
        "audit": [({"PutItem", "Query"}, "SUBJECT#")],
    },
    "ReflectionsFunction": {
        "core": [
            (ALL, SEALED),
            (
                READS,
                "REPLIES# ADDRESS# POLL# SURVEY# LETTER# INBOX# INVITATIONS REGISTER COUNTS CALENDAR",
            ),
        ],
        "audit": [({"PutItem", "Query"}, "SUBJECT#")],
    },
    "SurveysFunction": {
        "core": [({"BatchGetItem"}, "SURVEY#")],
        "ballots": [({"BatchGetItem", "PutItem", "DeleteItem", "ConditionCheckItem"}, "SURVEY#")],
    },
    "MailInFunction": {
        "core": [
            (ALL, "INBOX# ADDRESS# MEMBER# LETTER# MEETING# REPLIES# INVITATIONS OFFICE TEXTS"),
            ({"BatchGetItem"}, "CALENDAR"),
        ],
    },
    "MailerFunction": {
        "core": [
            (
                {"BatchGetItem"},
                "LETTER# ADDRESS# BUDGET# FORGET# MEETING# REPLIES# MEMBER# POLL# REGION# REPORT# SURVEY# "
                "CALENDAR INVITATIONS TEXTS",
            ),
            (
                {"PutItem", "UpdateItem"},
                "LETTER# TAG# TOKEN# SIGNIN# ADDRESS# BUDGET# MEMBER#",
            ),
            ({"DeleteItem"}, "LETTER#"),
        ],
        "ballots": [({"BatchGetItem"}, "SURVEY#")],
    },
    "ReceiptsFunction": {
        "core": [
            ({"GetItem", "BatchGetItem"}, "LETTER# TAG# ADDRESS# REGION#"),
            ({"UpdateItem"}, "LETTER# ADDRESS#"),
            ({"PutItem"}, "LETTER#bounced#"),
            ({"DeleteItem"}, "ADDRESS#"),
        ],
    },
    "KpiExportFunction": {
        "core": [
            (READS, "REGION# REPORT# REGISTER CALENDAR"),
            ({"PutItem"}, "REPORT# LETTER#kpi_gaps# REPORTS"),
            ({"UpdateItem"}, "OFFICE"),
        ],
    },
    "ClockFunction": {
        "core": [
            (
                ALL,
                "MEMBER# ADDRESS# ALIAS# TOKEN# REGION# MEETING# REPLIES# POLL# SURVEY# QUESTIONNAIRE# "
                "REFLECTION# LETTER# MAILING# TAG# CATCHUP# CONFIRM# RECOUNT# FORGET# LIST# INBOX# REPORT# "
                "INVITATIONS REGISTER PEOPLE COUNTS PLANNED OFFICE CALENDAR REPORTS",
            ),
            ({"GetItem", "UpdateItem"}, "GROUP#"),
        ],
        "ballots": [({"GetItem", "Query", "PutItem", "DeleteItem"}, "SURVEY# RESULT#")],
        "audit": [({"PutItem"}, "SUBJECT# ERASED"), ({"Query"}, "ERASED")],
    },
}
BEYOND_ITEMS: dict[str, set[str]] = {
    "MembersFunction": {"read papers", "write papers"},
    "OfficeFunction": {"read reports", "read mail"},
    "ReflectionsFunction": {"seal", "open"},
    "SurveysFunction": set(),
    "MailInFunction": {"read mail"},
    "MailerFunction": {"send", "list due letters"},
    "ReceiptsFunction": set(),
    "KpiExportFunction": set(),
    "ClockFunction": {"list due work", "delete mail", "delete papers", "write reports"},
}


def _partitions() -> Iterator[tuple[str, str]]:
    """Each table with the kinds of its partitions, as the key map has them; of letters two more."""
    for line in KEY_MAP.read_text("utf-8").splitlines():
        if line.startswith("| ") and not line.startswith("| what"):
            what, partition = line.split("|")[1:3]
            named = re.match(r" `(\w+)`", what)
            for kind in re.findall(r"(?<!#)\b[A-Z]{3,}#?", partition):
                yield named[1] if named else "core", kind
    yield from (("core", "LETTER#bounced#"), ("core", "LETTER#kpi_gaps#"))


PARTITIONS = sorted(set(_partitions()))


def _calls(name: str, partition: str) -> dict[str, Call]:
    """Every call of DynamoDB's for an item of a partition, or for the partition."""
    dynamodb, key = client("dynamodb"), {"pk": {"S": partition}, "sk": {"S": "tried"}}
    place = {"TableName": f"comhar-{name.capitalize()}Table"}
    batch = {place["TableName"]: {"Keys": [key]}}
    of_it = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": key["pk"]}}
    change = {"UpdateExpression": "REMOVE nothing"}
    check = {**place, "Key": key, "ConditionExpression": "attribute_not_exists(nothing)"}
    together = [{"ConditionCheck": check}]
    return {
        "GetItem": partial(dynamodb.get_item, **place, Key=key),
        "BatchGetItem": partial(dynamodb.batch_get_item, RequestItems=batch),
        "Query": partial(dynamodb.query, **place, **of_it),
        "PutItem": partial(dynamodb.put_item, **place, Item=key),
        "UpdateItem": partial(dynamodb.update_item, **place, Key=key, **change),
        "DeleteItem": partial(dynamodb.delete_item, **place, Key=key),
        "ConditionCheckItem": partial(dynamodb.transact_write_items, TransactItems=together),
    }


def _is_refused(cloud: Cloud, function: str, call: Call) -> bool:
    """Whether the function has no right to the call; that it fails for another reason does not count."""
    with cloud.fake_aws.acting_as(cloud.template.functions[function]):
        try:
            call()
        except ClientError as error:
            return error.response["Error"]["Code"] == "AccessDeniedException"
    return False


def _is_given(function: str, action: str, name: str, partition: str) -> bool:
    return any(
        action in actions and any(partition.startswith(each) for each in reach.split())
        for actions, reach in TRUSTED[function].get(name, [])
    )


def test_the_table_of_trust_names_every_function(cloud: Cloud) -> None:
    assert TRUSTED.keys() == BEYOND_ITEMS.keys() == cloud.template.functions.keys()
    assert len(PARTITIONS) > 25


@pytest.mark.parametrize("function", TRUSTED)
def test_a_function_reaches_the_items_it_is_trusted_with_and_no_others(
    cloud: Cloud, function: str
) -> None:
    given, let_through = set(), set()
    for name, partition in PARTITIONS:
        one = f"{partition}x" if partition.endswith("#") else partition
        for action, call in _calls(name, one).items():
            if _is_given(function, action, name, partition):
                given.add((action, name, partition))
            if not _is_refused(cloud, function, call):
                let_through.add((action, name, partition))
    assert given
    assert let_through == given


@pytest.mark.parametrize("function", TRUSTED)
def test_a_batch_with_one_item_too_many_is_refused_whole(cloud: Cloud, function: str) -> None:
    dynamodb = client("dynamodb")
    core = {partition for name, partition in PARTITIONS if name == "core"}
    reach = {each for each in core if _is_given(function, "BatchGetItem", "core", each)}

    def read(partitions: set[str]) -> None:
        keys = [{"pk": {"S": f"{each}x"}, "sk": {"S": "x"}} for each in sorted(partitions)]
        dynamodb.batch_get_item(RequestItems={"comhar-CoreTable": {"Keys": keys}})

    within = {each for each in reach if each.endswith("#")}
    assert not _is_refused(cloud, function, partial(read, within))
    for other in core - reach:
        assert _is_refused(cloud, function, partial(read, {*within, other})), other


def _beyond(cloud: Cloud) -> dict[str, Call]:
    """All that AWS does for us besides items of tables, and what nobody may do."""
    dynamodb, s3, kms = client("dynamodb"), client("s3"), client("kms")
    (key,) = cloud.template.keys
    sealed = kms.generate_data_key(KeyId=key, KeySpec="AES_256")["CiphertextBlob"]
    letter = f"From: {PARAMETERS['MailFrom']}\r\nTo: m@hse.ie\r\nSubject: x\r\n\r\nx".encode()
    calls: dict[str, Call] = {
        "seal": partial(kms.generate_data_key, KeyId=key, KeySpec="AES_256"),
        "open": partial(kms.decrypt, KeyId=key, CiphertextBlob=sealed),
        "send": partial(
            client("sesv2").send_email,
            Destination={"ToAddresses": ["m@hse.ie"]},
            Content={"Raw": {"Data": letter}},
            ConfigurationSetName="comhar-ConfigurationSet",
        ),
    }
    for what, kind in (("letters", "letter"), ("work", "work")):
        calls[f"list due {what}"] = partial(
            dynamodb.query,
            TableName="comhar-CoreTable",
            IndexName="due",
            KeyConditionExpression="due = :due",
            ExpressionAttributeValues={":due": {"S": kind}},
        )
    for name in ("CoreTable", "BallotsTable", "AuditTable"):
        of_it = {"TableName": f"comhar-{name}"}
        put = {"PutRequest": {"Item": {"pk": {"S": "MEMBER#x"}, "sk": {"S": "x"}}}}
        batch, statement = {of_it["TableName"]: [put]}, f'SELECT * FROM "comhar-{name}"'
        calls[f"scan {name}"] = partial(dynamodb.scan, **of_it)
        calls[f"select from {name}"] = partial(dynamodb.execute_statement, Statement=statement)
        calls[f"write to {name}"] = partial(dynamodb.batch_write_item, RequestItems=batch)
        calls[f"delete {name}"] = partial(dynamodb.delete_table, **of_it)
    for what, bucket in (
        ("reports", "exportbucket"),
        ("mail", "inboxbucket"),
        ("papers", "papersbucket"),
        ("style sheets", "staticbucket"),
    ):
        file = {"Bucket": f"comhar-{bucket}", "Key": "kpi/x"}
        calls[f"read {what}"] = partial(s3.get_object, **file)
        calls[f"write {what}"] = partial(s3.put_object, **file, Body=b"x")
        calls[f"delete {what}"] = partial(s3.delete_object, **file)
        calls[f"list {what}"] = partial(s3.list_objects_v2, Bucket=file["Bucket"])
    return calls


@pytest.mark.parametrize("function", BEYOND_ITEMS)
def test_a_function_does_what_it_is_trusted_with_and_nothing_else(
    cloud: Cloud, function: str
) -> None:
    calls = _beyond(cloud)
    refused = {name for name, call in calls.items() if _is_refused(cloud, function, call)}
    assert BEYOND_ITEMS[function] <= calls.keys()
    assert calls.keys() - refused == BEYOND_ITEMS[function]


def test_a_report_lies_under_kpi_and_nowhere_else(cloud: Cloud) -> None:
    s3, elsewhere = client("s3"), {"Bucket": "comhar-exportbucket", "Key": "x"}
    assert _is_refused(cloud, "OfficeFunction", lambda: s3.get_object(**elsewhere))
    assert _is_refused(cloud, "ClockFunction", lambda: s3.put_object(**elsewhere, Body=b"x"))
