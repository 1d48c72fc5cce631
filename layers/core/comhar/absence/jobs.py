"""What the scheduler does on the day a member is back: one email."""

from contextlib import suppress

from comhar.aws.conditions import ConditionFailed, Delete, Item
from comhar.context import Context
from comhar.dates.dublin_time import to_wall
from comhar.due_work import leases
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.meetings import repository as meetings_repository
from comhar.membership.repository import find_member


def welcome_back(item: Item, ctx: Context[None]) -> None:
    """Writes the email of the day back, with the next meeting, to a member.

    It is claimed work, put in another's place with each change of the day: who is back sooner gets none.
    """
    member = find_member(ctx.table, ctx.settings, item["member"])
    letters = []
    if member and member.active and member.region:
        rows = meetings_repository.list_rows_from(ctx.table, member.region, to_wall(ctx.now))
        meeting = next((row["id"] for row in rows if row["state"] == "scheduled"), None)
        letter = LetterId("back", member.id, item["until"], member.id)
        facts = {"meeting": meeting} if meeting else {}
        letters = [letters_repository.insert_write(Letter(letter, facts), ctx.now)]
    with suppress(ConditionFailed):  # another worker has the lease by now
        ctx.table.transact(
            required=[Delete((item["pk"], item["sk"]), condition=leases.still_leased(item))],
            optional=letters,
        )
