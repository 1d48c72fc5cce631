"""Use cases that show a whole meeting: on its page, and in its facilitator's pack."""

from collections.abc import Iterable
from typing import Any

from comhar import email_links
from comhar.address_digests import is_digest_of
from comhar.aws.conditions import Item
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.errors import Gone
from comhar.meetings import replies
from comhar.meetings import repository as meetings_repository
from comhar.meetings.model import Meeting
from comhar.meetings.overview import views
from comhar.meetings.timeline import pack_until
from comhar.membership import member_counts
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member

ASK_FOR_NEW_LINK = "Email the National Office: they can send you a new one."


class PackVoid(Gone):
    title = "This pack is no longer open."
    next = "The meeting was cancelled, or is hosted by somebody else now."


def get_meeting_page(meeting_id: str, ctx: Context) -> views.MeetingView:
    """A meeting as this person may see it.

    One query, and one read of their own replies and the people it names; for who leads a query more, of the
    replies that are listed by name. Of many who ask for something to be arranged, nobody is read. On a stale
    device there are no names of who replied, and no access needs.

    Raises:
        NotFound: there is no such meeting.
    """
    bundle = meetings_repository.get_bundle(ctx.table, meeting_id)
    meeting, user = bundle.meeting, ctx.user
    kinds = [] if ctx.stale else views.list_named_kinds(bundle, user)
    listed = replies.list_stored(ctx.table, bundle, kinds) if kinds else []
    answers = replies.answers_by_member(meeting, listed)
    all_needs = replies.needs_by_member(listed)
    needs = all_needs if len(all_needs) <= views.MOST_NAMED else {}
    names_answers = "ANSWER" in kinds and len(answers.keys() | needs.keys()) <= views.MOST_NAMED
    own_keys = [
        *replies.keys(ctx.table, "ANSWER", meeting.id, [user.id]),
        *replies.keys(ctx.table, "NEEDS", meeting.id, [user.id]),
    ]
    named = needs.keys() | (answers.keys() if names_answers else set())
    ids = sorted(named | ({meeting.lead} if meeting.lead else set()))
    closures, community, *items = ctx.table.batch_get(
        [
            communities_repository.CLOSURES,
            communities_repository.key(meeting.region),
            *own_keys,
            *map(membership_repository.key, ids),
        ]
    )
    own, people = items[: len(own_keys)], items[len(own_keys) :]
    own_needs = None if ctx.stale else replies.find("NEEDS", own)
    seen = views.Replies(
        own_answer=replies.find_answer(meeting, own) or {},
        own_needs=replies.access_needs_from_item(own_needs) if own_needs else None,
        answers=answers if names_answers else None,
        needs=needs,
        needs_only_counted=[] if needs else list(all_needs.values()),
        active_members=_active_members(people, meeting, ctx),
    )
    rules = meetings_repository.rules_from_item(closures, ctx.settings)
    chairs = communities_repository.from_item(community, meeting.region, local_date(ctx.now)).chairs
    names = [chair["name"] for chair in chairs]
    return views.meeting_view(bundle, ctx, rules, seen, names)


def _active_members(
    items: Iterable[Item | None], meeting: Meeting, ctx: Context[Any]
) -> dict[str, Member]:
    """The active members among these people whom the meeting concerns."""
    members = (membership_repository.from_item(item, ctx.settings) for item in items if item)
    return {
        member.id: member for member in members if member.active and meeting.is_for(member.region)
    }


def get_pack(token: str, ctx: Context[Member | None]) -> views.Pack:
    """All that the facilitator needs, with no name but those of the co-chairs.

    Opening it changes nothing. It can be opened until the day after the meeting.

    Raises:
        LinkSpent: the link is unknown, or its time is over.
        PackVoid: the meeting was cancelled, or somebody else hosts it.
        NotFound: there is no such meeting.
    """
    link = email_links.get_link(ctx.table, token, "pack", ctx.now, ASK_FOR_NEW_LINK)
    bundle = meetings_repository.get_bundle(ctx.table, link["subject"])
    meeting = bundle.meeting
    hosts = is_digest_of(link["person"], meeting.facilitator_email or "")
    if meeting.state == "cancelled" or not hosts:
        raise PackVoid
    if pack_until(meeting) <= ctx.now:
        raise email_links.LinkSpent(next=ASK_FOR_NEW_LINK)
    listed = replies.needs_by_member(replies.list_stored(ctx.table, bundle, ["NEEDS"]))
    count_keys = member_counts.count_keys(meeting.region)
    community, *others = ctx.table.batch_get(
        [
            communities_repository.key(meeting.region),
            *count_keys,
            *map(membership_repository.key, listed),
        ]
    )
    counts, people = others[: len(count_keys)], others[len(count_keys) :]
    active_members = _active_members(people, meeting, ctx)
    members = member_counts.sum_members(ctx.table, meeting.region, counts)["active"]
    actions = meetings_repository.list_open_actions(ctx.table, meeting.region)
    chairs = communities_repository.from_item(community, meeting.region, local_date(ctx.now)).chairs
    return views.pack(
        bundle,
        members,
        [listed[member_id] for member_id in active_members],
        [action["what"] for action in actions],
        [chair["name"] for chair in chairs],
    )
