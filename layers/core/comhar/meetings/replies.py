"""Records of replies to a meeting: answers, access needs and topic votes.

They lie in a partition of their own. The counts lie beside the meeting, in shards, and change in the write
of each reply: whoever is shown how many are coming reads nobody's answer. An answer counts while its member
is active and concerned: it is marked `counted` then. A vote counts until it is changed or deleted.

Until the step `replies` is done (`reply_migration`), some lie beside the meeting, as an earlier version
stored them, and stand in no count: what reads replies reads these too.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Check,
    Condition,
    Delete,
    Item,
    Key,
    Put,
    Update,
    Write,
    absent,
    present,
)
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.due_work import migrations
from comhar.letters.model import Letter
from comhar.meetings import reply_counts, repository
from comhar.meetings.model import OTHER, AccessNeeds, Meeting, MembersOnly
from comhar.meetings.repository import MeetingBundle
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.regions import NATIONAL

Kind = Literal["ANSWER", "NEEDS", "VOTE"]
KINDS: tuple[Kind, ...] = ("ANSWER", "NEEDS", "VOTE")
STEP = "replies"  # the migration that moves and counts what an earlier version stored
TRIES = 5  # against what else changes the same reply
_CONTENTS = ("answer", "dated", "counted", "topics", "needs", "arrange")


def key(kind: Kind, meeting_id: str, member_id: str) -> Key:
    return f"REPLIES#{meeting_id}", f"{kind}#{member_id}"


def keys(table: Table, kind: Kind, meeting_id: str, member_ids: Iterable[str]) -> list[Key]:
    """Where replies lie; until all are moved, also where an earlier version put them."""
    now = [key(kind, meeting_id, member_id) for member_id in member_ids]
    if migrations.is_done(table, STEP):
        return now
    return [*now, *((f"MEETING#{meeting_id}", sk) for _, sk in now)]


def read_own_answer(letter: Letter, table: Table) -> list[Key]:
    """What a letter about a meeting reads of its recipient's answer."""
    return keys(table, "ANSWER", letter.id.subject, [letter.id.person])


def find(kind: Kind, items: Iterable[Item | None]) -> Item | None:
    """One member's reply among what was read; the newer one where there are two."""
    return newest(item for item in items if item and item["sk"].startswith(f"{kind}#"))


def newest(items: Iterable[Item]) -> Item | None:
    """The reply that holds, of one person's in both places."""
    return max(items, key=lambda item: (item.get("at", ""), item["pk"]), default=None)


def find_answer(meeting: Meeting, items: Iterable[Item | None]) -> Item | None:
    """One member's answer to the meeting's present date."""
    answer = find("ANSWER", items)
    return answer if answer and answer["dated"] == meeting.dated else None


def list_stored(table: Table, bundle: MeetingBundle, kinds: Sequence[Kind]) -> list[Item]:
    """Everybody's replies of these kinds, which are neighbours in KINDS; one query."""
    first, last = f"{kinds[0]}#", f"{kinds[-1]}#~"
    earlier = [item for kind in kinds for item in bundle.list_of_kind(kind) if "#" in item["sk"]]
    page = table.query(f"REPLIES#{bundle.meeting.id}", first, until=last)
    return [*page.items, *earlier]


def answers_by_member(meeting: Meeting, items: Iterable[Item | None]) -> dict[str, Item]:
    """The answers to the meeting's present date."""
    by_member: dict[str, Item] = {}
    for item in items:
        if item and item["sk"].startswith("ANSWER#"):
            newer = find("ANSWER", [item, by_member.get(item["member"])])
            by_member[item["member"]] = newer or item
    return {member: item for member, item in by_member.items() if item["dated"] == meeting.dated}


def needs_by_member(items: Iterable[Item]) -> dict[str, AccessNeeds]:
    needs = {item["sk"]: item for item in reversed(list(items)) if item["sk"].startswith("NEEDS#")}
    return {sk.partition("#")[2]: access_needs_from_item(item) for sk, item in needs.items()}


def access_needs_from_item(item: Item) -> AccessNeeds:
    """What a member asks to have arranged.

    Items from before there was a list count as "other".
    """
    return AccessNeeds(choices=tuple(item.get("needs", (OTHER,))), words=item.get("arrange"))


