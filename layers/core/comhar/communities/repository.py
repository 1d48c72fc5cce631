"""Stored items of communities: who leads each, closure days, and changed texts."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from comhar import regions
from comhar.aws.conditions import Item, Key, Put, Update, Write, absent
from comhar.aws.dynamodb import Table, load
from comhar.communities import pulse
from comhar.communities.model import (
    Community,
    Turns,
    apply_wording,
    next_reminder_at,
    remove_member,
    rename_chair,
)
from comhar.dates.dublin_time import local_date, stamp
from comhar.formatting import Day, get_title
from comhar.membership.chair_terms import Term, add_missing_ends
from comhar.membership.model import ErasedPerson, Member

CLOSURES: Key = ("CALENDAR", "CLOSURES")
TERMS_NOTED: Key = ("CALENDAR", "TERMS")  # see leadership.jobs
_REPLAN_DELAY = timedelta(minutes=1)
_TEXTS = "TEXTS"
_LED, _OFFERED = "led_", "offered_"  # begin the attributes of members' turns
_STORED = ("region", "next_topic", "next_lead", "starter", "revision")


def key(region: str) -> Key:
    return f"REGION#{region}", "COMMUNITY"


def from_item(item: Item | None, region: str, today: date) -> Community:
    """The community as of `today` (Dublin); one that nobody has led has no item."""
    if item is None:
        return Community(region=region)
    chairs = tuple(item.get("chairs", ()))
    terms = add_missing_ends(
        tuple(Term(**term) for term in item.get("terms", ())), {chair["id"] for chair in chairs}
    )
    return load(Community, item, region=region, chairs=chairs, terms=terms).as_of(today)


def community_write(community: Community) -> Put:
    """The community as changed; refused when somebody changed it meanwhile."""
    pk, sk = key(community.region)
    item: Item = {"pk": pk, "sk": sk, **{name: getattr(community, name) for name in _STORED}}
    item |= {"chairs": list(community.chairs), "terms": [_stored(term) for term in community.terms]}
    dated = community.model_dump(mode="json", include={"phases", "rests", "closed_on"})
    item |= {name: value for name, value in dated.items() if value}
    before = community.revision - 1
    return Put(item, condition={"revision": before} if before else {"revision": absent})


def lead_change_writes(community: Community) -> list[Write]:
    """The community as changed, where others may lead it now; as `community_write`."""
    return [community_write(community), pulse.leads_write(community)]


def _stored(term: Term) -> Item:
    return term.model_dump(mode="json", by_alias=True, exclude_none=True)


def reminder_write(region: str, term: Term, now: datetime) -> Put:
    """The work that reminds of a term, in place of that of the term before.

    Hand in a term of which there is something still to remind (see `model.next_reminder_at`).
    """
    at = next_reminder_at(term.until, now, term.since)
    assert at is not None
    days = {"since": term.since.isoformat(), "until": term.until.isoformat()}
    item: Item = {"pk": f"REGION#{region}", "sk": "TERM", **days}
    return Put(item | {"due": "work", "due_at": stamp(at)})


def terms_noted_write() -> Put:
    """The mark that co-chairs' rows have terms' ends, and that reviews are planned.

    See `leadership.jobs`.
    """
    pk, sk = TERMS_NOTED
    return Put({"pk": pk, "sk": sk, "reviews": True})


def leave_choices_write(region: str, topic: str | None, lead: str | None) -> Update:
    """Stores a topic and a lead for the next meeting that will be planned."""
    fields = {"next_topic": topic, "next_lead": lead}
    choices = {name: value for name, value in fields.items() if value}
    return Update(key(region), set={"region": region, **choices}, add={"revision": 1})


def return_choices_write(region: str, topic: str | None, lead: str | None) -> Update:
    """Stores the topic and lead of a cancelled meeting for the next one.

    Unless something newer was chosen.
    """
    fields = {"next_topic": topic, "next_lead": lead}
    choices = {name: value for name, value in fields.items() if value}
    return Update(key(region), set={"region": region}, default=choices, add={"revision": 1})


def take_choices_write(community: Community) -> Update:
    """Deletes the next topic and lead, which a meeting has now.

    Refused when somebody changed the community meanwhile: closed it, chose another topic, or planned too.
    Who closes it at that moment is refused likewise.
    """
    return Update(
        key(community.region),
        set={"region": community.region},
        add={"revision": 1},
        remove=["next_topic", "next_lead"],
        condition={"revision": community.revision or absent},
    )


def list_led_regions(table: Table, now: datetime) -> set[str]:
    """The regions whose community has co-chairs; one batch."""
    return {code for code, chairs in list_chairs(table, regions.codes(), now).items() if chairs}


def list_chairs(table: Table, region_codes: Collection[str], now: datetime) -> dict[str, list[str]]:
    """The ids of the co-chairs of each region; one batch for each hundred regions."""
    today = local_date(now)
    items = table.batch_get([key(code) for code in region_codes])
    communities = (
        from_item(item, code, today) for code, item in zip(region_codes, items, strict=True)
    )
    return {
        community.region: [chair["id"] for chair in community.chairs] for community in communities
    }


def get_community(table: Table, region: str, now: datetime) -> Community:
    """The community as it stands now; one read."""
    return from_item(table.get(key(region)), region, local_date(now))


def turns_key(region: str) -> Key:
    return f"REGION#{region}", "TURNS"


def turns_from_item(item: Item | None) -> Turns:
    """Who led a meeting when, and who offered to: an attribute each."""

    def days(begins: str) -> dict[str, str]:
        names = (name for name in item or {} if name.startswith(begins))
        return {name.removeprefix(begins): (item or {})[name] for name in names}

    return Turns(led=days(_LED), offered=days(_OFFERED))


def offer_turn_write(region: str, member_id: str, day: date | None) -> Update:
    """That a member would like to lead a meeting, since that day (Dublin).

    None for no more.
    """
    name = f"{_OFFERED}{member_id}"
    if day is None:
        return Update(turns_key(region), remove=[name])
    return Update(turns_key(region), default={name: day.isoformat()})


def led_writes(table: Table, region: str, member_id: str, day: date) -> list[Update]:
    """That a member led a meeting on that day; a later one stays. One read."""
    led = turns_from_item(table.get(turns_key(region))).led.get(member_id, "")
    last = {f"{_LED}{member_id}": max(led, day.isoformat())}
    return [Update(turns_key(region), set=last, remove=[f"{_OFFERED}{member_id}"])]


def erase_turns_writes(table: Table, region: str, member_id: str) -> list[Write]:
    """Forgets a person's turns; one read."""
    names = [f"{_LED}{member_id}", f"{_OFFERED}{member_id}"]
    if not any(name in (table.get(turns_key(region)) or {}) for name in names):
        return []
    return [Update(turns_key(region), remove=names)]


