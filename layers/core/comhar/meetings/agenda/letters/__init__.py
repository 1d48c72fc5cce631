"""Letters of agendas: whether each is still valid when sent, and its contents.

Also the one about another that did not arrive: `report_undelivered`.
"""

from contextlib import suppress
from datetime import datetime

from comhar import retention
from comhar.address_digests import is_digest_of
from comhar.aws.conditions import ConditionFailed, Item, Key
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.meetings import letter_context, replies
from comhar.meetings import repository as meetings_repository
from comhar.meetings.agenda import repository
from comhar.meetings.agenda.model import Line, total_minutes
from comhar.meetings.letter_context import LetterItems
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import agenda_due_at
from comhar.membership import repository as membership_repository
from comhar.settings import Settings

REPORTED_PURPOSES = ("agenda", "invitation", "cancellation", "facilitation")
# That somebody marked a letter as unwanted is not for their peers to know.
UNDELIVERED_EVENTS = ("Bounce", "Reject")


def _agenda_keys(letter: LetterId) -> list[Key]:
    agenda = repository.agenda_key(letter.subject, int(letter.version))
    return [*letter_context.meeting_and_person_keys(letter), agenda]


def _item_keys(letter: LetterId) -> list[Key]:
    item_id = letter.version.partition(".")[0]  # and how often it was decided on
    return [
        *letter_context.meeting_and_person_keys(letter),
        repository.item_key(letter.subject, item_id),
    ]


