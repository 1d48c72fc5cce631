"""What template.yaml promises: least rights, nothing lost quietly, one truth for all settings."""

import ast
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from comhar import data
from comhar.dates.quarters import Quarter, report_instant
from comhar.dates.working_days import is_working_day, issue_instant
from comhar.reports import gap_reminders
from comhar.telemetry import count_event, measure_percent, measure_seconds
from comhar.web import dispatch, resubmission
from local import front, gateway, openapi, routes
from local.cron import Cron
from local.intrinsics import load
from local.template import Route

ROOT = Path(__file__).parents[2]
TEMPLATE = load(ROOT / "template.yaml")
MADE = json.loads((ROOT / ".aws-sam/transformed.json").read_text("utf-8"))["Resources"]
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
FUNCTIONS = {
    name: own["Properties"]
    for name, own in RESOURCES.items()
    if own["Type"] == "AWS::Serverless::Function"
}
# What SAM itself attaches to roles: writing logs, traces, and reading the stream it was given.
SAMS_OWN = {
    "AWSLambdaBasicExecutionRole",
    "AWSXrayWriteOnlyAccess",
    "AWSLambdaDynamoDBExecutionRole",
}
# Anyone may ask for these; everything else wants to know who asks.
PUBLIC: set[str] = {
    "GET /",
    "GET /about",
    "GET /accessibility",
    "GET /help",
    "GET /principles",
    "GET /first-day",
    "GET /first-day/co-chair",
    "GET /first-day/office",
    "GET /privacy",
    "GET /roles",
    "GET /retention",
    "GET /erase/{token}",
    "POST /erase/{token}",
    "GET /keep/{token}",
    "POST /keep/{token}",
    "GET /me/address/{token}",
    "GET /pause/{token}",
    "POST /pause/{token}",
    "GET /health",
    "GET /openapi.json",
    "GET /.well-known/security.txt",
    "GET /join",
    "POST /join",
    "GET /join/sent",
    "GET /sign-up/{token}",
    "POST /sign-up/{token}",
    "GET /not-me/{token}",
    "POST /not-me/{token}",
    "GET /sign-in",
    "POST /sign-in",
    "GET /sign-in/sent",
    "POST /sign-in/code",
    "GET /sign-in/{token}",
    "POST /sign-in/{token}",
    "POST /sign-out",
    "GET /answer/{token}",
    "GET /poll/{token}",
    "POST /poll/{token}",
    "GET /reply/{token}",
    "POST /reply/{token}",
    "POST /answer/{token}",
    "GET /answer/{token}/calendar.ics",
    "GET /pack/{token}",
    "GET /surveys/{token}",
    "POST /surveys/{token}",
    "GET /surveys/thanks",
}


def inside(value: Any, key: str) -> Iterator[Any]:
    """Everything that stands under `key`, however deep."""
    if isinstance(value, dict):
        yield from (found for name, found in value.items() if name == key)
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from inside(each, key)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(resource: Any) -> list[dict[str, Any]]:
    return [each for found in inside(resource, "Statement") for each in listed(found)]


def actions(name: str, table: str = "") -> set[str]:
    """What a function may do, to one table if that is named."""
    return {
        action
        for each in statements(FUNCTIONS[name].get("Policies", []))
        for action in listed(each["Action"])
        if not table or f'"{table}' in json.dumps(each["Resource"]).replace("${", '"')
    }


def who_may(action: str) -> set[str]:
    return {
        name
        for name, own in RESOURCES.items()
        for each in statements(own)
        if each["Effect"] == "Allow"
        and any(re.fullmatch(action, one) for one in listed(each["Action"]))
    }


def test_every_star_has_a_written_reason():
    for name, own in RESOURCES.items():
        for each in statements(own):
            grant = json.dumps([each.get("Action"), each.get("Resource"), each.get("Principal")])
            assert "*" not in grant or own.get("Metadata", {}).get("Star"), f"{name}: {grant}"
            assert not {"NotAction", "NotResource", "NotPrincipal"} & set(each), name


