"""Owns the items of actions: what a region's meetings agreed to do."""

from datetime import datetime, timedelta

from comhar.calendar import local_date
from comhar.errors import NotFound
from comhar.meetings.model import Meeting
from comhar.table import Table
from comhar.tokens import new_id
from comhar.writes import UNLESS_EXISTS, Put, Update
from comhar.writes import Item as Stored


def put_action(meeting: Meeting, action: dict[str, str], now: datetime) -> Put:
    action_id = new_id(now, meeting.region)
    item = {"pk": f"REGION#{meeting.region}", "sk": f"ACTION#{action_id}", "id": action_id}
    opened = local_date(now).isoformat()
    return Put(item | action | {"meeting": meeting.id, "opened_on": opened}, when=UNLESS_EXISTS)


def action_done(region: str, action_id: str, now: datetime) -> Update:
    done = {"done_on": local_date(now).isoformat()}
    return Update((f"REGION#{region}", f"ACTION#{action_id}"), set=done, when={"id": action_id})


def action(table: Table, region: str, action_id: str) -> Stored:
    """Raises NotFound."""
    item = table.get((f"REGION#{region}", f"ACTION#{action_id}"))
    if item is None:
        raise NotFound
    return item


def open_actions(table: Table, region: str, now: datetime) -> list[Stored]:
    """Actions still open of the last year, oldest first."""
    since = new_id(now - timedelta(days=365), region)
    page = table.query(f"REGION#{region}", after=f"ACTION#{since}", until="ACTION#~")
    return [item for item in page.items if "done_on" not in item]
