"""Terms merge a late form as if the text that it was made of were still there."""

import random

import pytest

from comhar.terms_of_reference.model import TermsChanged
from comhar.terms_of_reference.sections import Text, change_text, merge_sections, sample
from comhar.text_merge import merge_fields

KEYS = list(sample())[:3]
WORDS = ("One.", "Two.", "Three.")


def with_history(draw: random.Random) -> tuple[Text, list[dict[str, str]]]:
    """A text changed at random, and what it was at each revision."""
    text, past = Text(sections=sample()), [sample()]
    for revision in range(1, draw.randint(2, 8)):
        changes = {key: draw.choice(WORDS) for key in draw.sample(KEYS, draw.randint(0, 2))}
        changes = {key: words for key, words in changes.items() if words != text.sections[key]}
        text = change_text(text, changes, revision)
        past.append(text.sections)
    return text, past


@pytest.mark.parametrize("seed", range(200))
def test_a_late_form_is_merged_as_with_the_text_it_was_made_of(seed: int) -> None:
    draw = random.Random(seed)
    text, past = with_history(draw)
    revision = draw.randrange(len(past))
    own = past[revision] | {key: draw.choice(WORDS) for key in draw.sample(KEYS, 1)}
    expected = merge_fields(past[revision], own, text.sections)
    clashes = {each.field: {"theirs": each.other, "yours": each.own} for each in expected.conflicts}
    try:
        changes = merge_sections(text, revision, own, len(past) - 1)
    except TermsChanged as refused:
        assert refused.more["sections"] == clashes != {}
    else:
        assert not clashes
        assert text.sections | changes == expected.fields
