"""A person's data with a meeting's day and actions: exported and removed."""

from collections.abc import Iterable, Iterator

from comhar.aws.conditions import Delete, Item, Update, Write, absent_or_at_most, present
from comhar.aws.dynamodb import Table
from comhar.formatting import Day, get_title
from comhar.meetings import replies
from comhar.meetings.day.action_repository import PURSUED
from comhar.meetings.day.repository import statement_key
from comhar.membership.model import ErasedPerson
from comhar.person_names import FORMER_MEMBER

_DAYS = ("by", "opened_on", "done_on")


def erase_writes(items: Iterable[Item], person: ErasedPerson) -> Iterator[list[Write]]:
    """Removes a person from a meeting's day: attendance, statement, ideas.

    `items` are the meeting's.
    """
    for item in items:
        key = (item["pk"], item["sk"])
        kind = item["sk"].partition("#")[0]
        if item["sk"] == f"STATEMENT#{person.id}" or (
            kind == "SCRIBE" and item["member"] == person.id
        ):
            yield [Delete(key)]
        elif kind == "ATTENDANCE" and person.id in item["attended"]:
            changes = {"attended": person.replace_in(item["attended"])}
            yield [Update(key, set=changes, condition={"attended": item["attended"]})]
        elif kind == "IDEA" and item.get("by") == person.id:
            yield [Update(key, remove=["by"], condition={"pk": present})]


def erase_action_writes(table: Table, region: str, person: ErasedPerson) -> Iterator[list[Write]]:
    """Removes a person from a region's actions, which stay with a former member.

    Nobody is reminded of them. Four queries: open ones are read again after those done, as one may be marked
    as not done after they were read first, and their copies last.
    """
    for begins in ("ACTION#", "DONE#", "ACTION#", PURSUED):
        for item in table.query(f"REGION#{region}", begins).items:
            typed = "member" not in item and person.is_named(item["who"])
            if typed or item.get("member") == person.id:
                as_read = {"pk": present, "revision": item.get("revision") or absent_or_at_most(0)}
                yield [
                    Update(
                        (item["pk"], item["sk"]),
                        set={"who": FORMER_MEMBER},
                        remove=["member", "due", "due_at"],
                        add={"revision": 1},
                        condition=as_read,
                    )
                ]


def export(table: Table, meeting_id: str, member_id: str) -> dict[str, list[Item]]:
    """A member's support statement, vote and ideas at a meeting; two reads."""
    pk = f"MEETING#{meeting_id}"
    vote_keys = replies.keys(table, "VOTE", meeting_id, [member_id])
    statement, *votes = table.batch_get([statement_key(meeting_id, member_id), *vote_keys])
    vote = replies.find("VOTE", votes)
    items = table.query(pk, "IDEA#").items
    ideas = [idea["title"] for idea in items if idea.get("by") == member_id]
    topics: list[Item] = []
    if vote or ideas:
        topics = [
            {"voted_for": ", ".join((vote or {}).get("topics", ())), "ideas": ", ".join(ideas)}
        ]
    statements = [{"i_will_support_myself_by": statement["text"]}] if statement else []
    return {"statements": statements, "topics": topics}


def export_actions(table: Table, region: str, member_id: str) -> dict[str, list[Item]]:
    """A member's actions in a region, open ones first; two queries."""
    rows: list[Item] = []
    for begins in ("ACTION#", "DONE#"):
        for item in table.query(f"REGION#{region}", begins).items:
            if item.get("member") == member_id:
                days = {name: Day(item[name]) if item.get(name) else None for name in _DAYS}
                before = [Day(step["from"]) for step in item.get("moved", ())]
                row = {"what": item.get("what"), **days, "before": before}
                rows.append({**row, "region": get_title(region)})
    return {"actions": rows}
