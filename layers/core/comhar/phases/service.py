"""Use cases of phases: enter one, rest and go on, close and reopen a community."""

from collections.abc import Sequence

from comhar import regions
from comhar.aws.conditions import Write, conflict_as
from comhar.communities import repository as communities_repository
from comhar.communities.model import Community
from comhar.context import Context
from comhar.dates.dublin_time import local_date, to_wall
from comhar.errors import NotFound
from comhar.letters import repository as letters_repository
from comhar.letters.model import Mailing
from comhar.meetings import repository as meetings_repository
from comhar.membership import member_counts
from comhar.membership.repository import audit_write
from comhar.phases import forms, model, views


def get_phases(region: str, ctx: Context) -> views.Phases:
    """The phases of a community; one read."""
    community = _get_community(region, ctx)
    return views.phases_view(community, ctx.user, local_date(ctx.now))


def enter_phase(region: str, form: forms.EnterPhase, ctx: Context) -> views.Phases:
    """Say which phase the community is in; phases may be skipped or repeated.

    Raises:
        PhaseChanged: somebody else changed the community.
    """
    before = _get_community(region, ctx)
    after = model.enter_phase(before, form.phase, form.why, local_date(ctx.now))
    return _save(before, after, ctx)


def start_rest(region: str, form: forms.StartRest, ctx: Context) -> views.Phases:
    """Let the community rest until a day; every member is told by one email.

    Raises:
        ClosedAlready, Invalid: as `model.rest`.
        PhaseChanged: somebody else changed the community.
    """
    before = _get_community(region, ctx)
    today = local_date(ctx.now)
    running = before.rest_on(today)
    if running and running.until == form.until:  # sent twice
        return views.phases_view(before, ctx.user, today)
    after = model.rest(before, form.until, today)
    return _save(before, after, ctx, "community_rests", "rest")


def end_rest(region: str, ctx: Context) -> views.Phases:
    """Let the community go on from today.

    Raises:
        RestsNot: it does not rest.
        PhaseChanged: somebody else changed the community.
    """
    before = _get_community(region, ctx)
    return _save(before, model.end_rest(before, local_date(ctx.now)), ctx)


def get_close_page(region: str, ctx: Context) -> views.ClosePage:
    """What happens when the community is closed, before it is. Three reads.

    Raises:
        ClosedAlready: it is closed.
    """
    model.close(_get_community(region, ctx), local_date(ctx.now))
    return views.ClosePage(
        region=region,
        members=member_counts.count_askable(ctx.table, region, local_date(ctx.now)),
        has_meetings=_has_meetings(region, ctx),
    )


def close_community(region: str, ctx: Context) -> views.Phases:
    """Close the community; every member is told by one email what stays. Two reads.

    Raises:
        ClosedAlready: it is closed.
        MeetingsPlanned: meetings are to come.
        PhaseChanged: somebody else changed the community.
    """
    before = _get_community(region, ctx)
    after = model.close(before, local_date(ctx.now))
    if _has_meetings(region, ctx):
        raise model.MeetingsPlanned
    return _save(before, after, ctx, "community_closed", "close_community")


def reopen_community(region: str, ctx: Context) -> views.Phases:
    """Open a closed community again.

    Raises:
        NotClosed: it is open.
        PhaseChanged: somebody else changed the community.
    """
    before = _get_community(region, ctx)
    return _save(before, model.reopen(before), ctx, audit="reopen_community")


def _has_meetings(region: str, ctx: Context) -> bool:
    """Whether meetings are to come; one read."""
    coming = meetings_repository.list_rows_from(ctx.table, region, to_wall(ctx.now))
    return any(row["state"] == "scheduled" for row in coming)


def _get_community(region: str, ctx: Context) -> Community:
    """Raises NotFound where there is no such region."""
    if region not in regions.codes():
        raise NotFound
    return communities_repository.get_community(ctx.table, region, ctx.now)


def _save(
    before: Community, after: Community, ctx: Context, purpose: str = "", audit: str = ""
) -> views.Phases:
    if after is not before:
        region, writes = after.region, list[Write]()
        if purpose:
            mailing = Mailing(purpose, region, str(after.revision), region)
            writes.append(letters_repository.insert_mailing_write(mailing, ctx.now))
        if audit:
            writes.append(audit_write(ctx.user, audit, region, ctx.now, region=region))
        _transact(after, writes, ctx)
    return views.phases_view(after, ctx.user, local_date(ctx.now))


def _transact(after: Community, writes: Sequence[Write], ctx: Context) -> None:
    with conflict_as(model.PhaseChanged):
        ctx.table.transact([communities_repository.community_write(after), *writes])
