"""The locks: every package by version and hash, the same everywhere, from nowhere in particular."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = [*(ROOT / "requirements").glob("*.txt"), ROOT / "layers/core/requirements.txt"]


def pinned(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", lock.read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_each_package_has_hashes(lock):
    for entry in re.split(r"\n(?=\S)", lock.read_text("utf-8").strip()):
        assert re.match(r"[\w.-]+==", entry) and "--hash=sha256:" in entry, entry


@pytest.mark.parametrize(
    "lock", [*LOCKS, ROOT / "package-lock.json", ROOT / ".npmrc"], ids=lambda path: path.name
)
def test_nothing_says_where_it_was_fetched_from(lock):
    assert not re.search(r'https?://|"resolved"', lock.read_text("utf-8"))


def test_what_is_tested_is_what_is_deployed():
    layer, local, test = (
        pinned(ROOT / name)
        for name in (
            "layers/core/requirements.txt",
            "requirements/local.txt",
            "requirements/test.txt",
        )
    )
    assert layer.items() <= local.items() <= test.items()


def test_the_browser_files_are_pinned_too():
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))
    for kind in ("dependencies", "devDependencies", "optionalDependencies"):
        assert all(re.fullmatch(r"[\d.]+", version) for version in wanted[kind].values())
