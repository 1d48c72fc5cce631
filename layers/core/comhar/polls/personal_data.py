"""A member's votes: what is exported of them, and what an erasure deletes."""

from collections.abc import Iterator
from datetime import datetime

from comhar.aws.conditions import Item, Write
from comhar.aws.dynamodb import Table
from comhar.formatting import Instant, get_title
from comhar.membership.model import ErasedPerson
from comhar.polls import repository, votes


def erase_writes(table: Table, region: str, person: ErasedPerson) -> Iterator[list[Write]]:
    """Deletes a person's votes in a region's polls, and takes them off the counts.

    A query, and a read for each hundred polls. Refused where a vote changed meanwhile.
    """
    rows = table.query(f"REGION#{region}", "POLL#").items
    for item in table.batch_get([votes.key(row["id"], person.id) for row in rows]):
        if item:
            yield votes.delete_writes(item)


def export(table: Table, region: str, member_id: str, now: datetime) -> dict[str, list[Item]]:
    """A member's answers to the region's polls that still exist; one read a poll."""
    answers: list[Item] = []
    for row in repository.list_rows(table, region, now):
        keys = [repository.key(row["id"]), votes.key(row["id"], member_id)]
        poll, answer = table.batch_get(keys)
        for option in poll["options"] if poll and answer else ():
            vote = get_title(answer["votes"].get(option["key"]))
            about = {"at": Instant(answer["at"]), "region": get_title(region)}
            answers.append({"date": Instant(option["starts_at"]), "answer": vote, **about})
    return {"polls": answers}