def test_roles_hold_what_is_written_here_and_what_sam_is_known_to_add():
    for name, own in MADE.items():
        if own["Type"] == "AWS::IAM::Role":
            attached = own["Properties"].get("ManagedPolicyArns", [])
            assert {arn.rpartition("/")[2] for arn in attached} <= SAMS_OWN, name
            for each in statements(own["Properties"].get("Policies", [])):
                assert "*" not in listed(each["Action"]) + listed(each["Resource"]), name


def test_only_the_mailer_sends_mail():
    assert who_may(r"ses:.*|\*") == {"MailerFunction"}


def test_nobody_scans_and_only_the_sweeps_see_what_is_due():
    assert who_may(r"dynamodb:(Scan|PartiQL.*|Batch[Ww]rite.*|.*\*.*)") == set()
    due = {
        name for name in FUNCTIONS if "/index/due" in json.dumps(FUNCTIONS[name].get("Policies"))
    }
    assert due == {"MailerFunction", "ClockFunction"}


# Who may query the audit, and which of its partitions; who may only put, to what is done to records.
READ = {
    "OfficeFunction": "SUBJECT#*",
    "ReflectionsFunction": "SUBJECT#*",
    "ClockFunction": "ERASED",
}


PUT = {"MembersFunction": "SUBJECT#*", **READ}


def test_the_audit_can_only_be_added_to():
    for name in FUNCTIONS:
        given = dict(leading_keys(name, "AuditTable"))
        read = {"dynamodb:Query"} if name in READ else set()
        put = {"dynamodb:PutItem"} if name in PUT else set()
        assert set(given) == put | read, name
        assert given.get("dynamodb:Query") == ([READ[name]] if name in READ else None), name


def test_who_was_erased_is_written_and_read_by_the_clock_alone():
    for name in FUNCTIONS:
        for action, keys in leading_keys(name, "AuditTable"):
            open_to = keys is None or any(fnmatchcase("ERASED", key) for key in keys)
            assert not open_to or name == "ClockFunction", (name, action)


def leading_keys(name: str, table: str) -> Iterator[tuple[str, list[str] | None]]:
    """Each thing a function may do to a table, with the partitions that it is kept to."""
    for each in statements(FUNCTIONS[name].get("Policies", [])):
        if f'"{table}' in json.dumps(each["Resource"]):
            (keys,) = list(inside(each, "dynamodb:LeadingKeys")) or [None]
            yield from ((action, keys) for action in listed(each["Action"]))


def test_who_reads_strangers_mail_reaches_no_links_reflections_or_reports():
    for action, keys in leading_keys("MailInFunction", "CoreTable"):
        assert keys, action
        for other in ("TOKEN#x", "REGION#SW", "REGISTER", "SURVEY#x", "LIST#x", "FORGET#x", "*"):
            assert not any(fnmatchcase(other, key) for key in keys), (action, other)


def test_the_buckets_that_hold_what_people_wrote_refuse_what_does_not_come_over_tls():
    for name in ("ExportBucket", "InboxBucket", "PapersBucket"):
        (deny,) = [
            each for each in statements(RESOURCES[f"{name}Policy"]) if each["Effect"] == "Deny"
        ]
        assert (deny["Principal"], deny["Action"]) == ("*", "s3:*")
        assert deny["Condition"] == {"Bool": {"aws:SecureTransport": False}}
        assert json.dumps(deny["Resource"]).count(name) == len(deny["Resource"]) == 2


def test_survey_answers_are_for_surveys_and_those_who_open_them_and_results_for_members():
    granted = {name: actions(name, "BallotsTable") for name in FUNCTIONS}
    assert {name for name in granted if granted[name]} == {
        "SurveysFunction",
        "MembersFunction",
        "ClockFunction",
        "MailerFunction",
    }
    assert list(leading_keys("MailerFunction", "BallotsTable")) == [
        ("dynamodb:BatchGetItem", ["SURVEY#*"])
    ]
    assert list(leading_keys("MembersFunction", "BallotsTable")) == [
        ("dynamodb:Query", ["RESULT#*"])
    ]


