"""`sam deploy` of what was built, unmodified, into ministack: the stack comes to stand.

What ministack 1.5 does not model, and what holds it instead:
- routes: it makes none from an HTTP API's OpenAPI body, which is how SAM hands them over.
  The template's test compares them with the routes; the embedded stack serves them.
- rights: it stores IAM and key policies and asks none of them. The template's test reads them.
- expiry and recovery: it takes both specifications and reports both as off. The template's test; the
  product checks expiry on reading anyway.
- the zone of a schedule (it says UTC), throttling of routes, and a function's EventInvokeConfig, so
  neither retries nor dead letters of asynchronous calls. The template's test.
- calls: the layer's binaries are for arm64, so that the functions are not run here. The runtime
  client runs them in the embedded stack.
- CloudFront, alarms and mail rules are kept and answer nothing.
"""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

ROOT = Path(__file__).parents[2]
PARAMETERS = {
    "PublicUrl": "https://comhar.example.com",
    "OfficeEmails": "office@example.com",
    "MailFrom": "comhar@example.com",
    "OriginSecret": "a secret of the tests, long enough to be taken",
}
pytestmark = pytest.mark.xdist_group("deploy")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """ministack on a loopback port of its own, as environment variables that lead there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = str(tmp_path_factory.mktemp("ministack"))
    leads_there = {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "TMPDIR": home,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "SAM_CLI_TELEMETRY": "0",
    }
    own = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0"}
    with (Path(home) / "log").open("wb") as log:
        server = subprocess.Popen(
            [ROOT / ".ministack-venv/bin/ministack"],
            env=leads_there | own,
            cwd=home,
            stdout=log,
            stderr=log,
        )
    try:
        until = time.monotonic() + 30
        while socket.socket().connect_ex(("127.0.0.1", port)) and time.monotonic() < until:
            time.sleep(0.1)
        yield leads_there
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def stack(cloud: dict[str, str]) -> dict[str, str]:
    """The deployed stack: physical names by logical ones."""
    parameters = [f"{name}={json.dumps(value)}" for name, value in PARAMETERS.items()]
    assert (ROOT / ".aws-sam/build/template.yaml").exists(), "make build comes first"
    completed = subprocess.run(
        [
            ROOT / ".sam-venv/bin/sam",
            "deploy",
            "--no-confirm-changeset",
            "--parameter-overrides",
            *parameters,
        ],
        env=cloud,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert completed.returncode == 0, completed.stdout[-3000:] + completed.stderr[-3000:]
    pages = client(cloud, "cloudformation").get_paginator("list_stack_resources")
    found = [
        each
        for page in pages.paginate(StackName="comhar")
        for each in page["StackResourceSummaries"]
    ]
    assert {each["ResourceStatus"] for each in found} == {"CREATE_COMPLETE"}
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}


def client(cloud: dict[str, str], service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=cloud["AWS_ENDPOINT_URL"],
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def test_everything_the_template_declares_comes_to_stand(stack):
    made = json.loads((ROOT / ".aws-sam/transformed.json").read_text("utf-8"))["Resources"]
    always = {name for name, own in made.items() if "Condition" not in own}
    without_hash = {name for name in always if made[name]["Type"] != "AWS::Lambda::LayerVersion"}
    assert not without_hash - set(stack)


def test_the_tables_are_as_declared(cloud, stack):
    dynamodb = client(cloud, "dynamodb")
    core = dynamodb.describe_table(TableName=stack["CoreTable"])["Table"]
    assert core["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert core["DeletionProtectionEnabled"] is True
    (due,) = core["GlobalSecondaryIndexes"]
    assert (due["IndexName"], due["Projection"]) == ("due", {"ProjectionType": "KEYS_ONLY"})
    ballots = dynamodb.describe_table(TableName=stack["BallotsTable"])["Table"]
    assert not ballots.get("StreamSpecification") and not ballots.get("SSEDescription")


def test_the_mailer_is_fed_by_the_stream_and_the_receipts_by_mail_events(cloud, stack):
    (feed,) = client(cloud, "lambda").list_event_source_mappings()["EventSourceMappings"]
    assert feed["FunctionArn"].endswith(stack["MailerFunction"]) and feed["State"] == "Enabled"
    (heard,) = client(cloud, "sns").list_subscriptions()["Subscriptions"]
    assert heard["TopicArn"] == stack["MailEvents"]
    assert heard["Endpoint"].endswith(stack["ReceiptsFunction"])


def test_functions_get_their_settings_and_the_layer(cloud, stack):
    own = client(cloud, "lambda").get_function_configuration(FunctionName=stack["SurveysFunction"])
    assert own["Environment"]["Variables"]["BALLOTS_TABLE"] == stack["BallotsTable"]
    assert own["Environment"]["Variables"]["PUBLIC_URL"] == PARAMETERS["PublicUrl"]
    assert len(own["Layers"]) == 1 and own["Architectures"] == ["arm64"]
