"""What `sam build` makes: functions of one file each, and a layer that holds everything else."""

import importlib.util
import re
from pathlib import Path

from comhar import templates

ROOT = Path(__file__).parents[2]
BUILT = ROOT / ".aws-sam/build"
LAYER = BUILT / "CoreLayer/python"
UNCHECKED_HASH = (0b01).to_bytes(4, "little")  # PEP 552: trusted without looking at the source


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_a_function_holds_its_app_and_nothing_else():
    for source in (ROOT / "functions").glob("*/app.py"):
        made = BUILT / ("".join(map(str.capitalize, source.parent.name.split("_"))) + "Function")
        assert [path.name for path in made.rglob("*")] == ["app.py"], made.name
        assert (made / "app.py").read_bytes() == source.read_bytes(), made.name


def test_the_layer_holds_the_product_and_what_is_locked_and_no_more():
    locked = (ROOT / "layers/core/requirements.txt").read_text("utf-8")
    wanted = {plain(name) for name in re.findall(r"^([\w.-]+)==", locked, re.MULTILINE)}
    there = {plain(path.name.split("-")[0]) for path in LAYER.glob("*.dist-info")}
    elsewhere = set(re.findall(r"^([\w.-]+)==\S+ ; (?:sys_platform|os_name) == 'win", locked, re.M))
    assert there == wanted - {plain(name) for name in elsewhere}
    assert (LAYER / "comhar/data/openapi.json").exists()


def test_the_layer_is_compiled_for_good():
    for source in LAYER.rglob("*.py"):
        compiled = Path(importlib.util.cache_from_source(str(source)))
        head = compiled.read_bytes()[:8]
        assert head == importlib.util.MAGIC_NUMBER + UNCHECKED_HASH, compiled


def test_every_template_is_compiled_in_the_layer():
    """A template that is not in it is compiled at each cold start; nothing can be written there."""
    wanted = {
        (kind, templates._Compiled("").get_cache_key(name))
        for kind, environment in (
            ("pages", templates.page_environment()),
            ("letters", templates.letter_environment()),
        )
        for name in environment.list_templates(extensions=["j2", "jinja"])
        if ("letters/" in name) == (kind == "letters")
    }
    found = LAYER / "comhar/__jinja__"
    assert wanted == {
        (path.parent.name, path.stem.removeprefix("__jinja2_")) for path in found.rglob("*.cache")
    }


def test_the_layers_binaries_are_for_arm():
    binaries = [path.name for path in LAYER.rglob("*.so")]
    assert binaries
    for name in binaries:
        assert "x86_64" not in name, name