def draft_agenda(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """The agenda in full; void once the meeting was moved, cancelled or issued again."""
    item, member, issued, *answers = items
    if not letter_context.is_concerned(item, member) or issued is None:
        return Dropped("not a member")
    meeting = meetings_repository.from_item(item)
    current = str(meeting.agenda_version) == letter.id.version and meeting.agenda_issued
    if meeting.state != "scheduled" or not current:
        return Dropped("moved, cancelled or newer")
    if meeting.start <= now:
        return Dropped("past")
    lines = [Line(**line) for line in issued["lines"]]
    chairs, again, answer = (
        issued["chairs"],
        issued["again"],
        replies.find_answer(meeting, answers),
    )
    return compose_agenda(meeting, lines, chairs, again, member, now, settings, answer)


def compose_agenda(
    meeting: Meeting,
    lines: list[Line],
    chairs: list[str],
    again: bool,
    member: Item,
    now: datetime,
    settings: Settings,
    answer: Item | None = None,
) -> Draft:
    """The letter with these lines, in the co-chairs' names, to that member.

    `answer` is theirs to the present date.
    """
    context = {"lines": lines, "again": again, "chairs": chairs, "sum": total_minutes(lines)}
    template = "meetings/agenda/letters/agenda"
    return letter_context.draft_with_answer_link(
        template, agenda_subject(meeting, again), meeting, member, context, settings, now, answer
    )


def agenda_subject(meeting: Meeting, again: bool) -> str:
    return f"{'Changed agenda' if again else 'Agenda'}: {letter_context.meeting_title(meeting)}"


def draft_item_declined(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """Tells the proposer that their item is not on the agenda this time, and why."""
    item, member, declined = items
    if (
        not letter_context.is_concerned(item, member)
        or not declined
        or declined["state"] != "declined"
    ):
        return Dropped("changed")
    if letter.id.version.partition(".")[2] not in ("", str(declined.get("revision", 0))):
        return Dropped("changed")  # put back, and declined anew
    meeting = meetings_repository.from_item(item)
    if meeting.state == "cancelled":
        return Dropped("cancelled")
    context = {
        **letter_context.meeting_context(meeting, membership_repository.display_name(member)),
        "title": declined["title"],
        "reason": declined.get("reason"),
    }
    subject = f"Your agenda item: {letter_context.meeting_title(meeting)}"
    return Draft(member["email"], subject, "meetings/agenda/letters/item_declined", context)


def draft_call_for_items(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """Asks a member if they come, and for items while the agenda can be changed."""
    item, member, closures, *answers = items
    if not letter_context.is_concerned(item, member):
        return Dropped("not a member")
    meeting = meetings_repository.from_item(item)
    if meeting.state != "scheduled" or str(meeting.dated) != letter.id.version:
        return Dropped("moved or cancelled")
    if meeting.start <= now:
        return Dropped("past")
    answer = replies.find_answer(meeting, answers)
    if meeting.agenda_issued and answer:
        return Dropped("answered, and the agenda is out")
    due = agenda_due_at(meeting, meetings_repository.rules_from_item(closures, settings))
    context = {
        "agenda_at": None if meeting.agenda_issued else due,
        "answer": answer["answer"] if answer else None,
    }
    template, subject = (
        "meetings/agenda/letters/call_for_items",
        f"Are you coming? {letter_context.meeting_title(meeting)}",
    )
    return letter_context.draft_with_answer_link(
        template, subject, meeting, member, context, settings, now, answer
    )


def draft_agenda_nudge(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """Reminds an organiser that the agenda will go out."""
    return _draft_for_organiser(
        "agenda_nudge", "Check the agenda before it goes out", letter, items, now, settings
    )


def question_version(meeting: Meeting) -> str:
    """The version of the questions about this agenda: its date, and whether held back.

    So they are asked once a date, and once more when the agenda is held back.
    """
    return f"{meeting.dated}{'.held' if 'undecided.held' in meeting.done else ''}"


def draft_undecided_items(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """Tells an organiser that items are not decided."""
    return _draft_for_organiser("undecided_items", "Items to decide", letter, items, now, settings)


def _draft_for_organiser(
    purpose: str,
    heading: str,
    letter: Letter,
    items: LetterItems,
    now: datetime,
    settings: Settings,
) -> Draft | Dropped:
    item, *_, closures = items
    organiser = letter_context.find_organiser(letter, items[:3], now, settings)
    if organiser is None:
        return Dropped("not a co-chair")
    meeting = meetings_repository.from_item(item)
    if not _is_open_draft(meeting, letter, now):
        return Dropped("moved, cancelled or issued")
    due = agenda_due_at(meeting, meetings_repository.rules_from_item(closures, settings))
    context = {**letter_context.meeting_context(meeting, organiser.name), "agenda_at": due}
    subject = f"{heading}: {letter_context.meeting_title(meeting)}"
    return Draft(organiser.email, subject, f"meetings/agenda/letters/{purpose}", context)


def draft_bounced(
    letter: Letter, items: LetterItems, now: datetime, settings: Settings
) -> Draft | Dropped:
    """Tells an organiser who did not get which letter.

    Void once the person is no member any more, or no longer hosts the meeting, and once it has
    begun.
    """
    item, *_, person = items
    organiser = letter_context.find_organiser(letter, items[:3], now, settings)
    if organiser is None:
        return Dropped("not a co-chair")
    meeting = meetings_repository.from_item(item)
    what, _, of = letter.id.version.partition(".")
    if what == "facilitation":
        email = meeting.facilitator_email if meeting.state == "scheduled" else None
        hosts = email is not None and is_digest_of(of.partition(".")[2], email)
        name = meeting.facilitator_name if hosts else None
    else:
        name = (
            membership_repository.display_name(person)
            if letter_context.is_concerned(item, person)
            else None
        )
    if name is None or meeting.start <= now:
        return Dropped("not a member or past")
    context = {
        **letter_context.meeting_context(meeting, organiser.name),
        "person": name,
        "what": what,
    }
    subject = f"An email did not arrive: {letter_context.meeting_title(meeting)}"
    return Draft(organiser.email, subject, "meetings/agenda/letters/bounced", context)


def report_undelivered(letter: LetterId, event: str, ctx: Context[None]) -> None:
    """Notifies each organiser, once, that a member did not get a meeting's letter.

    It came back or was refused. The facilitator is named by the office, so the office is notified
    of theirs. The letter says no more than who and which.
    """
    if letter.purpose not in REPORTED_PURPOSES or event not in UNDELIVERED_EVENTS:
        return
    version = f"{letter.purpose}.{letter.version}.{letter.person}"
    # Nothing of a stranger stays longer than their own letter.
    of_stranger = letter.purpose == "facilitation"
    period = retention.period("stranger_letter" if of_stranger else "letter")
    writes = letter_context.organiser_letter_writes(
        "bounced", letter.subject, version, ctx, period, to_office=of_stranger
    )
    for write in writes:
        if write.item["sk"] != letter.person:
            with suppress(ConditionFailed):  # it was written before
                ctx.table.transact([write])


def _undelivered_keys(letter: LetterId) -> list[Key]:
    person = letter.version.split(".")[-1]
    return [
        *letter_context.meeting_person_and_community_keys(letter),
        membership_repository.key(person),
    ]


def _is_open_draft(meeting: Meeting, letter: Letter, now: datetime) -> bool:
    """Whether the letter's agenda can still be changed before it goes out."""
    current = (
        meeting.state == "scheduled" and str(meeting.dated) == letter.id.version.partition(".")[0]
    )
    return current and not meeting.agenda_issued and meeting.start > now


def _closures_keys(letter: LetterId) -> list[Key]:
    return [*letter_context.meeting_and_person_keys(letter), communities_repository.CLOSURES]


def _community_keys(letter: LetterId) -> list[Key]:
    return [
        *letter_context.meeting_person_and_community_keys(letter),
        communities_repository.CLOSURES,
    ]


PURPOSES = {
    "call_for_items": Purpose(
        _closures_keys, draft_call_for_items, by_facts=replies.read_own_answer
    ),
    "agenda_nudge": Purpose(_community_keys, draft_agenda_nudge),
    "undecided_items": Purpose(_community_keys, draft_undecided_items),
    "bounced": Purpose(_undelivered_keys, draft_bounced),
    "agenda": Purpose(_agenda_keys, draft_agenda, by_facts=replies.read_own_answer),
    "item_declined": Purpose(_item_keys, draft_item_declined, in_hours=True),
}
