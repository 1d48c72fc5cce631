"""Owns the use cases of a poll for whom it is led by: open it, remind, pick a date, end it."""

from datetime import date, datetime, timedelta

from comhar import data
from comhar.aws.conditions import Item, Write
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.communities import repository as communities
from comhar.dates.dublin_time import local_date, stamp
from comhar.errors import FieldError, Invalid
from comhar.letters import repository as letters
from comhar.letters.model import Mailing
from comhar.meetings import date_warnings
from comhar.meetings import repository as meetings
from comhar.meetings.repository import wall
from comhar.membership.model import Member
from comhar.membership.repository import Members, audit
from comhar.once import REPEATABLE, Once
from comhar.polls import forms, model, repository, shown, views
from comhar.polls.model import APART, FEWEST, MOST, OPEN_DAYS, Poll
from comhar.tokens import new_id


def listed(region: str, me: Member, now: datetime, table: Table) -> views.Polls:
    """The region's polls, newest first; one query."""
    rows = repository.rows(table, region, now)
    return views.Polls(
        region=region,
        open=[_row(each) for each in rows if repository.runs(each, now)],
        over=[_row(each) for each in rows if not repository.runs(each, now)],
        may_lead=me.chairs(region),
    )


def _row(item: Item) -> views.PollRow:
    held = {name: item[name] for name in views.PollRow.model_fields if item.get(name) is not None}
    return views.PollRow(**held)


def form(region: str, now: datetime, table: Table) -> views.PollForm:
    """What the form to open a poll starts from."""
    meetings_ = data.load("meetings")
    return views.PollForm(
        region=region,
        kinds=[each for each in meetings_["kinds"] if each["key"] != "national"],
        modes=meetings_["modes"],
        fewest=FEWEST,
        most=MOST,
        closes_on=(local_date(now) + timedelta(days=OPEN_DAYS)).isoformat(),
        next_topic=communities.by_region(table, region, now).next_topic,
    )


def check(region: str, sent: forms.OpenPoll, now: datetime, table: Table) -> views.PollForm:
    """The form once its dates were looked at; nothing is kept. Raises Invalid as `open_poll` does."""
    _sound(sent, now)
    model.closes(sent.closes_on, min(sent.options), now)
    found = _notes(region, sent, table)
    return form(region, now, table).model_copy(update={"checked": found})


def open_poll(
    region: str,
    sent: forms.OpenPoll,
    me: Member,
    now: datetime,
    table: Table,
    once: Once = REPEATABLE,
) -> views.PollOpened:
    """Asks every active member of the region which dates suit. Raises Invalid for a date that is past or
    given twice, and for a last day to answer that is not before the first of them."""
    _sound(sent, now)
    closes_at = model.closes(sent.closes_on, min(sent.options), now)
    looked = _notes(region, sent, table)
    options = zip(sent.options, (each.notes for each in looked), strict=True)
    poll = Poll(
        **sent.model_dump(include={"kind", "mode", "minutes", "topic"}),
        id=new_id(now, region),
        region=region,
        options=model.laid_out(list(options)),
        closes_at=closes_at,
        made_at=now,
    )
    table.transact(
        [
            *repository.born(poll, _closures(table)),
            letters.mailing(Mailing("poll", poll.id, "0", region), now),
            audit(me, "open_poll", poll.id, now),
            *once.writes(poll.id),
        ],
    )
    return views.PollOpened(
        **poll.model_dump(include={"id", "region", "state"}),
        closes_at=stamp(poll.closes_at),
        dates=sorted(looked, key=lambda each: each.starts_at),
    )


def _sound(sent: forms.OpenPoll, now: datetime) -> None:
    """Raises Invalid at each date that is past, given twice, or a year off from the first."""
    mistakes, last = [], min(sent.options) + APART
    for number, at in enumerate(sent.options):
        if said := date_warnings.wrong(at, now):
            mistakes.append(FieldError(f"options.{number}", said))
        elif at in sent.options[:number]:
            mistakes.append(FieldError(f"options.{number}", "This date and time is given twice."))
        elif at > last:
            said = "Choose dates that lie within a year of each other."
            mistakes.append(FieldError(f"options.{number}", said))
    if mistakes:
        raise Invalid(*mistakes)


def _notes(region: str, sent: forms.OpenPoll, table: Table) -> list[views.Checked]:
    """What speaks against each date, in the order in which they were typed."""
    days = [each.date() for each in sent.options]
    taken = date_warnings.list_taken(table, min(days), max(days))
    closures = _closures(table)
    return [
        views.Checked(
            starts_at=wall(at), notes=date_warnings.notes(region, at, sent.minutes, closures, taken)
        )
        for at in sent.options
    ]


