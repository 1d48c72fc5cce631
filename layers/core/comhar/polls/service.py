"""Use cases for polls: open one, remind, pick a date, end it without a meeting."""

from datetime import date, datetime, timedelta

from comhar import data
from comhar.aws.conditions import Write, conflict_as
from comhar.aws.dynamodb import Table, load
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.errors import FieldError, Invalid
from comhar.idempotency import REPEATABLE, Once
from comhar.letters import repository as letters_repository
from comhar.letters.model import Mailing
from comhar.meetings import date_warnings, planned_meetings
from comhar.meetings import repository as meetings_repository
from comhar.meetings.repository import format_local
from comhar.membership.repository import audit_write
from comhar.polls import forms, model, poll_results, repository, views
from comhar.polls.model import FEWEST, MAX_SPAN, MOST, OPEN_DAYS, Poll
from comhar.tokens import new_id


def list_polls(region: str, ctx: Context) -> views.Polls:
    """The region's polls, newest first; one query."""
    rows = repository.list_rows(ctx.table, region, ctx.now)
    running = [row for row in rows if repository.is_running(row, ctx.now)]
    return views.Polls(
        region=region,
        open=[load(views.PollRow, row) for row in running],
        over=[load(views.PollRow, row) for row in rows if row not in running],
        may_lead=ctx.user.may_chair(region),
    )


def get_form(region: str, ctx: Context) -> views.PollForm:
    """What the form to open a poll starts from."""
    known = data.load("meetings")
    return views.PollForm(
        region=region,
        kinds=[kind for kind in known["kinds"] if kind["key"] != "national"],
        modes=known["modes"],
        fewest=FEWEST,
        most=MOST,
        closes_on=(local_date(ctx.now) + timedelta(days=OPEN_DAYS)).isoformat(),
        next_topic=communities_repository.get_community(ctx.table, region, ctx.now).next_topic,
    )


def check_dates(region: str, form: forms.OpenPoll, ctx: Context) -> views.PollForm:
    """The form with the warnings against its dates; nothing is written.

    Raises:
        Invalid: as `open_poll` does.
    """
    _require_valid_dates(form, ctx.now)
    model.choose_closes_at(form.closes_on, min(form.options), ctx.now)
    checked = _check_dates(region, form, ctx.table)
    return get_form(region, ctx).model_copy(update={"checked": checked})


def open_poll(
    region: str, form: forms.OpenPoll, ctx: Context, once: Once = REPEATABLE
) -> views.PollOpened:
    """Asks every active member of the region which dates suit.

    Raises:
        Invalid: a date is past or given twice, or the last day to answer is not before the first of them.
    """
    _require_valid_dates(form, ctx.now)
    closes_at = model.choose_closes_at(form.closes_on, min(form.options), ctx.now)
    checked = _check_dates(region, form, ctx.table)
    options = zip(form.options, (checked_date.notes for checked_date in checked), strict=True)
    poll = Poll(
        **form.model_dump(include={"kind", "mode", "minutes", "topic"}),
        id=new_id(ctx.now, region),
        region=region,
        options=model.make_options(list(options)),
        closes_at=closes_at,
        made_at=ctx.now,
    )
    ctx.table.transact(
        [
            *repository.insert_poll_writes(poll, _get_closures(ctx.table)),
            letters_repository.insert_mailing_write(Mailing("poll", poll.id, "0", region), ctx.now),
            audit_write(ctx.user, "open_poll", poll.id, ctx.now),
            *once.writes(poll.id),
        ],
    )
    return views.PollOpened(
        **poll.model_dump(include={"id", "region", "state"}),
        closes_at=stamp(poll.closes_at),
        dates=sorted(checked, key=lambda checked_date: checked_date.starts_at),
    )


def _require_valid_dates(form: forms.OpenPoll, now: datetime) -> None:
    """Raises Invalid at each date that is past, a duplicate, or a year off the first."""
    mistakes, last = [], min(form.options) + MAX_SPAN
    for number, at in enumerate(form.options):
        if why := date_warnings.find_problem(at, now):
            mistakes.append(FieldError(f"options.{number}", why))
        elif at in form.options[:number]:
            mistakes.append(FieldError(f"options.{number}", "This date and time is given twice."))
        elif at > last:
            why = "Choose dates that lie within a year of each other."
            mistakes.append(FieldError(f"options.{number}", why))
    if mistakes:
        raise Invalid(*mistakes)


def _check_dates(region: str, form: forms.OpenPoll, table: Table) -> list[views.Checked]:
    """The warnings against each date, in the order in which they were typed."""
    notes = _list_warnings(region, form.options, form.minutes, table)
    return [
        views.Checked(starts_at=format_local(at), notes=warnings)
        for at, warnings in zip(form.options, notes, strict=True)
    ]


def _list_warnings(
    region: str, options: list[datetime], minutes: int, table: Table
) -> list[list[str]]:
    """The warnings against each date as things stand."""
    days = [starts_at.date() for starts_at in options]
    taken, closures = (
        planned_meetings.list_planned_meetings(table, min(days), max(days)),
        _get_closures(table),
    )
    return [
        date_warnings.list_warnings(region, starts_at, minutes, closures, taken)
        for starts_at in options
    ]


