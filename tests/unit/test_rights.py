"""The embedded stack refuses what a function's role could not do in the cloud."""

from pathlib import Path

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from local import openapi, rights
from local.template import read

PARAMETERS = {
    "PublicUrl": "http://127.0.0.1",
    "OfficeEmails": "office@example.com",
    "MailFrom": "comhar@example.com",
    "OriginSecret": "never asked for",
}
FUNCTIONS = read(Path(__file__).parents[2] / "template.yaml", PARAMETERS).functions
KEY = {"pk": {"S": "x"}, "sk": {"S": "x"}}
MAIL = b"From: Comhar <comhar@example.com>\n\nDia duit"


def own(name: str) -> dict[str, str]:
    return FUNCTIONS[name].environment


@pytest.fixture
def role(monkeypatch):
    """Holds this process to one function's rights; calls that pass reach nothing and answer `{}`."""

    def taken(name: str) -> None:
        monkeypatch.setattr(BaseClient, "_make_api_call", lambda *_: {})
        rights.hold(FUNCTIONS[name].rights)

    return taken


def client(service: str):
    return boto3.client(
        service, region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x"
    )


def test_whoever_creates_may_leave_a_mark_of_it_and_read_it(role):
    creating = {name for name, app in openapi.doors() if any(d.creates for d in app.doors.values())}
    logical = [each for each, function in FUNCTIONS.items() if function.name in creating]
    assert len(logical) == len(creating) > 8
    mark = {"pk": {"S": "MEMBER#x"}, "sk": {"S": "ONCE#x"}}
    for name in logical:
        role(name)
        core = own(name)["CORE_TABLE"]
        client("dynamodb").get_item(TableName=core, Key=mark)
        client("dynamodb").put_item(TableName=core, Item=mark)


def test_the_audit_takes_puts_and_tells_nothing(role):
    role("MembershipFunction")
    audit = own("MembershipFunction")["AUDIT_TABLE"]
    put = {"Put": {"TableName": audit, "Item": KEY}}
    client("dynamodb").transact_write_items(TransactItems=[put])
    with pytest.raises(ClientError, match=f"dynamodb:GetItem on table/{audit}"):
        client("dynamodb").get_item(TableName=audit, Key=KEY)


def test_a_batch_needs_a_right_to_each_of_its_tables(role):
    role("MembershipFunction")
    wanted = {
        own("MembershipFunction")[name]: {"Keys": [KEY]} for name in ("CORE_TABLE", "BALLOTS_TABLE")
    }
    with pytest.raises(ClientError, match="BallotsTable"):
        client("dynamodb").batch_get_item(RequestItems=wanted)


def test_of_the_audit_the_office_s_pages_read_no_ledger_of_who_was_erased(role):
    role("RegisterFunction")
    audit = own("RegisterFunction")["AUDIT_TABLE"]

    def query(pk: str) -> None:
        asked = {"KeyConditionExpression": "#pk = :pk", "ExpressionAttributeNames": {"#pk": "pk"}}
        values = {":pk": {"S": pk}}
        client("dynamodb").query(TableName=audit, ExpressionAttributeValues=values, **asked)

    query("SUBJECT#x.reads")
    query("SUBJECT#REGISTER")
    with pytest.raises(ClientError, match=f"dynamodb:Query on table/{audit}"):
        query("ERASED")


def test_a_function_kept_to_some_partitions_reaches_no_other_by_any_call(role):
    role("InboxFunction")
    core, dynamodb = own("InboxFunction")["CORE_TABLE"], client("dynamodb")
    mine, other = ({"pk": {"S": pk}, "sk": {"S": "x"}} for pk in ("INBOX#open", "TOKEN#x"))
    calls = {
        "GetItem": lambda key: dynamodb.get_item(TableName=core, Key=key),
        "BatchGetItem": lambda key: dynamodb.batch_get_item(
            RequestItems={core: {"Keys": [mine, key]}}
        ),
        "PutItem": lambda key: dynamodb.put_item(TableName=core, Item=key),
        "DeleteItem": lambda key: dynamodb.transact_write_items(
            TransactItems=[{"Delete": {"TableName": core, "Key": key}}]
        ),
    }
    for action, call in calls.items():
        call(mine)
        with pytest.raises(ClientError, match=f"dynamodb:{action} on table/{core}"):
            call(other)


def test_the_receipts_write_letters_and_nothing_else_anew(role):
    role("ReceiptsFunction")
    core, dynamodb = own("ReceiptsFunction")["CORE_TABLE"], client("dynamodb")
    dynamodb.put_item(TableName=core, Item=KEY | {"pk": {"S": "LETTER#bounced#x#1"}})
    with pytest.raises(ClientError, match=f"dynamodb:PutItem on table/{core}"):
        dynamodb.put_item(TableName=core, Item=KEY | {"pk": {"S": "MEMBER#x"}})


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_only_the_mailer_may_hand_mail_over(role, name):
    role(name)
    letter = {
        "Content": {"Raw": {"Data": MAIL}},
        "ConfigurationSetName": own(name)["CONFIGURATION_SET"],
    }
    if name == "MailerFunction":
        client("sesv2").send_email(**letter)
    else:
        with pytest.raises(ClientError, match="ses:SendEmail"):
            client("sesv2").send_email(**letter)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_only_reflections_may_be_unsealed_by_their_own_function(role, name):
    role(name)
    wanted = {"KeyId": own("ReflectionsFunction")["REFLECTIONS_KEY"], "CiphertextBlob": b"x"}
    if name == "ReflectionsFunction":
        client("kms").decrypt(**wanted)
    else:
        with pytest.raises(ClientError, match="kms:Decrypt"):
            client("kms").decrypt(**wanted)
