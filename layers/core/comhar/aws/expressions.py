"""DynamoDB's expressions, with names and values as numbered placeholders."""

from typing import Any

from comhar.aws.conditions import Condition, Rule, Update


class Expression:
    """Names and values of one request, numbered as they come."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def name(self, attribute: str) -> str:
        """The placeholder of an attribute or of a dotted path (`events.Send`) into a map."""
        return ".".join(
            self._names.setdefault(part, f"#n{len(self._names)}") for part in attribute.split(".")
        )

    def value(self, value: Any) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = value
        return placeholder

    def update(self, write: Update) -> str:
        pairs = [f"{self.name(k)} = {self.value(v)}" for k, v in write.set.items()]
        for k, v in write.default.items():
            pairs.append(f"{self.name(k)} = if_not_exists({self.name(k)}, {self.value(v)})")
        sums = [f"{self.name(k)} {self.value(v)}" for k, v in write.add.items()]
        clauses = {"SET": pairs, "ADD": sums, "REMOVE": [self.name(k) for k in write.remove]}
        return " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses.items() if parts)

    def condition(self, condition: Condition) -> str:
        return " AND ".join(self._rule(attribute, rule) for attribute, rule in condition.items())

    def _rule(self, attribute: str, rule: Any) -> str:
        name = self.name(attribute)
        if not isinstance(rule, Rule):
            return f"{name} = {self.value(rule)}"
        return rule.text.format(*(self.value(v) for v in rule.values), name=name)

    @property
    def names(self) -> dict[str, str]:
        return {placeholder: attribute for attribute, placeholder in self._names.items()}
