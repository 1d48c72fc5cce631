"""The office admits, declines, confirms, moves, ends, reactivates, sends links."""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import Delete, Put, Write, conflict_as
from comhar.aws.dynamodb import load
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.errors import AppError, Conflict, FieldError, Invalid, NotFound
from comhar.idempotency import REPEATABLE, Once
from comhar.leadership import repository as leadership_repository
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.meetings import repository as meetings_repository
from comhar.membership import confirmations, directory, follow_up_work, sessions
from comhar.membership import model as membership_model
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.profile import model as profile_model
from comhar.regions import codes
from comhar.register import forms, member_page, views
from comhar.tokens import new_id


class CoChairsOnly(membership_model.ChairsOnly):
    title = "Only the co-chairs of this community can do this."


class MembershipNotOver(Conflict):
    kind = "not-ended"
    title = "This membership has not ended."


def admit(member_id: str, ctx: Context) -> views.Person:
    """Admit who waits, or was declined.

    Raises:
        NotFound: there is no such member.
        MemberNotPending: they are not waiting.
        MemberChanged: the member was changed meanwhile.
    """
    before = member_page.get_member(member_id, ctx)
    after = membership_model.admit_member(before, ctx.now)
    save_change(before, after, "admit", ctx, *_welcome_writes(after, ctx.now))
    return views.person(after)


def decline(member_id: str, form: forms.Why, ctx: Context) -> views.Person:
    """Decline who waits; they are told why.

    Raises:
        NotFound: there is no such member.
        MemberNotPending: they are not waiting.
        MemberChanged: the member was changed meanwhile.
    """
    before = member_page.get_member(member_id, ctx)
    after = membership_model.decline_member(before, form.reason)
    ending = [
        _letter_write("declined", after, ctx.now),
        follow_up_work.schedule_deletion_write(after, ctx.now),
    ]
    save_change(before, after, "decline", ctx, *ending)
    return views.person(after)


def confirm(member_id: str, ctx: Context) -> views.Person:
    """Confirm a member, so that they see what colleagues share.

    For the office or a co-chair of the region.

    Raises:
        ChairsOnly: somebody else asks.
        NotFound: there is no such member, or it is not for this co-chair to know.
        MemberNotActive: they are no active member.
        MemberChanged: the member was changed meanwhile.
    """
    if not (ctx.user.office or ctx.user.chair_of):
        raise membership_model.ChairsOnly
    before = member_page.get_member(member_id, ctx)
    if not (before.region and ctx.user.may_chair(before.region)):
        raise NotFound
    after = membership_model.confirm_member(before)
    if not before.confirmed:
        save_change(before, after, "confirm", ctx, _letter_write("confirmed", after, ctx.now))
    return views.person_for(ctx.user, after)


def refer_to_office(member_id: str, ctx: Context) -> views.Referred:
    """Asks the office about a member whom a co-chair of the region does not know.

    The member is told nothing. Asked again, nothing changes. Two reads.

    Raises:
        CoChairsOnly: somebody else asks.
        NotFound: there is no such member, or it is not for this co-chair to know.
        MemberNotActive: they are no active member.
        MemberConfirmed: they are confirmed.
        MemberChanged: the member was changed meanwhile.
    """
    if not ctx.user.chair_of:
        raise CoChairsOnly
    member = member_page.get_member(member_id, ctx)
    if member.region not in ctx.user.chair_of:
        raise NotFound
    if not member.active:
        raise membership_model.MemberNotActive
    if member.confirmed:
        raise membership_model.MemberConfirmed
    if ctx.table.get(confirmations.not_known_key(member.region, member_id)) is None:
        line = membership_repository.audit_write(ctx.user, "not_known", member, ctx.now)
        as_read = membership_repository.unchanged_condition(member)
        with conflict_as(membership_model.MemberChanged):
            ctx.table.transact([*confirmations.refer_writes(member, as_read, ctx.now), line])
    return views.Referred(id=member_id)


