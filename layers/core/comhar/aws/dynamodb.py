"""Owns the only DynamoDB calls: lookups by key, queries of one partition, conditional writes.

The key map (`core` unless said; every access is a lookup or a query of one row below):

| what | partition key | sort key | read by |
|---|---|---|---|
| member | MEMBER#id | MEMBER | id |
| session | MEMBER#id | SESSION#digest | with its member, one batch |
| signed up by the office, not signed in since | MEMBER#id | ENTERED | link that ends it |
| own reflection (sealed) | MEMBER#id | REFLECTION#id | id; mine, newest first |
| its earlier version (sealed) | MEMBER#id | VERSION#reflection#number | its reflection, newest first |
| draft or kept form | MEMBER#id | DRAFT#what | member and form |
| that something was sent, so that it is done once | MEMBER#id | ONCE#digest | member and request |
| former address, by its digest | MEMBER#id | ADDRESS#digest | member, to erase |
| address claim | ADDRESS#digest | ADDRESS | address |
| keying all addresses, once; that it is done | ADDRESS#rekeying | REKEYING | due; with a claim |
| whose an alias is | ALIAS#alias | ALIAS | lines of the audit |
| links asked for, till they are used | ADDRESS#digest | ASKED | address |
| that a letter came back for good | ADDRESS#digest | BOUNCED | address |
| letters to strangers in an hour | BUDGET#trusted, BUDGET#others, BUDGET#domain-digest | HOUR#n | hour |
| wrong codes of an hour | ADDRESS#digest, BUDGET#codes | HOUR#n | address and hour; hour |
| answered by a machine within a day | ADDRESS#digest | ANSWERED | address |
| that an address wrote a mail | ADDRESS#digest | MAIL#id | address |
| mail to the office | INBOX#open or INBOX#done | MAIL#id | newest first; id; due |
| links that hold an address | ADDRESS#digest | LINK#digest | address |
| invitation | INVITATIONS | address digest | all; address |
| list of people to invite | LIST#id | LIST | id; due |
| rows of such a list | LIST#id | NEW#n, BAD#n, KNOWN#n | list, kind by kind |
| links a client asked for | CLIENT#digest | WINDOW#n | client, ten minutes |
| link | TOKEN#digest | TOKEN | link |
| sign-in code | SIGNIN#digest | SIGNIN | browser's request |
| community | REGION#code | COMMUNITY | region |
| closure days of the office | CALENDAR | CLOSURES | the one list |
| planning every meeting anew | CALENDAR | REPLAN | due |
| that terms stand on the rows of co-chairs | CALENDAR | TERMS | the one mark |
| text changed by the office | TEXTS | name | name; all |
| register row | REGISTER | region#member id | everyone; region; region and member |
| a change of name that waits for the office | OFFICE | WAITS#check_name#member | all |
| meeting in its region | REGION#code | MEETING#start#id | region, from a date on |
| poll, and everyone's answer | POLL#id | POLL, VOTE#member | id; due |
| poll in its region | REGION#code | POLL#id | region, newest first |
| action | REGION#code | ACTION#id | region; due |
| own open action | MEMBER#id | ACTION#id | mine, with drafts |
| shared reflection (sealed) | REGION#code | REFLECTION#id | region, newest first |
| what a group writes in a meeting (sealed), or that it is shared | GROUP#meeting | REFLECTION | its meeting |
| addition to a shared reflection (sealed) | REFLECTION#id | ADDITION#id | its reflection, oldest first |
| where my own additions lie | MEMBER#id | ADDITION#reflection#id | member |
| counted reflection | REGION#code | COUNTED#quarter#id | region and quarter |
| an author's rows that count | MEMBER#id | TALLY#region#quarter | member, region, quarter |
| survey in its region | REGION#code | SURVEY#closes#id | region, from a date on |
| meeting, its items, answers, needs, agendas | MEETING#id | MEETING, ITEM#, ANSWER#, NEEDS#, AGENDA# | id |
| deleting a file that goes with an item | MEETING#id | PAPER#item#file | due |
| how an agenda is arranged by hand | MEETING#id | PLAN | its meeting |
| deleting what to arrange at a meeting | MEETING#id | NEEDS | due |
| a meeting's day and history | MEETING#id | SCRIBE, NOTE#line, ATTENDANCE, HISTORY#n | its meeting |
| ideas and votes for the next topic | MEETING#id | IDEA#id, VOTE#member | its meeting |
| support statement | MEETING#id | STATEMENT#member | its meeting |
| deleting support statements | MEETING#id | STATEMENTS | due |
| survey | SURVEY#id | SURVEY | id |
| deleting answers of surveys closed earlier, once; that it is done | SURVEY#migration | MIGRATION | due |
| who a survey asks, up to 5,000 an item | SURVEY#id | ASKED#n | survey |
| questionnaire, as it is being written | QUESTIONNAIRE#id | HEAD | id |
| questionnaire, as it was asked | QUESTIONNAIRE#id | VERSION#number | id, newest first |
| questionnaire in its region | REGION#code | QUESTIONNAIRE#id | region |
| runs of a survey in a community | QUESTIONNAIRE#kind | RUNS#region | kind and region; kind |
| survey that runs by itself | REGION#code | EVALUATION#kind | region; due |
| telling of the end of a term of co-chairs | REGION#code | TERM | due |
| what a community does about a survey | SURVEY#id | SAID#id | with its survey |
| mailing | MAILING#purpose#subject#version | MAILING | due |
| letter | LETTER#purpose#subject#version | person | due; a mailing's letters |
| letter by its tag | TAG#digest | TAG | receipts |
| that a letter was written, and its links | MEMBER#id, ADDRESS#digest | LETTER#purpose#… | to erase |
| catching up a new member | CATCHUP#id | CATCHUP | due |
| deleting a person when it is time | FORGET#id | FORGET | due |
| KPI report | REPORT#quarter | VERSION#n | quarter |
| list of reports | REPORTS | quarter#n | newest first |
| `ballots`: secret, ballots, answers | SURVEY#id | SECRET, BALLOT#digest, ANSWER#random | survey |
| `ballots`: words of a closed survey, by question | RESULT#id | question#n | survey |
| `audit`: what was done to a record | SUBJECT#id, of a member #alias | id | subject |
| `audit`: who looked at a record, or at a list | SUBJECT#alias.reads, #REGISTER, #INBOX … | id | subject |
| `audit`: who was erased | ERASED | keyed digest of the id | all, for a restore |

GSI `due` (KEYS_ONLY): partition `letter` or `work`, sorted by `due_at`.
"""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from botocore.exceptions import ClientError

