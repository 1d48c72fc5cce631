"""What template.yaml declares, resolved for one machine.

Functions, routes, schedules, tables.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from local.iam import Right, short, stated
from local.intrinsics import Resolver, load

REGION = "eu-west-1"
ACCOUNT = "000000000000"
STACK = "comhar"


@dataclass(frozen=True)
class Function:
    """One Lambda function.

    `name` is the last part of its CodeUri; `timeout` is in seconds.
    """

    logical: str
    name: str
    folder: Path
    handler: str
    timeout: int
    memory: int
    environment: dict[str, str]
    rights: tuple[Right, ...] = ()

    @property
    def arn(self) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{STACK}-{self.logical}"


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    function: str

    @property
    def key(self) -> str:
        return "$default" if self.path == "$default" else f"{self.method} {self.path}"


@dataclass(frozen=True)
class Schedule:
    name: str
    function: str
    expression: str
    zone: str
    input: str | None = None

    @property
    def is_rate(self) -> bool:
        return self.expression.startswith("rate(")


@dataclass(frozen=True)
class StreamFeed:
    function: str
    table: str
    batch: int
    patterns: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Table:
    """`create` is what CreateTable takes; `ttl` names the expiry attribute."""

    logical: str
    name: str
    create: dict[str, Any]
    ttl: str | None


@dataclass
class Template:
    functions: dict[str, Function] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    feeds: list[StreamFeed] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=dict)
    buckets: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    edge_headers: dict[str, str] = field(default_factory=dict)
    edge_function: str = ""
    layers: list[Path] = field(default_factory=list)

    def function(self, name: str) -> Function | None:
        """A function by its folder's name or by its logical id."""
        named = (f for f in self.functions.values() if name in (f.name, f.logical))
        return next(named, None)


def physical(logical: str, resource: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """The `Ref` value and attributes of a resource, as CloudFormation returns them."""
    kind = resource["Type"]
    own = resource.get("Properties", {})
    name = f"{STACK}-{logical}"
    if kind == "AWS::DynamoDB::Table":
        name = own.get("TableName") or name
        arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"
        return name, {"Arn": arn, "StreamArn": f"{arn}/stream/local"}
    if kind == "AWS::S3::Bucket":
        name = own.get("BucketName") or name.lower()
        host = f"{name}.s3.{REGION}.amazonaws.com"
        return name, {"Arn": f"arn:aws:s3:::{name}", "RegionalDomainName": host, "DomainName": host}
    if kind == "AWS::KMS::Key":
        name = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{logical}.{STACK}"))
        return name, {"Arn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{name}"}
    if kind == "AWS::SNS::Topic":
        arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:{own.get('TopicName') or name}"
        return arn, {"TopicArn": arn, "TopicName": own.get("TopicName") or name}
    if kind == "AWS::SQS::Queue":
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{own.get('QueueName') or name}"
        return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}", {"Arn": arn}
    if kind == "AWS::SES::ConfigurationSet":
        return own.get("Name") or name, {}
    service = kind.split("::")[1].lower()
    return name, {"Arn": f"arn:aws:{service}:{REGION}:{ACCOUNT}:{logical}"}


def read(path: Path, parameters: dict[str, str], secrets: dict[str, str] | None = None) -> Template:
    """Reads a SAM template.

    `parameters` override the defaults it declares, `secrets` are what Secrets Manager holds, by logical
    id.
    """
    document = load(path)
    resolver = Resolver(document, parameters, physical, REGION, ACCOUNT, STACK, secrets)
    found = Template()
    shared = document.get("Globals", {}).get("Function", {})
    subscribed: dict[str, str] = {}
    for logical, resource in resolver.resources():
        kind, own = resource["Type"], resolver.resolve(resource.get("Properties", {}))
        if kind == "AWS::Serverless::Function":
            everywhere = resolver.resolve(shared)
            _function(found, logical, own, everywhere, path.parent, subscribed)
        elif kind == "AWS::Serverless::LayerVersion":
            found.layers.append(path.parent / own["ContentUri"])
        elif kind == "AWS::DynamoDB::Table":
            found.tables[logical] = _table(logical, resolver.ref(logical), own)
        elif kind == "AWS::S3::Bucket":
            found.buckets.append(resolver.ref(logical))
        elif kind == "AWS::KMS::Key":
            found.keys.append(resolver.ref(logical))
        elif kind == "AWS::CloudFront::Function":
            found.edge_function = own["FunctionCode"]
        elif kind == "AWS::CloudFront::Distribution":
            for origin in own["DistributionConfig"]["Origins"]:
                for header in origin.get("OriginCustomHeaders", []):
                    found.edge_headers[header["HeaderName"].lower()] = str(header["HeaderValue"])
    _receipts(found, resolver, subscribed)
    _keepers(found, resolver)
    return found


