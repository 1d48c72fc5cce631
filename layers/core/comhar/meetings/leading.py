"""Owns the use case by which the co-chairs say who takes the turn to lead a meeting."""

from datetime import datetime

from comhar.aws.dynamodb import ConditionFailed
from comhar.errors import Conflict, FieldError, Invalid
from comhar.meetings import forms, model, repository, views
from comhar.meetings.model import Meeting
from comhar.membership.model import Member, told_apart
from comhar.membership.repository import Members, audit, confirmed
from comhar.regions import NATIONAL


class OfficeLeads(Conflict):
    title = "The national office leads the meetings of all regions."


def page(meeting_id: str, now: datetime, members: Members) -> views.LeadPage:
    """What the form starts from. Raises NotFound, OfficeLeads, MeetingOver and its kin."""
    meeting = _open(meeting_id, now, members)
    active = members.of_region(meeting.region, "active")
    return views.LeadPage(
        **meeting.model_dump(include={"id", "region", "kind", "minutes", "lead"}),
        starts_at=repository.wall(meeting.starts_at),
        people=[views.MayLead(id=each.id, name=name) for each, name in told_apart(active)],
    )


def name(
    meeting_id: str, form: forms.Lead, me: Member, now: datetime, members: Members
) -> views.LedBy:
    """Names an active member of the region, who is confirmed by that, or nobody.

    Raises NotFound, OfficeLeads, MeetingOver and its kin, Invalid, ChangedMeanwhile.
    """
    before = _open(meeting_id, now, members)
    lead = members.by_id(form.lead) if form.lead else None
    if form.lead and (lead is None or not lead.active or lead.region != before.region):
        raise Invalid(FieldError("lead", "Choose an active member of this community."))
    after = model.changed(before, lead=form.lead)
    rules = repository.rules(members.table, members.settings)
    writes = [*repository.changed(before, after, rules), audit(me, "lead", after.id, now)]
    writes += confirmed(lead, me, now) if lead else []
    try:
        members.table.transact(writes)
    except ConditionFailed as lost:
        raise model.ChangedMeanwhile from lost
    return views.LedBy(meeting=after.id, lead=after.lead)


def _open(meeting_id: str, now: datetime, members: Members) -> Meeting:
    meeting = model.upcoming(repository.by_id(members.table, meeting_id), now)
    if meeting.region == NATIONAL:
        raise OfficeLeads
    return meeting
