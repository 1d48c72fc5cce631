"""The embedded stack refuses what a function's role could not do in the cloud."""

from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from boto3.dynamodb.conditions import Key
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from local import iam, openapi
from local.template import read

PARAMETERS = {
    "PublicUrl": "http://127.0.0.1",
    "OfficeEmails": "office@example.com",
    "MailFrom": "comhar@example.com",
    "OriginSecret": "never asked for",
}
FUNCTIONS = read(Path(__file__).parents[2] / "template.yaml", PARAMETERS).functions
CONVERT = BaseClient._convert_to_request_dict
KEY = {"pk": {"S": "x"}, "sk": {"S": "x"}}
MAIL = b"From: Comhar <comhar@example.com>\n\nDia duit"


def own(name: str) -> dict[str, str]:
    return FUNCTIONS[name].environment


@pytest.fixture
def role(monkeypatch):
    """Holds this process to one function's rights; calls that pass reach nothing and answer `{}`."""

    def taken(name: str) -> None:
        monkeypatch.setattr(
            BaseClient, "_make_request", lambda *_: (SimpleNamespace(status_code=200), {})
        )
        monkeypatch.setattr(BaseClient, "_convert_to_request_dict", CONVERT)
        iam.hold(FUNCTIONS[name].rights)

    return taken


def client(service: str):
    return boto3.client(
        service, region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x"
    )


def test_whoever_creates_may_leave_a_mark_of_it_and_read_it(role):
    creating = {
        openapi.served()[module]
        for module, app in openapi.list_apps()
        if any(route.creates for route in app.routes.values())
    }
    logical = [each for each, function in FUNCTIONS.items() if function.name in creating]
    assert len(logical) == len(creating) == 3
    mark = {"pk": {"S": "MEMBER#x"}, "sk": {"S": "ONCE#x"}}
    for name in logical:
        role(name)
        core = own(name)["CORE_TABLE"]
        client("dynamodb").get_item(TableName=core, Key=mark)
        client("dynamodb").put_item(TableName=core, Item=mark)


def test_the_audit_takes_puts_and_tells_nothing(role):
    role("MembersFunction")
    audit = own("MembersFunction")["AUDIT_TABLE"]
    put = {"Put": {"TableName": audit, "Item": KEY | {"pk": {"S": "SUBJECT#x"}}}}
    client("dynamodb").transact_write_items(TransactItems=[put])
    erased = {"Put": {"TableName": audit, "Item": KEY | {"pk": {"S": "ERASED"}}}}
    with pytest.raises(ClientError, match=f"dynamodb:PutItem on table/{audit}"):
        client("dynamodb").transact_write_items(TransactItems=[erased])
    with pytest.raises(ClientError, match=f"dynamodb:GetItem on table/{audit}"):
        client("dynamodb").get_item(TableName=audit, Key=KEY)


def test_a_batch_needs_a_right_to_each_of_its_tables(role):
    role("MembersFunction")
    key = {"pk": {"S": "SURVEY#x"}, "sk": {"S": "x"}}
    wanted = {
        own("MembersFunction")[name]: {"Keys": [key]} for name in ("CORE_TABLE", "BALLOTS_TABLE")
    }
    with pytest.raises(ClientError, match="BallotsTable"):
        client("dynamodb").batch_get_item(RequestItems=wanted)


def test_of_the_audit_the_office_s_pages_read_no_ledger_of_who_was_erased(role):
    role("OfficeFunction")
    audit = own("OfficeFunction")["AUDIT_TABLE"]

    def query(pk: str) -> None:
        request = {"KeyConditionExpression": "#pk = :pk", "ExpressionAttributeNames": {"#pk": "pk"}}
        values = {":pk": {"S": pk}}
        client("dynamodb").query(TableName=audit, ExpressionAttributeValues=values, **request)

    query("SUBJECT#x.reads")
    query("SUBJECT#REGISTER")
    with pytest.raises(ClientError, match=f"dynamodb:Query on table/{audit}"):
        query("ERASED")