def _function(
    found: Template,
    logical: str,
    own: dict[str, Any],
    shared: dict[str, Any],
    root: Path,
    subscribed: dict[str, str],
) -> None:
    folder = root / own.get("CodeUri", shared.get("CodeUri", "."))
    environment = {
        **shared.get("Environment", {}).get("Variables", {}),
        **own.get("Environment", {}).get("Variables", {}),
    }
    found.functions[logical] = Function(
        logical=logical,
        name=folder.name,
        folder=folder,
        handler=own.get("Handler", shared.get("Handler", "app.handler")),
        timeout=int(own.get("Timeout", shared.get("Timeout", 3))),
        memory=int(own.get("MemorySize", shared.get("MemorySize", 128))),
        environment={key: _text(value) for key, value in environment.items()},
        rights=tuple(stated(own.get("Policies", []))),
    )
    for name, event in own.get("Events", {}).items():
        _event(found, logical, name, event["Type"], event.get("Properties", {}), subscribed)


def _event(
    found: Template,
    logical: str,
    name: str,
    kind: str,
    own: dict[str, Any],
    subscribed: dict[str, str],
) -> None:
    if kind == "HttpApi":
        path = own.get("Path", "$default")
        found.routes.append(Route(own.get("Method", "ANY").upper(), path, logical))
    elif kind in ("ScheduleV2", "Schedule"):
        expression = own.get("ScheduleExpression") or own["Schedule"]
        zone = own.get("ScheduleExpressionTimezone", "UTC")
        found.schedules.append(Schedule(name, logical, expression, zone, own.get("Input")))
    elif kind == "DynamoDB":
        filters = own.get("FilterCriteria", {}).get("Filters", [])
        patterns = tuple(json.loads(one["Pattern"]) for one in filters)
        table = own["Stream"].split(":table/")[1].split("/")[0]
        found.feeds.append(StreamFeed(logical, table, int(own.get("BatchSize", 100)), patterns))
    elif kind == "SNS":
        subscribed[own["Topic"]] = logical


def _table(logical: str, name: str, own: dict[str, Any]) -> Table:
    wanted = (
        "KeySchema",
        "AttributeDefinitions",
        "BillingMode",
        "GlobalSecondaryIndexes",
        "LocalSecondaryIndexes",
    )
    create = {"TableName": name} | {key: own[key] for key in wanted if key in own}
    if "StreamSpecification" in own:
        create["StreamSpecification"] = {"StreamEnabled": True} | own["StreamSpecification"]
    return Table(logical, name, create, own.get("TimeToLiveSpecification", {}).get("AttributeName"))


def _receipts(found: Template, resolver: Resolver, subscribed: dict[str, str]) -> None:
    for _, resource in resolver.resources():
        if resource["Type"] == "AWS::SES::ConfigurationSetEventDestination":
            own = resolver.resolve(resource["Properties"])["EventDestination"]
            topic = own.get("SnsDestination", {}).get("TopicARN")
            if topic in subscribed and subscribed[topic] not in found.receipts:
                found.receipts.append(subscribed[topic])


def _keepers(found: Template, resolver: Resolver) -> None:
    """Who may use a key is said by the key's own policy."""
    for logical, resource in resolver.resources():
        if resource["Type"] == "AWS::KMS::Key":
            for each in resolver.resolve(resource["Properties"])["KeyPolicy"]["Statement"]:
                named = short(str(each["Principal"]["AWS"])).removesuffix("Role")
                if function := found.functions.get(named):
                    key = short(resolver.attribute(logical, "Arn"))
                    more: tuple[Right, ...] = tuple((action, key, ()) for action in each["Action"])
                    found.functions[named] = replace(function, rights=function.rights + more)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
