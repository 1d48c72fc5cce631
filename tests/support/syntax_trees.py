"""The syntax of the house's own modules, for the tests of who imports whom and of names."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "layers/core"


@cache
def read_trees(*folders: str) -> dict[str, ast.Module]:
    """By dotted name each module of these folders; `comhar` is the layer's."""
    trees = {}
    for folder in folders:
        base = LAYER if folder == "comhar" else ROOT
        for path in (base / folder).rglob("*.py"):
            name = ".".join(path.relative_to(base).with_suffix("").parts)
            trees[name.removesuffix(".__init__")] = ast.parse(path.read_text("utf-8"))
    return trees


def stem(name: str) -> str:
    """`office_routes` of `comhar.polls.office_routes`."""
    return name.rpartition(".")[2]


def role(name: str) -> str:
    """`routes` of `comhar.polls.office_routes`: the last word of a module's name."""
    return stem(name).rpartition("_")[2]
