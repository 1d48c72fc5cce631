"""The answers of the sign-up form, and those that were known before it was sent."""

from typing import Any

from pydantic import ValidationError

from comhar import data
from comhar.aws.conditions import Item
from comhar.errors import FieldError, Invalid
from comhar.fields import is_visible
from comhar.sign_up.forms import SignUp

Answers = dict[str, Any]

_DEFAULTS: Answers = {"language": "en", "shows": []}  # what is optional is opted into


def known_answers(link: Item) -> Answers:
    """What the letter's sender knew, and what an earlier version's form kept."""
    return _valid_answers(link["facts"]) | link.get("draft", {})


def read_answers(link: Item, form: SignUp) -> Answers:
    """All answers: those sent now, else those known.

    Raises:
        Invalid: an answer is in neither.
    """
    answers = _DEFAULTS | known_answers(link) | form.model_dump(exclude_none=True)
    required = ["name", "region", "role"]
    if answers.get("role") == "other":
        required.append("role_other")
    missing = [name for name in required if not is_visible(answers.get(name) or "")]
    if missing:
        raise Invalid(*(FieldError(name, data.load("required_messages")[name]) for name in missing))
    return _drop_unused_role_name(answers)


def _drop_unused_role_name(answers: Answers) -> Answers:
    """Without the name of another role where one of the list was chosen."""
    return {
        name: value
        for name, value in answers.items()
        if name != "role_other" or answers["role"] == "other"
    }


def _valid_answers(facts: Item) -> Answers:
    """What the letter's sender knew and the form would take: the rest is asked anew."""
    known = {name: facts[name] for name in SignUp.model_fields if facts.get(name)}
    try:
        return SignUp(**known).model_dump(exclude_none=True)
    except ValidationError as wrong:
        invalid = {error["loc"][0] for error in wrong.errors()}
        return _valid_answers({name: value for name, value in known.items() if name not in invalid})
