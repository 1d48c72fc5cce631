"""Does the work that is due, until none is or the function's time runs out."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from typing import Any

from comhar import regions, wiring
from comhar.absence import jobs as absence_jobs
from comhar.aws.conditions import ConditionFailed, Delete, Item, retry_conflicts
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.due_work import leases, migrations
from comhar.erasure import address_migration
from comhar.erasure import jobs as erasure_jobs
from comhar.holds import jobs as holds_jobs
from comhar.home import jobs as home_jobs
from comhar.inbox import announcements
from comhar.inbox import repository as inbox_repository
from comhar.inbox import service as inbox_service
from comhar.invitations import jobs as invitations_jobs
from comhar.leadership import jobs as leadership_jobs
from comhar.letters import service as letters_service
from comhar.meetings import jobs as meetings_jobs
from comhar.meetings import planned_meetings, proposals, reply_migration
from comhar.meetings import repository as meetings_repository
from comhar.meetings.agenda import attachments
from comhar.meetings.agenda import jobs as agenda_jobs
from comhar.meetings.agenda import repository as agenda_repository
from comhar.meetings.day import action_migration, support_statements
from comhar.meetings.day import jobs as day_jobs
from comhar.membership import confirmations, directory
from comhar.membership.repository import find_member, list_audience
from comhar.messages import service as messages_service
from comhar.polls import jobs as polls_jobs
from comhar.polls import vote_migration
from comhar.recurring_surveys import jobs as recurring_jobs
from comhar.reflections import kpi_migration
from comhar.regions import NATIONAL
from comhar.register import jobs as register_jobs
from comhar.reports import jobs as reports_jobs
from comhar.reports import repository as reports_repository
from comhar.surveys import jobs as surveys_jobs
from comhar.surveys import migration, quarter_row
from comhar.telemetry import log_error
from comhar.terms_of_reference import jobs as terms_jobs
from comhar.terms_of_reference import repository as terms_repository


class WorkFailed(Exception):
    """Some work could not be done: its lease brings it back, and somebody should look."""


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Does due work round after round; how many pieces of each kind.

    Work causes work (an issued agenda its mailing), so it looks again after a round that did some. Called by
    hand with `{"replay": "erasures"}` after a restore, it first erases again whoever stands in the ledger.

    Raises:
        WorkFailed: at its end, so that the alarm on its dead letters rings.
    """
    done: Counter[str] = Counter()
    if event.get("replay") == "erasures":
        erasure_jobs.replay_ledger(wiring.context(None))
    address_migration.begin_once(wiring.context(None))
    migration.begin_migration(wiring.context(None))
    migrations.plan(MIGRATIONS, wiring.context(None))
    failed = int(not _run_safely("TERMS", lambda: _note_terms(wiring.table())))
    failed += not _run_safely("DIGEST", lambda: _plan_digest(wiring.table()))
    for _ in leases.repeat_while_time(context):
        before = done.total()
        for item in leases.claim_due_work(wiring.table(), wiring.clock()):
            kind = item["sk"].partition("#")[0]
            done[kind] += 1
            failed += not _do_work(kind, item)
        if done.total() == before:
            break
    if failed:
        raise WorkFailed(f"{failed} pieces of work failed")
    return dict(done)


@cache
def _note_terms(table: Table) -> None:
    """Notes when terms end on co-chairs' rows of an earlier version; once a process."""
    leadership_jobs.record_terms_once(Context(None, wiring.clock(), table, wiring.settings()))


@cache
def _plan_digest(table: Table) -> None:
    """Plans the digest of what waits; once a process."""
    home_jobs.plan_digest(Context(None, wiring.clock(), table, wiring.settings()))


def _do_work(kind: str, item: Item) -> bool:
    return _run_safely(kind, lambda: WORK[kind](item, wiring.context(None)))


def _run_safely(kind: str, work: Callable[[], None]) -> bool:
    """Does one piece of work; whether it went well."""
    try:
        work()
    except Exception as error:
        log_error("work_failed", error, kind=kind)
        return False
    return True


def _meeting(item: Item, ctx: Context[None]) -> None:
    meetings_jobs.take_next_step(item, ctx, STEPS)


def _mailing(item: Item, ctx: Context[None]) -> None:
    letters_service.write_letters(item, list_audience, ctx)


def _catch_up(item: Item, ctx: Context[None]) -> None:
    polls_jobs.catch_up_member(item, ctx)
    meetings_jobs.catch_up_member(item, ctx)


def _recount(item: Item, ctx: Context[None]) -> None:
    retry_conflicts(partial(_recount_replies, item["member"], ctx))
    with suppress(ConditionFailed):  # another worker has the lease by now
        ctx.table.transact([Delete((item["pk"], item["sk"]), condition=leases.still_leased(item))])


