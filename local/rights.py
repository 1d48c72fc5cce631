"""Holds a function to the rights that template.yaml gives it, as IAM would in the cloud.

A right is an action and a resource, the ARN less its account: `dynamodb:PutItem` on `table/comhar-…`.
"""

from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.utils import parseaddr
from fnmatch import fnmatchcase
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ClientError

Right = tuple[str, str]
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
                for resource in _listed(each["Resource"]):
                    yield from ((action, short(resource)) for action in _listed(each["Action"]))


def short(arn: str) -> str:
    return arn.split(":", 5)[-1]


def needed(service: str, operation: str, asked: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """The actions that one call needs, each with the resources of which one must be allowed."""
    if service == "dynamodb":
        for action, table in _tables(operation, asked):
            yield f"dynamodb:{action}", [f"table/{table}"]
    elif service == "s3":
        thing = "/".join(asked[name] for name in ("Bucket", "Key") if name in asked)
        yield f"s3:{_S3.get(operation, operation)}", [thing]
    elif service == "kms":
        yield f"kms:{operation}", [f"key/{asked['KeyId'].rpartition('/')[2]}"]
    elif service == "sesv2":
        sender = parseaddr(message_from_bytes(asked["Content"]["Raw"]["Data"])["From"])[1]
        for action in ("ses:SendEmail", "ses:SendRawEmail"):
            yield action, [f"identity/{sender}", f"identity/{sender.rpartition('@')[2]}"]
            yield action, [f"configuration-set/{asked['ConfigurationSetName']}"]


def _tables(operation: str, asked: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "TransactItems" in asked:
        for item in asked["TransactItems"]:
            ((verb, what),) = item.items()
            yield _IN_TRANSACTIONS[verb], what["TableName"]
    elif "RequestItems" in asked:
        yield from ((operation, table) for table in asked["RequestItems"])
    else:
        index = f"/index/{asked['IndexName']}" if "IndexName" in asked else ""
        yield operation, asked["TableName"] + index


def hold(rights: Iterable[Iterable[str]]) -> None:
    """From here on, every AWS call of this process that no right covers fails as AccessDenied."""
    given = [tuple(right) for right in rights]
    call = BaseClient._make_api_call

    def checked(client: Any, operation: str, asked: dict[str, Any]) -> Any:
        for action, resources in needed(client.meta.service_model.service_name, operation, asked):
            if not any(_covers(right, action, each) for right in given for each in resources):
                words = f"{action} on {resources[0]} is not among the function's rights"
                refusal = {"Error": {"Code": "AccessDeniedException", "Message": words}}
                raise ClientError(
                    refusal | {"ResponseMetadata": {"HTTPStatusCode": 400}}, operation
                )
        return call(client, operation, asked)

    BaseClient._make_api_call = checked


def _covers(right: Iterable[str], action: str, resource: str) -> bool:
    allowed, where = right
    return fnmatchcase(action, allowed) and fnmatchcase(resource, where)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
