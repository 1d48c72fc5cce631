"""DynamoDB's expressions, read and worked out in memory: conditions, updates, and what is refused."""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

Raw = dict[str, Any]  # an item, attribute by attribute
Asked = dict[str, Any]


class Refused(Exception):
    """One of DynamoDB's errors: its code, and a transaction's reasons."""

    def __init__(self, code: str, words: str = "", reasons: list[Raw] | None = None):
        super().__init__(words or code)
        self.code, self.reasons = code, reasons

    def response(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "Error": {"Code": self.code, "Message": str(self)},
            "ResponseMetadata": {"HTTPStatusCode": 400, "HTTPHeaders": {}, "RetryAttempts": 0},
        }
        return found | ({"CancellationReasons": self.reasons} if self.reasons else {})


def invalid(words: str) -> Refused:
    return Refused("ValidationException", words)


type Test = Callable[[Raw], bool]
type Value = Callable[[Raw], Raw | None]
type Step = Callable[[Raw, Raw], None]

_TOKEN = re.compile(r"\s*([#:]?\w+|<=|>=|<>|[=<>(),.])")


class Used:
    """The names and values of one request. DynamoDB refuses those that are not used."""

    def __init__(self, request: Asked) -> None:
        self._names: dict[str, str] = request.get("ExpressionAttributeNames", {})
        self._values: dict[str, Raw] = request.get("ExpressionAttributeValues", {})
        self._used: set[str] = set()

    def name(self, token: str) -> str:
        self._used.add(token)
        return self._names[token] if token.startswith("#") else token

    def value(self, token: str) -> Raw:
        self._used.add(token)
        return self._values[token]

    def require_all(self) -> None:
        if unused := (self._names.keys() | self._values.keys()) - self._used:
            raise invalid(f"unused in expressions: {sorted(unused)}")


def condition(request: Asked, there: Raw | None) -> bool:
    used = Used(request)
    text = request.get("ConditionExpression")
    holds = text is None or parsed(text)(used)(there or {})
    used.require_all()
    return holds


def partition_of(text: str, values: dict[str, Raw]) -> str:
    found = re.match(r"[#\w]+ = (:\w+)", text)
    assert found, text
    pk: str = values[found[1]]["S"]
    if not pk:
        raise invalid("a key is empty")
    return pk


@cache
def parsed(text: str) -> Callable[[Used], Test]:
    """A condition, ready for the names and values of a request."""
    tokens = _Tokens(text)
    made = tokens.either()
    tokens.require_end()
    return made


