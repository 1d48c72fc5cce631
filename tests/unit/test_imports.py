"""Who may import whom: doors → use cases → records → table, over a pure model."""

import ast
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "layers/core"
BESIDE_AWS = {"aws", "wiring"}
PURE = {"pydantic", "email_validator", "icalendar", *sys.stdlib_module_names}


def module(path: Path) -> str:
    relative = path.relative_to(LAYER if path.is_relative_to(LAYER) else ROOT).with_suffix("")
    return ".".join(relative.parts).removesuffix(".__init__")


@cache
def trees() -> dict[str, ast.Module]:
    return {
        module(path): ast.parse(path.read_text("utf-8"))
        for folder in ("layers/core/comhar", "functions", "local")
        for path in (ROOT / folder).rglob("*.py")
    }


def known(name: str) -> str:
    """The module of ours that a dotted name lies in, else the package it comes from."""
    while name not in trees() and "." in name:
        name = name.rpartition(".")[0]
    return name


def imported(name: str) -> set[str]:
    found = set()
    for node in ast.walk(trees()[name]):
        if isinstance(node, ast.Import):
            found |= {known(alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {known(f"{node.module}.{alias.name}") for alias in node.names}
    return found - {name}


@cache
def imports() -> dict[str, set[str]]:
    return {name: imported(name) for name in trees()}


def capabilities() -> set[str]:
    models = (each for each in trees() if each.startswith("comhar.") and each.endswith(".model"))
    return {name.split(".")[1] for name in models}


def is_door(name: str) -> bool:
    """Whether it is a function, a module of routes or of the embedded stack."""
    return name.startswith(("functions.", "local", "comhar.web")) or name.endswith("routes")


def parts(name: str) -> list[str]:
    return [*name.split("."), "", ""][:3]


def test_a_model_reaches_nothing_but_rules_and_types():
    for name in (each for each in trees() if each.endswith(".model")):
        reached, ahead = set(), {name}
        while ahead:
            reached |= ahead
            ahead = {far for near in ahead for far in imports().get(near, ())} - reached
        outside = {each for each in reached if each not in trees()} - PURE
        rooms = {
            each
            for each in reached
            if {*each.split(".")} & {"repository", "service", "aws", "web", "wiring"}
        }
        assert not outside | rooms, f"{name} reaches {outside | rooms}"


def test_only_the_rooms_beside_aws_know_its_library_and_only_web_its_events():
    for name, others in imports().items():
        _, room, _ = parts(name)
        if name.startswith("comhar."):
            assert room in BESIDE_AWS or not others & {"boto3", "botocore"}, name
            assert is_door(name) or room == "telemetry" or "aws_lambda_powertools" not in others, (
                name
            )


def test_wiring_and_web_are_for_the_doors():
    for name, others in imports().items():
        used = {room for top, room, _ in map(parts, others) if top == "comhar"} & {"wiring", "web"}
        assert not used or is_door(name), name


def test_routes_are_reached_by_their_address_alone():
    """A request imports its own topic and no other: nobody names a module of routes but data/routes.json."""
    for name, others in imports().items():
        assert not [
            each for each in others if each.endswith("routes") and each != "local.routes"
        ], name


def test_time_is_read_in_one_place():
    for name, tree in trees().items():
        if name.startswith(("comhar", "functions")) and name != "comhar.wiring":
            called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
            calls = {node.attr for node in called if isinstance(node, ast.Attribute)}
            assert not calls & {"now", "utcnow", "today"}, name
