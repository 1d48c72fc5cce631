"""The embedded stack keeps its promises: time in order, nothing lost, failures as Lambda's."""

import textwrap
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.stack import Stack

FUNCTIONS = {
    "doors": """
        import json, os, time, boto3
        table = boto3.client("dynamodb")

        def handler(event, context):
            what = (event.get("pathParameters") or {}).get("what", "")
            if what == "raise":
                raise ValueError("no")
            if what == "exit":
                os._exit(3)
            if what == "sleep":
                time.sleep(30)
            if what == "wait":
                time.sleep(0.3)
            if what == "put":
                table.put_item(TableName=os.environ["CORE_TABLE"], Item=json.loads(event["body"]))
            return {"statusCode": 200, "body": str(os.getpid())}
        """,
    "mailer": """
        import boto3

        ses = boto3.client("sesv2")

        def handler(event, context):
            for record in event.get("Records", []):
                name = record["dynamodb"]["Keys"]["pk"]["S"]
                letter = f"From: c@example.com\\r\\nTo: m@hse.ie\\r\\nSubject: {name}\\r\\n\\r\\nx"
                ses.send_email(
                    Content={"Raw": {"Data": letter.encode()}},
                    ConfigurationSetName="set",
                    EmailTags=[{"Name": "letter", "Value": "t"}],
                )
        """,
    "clock": """
        import os, boto3
        table = boto3.client("dynamodb")
        name = os.environ["CORE_TABLE"]

        def handler(event, context):
            if "Morning" in event["resources"][0]:
                return print("morning", event["time"], flush=True)
            found = table.query(
                TableName=name, IndexName="due",
                KeyConditionExpression="due = :due AND due_at <= :now",
                ExpressionAttributeValues={
                    ":due": {"S": "work"}, ":now": {"S": event["time"][:-1] + ".999Z"}
                },
            )
            for item in found["Items"]:
                key = {"pk": item["pk"], "sk": item["sk"]}
                if key["pk"]["S"] == "STUCK":  # nobody does this work
                    continue
                print(f"{key['pk']['S']} {event['time']}\\n", end="", flush=True)
                letter = {"pk": {"S": "LETTER#" + key["pk"]["S"]}, "sk": {"S": "m"}}
                table.transact_write_items(TransactItems=[
                    {"Delete": {"TableName": name, "Key": key}},
                    {"Put": {"TableName": name, "Item": letter}},
                ])
        """,
    "receipts": """
        import json

        def handler(event, context):
            for record in event["Records"]:
                told = json.loads(record["Sns"]["Message"])
                subject = told["mail"]["commonHeaders"]["subject"]
                print(f"{told['eventType']} {subject}\\n", end="", flush=True)  # at once: others write too
        """,
}
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Handler: app.handler
    Timeout: 2
    Environment: {Variables: {CORE_TABLE: !Ref CoreTable}}
Resources:
  DoorsFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/doors
      Policies: [{Statement: [{Effect: Allow, Action: ['dynamodb:*', 'ses:*'], Resource: '*'}]}]
      Events:
        Health: {Type: HttpApi, Properties: {Method: GET, Path: /health}}
        Do: {Type: HttpApi, Properties: {Method: POST, Path: "/do/{what}"}}
  MailerFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/mailer
      Policies: [{Statement: [{Effect: Allow, Action: ['dynamodb:*', 'ses:*'], Resource: '*'}]}]
      Events:
        Written:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt CoreTable.StreamArn
            BatchSize: 10
            FilterCriteria:
              Filters:
                - Pattern: '{"eventName":["INSERT"],"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"LETTER#"}]}}}}'
  ClockFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/clock
      Policies: [{Statement: [{Effect: Allow, Action: ['dynamodb:*', 'ses:*'], Resource: '*'}]}]
      Events:
        Sweep: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 minute)}}
        Morning:
          Type: ScheduleV2
          Properties:
            ScheduleExpression: cron(0 9 * * ? *)
            ScheduleExpressionTimezone: Europe/Dublin
  ReceiptsFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/receipts
      Events:
        Receipt: {Type: SNS, Properties: {Topic: !Ref MailEvents}}
  MailEvents: {Type: AWS::SNS::Topic}
  Destination:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties: {EventDestination: {SnsDestination: {TopicARN: !Ref MailEvents}}}
  CoreTable:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: {StreamViewType: NEW_IMAGE}
      AttributeDefinitions:
        - {AttributeName: pk, AttributeType: S}
        - {AttributeName: sk, AttributeType: S}
        - {AttributeName: due, AttributeType: S}
        - {AttributeName: due_at, AttributeType: S}
      KeySchema: [{AttributeName: pk, KeyType: HASH}, {AttributeName: sk, KeyType: RANGE}]
      GlobalSecondaryIndexes:
        - IndexName: due
          KeySchema: [{AttributeName: due, KeyType: HASH}, {AttributeName: due_at, KeyType: RANGE}]
          Projection: {ProjectionType: KEYS_ONLY}
