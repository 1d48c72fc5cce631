"""Chooses which texts of a survey's answers are stored at its closing.

What is stored never shows which texts came from one person: each question has a sample and an order of
its own, by chance. All texts of a survey fit in one call to DynamoDB, and so in one page.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from comhar.surveys.model import RESPONSE_THRESHOLD, Answers, Definition

MOST_TEXTS = 500  # of a question
ITEM_BYTES = 300_000  # of the texts of an item: DynamoDB takes 400 KB
SURVEY_BYTES = 1_000_000  # of all texts of a survey: a Query answers with 1 MB at a time
_OVERHEAD = 4  # bytes that DynamoDB counts beside each text, and some

_dice = random.SystemRandom()


@dataclass
class Reservoir:
    """A sample of a stream of texts of unknown length, each as likely as any other."""

    size: int = MOST_TEXTS
    seen: int = 0
    texts: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Adds the text, perhaps in another's place (Vitter's algorithm R)."""
        self.seen += 1
        if len(self.texts) < self.size:
            self.texts.append(text)
        elif (place := _dice.randrange(self.seen)) < self.size:
            self.texts[place] = text


class Samples:
    """A reservoir for each question that is answered in words."""

    def __init__(self, definition: Definition):
        self._reservoirs = {
            question.key: Reservoir() for question in definition.questions if question.is_text
        }

    def collect(self, sheets: Iterable[Answers]) -> Iterator[Answers]:
        """Yields the same answer sheets, and samples their texts as they pass."""
        for sheet in sheets:
            for key, reservoir in self._reservoirs.items():
                if key in sheet:
                    reservoir.add(sheet[key])
            yield sheet

    def select(self) -> dict[str, list[str]]:
        """By question its sample in a new order; none of fewer than 5 answers.

        Where a survey's texts are too long together, the questions with most have room for fewer.
        """
        texts = {
            key: _dice.sample(reservoir.texts, len(reservoir.texts))
            for key, reservoir in self._reservoirs.items()
            if reservoir.seen >= RESPONSE_THRESHOLD
        }
        room = SURVEY_BYTES
        for done, key in enumerate(
            sorted(texts, key=lambda question_key: _bytes(texts[question_key]))
        ):
            texts[key] = _take_first(texts[key], room // (len(texts) - done))
            room -= _bytes(texts[key])
        return texts


def pack_texts(texts: Iterable[str]) -> list[list[str]]:
    """The texts in as many parts as it takes items to hold them."""
    parts: list[list[str]] = []
    room = 0
    for text in texts:
        if not parts or _size(text) > room:
            parts.append([])
            room = ITEM_BYTES
        parts[-1].append(text)
        room -= _size(text)
    return parts


def _take_first(texts: list[str], room: int) -> list[str]:
    """As many of the texts as there is room for."""
    for number, text in enumerate(texts):
        room -= _size(text)
        if room < 0:
            return texts[:number]
    return texts


def _bytes(texts: Iterable[str]) -> int:
    return sum(map(_size, texts))


def _size(text: str) -> int:
    return len(text.encode()) + _OVERHEAD
