"""The agenda before it goes out: its lines, arranging them, and previews of it.

An agenda is always changed together with its meeting.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from comhar.aws.conditions import ConditionFailed, Write
from comhar.aws.conditions import Item as Stored
from comhar.aws.dynamodb import Table
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.letters import model as letters_model
from comhar.meetings import model as meetings_model
from comhar.meetings import repository as meetings_repository
from comhar.meetings import timeline
from comhar.meetings.agenda import arrangement, forms, letters, model, repository, views
from comhar.meetings.agenda.model import Item, Line, Plan
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules
from comhar.meetings.views import name_lead
from comhar.membership import repository as membership_repository
from comhar.settings import Settings

_TRIES = 4  # against others who change the same meeting


@dataclass(frozen=True)
class AgendaDraft:
    """A meeting's agenda before it goes out: items, arrangement and open actions."""

    meeting: Meeting
    items: list[Item]
    plan: Plan
    actions: list[str]
    issued_version: Stored | None  # the version that members have now

    @property
    def defaults(self) -> list[Line]:
        return model.default_lines(self.meeting, self.items, self.actions)

    @property
    def lines(self) -> list[Line]:
        """The agenda as it would go out now."""
        return arrangement.arrange_lines(self.defaults, self.plan)

    @property
    def issued_lines(self) -> list[Line]:
        """Agenda items that members have now."""
        return (
            [Line(**line) for line in self.issued_version["lines"]] if self.issued_version else []
        )

    @property
    def is_changed(self) -> bool:
        """Whether members have another agenda than this."""
        return self.issued_version is not None and not model.is_same_agenda(
            self.issued_lines, self.lines
        )

    @property
    def may_undo(self) -> bool:
        """Whether order, minutes, topic or lines left out were changed since it went out."""
        if self.issued_version is None:
            return False
        plan, topic = (
            repository.issued_plan(self.issued_version, self.plan),
            self.issued_version.get("topic"),
        )
        return (plan, topic) != (self.plan, self.meeting.topic)

    def arrange(self, plan: Plan, meeting: Meeting) -> tuple["AgendaDraft", list[Write]]:
        """The agenda with this arrangement, and its write."""
        write = repository.update_plan_write(meeting.id, self.plan, plan)
        plan = plan.model_copy(update={"revision": self.plan.revision + 1})
        return replace(self, plan=plan, meeting=meeting), [write]

    def replace_item(self, item: Item) -> tuple["AgendaDraft", list[Write]]:
        """The agenda with this item as it is now, and its writes."""
        before = model.get_item(self.items, item.id)
        items = [item if other.id == item.id else other for other in self.items]
        writes = repository.update_item_writes(self.meeting.id, before, item)
        return replace(self, items=items), writes


def get_draft(table: Table, meeting_id: str) -> AgendaDraft:
    """The agenda before it goes out; two queries.

    Raises:
        NotFound: there is no such meeting.
    """
    bundle = meetings_repository.get_bundle(table, meeting_id)
    actions = meetings_repository.list_open_actions(table, bundle.meeting.region)
    return AgendaDraft(
        bundle.meeting,
        repository.list_items(bundle),
        repository.get_plan(bundle),
        [action["what"] for action in actions],
        repository.find_issued(bundle),
    )


def get_draft_as_lead(meeting_id: str, ctx: Context) -> AgendaDraft:
    """The same, for who leads an upcoming meeting.

    Raises:
        NotFound: there is no such meeting.
        LeadsOnly: somebody else leads it.
        NotUpcoming: it has begun, or is closed or cancelled.
    """
    draft = get_draft(ctx.table, meeting_id)
    if not draft.meeting.is_led_by(ctx.user):
        raise meetings_model.LeadsOnly
    draft.meeting.require_upcoming(ctx.now)
    return draft


Step = Callable[[AgendaDraft], tuple[AgendaDraft, list[Write]]]
"""What somebody does to an agenda: how it is then, and what to write beside the meeting itself."""


