"""Closing a meeting: attendance, actions new and earlier, next topic and lead.

Who leads the meeting closes it (`Meeting.is_led_by`): its co-chairs, the office, or whose turn it
is to lead.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from comhar.aws.conditions import Check, Write, conflict_as
from comhar.aws.dynamodb import TRANSACTION_LIMIT, Table
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp, to_wall
from comhar.errors import FieldError, Invalid
from comhar.meetings import model as meetings_model
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day import action_repository, forms, meeting_day, model, repository, views
from comhar.meetings.day.action_views import action_view
from comhar.meetings.day.model import Action
from comhar.meetings.day.repository import MeetingDay
from comhar.meetings.model import Meeting
from comhar.meetings.repository import MeetingBundle
from comhar.meetings.timeline import Rules
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.regions import NATIONAL
from comhar.surveys import model as surveys_model
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import Survey
from comhar.tokens import new_id

MOST_ACTIONS = 40  # added or changed in one close: all is one transaction

Change = tuple[Action, Action]  # an action before and after


@dataclass(frozen=True)
class CloseRequest:
    """A meeting that is being closed: what is read once for all that is written.

    `active_members` are those whom the form names by id.
    """

    day: MeetingDay
    form: forms.Close
    ctx: Context
    active_members: dict[str, Member]
    rules: Rules


def get_close_page(meeting_id: str, ctx: Context) -> views.Closing:
    """The form to close a meeting.

    Raises:
        NotFound: there is no such meeting.
        LeadsOnly: somebody else leads it.
    """
    day = _get_day(meeting_id, ctx)
    meeting = day.meeting
    counts = day.counts
    actions = action_repository.list_current_actions(ctx.table, meeting.region)
    earlier = action_repository.list_open_at(meeting, actions, ctx.table)
    return views.Closing(
        **views.meeting_fields(meeting),
        state=meeting.state,
        people=meeting_day.list_attendees(day, ctx),
        headcount=day.attendance.get("headcount") if day.attendance else None,
        topics=day.topics,
        results=views.vote_results(counts),
        next_topic=meeting.next_topic or model.winning_topic(counts),
        next_lead=meeting.next_lead,
        earlier=[action_view(action, ctx.user, ctx.now) for action in earlier[:MOST_ACTIONS]],
        recorded=[
            action_view(action, ctx.user, ctx.now)
            for action in _list_recorded(day.bundle, actions, ctx.table)
        ],
        national=meeting.region == NATIONAL,
        may_chair=ctx.user.may_chair(meeting.region),
    )


def close_meeting(meeting_id: str, form: forms.Close, ctx: Context) -> views.Closed:
    """Records a meeting as held: attendance, actions, next topic and lead.

    Its survey opens, unless it did before the meeting was reopened. The clock deletes support statements.

    Raises:
        NotFound: there is no such meeting.
        LeadsOnly: somebody else leads it.
        MeetingNotStarted: it has not started.
        MeetingClosed, MeetingCancelled: it is over.
        Invalid: somebody or something named does not exist, or is missing.
        MeetingChanged: somebody changed it a moment ago.
    """
    day = _get_day(meeting_id, ctx)
    named = [*(form.attended or ()), *(row.who for row in form.actions), form.next_lead]
    active = membership_repository.find_active_members(
        ctx.table, ctx.settings, day.meeting.region, filter(None, named)
    )
    rules = meetings_repository.get_rules(ctx.table, ctx.settings)
    request = CloseRequest(day, form, ctx, active, rules)
    after, survey = _close_with_survey(request)
    actions, changes = _list_action_changes(request)
    changed = [row.id for row in form.earlier if row.outcome != "leave"]
    facts = {"attended": len(after.attended), "actions": changed}
    writes: list[Write] = [
        *meetings_repository.update_meeting_writes(day.meeting, after, rules),
        membership_repository.audit_write(ctx.user, "close", meeting_id, ctx.now, **facts),
        repository.history_write(after, "closed", ctx.user, ctx.now),
        *(surveys_repository.insert_survey_writes(survey) if survey else []),
        *_next_meeting_writes(request),
        *_turn_writes(after, ctx.table),
        meetings_repository.schedule_statements_deletion_write(meeting_id, ctx.now),
    ]
    action_writes = _action_writes(request, actions, changes)
    if len(writes) + len(action_writes) > TRANSACTION_LIMIT:  # the clock does the rest
        action_writes = _action_writes(request, actions, changes, later=True)
    writes += action_writes
    with conflict_as(meetings_model.MeetingChanged):
        ctx.table.transact(writes)
    return views.Closed(
        id=after.id,
        state=after.state,
        attended=len(after.attended) if form.headcount is None else form.headcount,
        actions=len(actions),
        survey=survey.id if survey else None,
    )


def _turn_writes(meeting: Meeting, table: Table) -> list[Write]:
    """That the member whose turn it was led the meeting, if they were there; a read."""
    if meeting.lead is None or meeting.lead not in meeting.attended:
        return []
    day = meeting.starts_at.date()
    return [*communities_repository.led_writes(table, meeting.region, meeting.lead, day)]


def _get_day(meeting_id: str, ctx: Context) -> MeetingDay:
    day = repository.get_day(ctx.table, meeting_id)
    if not day.meeting.is_led_by(ctx.user):
        raise meetings_model.LeadsOnly
    return day


def _close_with_survey(request: CloseRequest) -> tuple[Meeting, Survey | None]:
    """The closed meeting, and the survey that opens with it."""
    before, form, now = request.day.meeting, request.form, request.ctx.now
    saved = request.day.attendance["attended"] if request.day.attendance else ()
    may_be_ticked = {*request.active_members, *saved}
    after = before.close(_require_attended(before, form), may_be_ticked, now, form.headcount)
    survey = _new_survey(request, after)
    until = stamp(survey.closes_at) if survey else before.survey_until
    chosen = {"next_topic": form.next_topic, "next_lead": form.next_lead, "survey_until": until}
    if survey:
        chosen["survey"] = survey.id
    return after.model_copy(update=chosen), survey


def _require_attended(meeting: Meeting, form: forms.Close) -> list[str]:
    """Who was there; an empty list has to be sent."""
    if meeting.region == NATIONAL and form.headcount is None:
        raise Invalid(FieldError("headcount", "Enter how many people were there."))
    if form.attended is None and meeting.region != NATIONAL:
        raise Invalid(FieldError("attended", "Tick who was there."))
    return form.attended or []


def _new_survey(request: CloseRequest, after: Meeting) -> Survey | None:
    """The evaluation for those present who may be asked.

    None where there is nobody, and never a second one.
    """
    first = after.kind == "first"
    last_day = surveys_model.last_settled_day_for_meeting(after.starts_at.date(), first=first)
    active, now = request.active_members, request.ctx.now
    present = [active[member_id] for member_id in after.attended if member_id in active]
    people = [
        member.id
        for member in present
        if surveys_model.may_be_asked(
            membership_repository.to_row(member), last_day, local_date(now)
        )
    ]
    if after.survey_until or not people:
        return None
    survey_id = new_id(now, after.region)
    return surveys_model.new_meeting_feedback(
        survey_id, after.region, after.id, after.starts_at, people, now
    )


def _list_action_changes(request: CloseRequest) -> tuple[list[Action], list[Change]]:
    """The form's new actions, and its changes to earlier ones."""
    form, day, table = request.form, request.day, request.ctx.table
    current: list[Action] = []
    if day.history or form.earlier:
        current = action_repository.list_current_actions(table, day.meeting.region)
    recorded: list[Action] = []
    if day.history:  # read again: what was marked as done meanwhile is among neither else
        bundle = meetings_repository.get_bundle(table, day.meeting.id)
        recorded = _list_recorded(bundle, current, table)
    return _new_actions(request, recorded), _earlier_changes(request, current)


