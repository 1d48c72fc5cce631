"""Use cases of planning: schedule meetings, list them, name who leads one."""

from functools import partial

from comhar import data
from comhar.aws.conditions import conflict_as, retry_conflicts
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import to_wall
from comhar.errors import Conflict, FieldError, Invalid
from comhar.idempotency import REPEATABLE, Once
from comhar.meetings import facilitator, forms, model, repository, rows, views
from comhar.meetings.model import Meeting
from comhar.membership import directory
from comhar.membership import repository as membership_repository
from comhar.membership.model import may_be_asked_to_act
from comhar.regions import NATIONAL

PAST_MEETINGS = 12


class OfficeLeads(Conflict):
    title = "The National Office leads the meetings of all regions."


def schedule_meeting(
    region: str, form: forms.Schedule, ctx: Context, once: Once = REPEATABLE
) -> views.Scheduled:
    """Schedules a meeting of a region and invites its members.

    The office may name a facilitator, who is asked by letter. Topic and lead are those that the
    last meeting chose, where the form names no other.

    Raises:
        Invalid: the date is past, or the facilitator lacks a name or an address.
        OfficeNamesFacilitator: a co-chair named a facilitator.
        CommunityClosed: the community is closed.
    """
    model.require_future(form.starts_at, ctx.now)
    if (form.facilitator_name or form.facilitator_email) and not ctx.user.office:
        raise facilitator.OfficeNamesFacilitator
    facilitator.require_name_and_email(form.kind, form.facilitator_name, form.facilitator_email)
    return _schedule(region, form, ctx, once)


def schedule_national_meeting(
    form: forms.NationalEvent, ctx: Context, once: Once = REPEATABLE
) -> views.Scheduled:
    """Schedules a meeting of all regions and invites every active member.

    Raises:
        Invalid: the date is past.
    """
    model.require_future(form.starts_at, ctx.now)
    return _schedule(NATIONAL, form, ctx, once)


def _schedule(
    region: str, form: forms.Schedule | forms.NationalEvent, ctx: Context, once: Once
) -> views.Scheduled:
    return retry_conflicts(partial(_try_to_schedule, region, form, ctx, once))


def _try_to_schedule(
    region: str, form: forms.Schedule | forms.NationalEvent, ctx: Context, once: Once
) -> views.Scheduled:
    """Raises ConditionFailed where somebody changed the community meanwhile."""
    community = communities_repository.get_community(ctx.table, region, ctx.now)
    community = repository.leave_out_absent_lead(ctx.table, community, form.starts_at.date())
    rules = repository.get_rules(ctx.table, ctx.settings)
    meeting, writes = repository.schedule_writes(
        form.model_dump(), community, ctx.user, rules, ctx.now
    )
    request = facilitator.request_writes(meeting, ctx.now)
    ctx.table.transact([*writes, *request, *once.writes(meeting.id)])
    return views.scheduled_meeting(meeting, rules)


def get_programme(region: str, ctx: Context) -> views.Programme:
    """The meetings of a region, or those of all: current, coming, and the last dozen.

    Two queries.
    """
    since = to_wall(ctx.now)
    coming = repository.list_rows_from(ctx.table, region, since)
    begun = repository.list_past_rows(ctx.table, region, since, PAST_MEETINGS)
    going_on = [
        row
        for row in reversed(begun)
        if row["state"] == "scheduled" and rows.get_end(row) > ctx.now
    ]
    return views.Programme(
        region=region,
        this_year=since.year,
        coming=[views.summary(row) for row in going_on + coming],
        past=[views.summary(row) for row in begun if row not in going_on],
        may_lead=ctx.user.may_chair(region),
    )


def get_schedule_page(region: str, ctx: Context) -> views.SchedulePage:
    """The form to schedule a meeting; one read."""
    meetings = data.load("meetings")
    return views.SchedulePage(
        region=region,
        next_topic=communities_repository.get_community(ctx.table, region, ctx.now).next_topic,
        kinds=[kind for kind in meetings["kinds"] if kind["key"] != "national"],
        modes=meetings["modes"],
        agenda_days=ctx.settings.agenda_days,
    )


def get_lead_page(meeting_id: str, ctx: Context) -> views.LeadPage:
    """The form to name who takes the turn to lead a meeting; three reads.

    Who offered comes first, then who never led, then who led longest ago.

    Raises:
        NotFound: there is no such meeting.
        NotUpcoming: it has begun, or is closed or cancelled.
        OfficeLeads: it is a meeting of all regions.
    """
    meeting = _get_regional_upcoming(meeting_id, ctx)
    people = [
        person
        for person in directory.list_all_active(ctx.table, meeting.region)
        if person["id"] == meeting.lead or may_be_asked_to_act(person, meeting.starts_at.date())
    ]
    names = directory.disambiguate_names(people)
    names = directory.note_absence(names, people, meeting.starts_at.date())
    turns = communities_repository.turns_from_item(
        ctx.table.get(communities_repository.turns_key(meeting.region))
    )
    return views.LeadPage(
        **meeting.model_dump(include={"id", "region", "kind", "minutes", "lead"}),
        starts_at=repository.format_local(meeting.starts_at),
        people=[
            views.MayLead(
                id=member_id,
                name=names[member_id],
                led=turns.led.get(member_id),
                offered=member_id in turns.offered,
            )
            for member_id in turns.sort(names)
        ],
    )


def name_lead(meeting_id: str, form: forms.Lead, ctx: Context) -> views.LedBy:
    """Names an active member of the region as lead, or nobody; naming confirms them.

    Raises:
        NotFound: there is no such meeting.
        NotUpcoming: it has begun, or is closed or cancelled.
        OfficeLeads: it is a meeting of all regions.
        Invalid: there is no such active member in the region, or they are away that day.
        MeetingChanged: somebody else changed the meeting, or the member.
    """
    before = _get_regional_upcoming(meeting_id, ctx)
    find = membership_repository.find_member
    lead = find(ctx.table, ctx.settings, form.lead) if form.lead else None
    if form.lead and (lead is None or not lead.active or lead.region != before.region):
        raise Invalid(FieldError("lead", "Choose an active member of this community."))
    if lead and lead.id != before.lead:
        lead.require_present("lead", before.starts_at.date())
    after = before.change(lead=form.lead)
    rules = repository.get_rules(ctx.table, ctx.settings)
    confirm = membership_repository.confirm_writes(lead, ctx.user, ctx.now) if lead else []
    audit_line = membership_repository.audit_write(ctx.user, "lead", after.id, ctx.now)
    with conflict_as(model.MeetingChanged):
        ctx.table.transact(
            [
                *repository.update_meeting_writes(before, after, rules),
                *repository.lead_letter_writes(before, after, ctx.user, ctx.now),
                audit_line,
                *confirm,
            ]
        )
    return views.LedBy(meeting=after.id, lead=after.lead)


def _get_regional_upcoming(meeting_id: str, ctx: Context) -> Meeting:
    meeting = repository.get_meeting(ctx.table, meeting_id)
    meeting.require_upcoming(ctx.now)
    if meeting.region == NATIONAL:
        raise OfficeLeads
    return meeting
