"""Owns how an agenda in the making is shown to who leads the meeting."""

from datetime import datetime
from typing import Any

from comhar.agendas import model, plan, views
from comhar.agendas.making import Making
from comhar.calendar import stamp
from comhar.communities import records as communities
from comhar.meetings import model as meeting_rules
from comhar.meetings import records as meetings
from comhar.meetings import steps
from comhar.meetings.model import Meeting
from comhar.meetings.steps import Rules
from comhar.membership.model import Member
from comhar.settings import Settings
from comhar.table import Table


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
        agenda_due_at=stamp(steps.agenda_due_at(meeting, rules)),
        agenda_issued_at=meeting_rules.said(meeting.agenda_issued_at) if meeting.issued else None,
        version=meeting.agenda_version,
        changed=made.differs,
        may_undo=made.differs and made.may_undo,
        changes_go_at=stamp(steps.sent_again_at(meeting)) if changed_at else None,
        hold_until=meeting_rules.said(hold_until(meeting, now, rules)),
        revision=made.plan.revision,
        lines=made.lines,
        left_out=plan.may_come_back(made.defaults, made.plan),
        together=model.together(made.lines),
        items=[views.item(each, meeting.id, me, leads=True) for each in made.items],
        may_chair=me.chairs(meeting.region),
    )


def hold_until(meeting: Meeting, now: datetime, rules: Rules) -> datetime | None:
    """Until when the agenda can be held back: the floor; None where it is past, held or issued."""
    floor = rules.before(meeting.starts_at.date(), rules.floor_days)
    can = not meeting.issued and not meeting.held_back and floor > now
    return floor if can and floor > steps.agenda_due_at(meeting, rules) else None