def change_agenda(meeting_id: str, action: str, ctx: Context, step: Step) -> AgendaDraft:
    """Applies `step` as the meeting's lead, atomically with the meeting.

    So the scheduler cannot issue a stale agenda. A change to an agenda that is out waits an hour
    before it goes to all (DOMAIN). `action` is the audit's word for it.

    Raises:
        MeetingChanged: others kept changing the meeting.
        NotFound, LeadsOnly, NotUpcoming: as `get_draft_as_lead`; and what the step raises.
    """
    rules = meetings_repository.get_rules(ctx.table, ctx.settings)
    for _ in range(_TRIES):
        # Read first: what it says of the rest, not read as of one moment, is as old at the least.
        meeting = meetings_repository.get_meeting(ctx.table, meeting_id)
        before = replace(get_draft_as_lead(meeting_id, ctx), meeting=meeting)
        after, writes = step(before)
        if after is before:
            return before
        after = _mark_changed(after, ctx.now)
        changed = meetings_repository.update_meeting_writes(before.meeting, after.meeting, rules)
        audit_line = membership_repository.audit_write(ctx.user, action, meeting_id, ctx.now)
        with suppress(ConditionFailed):
            ctx.table.transact([*changed, audit_line, *writes])
            return after
    raise meetings_model.MeetingChanged


def _mark_changed(draft: AgendaDraft, now: datetime) -> AgendaDraft:
    """Raises the meeting's revision; notes its minutes, and since when a change waits."""
    changed_at = now if draft.is_changed else None
    minutes = model.total_minutes(draft.lines)
    meeting = draft.meeting.change(agenda_changed_at=changed_at, agenda_minutes=minutes)
    return replace(draft, meeting=meeting)


def get_agenda(meeting_id: str, ctx: Context) -> views.AgendaView:
    """The agenda as it would go out now, and the items for the lead to decide on.

    Raises:
        NotFound, LeadsOnly, NotUpcoming: as `get_draft_as_lead`.
    """
    return agenda_view(get_draft_as_lead(meeting_id, ctx), ctx)


def arrange_agenda(meeting_id: str, form: forms.Arrange, ctx: Context) -> views.AgendaView:
    """Accepts an item, sets minutes and topic, moves, leaves out or restores a line.

    Raises:
        AgendaChanged: it was arranged since it was read.
        NotFound: a line or an item is not there.
        ItemDecided: somebody has decided on the item already.
        LeadsOnly, NotUpcoming, MeetingChanged: as `change_agenda`.
    """

    def step(before: AgendaDraft) -> tuple[AgendaDraft, list[Write]]:
        stale = form.revision != before.plan.revision
        if stale and (form.move or form.out or form.back):  # they mean the lines as they were shown
            raise model.AgendaChanged
        decided, writes = _decide(before, form)
        plan, meeting = _apply_form(decided, form)
        if (plan, meeting) == (before.plan, before.meeting):
            return decided, writes
        if stale:
            raise model.AgendaChanged
        after, plan_writes = decided.arrange(plan, meeting)
        return after, [*writes, *plan_writes]

    after = change_agenda(meeting_id, _name_action(form), ctx, step)
    places = _places_after(after, form)
    return agenda_view(after, ctx).model_copy(update=places)


def _name_action(form: forms.Arrange) -> str:
    """The audit's word for the decision on an item, where the form holds one."""
    if form.accept:
        return "accept_item"
    return "reopen_item" if form.out and _is_item(form.out) else "arrange_agenda"


def _is_item(key: str) -> bool:
    return key not in arrangement.template_keys()


def _places_after(draft: AgendaDraft, form: forms.Arrange) -> dict[str, str]:
    """The part of the page that was changed last, and the page that comes next."""
    page = f"/meetings/{draft.meeting.id}/agenda"
    line = (form.move or "").partition(":")[0] or form.back or form.accept
    if form.out:
        at = f"item-{form.out}" if _is_item(form.out) else "left-out"
    else:
        at = f"line-{line}" if line else "sum"
    may_send = not draft.meeting.agenda_issued or draft.is_changed
    if form.check and may_send:
        return {"at": at, "next": f"{page}/issue"}
    return {"at": at, "next": f"{page}?done={'accepted' if form.accept else 'arranged'}#{at}"}


def _decide(draft: AgendaDraft, form: forms.Arrange) -> tuple[AgendaDraft, list[Write]]:
    """Accepts the item of the form, or sets one that is left out back to undecided."""
    if form.accept:
        return draft.replace_item(model.get_item(draft.items, form.accept).decide("accepted"))
    if form.out and _is_item(form.out):
        accepted = [item for item in draft.items if item.state == "accepted"]
        return draft.replace_item(model.get_item(accepted, form.out).reopen())
    return draft, []


