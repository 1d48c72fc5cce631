"""Rules of what waits for a person: from what is stored to a list that empties.

Nothing here knows who answered a survey, so no survey is ever among it.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from comhar import data
from comhar.aws.conditions import Item
from comhar.dates.dublin_time import local_date, stamp, unstamp
from comhar.dates.working_days import issue_instant
from comhar.formatting import format_day, format_period, get_title
from comhar.home.repository import Reading
from comhar.meetings import rows as meeting_rows
from comhar.meetings.timeline import CALLED_BEFORE, agenda_due_at
from comhar.membership.model import Member
from comhar.tokens import made_at

GROUPED_FROM = 4  # things of a kind stand on one line
_TERM_NOTICE = timedelta(
    weeks=4
)  # DOMAIN.md: co-chairs and office are reminded 4 weeks before a term ends


class Thing(BaseModel):
    """One thing that waits: its kind, since when (UTC), and where it is done.

    The kinds are those of API.md, `/me/waiting`.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    title: str
    since: datetime
    href: str
    count: int = 1  # how many it stands for


def title(kind: str, variant: str = "one", **facts: Any) -> str:
    """The words of data/waiting.json for a thing of this kind."""
    words: str = data.load("waiting")[kind][variant]
    return words.format(**facts)


def list_waiting(reading: Reading, user: Member, now: datetime) -> list[Thing]:
    """All that waits for this person, oldest first.

    People to confirm are one thing with their number, where `reading` does not name them.
    """
    things = [*_own(reading, user, now), *_office(reading), *_events(reading, user, now)]
    if user.active and user.region:
        things += _member(reading, user, now)
        if user.region in user.chair_of:
            things += _chair(reading, user, now)
        things += _leading(reading, user, now)
    return sorted(things, key=lambda thing: (thing.since, thing.kind, thing.href))


def group(things: Iterable[Thing]) -> list[Thing]:
    """The same, with one line for all of a kind where there are many."""
    by_kind: dict[str, list[Thing]] = {}
    for thing in things:
        by_kind.setdefault(thing.kind, []).append(thing)
    lines: list[Thing] = []
    for kind, of_kind in by_kind.items():
        if len(of_kind) < GROUPED_FROM:
            lines += of_kind
        else:
            words = title(kind, "many", n=len(of_kind))
            whole = {
                "title": words,
                "href": _LISTS.get(kind, of_kind[0].href),
                "count": len(of_kind),
            }
            lines.append(of_kind[0].model_copy(update=whole))
    return sorted(lines, key=lambda thing: thing.since)


_LISTS = {  # where all of a kind are done, where that is not the page of the first
    "approve_member": "/members?status=pending",
    "answer_mail": "/inbox",
    "close_meeting": "/meetings/unconfirmed",
    "publish_report": "/reports/kpi",
    "release_message": "/national/messages",
    "check_name": "/members/names",
}


def _own(reading: Reading, user: Member, now: datetime) -> Iterator[Thing]:
    for item in reading.own:
        if item["sk"].startswith("ACTION#"):
            words = title("do_action", what=item["what"], day=format_day(item["by"]))
            href = f"/communities/{item['region']}/actions"
            if user.active and item["region"] == user.region:
                yield Thing(kind="do_action", title=words, since=made_at(item["id"]), href=href)
        elif str(item.get("expires_at", "~")) > stamp(now):
            yield _draft(item, now)


def _draft(item: Item, now: datetime) -> Thing:
    path = item["sk"].partition("#")[2]
    is_reflection = path == "reflection"
    since = unstamp(item["saved_at"]) if item.get("saved_at") else now
    return Thing(
        kind="finish_draft",
        title=title("finish_draft", "reflection" if is_reflection else "one"),
        since=since,
        href="/reflections/new" if is_reflection else f"{path}?done=kept",
    )


def _office(reading: Reading) -> Iterator[Thing]:
    """What waits for the office, from its rows."""
    for row in reading.for_office:
        kind = row["kind"]
        thing = row.get("thing") or row["sk"].rpartition("#")[2]
        region = row.get("region") or (
            thing if kind in ("sign_terms", "term_ends") else thing.partition("-")[0]
        )
        day = row.get("starts_at") or row.get("until")
        facts = {
            "region": get_title(region),
            "day": format_day(day) if day else "",
            "period": format_period(thing),
        }
        if kind == "decide_item":
            facts["day"] = get_title("national")
        variant = "office" if "office" in data.load("waiting")[kind] else "one"
        href = _OFFICE[kind].format(thing=thing, meeting=row.get("meeting", thing), region=region)
        yield Thing(
            kind=kind, title=title(kind, variant, **facts), since=unstamp(row["since"]), href=href
        )


_OFFICE = {
    "approve_member": "/members/{thing}",
    "check_name": "/members/names",
    "confirm_member": "/members/{thing}",
    "decide_item": "/meetings/{meeting}/agenda",
    "answer_mail": "/inbox/{thing}",
    "close_meeting": "/meetings/{thing}/close",
    "term_ends": "/communities/{thing}/chairs",
    "publish_report": "/reports/kpi/{thing}/publish",
    "release_message": "/messages/{thing}",
    "sign_terms": "/communities/{thing}/terms",
}


def _events(reading: Reading, user: Member, now: datetime) -> Iterator[Thing]:
    """National events, which the office closes."""
    if user.office:
        for row in reading.meetings:
            if (
                row["kind"] == "national"
                and row["state"] == "scheduled"
                and meeting_rows.get_end(row) <= now
            ):
                yield _close(row)