def test_who_takes_answers_can_list_neither_them_nor_ballots():
    verbs = ("BatchGet", "Put", "Delete", "ConditionCheck")
    assert actions("SurveysFunction", "BallotsTable") == {f"dynamodb:{verb}Item" for verb in verbs}


def test_who_takes_answers_knows_nobody():
    allowed = [("dynamodb:BatchGetItem", ["SURVEY#*"])]
    assert list(leading_keys("SurveysFunction", "CoreTable")) == allowed
    assert FUNCTIONS["SurveysFunction"]["Tracing"] == "Disabled"


# What each function may not do to `core`, though it holds some rights to it.
WITHHELD = {
    "MembersFunction": ("REFLECTION#x", "INBOX#open", "REPORT#x", "REPORTS", "LIST#x"),
    "OfficeFunction": (
        "REFLECTION#x",
        "GROUP#x",
        "SURVEY#x",
        "POLL#x",
        "QUESTIONNAIRE#x",
        "CLIENT#x",
    ),
    "ReflectionsFunction": ("TOKEN#x", "SIGNIN#x", "REPORT#x", "LIST#x", "OFFICE", "FORGET#x"),
    "MailInFunction": ("TOKEN#x", "REGION#SW", "REGISTER", "SURVEY#x", "LIST#x", "FORGET#x"),
    "MailerFunction": (
        "REFLECTION#x",
        "GROUP#x",
        "INBOX#open",
        "REGISTER",
        "LIST#x",
        "QUESTIONNAIRE#x",
    ),
    "ReceiptsFunction": ("MEMBER#x", "TOKEN#x", "REFLECTION#x", "REGISTER", "INBOX#open"),
    "KpiExportFunction": (
        "MEMBER#x",
        "ADDRESS#x",
        "TOKEN#x",
        "MEETING#x",
        "REFLECTION#x",
        "INBOX#open",
        "LETTER#x",
    ),
    "ClockFunction": ("SIGNIN#x", "BUDGET#x", "TEXTS"),
}


@pytest.mark.parametrize("name", sorted(WITHHELD))
def test_every_right_to_core_is_kept_to_partitions_and_some_are_withheld(name):
    for action, keys in leading_keys(name, "CoreTable"):
        assert keys, (name, action)
        for other in (*WITHHELD[name], "*"):
            assert not any(fnmatchcase(other, key) for key in keys), (name, action, other)


def test_who_downloads_their_own_data_changes_nothing_that_is_only_read_for_it():
    writes = {f"dynamodb:{verb}Item" for verb in ("Put", "Update", "Delete")}
    for action, keys in leading_keys("ReflectionsFunction", "CoreTable"):
        for other in ("ADDRESS#x", "POLL#x", "SURVEY#x", "LETTER#x", "INBOX#x", "REGISTER"):
            may = any(fnmatchcase(other, key) for key in keys or ["*"])
            assert not (action in writes and may), (action, other)


def test_only_the_reflections_role_opens_and_seals():
    assert who_may("kms:(Decrypt|Encrypt|GenerateDataKey.*|ReEncrypt.*)") == {"ReflectionsKey"}
    for each in statements(RESOURCES["ReflectionsKey"]):
        if {"kms:Decrypt", "kms:GenerateDataKey"} & set(each["Action"]):
            assert each["Principal"] == {"AWS": {"Fn::GetAtt": ["ReflectionsFunctionRole", "Arn"]}}
    assert RESOURCES["ReflectionsKey"]["Properties"]["EnableKeyRotation"] is True


def test_mail_is_read_by_who_takes_it_in_and_the_office_and_only_the_clock_deletes_it():
    assert with_bucket("InboxBucket") == {
        ("MailInFunction", "s3:GetObject"),
        ("OfficeFunction", "s3:GetObject"),
        ("ClockFunction", "s3:DeleteObject"),
    }


def test_reports_are_written_once_a_quarter_and_read_by_the_office_alone():
    assert with_bucket("ExportBucket") == {
        ("ClockFunction", "s3:PutObject"),
        ("OfficeFunction", "s3:GetObject"),
    }


