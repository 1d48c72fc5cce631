"""The letters of leadership: co-chairs chosen or gone, their terms, who stands."""

from datetime import date, datetime
from typing import Any

from comhar import data
from comhar.aws.conditions import Item, Key
from comhar.communities import model as communities_model
from comhar.communities import repository as communities_repository
from comhar.communities.model import Community
from comhar.dates.dublin_time import local_date
from comhar.formatting import get_title
from comhar.leadership import repository
from comhar.letters import repository as letters_repository
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.membership import repository as membership_repository
from comhar.membership.chair_terms import leading_terms
from comhar.membership.model import last_day_of_grace
from comhar.settings import Settings


def draft_term_ends(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To the office and to co-chairs who still lead by the term that ends."""
    item, member = items
    region, today = letter.id.subject, local_date(now)
    day, _, step = letter.id.version.partition(".")
    until = date.fromisoformat(day)
    if item is None or (step == "before" and today >= until):
        return Dropped("past")
    terms = communities_repository.from_item(item, region, today).terms
    led = [term.member for term in leading_terms(terms, today) if term.until == until]
    office = letter.facts.get("email")
    if not led or (office is None and letter.id.person not in led):
        return Dropped("replaced or over")
    if office is not None and office not in settings.office_emails:
        return Dropped("left")
    context = {
        "name": membership_repository.display_name(member) if member else None,
        "region": region,
        "ended": step == "ended",
        "until": until,
        "last_day": last_day_of_grace(until),
        "page": f"{settings.public_url}/communities/{region}/chairs",
    }
    subject = f"{get_title(region)}: choose co-chairs by {until.day} {until:%B %Y}"
    if step == "ended":
        subject = f"{get_title(region)}: choose co-chairs, term ended {until.day} {until:%B %Y}"
    to = office or str((member or {}).get("email"))
    return Draft(to, subject, "leadership/letters/term_ends", context)


def _community(letter: Letter, item: Item | None, now: datetime) -> Community:
    return communities_repository.from_item(item, letter.id.subject, local_date(now))


def _is_active(member: Item | None, region: str) -> bool:
    return bool(member and member["status"] == "active" and member.get("region") == region)


def _names(community: Community) -> list[str]:
    return [chair["name"] for chair in community.chairs]


def _draft(
    letter: Letter, member: Item, subject: str, path: str, settings: Settings, **context: Any
) -> Draft:
    """A letter to a member, with a button to a page of the community."""
    region = letter.id.subject
    page = f"{settings.public_url}/communities/{region}{path}"
    name = membership_repository.display_name(member)
    return Draft(
        str(member["email"]),
        f"{get_title(region)}: {subject}",
        f"leadership/letters/{letter.id.purpose}",
        {"name": name, "region": region, "page": page, **context},
    )


def draft_chosen(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To each of the two who were chosen, unless others were since."""
    item, member = items
    community, person = _community(letter, item, now), letter.id.person
    term = community.term_on(local_date(now))
    ids = [chair["id"] for chair in community.chairs]
    if not member or not term or person not in ids or str(community.round) != letter.id.version:
        return Dropped("replaced or over")
    other = [chair["name"] for chair in community.chairs if chair["id"] != person]
    return _draft(
        letter,
        member,
        f"you are a co-chair until {term.until.day} {term.until:%B %Y}",
        "/handover",
        settings,
        other=other[0] if other else None,
        until=term.until,
        review=communities_model.review_on(term.since, term.until),
    )


def draft_replaced(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To a co-chair who was not chosen again."""
    item, member = items
    ids = [chair["id"] for chair in _community(letter, item, now).chairs]
    if not member or not _is_active(member, letter.id.subject) or letter.id.person in ids:
        return Dropped("left, or chosen again")
    return _draft(letter, member, "your term as co-chair has ended", "", settings)


def draft_chairs_chosen(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To every member who has no letter of their own about it.

    Names are for the confirmed.
    """
    item, member, *own = items
    community = _community(letter, item, now)
    term = community.term_on(local_date(now))
    if not member or not _is_active(member, letter.id.subject) or any(own):
        return Dropped("not a member, or has another letter")
    if not term or str(community.round) != letter.id.version or len(community.chairs) < 2:
        return Dropped("changed since")
    names = " and ".join(_names(community)) if member.get("confirmed") else None
    return _draft(
        letter, member, "who leads the community now", "", settings, names=names, until=term.until
    )


def draft_lead_alone(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To a co-chair who leads on alone."""
    item, member = items
    community = _community(letter, item, now)
    term = community.term_on(local_date(now))
    alone = [chair["id"] for chair in community.chairs] == [letter.id.person]
    if not member or not term or not alone or community.round != letter.facts["round"]:
        return Dropped("changed since")
    return _draft(
        letter,
        member,
        "you lead the community alone for now",
        "/nominations",
        settings,
        last_day=last_day_of_grace(term.until),
    )


def draft_choose(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To every member but who leads, while nothing has changed since."""
    item, member = items
    community = _community(letter, item, now)
    ids = [chair["id"] for chair in community.chairs]
    if not member or not _is_active(member, letter.id.subject) or letter.id.person in ids:
        return Dropped("not a member, or leads")
    if (community.round, len(ids)) != (letter.facts["round"], letter.facts["left"]):
        return Dropped("changed since")
    return _draft(
        letter,
        member,
        "who will lead the community next?",
        "/nominations",
        settings,
        left=bool(ids),
    )


def draft_no_chairs(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To the office, while nobody leads."""
    community, email = _community(letter, items[0], now), str(letter.facts["email"])
    if community.chairs or email not in settings.office_emails:
        return Dropped("changed since")
    region = letter.id.subject
    page = f"{settings.public_url}/communities/{region}/chairs"
    return Draft(
        email,
        f"{get_title(region)}: no co-chairs now",
        "leadership/letters/no_chairs",
        {"region": region, "page": page},
    )


def draft_review(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To a co-chair in the middle of a term of twelve months."""
    item, member = items
    until = date.fromisoformat(letter.id.version.partition(".")[0])
    terms = leading_terms(_community(letter, item, now).terms, local_date(now))
    own_terms = [term for term in terms if (term.member, term.until) == (letter.id.person, until)]
    if not member or not own_terms or local_date(now) >= until:
        return Dropped("replaced or over")
    questions = data.load("leadership")["review"]
    subject = "six months as co-chair, a look back"
    return _draft(
        letter, member, subject, "/leadership", settings, until=until, questions=questions
    )


def draft_nomination(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """Asks a member whether they would stand, unless it was answered or taken back."""
    item, member, by = items
    region = letter.id.subject
    candidate = repository.candidates_from_item(item, region).find(letter.id.person)
    if not candidate or (candidate.id, candidate.state) != (letter.id.version, "asked"):
        return Dropped("answered or taken back")
    if not (member and by and _is_active(member, region) and _is_active(by, region)):
        return Dropped("not a member")
    by_name = membership_repository.display_name(by)
    return _draft(letter, member, "a question from a member", "/nominations", settings, by=by_name)


def draft_declined(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """Tells who asked, and nobody else, that a member would rather not stand."""
    item, by, member = items
    region = letter.id.subject
    candidates = repository.candidates_from_item(item, region).candidates
    declined = any(
        (each.id, each.by, each.state) == (letter.id.version, letter.id.person, "declined")
        for each in candidates
    )
    if not (declined and by and member and _is_active(by, region)):
        return Dropped("changed since")
    name = membership_repository.display_name(member)
    return _draft(
        letter, by, "an answer to your question", "/nominations", settings, candidate=name
    )


def _community_and_person_keys(letter: LetterId) -> list[Key]:
    return [communities_repository.key(letter.subject), membership_repository.key(letter.person)]


def _with_own_letters(letter: LetterId) -> list[Key]:
    own = [
        LetterId(purpose, letter.subject, letter.version, letter.person)
        for purpose in ("chair_chosen", "chair_replaced")
    ]
    return [*_community_and_person_keys(letter), *map(letters_repository.key, own)]


def _candidates_and_person_keys(letter: LetterId) -> list[Key]:
    return [repository.candidates_key(letter.subject), membership_repository.key(letter.person)]


def _other_key(letter: Letter, table: Any) -> list[Key]:
    return [membership_repository.key(letter.facts["other"])]


PURPOSES = {
    "term_ends": Purpose(_community_and_person_keys, draft_term_ends),
    "term_review": Purpose(_community_and_person_keys, draft_review),
    "chair_chosen": Purpose(_community_and_person_keys, draft_chosen, in_hours=True),
    "chair_replaced": Purpose(_community_and_person_keys, draft_replaced, in_hours=True),
    "chairs_chosen": Purpose(_with_own_letters, draft_chairs_chosen, in_hours=True),
    "lead_alone": Purpose(_community_and_person_keys, draft_lead_alone, in_hours=True),
    "choose_chairs": Purpose(_community_and_person_keys, draft_choose, in_hours=True),
    "no_chairs": Purpose(_community_and_person_keys, draft_no_chairs),
    "nomination": Purpose(
        _candidates_and_person_keys, draft_nomination, by_facts=_other_key, in_hours=True
    ),
    "nomination_declined": Purpose(
        _candidates_and_person_keys, draft_declined, by_facts=_other_key, in_hours=True
    ),
}
