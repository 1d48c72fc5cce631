"""The product's lists, definitions and words, as files that can be read and translated."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> Any:
    """The content of `<name>.json`, read once. Callers must not change what they are given."""
    return json.loads(files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
