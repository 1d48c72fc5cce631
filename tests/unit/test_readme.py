"""The README says what is so."""

import re
from pathlib import Path

from comhar.aws import dynamodb
from local.intrinsics import load

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_key_map_is_the_tables_own():
    assert dynamodb.__doc__
    rows = [line for line in dynamodb.__doc__.splitlines() if line.startswith("|")]
    assert "\n".join(rows) in README


def test_every_parameter_of_a_deployment_is_told():
    for name in load(ROOT / "template.yaml")["Parameters"]:
        assert f"`{name}`" in README, name


def test_every_command_it_names_is_there():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"make ([a-z]+)\b", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
