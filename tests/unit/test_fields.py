"""Addresses and texts as people type and paste them."""

import pytest
from pydantic import TypeAdapter, ValidationError

from comhar.fields import Email, Line, Note, Paragraph
from comhar.membership.forms import SignInCode
from comhar.terms_of_reference.forms import Section
from comhar.vision.forms import Answer


@pytest.mark.parametrize(
    "typed",
    [
        "una@hse.ie",
        " Una@HSE.ie\n",
        "una@hse.ie.",
        "mailto:una@hse.ie",
        "MAILTO:una%40hse.ie?subject=COP",
        "Úna Ní Bhriain <una@hse.ie>",
        "Ní Bhriain, Úna (HSE) <una@hse.ie>;",
        "una@hse.ie <mailto:una@hse.ie>",
        "“una@hse.ie”",
        "\ufeffuna@hse.ie\u200b",
        "una\u00ad@hse\u2060.ie",
        "\u202auna@hse.ie\u202c",
        "una@hse.ie\v",
        "Úna, una@hse.ie",
    ],
)
def test_an_address_is_cleaned_wherever_it_is_typed(typed: str) -> None:
    assert TypeAdapter(Email).validate_python(typed) == "una@hse.ie"


def test_the_apostrophe_that_phones_type_is_the_one_of_addresses() -> None:
    assert TypeAdapter(Email).validate_python("una.o’brien@hse.ie") == "una.o'brien@hse.ie"


@pytest.mark.parametrize(
    "typed",
    ["", "una", "una@", "@hse.ie", "una hse.ie", "a@hse.ie b@hse.ie", "a@hse.ie, b@hse.ie", "<>",
     "una@hse", "u na@hse.ie", "áine@hse.ie", "x" * 600 + "@hse.ie", "mailto:"],
)  # fmt: skip
def test_what_is_no_address_or_several_stays_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Email).validate_python(typed)


@pytest.mark.parametrize("kind", [Note, Paragraph, Section, Answer])
def test_a_line_break_within_a_paragraph_of_word_is_a_line_break(kind: object) -> None:
    """Word 365 copies Shift+Enter as a vertical tab (U+000B) where plain text is pasted."""
    assert TypeAdapter(kind).validate_python("\vOne\vTwo\v") == "One\nTwo"
    with pytest.raises(ValidationError, match="cannot be shown"):
        TypeAdapter(kind).validate_python("One\x0cTwo")


def test_in_a_field_of_one_line_it_is_a_space() -> None:
    assert TypeAdapter(Line).validate_python("Una\vBreen") == "Una Breen"
    with pytest.raises(ValidationError, match="one line"):
        TypeAdapter(Line).validate_python("Una\nBreen")


@pytest.mark.parametrize(
    "typed", ["123456", "123 456", " 123\u00a0456 ", "\u200b123456\u2060", "123\t456"]
)
def test_a_code_is_cleaned_as_an_address_is(typed: str) -> None:
    code = SignInCode.model_validate({"code": typed}).code
    assert code.replace(" ", "") == "123456"


@pytest.mark.parametrize("typed", ["12345", "123  4567", "123-456", "", 123456])
def test_what_is_no_code_stays_refused(typed: object) -> None:
    with pytest.raises(ValidationError):
        SignInCode.model_validate({"code": typed})