def answer_writes(
    meeting: Meeting,
    member: Member,
    answer: str,
    stored: Sequence[Item | None],
    now: datetime,
    recorded: bool = False,
) -> list[Write]:
    """One member's answer, valid for the present date, in place of what is `stored`.

    Refused where that changed since it was read, with MembersOnly where the member is not concerned any
    more. `recorded` is true where a co-chair wrote it down for the member.
    """
    reply: Item = {"member": member.id, "answer": answer, "dated": meeting.dated, "counted": True}
    reply |= {"at": stamp(now)} | ({"recorded": True} if recorded else {})
    concerned: Condition = {"status": "active"}
    if meeting.region != NATIONAL:
        concerned["region"] = meeting.region
    person = membership_repository.key(member.id)
    return [
        *_replace_writes(key("ANSWER", meeting.id, member.id), reply, stored),
        Check(person, concerned, conflict=MembersOnly),
    ]


def vote_writes(
    meeting: Meeting, member: Member, topics: list[str], stored: Sequence[Item | None]
) -> list[Write]:
    """A member's vote in place of what is `stored`; none where it names no topic.

    Refused where that changed since it was read.
    """
    reply = {"topics": topics} if topics else None
    return _replace_writes(key("VOTE", meeting.id, member.id), reply, stored)


def _replace_writes(place: Key, reply: Item | None, stored: Sequence[Item | None]) -> list[Write]:
    """Stores a reply, or none, in place of what is stored of it; changes the counts."""
    pk, sk = place
    item: Item | None = {"pk": pk, "sk": sk, **reply} if reply else None
    before: Item | None = None
    writes: list[Write] = []
    for old in stored:
        if old and (old["pk"], old["sk"]) == place:
            before = old
        elif old and old["sk"] == sk:  # of an earlier version
            writes.append(Delete((old["pk"], old["sk"]), condition=as_read(old)))
    if item:
        writes.append(Put(item, condition=as_read(before)))
    elif before:
        writes.append(Delete(place, condition=as_read(before)))
    changes = Counter(reply_counts.contribution(item))
    changes.subtract(reply_counts.contribution(before))
    meeting_id, member_id = pk.partition("#")[2], sk.partition("#")[2]
    return [*writes, reply_counts.change_write(meeting_id, member_id, changes)]


def needs_writes(
    table: Table,
    meeting: Meeting,
    member_id: str,
    needs: AccessNeeds,
    stored: Sequence[Item | None],
) -> list[Write]:
    """What one member asks to have arranged, never why, and its deletion later.

    The work that deletes is written unless it is among what is `stored`, as everybody's needs would have to
    wait for it; refused where somebody planned it just now.
    """
    place, *earlier = keys(table, "NEEDS", meeting.id, [member_id])
    item: Item = {"pk": place[0], "sk": place[1]}
    item |= {"needs": list(needs.choices), "arrange": needs.words}
    writes: list[Write] = [Put(item), *map(Delete, earlier)]
    if not any(item and item["sk"] == "NEEDS" for item in stored):
        deletion = repository.schedule_needs_deletion_write(meeting)
        writes.append(Put(deletion.item, condition=UNLESS_EXISTS))
    return writes


def delete_needs_writes(table: Table, meeting_id: str, member_id: str) -> list[Write]:
    return [Delete(place) for place in keys(table, "NEEDS", meeting_id, [member_id])]


def delete_all_needs_writes(table: Table, meeting_id: str) -> list[Write]:
    """Deletes everybody's access needs; a query, and another until all are moved."""
    places = [f"REPLIES#{meeting_id}"]
    if not migrations.is_done(table, STEP):
        places.insert(0, f"MEETING#{meeting_id}")  # first, so that what is moved meanwhile is read
    rows = [row for place in places for row in table.query(place, "NEEDS#").items]
    return [Delete((row["pk"], row["sk"])) for row in rows]


def recount_writes(item: Item, member: Member) -> list[Write]:
    """Puts a stored answer on the counts or takes it off, as its member stands.

    None where it is so already. Refused where the answer or the member changed meanwhile.
    """
    meeting_id = item["pk"].partition("#")[2]
    counted = member.active and meeting_id.partition("-")[0] in (member.region, NATIONAL)
    if counted == item.get("counted", False):
        return []
    changes = Counter(reply_counts.contribution({**item, "counted": True}))
    if not counted:
        changes = Counter({name: -count for name, count in changes.items()})
    mark = {"set": {"counted": True}} if counted else {"remove": ["counted"]}
    person = membership_repository.key(member.id)
    return [
        Update((item["pk"], item["sk"]), condition=as_read(item), **mark),
        Check(person, {"status": member.status, "region": member.region or absent}),
        reply_counts.change_write(meeting_id, member.id, changes),
    ]


def as_read(item: Item | None) -> Condition:
    if item is None:
        return UNLESS_EXISTS
    return {"pk": present} | {name: item.get(name, absent) for name in _CONTENTS}
