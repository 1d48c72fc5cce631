"""Owns how the office changes a member's standing: admit, decline, confirm, move, end, begin again."""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import Delete, Put, Write
from comhar.aws.dynamodb import ConditionFailed
from comhar.communities import repository as communities
from comhar.dates.dublin_time import local_date
from comhar.errors import Conflict, FieldError, Invalid, NotFound
from comhar.letters import repository as letters
from comhar.letters.model import Letter, LetterId
from comhar.membership import model, repository, sessions
from comhar.membership.model import Member
from comhar.membership.repository import Members
from comhar.once import REPEATABLE, Once
from comhar.profile import model as profile
from comhar.register import forms, member_page, views
from comhar.tokens import new_id


class NotEnded(Conflict):
    title = "This membership has not ended."


def admit(member_id: str, me: Member, now: datetime, members: Members) -> Member:
    """Who waits, or was declined. Raises NotFound, NotWaiting, ChangedMeanwhile."""
    before = member_page.existing(member_id, now, members)
    after = model.admitted(before, now)
    change(before, after, "admit", me, now, members, *_beginning(after, now))
    return after


def decline(member_id: str, form: forms.Why, me: Member, now: datetime, members: Members) -> Member:
    """Raises NotFound, NotWaiting, ChangedMeanwhile."""
    before = member_page.existing(member_id, now, members)
    after = model.declined(before, form.reason)
    ending = [_letter("declined", after, now), repository.forget_later(after, now)]
    change(before, after, "decline", me, now, members, *ending)
    return after


def confirm(member_id: str, me: Member, now: datetime, members: Members) -> Member:
    """Opens what colleagues share to the member. For the office and the region's co-chairs.

    Raises ChairsOnly, NotFound (also where it is not for this co-chair to know), NotActive.
    """
    if not (me.office or me.chair_of):
        raise model.ChairsOnly
    before = member_page.existing(member_id, now, members)
    if not (before.region and me.chairs(before.region)):
        raise NotFound
    after = model.confirmed(before)
    if not before.confirmed:
        change(before, after, "confirm", me, now, members)
    return after


def move_form(member_id: str, me: Member, now: datetime, members: Members) -> views.MoveForm:
    """Raises NotFound."""
    member = member_page.existing(member_id, now, members)
    member_page.note_look(member, me, now, members)
    return views.move_form(member)


def move(member_id: str, form: forms.Move, me: Member, now: datetime, members: Members) -> Member:
    """Into another region's community; what the office knew of the person it knows there too.

    Raises NotFound, NotActive, Invalid, ChangedMeanwhile.
    """
    before = member_page.existing(member_id, now, members)
    if before.status not in ("active", "pending"):
        raise model.NotActive
    if form.region == before.region:
        raise Invalid(FieldError("region", "They are in this region already. Choose another one."))
    after = profile.moved(before, form.region, local_date(now), confirmed=before.confirmed)
    letter = _letter("moved", after, now, region=after.region, led=bool(before.chair_of))
    more: list[Write] = [*_stepping_down(before, now, members), letter]
    if after.active:
        more.append(repository.catch_up(after, now))
    facts = {"region": before.region, "to": after.region}
    change(before, after, "move", me, now, members, *more, **facts)
    return after


def end_form(member_id: str, me: Member, now: datetime, members: Members) -> views.EndForm:
    """Raises NotFound, NotActive."""
    member = member_page.existing(member_id, now, members)
    if not member.active:
        raise model.NotActive
    member_page.note_look(member, me, now, members)
    return views.end_form(member)


def deactivate(
    member_id: str, form: forms.Why, me: Member, now: datetime, members: Members
) -> Member:
    """Raises NotFound, NotActive, ChangedMeanwhile."""
    before = member_page.existing(member_id, now, members)
    if not before.active:
        raise model.NotActive
    after = model.ended(before, "inactive", local_date(now), form.reason)
    ending = [_letter("ended", after, now), repository.forget_later(after, now)]
    end(before, after, "deactivate", me, now, members, *ending)
    return after


def reactivate(member_id: str, me: Member, now: datetime, members: Members) -> Member:
    """Who left or whose membership was ended. Raises NotFound, NotEnded, ChangedMeanwhile."""
    before = member_page.existing(member_id, now, members)
    if before.status not in ("inactive", "left"):
        raise NotEnded
    again = before.model_copy(update={"reason": None})
    after = model.activated(again, local_date(now))
    change(before, after, "reactivate", me, now, members, *_beginning(after, now))
    return after


def send_link(
    member_id: str, me: Member, now: datetime, members: Members, once: Once = REPEATABLE
) -> Member:
    """A sign-in link to the member's own address. Raises NotFound, NotActive."""
    member = member_page.existing(member_id, now, members)
    if member.status not in ("active", "pending"):
        raise model.NotActive
    letter = letters.put(Letter(LetterId("sent_link", member_id, new_id(now), member_id)), now)
    line = repository.audit(me, "send_link", member, now)
    members.table.transact([letter, line, *once.writes(member_id)])
    return member


def change(
    before: Member,
    after: Member,
    what: str,
    who: Member,
    now: datetime,
    members: Members,
    *more: Write,
    **facts: str | None,
) -> None:
    """Writes a member as changed, with the audit's line and `more`. Raises ChangedMeanwhile."""
    changes = repository.differences(before, after)
    line = repository.audit(who, what, before, now, **facts)
    try:
        members.table.transact([*repository.changed(before, **changes), line, *more])
    except ConditionFailed as lost:
        raise model.ChangedMeanwhile from lost


def end(
    before: Member,
    after: Member,
    what: str,
    who: Member,
    now: datetime,
    members: Members,
    *more: Write,
) -> None:
    """The same for who is a member no more: leads nothing, and is signed out everywhere."""
    leaving = _stepping_down(before, now, members)

    def write(signed_out: list[Delete]) -> None:
        change(before, after, what, who, now, members, *leaving, *signed_out, *more)

    sessions.sign_out(members.table, before.id, write)


def _beginning(member: Member, now: datetime) -> list[Write]:
    return [repository.welcome(member, now), repository.catch_up(member, now)]


def _stepping_down(before: Member, now: datetime, members: Members) -> list[Put]:
    return communities.stepped_down(members.table, before, local_date(now))


def _letter(purpose: str, after: Member, now: datetime, **facts: Any) -> Put:
    """One letter a change: `after` still has the revision that it was made from."""
    told = LetterId(purpose, after.id, str(after.revision), after.id)
    return letters.put(Letter(told, facts), now)
