"""The sign-up form's pages and answers, and the draft stored under the link."""

from typing import Any

from pydantic import ValidationError

from comhar import data
from comhar.aws.conditions import Item, OnConflict, Update, absent
from comhar.errors import FieldError, Invalid, NotFound
from comhar.fields import is_visible
from comhar.sign_up.forms import SignUp

Answers = dict[str, Any]

# The first field of a page is always kept when the page is saved, and so tells that it was.
PAGES: dict[str, tuple[str, ...]] = {
    "name": ("name", "preferred_name"),
    "region": ("region",),
    "role": ("role", "role_other"),
    "work": ("language", "workplace"),
    "sharing": ("shows", "ask_about"),
}
STEPS = tuple(PAGES)
_DEFAULTS: Answers = {"language": "en", "shows": []}  # what is optional is opted into


def get_page_number(step: str) -> int:
    """The page's place in the form, from 0.

    Raises:
        NotFound: there is no such page.
    """
    if step not in PAGES:
        raise NotFound()
    return STEPS.index(step)


def is_saved(link: Item, step: str) -> bool:
    """True if this page was saved under the link."""
    return PAGES[step][0] in link.get("draft", {})


def current_answers(link: Item) -> Answers:
    """The answers saved under the link; else what the letter's sender knew."""
    known, draft = _valid_answers(link["facts"]), link.get("draft", {})
    return {
        field: source[field]
        for step, fields in PAGES.items()
        for source in [draft if is_saved(link, step) else known]
        for field in fields
        if field in source
    }


def read_page(step: str, form: SignUp) -> Answers:
    """The answers sent from one page, whole.

    Raises:
        Invalid: an answer is missing, or is asked on another page.
    """
    sent = form.model_dump(exclude_none=True)
    elsewhere = [name for name in sent if name not in PAGES[step]]
    if elsewhere:
        raise Invalid(*(FieldError(name, "This is asked on another page.") for name in elsewhere))
    answers = {name: value for name, value in _DEFAULTS.items() if name in PAGES[step]} | sent
    _require_none_missing([name for name in missing_fields(answers) if name in PAGES[step]])
    return _drop_unused_role_name(answers)


def read_all_pages(link: Item, form: SignUp) -> Answers:
    """All answers: those sent now, else those under the link.

    Raises:
        Invalid: an answer is in neither.
    """
    answers = _DEFAULTS | current_answers(link) | form.model_dump(exclude_none=True)
    _require_none_missing(missing_fields(answers))
    return _drop_unused_role_name(answers)


def missing_fields(answers: Answers) -> list[str]:
    """The fields that must be answered and are not."""
    required = ["name", "region", "role"]
    if answers.get("role") == "other":
        required.append("role_other")
    return [name for name in required if not is_visible(answers.get(name) or "")]


def save_writes(
    link: Item, step: str, answers: Answers, conflict: OnConflict = None
) -> list[Update]:
    """Saves a page's answers in place of older ones; to be written one by one.

    Two pages saved at once do not meet. Refused, with `conflict`, when the link is used.
    """
    key, unused = (link["pk"], link["sk"]), {"purpose": link["purpose"], "used_at": absent}
    answered = {f"draft.{name}": value for name, value in answers.items()}
    empty = [f"draft.{name}" for name in PAGES[step] if name not in answers]
    begin = Update(key, default={"draft": {}}, condition=unused, conflict=conflict)
    page = Update(key, set=answered, remove=empty, condition=unused, conflict=conflict)
    return [page] if "draft" in link else [begin, page]


def _require_none_missing(missing: list[str]) -> None:
    if missing:
        raise Invalid(*(FieldError(name, data.load("required_messages")[name]) for name in missing))


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
