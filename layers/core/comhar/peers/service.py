"""Use cases of peers: be found in one's role, find others there, write to one."""

from functools import partial

from comhar.aws.conditions import conflict_as, retry_conflicts
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.dates.working_days import at_once
from comhar.errors import Malformed, NotFound, NotYours
from comhar.idempotency import REPEATABLE, Once
from comhar.membership import repository as membership_repository
from comhar.membership import role_peers
from comhar.membership.model import Member, MemberChanged, find_day_back
from comhar.messages import model as messages_model
from comhar.messages import repository as messages_repository
from comhar.messages.model import PEERS, Message, MessagesChanged
from comhar.peers import forms, views
from comhar.tokens import new_id

PAGE = 50
SUBJECT = "A message from a colleague in another region"


class ConfirmedFindPeers(NotYours):
    title = "Only confirmed members find people in their role."
    next = "A co-chair or the National Office confirms you first."


def list_peers(cursor: str | None, ctx: Context) -> views.Peers:
    """Who is in the user's role in other regions, for who can be found too; one query.

    Raises:
        ConfirmedFindPeers: the user is not confirmed.
        Malformed: the cursor is of another list.
    """
    user = _require_confirmed(ctx.user)
    page = _view(user)
    if not (page.role and user.findable):
        return page
    if cursor and not cursor.startswith(f"PEER#{page.role}#"):
        raise Malformed("This page of the list does not exist.", next="Start from the first page.")
    found = role_peers.list_page(ctx.table, page.role, cursor, PAGE)
    today = local_date(ctx.now)
    people = [
        views.peer(item)
        for item in found.items
        if item["region"] != user.region and find_day_back(item.get("away"), today) is None
    ]
    return page.model_copy(update={"people": people, "next": found.next})


def choose(form: forms.BeFound, ctx: Context) -> views.Peers:
    """Lets people in the same role find the user, and the user them; or ends it.

    Raises:
        ConfirmedFindPeers: the user is not confirmed.
        MemberChanged: the member was changed meanwhile.
    """
    user = _require_confirmed(ctx.user)
    after = user.model_copy(update={"findable": form.findable})
    if after != user:
        line = membership_repository.audit_write(user, "edit", user, ctx.now, fields=["findable"])
        with conflict_as(MemberChanged):
            ctx.table.transact([*membership_repository.update_writes(user, after, ctx.now), line])
    return _view(after)


def _view(user: Member) -> views.Peers:
    own = views.peer(membership_repository.to_item(user))
    role = user.role if user.role != role_peers.OTHER else None
    return views.Peers(role=role, findable=user.findable, own=own, people=[])


def get_form(person: str, ctx: Context) -> views.PeerForm:
    """The form to write to somebody in the user's role; one read.

    Raises:
        ConfirmedFindPeers: the user is not confirmed.
        NotFound: the user cannot find them.
    """
    return views.PeerForm(peer=views.peer(membership_repository.to_item(_get_peer(person, ctx))))


def write(
    person: str, form: forms.WriteToPeer, ctx: Context, once: Once = REPEATABLE
) -> views.PeerMessage:
    """Writes to somebody in the user's role; it goes out in the hours of emails.

    Raises:
        ConfirmedFindPeers: the user is not confirmed.
        NotFound: the user cannot find them.
        TooManyToPeers: ten in seven days.
        MessagesChanged: others were written meanwhile, again and again.
    """
    peer = _get_peer(person, ctx)
    with conflict_as(MessagesChanged):
        message = retry_conflicts(partial(_write, peer, form.text, ctx, once))
    return views.PeerMessage(id=message.id, sends_at=stamp(message.sends_at))


def _write(peer: Member, text: str, ctx: Context, once: Once) -> Message:
    recent, closures = ctx.table.batch_get(
        [messages_repository.own_recent_key(ctx.user.id), communities_repository.CLOSURES]
    )
    messages_model.require_room(
        messages_repository.recent_from_item(recent, ctx.now),
        messages_model.MOST_TO_PEERS,
        messages_model.TooManyToPeers,
    )
    closed = communities_repository.closed_days_from_item(closures)
    message = Message(
        id=new_id(ctx.now, PEERS),
        region=PEERS,
        regions=(str(ctx.user.region),),
        to="peer",
        recipients=(peer.id,),
        subject=SUBJECT,
        text=text,
        writer=ctx.user.id,
        writer_name=ctx.user.display_name,
        people=1,
        written_at=ctx.now,
        sends_at=at_once(ctx.now, closed),
    )
    writes = messages_repository.insert_writes(message, recent, ctx.now)
    ctx.table.transact([*writes, *once.writes(message.id)])
    return message


def _get_peer(person: str, ctx: Context) -> Member:
    user = _require_confirmed(ctx.user)
    peer = membership_repository.find_member(ctx.table, ctx.settings, person)
    if (
        peer is None
        or not (_is_findable(user) and _is_findable(peer))
        or peer.role != user.role
        or peer.region == user.region
        or find_day_back(peer.away, local_date(ctx.now))
    ):
        raise NotFound
    return peer


def _is_findable(member: Member) -> bool:
    return role_peers.is_findable(membership_repository.to_item(member))


def _require_confirmed(user: Member) -> Member:
    if not (user.active and user.confirmed and user.region):
        raise ConfirmedFindPeers
    return user
