"""Enforces the rights that template.yaml gives a function, as IAM would.

A right is an action, a resource, the ARN less its account (`dynamodb:PutItem` on `table/comhar-…`), and
the partition keys it is kept to, where the statement names some (`dynamodb:LeadingKeys`).
"""

import re
from collections.abc import Iterable, Iterator
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from fnmatch import fnmatchcase
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ClientError

Right = tuple[str, str, tuple[str, ...]]
_IN_TRANSACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
_S3 = {"HeadObject": "GetObject", "ListObjectsV2": "ListBucket"}


def stated(policies: Iterable[dict[str, Any]]) -> Iterator[Right]:
    """The rights that resolved policy documents allow."""
    for policy in policies:
        for each in policy["Statement"]:
            if each["Effect"] == "Allow":
                keys = tuple(_leading(each.get("Condition", {})))
                for resource in _listed(each["Resource"]):
                    for action in _listed(each["Action"]):
                        yield action, short(resource), keys


def _leading(condition: dict[str, Any]) -> Iterator[str]:
    """The partition keys that a statement is kept to; of other conditions it knows nothing."""
    for test, wanted in condition.items():
        if test not in ("ForAllValues:StringLike", "ForAllValues:StringEquals"):
            raise NotImplementedError(test)
        yield from _listed(wanted["dynamodb:LeadingKeys"])


def short(arn: str) -> str:
    return arn.split(":", 5)[-1]


# An action, the resources of which one must be allowed, and the partition keys that all must be.
Need = tuple[str, list[str], set[str]]
_UNKNOWN = {""}  # a partition key that no statement names


def needed(service: str, operation: str, request: dict[str, Any]) -> Iterator[Need]:
    """The rights that one call needs.

    `request` holds the call's arguments as they go over the wire.

    A call that this module does not know needs a right to everything there is.
    """
    if service == "dynamodb":
        yield from _tables(operation, request)
    elif service == "s3":
        thing = "/".join(request[name] for name in ("Bucket", "Key") if name in request)
        yield f"s3:{_S3.get(operation, operation)}", [thing], set()
    elif service == "kms":
        key = request.get("KeyId", "").rpartition("/")[2]
        yield f"kms:{operation}", [f"key/{key}"], set()
    elif service == "sesv2" and "Raw" in request.get("Content", {}):
        head, _, _ = request["Content"]["Raw"]["Data"].partition(b"\r\n\r\n")
        sender = parseaddr(BytesHeaderParser().parsebytes(head)["From"])[1]
        for action in ("ses:SendEmail", "ses:SendRawEmail"):
            yield action, [f"identity/{sender}", f"identity/{sender.rpartition('@')[2]}"], set()
            yield action, [f"configuration-set/{request['ConfigurationSetName']}"], set()
    else:
        yield f"{service}:{operation}", ["*"], _UNKNOWN


def _tables(operation: str, request: dict[str, Any]) -> Iterator[Need]:
    """A batch and a transaction are judged, action by action and table by table, over all their keys."""
    keys: dict[tuple[str, str], set[str]] = {}
    for action, table, key in _parts(operation, request):
        keys.setdefault((f"dynamodb:{action}", table), set()).add(key)
    for (action, table), together in keys.items():
        yield action, [f"table/{table}" if table else "*"], together


def _parts(operation: str, request: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each item or partition of a call: the action, its table or index, the partition key."""
    if operation in ("TransactWriteItems", "TransactGetItems"):
        for part in request["TransactItems"]:
            ((verb, item),) = part.items()
            yield _IN_TRANSACTIONS[verb], item["TableName"], _key(item)
    elif operation == "BatchGetItem":
        for table, wanted in request["RequestItems"].items():
            for key in wanted["Keys"]:
                yield operation, table, _key({"Key": key})
    elif operation == "BatchWriteItem":
        for table, writes in request["RequestItems"].items():
            for write in writes:
                yield operation, table, _key(*write.values())
    elif operation == "Query":
        index = request.get("IndexName")
        table = f"{request['TableName']}/index/{index}" if index else request["TableName"]
        yield operation, table, _partition(request, "due" if index else "pk")
    else:  # of Scan and PartiQL there is no key to see
        yield operation, request.get("TableName", ""), _key(request)


def _key(request: dict[str, Any]) -> str:
    """The partition key of the one item that is asked for."""
    item = request.get("Item") or request.get("Key") or {}
    return str(item.get("pk", {}).get("S", ""))


def _partition(request: dict[str, Any], name: str) -> str:
    """The one partition of a query, by `name`, the attribute that is the key."""
    names = request.get("ExpressionAttributeNames", {})
    for term, value in re.findall(r"([#\w]+) = (:\w+)", request.get("KeyConditionExpression", "")):
        if names.get(term, term) == name:
            return str(request["ExpressionAttributeValues"][value]["S"])
    return ""


def require(rights: Iterable[Right], service: str, operation: str, request: dict[str, Any]) -> None:
    """Raises ClientError, as IAM's refusal arrives, where no right covers the call."""
    for action, resources, keys in needed(service, operation, request):
        if not any(_covers(right, action, each, keys) for right in rights for each in resources):
            words = f"{action} on {resources[0]} is not among the function's rights"
            refused = {"Error": {"Code": "AccessDeniedException", "Message": words}}
            raise ClientError(refused | {"ResponseMetadata": {"HTTPStatusCode": 400}}, operation)


def hold(rights: Iterable[Iterable[Any]]) -> None:
    """Makes every AWS call that no right covers fail as AccessDenied from here on.

    Looked at is what goes over the wire, which every client of botocore makes in one place: whoever made
    it and when, page by page, with plain arguments or a resource's, even where a URL is only signed.
    """
    given = [(action, where, keys) for action, where, keys in rights]
    convert = BaseClient._convert_to_request_dict

    def checked(
        client: Any, api_params: dict[str, Any], operation_model: Any, *args: Any, **more: Any
    ) -> Any:
        service = client.meta.service_model.service_name
        require(given, service, operation_model.name, api_params)
        return convert(client, api_params, operation_model, *args, **more)

    BaseClient._convert_to_request_dict = checked


def _covers(right: tuple[Any, ...], action: str, resource: str, keys: set[str]) -> bool:
    allowed, where, kept_to = right
    within = all(any(fnmatchcase(key, each) for each in kept_to) for key in keys)
    return fnmatchcase(action, allowed) and fnmatchcase(resource, where) and (within or not kept_to)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
