"""Letters of the day: whether each is still valid when sent, and its contents."""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import Item, Key
from comhar.aws.dynamodb import Table
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.meetings import letter_context
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day import action_repository, repository
from comhar.meetings.letter_context import LetterItems
from comhar.membership import repository as membership_repository
from comhar.settings import Settings
from comhar.surveys import ballots
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import RESPONSE_THRESHOLD

NO_SURVEY = "0"  # the version of the email after a meeting that no survey asks about


def draft_did_it_happen(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """To an organiser of a meeting that is neither closed nor cancelled."""
    item, organiser = items[0], letter_context.find_organiser(letter, items, now, settings)
    if organiser is None:
        return Dropped("not a co-chair")
    meeting = meetings_repository.from_item(item)
    steps = [step for step in meeting.done if step.startswith("ask.")]
    current = [f"{meeting.sequence}.{step.removeprefix('ask.')}" for step in steps]
    if meeting.state != "scheduled" or letter.id.version not in current[-1:]:
        return Dropped("closed, moved or asked again")
    path = f"{settings.public_url}/meetings/{meeting.id}"
    links = {"close_link": f"{path}/close", "cancel_link": f"{path}/cancel"}
    context = {**letter_context.meeting_context(meeting, organiser.name), **links}
    subject = f"Did it go ahead? {letter_context.meeting_title(meeting)}"
    return Draft(organiser.email, subject, "meetings/day/letters/did_it_happen", context)


def draft_attendance_corrected(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """To a co-chair of a meeting whose attendance the office corrected.

    It has the two numbers and the reason, and no names.
    """
    *of_organiser, event = items
    organiser = letter_context.find_organiser(letter, of_organiser, now, settings)
    if organiser is None or event is None:
        return Dropped("not a co-chair, or no such correction")
    meeting = meetings_repository.from_item(items[0])
    context = {
        **letter_context.meeting_context(meeting, organiser.name),
        **{name: event[name] for name in ("before", "after", "reason")},
        "record_link": f"{settings.public_url}/meetings/{meeting.id}/record",
    }
    subject = f"Attendance corrected: {letter_context.meeting_title(meeting)}"
    return Draft(organiser.email, subject, "meetings/day/letters/attendance_corrected", context)


def _organiser_and_correction(letter: LetterId) -> list[Key]:
    """The version is the meeting's revision, by which its history has the correction."""
    event = repository.history_key(letter.subject, int(letter.version))
    return [*letter_context.meeting_person_and_community_keys(letter), event]


def draft_action_reminder(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """To the owner of an action that is still open, theirs and due on the same day."""
    item, member = items
    if item is None or member is None or member["status"] != "active":
        return Dropped("no action or no member")
    action = action_repository.action_from_item(item)
    if not action.is_open or action.member != letter.id.person or member["region"] != action.region:
        return Dropped("done, another's or elsewhere")
    if letter.id.version != action_repository.reminder_version(action):
        return Dropped("carried over")
    context = {
        "name": membership_repository.display_name(member),
        "region": action.region,
        "what": action.what,
        "by": action.by,
        "actions_link": f"{settings.public_url}/communities/{action.region}/actions",
    }
    subject = "A reminder from your community of practice"
    return Draft(member["email"], subject, "meetings/day/letters/action_reminder", context)


def _action_and_owner(letter: LetterId) -> list[Key]:
    return [action_repository.action_key(letter.subject), membership_repository.key(letter.person)]


def draft_record(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """What was agreed, to every active member; the survey's link to whom it asks.

    Who does what, and the record's page, are for the confirmed.
    """
    (item, member), items = items[:2], items[2:]
    if not letter_context.is_concerned(item, member):
        return Dropped("not a member")
    meeting = meetings_repository.from_item(item)
    if meeting.state != "held":
        return Dropped("reopened")
    survey = None
    if letter.id.version != NO_SURVEY:
        (stored, audience), items, secret = items[:2], items[2:-1], items[-1]
        is_asked = audience and letter.id.person in audience["people"] and not member.get("paused")
        survey = _survey(stored, secret, letter, now, settings) if is_asked else None
    coming = items[-1] if letter.facts["next"] else None
    actions = [each for each in items if each and each["sk"] != "MEETING"]
    confirmed = bool(member.get("confirmed"))
    context = {
        **letter_context.meeting_context(meeting, membership_repository.display_name(member)),
        "present": meeting.present,
        "actions": [action_repository.action_from_item(each) for each in actions],
        "names": confirmed,
        "next": meetings_repository.from_item(coming) if coming else None,
        "next_topic": meeting.next_topic,
        "record_link": f"{settings.public_url}/meetings/{meeting.id}/record" if confirmed else None,
        "survey": survey,
    }
    subject = f"What was agreed: {letter_context.meeting_title(meeting)}"
    return Draft(member["email"], subject, "meetings/day/letters/meeting_record", context)


def _survey(
    stored: Item | None, secret: Item | None, letter: Letter, now: datetime, settings: Settings
) -> dict[str, Any] | None:
    """The link to the questions about the meeting, while they are open: whoever answered."""
    survey = surveys_repository.from_item(stored) if stored else None
    if survey is None or secret is None or not survey.is_open(now):
        return None
    return {
        "link": ballots.make_link(survey.id, secret, letter.id.person, settings.public_url),
        "closes_at": survey.closes_at,
        "shown_from": RESPONSE_THRESHOLD,
        "few": survey.invited < RESPONSE_THRESHOLD,
    }


def _record_keys(letter: LetterId) -> list[Key]:
    """Meeting, person, and where there is one its survey and whom it asks."""
    survey = letter.version
    of_survey = [surveys_repository.key(survey), surveys_repository.invited_key(survey)]
    keys = letter_context.meeting_and_person_keys(letter)
    return [*keys, *(of_survey if survey != NO_SURVEY else [])]


def _agreed_keys(letter: Letter, table: Table) -> list[Key]:
    """Where the actions lie, and the next meeting."""
    region, coming = letter.id.subject.partition("-")[0], letter.facts["next"]
    actions = [(f"REGION#{region}", sk) for sk in letter.facts["actions"]]
    return [*actions, *([meetings_repository.key(coming)] if coming else [])]


def _secret_keys(letter: LetterId) -> list[Key]:
    return [ballots.secret_key(letter.version)] if letter.version != NO_SURVEY else []


PURPOSES = {
    "meeting_record": Purpose(
        _record_keys, draft_record, ballots=_secret_keys, by_facts=_agreed_keys
    ),
    "did_it_happen": Purpose(letter_context.meeting_person_and_community_keys, draft_did_it_happen),
    "attendance_corrected": Purpose(_organiser_and_correction, draft_attendance_corrected),
    "action_reminder": Purpose(_action_and_owner, draft_action_reminder),
}
