"""Responses: a vision, the form of a part, and how many agreed."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from operator import itemgetter
from typing import Any

from comhar import data
from comhar.aws.conditions import Item
from comhar.fields import View
from comhar.membership.model import Member
from comhar.text_merge import word_differences
from comhar.vision import model


class ObjectiveAction(View):
    """`by` is the day by which it is to be done; `horizon` how far ahead that was planned."""

    id: str
    what: str
    by: str
    horizon: model.Horizon
    done: bool


class Objective(View):
    """`id` is its place. `done` of its `actions` are done."""

    id: str
    title: str
    why: str | None = None
    how: str | None = None
    who: str | None = None
    resources: str | None = None
    done_when: str | None = None
    actions: list[ObjectiveAction] = []
    done: int = 0


class Vision(View):
    """`agreed` of `members` confirmed members agreed to these objectives; never who.

    `is_asked` says that they were asked by email. `done_count` of `action_count` actions are
    done. `questions` has the title and help of each field.
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
    may_act: bool
    done_count: int
    action_count: int
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


class NewVisionAction(View):
    """`title` is the objective's, `people` whom one can choose."""

    region: str
    objective: str
    title: str
    people: list[dict[str, str]]


class ActionAdded(View):
    region: str
    action: str


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


class SavedVersion(View):
    """`objectives_changed` says that it was to be agreed to anew."""

    number: int
    at: str
    objectives_changed: bool


class Versions(View):
    """A page, the newest first; `next` is its cursor."""

    region: str
    versions: list[SavedVersion]
    next: str | None = None


class FieldVersion(View):
    """A field's text, none where it was taken away; `changes` are the pieces, where it changed."""

    field: str
    objective: str | None = None
    title: str
    text: str | None = None
    changes: list[dict[str, str]] = []


class Version(View):
    region: str
    number: int
    at: str
    fields: list[FieldVersion]


def saved_version(item: Item) -> SavedVersion:
    number = int(item["sk"].partition("#")[2])
    return SavedVersion(
        number=number, at=item["at"], objectives_changed=item["text_revision"] == number
    )


def version(region: str, item: Item, before: Mapping[str, str]) -> Version:
    """A saved revision with what changed since the one before."""
    after, titles = item["fields"], _questions()
    fields = [
        FieldVersion(
            field=name,
            objective=name.split(".")[1] if "." in name else None,
            title=titles[name.rpartition(".")[2]]["title"],
            text=after.get(name),
            changes=_compare(before.get(name, ""), after.get(name, "")),
        )
        for name in model.list_all_fields()
        if name in after or name in before
    ]
    return Version(region=region, number=saved_version(item).number, at=item["at"], fields=fields)


def _compare(before: str, after: str) -> list[dict[str, str]]:
    return [] if before == after else [asdict(each) for each in word_differences(before, after)]


def vision(
    vision: model.Vision,
    agreed_revision: int | None,
    members: int,
    rows: list[Item],
    user: Member,
) -> Vision:
    """The vision as this user may see it."""
    editor = model.may_edit(user, vision.region)
    yes = vision.revision > 0 and vision.is_agreed_by(agreed_revision)
    text = model.to_json(vision.fields)
    text["objectives"] = [_with_actions(each, vision, rows) for each in text["objectives"]]
    return Vision(
        region=vision.region,
        revision=vision.revision,
        **text,
        done_count=sum(each.done for each in text["objectives"]),
        action_count=sum(len(each.actions) for each in text["objectives"]),
        agreed=vision.count_agreed(members),
        members=members,
        you_agreed=yes,
        is_asked=vision.is_asked,
        may_edit=editor,
        may_agree=editor and vision.revision > 0 and not yes,
        may_ask=editor
        and vision.revision > 0
        and not vision.is_asked
        and vision.count_agreed(members) < members,
        may_add=editor and len(text["objectives"]) < len(model.PLACES),
        may_act=user.may_chair(vision.region),
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


def _with_actions(answers: dict[str, Any], vision: model.Vision, rows: list[Item]) -> Objective:
    name = vision.name_objective(answers["id"])
    own = sorted((row for row in rows if row["objective"] == name), key=itemgetter("by"))
    actions = [_action(row) for row in own]
    return Objective(**answers, actions=actions, done=sum(each.done for each in actions))


def _action(row: Item) -> ObjectiveAction:
    return ObjectiveAction(
        id=row["sk"].partition("#")[2],
        what=row["what"],
        by=row["by"],
        horizon=find_row_horizon(row),
        done=row.get("done_on") is not None,
    )


def find_row_horizon(row: Item) -> model.Horizon:
    """How far ahead the action of a stored row was planned."""
    opened_on, by = (date.fromisoformat(row[name]) for name in ("opened_on", "by"))
    return model.find_horizon(opened_on, by)


def _questions() -> dict[str, dict[str, str]]:
    return {each["key"]: each for each in data.load("vision")}
