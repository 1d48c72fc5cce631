"""Owns where a region still names a person, and what stands there afterwards: a former member."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from comhar import retention
from comhar.aws.conditions import Delete, Item, Put, Update, Write, absent_or_at_most, present
from comhar.aws.dynamodb import TRANSACTION_LIMIT, ConditionFailed, Table
from comhar.communities import repository as communities
from comhar.communities.model import without
from comhar.dates.dublin_time import local_date, stamp
from comhar.membership import repository as people
from comhar.names import FORMER
from comhar.polls import repository as polls
from comhar.regions import NATIONAL

_TRIES = 5  # against others who change the same meeting or community


@dataclass(frozen=True)
class Gone:
    """Who goes, and by which random name what stays of them is joined."""

    id: str
    names: tuple[str, ...]
    regions: tuple[str, ...]
    stands_for: str

    def named(self, text: str) -> bool:
        """Whether a text is just this person's name, as somebody typed it."""
        return " ".join(text.split()).casefold() in self.names


def gone(held: Item, stands_for: str) -> Gone:
    """The person of a member's item; `regions` are all in which they ever were or led, and that of the
    national meetings."""
    names = (" ".join(held[each].split()).casefold() for each in _NAMES if held.get(each))
    been = {each["region"] for each in held.get("periods", ()) if each.get("region")}
    regions = been | {*held.get("chair_of", ()), held.get("region"), NATIONAL}
    return Gone(held["id"], tuple(names), tuple(sorted(regions - {None})), stands_for)


_NAMES = ("name", "preferred_name")
_LEADS = ("lead", "next_lead")  # where a meeting names one person


def clear_region(region: str, person: Gone, now: datetime, table: Table) -> None:
    """Takes the person out of the region's register, meetings, polls, actions and community."""
    _again(lambda: _leave_figures(region, person, now, table))
    for row in table.query(f"REGION#{region}", "MEETING#").items:
        _clear_meeting(row["id"], person, now, table)
    for survey in table.query(f"REGION#{region}", "SURVEY#").items:
        _again(partial(_clear_survey, survey["id"], person, table))
    for poll in table.query(f"REGION#{region}", "POLL#").items:
        table.transact([Delete(polls.vote_key(poll["id"], person.id))])
    _again(lambda: _clear_actions(region, person, table))
    _again(lambda: _clear_community(region, person, now, table))


def _clear_survey(survey_id: str, person: Gone, table: Table) -> None:
    """Who was asked stays a number: the random name takes the place of the person's."""
    for item in table.query(f"SURVEY#{survey_id}").items:
        if person.id in item.get("people", ()):
            asked = {"people": _swapped(item["people"], person)}
            table.transact(
                [Update((item["pk"], item["sk"]), set=asked, when={"people": item["people"]})]
            )


def _clear_actions(region: str, person: Gone, table: Table) -> None:
    for action in table.query(f"REGION#{region}", "ACTION#").items:
        typed = "member" not in action and person.named(action["who"])
        if typed or action.get("member") == person.id:
            key = (action["pk"], action["sk"])
            gone = ["member", "due", "due_at"]  # nobody is left to be reminded
            when = {"pk": present, "revision": _revision(action)}
            without = Update(key, set={"who": FORMER}, remove=gone, add={"revision": 1}, when=when)
            table.transact([without])


def _leave_figures(region: str, person: Gone, now: datetime, table: Table) -> None:
    """Puts the random name in the register and where attendance is counted, in one transaction: the
    KPI figures (DOMAIN, "KPIs") are the same before, meanwhile and after."""
    rows = table.query(f"REGION#{region}", "MEETING#").items
    present = [row for row in rows if person.id in row.get("attended", ())]
    writes: list[Write] = [
        Update(
            (row["pk"], row["sk"]),
            set={"attended": _swapped(row["attended"], person)},
            when={"attended": row["attended"]},
        )
        for row in present
    ]
    while len(writes) > TRANSACTION_LIMIT - 2:  # many years: the oldest first
        table.transact(writes[: TRANSACTION_LIMIT - 2])
        del writes[: TRANSACTION_LIMIT - 2]
    row = table.get(people.row_key(region, person.id))
    writes += _row_without_name(row, region, person, now) if row else []
    if writes:
        table.transact(writes)