def test_a_function_kept_to_some_partitions_reaches_no_other_by_any_call(role):
    role("MailInFunction")
    core, dynamodb = own("MailInFunction")["CORE_TABLE"], client("dynamodb")
    own_items, other = ({"pk": {"S": pk}, "sk": {"S": "x"}} for pk in ("INBOX#open", "TOKEN#x"))
    calls = {
        "GetItem": lambda key: dynamodb.get_item(TableName=core, Key=key),
        "BatchGetItem": lambda key: dynamodb.batch_get_item(
            RequestItems={core: {"Keys": [own_items, key]}}
        ),
        "PutItem": lambda key: dynamodb.put_item(TableName=core, Item=key),
        "DeleteItem": lambda key: dynamodb.transact_write_items(
            TransactItems=[
                {"Delete": {"TableName": core, "Key": own_items}},
                {"Delete": {"TableName": core, "Key": key}},
            ]
        ),
        "UpdateItem": lambda key: dynamodb.update_item(TableName=core, Key=key),
        "ConditionCheckItem": lambda key: dynamodb.transact_write_items(
            TransactItems=[
                {
                    "ConditionCheck": {
                        "TableName": core,
                        "Key": key,
                        "ConditionExpression": "attribute_exists(pk)",
                    }
                }
            ]
        ),
        "Query": lambda key: dynamodb.query(
            TableName=core,
            KeyConditionExpression="sk = :sk AND #pk = :pk",
            ExpressionAttributeNames={"#pk": "pk"},
            ExpressionAttributeValues={":pk": key["pk"], ":sk": own_items["pk"]},
        ),
    }
    for action, call in calls.items():
        call(own_items)
        with pytest.raises(ClientError, match=f"dynamodb:{action} on table/{core}"):
            call(other)


def test_what_a_transaction_reads_is_judged_over_all_its_keys(role):
    role("MailInFunction")
    core, dynamodb = own("MailInFunction")["CORE_TABLE"], client("dynamodb")

    def read(*names: str) -> None:
        keys = [{"pk": {"S": pk}, "sk": {"S": "x"}} for pk in names]
        gets = [{"Get": {"TableName": core, "Key": key}} for key in keys]
        dynamodb.transact_get_items(TransactItems=gets)

    read("INBOX#open", "MEMBER#x")
    with pytest.raises(ClientError, match=f"dynamodb:GetItem on table/{core}"):
        read("INBOX#open", "TOKEN#x")


def test_every_client_of_the_process_is_held_however_it_asks(role):
    before = client("dynamodb")  # made before the rights were known
    session = boto3.session.Session("x", "x", region_name="eu-west-1")
    role("MailInFunction")
    core = own("MailInFunction")["CORE_TABLE"]
    request = {"KeyConditionExpression": "pk = :pk", "TableName": core}
    other = {"ExpressionAttributeValues": {":pk": {"S": "TOKEN#x"}}}
    pages = before.get_paginator("query")
    list(pages.paginate(**request, ExpressionAttributeValues={":pk": {"S": "INBOX#open"}}))
    table = session.resource("dynamodb").Table(core)
    table.get_item(Key={"pk": "INBOX#open", "sk": "x"})
    for call in (
        lambda: list(pages.paginate(**request, **other)),
        lambda: table.get_item(Key={"pk": "TOKEN#x", "sk": "x"}),
        lambda: table.query(KeyConditionExpression=Key("pk").eq("TOKEN#x")),
        lambda: before.generate_presigned_url("query", request | other),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            call()


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_nobody_lists_a_table_and_nobody_does_what_is_not_thought_of(role, name):
    role(name)
    tables = [own(name)[f"{each}_TABLE"] for each in ("CORE", "BALLOTS", "AUDIT")]
    dynamodb = client("dynamodb")
    statement = {"Statement": f'SELECT * FROM "{tables[0]}"'}
    put = {"PutRequest": {"Item": KEY | {"pk": {"S": "MEMBER#x"}}}}
    for call in (
        *[lambda table=table: dynamodb.scan(TableName=table) for table in tables],
        lambda: dynamodb.scan(TableName=tables[0], IndexName="due"),
        lambda: dynamodb.execute_statement(**statement),
        lambda: dynamodb.batch_execute_statement(Statements=[statement]),
        lambda: dynamodb.execute_transaction(TransactStatements=[statement]),
        lambda: dynamodb.batch_write_item(RequestItems={tables[0]: [put]}),
        lambda: dynamodb.list_tables(),
        lambda: client("secretsmanager").get_secret_value(SecretId="DigestSecret"),
        lambda: client("ses").send_raw_email(RawMessage={"Data": MAIL}),
        lambda: client("sesv2").create_email_identity(EmailIdentity="x@example.com"),
        lambda: client("s3").list_objects_v2(Bucket="comhar-inboxbucket"),
        lambda: client("s3").copy_object(Bucket="x", Key="x", CopySource="comhar-inboxbucket/x"),
        lambda: client("lambda").invoke(FunctionName="comhar-ReflectionsFunction"),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            call()


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