def _apply_form(draft: AgendaDraft, form: forms.Arrange) -> tuple[Plan, Meeting]:
    """The plan and the meeting after all other changes of the form, in its order."""
    lines, plan, meeting = draft.defaults, draft.plan, draft.meeting
    if form.whole or form.minutes is not None:
        minutes = {} if form.whole else {line.key: line.minutes or 0 for line in draft.lines}
        plan = arrangement.set_minutes(lines, plan, minutes | (form.minutes or {}))
    if form.whole or form.topic is not None:
        meeting = meeting.model_copy(update={"topic": form.topic})
    if form.move:
        key, _, way = form.move.partition(":")
        plan = arrangement.move_line(lines, plan, key, "up" if way == "up" else "down")
    if form.out and not _is_item(form.out):
        plan = arrangement.leave_out_line(lines, plan, form.out)
    if form.back:
        plan = arrangement.restore_line(lines, plan, form.back)
    return plan, meeting


Render = Callable[[letters_model.Draft, Settings], tuple[str, str]]


def preview_letter(meeting_id: str, ctx: Context, render: Render) -> views.LetterView:
    """The letter as this person would get it if the agenda went out now.

    Its own link to answer is made only when it is sent.

    Raises:
        NotFound, LeadsOnly, NotUpcoming: as `get_draft_as_lead`.
    """
    draft, user = get_draft_as_lead(meeting_id, ctx), ctx.user
    meeting = draft.meeting
    community = communities_repository.get_community(ctx.table, meeting.region, ctx.now)
    chairs = [chair["name"] for chair in community.chairs]
    person = {"id": user.id, "email": user.email, "name": user.display_name}
    letter = letters.compose_agenda(
        meeting, draft.lines, chairs, meeting.agenda_issued, person, ctx.now, ctx.settings
    )
    link = {"link": f"{ctx.settings.public_url}/answer/…"}
    text, html = render(replace(letter, context={**letter.context, **link}), ctx.settings)
    about = views.meeting_fields(meeting)
    return views.LetterView(**about, subject=letter.subject, text=text, html=html)


def agenda_view(draft: AgendaDraft, ctx: Context) -> views.AgendaView:
    """The agenda before it goes out, as who leads sees it; one read."""
    meeting = draft.meeting
    keys = [communities_repository.CLOSURES, communities_repository.key(meeting.region)]
    lead_keys = [membership_repository.key(meeting.lead)] if meeting.lead else []
    closures, item, *lead_items = ctx.table.batch_get([*keys, *lead_keys])
    rules = meetings_repository.rules_from_item(closures, ctx.settings)
    community = communities_repository.from_item(item, meeting.region, local_date(ctx.now))
    chairs = [chair["name"] for chair in community.chairs]
    leads = [membership_repository.from_item(lead, ctx.settings) for lead in lead_items if lead]
    topic_by = name_lead(meeting, leads[0] if leads else None)
    same = {"mode", "minutes", "topic", "venue", "link", "held_back", "agenda_late"}
    changed_at = meeting.agenda_changed_at if meeting.agenda_issued else None
    return views.AgendaView(
        **views.meeting_fields(meeting),
        **meeting.model_dump(include=same),
        chairs=chairs,
        led_by=[topic_by] if topic_by else chairs,
        topic_by=topic_by,
        agenda_due_at=stamp(timeline.agenda_due_at(meeting, rules)),
        agenda_issued_at=meetings_model.stamp_or_none(meeting.agenda_issued_at)
        if meeting.agenda_issued
        else None,
        version=meeting.agenda_version,
        changed=draft.is_changed,
        may_undo=draft.is_changed and draft.may_undo,
        changes_go_at=stamp(timeline.reissue_due_at(meeting)) if changed_at else None,
        hold_until=meetings_model.stamp_or_none(can_hold_until(meeting, ctx.now, rules)),
        revision=draft.plan.revision,
        lines=draft.lines,
        left_out=arrangement.list_restorable(draft.defaults, draft.plan),
        together=model.total_minutes(draft.lines),
        items=[views.agenda_item(item, meeting.id, ctx.user, leads=True) for item in draft.items],
        may_chair=ctx.user.may_chair(meeting.region),
    )


def can_hold_until(meeting: Meeting, now: datetime, rules: Rules) -> datetime | None:
    """Until when the agenda can be held back, or None where it cannot be.

    That is the floor; None where the floor is past, or the agenda is held back or issued.
    """
    floor = rules.before(meeting.starts_at.date(), rules.floor_days)
    can = not meeting.agenda_issued and not meeting.held_back and floor > now
    return floor if can and floor > timeline.agenda_due_at(meeting, rules) else None
