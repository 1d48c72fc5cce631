"""Owns what stands on an agenda: the items that members propose, and the lines made of them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from comhar import data
from comhar.errors import Conflict, NotFound
from comhar.meetings.model import Meeting


class ItemDecided(Conflict):
    title = "This item has been decided already."


class Line(BaseModel):
    """One line of an agenda; `minutes` is how long it may take."""

    model_config = ConfigDict(frozen=True)

    title: str
    minutes: int | None = None
    text: str | None = None


class Item(BaseModel):
    """A member's item for the agenda."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    minutes: int | None = None
    state: Literal["proposed", "accepted", "declined"] = "proposed"
    by: str
    by_name: str
    reason: str | None = None


def decided(item: Item, state: str, reason: str | None = None) -> Item:
    if item.state != "proposed":
        raise ItemDecided
    return item.model_copy(update={"state": state, "reason": reason})


def found(items: list[Item], item_id: str) -> Item:
    for item in items:
        if item.id == item_id:
            return item
    raise NotFound("There is no such item on this meeting’s list.")


def lines(meeting: Meeting, items: list[Item], actions: list[str]) -> list[Line]:
    """The agenda: the template of the meeting's kind, with its topic, last time's open actions and
    the accepted items each in its place (DOMAIN, templates `first` and `standing`)."""
    kinds = {each["key"]: each for each in data.load("meetings")["kinds"]}
    found: list[Line] = []
    accepted = [Line(title=i.title, minutes=i.minutes) for i in items if i.state == "accepted"]
    for each in data.load("agenda_templates")[kinds[meeting.kind]["agenda"]]["items"]:
        line = Line(title=each["title"], minutes=each["minutes"], text=each["text"])
        if each["key"] == "lead_topic" and meeting.topic:
            line = line.model_copy(update={"title": f"{line.title}: {meeting.topic}"})
        if each["key"] == "actions" and actions:
            line = line.model_copy(update={"text": "Still open: " + "; ".join(actions)})
        if each["key"] == "member_items" and accepted:
            found += accepted
            accepted = []
            continue
        found.append(line)
    return found[:-1] + accepted + found[-1:] if accepted else found
