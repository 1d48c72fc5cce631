"""Responses: a vision, the form of a part, and how many agreed."""

from collections.abc import Mapping
from typing import Any

from comhar import data
from comhar.fields import View
from comhar.membership.model import Member
from comhar.vision import model


class Objective(View):
    """`id` is its place."""

    id: str
    title: str
    why: str | None = None
    how: str | None = None
    who: str | None = None
    resources: str | None = None
    done_when: str | None = None


class Vision(View):
    """`agreed` of `members` confirmed members agreed to these objectives; never who.

    `is_asked` says that they were asked by email. `questions` has the title and help of each field.
    """

    region: str
    revision: int
    purpose: str | None = None
    goals: list[str]
    objectives: list[Objective]
    agreed: int
    members: int
    you_agreed: bool
    is_asked: bool
    may_edit: bool
    may_agree: bool
    may_ask: bool
    may_add: bool
    questions: dict[str, dict[str, str]]


class VisionForm(View):
    """`part` is `about`, an objective's place, or `new`."""

    region: str
    revision: int
    part: str
    purpose: str | None = None
    goals: list[str]
    objectives: list[Objective]
    questions: dict[str, dict[str, str]]


class VisionSaved(View):
    region: str
    revision: int


class Asked(View):
    """`revision` is the last one that changed an objective."""

    region: str
    revision: int


class Agreed(View):
    region: str
    agreed: int
    members: int


def vision(vision: model.Vision, agreed_revision: int | None, members: int, user: Member) -> Vision:
    """The vision as this user may see it."""
    editor = model.may_edit(user, vision.region)
    yes = vision.revision > 0 and vision.is_agreed_by(agreed_revision)
    return Vision(
        region=vision.region,
        revision=vision.revision,
        **model.to_json(vision.fields),
        agreed=vision.count_agreed(members),
        members=members,
        you_agreed=yes,
        is_asked=vision.is_asked,
        may_edit=editor,
        may_agree=editor and vision.revision > 0 and not yes,
        may_ask=editor and vision.revision > 0 and not vision.is_asked,
        may_add=editor and len(_objectives(vision)) < len(model.PLACES),
        questions=_questions(),
    )


def form(vision: model.Vision, part: str) -> VisionForm:
    """The form of that part, with the text as it is now."""
    return VisionForm(
        region=vision.region,
        revision=vision.revision,
        part=part,
        **model.to_json(vision.fields),
        questions=_questions(),
    )


def typed(fields: Mapping[str, str], part: str, revision: int) -> dict[str, Any]:
    """What the form of that part is to hold in place of what was typed."""
    about = {name: fields.get(name, "") for name in ("purpose", "goals")}
    answers = {name: fields.get(f"objectives.{part}.{name}", "") for name in model.ANSWERS}
    more = about if part == "about" else {"objectives": [{"id": part, **answers}]}
    return {"part": part, "revision": revision, **more}


def _objectives(vision: model.Vision) -> list[Any]:
    return list(model.to_json(vision.fields)["objectives"])


def _questions() -> dict[str, dict[str, str]]:
    return {each["key"]: each for each in data.load("vision")}
