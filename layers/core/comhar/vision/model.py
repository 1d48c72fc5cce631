"""The vision's rules: saving together, what was agreed, and by how many."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from comhar.communities.model import add_months
from comhar.errors import Conflict, FieldError, Invalid, NotYours, changed_by_other
from comhar.membership.model import Member
from comhar.text_merge import merge_fields

PLACES = ("1", "2", "3", "4", "5")
Horizon = Literal["short", "medium", "long"]
HORIZON_MONTHS: dict[Horizon, int] = {"short": 3, "medium": 6, "long": 12}
ANSWERS = ("title", "why", "how", "who", "resources", "done_when")


class ConfirmedOnly(NotYours):
    kind = "vision-confirmed-only"
    title = "Only confirmed members of this community can do this."
    next = "A co-chair or the National Office can confirm you."


class VisionChanged(Conflict):
    """Both changed the same fields: `more` has them with both texts.

    `merged` is the whole text, with one's own where they differ.
    """

    kind = "changed-meanwhile"
    title = changed_by_other("the vision")
    next = "Both texts are below. Choose one of them, or put them together, then save again."
    merged: Mapping[str, str] = {}


class NothingToAgree(Conflict):
    title = "This community has not written its vision yet."
    next = "Start with what you are here for."


class ObjectivesChanged(Conflict):
    title = "The objectives were changed after you opened the page."
    next = "Read them again, then agree if you do."


class ObjectivesFull(Conflict):
    title = "There are five objectives already."
    next = "Change one of them, or remove one first."


class Vision(BaseModel):
    """A community's vision.

    `fields` has the text by field: `purpose`, `goals` (one a line), `objectives.2.how`.
    `text_revision` is the last revision that changed an objective, `agreed` how many agreed to that text
    or a later one. `began` has, by place, the revision since when its objective is there: `2.7` names it.
    `asked_revision` is the last one that members were asked to agree to.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    region: str
    fields: dict[str, str] = {}
    revision: int = 0
    text_revision: int = 0
    asked_revision: int = 0
    agreed: int = 0
    began: dict[str, int] = {}

    @property
    def is_asked(self) -> bool:
        """Whether the members were asked to agree to the objectives as they are."""
        return bool(self.revision) and self.asked_revision >= self.text_revision

    def save(self, base: Mapping[str, str], written: Mapping[str, str]) -> Self:
        """With what `written` changes of `base`, beside what others saved meanwhile.

        The same object where nothing changes. A changed objective ends what was agreed.

        Raises:
            VisionChanged: others changed one of the same fields; `more` has both texts.
            Invalid: an objective is left with answers and no title.
        """
        merge = merge_fields(base, written, self.fields)
        both = {each.field: {"theirs": each.other, "yours": each.own} for each in merge.conflicts}
        fields = dict(merge.fields)
        for name in _list_untitled(fields):
            if name in written and name not in self.fields:  # others took the objective away
                fields[name] = written[name]
                both[name] = {"theirs": None, "yours": written[name]}
        if both:
            error = VisionChanged()
            error.more, error.merged = {"revision": self.revision, "fields": both}, fields
            raise error
        if fields == self.fields:
            return self
        return self._change(fields)

    def add_objective(self, answers: Mapping[str, str]) -> Self:
        """With one objective more, at the first free place.

        The same object where it is there already. `answers` are by the fields of place 1.

        Raises:
            ObjectivesFull: there are five.
        """
        for place in PLACES:
            own = {name.replace(".1.", f".{place}."): text for name, text in answers.items()}
            there = {name: self.fields[name] for name in list_fields(place) if name in self.fields}
            if there == own:
                return self
            if not there:
                return self._change({**self.fields, **own})
        raise ObjectivesFull

    def _change(self, fields: dict[str, str]) -> Self:
        _require_titles(fields)
        changes: dict[str, Any] = {"fields": fields, "revision": self.revision + 1}
        names = {*fields, *self.fields}
        changed = {name for name in names if fields.get(name) != self.fields.get(name)}
        if any(name.startswith("objectives.") for name in changed) or not self.text_revision:
            changes |= {"text_revision": self.revision + 1, "agreed": 0}
        titles = {place: f"objectives.{place}.title" for place in PLACES}
        changes["began"] = {
            place: self.began.get(place, 0) if title in self.fields else self.revision + 1
            for place, title in titles.items()
            if title in fields
        }
        return self.model_copy(update=changes)

    def name_objective(self, place: str) -> str | None:
        """The name by which actions know the objective at that place, if there is one."""
        return f"{place}.{self.began[place]}" if place in self.began else None

    def is_agreed_by(self, agreed_revision: int | None) -> bool:
        """Whether who agreed to that revision agreed to the objectives as they are."""
        return bool(agreed_revision) and (agreed_revision or 0) >= self.text_revision

    def count_agreed(self, members: int) -> int:
        """How many agreed, of that many confirmed members.

        Who agreed and left, or is away, is counted; they are among no `members`.
        """
        return min(self.agreed, members)


