"""CloudFormation's tags and functions, as far as one machine can answer them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

Physical = Callable[[str, dict[str, Any]], tuple[str, dict[str, str]]]
_NOTHING = object()
_TAGS = {
    *("Ref", "Condition", "Sub", "GetAtt", "If", "Join", "Select", "Split"),
    *("Equals", "Not", "And", "Or"),
}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A safe loader which keeps `!Ref x` as `{"Ref": "x"}` and so on."""


def _tagged(loader: Any, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if suffix not in _TAGS:
        raise _unknown(f"!{suffix} in line {node.start_mark.line + 1}")
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _tagged)


def _unknown(function: str) -> ValueError:
    return ValueError(f"The embedded stack does not know CloudFormation's {function}.")


def load(path: Path) -> dict[str, Any]:
    """The template as plain dicts, tags in their long form.

    Raises:
        ValueError: it uses a tag that is not known here, by name.
    """
    document: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=_Loader)
    return document


class Resolver:
    """Answers Ref, GetAtt, Sub, If, Join, Select and Split for one set of parameters.

    Any other function raises ValueError by its name: better no start than a setting nobody meant.
    """

    def __init__(
        self,
        document: dict[str, Any],
        parameters: dict[str, str],
        physical: Physical,
        region: str,
        account: str,
        stack: str,
        secrets: dict[str, str] | None = None,
    ) -> None:
        self._document = document
        self._physical = physical
        self._secrets = secrets or {}
        declared = document.get("Parameters", {})
        unknown = set(parameters) - set(declared)
        self.values: dict[str, Any] = {
            name: one.get("Default", "") for name, one in declared.items()
        }
        self.values |= {name: value for name, value in parameters.items() if name not in unknown}
        self.values |= {
            "AWS::Region": region,
            "AWS::AccountId": account,
            "AWS::Partition": "aws",
            "AWS::StackName": stack,
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NoValue": _NOTHING,
        }

    def resources(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every resource whose condition holds."""
        for logical, resource in self._document["Resources"].items():
            if "Condition" not in resource or self._holds(resource["Condition"]):
                yield logical, resource

    def ref(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        resource = self._document["Resources"].get(name)
        if resource is None:
            return name  # made by the SAM transform, such as ServerlessHttpApi
        return self._named(name, resource)[0]

    def attribute(self, name: str, attribute: str) -> str:
        resource = self._document["Resources"].get(name, {"Type": "AWS::Made::BySam"})
        return self._named(name, resource)[1].get(attribute, f"{name}.{attribute}")

    def resolve(self, value: Any) -> Any:
        """`value` with every function in it answered."""
        if isinstance(value, list):
            resolved = [self.resolve(one) for one in value]
            return [one for one in resolved if one is not _NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name == "Ref" or name.startswith("Fn::"):
                return self._call(name, argument)
        for name in value:
            if name.startswith("Fn::"):
                raise _unknown(f"{name} beside other keys")
        resolved_map = {key: self.resolve(one) for key, one in value.items()}
        return {key: one for key, one in resolved_map.items() if one is not _NOTHING}

    def _named(self, logical: str, resource: dict[str, Any]) -> tuple[str, dict[str, str]]:
        own = resource.get("Properties", {})
        names = ("TableName", "BucketName", "TopicName", "QueueName", "Name")
        values = {key: self.resolve(own[key]) for key in names if key in own}
        values = {key: one for key, one in values.items() if one is not _NOTHING}
        return self._physical(logical, {"Type": resource["Type"], "Properties": values})

    def _call(self, name: str, argument: Any) -> Any:
        if name == "Ref":
            return self.ref(argument)
        if name == "Fn::Sub":
            return self._sub(argument)
        if name == "Fn::GetAtt":
            return self.attribute(argument[0], argument[1])
        if name == "Fn::If":
            condition, then, otherwise = argument
            return self.resolve(then if self._holds(condition) else otherwise)
        if name == "Fn::Join":
            separator, parts = argument
            return separator.join(str(one) for one in self.resolve(parts))
        if name == "Fn::Select":
            index, items = argument
            found = self.resolve(items)
            return found[int(index)] if int(index) < len(found) else ""
        if name == "Fn::Split":
            separator, text = argument
            return str(self.resolve(text)).split(separator)
        raise _unknown(name)

    def _sub(self, argument: Any) -> str:
        text, own = (argument, {}) if isinstance(argument, str) else argument

        def replaced(match: re.Match[str]) -> str:
            name = match[1]
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in own:
                return str(self.resolve(own[name]))
            logical, _, attribute = name.partition(".")
            return str(self.attribute(logical, attribute) if attribute else self.ref(logical))

        return self._revealed(re.sub(r"\$\{([^}]+)\}", replaced, text))

    def _revealed(self, text: str) -> str:
        """With each dynamic reference to a secret in place of it, if its value is known here."""
        return re.sub(
            r"\{\{resolve:secretsmanager:[^}]*?(\w+)\}\}",
            lambda reference: self._secrets.get(reference[1], reference[0]),
            text,
        )

    def _holds(self, condition: Any) -> bool:
        if isinstance(condition, str):
            return self._holds(self._document["Conditions"][condition])
        name, argument = next(iter(condition.items()))
        if name == "Condition":
            return self._holds(argument)
        if name == "Fn::Equals":
            left, right = (self.resolve(one) for one in argument)
            return str(left) == str(right)
        if name == "Fn::Not":
            return not self._holds(argument[0])
        if name == "Fn::And":
            return all(self._holds(one) for one in argument)
        if name == "Fn::Or":
            return any(self._holds(one) for one in argument)
        raise _unknown(name)
