"""Owns how a meeting is shown: to whom which part of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, get_args

from comhar import data
from comhar.aws.conditions import Item as Stored
from comhar.dates.dublin_time import stamp
from comhar.meetings import access_needs, hosting, model, repository, views
from comhar.meetings.agenda import model as agenda
from comhar.meetings.agenda import repository as planned
from comhar.meetings.agenda import views as agendas
from comhar.meetings.day.model import RUN_BEFORE, STATEMENTS_BEFORE, may_run
from comhar.meetings.model import AccessNeeds, Choice, Meeting
from comhar.meetings.timeline import Rules, agenda_due_at
from comhar.membership.model import Member, in_order
from comhar.regions import NATIONAL

CHOICES: tuple[Choice, ...] = get_args(Choice)
_SAME = {"id", "region", "kind", "mode", "minutes", "venue", "link", "topic", "state", "reason"}


def invitation(
    meeting: Meeting, member: Member, said: str | None, chosen: str, me: Member | None
) -> views.Invitation:
    """The page of an emailed link to `member`, with the answer chosen that the link named, if any, else
    the one `said` so far. `me` is who is signed in."""
    other = me if me and me.id != member.id else None
    here = bool(other and other.active and meeting.concerns(other.region))
    return views.Invitation(
        whose=member.in_short,
        other=other.in_short if other else None,
        meeting=meeting.id if here else None,
        said=next((each for each in CHOICES if each == said), None),
        **meeting.model_dump(include={"kind", "region", "minutes", "mode", "venue"}),
        starts_at=repository.wall(meeting.starts_at),
        needs_until=needs_until(meeting),
        access_needs=data.load("access_needs"),
        answer=next((each for each in CHOICES if each == chosen), None),
    )


def needs_until(meeting: Meeting) -> str:
    return stamp(access_needs.forgotten_at(meeting))


def meeting(
    folder: repository.Folder,
    me: Member,
    now: datetime,
    rules: Rules,
    here: dict[str, Member],
    chairs: list[str],
) -> views.MeetingView:
    """Everyone sees the agenda and accepted items, who is confirmed also who leads it; who leads also sees
    who proposed and answered, the co-chairs also what to arrange for whom. `here` are those of whom the
    folder tells who are still here, `chairs` the names of the region's co-chairs in office."""
    held, leads = folder.meeting, folder.meeting.led_by(me)
    mine = next((each for each in folder.answers if each["member"] == me.id), {})
    asked = folder.needs.get(me.id)
    shown = [
        agendas.item(one, held.id, me, leads)
        for one in folder.items
        if leads or one.state == "accepted" or one.by == me.id
    ]
    agenda = folder.agendas.get(held.agenda_version, {}) if held.issued else {}
    return views.MeetingView(
        **held.model_dump(include=_SAME | {"agenda_late", "next_topic", "survey_until"}),
        starts_at=repository.wall(held.starts_at),
        agenda_due_at=stamp(agenda_due_at(held, rules)),
        agenda_issued_at=model.said(held.agenda_issued_at) if held.issued else None,
        agenda=folder.agenda,
        agenda_changed_at=agenda["issued_at"] if agenda.get("again") else None,
        items=shown,
        answers=_answers(folder, leads, here),
        my_answer=mine.get("answer"),
        my_answer_recorded=mine.get("recorded", False),
        access_needs=data.load("access_needs") if me.active and held.concerns(me.region) else [],
        my_choices=list(asked.choices) if asked else [],
        my_needs=asked.words if asked else None,
        needs_until=needs_until(held),
        needs=_needs(folder.needs, here) if me.chairs(held.region) else [],
        may_answer=me.active and held.concerns(me.region),
        may_lead=leads,
        may_chair=me.chairs(held.region),
        may_run=may_run(held, me, _scribe(folder)),
        run_open=held.start - RUN_BEFORE <= now,
        statements_open=held.start - STATEMENTS_BEFORE <= now,
        over=held.start <= now,
        going_on=held.start <= now < held.start + timedelta(minutes=held.minutes),
        chairs=agenda.get("chairs", []),
        led_by=_led_by(held, here, chairs) if me.confirmed or me.office else [],
        attended=_attended(held) if held.state == "held" else None,
        facilitator_name=held.facilitator_name if leads else None,
        may_host=me.office and held.kind == "first",
    )


