"""Owns the use cases of the next topic: ideas of members, and the vote over them and the topic bank."""

from datetime import datetime

from comhar import data
from comhar.aws.dynamodb import Table
from comhar.errors import Conflict, FieldError, Invalid
from comhar.meetings import model as meetings
from comhar.meetings.day import day_views, forms, meeting_day, model, running, views
from comhar.meetings.day.meeting_day import Day
from comhar.meetings.model import still_open
from comhar.membership.model import Member
from comhar.membership.repository import audit
from comhar.once import REPEATABLE, Once
from comhar.regions import NATIONAL


class EnoughIdeas(Conflict):
    title = "There are enough ideas for one vote."
    next = "Vote for one of those on the list, or bring yours to the meeting."


class EnoughOfYours(Conflict):
    title = (
        f"You have put {model.MOST_OWN_IDEAS} ideas on this list, and that is enough for one vote."
    )
    next = "Take one of yours off the list to put another on."


def page(meeting_id: str, me: Member, table: Table) -> day_views.Topics:
    """What can be voted for, and one's own vote; how it stands for who has voted and who leads, of a
    national meeting for the office alone. Raises NotFound, MembersOnly, MeetingClosed, MeetingCancelled."""
    held = meeting_day.voted(_open(meeting_day.of(table, meeting_id), me), me, table)
    mine = held.votes.get(me.id, [])
    leads = held.meeting.led_by(me)
    counts = leads or held.meeting.region != NATIONAL
    ideas = [
        day_views.Idea(id=each["id"], title=each["title"], mine=each.get("by") == me.id)
        for each in held.ideas
    ]
    return day_views.Topics(
        **running.about(held),
        bank=data.load("topics"),
        ideas=ideas,
        mine=mine,
        results=_results(held) if leads or (mine and counts) else None,
        voted=len(held.votes) if counts else None,
        may_vote=_belongs(held, me),
        may_lead=leads,
    )


def vote(meeting_id: str, form: forms.Vote, me: Member, table: Table) -> day_views.Voted:
    """Puts this in the place of an earlier vote. Raises Invalid and what `page` raises."""
    held = _open(meeting_day.of(table, meeting_id), me)
    if not _belongs(held, me):
        raise meetings.MembersOnly
    chosen = list(dict.fromkeys(form.topics))
    if not set(chosen) <= set(_titles(held)):
        raise Invalid(FieldError("topics", "Choose from the topics on the list."))
    running.save(
        table, meeting_day.still_open(held.meeting), meeting_day.vote(held.meeting, me, chosen)
    )
    return day_views.Voted(meeting=meeting_id, topics=chosen)


def propose(
    meeting_id: str,
    form: forms.Idea,
    me: Member,
    now: datetime,
    table: Table,
    once: Once = REPEATABLE,
) -> day_views.IdeaMade:
    """Puts an idea on the list. Raises Invalid for what stands there, EnoughIdeas, EnoughOfYours, and
    what `page` raises."""
    held = _open(meeting_day.of(table, meeting_id), me)
    if form.title.casefold() in {each.casefold() for each in _titles(held)}:
        raise Invalid(FieldError("title", "This is on the list already: vote for it there."))
    if len(held.ideas) >= model.MOST_IDEAS:
        raise EnoughIdeas
    if sum(each.get("by") == me.id for each in held.ideas) >= model.MOST_OWN_IDEAS:
        raise EnoughOfYours
    written = meeting_day.idea(held.meeting, me, form.title, now)
    mark = once.writes(written.item["id"], meeting=meeting_id)
    running.save(table, meeting_day.still_open(held.meeting), written, *mark)
    return day_views.IdeaMade(
        id=written.item["id"], meeting=meeting_id, title=form.title, mine=True
    )


def withdraw(
    meeting_id: str, idea_id: str, me: Member, now: datetime, table: Table
) -> day_views.Withdrawn:
    """Takes an idea off the list, and so every vote for it: its author may, and who leads the meeting,
    with a trace. Raises IdeaGone, LeadsOnly, and what `page` raises."""
    held = _open(meeting_day.of(table, meeting_id), me)
    by = next((each.get("by", "") for each in held.ideas if each["id"] == idea_id), None)
    if not held.meeting.led_by(me) and by != me.id:
        raise meetings.LeadsOnly(
            "Only who had this idea and who leads the meeting can take it off."
        )
    if by is None:
        raise model.IdeaGone
    written = meeting_day.idea_withdrawn(held.meeting, idea_id)
    line = [] if by == me.id else [audit(me, "withdraw_idea", meeting_id, now, idea=idea_id)]
    try:
        running.save(table, meeting_day.still_open(held.meeting), written, *line)
    except model.WrittenMeanwhile as lost:
        raise model.IdeaGone from lost
    return day_views.Withdrawn(meeting=meeting_id, idea=idea_id)


def _titles(held: Day) -> list[str]:
    return [*data.load("topics"), *(each["title"] for each in held.ideas)]


def _results(held: Day) -> list[views.TopicVotes]:
    return views.results(held.counts(data.load("topics")))


def _belongs(held: Day, me: Member) -> bool:
    return me.active and held.meeting.concerns(me.region)


def _open(held: Day, me: Member) -> Day:
    if not (_belongs(held, me) or held.meeting.led_by(me)):
        raise meetings.MembersOnly
    still_open(held.meeting)
    return held
