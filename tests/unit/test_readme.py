"""README and docs say what is so, and the README is short."""

import re
import struct
from pathlib import Path

import pytest

from local.intrinsics import load

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = [README, *sorted(DOCS.glob("*.md"))]
MINUTES, WORDS_A_MINUTE = 5, 250
WEIGHT = 150 * 1024  # bytes of a picture, at most


def text(page: Path) -> str:
    return page.read_text("utf-8")


def test_the_readme_is_read_in_five_minutes():
    assert len(text(README).split()) <= MINUTES * WORDS_A_MINUTE


def test_every_parameter_of_a_deployment_is_explained():
    for name in load(ROOT / "template.yaml")["Parameters"]:
        assert f"`{name}`" in text(DOCS / "operations.md"), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_it_names_is_there(page):
    makefile = text(ROOT / "Makefile")
    for some in re.findall(r"(?:`|^)make ([a-z ]+)", text(page), re.MULTILINE):
        for target in some.split():
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for module in re.findall(r"`python -m ([\w.]+)`", text(page)):
        assert (ROOT / module.replace(".", "/")).with_suffix(".py").exists(), module


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_and_folder_it_names_is_there(page):
    product = ROOT / "layers/core/comhar"
    homes = [ROOT, ROOT / "tests", product, *product.glob("*/"), *product.glob("*/*/")]
    for path in re.findall(r"`([\w-]+/[\w./-]*|[\w./-]+\.(?:py|json|yaml|txt|eml))`", text(page)):
        made = path.startswith("test-results")
        assert made or any((home / path).exists() for home in homes), path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", text(page))
    for link in filter(None, (each for pair in links for each in pair)):
        path, _, heading = link.partition("#")
        aim = page.parent / path if path else page
        assert aim.exists(), link
        named = re.findall(r"^#+ (.+)$", text(aim), re.MULTILINE) if heading else []
        assert not heading or heading in {each.lower().replace(" ", "-") for each in named}, link


@pytest.mark.parametrize(("name", "width"), [("me-360.png", 360), ("meeting-1280.png", 1280)])
def test_its_pictures_are_as_wide_as_a_phone_and_a_desk_and_light(name, width):
    picture = (DOCS / "pictures" / name).read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) <= WEIGHT
    assert struct.unpack(">I", picture[16:20]) == (width,)