def _member(reading: Reading, user: Member, now: datetime) -> Iterator[Thing]:
    for row in reading.meetings:
        if row["state"] == "scheduled" and row["start"] > now and not own_answer(reading, row):
            words = title("answer_meeting", day=format_day(row["starts_at"]))
            since, href = made_at(row["id"]), f"/meetings/{row['id']}"
            yield Thing(kind="answer_meeting", title=words, since=since, href=href)
    for row in reading.polls:
        if row["id"] not in reading.voted:
            words = title("answer_poll", day=format_day(row["closes_at"]))
            since, href = made_at(row["id"]), f"/polls/{row['id']}"
            yield Thing(kind="answer_poll", title=words, since=since, href=href)
    is_closed = reading.community and reading.community.closed_on
    request = None if is_closed else reading.vision_asked
    if user.confirmed and request and request["revision"] != reading.vision_agreed:
        since = unstamp(request["at"])
        href = f"/communities/{user.region}/vision"
        yield Thing(kind="agree_vision", title=title("agree_vision"), since=since, href=href)


def own_answer(reading: Reading, row: Item) -> str | None:
    """What the person answered to the present date of a row's meeting."""
    answer = reading.answers.get(row["id"])
    dated = row.get("dated")
    if answer is None or (dated is not None and answer["dated"] != dated):
        return None
    return str(answer["answer"])


def _chair(reading: Reading, user: Member, now: datetime) -> Iterator[Thing]:
    scheduled = {row["id"]: row for row in reading.meetings if row["state"] == "scheduled"}
    for row in reading.proposals:
        meeting = scheduled.get(row["meeting"])
        if meeting and meeting["start"] > now:
            words = title("decide_item", day=format_day(meeting["starts_at"]))
            href = f"/meetings/{row['meeting']}/agenda"
            yield Thing(kind="decide_item", title=words, since=unstamp(row["since"]), href=href)
    for row in scheduled.values():
        if row["region"] == user.region:
            yield from _to_close_or_prepare(reading, row, now)
    community, today = reading.community, local_date(now)
    term = community.term_on(today) if community else None
    if term and today >= term.until - _TERM_NOTICE:
        words = title("term_ends", day=format_day(term.until))
        since = issue_instant(term.until - _TERM_NOTICE)
        href = f"/communities/{user.region}/chairs"
        yield Thing(kind="term_ends", title=words, since=since, href=href)
    chairs = [chair["id"] for chair in community.chairs] if community else []
    if reading.terms and user.id in reading.terms.list_missing(chairs):
        since = issue_instant(reading.terms.submitted_on or today)
        href = f"/communities/{user.region}/terms"
        yield Thing(kind="sign_terms", title=title("sign_terms"), since=since, href=href)
    yield from _to_confirm(reading, user, now)


def _to_confirm(reading: Reading, user: Member, now: datetime) -> Iterator[Thing]:
    """Each by name, where they were read; else how many."""
    href = "/members/confirm"
    for person in reading.unconfirmed_people or ():
        words = title("confirm_member", name=person["name"])
        since = issue_instant(date.fromisoformat(person["joined_on"]))
        yield Thing(kind="confirm_member", title=words, since=since, href=href)
    count = reading.unconfirmed
    if reading.unconfirmed_people is None and count > 0:
        words = title("confirm_member", "many" if count > 1 else "single", n=count)
        yield Thing(kind="confirm_member", title=words, since=now, href=href, count=count)


def _leading(reading: Reading, user: Member, now: datetime) -> Iterator[Thing]:
    """For whoever takes the turn to lead the next meeting without being co-chair."""
    meeting = reading.next
    if meeting and meeting.is_turn_of(user) and user.region not in user.chair_of:
        row = next(row for row in reading.meetings if row["id"] == meeting.id)
        yield from _to_close_or_prepare(reading, row, now)


def _to_close_or_prepare(reading: Reading, row: Item, now: datetime) -> Iterator[Thing]:
    if meeting_rows.get_end(row) <= now:
        yield _close(row)
    elif row["start"] > now and not row.get("agenda_issued_at") and reading.rules:
        asked_at = reading.rules.before(local_date(row["start"]), CALLED_BEFORE)
        over = (row.get("agenda_minutes") or 0) - row["minutes"]
        if over > 0:
            words = title("prepare_agenda", "over", day=format_day(row["starts_at"]), over=over)
            yield Thing(
                kind="prepare_agenda",
                title=words,
                since=made_at(row["id"]),
                href=f"/meetings/{row['id']}/agenda",
            )
        elif asked_at <= now:
            due = reading.rules.before(local_date(row["start"]), reading.rules.agenda_days)
            if reading.next and reading.next.id == row["id"]:
                due = agenda_due_at(reading.next, reading.rules)
            words = title(
                "prepare_agenda", day=format_day(row["starts_at"]), due=format_day(local_date(due))
            )
            since = max(asked_at, made_at(row["id"]))
            href = f"/meetings/{row['id']}/agenda"
            yield Thing(kind="prepare_agenda", title=words, since=since, href=href)


def _close(row: Item) -> Thing:
    words = title("close_meeting", day=format_day(row["starts_at"]))
    href = f"/meetings/{row['id']}/close"
    return Thing(kind="close_meeting", title=words, since=meeting_rows.get_end(row), href=href)
