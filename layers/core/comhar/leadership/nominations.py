"""Use cases of standing as co-chair: propose, accept, decline and take back."""

from collections.abc import Callable
from functools import partial

from comhar.aws.conditions import Check, Write, conflict_as, retry_conflicts
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.errors import FieldError, Invalid
from comhar.leadership import forms, model, repository, views
from comhar.leadership.model import Candidates
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.membership import directory
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member, MemberChanged, may_be_asked_to_act
from comhar.tokens import new_id


def get_nominations(region: str, ctx: Context) -> views.Nominations:
    """Who stands, and how the user does; two reads.

    Who was asked and has not answered is seen by themselves and who asked. That the office looked is noted.
    """
    candidates, user = repository.get_candidates(ctx.table, region), ctx.user
    active = directory.list_all_active(ctx.table, region)
    by_id = {person["id"]: person for person in active}
    stand = [by_id[member_id] for member_id in candidates.standing if member_id in by_id]
    hidden = not (user.confirmed or user.office)
    if hidden:
        return views.Nominations(
            region=region, hidden=True, count=len(stand), standing=[], may_propose=False
        )
    if stand:
        look = {"region": region, "status": "active", "rows": len(stand)}
        ctx.table.transact(membership_repository.register_look_writes(user, ctx.now, **look))
    own, waiting = candidates.find(user.id), candidates.find_open_by(user.id)
    may_propose = user.active and user.region == region
    confirmed = [
        each
        for each in active
        if each.get("confirmed")
        and each["id"] != user.id
        and may_be_asked_to_act(each, local_date(ctx.now))
    ]
    return views.Nominations(
        region=region,
        hidden=False,
        count=len(stand),
        standing=[views.Named(id=each["id"], name=each["name"]) for each in stand],
        state=own.state if own and own.state in ("asked", "standing") else None,
        asked_by=by_id.get(own.by, {}).get("name") if own and own.state == "asked" else None,
        waiting_for=_named(waiting.member, by_id) if waiting else None,
        may_propose=may_propose,
        members=[views.Named(id=each["id"], name=each["name"]) for each in confirmed]
        if may_propose and not waiting
        else [],
    )


def _named(member_id: str, by_id: dict[str, dict[str, str]]) -> views.Named:
    name = by_id.get(member_id, {}).get("name", "A former member")
    return views.Named(id=member_id, name=name)


def propose(region: str, form: forms.Proposal, ctx: Context) -> views.Proposed:
    """Put oneself forward, or ask another member by email whether they would stand.

    Raises:
        ConfirmedOnly: the user is no confirmed member of this community.
        Invalid: the other is none, or is away.
        NotAskable: they were asked already, or would rather not.
        ProposalOpen: the user waits for somebody else's answer.
        MemberChanged, CandidatesChanged: somebody changed something meanwhile.
    """
    model.require_confirmed(ctx.user, region)
    other: Member | None = ctx.user
    if form.member != ctx.user.id:
        other = membership_repository.find_member(ctx.table, ctx.settings, form.member)
    if not (other and other.active and other.confirmed and other.region == region):
        raise Invalid(FieldError("member", "Choose a confirmed member of this community."))
    if other.id != ctx.user.id:
        other.require_present("member", local_date(ctx.now))
    at, proposal = stamp(ctx.now), new_id(ctx.now)
    change = partial(Candidates.propose, member_id=other.id, by=ctx.user.id, at=at, id=proposal)
    more: list[Write] = [_unchanged(ctx.user)]
    if other.id != ctx.user.id:
        letter = Letter(LetterId("nomination", region, proposal, other.id), {"other": ctx.user.id})
        more += [_unchanged(other), letters_repository.insert_write(letter, ctx.now)]
    after = _save(region, change, more, ctx)
    state = after.find(other.id)
    return views.Proposed(region=region, state=state.state if state else "asked")


def accept(region: str, ctx: Context) -> views.Proposed:
    """Say yes to who asked: confirmed members see that the user stands.

    Raises:
        ConfirmedOnly: the user is no confirmed member of this community.
        NotAsked: nobody asks them.
        MemberChanged, CandidatesChanged: somebody changed something meanwhile.
    """
    model.require_confirmed(ctx.user, region)
    change = partial(Candidates.accept, member_id=ctx.user.id, at=stamp(ctx.now))
    _save(region, change, [_unchanged(ctx.user)], ctx)
    return views.Proposed(region=region, state="standing")


def decline(region: str, ctx: Context) -> views.Proposed:
    """Say no, or stand no more; who asked and waits hears of it, and nobody else.

    Raises:
        ConfirmedOnly: the user is no confirmed member of this community.
        NotAsked: the user was not proposed.
        MemberChanged, CandidatesChanged: somebody changed something meanwhile.
    """
    model.require_confirmed(ctx.user, region)
    change = partial(Candidates.decline, member_id=ctx.user.id, at=stamp(ctx.now))
    own = repository.get_candidates(ctx.table, region).find(ctx.user.id)
    more: list[Write] = []
    if own and own.state == "asked":
        letter = Letter(
            LetterId("nomination_declined", region, own.id, own.by), {"other": ctx.user.id}
        )
        more.append(letters_repository.insert_write(letter, ctx.now))
    _save(region, change, more, ctx)
    return views.Proposed(region=region, state="declined")


def take_back(region: str, ctx: Context) -> views.Proposed:
    """Take back the question that nobody has answered.

    Raises:
        ConfirmedOnly: the user is no confirmed member of this community.
        NotAsked: there is none.
        CandidatesChanged: it was answered meanwhile.
    """
    model.require_confirmed(ctx.user, region)
    change = partial(Candidates.take_back, by=ctx.user.id, at=stamp(ctx.now))
    _save(region, change, [], ctx)
    return views.Proposed(region=region, state="withdrawn")


def _unchanged(member: Member) -> Check:
    """Refuses who leaves at this moment."""
    return Check(
        membership_repository.key(member.id),
        {"revision": member.revision},
        conflict=MemberChanged,
    )


def _save(
    region: str, change: Callable[[Candidates], Candidates], more: list[Write], ctx: Context
) -> Candidates:
    """Writes the candidates as changed, on what others wrote meanwhile.

    Raises:
        MemberChanged: a member was changed meanwhile.
        CandidatesChanged: others changed the candidates again and again.
    """

    def save() -> Candidates:
        before = repository.get_candidates(ctx.table, region)
        after = change(before)
        if after is not before:
            ctx.table.transact([repository.candidates_write(after, ctx.now), *more])
        return after

    with conflict_as(model.CandidatesChanged):
        return retry_conflicts(save)
