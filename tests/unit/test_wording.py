"""Words that people read: one name for the body."""

import re
from collections.abc import Iterator

from tests.support.syntax_trees import LAYER, ROOT

OLD_NAMES = re.compile(
    r"\bnational\s+office\b|\bNational\s+office\b|\b[Oo]ffice\s+for\s+Mental\s+Health"
)
REFUSED_NAMES = "office_names.json"  # every spelling that a member may not take as a name


def product_texts() -> Iterator[tuple[str, str]]:
    """Every file of the product and its documents that holds words, by its path."""
    folders = [LAYER / "comhar", ROOT / "functions", ROOT / "docs", ROOT / "local"]
    paths = [path for folder in folders for path in sorted(folder.rglob("*"))]
    for path in [*paths, ROOT / "README.md", ROOT / "template.yaml"]:
        if path.suffix in {".j2", ".json", ".md", ".py", ".yaml"} and path.name != REFUSED_NAMES:
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")


def test_the_body_is_the_national_office_of_mental_health_engagement_and_recovery() -> None:
    texts = dict(product_texts())
    assert len(texts) > 600
    assert {name: old for name, text in texts.items() if (old := OLD_NAMES.findall(text))} == {}


def test_the_old_names_are_found_over_the_end_of_a_line_too() -> None:
    for old in (
        "the national\n  office",
        "The National office",
        "National Office for Mental Health",
    ):
        assert OLD_NAMES.search(old)
    assert not OLD_NAMES.search("National Office of Mental Health Engagement; national_office")


def read_texts() -> Iterator[tuple[str, str]]:
    """What people read of the product: templates without their code, and the texts in its data."""
    for path in sorted((LAYER / "comhar").rglob("*.j2")):
        code = re.compile(
            r"\{#.*?#\}|\{%-? (?:extends|import|from|include|macro)\b.*?%\}", re.DOTALL
        )
        yield str(path.relative_to(LAYER)), code.sub("", path.read_text("utf-8"))
    for path in sorted((LAYER / "comhar/data").glob("*.json")):
        if path.stem not in {"openapi", "routes"}:
            yield str(path.relative_to(LAYER)), path.read_text("utf-8")


# A word beside others in a text, and no name in code: `letters/parts.txt.j2`, `"letter"`, `letter-spacing`.
LETTER = re.compile(r"(?:[a-z’] letters?\b|\bLetters? [a-z])(?!-|/|[.](?:id|facts|html)\b)")


def test_an_email_is_never_called_a_letter() -> None:
    assert {name: words for name, text in read_texts() if (words := LETTER.findall(text))} == {}
    assert LETTER.search("You get this letter because") and LETTER.search("Letters that come")
