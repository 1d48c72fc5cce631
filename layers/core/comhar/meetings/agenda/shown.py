"""Owns how an agenda in the making is shown to who leads the meeting."""

from datetime import datetime
from typing import Any

from comhar.aws.dynamodb import Table
from comhar.communities import repository as communities
from comhar.dates.dublin_time import stamp
from comhar.meetings import model as meeting_rules
from comhar.meetings import repository as meetings
from comhar.meetings import timeline
from comhar.meetings.agenda import arrangement, model, views
from comhar.meetings.agenda.draft import Making
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules
from comhar.membership.model import Member
from comhar.settings import Settings


def facts(meeting: Meeting) -> dict[str, Any]:
    return {
        "meeting": meeting.id,
        "region": meeting.region,
        "kind": meeting.kind,
        "starts_at": meetings.wall(meeting.starts_at),
    }


def agenda(
    made: Making, me: Member, now: datetime, table: Table, settings: Settings
) -> views.AgendaView:
    meeting, rules = made.meeting, meetings.rules(table, settings)
    chairs = communities.by_region(table, meeting.region, now).chairs
    changed_at = meeting.agenda_changed_at if meeting.issued else None
    return views.AgendaView(
        **facts(meeting),
        **meeting.model_dump(
            include={"mode", "minutes", "topic", "venue", "held_back", "agenda_late"}
        ),
        chairs=[each["name"] for each in chairs],
        agenda_due_at=stamp(timeline.agenda_due_at(meeting, rules)),
        agenda_issued_at=meeting_rules.said(meeting.agenda_issued_at) if meeting.issued else None,
        version=meeting.agenda_version,
        changed=made.differs,
        may_undo=made.differs and made.may_undo,
        changes_go_at=stamp(timeline.sent_again_at(meeting)) if changed_at else None,
        hold_until=meeting_rules.said(hold_until(meeting, now, rules)),
        revision=made.plan.revision,
        lines=made.lines,
        left_out=arrangement.may_come_back(made.defaults, made.plan),
        together=model.together(made.lines),
        items=[views.item(each, meeting.id, me, leads=True) for each in made.items],
        may_chair=me.chairs(meeting.region),
    )


def hold_until(meeting: Meeting, now: datetime, rules: Rules) -> datetime | None:
    """Until when the agenda can be held back: the floor; None where it is past, held or issued."""
    floor = rules.before(meeting.starts_at.date(), rules.floor_days)
    can = not meeting.issued and not meeting.held_back and floor > now
    return floor if can and floor > timeline.agenda_due_at(meeting, rules) else None
