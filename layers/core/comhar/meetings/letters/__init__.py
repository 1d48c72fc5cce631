"""Letters of meetings: whether each is still valid when sent, and its contents."""

from dataclasses import replace
from datetime import datetime, timedelta

from comhar.address_digests import is_digest_of
from comhar.aws.conditions import Key
from comhar.aws.dynamodb import Table
from comhar.communities import repository as communities_repository
from comhar.letters import repository as letters_repository
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Link, Purpose
from comhar.meetings import letter_context, replies, repository
from comhar.meetings.letter_context import LetterItems
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import agenda_due_at, pack_last_day, pack_until
from comhar.membership import repository as membership_repository
from comhar.settings import Settings

EARLIER_VERSIONS = 20  # so many are looked at for whether the person knows the date


def _invitation_keys(letter: LetterId) -> list[Key]:
    """Meeting, person, closure days, and the invitations before this one; see `replies.read_own_answer`."""
    version = int(letter.version)
    earlier = (
        replace(letter, version=str(number))
        for number in range(max(0, version - EARLIER_VERSIONS), version)
    )
    return [
        *_closures_keys(letter),
        *(letters_repository.key(invitation) for invitation in earlier),
    ]


def draft_invitation(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """The meeting as it is now, with a calendar entry; void once it has changed again."""
    item, member, closures, *others = items
    if not letter_context.is_concerned(item, member):
        return Dropped("not a member")
    meeting = repository.from_item(item)
    if meeting.state != "scheduled" or str(meeting.sequence) != letter.id.version:
        return Dropped("moved or cancelled")
    if meeting.start <= now:
        return Dropped("past")
    answer = replies.find_answer(meeting, others)
    ever_answered = replies.find("ANSWER", others) is not None
    change = _change(letter, meeting, answer is not None, ever_answered, _sent_versions(others))
    agenda_at = agenda_due_at(meeting, repository.rules_from_item(closures, settings))
    context = {
        "change": change,
        "answer": answer["answer"] if answer else None,
        "agenda_at": None if meeting.agenda_issued else agenda_at,
    }
    subject = f"{_SUBJECTS[change]}: {letter_context.meeting_title(meeting)}"
    template = "meetings/letters/invitation"
    return letter_context.draft_with_answer_link(
        template, subject, meeting, member, context, settings, now, answer
    )


_SUBJECTS = {
    "made": "Invitation",
    "moved": "New date",
    "place": "New place",
    "length": "New length",
}


def _change(
    letter: Letter, meeting: Meeting, answered: bool, ever_answered: bool, sent: list[int]
) -> str:
    """What is new to the person.

    By whether they answered for this date, or ever, and which versions of the letter were sent: who
    was not notified of this date yet is notified of that first; who was notified of none, or became
    a member since, is invited.
    """
    change = str(letter.facts.get("change", "made"))
    if change in ("place", "length") and (
        answered or any(version >= meeting.dated for version in sent)
    ):
        return change
    return "moved" if change != "made" and meeting.dated and (ever_answered or sent) else "made"


def _sent_versions(items: LetterItems) -> list[int]:
    """The versions of these letters that the provider has, or may have."""
    sent = [
        item for item in items if item and item.get("state") in ("sending", "uncertain", "sent")
    ]
    return [int(letters_repository.identify(letter["pk"], letter["sk"]).version) for letter in sent]


def draft_cancellation(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    item, member, *answers = items
    if not letter_context.is_concerned(item, member):
        return Dropped("not a member")
    meeting = repository.from_item(item)
    if meeting.state != "cancelled" or str(meeting.sequence) != letter.id.version:
        return Dropped("not cancelled")
    return Draft(
        member["email"],
        f"Cancelled: {letter_context.meeting_title(meeting)}",
        "meetings/letters/cancellation",
        {
            **letter_context.meeting_context(meeting, membership_repository.display_name(member)),
            "reason": meeting.reason,
        },
        calendar=letter_context.calendar_file(
            meeting,
            member["email"],
            settings,
            now,
            "CANCEL",
            replies.find_answer(meeting, answers),
        ),
        method="CANCEL",
    )


def draft_answer_reminder(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """To a member who has not answered for this date."""
    item, member, *answers = items
    if not letter_context.is_concerned(item, member):
        return Dropped("not a member")
    meeting = repository.from_item(item)
    if meeting.state != "scheduled" or str(meeting.dated) != letter.id.version:
        return Dropped("moved or cancelled")
    if meeting.start <= now:
        return Dropped("past")
    if replies.find_answer(meeting, answers):
        return Dropped("answered")
    template, subject = (
        "meetings/letters/answer_reminder",
        f"Are you coming? {letter_context.meeting_title(meeting)}",
    )
    return letter_context.draft_with_answer_link(
        template, subject, meeting, member, {}, settings, now
    )


def draft_lead_named(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """To whom somebody else named to lead a meeting: what they do for it."""
    item, member, closures = items
    if not letter_context.is_concerned(item, member):
        return Dropped("not a member")
    meeting = repository.from_item(item)
    if meeting.lead != letter.id.person or meeting.state != "scheduled" or meeting.start <= now:
        return Dropped("another leads, or it is off or past")
    due = agenda_due_at(meeting, repository.rules_from_item(closures, settings))
    context = {
        **letter_context.meeting_context(meeting, membership_repository.display_name(member)),
        "agenda_at": None if meeting.agenda_issued else due,
    }
    subject = f"You lead: {letter_context.meeting_title(meeting)}"
    return Draft(member["email"], subject, "meetings/letters/lead_named", context)


def draft_time_proposed(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """To an organiser: what a member's calendar proposes for a meeting to come."""
    *of_organiser, member = items
    organiser = letter_context.find_organiser(letter, of_organiser, now, settings)
    if organiser is None:
        return Dropped("not an organiser")
    if not letter_context.is_concerned(items[0], member):
        return Dropped("not a member")
    meeting = repository.from_item(items[0])
    if meeting.state != "scheduled" or str(meeting.dated) != letter.id.version.partition(".")[0]:
        return Dropped("moved or cancelled")
    if meeting.start <= now:
        return Dropped("past")
    proposed, comment = letter.facts["starts_at"], letter.facts["comment"]
    context = {
        **letter_context.meeting_context(meeting, organiser.name),
        "member": membership_repository.display_name(member),
        "proposed": datetime.fromisoformat(proposed) if proposed else None,
        "comment": comment,
    }
    heading = "Another time is proposed" if proposed else "Somebody cannot come"
    subject = f"{heading}: {letter_context.meeting_title(meeting)}"
    return Draft(organiser.email, subject, "meetings/letters/time_proposed", context)


def _member_key(letter: Letter, table: Table) -> list[Key]:
    return [membership_repository.key(letter.facts["member"])]


def _closures_keys(letter: LetterId) -> list[Key]:
    return [*letter_context.meeting_and_person_keys(letter), communities_repository.CLOSURES]


def _meeting_keys(letter: LetterId) -> list[Key]:
    return [repository.key(letter.subject)]


def draft_facilitation(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """To the facilitator: the meeting as it is now, and the link to their pack."""
    meeting = repository.from_item(items[0])
    email, version = meeting.facilitator_email, letter.id.version
    hosts = bool(email) and is_digest_of(letter.id.person, email or "")
    if not email or not hosts or str(meeting.facilitator_told) != version:
        return Dropped("changed")
    if meeting.state != "scheduled" or meeting.start <= now:
        return Dropped("cancelled or past")
    change = str(letter.facts["change"])
    heading = _SUBJECTS[change] if change != "made" else "Please host"
    hours = (pack_until(meeting) - now) / timedelta(hours=1)
    return Draft(
        email,
        f"{heading}: {letter_context.meeting_title(meeting)}",
        "meetings/letters/facilitation",
        {
            **letter_context.meeting_context(meeting, str(meeting.facilitator_name)),
            "change": change,
            "until": pack_last_day(meeting),
        },
        Link("pack", "/pack/{token}", meeting.id, letter.id.person, hours),
        letter_context.calendar_file(
            meeting, email, settings, now, "REQUEST", sequence=int(version)
        ),
    )


def draft_facilitation_end(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """To the facilitator of a meeting that is cancelled or that somebody else hosts."""
    meeting, email = repository.from_item(items[0]), str(letter.facts["email"])
    if meeting.state != "cancelled" and meeting.facilitator_email == email:
        return Dropped("asked again")
    sequence = int(letter.id.version)
    return Draft(
        email,
        f"Cancelled: {letter_context.meeting_title(meeting)}",
        "meetings/letters/facilitation_end",
        {
            **letter_context.meeting_context(meeting, str(letter.facts["name"])),
            "cancelled": meeting.state == "cancelled",
            "reason": meeting.reason,
        },
        calendar=letter_context.calendar_file(
            meeting, email, settings, now, "CANCEL", sequence=sequence
        ),
        method="CANCEL",
    )


PURPOSES = {
    "answer_reminder": Purpose(
        letter_context.meeting_and_person_keys,
        draft_answer_reminder,
        by_facts=replies.read_own_answer,
    ),
    "invitation": Purpose(_invitation_keys, draft_invitation, by_facts=replies.read_own_answer),
    "time_proposed": Purpose(
        letter_context.meeting_person_and_community_keys,
        draft_time_proposed,
        by_facts=_member_key,
        in_hours=True,
    ),
    "lead_named": Purpose(_closures_keys, draft_lead_named, in_hours=True),
    "facilitation": Purpose(_meeting_keys, draft_facilitation),
    "facilitation_end": Purpose(_meeting_keys, draft_facilitation_end),
    "cancellation": Purpose(
        letter_context.meeting_and_person_keys,
        draft_cancellation,
        by_facts=replies.read_own_answer,
    ),
}
