"""Table Schemas: what a program needs to read two CSV files of ours alike.

A column without a single value has no type of its own, and programs guess another one in every file.
See https://datapackage.org/standard/table-schema/.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from comhar.spreadsheets import Cell

Field = Mapping[str, Any]
_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
YES_NO: dict[str, Any] = {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}


def make_schema(fields: Sequence[Field], primary_key: Sequence[str] = ()) -> dict[str, Any]:
    """The schema of a CSV whose columns stand in the order of `fields`."""
    key = {"primaryKey": [*primary_key]} if primary_key else {}
    return {"$schema": _PROFILE, "fields": [*fields], **key, "missingValues": [""]}


def as_json(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def column_rows(schema: Mapping[str, Any]) -> list[list[Cell]]:
    """A line a column for people: its name, what it holds, what it means."""
    return [
        [field["name"], _TYPES[field["type"]], field.get("description")]
        for field in schema["fields"]
    ]


_TYPES = {
    "string": "Text",
    "integer": "Whole number",
    "number": "Number",
    "date": "Date",
    "boolean": "yes or no",
}
