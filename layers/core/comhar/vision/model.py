"""The vision's rules: saving together, what was agreed, and by how many."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from comhar.errors import Conflict, FieldError, Invalid, NotYours, changed_by_other
from comhar.membership.model import Member
from comhar.text_merge import Merge, merge_fields

PLACES = ("1", "2", "3", "4", "5")
ANSWERS = ("title", "why", "how", "who", "resources", "done_when")


class ConfirmedOnly(NotYours):
    kind = "vision-confirmed-only"
    title = "Only confirmed members of this community can do this."
    next = "A co-chair or the National Office can confirm you."


class VisionChanged(Conflict):
    kind = "changed-meanwhile"
    title = changed_by_other("the vision")
    next = "Their text is shown below. Add your changes to it and save again."


class NothingToAgree(Conflict):
    title = "This community has not written its vision yet."
    next = "Start with what you are here for."


class Vision(BaseModel):
    """A community's vision.

    `fields` has the text by field: `purpose`, `goals` (one a line), `objectives.2.how`.
    `text_revision` is the last revision that changed an objective: only an agreement to that text
    or a later one counts. `asked_revision` is the last one that members were asked to agree to.
    """

    model_config = ConfigDict(frozen=True)

    region: str
    fields: dict[str, str] = {}
    revision: int = 0
    text_revision: int = 0
    asked_revision: int = 0

    def save(self, base: Mapping[str, str], written: Mapping[str, str]) -> Self:
        """With what `written` changes of `base`, beside what others saved meanwhile.

        The same object where nothing changes.

        Raises:
            VisionChanged: others changed one of the same fields; `more` has both texts.
            Invalid: an objective is left with answers and no title.
        """
        merge = merge_fields(base, written, self.fields)
        if merge.conflicts:
            raise _both_texts(merge, self.revision)
        if merge.fields == self.fields:
            return self
        _require_titles(merge.fields)
        revision = self.revision + 1
        changed = {
            name
            for name in {*merge.fields, *self.fields}
            if merge.fields.get(name) != self.fields.get(name)
        }
        is_new = any(name.startswith("objectives.") for name in changed)
        text_revision = revision if is_new or not self.text_revision else self.text_revision
        changes = {"fields": merge.fields, "revision": revision, "text_revision": text_revision}
        return self.model_copy(update=changes)

    def count_agreed(self, agreements: Mapping[str, int], members: Iterable[str]) -> int:
        """How many of these members agreed to the present text.

        `agreements` has, by member's id, the revision each agreed to.
        """
        agreed = (agreements.get(member_id, 0) for member_id in members)
        return sum(1 for revision in agreed if revision and revision >= self.text_revision)


def is_agreed(agreed: int, members: int) -> bool:
    """Whether more than half of the confirmed members agreed."""
    return agreed * 2 > members


def may_edit(user: Member, region: str) -> bool:
    """Confirmed active members of the region; the office reads."""
    return bool(user.active and user.confirmed and user.region == region)


def require_editor(user: Member, region: str) -> None:
    """Checks that the user is a confirmed active member of the region.

    Raises:
        ConfirmedOnly: they are not.
    """
    if not may_edit(user, region):
        raise ConfirmedOnly


def to_json(fields: Mapping[str, str]) -> dict[str, Any]:
    """The text as the route answers with it."""
    objectives = []
    for place in PLACES:
        answers = {name: fields.get(f"objectives.{place}.{name}") for name in ANSWERS}
        if answers["title"]:
            objectives.append({"id": place, **answers})
    goals = fields["goals"].split("\n") if "goals" in fields else []
    return {"purpose": fields.get("purpose"), "goals": goals, "objectives": objectives}


def _both_texts(merge: Merge, revision: int) -> VisionChanged:
    error = VisionChanged()
    fields = {each.field: {"theirs": each.other, "yours": each.own} for each in merge.conflicts}
    error.more = {"revision": revision, "fields": fields}
    return error


def _require_titles(fields: Mapping[str, str]) -> None:
    places = {name.split(".")[1] for name in fields if name.startswith("objectives.")}
    errors = [
        FieldError(f"objectives.{PLACES.index(place)}.title", "Enter what you want to achieve.")
        for place in sorted(places)
        if f"objectives.{place}.title" not in fields
    ]
    if errors:
        raise Invalid(*errors)
