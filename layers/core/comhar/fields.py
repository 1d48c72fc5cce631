"""Types of form fields, and the base classes of forms and views.

Every text has a maximum length and keeps its characters exactly.
"""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from comhar.dates.dublin_time import to_instant, to_wall

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BLANK = frozenset(
    "\u115f\u1160\u2800\u3164\uffa0"
)  # they count as signs, and are drawn as nothing
_BREAK = re.compile(r"[\r\n\u2028\u2029]")
_UNSEEN = _BLANK | {chr(sign) for sign in range(0xFE00, 0xFE10)}  # how signs before them are drawn
_WITHIN = re.compile(r"(.*?)[<(\[]([^<>()\[\]]*@[^<>()\[\]]*)[>)\]][\s,;.]*")
_BESIDE = re.compile(r"([^@]*)[,;]([^@,;]*@[^,;]*)")
_QUOTES = " \"',;:“”‘’„«»"
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘\u02bc\u2032", "'"))  # as Word and phones type them


class Form(BaseModel):
    """The fields of a request body; an unknown field is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class View(BaseModel):
    """A route's response; its page is a template over exactly these fields."""

    model_config = ConfigDict(frozen=True, validate_by_name=True)


def json_name(name: str) -> Any:
    """What a field is called in JSON, where that is not its name here."""
    return Field(validation_alias=name, serialization_alias=name)


class Empty(View):
    """A page that says the same to everyone."""


def is_visible(text: str) -> bool:
    """True if anything of the text is seen.

    Not seen are spaces, marks without a letter, and signs that only say how others are drawn.
    """
    return any(unicodedata.category(each)[0] in "LNPS" and each not in _BLANK for each in text)


def tidy_text(text: str) -> str:
    """The text on one line, without characters that cannot be seen.

    White space of any kind, such as a line break within a cell, is one space.
    """
    text = " ".join(text.split())
    if text.isascii() and text.isprintable():
        return text
    seen = (
        each
        for each in text
        if unicodedata.category(each) not in ("Cf", "Cc", "Cs", "Co") and each not in _UNSEEN
    )
    return " ".join("".join(seen).split())


def _printable(text: str) -> str:
    text = text.replace("\v", "\n")  # a line break within a paragraph of Word
    if _CONTROL.search(text):
        raise ValueError("Remove the characters that cannot be shown.")
    if not is_visible(text):
        raise ValueError("Enter something that can be seen.")
    return text


def _one_line(text: str) -> str:
    text = text.replace("\v", " ")  # such a break is not seen in a field of one line
    if _BREAK.search(text):
        raise ValueError("Write this on one line.")
    return _printable(text)


def extract_address(text: str) -> tuple[str, str]:
    """The address and the name in what somebody typed or pasted, both unchecked.

    `Name <name@example.com>`, `Name, name@example.com` or the address alone; with `mailto:`, quotes, brackets
    or a dot around it.
    """
    text = tidy_text(text)
    parts = _WITHIN.fullmatch(text) or _BESIDE.fullmatch(text)
    name, typed = parts.groups() if parts else ("", text)
    typed = typed.strip(_QUOTES + ".<>()[]")
    if link := re.match(r"(?i)(mailto|e-?mail)\s*:\s*", typed):
        from urllib.parse import unquote

        typed = unquote(typed[link.end() :])
    typed = typed.partition("?")[0].translate(_APOSTROPHES).strip(_QUOTES + ".")
    return typed, "" if "@" in name else name.strip(_QUOTES)


def _email(text: str) -> str:
    return normalise_email(extract_address(text)[0])


def normalise_email(text: str) -> str:
    """The address as we store it: checked syntax, in lower case.

    Delivery is not checked: only a letter can tell.

    Raises:
        ValueError: in plain words.
    """
    from email_validator import (
        EmailNotValidError,
        validate_email,
    )  # 20 ms: where an address is typed

    try:
        validated = validate_email(
            text.strip(),
            allow_smtputf8=False,  # SES takes no letters outside ASCII before the @
            check_deliverability=False,
            test_environment=True,
        )
    except EmailNotValidError as wrong:
        raise ValueError(
            "Enter an email address in the right format, like name@example.com."
        ) from wrong
    return str(validated.ascii_email).lower()


def _wall(at: datetime) -> datetime:
    """Meeting times are Dublin wall time to the minute, written without a zone."""
    if at.tzinfo is not None:
        raise ValueError("Write the local time without a zone, like 2027-02-18T10:00.")
    if not 2000 < at.year < 2100:
        raise ValueError("Enter a real date and time.")
    wall = at.replace(second=0, microsecond=0, fold=0)
    if to_wall(to_instant(wall)) != wall:
        raise ValueError(
            "The clocks go forward in that hour, so this time does not exist. "
            "Enter one before 1am, or from 2am on."
        )
    return wall


def required_with(sentence: str) -> AfterValidator:
    """A validator that refuses a blank field with this sentence."""

    def given[T](value: T | None) -> T:
        if not value:
            raise ValueError(sentence)
        return value

    return AfterValidator(given)


# A page's revision is compared with what is kept, and more digits than these no item takes.
Revision = Annotated[int, Field(ge=0, le=1_000_000)]
Wall = Annotated[datetime, Field(strict=False), AfterValidator(_wall)]
Web = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^https?://[^\s<>\"]+$"),
]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_one_line),
]
Note = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    AfterValidator(_printable),
]
Paragraph = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000),
    AfterValidator(_printable),
]
Email = Annotated[str, StringConstraints(max_length=500), AfterValidator(_email)]
