"""Use cases for the data export: everything that is held about a member, as people can read it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from comhar import data, retention
from comhar.aws.conditions import Item
from comhar.aws.dynamodb import Table
from comhar.aws.encryption import Seal
from comhar.communities import repository as communities
from comhar.context import Context
from comhar.data_export.views import DataPage
from comhar.dates.dublin_time import stamp, unstamp
from comhar.formatting import Day, Instant, doing, named
from comhar.inbox import repository as inbox
from comhar.mailboxes import address_digest
from comhar.meetings import repository as meetings
from comhar.meetings.day import repository as outcomes
from comhar.membership import email_addresses, history
from comhar.membership import repository as membership_repository
from comhar.membership.model import SESSION, Member
from comhar.polls import repository as polls
from comhar.reflections.additions import Additions
from comhar.reflections.draft_repository import Drafts
from comhar.reflections.repository import Reflections
from comhar.regions import NATIONAL
from comhar.saved_forms import KeptForms

Row = dict[str, Any]
_RECORD = (
    *("name", "preferred_name", "email", "role_other", "workplace", "ask_about", "language"),
    *("paused", "status", "reason", "confirmed", "joined_on"),
)


def page() -> DataPage:
    return DataPage(**data.load("takeout"))


def everything(ctx: Context, seal: Seal) -> dict[str, list[Row]]:
    """All that is held about the member, by the keys of data/takeout.json. That it was taken is noted.

    The reads are bounded by the member's own items, and by the meetings of the regions they were in.
    """
    me, now, table = ctx.user, ctx.now, ctx.table
    table.transact([membership_repository.audit(me, "download_data", me, now)])
    own = table.query(f"MEMBER#{me.id}").items
    note = table.get(email_addresses.invitation_key(address_digest(me.email)))
    return {
        "record": [_record(me)],
        "periods": [_period(each) for each in me.periods],
        "terms": list(_terms(me, now, table)),
        "sessions": list(_sessions(own)),
        "invitation": [_invitation(note)] if note else [],
        "reflections": list(_reflections(me, Reflections(table, seal))),
        "additions": [
            {"at": Instant(each["at"]), "text": each["text"], "reflection": each["reflection"]}
            for each in Additions(table, seal).iterate_own(me.id)
        ],
        "drafts": list(_drafts(own, ctx, seal)),
        **_at_meetings(me, table),
        "polls": list(_polls(me, now, table)),
        "actions": list(_actions(me, table)),
        "mail": list(_mail(own, me, table)),
        "history": list(_history(me, table)),
    }


def _record(me: Member) -> Row:
    held = me.model_dump(include=set(_RECORD))
    shows = [each.replace("_", " ") for each in me.shows]
    leads = [named(each) for each in me.chair_of]
    about = {"region": named(me.region), "role": named(me.role), "number": me.id}
    lists = {"shown_to_colleagues": ", ".join(shows), "co_chair_of": ", ".join(leads)}
    joined = {"joined_on": _day(me.joined_on)}
    return {name: held[name] for name in _RECORD} | joined | about | lists | _asked(me)


def _asked(me: Member) -> Row:
    """A change of name that waits for the office."""
    if me.name_asked is None:
        return {}
    held = {f"asked_for_{name}": me.name_asked[name] for name in ("name", "preferred_name")}
    return held | {"asked_for_at": Instant(me.name_asked["at"])}


def _day(text: str | None) -> Day | None:
    return Day(text) if text else None


def _period(period: dict[str, Any]) -> Row:
    """Its columns stand in one order; DynamoDB gives the parts of a map in any."""
    days = {name: _day(period.get(name)) for name in ("from", "until")}
    known = {"region": named(period.get("region")), **days}
    return known | {name: period[name] for name in sorted(period.keys() - known.keys())}


def _regions(me: Member) -> list[str]:
    """Those in which the member was ever active."""
    return sorted({each["region"] for each in me.periods if each.get("region")})


def _terms(me: Member, now: datetime, table: Table) -> Iterator[Row]:
    for region in _regions(me):
        for term in communities.by_region(table, region, now).terms:
            if term.member == me.id:
                days = term.model_dump(mode="json", by_alias=True, exclude={"member"})
                held = {name: _day(text) for name, text in days.items()}
                yield {"region": named(region), **held}


def _sessions(own: list[Item]) -> Iterator[Row]:
    for each in own:
        if each["sk"].startswith("SESSION#"):
            until = unstamp(each["expires_at"])
            yield {"since": Instant(stamp(until - SESSION)), "until": Instant(each["expires_at"])}


def _invitation(note: Item) -> Row:
    """Without the number of who invited."""
    held = {name: note[name] for name in note if name not in ("pk", "sk", "by", "expires")}
    return held | {"at": Instant(note["at"])}


def _mail(own: list[Item], me: Member, table: Table) -> Iterator[Row]:
    """What came from the member's address, and from those they had before, while they had them."""
    notes = [each for each in own if each["sk"].startswith("ADDRESS#") and "asked" not in each]
    until = {each["sk"].partition("#")[2]: each["at"] for each in notes}
    for address in (address_digest(me.email), *until):
        for each in inbox.from_address(address, table):
            if each["at"] < until.get(address, "~"):
                yield {"at": Instant(each["at"]), "subject": each.get("subject")}