def _closures(table: Table) -> frozenset[date]:
    return communities.closures_from(table.get(communities.CLOSURES))


def show(poll_id: str, me: Member, now: datetime, members: Members) -> views.PollView:
    """A poll as this person may see it. Raises NotFound."""
    poll, votes = repository.folder(members.table, poll_id, now)
    active = members.of_region(poll.region, "active")
    return shown.poll(poll, votes, active, me, now)


def remind(poll_id: str, me: Member, now: datetime, members: Members) -> views.Reminding:
    """Reminds who has not answered, at most once a day; who answers before it is sent gets nothing.
    Raises NotFound, PollOver, NobodyToRemind, PollDecided, PollChanged."""
    table = members.table
    before, votes = repository.folder(table, poll_id, now)
    active = members.of_region(before.region, "active")
    missing = sum(each.id not in votes for each in active)
    after = model.remindable(before, missing, now)
    told = Mailing("poll_reminder", after.id, str(after.reminded), after.region)
    line = audit(me, "remind_poll", after.id, now)
    _write(before, after, table, now, letters.mailing(told, now), line)
    return views.Reminding(poll=after.id, missing=missing)


def pick_form(poll_id: str, me: Member, now: datetime, members: Members) -> views.PickForm:
    """What the form to pick a date starts from. Raises NotFound, PollDecided."""
    table = members.table
    poll, votes = repository.folder(table, poll_id, now)
    active = members.of_region(model.undecided(poll).region, "active")
    counted = shown.counted(votes, active)
    dates_ = shown.dates(poll, counted, active, me, sees=True, named=True)
    notes = _as_now(poll, table)
    known = data.load("meetings")
    return views.PickForm(
        **poll.model_dump(include={"id", "region", "state", "kind", "mode", "minutes", "topic"}),
        dates=[each.model_copy(update={"notes": notes[each.key]}) for each in dates_],
        best=next((each.key for each in dates_ if each.best), None),
        kinds=[each for each in known["kinds"] if each["key"] != "national"],
        modes=known["modes"],
    )


def _as_now(poll: Poll, table: Table) -> dict[str, list[str]]:
    """By date: what speaks against it as things stand."""
    days = [each.starts_at.date() for each in poll.options]
    taken, closures = date_warnings.list_taken(table, min(days), max(days)), _closures(table)
    return {
        each.key: date_warnings.notes(poll.region, each.starts_at, poll.minutes, closures, taken)
        for each in poll.options
    }


def pick(
    poll_id: str,
    sent: forms.PickDate,
    me: Member,
    now: datetime,
    members: Members,
    once: Once = REPEATABLE,
) -> views.Picked:
    """Schedules the meeting on the date picked and invites the region, in one transaction with the
    poll's end: of two who pick, one does. Raises NotFound, PollDecided, PollChanged, Invalid."""
    table = members.table
    before = repository.by_id(table, poll_id, now)
    starts_at = model.chosen(before, sent.option, now).starts_at
    community = communities.by_region(table, before.region, now)
    rules = meetings.rules(table, members.settings)
    asked = before.model_dump(include={"kind", "mode", "minutes", "topic"})
    changed = sent.model_dump(exclude={"option"}, exclude_none=True)
    said = asked | changed | {"starts_at": starts_at}
    meeting, writes = meetings.planned(said, community, me, rules, now)
    after = model.changed(before, state="picked", meeting=meeting.id)
    writes.append(audit(me, "pick_date", before.id, now))
    mark = once.writes(meeting.id, meeting=meeting.id)
    _write(before, after, table, now, *writes, *mark)
    return views.Picked(poll=after.id, meeting=meeting.id, starts_at=wall(starts_at))


def end(
    poll_id: str, sent: forms.EndPoll, me: Member, now: datetime, table: Table
) -> views.PollEnded:
    """Ends a poll without a meeting; everyone who was asked is told once. Raises NotFound, PollDecided,
    PollChanged."""
    before = repository.by_id(table, poll_id, now)
    after = model.ended(before, sent.reason, now)
    told = Mailing("poll_cancelled", after.id, "0", after.region)
    line = audit(me, "end_poll", after.id, now)
    _write(before, after, table, now, letters.mailing(told, now), line)
    return views.PollEnded(poll=after.id, region=after.region, state=after.state)


def _write(before: Poll, after: Poll, table: Table, now: datetime, *more: Write) -> None:
    """Raises PollDecided where somebody was faster; PollChanged where it was no decision, but the clock
    that closed it, or a reminder."""
    try:
        table.transact([*repository.changed(before, after, _closures(table)), *more])
    except ConditionFailed as lost:
        model.undecided(repository.by_id(table, before.id, now))
        raise model.PollChanged from lost
