"""Owns how a meeting is shown: to whom which part of it."""

from datetime import datetime

from comhar.agendas import views as agendas
from comhar.calendar import stamp
from comhar.meetings import model, needs, records, views
from comhar.meetings.model import Meeting, Rules
from comhar.membership.model import Member, alphabetical, in_order
from comhar.writes import Item as Stored

_SAME = {"id", "region", "kind", "mode", "minutes", "venue", "link", "topic", "state", "reason"}


def invitation(meeting: Meeting) -> views.Invitation:
    return views.Invitation(
        **meeting.model_dump(include={"kind", "minutes", "mode", "venue"}),
        starts_at=records.wall(meeting.starts_at),
        needs_until=stamp(needs.forgotten_at(meeting)),
    )


def meeting(
    folder: records.Folder, me: Member, now: datetime, rules: Rules, people: list[Member]
) -> views.MeetingView:
    """Everyone sees the agenda and accepted items; who leads also sees who proposed and answered, and
    what to arrange for whom: `people` are the region's members, needed where there is something."""
    held, leads = folder.meeting, folder.meeting.led_by(me)
    mine = next((each["answer"] for each in folder.answers if each["member"] == me.id), None)
    shown = [
        agendas.item(one, held.id, me, leads)
        for one in folder.items
        if leads or one.state == "accepted" or one.by == me.id
    ]
    agenda = folder.agendas.get(held.agenda_version, {}) if held.issued else {}
    return views.MeetingView(
        **held.model_dump(include=_SAME | {"agenda_late", "next_topic", "survey_until"}),
        starts_at=records.wall(held.starts_at),
        agenda_due_at=stamp(model.agenda_due_at(held, rules)),
        agenda_issued_at=model.said(held.agenda_issued_at) if held.issued else None,
        agenda=folder.agenda,
        items=shown,
        answers=_answers(folder.answers, leads),
        my_answer=mine,
        my_needs=folder.needs.get(me.id),
        needs_until=stamp(needs.forgotten_at(held)),
        needs=_needs(folder.needs, people) if leads else [],
        may_lead=leads,
        may_chair=me.chairs(held.region),
        over=held.start <= now,
        chairs=agenda.get("chairs", []),
        attended=len(held.attended) if held.state == "held" else None,
    )


def _answers(rows: list[Stored], named: bool) -> views.Answers:
    names: dict[str, list[str]] = {"yes": [], "maybe": [], "no": []}
    for row in sorted(rows, key=lambda row: alphabetical(row["name"])):
        names[row["answer"]].append(row["name"])
    counts = {answer: len(those) for answer, those in names.items()}
    return views.Answers(**counts, names=names if named else {})


def _needs(asked: dict[str, str], people: list[Member]) -> list[views.Need]:
    return [
        views.Need(name=name, arrange=asked[each.id])
        for each, name in in_order(people)
        if each.id in asked
    ]


def summary(row: Stored) -> views.Summary:
    held = {name: row[name] for name in views.Summary.model_fields if row.get(name) is not None}
    return views.Summary(**held)
