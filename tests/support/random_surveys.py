"""Surveys of any shape, and answers to them, right and wrong: what a random test of them draws from."""

import string
from dataclasses import dataclass
from random import Random
from typing import Any

from comhar.fields import is_visible
from comhar.surveys.model import Definition, Option, Question, Section

KINDS = ("single", "many", "rating", "yes_no", "short", "long")
WRONG: dict[str, list[Any]] = {
    "single": ["other", 1, True, ["v0"], {"v0": 1}, "V0", 1.5],
    "many": ["other", ["v0", "other"], [["v0"]], {"a": 1}, [None], 3],
    "rating": [0, 6, -1, "6", "x", 3.5, "3.0", True, [3], {"n": 3}, "٣"],
    "yes_no": ["maybe", 1, "Yes", ["yes"], {}],
    "short": ["x" * 201, 5, ["text"], {"a": "b"}, "two\nlines", "bell\x07", False],
    "long": ["x" * 10_001, 5, ["text"], {"a": "b"}, "bell\x07", True],
}
BLANK: tuple[Any, ...] = (None, "", "  ", "\n", [])
_LETTERS = (
    string.ascii_letters + string.digits + string.punctuation,
    "áéíóúÁÉÍÓÚ ḃċḋ’“”–…",
    "😀🧑‍🤝‍🧑مرحباשלום日本語₂ﬁ\u200d\u202e\u0301\t",
)
_TRIED = ("=1+1", "0", "None", "<b>", "{{ 7*7 }}", "yes", "v0", "ANSWER#x", "null", "' OR 1=1", "x")


def random_definition(kinds: list[str], dice: Random) -> Definition:
    """A survey of these kinds of questions, in sections or in none."""
    sections = tuple(
        Section(
            key=f"s{n}",
            title=random_text(dice, 40),
            intro=dice.choice((None, random_text(dice, 80))),
        )
        for n in range(dice.randrange(3))
    )
    return Definition(
        title=random_text(dice, 40),
        intro=random_text(dice, 80),
        sections=sections,
        questions=tuple(_question(n, kind, sections, dice) for n, kind in enumerate(kinds)),
    )


def _question(n: int, kind: Any, sections: tuple[Section, ...], dice: Random) -> Question:
    offered = [Option(value=f"v{m}", text=random_text(dice, 20)) for m in range(dice.randint(2, 6))]
    dice.shuffle(offered)
    return Question(
        key=f"q{n}",
        kind=kind,
        text=random_text(dice, 60),
        help=dice.choice((None, random_text(dice, 60))),
        required=dice.random() < 0.4,
        section=dice.choice(sections).key if sections else None,
        options=tuple(offered) if kind in ("single", "many") else (),
        low=dice.choice((None, "Not at all")) if kind == "rating" else None,
        high=dice.choice((None, "Very much")) if kind == "rating" else None,
    )


def random_text(dice: Random, longest: int) -> str:
    """One line of which something is seen, in the characters of anybody's keyboard, without blanks at its
    ends."""
    if dice.random() < 0.2:
        return dice.choice(_TRIED)
    text = "".join(dice.choices(dice.choice(_LETTERS), k=dice.randint(1, longest)))
    return text.strip() if is_visible(text) else "x"


@dataclass
class Sheet:
    """What is sent, what of it is kept, and the fields that are refused, if any."""

    sent: dict[str, Any]
    stored: dict[str, Any]
    refused: set[str]


def valid_answers(of: Definition, dice: Random) -> Sheet:
    """Answers to every required question and to some others; to one at least."""
    sheet = Sheet({}, {}, set())
    must = dice.choice(of.questions).key
    for question in of.questions:
        if question.required or question.key == must or dice.random() < 0.6:
            sheet.sent[question.key], sheet.stored[question.key] = _answer(question, dice)
        elif dice.random() < 0.3:
            sheet.sent[question.key] = dice.choice(BLANK)
    return sheet


def invalid_answers(of: Definition, dice: Random) -> Sheet:
    """The same with something amiss: a value that cannot be, nothing where something is asked for, a
    question that there is not, or nothing at all."""
    sheet = valid_answers(of, dice)
    for question in dice.sample(of.questions, dice.randint(0, len(of.questions))):
        if question.required and dice.random() < 0.4:
            sheet.sent[question.key] = dice.choice(BLANK)
        else:
            sheet.sent[question.key] = dice.choice(WRONG[question.kind])
        sheet.refused.add(f"answers.{question.key}")
    if not sheet.refused or dice.random() < 0.1:
        sheet.sent["mood"] = "good"
        sheet.refused.add("answers.mood")
    if dice.random() < 0.1:
        required = {f"answers.{q.key}" for q in of.questions if q.required}
        sheet = Sheet({}, {}, required or {"answers"})
    return sheet


def _answer(question: Question, dice: Random) -> tuple[Any, Any]:
    """An answer as it may be sent, and as it is kept."""
    values = [each.value for each in question.choices]
    match question.kind:
        case "single":
            one = dice.choice(values)
            return one, one
        case "many":
            some = dice.sample(values, dice.randint(1, len(values)))
            if len(some) == 1 and dice.random() < 0.5:
                return some[0], some
            twice = [*some, some[0]] if dice.random() < 0.1 else some
            return twice, [value for value in values if value in some]
        case "rating":
            number = dice.randint(1, 5)
            return dice.choice((number, str(number))), number
        case "yes_no":
            choice = dice.choice((True, False))
            return dice.choice((choice, "yes" if choice else "no")), "yes" if choice else "no"
        case "short":
            text = random_text(dice, 200)
        case "long":
            lines = (random_text(dice, 60) for _ in range(dice.randint(1, 4)))
            text = "\n".join(lines)
    return dice.choice((text, f"  {text}\n" if question.kind == "long" else f" {text} ")), text


def expected_counts(of: Definition, sheets: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """By question how many answered, and by its choices how many chose each: what may be kept of it."""
    found: dict[str, dict[str, Any]] = {}
    for question in of.questions:
        given = [sheet[question.key] for sheet in sheets if question.key in sheet]
        offered = {
            "rating": ["1", "2", "3", "4", "5"],
            "yes_no": ["yes", "no"],
        }.get(question.kind, [each.value for each in question.options])
        counts = {
            value: sum(
                value in each if isinstance(each, list) else value == str(each) for each in given
            )
            for value in offered
        }
        small = 1 <= len(given) <= 4 and bool(offered)
        found[question.key] = {} if small else {"answered": len(given), "counts": counts}
    return found