from comhar.aws.conditions import (
    Check,
    Condition,
    ConditionFailed,
    Delete,
    Expression,
    Item,
    Key,
    Put,
    Update,
    Write,
    from_raw,
    raw_key,
    refused,
    to_raw,
)

TRANSACTION_LIMIT = 100  # actions of one TransactWriteItems, by DynamoDB's quotas
BATCH_LIMIT = 100  # keys of one BatchGetItem
_ATTEMPTS = 12


@dataclass(frozen=True)
class Page:
    items: list[Item]
    next: str | None = None  # the sort key to go on after


class Table:
    """The three tables behind one client; raises ConditionFailed where a condition failed."""

    def __init__(
        self, client: Any, names: dict[str, str], pause: Callable[[float], None] = time.sleep
    ):
        self._client = client
        self._names = names
        self._pause = pause

    def get(self, key: Key, table: str = "core") -> Item | None:
        answer = self._client.get_item(
            TableName=self._names[table], Key=raw_key(key), ConsistentRead=True
        )
        return from_raw(answer["Item"]) if "Item" in answer else None

    def batch_get(self, keys: Sequence[Key], table: str = "core", **others: Sequence[Key]) -> list:
        """Items in the order of `keys`, None where there is none; a call for each hundred.

        `others` names further tables and their keys (`ballots=[…]`); their items follow.
        """
        wanted = [(table, key) for key in keys]
        wanted += [(name, key) for name, more in others.items() for key in more]
        found: dict[tuple[str, Key], Item] = {}
        for some in batched(dict.fromkeys(wanted), BATCH_LIMIT, strict=False):
            found |= self._batch(some)
        return [found.get((self._names[name], key)) for name, key in wanted]

    def _batch(self, wanted: Iterable[tuple[str, Key]]) -> dict[tuple[str, Key], Item]:
        """What there is of these, by the table's full name and the key; one call, but for what it leaves."""
        asked: dict[str, Any] = {}
        for name, key in wanted:
            asked.setdefault(self._names[name], {"Keys": [], "ConsistentRead": True})
            asked[self._names[name]]["Keys"].append(raw_key(key))
        found: dict[tuple[str, Key], Item] = {}
        while asked:
            answer = self._client.batch_get_item(RequestItems=asked)
            for full, raw in answer["Responses"].items():
                for each in raw:
                    item = from_raw(each)
                    found[full, (item["pk"], item["sk"])] = item
            asked = answer.get("UnprocessedKeys") or {}
            if asked:
                self._pause(random.uniform(0.02, 0.1))
        return found

    def query(
        self,
        pk: str,
        begins: str = "",
        *,
        after: str | None = None,
        until: str | None = None,
        limit: int | None = None,
        newest_first: bool = False,
        table: str = "core",
    ) -> Page:
        """One partition's items whose sort key starts with `begins`.

        `after` is exclusive and wins over `begins` as the lower bound, `until` is inclusive (add "~"
        to include what begins with it). Without `limit` every page is read; with it one item more is
        asked for, to know whether there is a next page.
        """
        condition, values = "#pk = :pk", {":pk": pk}
        if until is not None:
            condition += " AND #sk BETWEEN :from AND :until"
            values[":from"] = begins or " " if after is None else after + "\x00"
            values[":until"] = until
            if values[":from"] > until:
                return Page([])
        elif begins:
            condition += " AND begins_with(#sk, :begins)"
            values[":begins"] = begins
        asked: dict[str, Any] = {
            "TableName": self._names[table],
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": {"#pk": "pk"} | ({"#sk": "sk"} if len(values) > 1 else {}),
            "ExpressionAttributeValues": to_raw(values),
            "ConsistentRead": True,
            "ScanIndexForward": not newest_first,
        }
        if after is not None and until is None:
            asked["ExclusiveStartKey"] = raw_key((pk, after))
        return self._pages(asked, limit)

    def due(self, kind: str, until: str, limit: int) -> list[Item]:
        """Keys and `due_at` of what is due, oldest first. The index lags: a claim decides."""
        answer = self._client.query(
            TableName=self._names["core"],
            IndexName="due",
            KeyConditionExpression="#due = :kind AND due_at <= :until",
            ExpressionAttributeNames={"#due": "due"},
            ExpressionAttributeValues=to_raw({":kind": kind, ":until": until}),
            Limit=limit,
        )
        return [from_raw(raw) for raw in answer["Items"]]

    def claim(self, key: Key, set: Item, when: Condition) -> Item:
        """One conditional update that answers with the whole item as it is now."""
        asked = self._request(Update(key, set=set, when=when))
        try:
            answer = self._retried(self._client.update_item, ReturnValues="ALL_NEW", **asked)
        except ClientError as error:
            raise _lost(error) from error
        return from_raw(answer["Attributes"])

    def transact(self, required: Sequence[Write], optional: Sequence[Write] = ()) -> None:
        """All of the writes or none; at most 100. A conflict with a neighbour is tried again.

        Of the `optional` ones those are left out whose condition does not hold: what was told
        already is not told again.

        Raises:
            ConditionFailed: a required write was refused; or what that write names as `lost`.
        """
        while True:
            try:
                return self._transact([*required, *optional])
            except ConditionFailed as lost:
                failed = {n - len(required) for n in lost.failed}
                if min(failed) < 0:
                    raise refused(lost, required) from lost
                optional = [write for n, write in enumerate(optional) if n not in failed]

    def write_all(self, writes: Iterable[Write], beside: Sequence[Write] = ()) -> None:
        """Writes of any number, in order, a hundred in a transaction: to be run again if it is cut off.

        `beside` goes with each transaction: the claim under which it is made.

        Raises ConditionFailed.
        """
        for some in batched(writes, TRANSACTION_LIMIT - len(beside), strict=False):
            self.transact([*beside, *some])

    def _transact(self, writes: Sequence[Write]) -> None:
        """Raises ConditionFailed."""
        if not writes:
            return
        try:
            if len(writes) == 1 and _plain_call(writes[0]):
                verb = getattr(self._client, _VERBS[type(writes[0])][0])
                self._retried(verb, **self._request(writes[0]))
                return
            actions = [{_VERBS[type(write)][1]: self._request(write)} for write in writes]
            self._retried(self._client.transact_write_items, TransactItems=actions)
        except ClientError as error:
            raise _lost(error) from error

    def _pages(self, asked: dict[str, Any], limit: int | None) -> Page:
        items: list[Item] = []
        while True:
            if limit is not None:
                asked["Limit"] = limit + 1 - len(items)
            answer = self._client.query(**asked)
            items += [from_raw(raw) for raw in answer["Items"]]
            if limit is not None and len(items) > limit:
                return Page(items[:limit], items[limit - 1]["sk"])
            if "LastEvaluatedKey" not in answer:
                return Page(items)
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _request(self, write: Write) -> dict[str, Any]:
        expression = Expression()
        asked: dict[str, Any] = {"TableName": self._names[write.table]}
        if isinstance(write, Put):
            asked["Item"] = to_raw(write.item)
        else:
            asked["Key"] = raw_key(write.key)
        if isinstance(write, Update):
            asked["UpdateExpression"] = expression.update(write)
        if write.when:
            asked["ConditionExpression"] = expression.condition(write.when)
        if expression.names:
            asked["ExpressionAttributeNames"] = expression.names
        if expression.values:
            asked["ExpressionAttributeValues"] = to_raw(expression.values)
        return asked

    def _retried(self, call: Callable[..., Any], **asked: Any) -> Any:
        """DynamoDB refuses a write that meets a transaction under way: wait a little, try again."""
        for attempt in range(_ATTEMPTS):
            try:
                return call(**asked)
            except ClientError as error:
                if not _passing(error) or attempt == _ATTEMPTS - 1:
                    raise
            self._pause(random.uniform(0.005, min(0.4, 0.01 * 2**attempt)))
        raise AssertionError("unreachable")


