"""Stored items of leadership: who stands; what is written when a co-chair goes."""

from collections.abc import Iterator
from datetime import datetime

from comhar import retention
from comhar.address_digests import address_digest
from comhar.aws.conditions import Item, Key, Put, Update, Write, absent
from comhar.aws.dynamodb import Table, load
from comhar.communities import model as communities_model
from comhar.communities import repository as communities_repository
from comhar.communities.model import Community
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.formatting import Instant, get_title
from comhar.leadership.model import Candidate, Candidates
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId, Mailing
from comhar.membership.model import ErasedPerson, Member


def candidates_key(region: str) -> Key:
    return f"REGION#{region}", "CANDIDATES"


def candidates_from_item(item: Item | None, region: str) -> Candidates:
    stored = tuple(Candidate(**each) for each in (item or {}).get("candidates", ()))
    return load(Candidates, item or {}, region=region, candidates=stored)


def get_candidates(table: Table, region: str) -> Candidates:
    """Who stands in a region; one read."""
    return candidates_from_item(table.get(candidates_key(region)), region)


def candidates_write(after: Candidates, now: datetime) -> Put:
    """The candidates as changed; refused when somebody changed them meanwhile."""
    pk, sk = candidates_key(after.region)
    item: Item = {
        "pk": pk,
        "sk": sk,
        "candidates": [each.model_dump() for each in after.candidates],
        "revision": after.revision,
        "expires": int((now + retention.period("nomination")).timestamp()),
    }
    return Put(item, condition={"revision": after.revision - 1 or absent})


def clear_candidates_write(region: str) -> Update:
    """Forgets who stood, once co-chairs are chosen; the revision goes on."""
    return Update(candidates_key(region), set={"candidates": []}, add={"revision": 1})


def chair_letter_writes(
    region: str, version: str, now: datetime, **people: list[str]
) -> list[Write]:
    """A letter to each of these people, by its purpose."""
    return [
        letters_repository.insert_write(Letter(LetterId(purpose, region, version, person)), now)
        for purpose, ids in people.items()
        for person in ids
    ]


def step_down_writes(member: Member, ctx: Context[Member | None]) -> list[Write]:
    """Takes a member out of the lead, and of who stands, in every community.

    To be written with the change by which they leave, move or are deleted. `member` is as they were before.
    Whoever leads on, the members and the office hear of it by email. One batch.
    """
    today = local_date(ctx.now)
    regions = sorted({*member.chair_of, *([member.region] if member.region else [])})
    keys = [key for code in regions for key in _keys(code)]
    items = ctx.table.batch_get(keys) if keys else []
    writes: list[Write] = []
    for n, region in enumerate(regions):
        before = communities_repository.from_item(items[2 * n], region, today)
        after = communities_model.remove_member(before, member.id, today)
        if after is not before:
            writes += [
                *communities_repository.lead_change_writes(after),
                *departure_writes(before, after, ctx),
            ]
        stood = candidates_from_item(items[2 * n + 1], region)
        stand = stood.remove_member(member.id)
        if stand is not stood:
            writes.append(candidates_write(stand, ctx.now))
    return writes


def _keys(region: str) -> list[Key]:
    return [communities_repository.key(region), candidates_key(region)]


def departure_writes(
    before: Community, after: Community, ctx: Context[Member | None]
) -> list[Write]:
    """The emails about a co-chair who leads no more; nothing where it was none.

    One to who leads on, else to the office, and one to each member, who choose.
    """
    if len(after.chairs) == len(before.chairs):
        return []
    region, version = after.region, str(after.revision)
    facts: Item = {"round": after.round, "left": len(after.chairs)}
    recipients = [(chair["id"], facts) for chair in after.chairs]
    purpose = "lead_alone"
    if not recipients:
        purpose = "no_chairs"
        emails = ctx.settings.office_emails
        recipients = [(address_digest(email), {**facts, "email": email}) for email in emails]
    letters = [
        letters_repository.insert_write(
            Letter(LetterId(purpose, region, version, person), about), ctx.now
        )
        for person, about in recipients
    ]
    mailing = Mailing("choose_chairs", region, version, region, facts=facts)
    return [*letters, letters_repository.insert_mailing_write(mailing, ctx.now)]


def erase_writes(
    table: Table, region: str, person: ErasedPerson, now: datetime
) -> Iterator[list[Write]]:
    """Deletes that a person stood, asked, or took a turn to lead; two reads."""
    before = get_candidates(table, region)
    after = before.remove_member(person.id)
    if after is not before:
        yield [candidates_write(after, now)]
    if writes := communities_repository.erase_turns_writes(table, region, person.id):
        yield writes


def export(table: Table, region: str, member_id: str) -> dict[str, list[Item]]:
    """That a member stands, was asked or asks another, and their turns; one batch."""
    item, turns_item = table.batch_get(
        [candidates_key(region), communities_repository.turns_key(region)]
    )
    about = {"region": get_title(region)}
    stood = candidates_from_item(item, region).candidates
    rows = [
        {
            **about,
            "what": _STATES[each.state] if each.member == member_id else "You asked somebody",
            "at": Instant(each.at),
        }
        for each in stood
        if member_id in (each.member, each.by)
    ]
    turns = communities_repository.turns_from_item(turns_item)
    days = ((turns.led, "Led a meeting, last on"), (turns.offered, "Offered to lead, on"))
    rows += [
        {**about, "what": what, "at": Instant(of[member_id])}
        for of, what in days
        if member_id in of
    ]
    return {"leadership": rows}


_STATES = {
    "asked": "You were asked to stand as co-chair",
    "standing": "You stand as co-chair",
    "declined": "You declined to stand as co-chair",
    "withdrawn": "You were asked to stand as co-chair, and it was taken back",
}