def _row_without_name(row: Item, region: str, person: Gone, now: datetime) -> list[Write]:
    """The register's row of somebody: the role, and the days of being active here. Nobody who never
    was active leaves one."""
    gone: list[Write] = [Delete((row["pk"], row["sk"]))]
    been = [each for each in row.get("periods", ()) if each.get("region", region) == region]
    pk, sk = people.row_key(region, person.stands_for)
    until = int((now + retention.kept("former")).timestamp())
    item = {"pk": pk, "sk": sk, "id": person.stands_for, "role": row.get("role"), "region": region}
    item |= {"status": "erased", "periods": been, "expires": until}
    return [*gone, Put(item)] if been else gone


def _swapped(attended: Sequence[str], person: Gone) -> list[str]:
    return [person.stands_for if each == person.id else each for each in attended]


def _clear_meeting(meeting_id: str, person: Gone, now: datetime, table: Table) -> None:
    """The meeting's own items: who was there, leads, answered, needs something, proposed, invited."""

    def cleared() -> None:
        for item in table.query(f"MEETING#{meeting_id}").items:
            if write := _cleared(item, person, now):
                table.transact([write])

    _again(cleared)


def _cleared(item: Item, person: Gone, now: datetime) -> Write | None:
    key = (item["pk"], item["sk"])
    what, _, rest = item["sk"].partition("#")
    if rest == person.id or (what == "SCRIBE" and item["member"] == person.id):
        return Delete(key)  # an answer, what to arrange, a support statement, a vote
    if what == "MEETING" and person.id in (*item.get("attended", ()), *map(item.get, _LEADS)):
        led = [each for each in _LEADS if item.get(each) == person.id]
        attended = _swapped(item.get("attended", ()), person)
        when = {"revision": item["revision"]}
        return Update(key, set={"attended": attended}, remove=led, add={"revision": 1}, when=when)
    if what == "ITEM" and item["by"] == person.id:
        accepted = item["state"] == "accepted"  # a part of what the community decided
        as_read = {"state": item["state"], "revision": _revision(item)}
        unnamed = {"by": "", "by_name": FORMER}
        without = Update(key, set=unnamed, remove=["file"], add={"revision": 1}, when=as_read)
        return without if accepted else Delete(key, when=as_read)
    if what == "PAPER" and item["by"] == person.id:  # nothing names the file now: the clock's
        ends = {"by": "", "due": "work", "due_at": stamp(now)}
        return Update(key, set=ends, when={"pk": present})
    if what == "ATTENDANCE" and person.id in item["attended"]:
        there = _swapped(item["attended"], person)
        return Update(key, set={"attended": there}, when={"attended": item["attended"]})
    if what == "IDEA" and item.get("by") == person.id:
        return Update(key, remove=["by"], when={"pk": present})
    if what == "AGENDA":
        signed = _signed(item, person)
        return Update(key, set=signed) if signed["chairs"] != item["chairs"] else None
    return None


def _revision(item: Item) -> Any:
    """That an item is at the revision at which it was read; the first has none."""
    return item.get("revision") or absent_or_at_most(0)


def _signed(item: Item, person: Gone) -> Item:
    """In whose names an agenda was issued; by name only where no id was kept with it."""
    ids = item.get("chair_ids") or [""] * len(item["chairs"])
    both = list(zip(item["chairs"], ids, strict=True))
    mine = [of == person.id or (not of and person.named(name)) for name, of in both]
    both = [(FORMER, "") if gone else each for each, gone in zip(both, mine, strict=True)]
    return {"chairs": [name for name, _ in both], "chair_ids": [of for _, of in both]}


def _clear_community(region: str, person: Gone, now: datetime, table: Table) -> None:
    before = communities.by_region(table, region, now)
    after = without(before, person.id, local_date(now))
    terms = tuple(
        each.model_copy(update={"member": person.stands_for}) if each.member == person.id else each
        for each in after.terms
    )
    if after is not before or terms != before.terms:
        changed = {"terms": terms, "revision": before.revision + 1}
        table.transact([communities.put(after.model_copy(update=changed))])


def _again(step: Callable[[], None]) -> None:
    """Does a step that reads before it writes, anew where somebody wrote in between. Raises Lost."""
    for _ in range(_TRIES - 1):
        try:
            return step()
        except ConditionFailed:
            continue
    return step()