def get_confirm_page(region: str | None, meeting_id: str | None, ctx: Context) -> views.ConfirmPage:
    """Whom to confirm in a region, or in one's own; of a meeting those who were there.

    That the office looked is noted. Two reads, three of a meeting.

    Raises:
        ChairsOnly: somebody else asks.
        NotFound: there is no such region or meeting.
    """
    meeting = meetings_repository.get_meeting(ctx.table, meeting_id) if meeting_id else None
    wanted = region or (ctx.user.chair_of or (ctx.user.region,))[0] or codes()[0]
    wanted = meeting.region if meeting else wanted
    if wanted not in codes():
        raise NotFound
    if not ctx.user.may_chair(wanted):
        raise membership_model.ChairsOnly
    unconfirmed = directory.list_unconfirmed(ctx.table, wanted)
    not_known = confirmations.list_not_known(ctx.table, wanted)
    everybody = [
        load(views.Unconfirmed, person, not_known=person["id"] in not_known)
        for person in unconfirmed
    ]
    with_office = [person for person in everybody if person.not_known and not ctx.user.office]
    waiting = [person for person in everybody if person not in with_office]
    people = [person for person in waiting if not meeting or person.id in meeting.attended]
    look = {"region": wanted, "status": "active", "rows": len(everybody)}
    ctx.table.transact(membership_repository.register_look_writes(ctx.user, ctx.now, **look))
    return views.ConfirmPage(
        region=wanted,
        people=people,
        others=len(waiting) - len(people),
        with_office=[] if meeting else with_office,
        meeting=meeting_id,
        meeting_on=meeting.starts_at.date() if meeting else None,
    )


def change_several(form: forms.Several, ctx: Context) -> views.SeveralDone:
    """Admits or confirms each of these members by itself.

    Who cannot be is named with the reason.

    Raises:
        OfficeOnly: somebody else admits.
        ChairsOnly: somebody else confirms.
    """
    if form.do == "admit" and not ctx.user.office:
        raise membership_model.OfficeOnly
    if not (ctx.user.office or ctx.user.chair_of):
        raise membership_model.ChairsOnly
    change = admit if form.do == "admit" else confirm
    done: list[str] = []
    refused: list[views.Refused] = []
    for member_id in dict.fromkeys(form.members):
        try:
            change(member_id, ctx)
        except AppError as error:
            refused.append(views.Refused(id=member_id, why=error.title))
        else:
            done.append(member_id)
    page = "/members?status=pending" if form.do == "admit" else "/members/confirm"
    outcome = "several_partly" if refused else "several"
    mark = "&" if "?" in page else "?"
    return views.SeveralDone(done=done, refused=refused, next=f"{page}{mark}done={outcome}")


def get_move_form(member_id: str, ctx: Context) -> views.MoveForm:
    """The regions to move a member to.

    Raises:
        NotFound: there is no such member.
    """
    member = member_page.get_member(member_id, ctx)
    member_page.record_look(member, ctx)
    return views.move_form(member)


def move(member_id: str, form: forms.Move, ctx: Context) -> views.Person:
    """Move a member into another region's community; they stay confirmed there.

    Raises:
        NotFound: there is no such member.
        MemberNotActive: they are no member now.
        Invalid: they are in this region already.
        MemberChanged: the member, or a community they led, was changed meanwhile.
    """
    before = member_page.get_member(member_id, ctx)
    if before.status not in ("active", "pending"):
        raise membership_model.MemberNotActive
    if form.region == before.region:
        raise Invalid(FieldError("region", "They are in this region already. Choose another one."))
    after = profile_model.move_member(
        before, form.region, local_date(ctx.now), confirmed=before.confirmed
    )
    led = bool(before.chair_of)
    more: list[Write] = [
        *leadership_repository.step_down_writes(before, ctx),
        _letter_write("moved", after, ctx.now, region=after.region, led=led),
    ]
    if after.active:
        more.append(follow_up_work.catch_up_write(after, ctx.now))
    facts = {"region": before.region, "to": after.region}
    save_change(before, after, "move", ctx, *more, **facts)
    return views.person(after)


