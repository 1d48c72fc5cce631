"""The door of the clock: does what is due, and goes on until nothing is or its time runs out."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from comhar import wiring
from comhar.aws.conditions import Item
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.due_work import leases
from comhar.erasure import jobs as erasing
from comhar.erasure import rekeying
from comhar.inbox import service as inbox
from comhar.invitations import jobs as invitations
from comhar.leadership import jobs as leadership
from comhar.letters import service as letters
from comhar.meetings import jobs as meetings
from comhar.meetings.agenda import attachments
from comhar.meetings.agenda import jobs as agendas
from comhar.meetings.day import jobs as outcomes
from comhar.meetings.day import support_statements
from comhar.membership.repository import list_audience
from comhar.polls import jobs as polls
from comhar.surveys import jobs as surveys
from comhar.surveys import migration as survey_migration
from comhar.telemetry import log_error


class WorkFailed(Exception):
    """Some work could not be done: its lease brings it back, and somebody should look."""


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Work begets work (an issued agenda its mailing), so look again after a round that did some.

    Raises WorkFailed at its end, so that the alarm on its dead letters rings. Called by hand with
    `{"replay": "erasures"}` after a restore, it first erases again whoever stands in the ledger.
    """
    done: Counter[str] = Counter()
    if event.get("replay") == "erasures":
        erasing.replay(wiring.context(None))
    rekeying.begin(wiring.context(None))
    survey_migration.begin(wiring.context(None))
    failed = int(not _went_well("TERMS", lambda: _note_terms(wiring.table())))
    for _ in leases.rounds(context):
        before = done.total()
        for item in leases.work(wiring.table(), wiring.clock()):
            kind = item["sk"].partition("#")[0]
            done[kind] += 1
            failed += not _did(kind, item)
        if done.total() == before:
            break
    if failed:
        raise WorkFailed(f"{failed} pieces of work failed")
    return dict(done)


@cache
def _note_terms(table: Table) -> None:
    """Notes when terms end on the rows of co-chairs that an earlier version wrote; asked once a process."""
    leadership.note_terms(Context(None, wiring.clock(), table, wiring.settings()))


def _did(kind: str, item: Item) -> bool:
    return _went_well(kind, lambda: WORK[kind](item, wiring.clock()))


def _went_well(kind: str, work: Callable[[], None]) -> bool:
    """Does one piece of work; whether it went well."""
    try:
        work()
    except Exception as error:
        log_error("work_failed", error, kind=kind)
        return False
    return True


def _meeting(item: Item, now: datetime) -> None:
    meetings.meeting(item, wiring.context(None), STEPS)


def _mailing(item: Item, now: datetime) -> None:
    letters.write_letters(item, list_audience, wiring.context(None))


def _survey(item: Item, now: datetime) -> None:
    surveys.survey(item, wiring.context(None))


def _survey_migration(item: Item, now: datetime) -> None:
    survey_migration.work(item, wiring.context(None))


def _evaluation(item: Item, now: datetime) -> None:
    surveys.evaluation(item, wiring.context(None))


def _poll(item: Item, now: datetime) -> None:
    polls.poll(item, wiring.context(None))


def _term(item: Item, now: datetime) -> None:
    leadership.remind(item, wiring.context(None))


def _catch_up(item: Item, now: datetime) -> None:
    polls.catch_up(item, wiring.context(None))
    meetings.catch_up(item, wiring.context(None))


def _mail(item: Item, now: datetime) -> None:
    inbox.forget(item, wiring.context(None), wiring.letterbox())


def _needs(item: Item, now: datetime) -> None:
    meetings.delete_needs(item, wiring.context(None))


def _replan(item: Item, now: datetime) -> None:
    polls.replan(wiring.context(None))
    outcomes.replan(wiring.context(None))
    surveys.replan(wiring.context(None))
    meetings.replan(item, wiring.context(None))  # the last: it ends the work


def _paper(item: Item, now: datetime) -> None:
    attachments.delete_due(item, wiring.context(None), wiring.papers())


def _forget(item: Item, now: datetime) -> None:
    erasing.work(item, wiring.context(None), wiring.letterbox())


def _rekeying(item: Item, now: datetime) -> None:
    rekeying.work(item, wiring.context(None))


def _list(item: Item, now: datetime) -> None:
    invitations.work(item, wiring.context(None))


def _action(item: Item, now: datetime) -> None:
    outcomes.remind(item, wiring.context(None))


def _statements(item: Item, now: datetime) -> None:
    support_statements.delete_due(item, wiring.context(None))


STEPS: dict[str, meetings.Step] = {
    "call": agendas.call,
    "nudge": agendas.nudge,
    "undecided": agendas.undecided,
    "issue": agendas.issue,
    "reissue": agendas.issue,
    "remind": meetings.remind,
    "ask.1": outcomes.ask,
    "ask.2": outcomes.ask,
}
WORK = {
    "MEETING": _meeting,
    "MAILING": _mailing,
    "POLL": _poll,
    "SURVEY": _survey,
    "MIGRATION": _survey_migration,
    "EVALUATION": _evaluation,
    "TERM": _term,
    "CATCHUP": _catch_up,
    "MAIL": _mail,
    "NEEDS": _needs,
    "PAPER": _paper,
    "REPLAN": _replan,
    "FORGET": _forget,
    "REKEYING": _rekeying,
    "LIST": _list,
    "ACTION": _action,
    "STATEMENTS": _statements,
}
