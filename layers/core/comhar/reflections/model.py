"""What a reflection is: its six steps, who may read it and what of it is counted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from comhar import data
from comhar.dates.quarters import Quarter
from comhar.errors import Conflict, FieldError, Invalid, NotYours
from comhar.fields import Form, Line, Paragraph
from comhar.membership.model import Member
from comhar.person_names import sort_key

STEPS: tuple[str, ...] = tuple(step["key"] for step in data.load("reflection_steps"))
OPENING = 140  # characters of the first step by which a list shows which one it is
Visibility = Literal["private", "counted", "community"]


class MembersOnly(NotYours):
    title = "Only active members of a community write reflections."


class NotYetSharing(NotYours):
    title = "Sharing opens once a co-chair or the National Office has confirmed who you are."
    next = "Save it for yourself now. What you have written is kept."


class NotAReader(NotYours):
    title = "Shared reflections are read by the confirmed members of that community only."


class NotShared(Conflict):
    title = (
        "Your co-chairs and the National Office cannot read this reflection, and it is not counted."
    )


class NoDraft(Conflict):
    title = "There is no draft to save: it was saved or deleted already."
    next = "Look for it among your reflections, or start a new one."


class DraftChanged(Conflict):
    title = "Your draft was changed on another page or device."
    next = "Read it once more, then save it."


class DraftWaits(Conflict):
    title = "You have a draft already, and there is room for one."
    next = "Save or delete that draft, then change this reflection."


class ChangedMeanwhile(Conflict):
    title = "Another of your reflections was saved at the same moment."


def _kind(key: str) -> str:
    if key not in {each["key"] for each in data.load("conversation_kinds")}:
        raise ValueError("Choose one of the kinds offered.")
    return key


Kind = Annotated[Line, AfterValidator(_kind)]


class Words(Form):
    """The six steps of Gibbs' reflective cycle, each up to 10,000 characters.

    Source: guide, "Reflective Practice".
    """

    description: Paragraph
    feelings: Paragraph
    evaluation: Paragraph
    analysis: Paragraph
    conclusion: Paragraph
    action_plan: Paragraph


def words_of(texts: dict[str, Any]) -> Words:
    """The words of a draft.

    They were checked as each was saved: a rule that came since does not lose them.
    """
    return Words.model_construct(**texts)


def require_all_written(missing: Sequence[str]) -> None:
    """Raises Invalid for each step left out of a draft."""
    titles = {step["key"]: step["title"] for step in data.load("reflection_steps")}
    if missing:
        raise Invalid(*(FieldError(step, f"Write the step “{titles[step]}”.") for step in missing))


class Reflect(Words):
    """A whole reflection at once."""

    visibility: Visibility = "private"
    meeting: Line | None = None
    kind: Kind | None = None


class Search(Form):
    """Words that shared reflections hold, or their kind."""

    words: Line | None = None
    kind: Kind | None = None


class Begin(Form):
    """What it is about: the id of one of the community's meetings, or `none`."""

    meeting: Line


class Step(Form):
    """One step's text, and where to go: on, back, or away for now."""

    text: Paragraph | None = None
    go: Literal["on", "back", "later"] = "on"


class Submit(Form):
    """Makes the draft a reflection. `draft` is when the draft that was read had been saved."""

    draft: Line
    visibility: Visibility
    kind: Kind | None = None


class Author(BaseModel):
    """Who wrote a shared reflection, as they were called then."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    role: str | None = None


class Reflection(BaseModel):
    """One reflection, opened.

    `counted` is the row that counts it, if it is not private; `group` says that a meeting wrote it
    together. `version` goes up with each change by its author, the last of which was at `changed_at`;
    the earlier ones are kept for the author alone. `additions` is how many lines members added to it,
    where it is read as shared and that is known.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    author: Author
    region: str
    written_at: datetime
    words: Words
    visibility: Visibility = "private"
    meeting: str | None = None
    kind: str | None = None
    counted: str | None = None
    group: bool = False
    version: int = 1
    changed_at: datetime | None = None
    additions: int | None = None

    @property
    def quarter(self) -> Quarter:
        return quarter(self.written_at)

    @property
    def row(self) -> str | None:
        """Sort key of the region's row by which the report counts this reflection.

        None for a private one.
        """
        return None if self.visibility == "private" else self.counted


class Draft(BaseModel):
    """A draft as far as it is written.

    `saved_at` is a stamp that tells one state of it from another. `of` is the reflection that is being
    changed, if it is no new one.
    """

    model_config = ConfigDict(frozen=True)

    words: dict[str, str] = {}
    meeting: str | None = None
    saved_at: str | None = None
    of: str | None = None

    @property
    def missing(self) -> list[str]:
        return [step for step in STEPS if step not in self.words]


def own_region(me: Member) -> str:
    """The community whose member this is: the office writes no reflections.

    Raises:
        MembersOnly: the person is no active member of a community.
    """
    if not me.active or me.region is None:
        raise MembersOnly
    return me.region


def reading_region(me: Member) -> str | None:
    """The region whose shared reflections this user may read.

    The office none: it only counts.
    """
    return me.region if me.active and me.confirmed else None


def matches(reflection: Reflection, form: Search) -> bool:
    """Whether it is of the kind, and each word stands in it or in its author's name.

    Case and accents do not matter.
    """
    if form.kind and reflection.kind != form.kind:
        return False
    parts = (reflection.author.name, *reflection.words.model_dump().values())
    text = sort_key(" ".join(parts))
    return all(word in text for word in sort_key(form.words or "").split())


def quarter(at: datetime) -> Quarter:
    """The quarter of writing, by the date in Dublin."""
    return Quarter.at(at)


def neighbour(step: str, by: int) -> str:
    """The step that many further on (or back).

    `review` after the last, blank before the first.
    """
    place = STEPS.index(step) + by
    return "" if place < 0 else (*STEPS, "review")[place]


def without(rows: Sequence[str], row: str) -> tuple[list[str], str | None]:
    """An author's rows of a quarter without this one, and the new first row.

    A quarter's first row stands for its author when people are counted, so that it has an heir.
    """
    rest = [each for each in rows if each != row]
    heir = rest[0] if rest and rows[0] == row else None
    return rest, heir