def _list_recorded(bundle: MeetingBundle, current: list[Action], table: Table) -> list[Action]:
    """What the meeting agreed on before it was reopened; a read, where some of it is done."""
    keys = action_repository.list_done_keys(bundle)
    return action_repository.list_meeting_actions(bundle, current, table.batch_get(keys))


def _new_actions(request: CloseRequest, recorded: list[Action]) -> list[Action]:
    """The form's actions, except those recorded before the meeting was reopened.

    An owner is a member where the form named one by id.

    Raises:
        Invalid: an owner is away until after the day.
    """
    form, meeting = request.form, request.day.meeting
    actions: list[Action] = []
    for n, row in enumerate(form.actions):
        owner = request.active_members.get(row.who)
        who = {"who": owner.display_name, "member": owner.id} if owner else {"who": row.who}
        facts = {"meeting": meeting.id, "what": row.what, "by": row.by, **who}
        action = action_repository.new_action(meeting.region, request.ctx.now, **facts)
        if not any(action.is_same(other) for other in [*recorded, *actions]):
            if owner:
                owner.require_present(f"actions.{n}.who", row.by)
            actions.append(action)
    return actions


def _earlier_changes(request: CloseRequest, current: list[Action]) -> list[Change]:
    """The form's changes to actions of earlier meetings; errors name the row's field."""
    form = request.form
    rows = [(n, row) for n, row in enumerate(form.earlier) if row.outcome != "leave"]
    if len(rows) + len(form.actions) > MOST_ACTIONS:
        raise Invalid(FieldError("earlier", f"Change {MOST_ACTIONS} or fewer at a time."))
    times = Counter(row.id for _, row in rows)
    by_id = {action.id: action for action in current}
    changes: list[Change] = []
    for n, row in rows:
        before = by_id.get(row.id) or _find_done(row.id, request)
        if before is None or times[row.id] > 1:
            raise Invalid(FieldError(f"earlier.{n}.id", "Choose an action from the list."))
        if before.is_open:  # else somebody marked it as done meanwhile
            changes.append((before, _change_action(request, before, n, row)))
    return changes


