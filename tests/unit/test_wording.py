"""Words that people read: one name for the body."""

import re
from collections.abc import Iterator

import pytest

from local.words import list_texts
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


# Habits of translated thought, and what is to be avoided in pages and emails (WORDS.md), with a text of each.
HABITS = {
    r"\b(?:whoever|whomever)\b": "Tell whoever runs it",
    r"\bat once\b": "It is seen at once",
    r"\b(?:by itself|by themselves|of its own|of their own)\b": "It goes out by itself",
    r"\b(?:just|simply|unfortunately)\b": "Simply press the button",
    r"\b\w+n[’']t\b": "We don’t have it",
    r"(?-i:\b(?:asap|eg|ie|e\.g\.|i\.e\.)(?!\w))": "a place, e.g. a library",
    r"\b(?:overdue|unexcused)\b": "This is overdue",
    r"\b(?:suffer\w*|committed suicide)\b": "People who suffer",
    r"\bstands? (?:on|beside|above|beneath|below)\b": "It stands on this page",
    r"\badmit(?:s|ted)?\b": "The office admits you",
    r"\bneed not\b": "You need not wait",
    r"\bnobody (?:whom|but)\b": "Nobody but you",
    r"\b(?:ran|run|runs) out\b": "The link has run out",
    r"\bin the place of\b|\btakes? the place\b": "It takes the place of the other",
    r" [–—] (?!Comhar|fewer)": "Come – if you like",
    r"\b[01]\d:\d\d\b(?!:|T)": "It goes out at 09:00",
}
# What somebody may type, or what was written on the wheel of the guide.
NO_WORDS_OF_OURS = re.compile(r"2027-02-18T10:00|like 10:00|taking part is easy", re.IGNORECASE)


def test_no_text_has_a_habit_to_be_avoided() -> None:
    texts = [each for each in list_texts() if not NO_WORDS_OF_OURS.search(each[2])]
    assert len(texts) > 5_000
    habit = re.compile("|".join(HABITS), re.IGNORECASE)
    assert [each for each in texts if habit.search(each[2])] == []


@pytest.mark.parametrize("habit", HABITS)
def test_each_habit_is_found_in_a_text_that_has_it(habit: str) -> None:
    assert re.search(habit, HABITS[habit], re.IGNORECASE)