def get_end_form(member_id: str, ctx: Context) -> views.EndForm:
    """The page to end a membership from.

    Raises:
        NotFound: there is no such member.
        MemberNotActive: they are no active member.
    """
    member = member_page.get_member(member_id, ctx)
    if not member.active:
        raise membership_model.MemberNotActive
    member_page.record_look(member, ctx)
    return views.end_form(member)


def deactivate(member_id: str, form: forms.Why, ctx: Context) -> views.Person:
    """End a membership; the person is told why.

    Raises:
        NotFound: there is no such member.
        MemberNotActive: they are no active member.
        MemberChanged: the member, or a community they led, was changed meanwhile.
    """
    before = member_page.get_member(member_id, ctx)
    if not before.active:
        raise membership_model.MemberNotActive
    after = membership_model.end_membership(before, "inactive", local_date(ctx.now), form.reason)
    ending = [
        _letter_write("ended", after, ctx.now),
        follow_up_work.schedule_deletion_write(after, ctx.now),
    ]
    save_end(before, after, "deactivate", ctx, *ending)
    return views.person(after)


def reactivate(member_id: str, ctx: Context) -> views.Person:
    """Begin a membership again, of who left or whose membership was ended.

    Raises:
        NotFound: there is no such member.
        MembershipNotOver: it has not ended.
        MemberChanged: the member was changed meanwhile.
    """
    before = member_page.get_member(member_id, ctx)
    if before.status not in ("inactive", "left"):
        raise MembershipNotOver
    reopened = before.model_copy(update={"reason": None})
    after = membership_model.activate_member(reopened, local_date(ctx.now))
    save_change(before, after, "reactivate", ctx, *_welcome_writes(after, ctx.now))
    return views.person(after)


def send_link(member_id: str, ctx: Context, once: Once = REPEATABLE) -> views.Person:
    """Send a sign-in link to the member's own address.

    Raises:
        NotFound: there is no such member.
        MemberNotActive: they are no member now.
    """
    member = member_page.get_member(member_id, ctx)
    if member.status not in ("active", "pending"):
        raise membership_model.MemberNotActive
    letter = Letter(LetterId("sent_link", member_id, new_id(ctx.now), member_id))
    audit_line = membership_repository.audit_write(ctx.user, "send_link", member, ctx.now)
    ctx.table.transact(
        [letters_repository.insert_write(letter, ctx.now), audit_line, *once.writes(member_id)]
    )
    return views.person(member)


def save_change(
    before: Member, after: Member, action: str, ctx: Context, *more: Write, **facts: str | None
) -> None:
    """Write a member as changed, with the audit's line and `more`.

    Raises:
        MemberChanged: any of it was refused.
    """
    audit_line = membership_repository.audit_write(ctx.user, action, before, ctx.now, **facts)
    with conflict_as(membership_model.MemberChanged):
        ctx.table.transact(
            [*membership_repository.update_writes(before, after, ctx.now), audit_line, *more]
        )


def save_end(before: Member, after: Member, action: str, ctx: Context, *more: Write) -> None:
    """Write a member whose membership ends: they lead nothing, and are signed out.

    Raises:
        MemberChanged: any of it was refused.
    """
    step_down = leadership_repository.step_down_writes(before, ctx)

    def write(signed_out: list[Delete]) -> None:
        save_change(before, after, action, ctx, *step_down, *signed_out, *more)

    sessions.end_sessions(ctx.table, before.id, write)


def _welcome_writes(member: Member, now: datetime) -> list[Write]:
    return [
        membership_repository.welcome_letter_write(member, now),
        follow_up_work.catch_up_write(member, now),
    ]


def _letter_write(purpose: str, after: Member, now: datetime, **facts: Any) -> Put:
    """One letter a change: `after` still has the revision that it was made from."""
    letter = LetterId(purpose, after.id, str(after.revision), after.id)
    return letters_repository.insert_write(Letter(letter, facts), now)
