"""The next topic: members' ideas, and the vote on them and the topic bank."""

from comhar import data
from comhar.aws.conditions import Item, conflict_as, retry_conflicts
from comhar.context import Context
from comhar.errors import Conflict, FieldError, Invalid
from comhar.idempotency import REPEATABLE, Once
from comhar.meetings import model as meetings_model
from comhar.meetings import replies, reply_counts
from comhar.meetings.day import forms, model, repository, views
from comhar.meetings.day.repository import MeetingDay
from comhar.membership.model import Member
from comhar.membership.repository import audit_write
from comhar.regions import NATIONAL
from comhar.tokens import new_id


class TooManyIdeas(Conflict):
    kind = "enough-ideas"
    title = "There are enough ideas for one vote."
    next = "Vote for one of those on the list, or bring yours to the meeting."


class TooManyOwnIdeas(Conflict):
    kind = "enough-of-yours"
    title = f"You have added {model.MOST_OWN_IDEAS} ideas on this list, and that is enough for one vote."
    next = "Remove one of your ideas to add another."


def get_topics(meeting_id: str, ctx: Context) -> views.Topics:
    """The topics that can be voted for, and one's own vote.

    Results are for who has voted and who leads, of a national meeting for the office alone. Two reads.

    Raises:
        NotFound: there is no such meeting.
        MembersOnly: it does not concern this person.
        MeetingClosed, MeetingCancelled: it is over.
    """
    user, day = ctx.user, _get_open(meeting_id, ctx)
    vote = replies.find("VOTE", _read_own_vote(day, ctx))
    own_vote = vote["topics"] if vote else []
    leads = day.meeting.is_led_by(user)
    sees_counts = leads or day.meeting.region != NATIONAL
    sees_results = leads or (own_vote and sees_counts)
    ideas = [
        views.Idea(id=idea["id"], title=idea["title"], is_own=idea.get("by") == user.id)
        for idea in day.ideas
    ]
    return views.Topics(
        **views.meeting_fields(day.meeting),
        bank=data.load("topics"),
        ideas=ideas,
        own_vote=own_vote,
        results=views.vote_results(day.counts) if sees_results else None,
        voted=reply_counts.count_voters(day.bundle) if sees_counts else None,
        may_vote=_is_concerned(day, user),
        may_lead=leads,
    )


def vote_for_topics(meeting_id: str, form: forms.Vote, ctx: Context) -> views.Voted:
    """Records one's vote in place of an earlier one.

    Raises:
        Invalid: a topic is not on the list.
        MeetingChanged: the meeting was closed a moment ago.
        NotFound, MembersOnly, MeetingClosed: as `get_topics`.
    """
    day = _get_open(meeting_id, ctx)
    if not _is_concerned(day, ctx.user):
        raise meetings_model.MembersOnly
    topics = list(dict.fromkeys(form.topics))
    if not set(topics) <= set(day.topics):
        raise Invalid(FieldError("topics", "Choose from the topics on the list."))

    def save() -> None:
        stored = _read_own_vote(day, ctx)
        writes = replies.vote_writes(day.meeting, ctx.user, topics, stored)
        ctx.table.transact([repository.check_open(day.meeting), *writes])

    with conflict_as(model.EntryChanged):
        retry_conflicts(save)
    return views.Voted(meeting=meeting_id, topics=topics)


def propose_topic(
    meeting_id: str, form: forms.Idea, ctx: Context, once: Once = REPEATABLE
) -> views.IdeaMade:
    """Puts an idea on the list.

    Raises:
        Invalid: it is on the list already.
        TooManyIdeas, TooManyOwnIdeas: there are as many as may be.
        MeetingChanged: the meeting was closed a moment ago.
        NotFound, MembersOnly, MeetingClosed: as `get_topics`.
    """
    day = _get_open(meeting_id, ctx)
    if form.title.casefold() in {topic.casefold() for topic in day.topics}:
        raise Invalid(FieldError("title", "This is on the list already: vote for it there."))
    if len(day.ideas) >= model.MOST_IDEAS:
        raise TooManyIdeas
    if sum(idea.get("by") == ctx.user.id for idea in day.ideas) >= model.MOST_OWN_IDEAS:
        raise TooManyOwnIdeas
    idea_id = new_id(ctx.now)
    write = repository.idea_write(day.meeting, idea_id, form.title, ctx.user)
    repository.save_to_open_meeting(
        ctx.table, day.meeting, write, *once.writes(idea_id, meeting=meeting_id)
    )
    return views.IdeaMade(id=idea_id, meeting=meeting_id, title=form.title, is_own=True)


def withdraw_idea(meeting_id: str, idea_id: str, ctx: Context) -> views.Withdrawn:
    """Removes an idea from the list, and with it every vote for it.

    Its author may, and who leads the meeting, with an audit line.

    Raises:
        IdeaRemoved: it is not on the list any more.
        LeadsOnly: it is another's.
        MeetingChanged: the meeting was closed a moment ago.
        NotFound, MembersOnly, MeetingClosed: as `get_topics`.
    """
    day = _get_open(meeting_id, ctx)
    author = next((idea.get("by", "") for idea in day.ideas if idea["id"] == idea_id), None)
    is_own = author == ctx.user.id
    if not day.meeting.is_led_by(ctx.user) and not is_own:
        raise meetings_model.LeadsOnly(
            "Only the member who had this idea and the member who leads the meeting can remove it."
        )
    if author is None:
        raise model.IdeaRemoved
    write = repository.delete_idea_write(day.meeting, idea_id)
    audit_line = audit_write(ctx.user, "withdraw_idea", meeting_id, ctx.now, idea=idea_id)
    repository.save_to_open_meeting(
        ctx.table, day.meeting, write, *([] if is_own else [audit_line])
    )
    return views.Withdrawn(meeting=meeting_id, idea=idea_id)


def _read_own_vote(day: MeetingDay, ctx: Context) -> list[Item | None]:
    return ctx.table.batch_get(replies.keys(ctx.table, "VOTE", day.meeting.id, [ctx.user.id]))


def _is_concerned(day: MeetingDay, user: Member) -> bool:
    return user.active and day.meeting.is_for(user.region)


def _get_open(meeting_id: str, ctx: Context) -> MeetingDay:
    day = repository.get_day(ctx.table, meeting_id)
    if not (_is_concerned(day, ctx.user) or day.meeting.is_led_by(ctx.user)):
        raise meetings_model.MembersOnly
    day.meeting.require_open()
    return day