def _find_done(action_id: str, request: CloseRequest) -> Action | None:
    """An action that is not open any more, and still listed."""
    region, now = request.day.meeting.region, request.ctx.now
    since = model.done_listed_since(now)
    done = action_repository.list_done_actions(request.ctx.table, region, since)
    return next((action for action in done if action.id == action_id), None)


def _action_writes(
    request: CloseRequest, actions: list[Action], changes: list[Change], *, later: bool = False
) -> list[Write]:
    rules, now = request.rules, request.ctx.now
    writes: list[Write] = []
    for action in actions:
        writes += action_repository.insert_action_writes(action, rules, now, later=later)
    for before, after in changes:
        writes += action_repository.update_action_writes(before, after, rules, now, later=later)
    if later:
        writes.append(action_repository.file_later_write(request.day.meeting.region, now))
    return writes


def _change_action(request: CloseRequest, before: Action, n: int, row: forms.Earlier) -> Action:
    if row.outcome == "done":
        return before.end(request.ctx.now)
    if row.by is None:
        raise Invalid(FieldError(f"earlier.{n}.by", "Enter the new day."))
    try:
        return before.carry_over(row.by, request.ctx.now)
    except Invalid as error:
        message = error.errors[0].message
        raise Invalid(FieldError(f"earlier.{n}.by", message)) from error


def _next_meeting_writes(request: CloseRequest) -> list[Write]:
    """Sets topic and lead on the region's next meeting, or on the one yet to be scheduled.

    Where a reopened meeting is closed again, a choice that is as before is not applied a second time:
    it may have been changed since.

    Raises:
        Invalid: the lead is not an active member, is away on that day (today, where it has no date yet), or
            somebody who may not chair names themselves.
    """
    form, ctx, before = request.form, request.ctx, request.day.meeting
    if form.next_lead and form.next_lead not in request.active_members:
        raise Invalid(FieldError("next_lead", "Choose an active member of this community."))
    topic = form.next_topic if form.next_topic != before.next_topic else None
    lead = form.next_lead if form.next_lead != before.next_lead else None
    if not (topic or lead):
        return []
    if form.next_lead == ctx.user.id and not ctx.user.may_chair(before.region):
        raise Invalid(
            FieldError("next_lead", "Choose somebody else: a co-chair can name you again.")
        )
    member = request.active_members.get(lead or "")
    confirm_writes = _confirm_writes(request, member)
    rows = meetings_repository.list_rows_from(ctx.table, before.region, to_wall(ctx.now))
    planned = (row["id"] for row in rows if row["state"] == "scheduled" and row["id"] != before.id)
    next_id = next(planned, None)
    if next_id is None:
        if member:
            member.require_present("next_lead", local_date(ctx.now))
        return [
            *confirm_writes,
            communities_repository.leave_choices_write(before.region, topic, lead),
        ]
    coming = meetings_repository.get_meeting(ctx.table, next_id)
    if member:
        member.require_present("next_lead", coming.starts_at.date())
    chosen: dict[str, Any] = {"topic": topic or coming.topic, "lead": lead or coming.lead}
    if topic and coming.agenda_issued:  # its agenda is out: the changed one is to go out too
        chosen["agenda_changed_at"] = ctx.now
    after = coming.change(**chosen)
    return [
        *confirm_writes,
        *meetings_repository.update_meeting_writes(coming, after, request.rules),
        *meetings_repository.lead_letter_writes(coming, after, ctx.user, ctx.now),
    ]


def _confirm_writes(request: CloseRequest, lead: Member | None) -> list[Write]:
    """Makes sure that the lead is still active when all is written.

    A lead whom a co-chair names is confirmed by that: who runs a meeting sees who comes.
    """
    if lead is None:
        return []
    user = request.ctx.user
    if lead.confirmed or not user.may_chair(request.day.meeting.region):
        still_active = {"status": "active", "revision": lead.revision}
        return [Check(membership_repository.key(lead.id), condition=still_active)]
    return membership_repository.confirm_writes(lead, user, request.ctx.now)