def _get_closures(table: Table) -> frozenset[date]:
    return communities_repository.closed_days_from_item(table.get(communities_repository.CLOSURES))


def get_poll(poll_id: str, ctx: Context) -> views.PollView:
    """A poll as this user may see it; three reads.

    Raises:
        NotFound: there is no such poll.
    """
    return views.poll_view(poll_results.load_results(poll_id, ctx), ctx.user, ctx.now, ctx.stale)


def remind_poll(poll_id: str, ctx: Context) -> views.Reminding:
    """Reminds the members who have not answered, at most once a day.

    Who answers before the email is sent gets none.

    Raises:
        NotFound: there is no such poll.
        PollOver: it is not open any more.
        NobodyToRemind: all have answered, or were reminded today.
        PollDecided, PollChanged: it was decided, or changed, at the same time.
    """
    before, missing = poll_results.count_unanswered(poll_id, ctx)
    after = model.note_reminder(before, missing, ctx.now)
    mailing = Mailing("poll_reminder", after.id, str(after.reminded), after.region)
    line = audit_write(ctx.user, "remind_poll", after.id, ctx.now)
    _save_change(
        before, after, ctx, letters_repository.insert_mailing_write(mailing, ctx.now), line
    )
    return views.Reminding(poll=after.id, missing=missing)


def get_pick_form(poll_id: str, ctx: Context) -> views.PickForm:
    """What the form to pick a date starts from.

    Raises:
        NotFound: there is no such poll.
        PollDecided: it was decided before.
    """
    poll, counts = poll_results.load_counts(poll_id, ctx)
    region = model.require_undecided(poll).region
    dates = views.counted_dates(poll, counts)
    notes = _list_warnings(
        region, [option.starts_at for option in poll.options], poll.minutes, ctx.table
    )
    known = data.load("meetings")
    return views.PickForm(
        **poll.model_dump(include={"id", "region", "state", "kind", "mode", "minutes", "topic"}),
        dates=[
            date_view.model_copy(update={"notes": now})
            for date_view, now in zip(dates, notes, strict=True)
        ],
        best=next((date_view.key for date_view in dates if date_view.best), None),
        kinds=[kind for kind in known["kinds"] if kind["key"] != "national"],
        modes=known["modes"],
    )


def pick_date(
    poll_id: str, form: forms.PickDate, ctx: Context, once: Once = REPEATABLE
) -> views.Picked:
    """Schedules the meeting on the date picked, and invites the region.

    The meeting is written in one transaction with the poll's end: of two users who pick a date, one does.

    Raises:
        NotFound: there is no such poll.
        PollDecided, PollChanged: it was decided before, or changed at the same time.
        Invalid: the date has passed, or is none of the poll's.
    """
    before = repository.get_poll(ctx.table, poll_id, ctx.now)
    starts_at = model.get_option(before, form.option, ctx.now).starts_at
    community = communities_repository.get_community(ctx.table, before.region, ctx.now)
    community = meetings_repository.leave_out_absent_lead(ctx.table, community, starts_at.date())
    rules = meetings_repository.get_rules(ctx.table, ctx.settings)
    polled = before.model_dump(include={"kind", "mode", "minutes", "topic"})
    chosen = form.model_dump(exclude={"option"}, exclude_none=True)
    fields = polled | chosen | {"starts_at": starts_at}
    meeting, writes = meetings_repository.schedule_writes(
        fields, community, ctx.user, rules, ctx.now
    )
    after = model.revise(before, state="picked", meeting=meeting.id)
    writes.append(audit_write(ctx.user, "pick_date", before.id, ctx.now))
    mark = once.writes(meeting.id, meeting=meeting.id)
    _save_change(before, after, ctx, *writes, *mark)
    return views.Picked(poll=after.id, meeting=meeting.id, starts_at=format_local(starts_at))


def end_poll(poll_id: str, form: forms.EndPoll, ctx: Context) -> views.PollEnded:
    """Ends a poll without a meeting, and notifies every member who was asked.

    Raises:
        NotFound: there is no such poll.
        PollDecided, PollChanged: it was decided before, or changed at the same time.
    """
    before = repository.get_poll(ctx.table, poll_id, ctx.now)
    after = model.end_poll(before, form.reason, ctx.now)
    mailing = Mailing("poll_cancelled", after.id, "0", after.region)
    line = audit_write(ctx.user, "end_poll", after.id, ctx.now)
    _save_change(
        before, after, ctx, letters_repository.insert_mailing_write(mailing, ctx.now), line
    )
    return views.PollEnded(poll=after.id, region=after.region, state=after.state)


def _save_change(before: Poll, after: Poll, ctx: Context, *more: Write) -> None:
    """Writes a changed poll, with what belongs to the change.

    Raises:
        PollDecided: somebody else decided it first.
        PollChanged: it was changed by a reminder, or by the clock that closed it.
    """
    changed = repository.update_poll_writes(before, after, _get_closures(ctx.table))
    try:
        with conflict_as(model.PollChanged):
            ctx.table.transact([*changed, *more])
    except model.PollChanged:
        model.require_undecided(repository.get_poll(ctx.table, before.id, ctx.now))
        raise
