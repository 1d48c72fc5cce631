"""Owns the use cases of an agenda in the making: look at it, arrange it, see it as members will."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from comhar.aws.conditions import Write
from comhar.aws.dynamodb import Table
from comhar.communities import repository as communities
from comhar.letters.model import Draft
from comhar.meetings.agenda import arrangement, draft, forms, model, shown, views
from comhar.meetings.agenda import letters as agenda_letters
from comhar.meetings.agenda.draft import Making
from comhar.membership.model import Member
from comhar.settings import Settings

Rendered = Callable[[Draft, Settings], tuple[str, str]]


def prepare(
    meeting_id: str, me: Member, now: datetime, table: Table, settings: Settings
) -> views.AgendaView:
    """The agenda as it would go out now, and the items put to who leads. Raises NotFound, LeadsOnly,
    MeetingOver and its kin."""
    made = draft.led(draft.read(table, meeting_id, now), me, now)
    return shown.agenda(made, me, now, table, settings)


def arrange(
    meeting_id: str,
    form: forms.Arrange,
    me: Member,
    now: datetime,
    table: Table,
    settings: Settings,
) -> views.AgendaView:
    """Sets minutes and topic, moves a line, leaves one out or brings one back.

    Raises AgendaChanged where the agenda was arranged since it was shown, NotFound for a line that is
    not there, Conflict, LeadsOnly, MeetingOver and its kin.
    """

    def step(before: Making) -> tuple[Making, list[Write]]:
        stale = form.revision != before.plan.revision
        if stale and (
            form.move or form.out or form.back
        ):  # which mean the lines as they were shown
            raise model.AgendaChanged
        after = _arranged(before, form)
        if (after.plan, after.meeting) == (before.plan, before.meeting):
            return before, []
        if stale:
            raise model.AgendaChanged
        return draft.replanned(before, after.plan, after.meeting)

    after = draft.change(meeting_id, "arrange_agenda", me, now, table, settings, step)
    view = shown.agenda(after, me, now, table, settings)
    line = (form.move or "").partition(":")[0] or form.back
    at = f"line-{line}" if line else "left-out" if form.out else "sum"
    return view.model_copy(update={"at": at})


def _arranged(before: Making, form: forms.Arrange) -> Making:
    """The agenda with all that the form says, in its order."""
    lines, planned, topic = before.defaults, before.plan, before.meeting.topic
    if form.whole or form.minutes is not None:
        known = {} if form.whole else {each.key: each.minutes or 0 for each in before.lines}
        planned = arrangement.with_minutes(lines, planned, known | (form.minutes or {}))
    if form.whole or form.topic is not None:
        topic = form.topic
    if form.move:
        key, _, way = form.move.partition(":")
        planned = arrangement.moved(lines, planned, key, "up" if way == "up" else "down")
    if form.out:
        planned = arrangement.without(lines, planned, form.out)
    if form.back:
        planned = arrangement.brought_back(lines, planned, form.back)
    meeting = before.meeting.model_copy(update={"topic": topic})
    return replace(before, plan=planned, meeting=meeting)


def letter(
    meeting_id: str,
    me: Member,
    now: datetime,
    table: Table,
    settings: Settings,
    render: Rendered,
) -> views.LetterView:
    """The very letter, as this person would get it if the agenda went out now; its own link to answer is
    made only when it is sent. Raises LeadsOnly, MeetingOver and its kin."""
    made = draft.led(draft.read(table, meeting_id, now), me, now)
    chairs = [
        each["name"] for each in communities.by_region(table, made.meeting.region, now).chairs
    ]
    again = made.meeting.issued
    person = {"id": me.id, "email": me.email, "name": me.known_as}
    letter = agenda_letters.draft(made.meeting, made.lines, chairs, again, person, now, settings)
    link = f"{settings.public_url}/answer/…"
    text, _ = render(replace(letter, context={**letter.context, "link": link}), settings)
    return views.LetterView(**shown.facts(made.meeting), subject=letter.subject, text=text)