def with_bucket(bucket: str) -> set[tuple[str, str]]:
    """Which function may do what with the files of a bucket."""
    return {
        (name, action)
        for name, own in FUNCTIONS.items()
        for each in statements(own.get("Policies", []))
        for action in listed(each["Action"])
        if bucket in json.dumps(each["Resource"])
    }


def test_what_a_worker_cannot_do_is_kept_and_tells_somebody():
    queues = {name for name, own in RESOURCES.items() if own["Type"] == "AWS::SQS::Queue"}
    workers = {name for name, own in FUNCTIONS.items() if "HttpApi" not in inside(own, "Type")}
    for name in workers:
        (target,) = listed(
            FUNCTIONS[name]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Destination"]
        )
        assert target["Fn::GetAtt"][0] in queues, name
    stream = FUNCTIONS["MailerFunction"]["Events"]["Written"]["Properties"]
    assert stream["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0] in queues
    alarms = [
        own["Properties"] for own in RESOURCES.values() if own["Type"] == "AWS::CloudWatch::Alarm"
    ]
    watched = {
        found[0] for each in alarms for found in inside(each.get("Dimensions", []), "Fn::GetAtt")
    }
    assert watched == queues
    assert "OldestQueuedLetterAge" in {each["MetricName"] for each in alarms}
    assert all(each["AlarmActions"] == [{"Ref": "Alarms"}] for each in alarms)


def test_the_mailer_hears_of_new_letters_only():
    stream = FUNCTIONS["MailerFunction"]["Events"]["Written"]["Properties"]
    (only,) = stream["FilterCriteria"]["Filters"]
    assert json.loads(only["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"Keys": {"pk": {"S": [{"prefix": "LETTER#"}]}}},
    }


def test_tables_are_kept_and_ballots_tell_no_time():
    core, ballots, audit = (
        RESOURCES[f"{name}Table"]["Properties"] for name in ("Core", "Ballots", "Audit")
    )
    for name in ("CoreTable", "BallotsTable", "AuditTable", "ExportBucket", "ReflectionsKey"):
        assert RESOURCES[name]["DeletionPolicy"] == "Retain", name
    for each in (core, ballots, audit):
        assert each["BillingMode"] == "PAY_PER_REQUEST"
        assert each["DeletionProtectionEnabled"] is True
    for each in (core, audit):
        assert each["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert each["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert core["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    settings = {
        "StreamSpecification",
        "PointInTimeRecoverySpecification",
        "SSESpecification",
        "KinesisStreamSpecification",
    }
    assert not settings & set(ballots)


def test_buckets_are_private_encrypted_and_exports_keep_their_versions():
    for name, own in RESOURCES.items():
        if own["Type"] == "AWS::S3::Bucket":
            assert all(own["Properties"]["PublicAccessBlockConfiguration"].values()), name
            assert "BucketEncryption" in own["Properties"], name
    assert RESOURCES["ExportBucket"]["Properties"]["VersioningConfiguration"] == {
        "Status": "Enabled"
    }


def test_access_logs_hold_neither_route_nor_path_nor_address_and_logs_end():
    log = json.loads(RESOURCES["HttpApi"]["Properties"]["AccessLogSettings"]["Format"])
    assert set(log.values()) == {
        "$context.requestId", "$context.status",
        "$context.responseLatency", "$context.integrationErrorMessage",
    }  # fmt: skip
    for name, own in RESOURCES.items():
        if own["Type"] == "AWS::Logs::LogGroup":
            assert own["Properties"]["RetentionInDays"] == {"Ref": "LogDays"}, name


def test_nothing_says_when_a_survey_was_answered():
    assert FUNCTIONS["SurveysFunction"]["Tracing"] == "Disabled"
    made = MADE["SurveysFunction"]["Properties"]
    assert "TracingConfig" not in made
    assert made["LoggingConfig"]["LogGroup"] == {"Ref": "Logs"}
    for kind in ("ApplicationLogLevel", "SystemLogLevel"):
        assert made["LoggingConfig"][kind] in ("WARN", "ERROR")


def test_schedules_go_by_dublin():
    for own in FUNCTIONS.values():
        for event in own.get("Events", {}).values():
            if event["Type"].startswith("Schedule"):
                assert event["Properties"]["ScheduleExpressionTimezone"] == "Europe/Dublin"


FORTNIGHT = frozenset(date(2027, 12, 20) + timedelta(days=day) for day in range(21))


@pytest.mark.parametrize("closures", [frozenset(), FORTNIGHT], ids=["open", "closed at Christmas"])
def test_a_quarters_mornings_are_all_that_gap_emails_and_the_report_need(
    closures: frozenset[date],
) -> None:
    """On the days themselves, and on every working day after them to make up for one that failed."""
    [event] = FUNCTIONS["KpiExportFunction"]["Events"].values()
    own = event["Properties"]
    cron = Cron.parse(own["ScheduleExpression"], own["ScheduleExpressionTimezone"])
    for number in range(4 * 8):
        quarter = Quarter(2026 + number // 4, number % 4 + 1)
        first = gap_reminders.list_days(quarter, closures)[0]
        report = report_instant(quarter, closures)
        month = quarter.last + timedelta(days=28)
        days = [first + timedelta(days=after) for after in range((month - first).days)]
        mornings = [issue_instant(day) for day in days if is_working_day(day, closures)]
        assert report in mornings
        for morning in mornings:
            assert cron.after(morning - timedelta(seconds=1)) == morning


def test_nobody_is_woken_for_a_quarters_figures_when_there_is_nothing_to_do() -> None:
    [event] = FUNCTIONS["KpiExportFunction"]["Events"].values()
    cron = Cron.parse(event["Properties"]["ScheduleExpression"], "Europe/Dublin")
    for month in (2, 5, 8, 11):
        first = issue_instant(date(2027, month, 1)) - timedelta(seconds=1)
        assert (fires := cron.after(first)) and fires.month == month + 1


GATEWAY = gateway.Routes(
    [
        Route(event["Method"], event["Path"], name)
        if "Path" in event
        else Route("ANY", "$default", name)
        for name, own in FUNCTIONS.items()
        for event in (
            each.get("Properties", {})
            for each in own.get("Events", {}).values()
            if each["Type"] == "HttpApi"
        )
    ]
)


def test_the_gateway_calls_the_function_that_serves_a_route():
    """Whatever stands for a parameter, and HEAD and OPTIONS too: those two the dispatcher answers."""
    for method, path, function, _ in data.load("routes"):
        for value in ("x", "new", "SW-20270111-0f"):
            sent = re.sub(r"{\w+}", value, path)
            for verb in {method, "OPTIONS", *(["HEAD"] if method == "GET" else [])}:
                match = GATEWAY.match(verb, sent)
                assert match, (verb, sent)
                assert FUNCTIONS[match.route.function]["CodeUri"] == f"functions/{function}/", sent


def test_every_module_of_routes_is_served_by_one_function():
    package = ROOT / "layers/core/comhar"
    modules = [
        ".".join(path.relative_to(package).with_suffix("").parts)
        for path in package.rglob("*routes.py")
    ]
    served = [
        module
        for path in ROOT.glob("functions/*/app.py")
        for module in getattr(openapi.load(path.parent.name).handler, "modules", ())
    ]
    assert sorted(served) == sorted(modules)


def test_the_list_of_routes_is_as_they_are_declared():
    assert json.loads(routes.text()) == data.load("routes")


# Buttons whose mistakes are told on a page of their own.
WITHOUT_A_FORM = {"/sign-out", "/inbox/x/done", "/inbox/x/reopen"}


def test_a_form_and_the_page_it_is_on_are_served_by_the_same_function():
    """Or a mistake in the form could not be shown there."""
    rows = data.load("routes")
    every = dispatch.RouteTable(dispatch.RouteEntry(*row[:2], row[3]) for row in rows)
    function = openapi.served()
    without = set()
    for module, app in openapi.list_apps():
        for name, route in app.routes.items():
            if route.method == "POST":
                path = re.sub(r"<\w+>", "x", route.rule)
                args = dict.fromkeys(re.findall(r"<(\w+)>", route.rule), "x")
                request: Any = SimpleNamespace(operation_id=name, path_args=args, path=path)
                page = app.form_page_path(request).partition("?")[0]
                if result := every.at(page).get("GET"):
                    assert function[result.module] == function[module], (path, page)
                else:
                    without.add(path)
    assert without == WITHOUT_A_FORM


def test_the_template_is_small_enough_to_grow():
    """API Gateway stops at 300 routes, CloudFormation at 500 resources, a role at 10,240 characters."""
    events = [
        each["Properties"]
        for own in FUNCTIONS.values()
        for each in own.get("Events", {}).values()
        if each["Type"] == "HttpApi"
    ]
    assert len(events) <= 40
    (api,) = [own for own in MADE.values() if own["Type"] == "AWS::ApiGatewayV2::Api"]
    paths = api["Properties"]["Body"]["paths"]
    assert sum(len(methods) for methods in paths.values()) == len(events)
    assert len(MADE) <= 130
    for name, own in MADE.items():
        if own["Type"] == "AWS::IAM::Role":
            policy = json.dumps(
                statements(own["Properties"].get("Policies", [])), separators=(",", ":")
            )
            assert len(policy) <= 6 * 1024, (name, len(policy))


# A table under another id would be a new, empty one.
NEVER_RENAMED = {
    "AWS::DynamoDB::Table": {"CoreTable", "BallotsTable", "AuditTable"},
    "AWS::S3::Bucket": {"ExportBucket", "InboxBucket", "PapersBucket", "StaticBucket"},
    "AWS::KMS::Key": {"ReflectionsKey"},
    "AWS::SecretsManager::Secret": {"DigestSecret"},
    "AWS::Serverless::HttpApi": {"HttpApi"},
    "AWS::CloudFront::Distribution": {"Distribution"},
    "AWS::SNS::Topic": {"MailEvents", "Alarms"},
    "AWS::SQS::Queue": {
        "MailerDeadLetters",
        "ClockDeadLetters",
        "ReceiptsDeadLetters",
        "InboxDeadLetters",
        "KpiExportDeadLetters",
    },
    "AWS::Logs::LogGroup": {"Logs", "AccessLogs"},
    "AWS::Serverless::Function": {
        "MembersFunction",
        "OfficeFunction",
        "ReflectionsFunction",
        "SurveysFunction",
        "MailerFunction",
        "ClockFunction",
        "ReceiptsFunction",
        "MailInFunction",
        "KpiExportFunction",
    },
}


@pytest.mark.parametrize("kind", sorted(NEVER_RENAMED))
def test_what_holds_something_keeps_its_logical_id(kind):
    found = {name for name, own in RESOURCES.items() if own["Type"] == kind}
    assert found == NEVER_RENAMED[kind]


def test_every_route_is_guarded_or_on_the_public_list():
    open_to_all = {
        f"{route.method} {route.path}"
        for _, app in openapi.list_apps()
        for route in app.routes.values()
        if route.is_open
    }
    assert open_to_all == PUBLIC


def test_every_setting_that_is_read_is_declared():
    declared = set(TEMPLATE["Globals"]["Function"]["Environment"]["Variables"])
    declared |= {
        name
        for own in FUNCTIONS.values()
        for name in own.get("Environment", {}).get("Variables", {})
    }
    for folder in ("layers/core/comhar", "functions"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Subscript) and ast.unparse(node.value) in (
                    "env",
                    "os.environ",
                ):
                    assert ast.literal_eval(node.slice) in declared, path


def test_functions_differ_in_what_they_do_not_in_how_they_are_built():
    shared = TEMPLATE["Globals"]["Function"]
    assert shared["Runtime"] == "python3.13" and shared["Architectures"] == ["arm64"]
    assert shared["Tracing"] == "Active" and shared["Layers"] == [{"Ref": "CoreLayer"}]
    for name, own in FUNCTIONS.items():
        assert (
            own["CodeUri"] == f"functions/{re.sub(r'(?<!^)(?=[A-Z])', '_', name[:-8]).lower()}/"
        ), name
        assert not {"Runtime", "Layers", "Handler", "Architectures"} & set(own), name


@pytest.mark.parametrize(
    ("alarm", "write"),
    [
        ("OldestQueuedLetterAlarm", lambda name: measure_seconds(name, 12.0)),
        ("StrangerLettersAlarm", lambda name: measure_percent(name, 50.0)),
        ("CodesPausedAlarm", count_event),
    ],
)
def test_each_alarm_watches_a_figure_that_is_written_so(alarm: str, write, capsys):
    own = RESOURCES[alarm]["Properties"]
    write(own["MetricName"])
    (written,) = json.loads(capsys.readouterr().out)["_aws"]["CloudWatchMetrics"]
    assert written["Namespace"] == own["Namespace"]
    assert written["Dimensions"] == [own.get("Dimensions", [])]
    (figure,) = written["Metrics"]
    assert (figure["Name"], figure["Unit"]) == (own["MetricName"], own["Unit"])
    assert f'"{own["MetricName"]}"' in MEASURED


SOURCES = [*(ROOT / "layers/core/comhar").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
MEASURED = "".join(path.read_text("utf-8") for path in SOURCES)


def test_the_alarm_for_letters_to_strangers_rings_at_half_of_the_budget():
    own = RESOURCES["StrangerLettersAlarm"]["Properties"]
    assert (own["Threshold"], own["ComparisonOperator"]) == (50, "GreaterThanOrEqualToThreshold")
    parameters = {
        name: each["Default"] for name, each in TEMPLATE["Parameters"].items() if "Default" in each
    }
    assert [parameters[name] for name in ("TrustedLetters", "OtherLetters", "DomainLetters")] == [
        2000,
        100,
        10,
    ]
    assert parameters["ClientLimit"] == 600


def test_the_secret_of_digests_is_generated_outlives_the_stack_and_no_function_fetches_it():
    secret = RESOURCES["DigestSecret"]
    assert secret["Type"] == "AWS::SecretsManager::Secret"
    assert "GenerateSecretString" in secret["Properties"]
    assert {secret["DeletionPolicy"], secret["UpdateReplacePolicy"]} == {"Retain"}
    assert not [name for name, own in RESOURCES.items() if "RotationSchedule" in own["Type"]]
    assert "secretsmanager:Get" not in json.dumps(TEMPLATE)
    shared = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    reference = "{{resolve:secretsmanager:${DigestSecret}}}"
    assert shared["DIGEST_SECRET"] == {"Fn::Sub": reference}


def test_files_looked_for_at_the_root_are_there_in_both_fronts_and_all_are_compressed() -> None:
    config = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
    behaviours = {each["PathPattern"]: each for each in config["CacheBehaviors"]}
    origins = {each["Id"]: each for each in config["Origins"]}
    assert behaviours.keys() == {"/static/*", *(f"/{name}" for name in front.AT_THE_ROOT)}
    for name in front.AT_THE_ROOT:
        assert origins[behaviours[f"/{name}"]["TargetOriginId"]]["OriginPath"] == "/static"
        assert (ROOT / "static" / name).is_file()
    assert all(each["Compress"] for each in behaviours.values())


def test_the_distribution_hands_on_every_header_that_a_route_reads() -> None:
    read = {resubmission.HEADER.lower()}
    for path in (ROOT / "layers/core/comhar/web").glob("*.py"):
        read |= set(re.findall(r'\.header\("([a-z-]+)"\)', path.read_text("utf-8")))
    origin_headers = RESOURCES["AskedByPeople"]["Properties"]["OriginRequestPolicyConfig"][
        "HeadersConfig"
    ]
    stored = RESOURCES["PersonalPages"]["Properties"]["CachePolicyConfig"]
    stored = stored["ParametersInCacheKeyAndForwardedToOrigin"]["HeadersConfig"]
    assert len(read) > 5
    assert read <= {each.lower() for each in (*origin_headers["Headers"], *stored["Headers"])}
    assert (
        max(len(origin_headers["Headers"]), len(stored["Headers"])) <= 10
    )  # CloudFront's quota for a policy