_VERBS: dict[type, tuple[str, str]] = {
    Put: ("put_item", "Put"),
    Update: ("update_item", "Update"),
    Delete: ("delete_item", "Delete"),
    Check: ("", "ConditionCheck"),
}


def _plain_call(write: Write) -> bool:
    """Whether a single write may go without a transaction, whose token the SDK's own retries need:
    a put that was stored, and whose answer was lost, would meet itself."""
    return isinstance(write, Update | Delete) or (isinstance(write, Put) and not write.when)


def _lost(error: ClientError) -> Exception:
    kind = error.response["Error"]["Code"]
    if kind == "ConditionalCheckFailedException":
        return ConditionFailed([0])
    reasons = error.response.get("CancellationReasons", [])
    failed = [n for n, why in enumerate(reasons) if why.get("Code") == "ConditionalCheckFailed"]
    return ConditionFailed(failed) if failed else error


_BUSY = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


def _passing(error: ClientError) -> bool:
    kind = error.response["Error"]["Code"]
    codes = {why.get("Code") for why in error.response.get("CancellationReasons", [])}
    return kind in ("TransactionConflictException", "TransactionInProgressException") or (
        kind == "TransactionCanceledException" and bool(codes & _BUSY) and codes <= _BUSY | {"None"}
    )
