"""Scheduled steps of agendas: call for items, remind organisers, issue."""

from dataclasses import replace

from comhar.aws.conditions import Write
from comhar.context import Context
from comhar.letters import repository as letters_repository
from comhar.letters.model import Mailing
from comhar.meetings.agenda import draft as agenda_draft
from comhar.meetings.agenda import issuing, letters, repository
from comhar.meetings.letter_context import organiser_letter_writes
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules


def call_step(
    meeting: Meeting, step: str, rules: Rules, ctx: Context[None]
) -> tuple[Meeting, list[Write]]:
    """Asks every member if they come, and for items: 10 working days before (DOMAIN)."""
    mailing = Mailing("call_for_items", meeting.id, str(meeting.dated), meeting.region)
    return meeting, [letters_repository.insert_mailing_write(mailing, ctx.now)]


def nudge_step(
    meeting: Meeting, step: str, rules: Rules, ctx: Context[None]
) -> tuple[Meeting, list[Write]]:
    """Reminds the organisers that the agenda is due soon."""
    version = letters.question_version(meeting)
    return meeting, [*organiser_letter_writes("agenda_nudge", meeting.id, version, ctx)]


def undecided_step(
    meeting: Meeting, step: str, rules: Rules, ctx: Context[None]
) -> tuple[Meeting, list[Write]]:
    """Asks the organisers to decide on undecided items, the day before (DOMAIN)."""
    items = repository.list_stored_items(ctx.table, meeting.id)
    if all(item.state != "proposed" for item in items):
        return meeting, []
    version = letters.question_version(meeting)
    return meeting, [*organiser_letter_writes("undecided_items", meeting.id, version, ctx)]


def issue_step(
    meeting: Meeting, step: str, rules: Rules, ctx: Context[None]
) -> tuple[Meeting, list[Write]]:
    """Issues the agenda as it is now to every active member whom the meeting concerns.

    Nothing once the meeting has begun. A changed agenda is sent again, unless it says what members
    have already.
    """
    if meeting.start <= ctx.now:
        return meeting, []
    draft = replace(agenda_draft.get_draft(ctx.table, meeting.id), meeting=meeting)
    if meeting.agenda_issued and not draft.is_changed:
        done = tuple(step for step in meeting.done if step != "reissue")
        return meeting.model_copy(update={"agenda_changed_at": None, "done": done}), []
    return issuing.issue_writes(draft, ctx.now, ctx.table, rules)
