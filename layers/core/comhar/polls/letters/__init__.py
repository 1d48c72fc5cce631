"""The letters of polls: whether each still applies as it is sent, and its text."""

from datetime import datetime, timedelta
from typing import Any

from comhar import data
from comhar.aws.conditions import Item, Key
from comhar.communities import repository as communities_repository
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Link, Purpose
from comhar.meetings.letter_context import LetterItems, is_chair
from comhar.membership import repository as membership_repository
from comhar.polls import repository, votes
from comhar.polls.model import Poll
from comhar.settings import Settings


def _poll_and_person(letter: LetterId) -> list[Key]:
    return [repository.key(letter.subject), membership_repository.key(letter.person)]


def _with_vote(letter: LetterId) -> list[Key]:
    return [*_poll_and_person(letter), votes.key(letter.subject, letter.person)]


def _with_community(letter: LetterId) -> list[Key]:
    region = letter.subject.partition("-")[0]
    return [*_poll_and_person(letter), communities_repository.key(region)]


def poll(letter: Letter, items: LetterItems, now: datetime, settings: Settings) -> Draft | Dropped:
    """Asks which dates suit, with a link that is good until the poll closes."""
    item, member, vote = items
    if not _is_asked(item, member):
        return Dropped("not a member")
    about = repository.from_item(item)
    if not about.is_open(now):
        return Dropped("closed")
    if vote:
        return Dropped("answered")
    return _ask("poll", "Which date suits you?", about, member, settings, now)


def poll_reminder(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """Reminds a member who has not answered."""
    item, member, vote = items
    if not _is_asked(item, member):
        return Dropped("not a member")
    about = repository.from_item(item)
    if not about.is_open(now) or str(about.reminded) != letter.id.version:
        return Dropped("closed, or reminded again")
    if vote:
        return Dropped("answered")
    return _ask("poll_reminder", "Still open: which date suits you?", about, member, settings, now)


def poll_closed(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """Notifies a co-chair in office that the poll is closed, and how many answered."""
    item, member, community = items
    if not _is_asked(item, member) or not is_chair(
        community, item["region"], letter.id.person, now
    ):
        return Dropped("not a co-chair")
    about = repository.from_item(item)
    if about.state != "closed":
        return Dropped("decided")
    context = {**_facts(about, member), "answered": about.answered or 0}
    return Draft(member["email"], "The poll is closed", "polls/letters/poll_closed", context)


def poll_cancelled(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """Notifies a member who was asked that no meeting came of the poll."""
    item, member = items
    if not _is_asked(item, member):
        return Dropped("not a member")
    about = repository.from_item(item)
    if about.state not in ("cancelled", "unfit"):
        return Dropped("not ended")
    context = {**_facts(about, member), "reason": about.reason, "unfit": about.state == "unfit"}
    subject = "No date found" if about.state == "unfit" else "The poll is stopped"
    return Draft(member["email"], subject, "polls/letters/poll_cancelled", context)


def _is_asked(poll: Item | None, member: Item | None) -> bool:
    """Whether there is a poll, and the person is an active member of its region."""
    return bool(
        poll and member and member["status"] == "active" and member.get("region") == poll["region"]
    )


def _facts(poll: Poll, member: Item) -> dict[str, Any]:
    known = data.load("meetings")
    kinds = {kind["key"]: kind["title"] for kind in known["kinds"]}
    modes = {mode["key"]: mode["title"] for mode in known["modes"]}
    return {
        "name": membership_repository.display_name(member),
        "kind": kinds[poll.kind],
        "mode": modes[poll.mode],
        "minutes": poll.minutes,
        "topic": poll.topic,
        "region": poll.region,
        "dates": poll.options,
        "closes_at": poll.closes_at,
        "poll": poll.id,
    }


def _ask(
    template: str, subject: str, poll: Poll, member: Item, settings: Settings, now: datetime
) -> Draft:
    facts = _facts(poll, member)
    hours = (poll.closes_at - now) / timedelta(hours=1)
    link = Link("poll", "/poll/{token}", poll.id, member["id"], hours)
    return Draft(
        member["email"], f"{subject} {facts['kind']}", f"polls/letters/{template}", facts, link
    )


PURPOSES = {
    "poll": Purpose(_with_vote, poll),
    "poll_reminder": Purpose(_with_vote, poll_reminder),
    "poll_closed": Purpose(_with_community, poll_closed),
    "poll_cancelled": Purpose(_poll_and_person, poll_cancelled),
}