def _recount_replies(member_id: str, ctx: Context[None]) -> None:
    member = find_member(ctx.table, ctx.settings, member_id)
    if member:
        polls_jobs.recount_member(member, ctx)
        meetings_jobs.recount_member(member, ctx)


def _survey(item: Item, ctx: Context[None]) -> None:
    surveys_jobs.take_next_step(item, ctx)
    recurring_jobs.follow_close(item, ctx)


def _mail(item: Item, ctx: Context[None]) -> None:
    inbox_service.forget(item, ctx, wiring.inbox_bucket())


def _paper(item: Item, ctx: Context[None]) -> None:
    attachments.delete_expired_file(item, ctx, wiring.paper_bucket())


def _forget(item: Item, ctx: Context[None]) -> None:
    erasure_jobs.erase_person(item, ctx, wiring.inbox_bucket())


def _migrate(item: Item, ctx: Context[None]) -> None:
    migrations.move_next(item, MIGRATIONS, ctx)


def _make_report_files(item: Item, ctx: Context[None]) -> None:
    reports_jobs.make_files(item, ctx, wiring.export_bucket())


def _replan(item: Item, ctx: Context[None]) -> None:
    polls_jobs.recompute_due_times(ctx)
    day_jobs.recompute_reminders(ctx)
    recurring_jobs.recompute_due_times(ctx)
    surveys_jobs.recompute_due_times(ctx)
    meetings_jobs.recompute_due_times(item, ctx)  # the last: it ends the work


def _list_regions() -> list[str]:
    """The partitions of all regions."""
    return [f"REGION#{code}" for code in regions.codes()]


STEPS: dict[str, meetings_jobs.Step] = {
    "call": agenda_jobs.call_step,
    "nudge": agenda_jobs.nudge_step,
    "undecided": agenda_jobs.undecided_step,
    "issue": agenda_jobs.issue_step,
    "reissue": agenda_jobs.issue_step,
    "remind": meetings_jobs.remind_step,
    "ask.1": day_jobs.ask_step,
    "ask.2": day_jobs.ask_step,
    "record": day_jobs.record_step,
}

MIGRATIONS: tuple[migrations.Step, ...] = (
    migrations.Step(directory.STEP, lambda: ("REGISTER",), "", directory.list_member),
    *action_migration.STEPS,
    migrations.Step(quarter_row.STEP, _list_regions, "SURVEY#", quarter_row.count_survey),
    vote_migration.STEP,
    migrations.Step(
        planned_meetings.STEP,
        lambda: [*_list_regions(), f"REGION#{NATIONAL}"],
        "MEETING#",
        planned_meetings.list_meeting,
    ),
    *kpi_migration.STEPS,
    reply_migration.STEP,
    migrations.Step("newest_reports", lambda: ("REPORTS",), "", reports_repository.move_newest),
    migrations.Step("waiting_people", lambda: ("REGISTER",), "", confirmations.note_waiting),
    migrations.Step(
        "waiting_mail", lambda: ("INBOX#open",), "MAIL#", inbox_repository.note_waiting
    ),
    migrations.Step("waiting_terms", _list_regions, "TERMS", terms_repository.note_waiting),
    migrations.Step(
        "waiting_reports", lambda: ("REPORT#NEWEST",), "", reports_repository.note_waiting
    ),
    migrations.Step("waiting_meetings", lambda: ("PLANNED",), "", meetings_repository.note_waiting),
    migrations.Step("waiting_items", lambda: ("PLANNED",), "", agenda_repository.note_waiting),
)
WORK: dict[str, Callable[[Item, Context[None]], None]] = {
    "MEETING": _meeting,
    "MAILING": _mailing,
    "POLL": polls_jobs.take_next_step,
    "SURVEY": _survey,
    "MIGRATION": migration.migrate_next_surveys,
    "EVALUATION": recurring_jobs.begin_survey,
    "TERM": leadership_jobs.send_reminder,
    "TERMS_DUE": terms_jobs.do_due_work,
    "CATCHUP": _catch_up,
    "CONFIRM": register_jobs.ask_office,
    "AWAY": absence_jobs.welcome_back,
    "HOLD": holds_jobs.take_next_step,
    "DIGEST": home_jobs.send_digest,
    "RECOUNT": _recount,
    "MAIL": _mail,
    "PROPOSAL": proposals.tell_organisers,
    "ANNOUNCEMENT": announcements.announce,
    "MESSAGE": messages_service.send,
    "MOVES": _migrate,
    "NEEDS": meetings_jobs.delete_needs,
    "PAPER": _paper,
    "REPLAN": _replan,
    "FORGET": _forget,
    "REKEYING": address_migration.move_next_members,
    "LIST": invitations_jobs.send_claimed_list,
    "ACTION": day_jobs.remind_owner,
    "ACTIONS": day_jobs.file_actions,
    "FILES": _make_report_files,
    "STATEMENTS": support_statements.delete_expired_statements,
}
