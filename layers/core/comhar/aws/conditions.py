"""Writes to DynamoDB, and the conditions under which it makes them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

Item = dict[str, Any]
Key = tuple[str, str]
Condition = dict[str, Any]
OnConflict = Exception | type[Exception] | None


@dataclass(frozen=True)
class Rule:
    """A condition on one attribute, beyond being equal to a value."""

    text: str
    values: tuple[Any, ...] = ()


absent = Rule("attribute_not_exists({name})")
present = Rule("attribute_exists({name})")


def absent_or_at_most(value: Any) -> Rule:
    return Rule("(attribute_not_exists({name}) OR {name} <= {0})", (value,))


def contains(text: str) -> Rule:
    """A text of which `text` is a part."""
    return Rule("contains({name}, {0})", (text,))


def at_most(value: Any) -> Rule:
    return Rule("{name} <= {0}", (value,))


@dataclass(frozen=True)
class Put:
    """Writes a whole item.

    `conflict`, of any write, is raised in place of ConditionFailed where its condition failed.
    """

    item: Item
    condition: Condition = field(default_factory=dict)
    table: str = "core"
    conflict: OnConflict = None


@dataclass(frozen=True)
class Update:
    key: Key
    set: Item = field(default_factory=dict)
    add: Item = field(default_factory=dict)
    remove: Sequence[str] = ()
    default: Item = field(default_factory=dict)  # set where there is none yet
    condition: Condition = field(default_factory=dict)
    table: str = "core"
    conflict: OnConflict = None


@dataclass(frozen=True)
class Delete:
    key: Key
    condition: Condition = field(default_factory=dict)
    table: str = "core"
    conflict: OnConflict = None


@dataclass(frozen=True)
class Check:
    key: Key
    condition: Condition
    table: str = "core"
    conflict: OnConflict = None


Write = Put | Update | Delete | Check
UNLESS_EXISTS: Condition = {"pk": absent}


class ConditionFailed(Exception):
    """A condition failed: somebody was first.

    `failed` holds the positions of the writes that were refused.
    """

    def __init__(self, failed: Sequence[int]):
        super().__init__(f"conditions failed at {list(failed)}")
        self.failed = list(failed)


def merge_additions(writes: Iterable[Write]) -> list[Write]:
    """The writes, with one for all that is only added to an item.

    DynamoDB refuses two for one item in a transaction, and one that adds nothing, which is left out.
    """
    merged: list[Write] = []
    sums: dict[Key, Counter[str]] = {}
    for write in writes:
        if isinstance(write, Update) and write == Update(write.key, add=write.add):
            sums.setdefault(write.key, Counter()).update(write.add)
        else:
            merged.append(write)
    for key, counts in sums.items():
        if additions := {name: count for name, count in counts.items() if count}:
            merged.append(Update(key, add=additions))
    return merged


@contextmanager
def conflict_as(error: Exception | type[Exception]) -> Iterator[None]:
    """Raises `error` where a condition fails inside: the topic's own word for it."""
    try:
        yield
    except ConditionFailed as failure:
        raise error from failure


def retry_conflicts[Result](step: Callable[[], Result], tries: int = 5) -> Result:
    """Does a step that reads before it writes, again where somebody wrote in between.

    Raises:
        ConditionFailed: somebody did again and again.
    """
    for _ in range(tries - 1):
        with suppress(ConditionFailed):
            return step()
    return step()


def named_conflict(error: ConditionFailed, writes: Sequence[Write]) -> Exception:
    """The error of the first refused write that names one, else `error` itself."""
    failed = (writes[n] for n in error.failed if n < len(writes))
    named = (each.conflict for each in failed if each.conflict)
    return next((each() if isinstance(each, type) else each for each in named), error)


def as_condition_failed(error: ClientError) -> Exception:
    """ConditionFailed, if that is what the error says; else the error."""
    kind = error.response["Error"]["Code"]
    if kind == "ConditionalCheckFailedException":
        return ConditionFailed([0])
    reasons = error.response.get("CancellationReasons", [])
    failed = [n for n, why in enumerate(reasons) if why.get("Code") == "ConditionalCheckFailed"]
    return ConditionFailed(failed) if failed else error


_BUSY = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


def is_transient(error: ClientError) -> bool:
    """Whether the write met another under way, and may go well a moment later."""
    kind = error.response["Error"]["Code"]
    codes = {why.get("Code") for why in error.response.get("CancellationReasons", [])}
    return kind in ("TransactionConflictException", "TransactionInProgressException") or (
        kind == "TransactionCanceledException" and bool(codes & _BUSY) and codes <= _BUSY | {"None"}
    )