"""


pytestmark = pytest.mark.xdist_group("toy")


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of small functions, whose template is of the real one's shape."""
    home = tmp_path_factory.mktemp("toy")
    for name, text in FUNCTIONS.items():
        folder = home / "functions" / name
        folder.mkdir(parents=True)
        (folder / "app.py").write_text(textwrap.dedent(text))
    (home / "template.yaml").write_text(TEMPLATE)
    running = Stack(home / "kept", template=home / "template.yaml", COMHAR_FAULTS="1")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def name() -> str:
    """Letters of this test's own."""
    return uuid.uuid4().hex[:8]


def due(stack: Stack, name: str, at: str) -> None:
    put(stack, {"pk": name, "sk": "m", "due": "work", "due_at": at})


def put(stack: Stack, item: dict[str, Any]) -> None:
    typed = {name: {"S": value} for name, value in item.items()}
    assert stack.post("/do/put", typed).status == 200


def letters(stack: Stack, name: str, count: int = 0) -> list[str]:
    """The subjects of a test's letters in order, once there are `count`."""
    deadline = time.monotonic() + 20
    while True:
        found = [one["subject"].rpartition("#")[2] for one in stack.mail(subject=name)]
        if len(found) >= count or time.monotonic() > deadline:
            return [one.removeprefix(name) for one in found]
        time.sleep(0.1)


def receipts(stack: Stack, name: str) -> list[str]:
    """What the receipts function was told of a test's letters, sorted."""
    lines = stack.log("receipts").splitlines()
    return sorted(line.split()[0] for line in lines if name in line)


def test_the_clock_visits_each_moment_in_order(toy: Stack, name: str) -> None:
    year = toy.now.year + 1
    toy.advance(to=f"{year}-01-09T12:00:00+00:00")
    due(toy, f"{name}B", f"{year}-01-10T10:30:00.000Z")
    due(toy, f"{name}A", f"{year}-01-10T09:00:00.000Z")
    due(toy, f"{name}C", f"{year}-01-10T10:30:01.000Z")
    before = toy.log("clock").count("\n")
    answer = toy.advance("P2D")
    assert toy.log("clock").splitlines()[before:] == [
        f"morning {year}-01-10T09:00:00Z",
        f"{name}A {year}-01-10T09:00:00Z",
        f"{name}B {year}-01-10T10:30:00Z",
        f"{name}C {year}-01-10T10:30:01Z",
        f"morning {year}-01-11T09:00:00Z",
    ]
    assert answer["visited"] == 4
    assert letters(toy, name) == ["A", "B", "C"]
    assert [one["at"] for one in toy.mail(subject=name)] == [
        f"{year}-01-10T09:00:00+00:00",
        f"{year}-01-10T10:30:00+00:00",
        f"{year}-01-10T10:30:01+00:00",
    ]
    assert receipts(toy, name) == ["Delivery"] * 3 + ["Send"] * 3


def test_the_clock_goes_on_after_a_kill_and_never_back(toy: Stack) -> None:
    toy.advance("P20D")
    at = toy.now
    toy.kill()
    toy.start()
    assert 0 <= (toy.now - at).total_seconds() < 60
    answer = toy.post("/_local/clock", {"now": "2001-01-01T00:00:00+00:00"})
    assert answer.status == 409
    assert "only moves forward" in answer.json["message"]
    for wrong in ({}, {"advance": "a week"}, {"now": "soon"}, {"now": "2190-01-01T00:00:00"}, []):
        assert toy.post("/_local/clock", wrong).status == 400


def test_what_stays_due_is_reported_and_does_not_hold_time_up(toy: Stack, name: str) -> None:
    year = toy.now.year + 1
    due(toy, "STUCK", f"{year}-01-01T10:00:00.000Z")
    due(toy, name, f"{year}-01-02T10:00:00.000Z")
    answer = toy.post("/_local/clock", {"now": f"{year}-01-03T00:00:00+00:00"})
    assert answer.json["stuck"] == [f"{year}-01-01T10:00:00.000Z STUCK m"]
    assert letters(toy, name) == [""]
    put(toy, {"pk": "STUCK", "sk": "m"})


