"""Responses: what was agreed, open or done, and the forms that change it."""

from datetime import datetime
from typing import Annotated

from comhar.dates.dublin_time import local_date
from comhar.fields import View, json_name
from comhar.meetings.day.model import Action
from comhar.membership.model import Member


class ActionView(View):
    """`moved` are the dates it had before."""

    id: str
    what: str
    who: str
    by: str
    is_own: Annotated[bool, json_name("mine")]
    may_end: bool
    may_edit: bool
    overdue: bool
    done_on: str | None = None
    moved: list[str] = []


class Actions(View):
    region: str
    actions: list[ActionView]
    lately_done: list[ActionView]


class ActionPage(View):
    region: str
    action: ActionView


class Done(View):
    region: str
    action: str


def action_view(action: Action, user: Member, now: datetime) -> ActionView:
    """An action as this person may see it: its owner sees it, and confirmed members."""
    is_own = action.member == user.id
    named = user.confirmed or user.office or is_own
    return ActionView(
        id=action.id,
        what=action.what,
        who=action.who if named else "",
        by=action.by.isoformat(),
        is_own=is_own,
        may_end=action.may_be_ended_by(user),
        may_edit=user.may_chair(action.region),
        overdue=action.is_open and action.by < local_date(now),
        done_on=action.done_on.isoformat() if action.done_on else None,
        moved=[step["from"] for step in action.moved],
    )
