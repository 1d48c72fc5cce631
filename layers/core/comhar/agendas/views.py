"""Owns what the doors of agendas answer with: each page is a template over one of these."""

from comhar.agendas.model import Item, Line
from comhar.fields import View
from comhar.meetings.model import Kind
from comhar.membership.model import Member


class ItemView(View):
    id: str
    meeting: str
    title: str
    minutes: int | None
    state: str
    by: str | None = None
    mine: bool = False
    reason: str | None = None


class ItemForm(View):
    """What the form to propose an item starts from."""

    meeting: str
    region: str
    kind: Kind
    starts_at: str
    agenda_due_at: str | None  # none once it is out


class AgendaView(View):
    """The agenda in the making, for who leads the meeting: the lines as they stand, and the items."""

    meeting: str
    region: str
    kind: Kind
    starts_at: str
    minutes: int
    agenda_due_at: str
    agenda_issued_at: str | None
    lines: list[Line]
    together: int  # minutes of all lines
    items: list[ItemView]


def item(one: Item, meeting: str, me: Member, leads: bool = False) -> ItemView:
    """An item as this person may see it: who proposed it is for them and for who leads."""
    mine = one.by == me.id
    return ItemView(
        meeting=meeting,
        **one.model_dump(include={"id", "title", "minutes", "state"}),
        by=one.by_name if leads or mine else None,
        mine=mine,
        reason=one.reason if leads or mine else None,
    )