def is_agreed(agreed: int, members: int) -> bool:
    """Whether more than half of the confirmed members agreed."""
    return agreed * 2 > members


def summary(item: Mapping[str, Any] | None, members: int) -> dict[str, Any]:
    """What other pages say of the vision, from the stored head item or None.

    Whether it is `begun` and `agreed`, by how many (`count`) of so many confirmed `members`.
    """
    vision = Vision.model_validate({**(item or {}), "region": ""})
    count = vision.count_agreed(members)
    begun, agreed = item is not None, is_agreed(count, members)
    return {"begun": begun, "agreed": agreed, "count": count, "members": members}


def find_horizon(opened_on: date, by: date) -> Horizon:
    """How far ahead an action was planned: up to 3 months, up to 6, or longer."""
    for horizon in ("short", "medium"):
        if by <= find_last_day(opened_on, horizon):
            return horizon
    return "long"


def find_last_day(opened_on: date, horizon: Horizon) -> date:
    """The day by which an action is done that was planned that far ahead."""
    return add_months(opened_on, HORIZON_MONTHS[horizon])


def may_edit(user: Member, region: str) -> bool:
    """Confirmed active members of the region; the office reads."""
    return bool(user.active and user.confirmed and user.region == region and not user.office)


def require_editor(user: Member, region: str) -> None:
    """Checks that the user is a confirmed active member of the region.

    Raises:
        ConfirmedOnly: they are not.
    """
    if not may_edit(user, region):
        raise ConfirmedOnly


def list_fields(part: str) -> list[str]:
    """The fields of a part: `about`, or an objective's place."""
    if part == "about":
        return ["purpose", "goals"]
    return [f"objectives.{part}.{name}" for name in ANSWERS]


def list_all_fields() -> list[str]:
    """Every field there can be, in the order in which they are read."""
    return [name for part in ("about", *PLACES) for name in list_fields(part)]


def to_json(fields: Mapping[str, str]) -> dict[str, Any]:
    """The text as the route answers with it."""
    objectives = []
    for place in PLACES:
        answers = {name: fields.get(f"objectives.{place}.{name}") for name in ANSWERS}
        if answers["title"]:
            objectives.append({"id": place, **answers})
    goals = fields["goals"].split("\n") if "goals" in fields else []
    return {"purpose": fields.get("purpose"), "goals": goals, "objectives": objectives}


def _list_untitled(fields: Mapping[str, str]) -> list[str]:
    """The titles that objectives with answers lack, by field."""
    places = {name.split(".")[1] for name in fields if name.startswith("objectives.")}
    titles = [f"objectives.{place}.title" for place in sorted(places)]
    return [name for name in titles if name not in fields]


def _require_titles(fields: Mapping[str, str]) -> None:
    errors = [
        FieldError(
            f"objectives.{PLACES.index(name.split('.')[1])}.title",
            "Enter what you want to achieve.",
        )
        for name in _list_untitled(fields)
    ]
    if errors:
        raise Invalid(*errors)