def rename_chair_writes(table: Table, member: Member, name: str, now: datetime) -> list[Put]:
    """The communities that a member leads, with the member's new name.

    To be written with the change of name.
    """
    before = [get_community(table, region, now) for region in member.chair_of]
    after = [rename_chair(community, member.id, name) for community in before]
    return [community_write(new) for old, new in zip(before, after, strict=True) if new is not old]


def closures_from_item(item: Item | None) -> list[dict[str, str]]:
    """The closure days with their notes, in order."""
    return sorted(item["days"] if item else [], key=lambda closure: closure["day"])


def closed_days_from_item(item: Item | None) -> frozenset[date]:
    """The days on which the office is closed, besides weekends and public holidays."""
    return frozenset(date.fromisoformat(closure["day"]) for closure in closures_from_item(item))


def list_closed_days(table: Table) -> frozenset[date]:
    """The same, read; one read."""
    return closed_days_from_item(table.get(CLOSURES))


def closures_write(before: Item | None, days: list[dict[str, str]]) -> Put:
    """The closure days as changed; refused when somebody changed them meanwhile."""
    pk, sk = CLOSURES
    revision = before["revision"] if before else 0
    item: Item = {"pk": pk, "sk": sk, "days": days, "revision": revision + 1}
    return Put(item, condition={"revision": revision or absent})


def replan_write(now: datetime) -> Put:
    """The work that plans anew what falls due by working days.

    Meetings, polls, actions. It waits a minute, longer than any call takes: whoever still reckons with the
    old days has written by then.
    """
    item: Item = {"pk": "CALENDAR", "sk": "REPLAN"}
    return Put(item | {"due": "work", "due_at": stamp(now + _REPLAN_DELAY)})


def text_key(name: str) -> Key:
    return _TEXTS, name


def list_texts(table: Table) -> list[Item]:
    """Every text that the office has changed; one query."""
    return table.query(_TEXTS).items


def get_text(table: Table, name: str) -> Any:
    """A text in its data file's shape, with the office's words where it has some.

    `name` is `roles`, `help` or one of data/texts.json. One read.
    """
    return apply_wording(name, (table.get(text_key(name)) or {}).get("words"))


def get_texts(table: Table, *names: str) -> list[Any]:
    """Texts, each as `get_text` gives it; one read."""
    items = table.batch_get([text_key(name) for name in names])
    return [
        apply_wording(name, (item or {}).get("words"))
        for name, item in zip(names, items, strict=True)
    ]


def get_roles(table: Table) -> list[dict[str, str]]:
    """Every role with its title and description; one read."""
    roles: list[dict[str, str]] = get_text(table, "roles")
    return roles


def text_write(name: str, words: Any, revision: int, now: datetime) -> Put:
    """The text in the office's words; None for those that came with the service.

    Refused when somebody changed it since `revision`.
    """
    pk, sk = text_key(name)
    item = {"pk": pk, "sk": sk, "words": words, "changed_at": stamp(now), "revision": revision + 1}
    return Put(item, condition={"revision": revision if revision else absent})


def erase_writes(
    table: Table, region: str, person: ErasedPerson, now: datetime
) -> Iterator[list[Write]]:
    """Takes a person out of the lead of a community; their terms keep a pseudonym.

    A transaction each, here and in other topics.
    """
    before = get_community(table, region, now)
    after = remove_member(before, person.id, local_date(now))
    terms = tuple(
        term.model_copy(update={"member": person.pseudonym}) if term.member == person.id else term
        for term in after.terms
    )
    if after is not before or terms != before.terms:
        changes = {"terms": terms, "revision": before.revision + 1}
        yield lead_change_writes(after.model_copy(update=changes))


def export(table: Table, region: str, member_id: str, now: datetime) -> dict[str, list[Item]]:
    """A member's terms as co-chair of a community, for the data export."""
    rows: list[Item] = []
    for term in get_community(table, region, now).terms:
        if term.member == member_id:
            days = term.model_dump(mode="json", by_alias=True, exclude={"member"})
            dated = {name: Day(day) if day else None for name, day in days.items()}
            rows.append({"region": get_title(region), **dated})
    return {"terms": rows}