class _Tokens:
    """Reads an expression from left to right, as DynamoDB's grammar has it."""

    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text)
        assert "".join(self._tokens) == re.sub(r"\s", "", text), text

    def peek(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def take(self, wanted: str = "") -> str:
        token: str = self._tokens.pop(0)
        assert not wanted or token == wanted, (token, wanted)
        return token

    def require_end(self) -> None:
        assert not self._tokens, self._tokens

    def either(self) -> Callable[[Used], Test]:
        made = self.both()
        while self.peek() == "OR":
            self.take()
            made = _or(made, self.both())
        return made

    def both(self) -> Callable[[Used], Test]:
        made = self.one()
        while self.peek() == "AND":
            self.take()
            made = _and(made, self.one())
        return made

    def one(self) -> Callable[[Used], Test]:
        if self.peek() == "(":
            self.take()
            made = self.either()
            self.take(")")
            return made
        if self.peek() in ("attribute_exists", "attribute_not_exists"):
            wanted = self.take() == "attribute_exists"
            self.take("(")
            path = self.path()
            self.take(")")
            return lambda used: _exists(path(used), wanted)
        if self.peek() in ("begins_with", "contains"):
            of_texts = _OF_TEXTS[self.take()]
            self.take("(")
            path = self.path()
            self.take(",")
            part = self.take()
            self.take(")")
            return lambda used: _fits(of_texts, path(used), used.value(part))
        path, operator = self.path(), self.take()
        if operator == "BETWEEN":
            least = self.take()
            self.take("AND")
            most = self.take()
            return lambda used: _and_now(
                _compares(path(used), ">=", used.value(least)),
                _compares(path(used), "<=", used.value(most)),
            )
        value = self.take()
        return lambda used: _compares(path(used), operator, used.value(value))

    def path(self) -> Callable[[Used], list[str]]:
        parts = [self.take()]
        while self.peek() == ".":
            self.take()
            parts.append(self.take())
        return lambda used: [used.name(one) for one in parts]


def _or(one: Callable[[Used], Test], other: Callable[[Used], Test]) -> Callable[[Used], Test]:
    def made(used: Used) -> Test:
        left, right = one(used), other(used)
        return lambda item: left(item) or right(item)

    return made


def _and(one: Callable[[Used], Test], other: Callable[[Used], Test]) -> Callable[[Used], Test]:
    return lambda used: _and_now(one(used), other(used))


def _and_now(left: Test, right: Test) -> Test:
    return lambda item: left(item) and right(item)


def _at(item: Raw, path: list[str]) -> Raw | None:
    found: Raw | None = item.get(path[0])
    for part in path[1:]:
        found = found["M"].get(part) if found and "M" in found else None
    return found


def _exists(path: list[str], wanted: bool) -> Test:
    return lambda item: (_at(item, path) is not None) == wanted


_OF_TEXTS: dict[str, Callable[[str, str], bool]] = {
    "begins_with": str.startswith,
    "contains": str.__contains__,
}


def _fits(of_texts: Callable[[str, str], bool], path: list[str], part: Raw) -> Test:
    def test(item: Raw) -> bool:
        found = _at(item, path)
        return bool(found and "S" in found and of_texts(found["S"], part["S"]))

    return test


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


def _compares(path: list[str], operator: str, value: Raw) -> Test:
    wanted = _comparable(value)

    def test(item: Raw) -> bool:
        found = _at(item, path)
        if operator == "<>":
            return found is None or _comparable(found) != wanted
        if found is None:
            return False
        if operator == "=":
            return _comparable(found) == wanted
        kind, inner = _comparable(found)
        ordered = kind == wanted[0] and kind in ("S", "N", "B")
        return ordered and _ORDERS[operator](inner, wanted[1])

    return test


def _comparable(value: Raw) -> tuple[str, Any]:
    ((kind, inner),) = value.items()
    if kind == "N":
        return kind, Decimal(inner)
    if kind in ("SS", "BS"):
        return kind, frozenset(inner)
    if kind == "NS":
        return kind, frozenset(map(Decimal, inner))
    if kind == "L":
        return kind, [_comparable(one) for one in inner]
    if kind == "M":
        return kind, {name: _comparable(one) for name, one in inner.items()}
    return kind, inner


def steps_of(text: str, used: Used) -> list[Step]:
    """What an update does, clause by clause: each takes the item as it will be, and as it was."""
    tokens, steps, clause = _Tokens(text), list[Step](), ""
    while tokens.peek():
        if tokens.peek() in ("SET", "ADD", "REMOVE", "DELETE"):
            clause = tokens.take()
        else:
            tokens.take(",")
        path = tokens.path()(used)
        if clause == "SET":
            tokens.take("=")
            steps.append(_set_step(path, _operand(tokens, used)))
        elif clause == "ADD":
            steps.append(_add_step(path, used.value(tokens.take())))
        elif clause == "REMOVE":
            steps.append(_remove_step(path))
        else:
            raise NotImplementedError(clause)
    return steps


def _operand(tokens: _Tokens, used: Used) -> Value:
    if tokens.peek() != "if_not_exists":
        value = used.value(tokens.take())
        return lambda item: value
    tokens.take()
    tokens.take("(")
    path = tokens.path()(used)
    tokens.take(",")
    default = used.value(tokens.take())
    tokens.take(")")
    return lambda item: _at(item, path) or default


def _set_step(path: list[str], value: Value) -> Step:
    return lambda item, before: _assign(item, path, value(before))


def _remove_step(path: list[str]) -> Step:
    return lambda item, before: _assign(item, path, None)


def _add_step(path: list[str], value: Raw) -> Step:
    def step(item: Raw, before: Raw) -> None:
        ((kind, added),) = value.items()
        there = _at(before, path)
        if there is None:
            _assign(item, path, value)
            return
        if kind not in there:
            raise invalid("An operand in the update expression has an incorrect data type")
        if kind == "N":
            total = (Decimal(there["N"]) + Decimal(added)).normalize()
            _assign(item, path, {"N": f"{total:f}"})
        else:
            _assign(item, path, {kind: sorted({*there[kind], *added})})

    return step


def _assign(item: Raw, path: list[str], value: Raw | None) -> None:
    """Sets or removes what is at the path; what lies above it is copied, never changed."""
    *above, last = path
    for part in above:
        inner = item.get(part)
        if inner is None or "M" not in inner:
            raise invalid("The document path provided in the update expression is invalid")
        item[part] = {"M": dict(inner["M"])}
        item = item[part]["M"]
    if value is None:
        item.pop(last, None)
    else:
        item[last] = value
