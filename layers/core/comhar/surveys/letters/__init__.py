"""The letter of a survey; its link is made as it is sent, and stored nowhere."""

from datetime import datetime

from comhar import data
from comhar.aws.conditions import Item, Key
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.membership import repository as membership_repository
from comhar.settings import Settings
from comhar.surveys import ballots, repository
from comhar.surveys.model import RESPONSE_THRESHOLD, Survey


def _survey_and_member(letter: LetterId) -> list[Key]:
    return [repository.key(letter.subject), membership_repository.key(letter.person)]


def _secret(letter: LetterId) -> list[Key]:
    return [ballots.secret_key(letter.subject)]


def survey(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """The personal link to the questions, and the promise about the answers.

    Before the survey closes, once more to everyone, whether they have answered or not.
    """
    item, member, stored = items
    if item is None or stored is None or not repository.from_item(item).is_open(now):
        return Dropped("closed")
    if member is None or member["status"] != "active":
        return Dropped("left")
    it = repository.from_item(item)
    context = {
        "name": membership_repository.display_name(member),
        "title": it.definition.title,
        "own": _own(it),
        "about": it.about,
        "region": it.region,
        "closes_at": it.closes_at,
        "shown_from": RESPONSE_THRESHOLD,
        "few": it.invited < RESPONSE_THRESHOLD,
        "reminder": letter.id.purpose == "survey_reminder",
        "link": ballots.make_link(it.id, stored, letter.id.person, settings.public_url),
    }
    subject = _subject(it, bool(context["reminder"]))
    return Draft(member["email"], subject, "surveys/letters/survey", context)


def _own(survey: Survey) -> bool:
    """Whether co-chairs or the office wrote the questions, and so the title.

    Nobody reviews such a title, so it is not used as the subject.
    """
    return survey.kind not in data.load("surveys")


def _subject(survey: Survey, reminder: bool) -> str:
    if _own(survey):
        return f"{'Reminder: a' if reminder else 'A'} survey in your community"
    title = survey.definition.title
    return f"Reminder: {title}" if reminder else title


_ASKING = Purpose(_survey_and_member, survey, ballots=_secret, optional=True)
PURPOSES = {"survey": _ASKING, "survey_reminder": _ASKING}