def test_a_written_letter_goes_out_by_itself_and_once(toy: Stack, name: str) -> None:
    put(toy, {"pk": f"LETTER#{name}", "sk": "m"})
    put(toy, {"pk": f"OTHER#{name}", "sk": "m"})
    put(toy, {"pk": f"LETTER#{name}", "sk": "m", "changed": "yes"})
    assert letters(toy, name, 1) == [""]
    toy.settle()
    assert letters(toy, name) == [""]


def test_what_was_written_before_a_kill_goes_out_after_it(toy: Stack, name: str) -> None:
    put(toy, {"pk": f"LETTER#{name}A", "sk": "m"})
    assert letters(toy, name, 1) == ["A"]
    toy.settle()
    for number in range(5):
        put(toy, {"pk": f"LETTER#{name}{number}", "sk": "m"})
    toy.kill()
    toy.start()
    toy.settle()
    found = letters(toy, name, 6)
    assert sorted(set(found)) == ["0", "1", "2", "3", "4", "A"]
    assert found.count("A") == 1


def test_receipts_can_be_held_and_doubled_and_outlive_a_kill(toy: Stack, name: str) -> None:
    toy.faults(receipts="hold")
    put(toy, {"pk": f"LETTER#{name}", "sk": "m"})
    letters(toy, name, 1)
    toy.settle()
    assert receipts(toy, name) == []
    toy.kill()
    toy.start()
    toy.settle()
    assert receipts(toy, name) == ["Delivery", "Send"]
    toy.faults(receipts="double")
    put(toy, {"pk": f"LETTER#{name}2", "sk": "m"})
    letters(toy, name, 2)
    toy.settle()
    assert receipts(toy, f"{name}2") == ["Delivery"] * 2 + ["Send"] * 2
    toy.faults()


def test_conflicts_are_injected_only_when_asked(toy: Stack) -> None:
    toy.faults(dynamodb={"conflict": 1.0})
    assert toy.post("/do/put", {"pk": {"S": "X"}, "sk": {"S": "m"}}).status == 500
    assert "TransactionConflictException" in toy.log("doors")
    toy.faults()
    assert toy.post("/do/put", {"pk": {"S": "X"}, "sk": {"S": "m"}}).status == 200
    assert toy.post("/_local/faults", {"moon": 1}).status == 400


@pytest.mark.parametrize("what", ["raise", "exit", "sleep"])
def test_a_failing_function_is_an_error_and_the_next_call_is_not(toy: Stack, what: str) -> None:
    answer = toy.post(f"/do/{what}")
    assert (answer.status, answer.json) == (500, {"message": "Internal Server Error"})
    assert toy.post("/do/nothing").status == 200


def test_a_busy_function_gets_more_workers_one_event_each(toy: Stack) -> None:
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: toy.post("/do/wait"), range(16)))
    assert {one.status for one in answers} == {200}
    assert len({one.text for one in answers}) > 1


def test_without_a_default_route_an_unknown_path_is_the_services_own_404(toy: Stack) -> None:
    answer = toy.get("/nowhere")
    assert (answer.status, answer.json) == (404, {"message": "Not Found"})


def test_a_function_is_invoked_as_it_is_named(toy: Stack) -> None:
    assert toy.invoke("doors", {})["statusCode"] == 200
    assert toy.invoke("DoorsFunction", {"pathParameters": {"what": "x"}})["statusCode"] == 200
    failed = toy.post("/_local/invoke/doors", {"pathParameters": {"what": "raise"}})
    assert failed.headers["X-Amz-Function-Error"] == "Unhandled"
    assert failed.json["errorType"] == "ValueError"
    assert toy.post("/_local/invoke/nobody").status == 404


def test_the_mailbox_shows_letters_newest_first(toy: Stack, name: str) -> None:
    put(toy, {"pk": f"LETTER#{name}<b>", "sk": "m"})
    letters(toy, name, 1)
    put(toy, {"pk": f"LETTER#{name}2", "sk": "m"})
    letters(toy, name, 2)
    page = toy.get("/_local/mail", html=True).text
    assert page.index(f"LETTER#{name}2") < page.index(f"LETTER#{name}&lt;b&gt;")
    assert toy.mail("M@hse.ie")
    assert not toy.mail("other@hse.ie")
    one = toy.mail(subject=name)[0]["id"]
    page_text = toy.get(f"/_local/mail/{one}", html=True)
    assert page_text.status == 200
    assert f"LETTER#{name}&lt;b&gt;" in page_text.text
    assert toy.get("/_local/mail/none", html=True).status == 404
