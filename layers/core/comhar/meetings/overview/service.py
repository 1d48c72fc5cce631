"""Use cases that show a whole meeting: on its page, and in its facilitator's pack."""

from comhar import email_links
from comhar.address_digests import is_digest_of
from comhar.aws.conditions import Item
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.errors import Gone
from comhar.meetings import repository as meetings_repository
from comhar.meetings.model import Meeting
from comhar.meetings.overview import views
from comhar.meetings.timeline import pack_until
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.regions import NATIONAL

ASK_FOR_NEW_LINK = "Email the National Office: they can send you a new one."


class PackVoid(Gone):
    title = "This pack is no longer open."
    next = "The meeting was cancelled, or is hosted by somebody else now."


def get_meeting_page(meeting_id: str, ctx: Context) -> views.MeetingView:
    """A meeting as this person may see it.

    One query, and one read of the people that it names. Of a national meeting its members see only
    their own answer.

    Raises:
        NotFound: there is no such meeting.
    """
    bundle = meetings_repository.get_bundle(ctx.table, meeting_id)
    meeting = bundle.meeting
    answered_ids = {answer["member"] for answer in bundle.answers}
    if meeting.region == NATIONAL and meeting.is_led_by(ctx.user):
        bundle = meetings_repository.load_all_answers(ctx.table, bundle)
    elif meeting.region == NATIONAL:
        bundle = meetings_repository.load_answers_of(ctx.table, bundle, ctx.user.id)
    ids = sorted(answered_ids | bundle.needs.keys() | ({meeting.lead} if meeting.lead else set()))
    (closures, community), active_members = _read_people(meeting, ids, ctx)
    rules = meetings_repository.rules_from_item(closures, ctx.settings)
    chairs = communities_repository.from_item(community, meeting.region, local_date(ctx.now)).chairs
    names = [chair["name"] for chair in chairs]
    return views.meeting_view(bundle, ctx.user, ctx.now, rules, active_members, names)


def _read_people(
    meeting: Meeting, ids: list[str], ctx: Context
) -> tuple[tuple[Item | None, Item | None], dict[str, Member]]:
    """Closure days, community, and the active members among `ids` whom it concerns."""
    keys = [
        communities_repository.CLOSURES,
        communities_repository.key(meeting.region),
        *map(membership_repository.key, ids),
    ]
    closures, community, *items = ctx.table.batch_get(keys)
    members = (membership_repository.from_item(item, ctx.settings) for item in items if item)
    return (closures, community), {
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
    active_members = membership_repository.list_members(
        ctx.table, ctx.settings, meeting.region, "active"
    )
    actions = meetings_repository.list_open_actions(ctx.table, meeting.region)
    chairs = communities_repository.get_community(ctx.table, meeting.region, ctx.now).chairs
    return views.pack(
        bundle,
        {member.id for member in active_members},
        [action["what"] for action in actions],
        [chair["name"] for chair in chairs],
    )
