"""Issuing an agenda to members: now, held back, released, or sent again."""

from dataclasses import replace
from datetime import datetime

from comhar.aws.conditions import Write
from comhar.aws.dynamodb import Table
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.errors import Conflict
from comhar.letters import repository as letters_repository
from comhar.letters.model import Mailing
from comhar.meetings import repository as meetings_repository
from comhar.meetings import timeline
from comhar.meetings.agenda import draft as agenda_draft
from comhar.meetings.agenda import letters, model, repository, views
from comhar.meetings.agenda.draft import AgendaDraft
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules
from comhar.membership import member_counts


class HoldTooLate(Conflict):
    kind = "not-held"
    title = "It is too late to delay the agenda."
    next = "It goes out at the time shown on the page."


class AgendaUnchanged(Conflict):
    kind = "nothing-new"
    title = "Everyone has this agenda already."
    next = "Change it first. Then you can send the changed agenda."


def hold_agenda(meeting_id: str, ctx: Context) -> views.AgendaView:
    """Holds the agenda back until the floor.

    Raises:
        HoldTooLate: the floor is past, or it is held back or issued.
        NotFound, LeadsOnly, NotUpcoming, MeetingChanged: as `draft.change_agenda`.
    """
    rules = meetings_repository.get_rules(ctx.table, ctx.settings)

    def step(before: AgendaDraft) -> tuple[AgendaDraft, list[Write]]:
        if agenda_draft.can_hold_until(before.meeting, ctx.now, rules) is None:
            raise HoldTooLate
        return replace(before, meeting=_hold_back(before.meeting)), []

    return agenda_draft.agenda_view(
        agenda_draft.change_agenda(meeting_id, "hold_agenda", ctx, step), ctx
    )


def _hold_back(meeting: Meeting) -> Meeting:
    """Waits for the floor.

    The co-chairs are asked once more about undecided items the day before.
    """
    done = meeting.done
    if "undecided.held" not in done:
        done = (*_without_step(done, "undecided"), "undecided.held")
    return meeting.model_copy(update={"held_back": True, "done": done})


def _without_step(done: tuple[str, ...], step: str) -> tuple[str, ...]:
    return tuple(name for name in done if name != step)


def release_agenda(meeting_id: str, ctx: Context) -> views.AgendaView:
    """Releases an agenda that was held back: it goes out at its usual time.

    At once where that is past.

    Raises:
        Conflict: it is not held back.
        NotFound, LeadsOnly, NotUpcoming, MeetingChanged: as `draft.change_agenda`.
    """

    def step(before: AgendaDraft) -> tuple[AgendaDraft, list[Write]]:
        if not before.meeting.held_back or before.meeting.agenda_issued:
            raise Conflict("The agenda is not delayed.")
        return replace(before, meeting=before.meeting.model_copy(update={"held_back": False})), []

    return agenda_draft.agenda_view(
        agenda_draft.change_agenda(meeting_id, "release_agenda", ctx, step), ctx
    )


def get_issue_page(meeting_id: str, ctx: Context) -> views.IssuePage:
    """The page to issue the agenda by hand; three reads.

    Raises:
        AgendaUnchanged: members have this agenda.
        NotFound, LeadsOnly, NotUpcoming: as `draft.get_draft_as_lead`.
    """
    draft = agenda_draft.get_draft_as_lead(meeting_id, ctx)
    if draft.issued_version and not draft.is_changed:
        raise AgendaUnchanged
    meeting = draft.meeting
    keys = [communities_repository.CLOSURES, *member_counts.count_keys(meeting.region)]
    closures, *shards = ctx.table.batch_get(keys)
    rules = meetings_repository.rules_from_item(closures, ctx.settings)
    return views.IssuePage(
        **views.meeting_fields(meeting),
        minutes=meeting.minutes,
        together=model.total_minutes(draft.lines),
        subject=letters.agenda_subject(meeting, meeting.agenda_issued),
        again=meeting.agenda_issued,
        late=timeline.is_late(meeting, ctx.now, rules),
        floor_at=stamp(rules.before(meeting.starts_at.date(), rules.floor_days)),
        members=member_counts.sum_askable(ctx.table, meeting.region, shards, local_date(ctx.now)),
        undecided=sum(item.state == "proposed" for item in draft.items),
    )


def issue_agenda(meeting_id: str, ctx: Context) -> views.AgendaView:
    """Sends the agenda to every member now, or the changed one.

    Raises:
        AgendaUnchanged: members have this agenda.
        NotFound, LeadsOnly, NotUpcoming, MeetingChanged: as `draft.change_agenda`.
    """
    rules = meetings_repository.get_rules(ctx.table, ctx.settings)

    def step(before: AgendaDraft) -> tuple[AgendaDraft, list[Write]]:
        if before.issued_version and not before.is_changed:
            raise AgendaUnchanged
        meeting, writes = issue_writes(before, ctx.now, ctx.table, rules)
        lines = [line.model_dump() for line in before.lines]  # what members have from now on
        return replace(before, meeting=meeting, issued_version={"lines": lines}), writes

    return agenda_draft.agenda_view(
        agenda_draft.change_agenda(meeting_id, "issue_agenda", ctx, step), ctx
    )


def issue_writes(
    draft: AgendaDraft, now: datetime, table: Table, rules: Rules
) -> tuple[Meeting, list[Write]]:
    """Issues the agenda in the co-chairs' names to every active member it concerns.

    Returns the meeting after it, too. A changed agenda is marked as such; the first one's time
    stays what counts.
    """
    meeting = draft.meeting
    first = {"agenda_issued_at": now, "agenda_late": timeline.is_late(meeting, now, rules)}
    after = meeting.model_copy(
        update={
            **({} if meeting.agenda_issued else first),
            "agenda_version": meeting.agenda_version + 1,
            "agenda_for": meeting.starts_at,
            "agenda_changed_at": None,
            "done": _without_step(meeting.done, "reissue"),
        }
    )
    chairs = communities_repository.get_community(table, meeting.region, now).chairs
    mailing = Mailing("agenda", after.id, str(after.agenda_version), after.region)
    return after, [
        repository.insert_agenda_write(
            after, draft.lines, chairs, now, meeting.agenda_issued, draft.plan
        ),
        letters_repository.insert_mailing_write(mailing, now),
    ]


def undo_changes(meeting_id: str, ctx: Context) -> views.AgendaView:
    """Resets the arrangement and the topic to the version that went out.

    That is the order, the minutes and the lines left out; items accepted since stay.

    Raises:
        AgendaUnchanged: there is nothing to undo.
        NotFound, LeadsOnly, NotUpcoming, MeetingChanged: as `draft.change_agenda`.
    """

    def step(before: AgendaDraft) -> tuple[AgendaDraft, list[Write]]:
        if before.issued_version is None or not before.may_undo:
            raise AgendaUnchanged
        plan = repository.issued_plan(before.issued_version, before.plan)
        topic = before.issued_version.get("topic")
        return before.arrange(plan, before.meeting.model_copy(update={"topic": topic}))

    return agenda_draft.agenda_view(
        agenda_draft.change_agenda(meeting_id, "arrange_agenda", ctx, step), ctx
    )
