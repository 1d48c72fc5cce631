"""Holds a function to the rights that template.yaml gives it, as IAM would in the cloud.

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


Need = tuple[str, list[str], set[str]]


def needed(service: str, operation: str, asked: dict[str, Any]) -> Iterator[Need]:
    """The actions that one call needs, each with the resources of which one must be allowed, and the
    partition keys that all must be."""
    if service == "dynamodb":
        for action, table, keys in _tables(operation, asked):
            yield f"dynamodb:{action}", [f"table/{table}"], keys
    elif service == "s3":
        thing = "/".join(asked[name] for name in ("Bucket", "Key") if name in asked)
        yield f"s3:{_S3.get(operation, operation)}", [thing], set()
    elif service == "kms":
        yield f"kms:{operation}", [f"key/{asked['KeyId'].rpartition('/')[2]}"], set()
    elif service == "sesv2":
        head, _, _ = asked["Content"]["Raw"]["Data"].partition(b"\r\n\r\n")
        sender = parseaddr(BytesHeaderParser().parsebytes(head)["From"])[1]
        for action in ("ses:SendEmail", "ses:SendRawEmail"):
            yield action, [f"identity/{sender}", f"identity/{sender.rpartition('@')[2]}"], set()
            yield action, [f"configuration-set/{asked['ConfigurationSetName']}"], set()


def _tables(operation: str, asked: dict[str, Any]) -> Iterator[tuple[str, str, set[str]]]:
    if "TransactItems" in asked:
        for item in asked["TransactItems"]:
            ((verb, what),) = item.items()
            yield _IN_TRANSACTIONS[verb], what["TableName"], _keys(what)
    elif "RequestItems" in asked:
        for table, wanted in asked["RequestItems"].items():
            yield operation, table, {key["pk"]["S"] for key in wanted["Keys"]}
    else:
        index = f"/index/{asked['IndexName']}" if "IndexName" in asked else ""
        yield operation, asked["TableName"] + index, _keys(asked)


def _keys(asked: dict[str, Any]) -> set[str]:
    """The partition key of the one item, or the one partition, that is asked for."""
    if found := re.match(r"\S+ = (:\w+)", asked.get("KeyConditionExpression", "")):
        return {asked["ExpressionAttributeValues"][found[1]]["S"]}
    item = asked.get("Item") or asked.get("Key")
    return {item["pk"]["S"]} if item else set()


def require(rights: Iterable[Right], service: str, operation: str, asked: dict[str, Any]) -> None:
    """Raises ClientError, as IAM's refusal arrives, where no right covers the call."""
    for action, resources, keys in needed(service, operation, asked):
        if not any(_covers(right, action, each, keys) for right in rights for each in resources):
            words = f"{action} on {resources[0]} is not among the function's rights"
            refused = {"Error": {"Code": "AccessDeniedException", "Message": words}}
            raise ClientError(refused | {"ResponseMetadata": {"HTTPStatusCode": 400}}, operation)


def hold(rights: Iterable[Iterable[Any]]) -> None:
    """From here on, every AWS call of this process that no right covers fails as AccessDenied."""
    given = [(action, where, keys) for action, where, keys in rights]
    call = BaseClient._make_api_call

    def checked(client: Any, operation: str, asked: dict[str, Any]) -> Any:
        require(given, client.meta.service_model.service_name, operation, asked)
        return call(client, operation, asked)

    BaseClient._make_api_call = checked


def _covers(right: tuple[Any, ...], action: str, resource: str, keys: set[str]) -> bool:
    allowed, where, kept_to = right
    within = all(any(fnmatchcase(key, each) for each in kept_to) for key in keys)
    return fnmatchcase(action, allowed) and fnmatchcase(resource, where) and (within or not kept_to)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