def _led_by(meeting: Meeting, here: dict[str, Member], chairs: list[str]) -> list[str]:
    """The member whose turn it is, else the co-chairs; of a closed meeting its record says it."""
    lead = here.get(meeting.lead or "")
    if meeting.state != "scheduled":
        return []
    return [lead.known_as] if lead and meeting.turn_of(lead) else chairs


def _scribe(folder: repository.Folder) -> str | None:
    return next((each["member"] for each in folder.rest if each["sk"] == "SCRIBE"), None)


def _attended(meeting: Meeting) -> int:
    return len(meeting.attended) if meeting.headcount is None else meeting.headcount


def _answers(
    folder: repository.Folder, leads: bool, here: dict[str, Member]
) -> views.Answers | None:
    """How many answered what, and for who leads also who, by their present names. A national meeting's
    are for the office, as numbers."""
    if folder.meeting.region == NATIONAL:
        said = Counter(each["answer"] for each in folder.answers)
        counts = {each: said[each] for each in CHOICES}
        return views.Answers.model_validate(counts) if leads else None
    answered = {each["member"]: each["answer"] for each in folder.answers}
    names: dict[str, list[str]] = {"yes": [], "maybe": [], "no": []}
    for each, name in in_order([here[one] for one in answered if one in here]):
        names[answered[each.id]].append(name)
    many = {answer: len(those) for answer, those in names.items()}
    return views.Answers(**many, names=names if leads else {})


def _needs(asked: dict[str, AccessNeeds], here: dict[str, Member]) -> list[views.Need]:
    known = in_order([here[each] for each in asked if each in here])
    return [
        views.Need(name=name, needs=asked[each.id].titles, arrange=asked[each.id].words)
        for each, name in known
    ]


def pack(
    folder: repository.Folder, here: set[str], actions: Sequence[str], chairs: list[str]
) -> views.Pack:
    """What a first meeting's facilitator is given: needs and answers as sums, of those who are `here`,
    and no name of a member but the co-chairs'."""
    held = folder.meeting
    said = Counter(each["answer"] for each in folder.answers if each["member"] in here)
    access = [each for member, each in folder.needs.items() if member in here]
    asked = Counter(key for each in access for key in each.choices)
    plan = planned.plan(folder.rest)
    lines = agenda.lines(held, folder.items, actions, plan)
    members = agenda.member_lines(lines)
    return views.Pack(
        **held.model_dump(include={"region", "kind", "mode", "minutes", "venue", "link", "topic"}),
        starts_at=repository.wall(held.starts_at),
        facilitator_name=held.facilitator_name or "",
        chairs=chairs,
        lines=[views.PackLine(**_line(each, each.key in members)) for each in lines],
        together=agenda.together(lines),
        yes=said["yes"],
        maybe=said["maybe"],
        members=len(here),
        needs=[
            views.PackNeed(need=each["key"], title=each["title"], count=asked[each["key"]])
            for each in data.load("access_needs")
            if asked[each["key"]]
        ],
        until=hosting.pack_last_day(held).isoformat(),
    )


def _line(line: agenda.Line, by_member: bool) -> dict[str, Any]:
    """What members wrote beside their item is for members."""
    return line.model_dump(include={"title", "minutes"} | (set() if by_member else {"text"}))


def summary(row: Stored) -> views.Summary:
    held = {name: row[name] for name in views.Summary.model_fields if row.get(name) is not None}
    return views.Summary(**held)