def _reflections(me: Member, reflections: Reflections) -> Iterator[Row]:
    """All of them with their earlier versions, newest first, opened."""
    for each in reflections.iterate_own(me.id):
        at = Instant(stamp(each.written_at))
        about: Row = {"written_at": at, "region": named(each.region)}
        about |= {"who_may_read": each.visibility, "meeting": each.meeting, "kind": each.kind}
        yield {**about, "version": each.version, **each.words.model_dump()}


def _drafts(own: list[Item], ctx: Context, seal: Seal) -> Iterator[Row]:
    for each in own:
        what, _, path = each["sk"].partition("#")
        if what != "DRAFT":
            continue
        if path == "reflection":
            draft = Drafts(ctx.table, seal).read(ctx.user.id)
            at = Instant(each["saved_at"])
            yield {"page": "/reflections/new", "at": at, "words": draft.words}
            continue
        forms = KeptForms(ctx.table, None if isinstance(each["form"], str) else seal)
        if form := forms.kept(ctx.user.id, path, ctx.now):
            at = Instant(stamp(unstamp(each["expires_at"]) - retention.kept("draft")))
            yield {"page": path, "at": at, "words": form}


def _at_meetings(me: Member, table: Table) -> dict[str, list[Row]]:
    """What the member said and did at the meetings of their regions and of all, since they first joined."""
    found: dict[str, list[Row]] = {
        each: [] for each in ("answers", "attended", "items", "statements", "topics")
    }
    since = min((each["from"] for each in me.periods), default="9999-01-01")
    for region in (*_regions(me), NATIONAL):
        for row in meetings.rows_from(table, region, datetime.fromisoformat(since)):
            about = {"meeting": Instant(row["starts_at"]), "kind": named(row["kind"])}
            about["region"] = named(region)
            if me.id in row.get("attended", ()):
                found["attended"].append(about)
            _said(meetings.of_member(table, row["id"], me.id), me, about, found)
            _chose(row["id"], me, about, found, table)
    return found


def _said(items: list[Item], me: Member, about: Row, found: dict[str, list[Row]]) -> None:
    """One meeting's answer, needs and proposals of the member."""
    mine = {each["sk"].partition("#")[0]: each for each in items if each["sk"].endswith(me.id)}
    answer, needs = mine.get("ANSWER", {}), mine.get("NEEDS", {})
    if answer or needs:
        at = Instant(answer["at"]) if "at" in answer else None
        said = {"answer": answer.get("answer"), "at": at}
        access = meetings.access_needs(needs) if needs else None
        said["to_arrange"] = (
            ", ".join([*access.titles, *filter(None, [access.words])]) if access else None
        )
        found["answers"].append({**about, **said})
    for each in items:
        if each["sk"].startswith("ITEM#") and each["by"] == me.id:
            told = ("title", "why", "kind", "minutes", "link", "state", "reason")
            file = {"file": (each.get("file") or {}).get("name")}
            found["items"].append({**about, **{name: each.get(name) for name in told}, **file})


def _chose(meeting: str, me: Member, about: Row, found: dict[str, list[Row]], table: Table) -> None:
    """One meeting's support statement, vote and ideas of the member."""
    statement, vote, ideas = outcomes.find_own(table, meeting, me.id)
    if statement:
        found["statements"].append({**about, "i_will_support_myself_by": statement["text"]})
    if vote or ideas:
        own = ", ".join(each["title"] for each in ideas)
        found["topics"].append(
            {**about, "voted_for": ", ".join(vote.get("topics", ())), "ideas": own}
        )


def _polls(me: Member, now: datetime, table: Table) -> Iterator[Row]:
    """What the member said to each date of the polls that are still there."""
    for region in _regions(me):
        for row in polls.rows(table, region, now):
            held, said = table.batch_get([polls.key(row["id"]), polls.vote_key(row["id"], me.id)])
            for each in held["options"] if held and said else ():
                vote = named(said["votes"].get(each["key"]))
                yield {
                    "date": Instant(each["starts_at"]),
                    "answer": vote,
                    "at": Instant(said["at"]),
                    "region": named(region),
                }


def _actions(me: Member, table: Table) -> Iterator[Row]:
    for region in _regions(me):
        for each in table.query(f"REGION#{region}", "ACTION#").items:
            if each.get("member") == me.id:
                days = ("by", "opened_on", "done_on")
                held = {"what": each.get("what"), **{name: _day(each.get(name)) for name in days}}
                held["before"] = [Day(step["from"]) for step in each.get("moved", ())]
                yield {**held, "region": named(region)}


def _history(me: Member, table: Table) -> Iterator[Row]:
    """What was done to the record, and who looked at it; people by what they are, not by name."""
    for looks in (False, True):
        before: str | None = None
        while True:
            lines, before = history.list_history(table, me, before, looks=looks)
            for each in lines:
                at = Instant(each["at"])
                yield {"at": at, "what": doing(each["what"]), "by": _who(each["who"], me)}
            if before is None:
                break


def _who(who: str, me: Member) -> str:
    if who in (me.id, me.alias):
        return "you"
    return "the national office" if who.startswith("office-") else "a co-chair or Comhar itself"
