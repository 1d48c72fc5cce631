"""Scheduled jobs of the day: ask whether a meeting happened, remind of actions."""

from contextlib import suppress

from comhar.aws.conditions import Check, ConditionFailed, Delete, Item, Update, Write
from comhar.context import Context
from comhar.dates.dublin_time import stamp, to_wall
from comhar.due_work import leases
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId, Mailing
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day import action_migration, action_repository, letters, model
from comhar.meetings.letter_context import organiser_letter_writes
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules
from comhar.regions import NATIONAL, codes


def ask_step(
    meeting: Meeting, step: str, rules: Rules, ctx: Context[None]
) -> tuple[Meeting, list[Write]]:
    """Asks the organisers if it went ahead, 2 and 5 working days after its day."""
    version = f"{meeting.sequence}.{step.removeprefix('ask.')}"
    return meeting, [*organiser_letter_writes("did_it_happen", meeting.id, version, ctx)]


def record_step(
    meeting: Meeting, step: str, rules: Rules, ctx: Context[None]
) -> tuple[Meeting, list[Write]]:
    """Sends every active member what the meeting agreed on, and its survey.

    The letters have no words: they name the actions and the next meeting by where they lie. Five reads.
    """
    table, region = ctx.table, meeting.region
    bundle = meetings_repository.get_bundle(table, meeting.id)
    current = action_repository.list_current_actions(table, region)
    done = table.batch_get(action_repository.list_done_keys(bundle))
    actions = action_repository.list_meeting_actions(bundle, current, done)
    rows = meetings_repository.list_rows_from(table, region, to_wall(ctx.now))
    facts = {
        "actions": [action_repository.stored_key(action)[1] for action in actions],
        "next": next((row["id"] for row in rows if row["state"] == "scheduled"), None),
    }
    version = meeting.survey or letters.NO_SURVEY
    mailing = Mailing("meeting_record", meeting.id, version, region, facts=facts)
    return meeting, [letters_repository.insert_mailing_write(mailing, ctx.now)]


def remind_owner(item: Item, ctx: Context[None]) -> None:
    """Writes one letter to the owner of a claimed action, for its present date."""
    action = action_repository.action_from_item(item)
    letters = []
    if action.is_open and action.member:
        version = action_repository.reminder_version(action)
        letter = LetterId("action_reminder", action.id, version, action.member)
        letters.append(letters_repository.insert_write(Letter(letter), ctx.now))
    done = Update(
        (item["pk"], item["sk"]), remove=["due", "due_at"], condition=leases.still_leased(item)
    )
    with suppress(ConditionFailed):
        ctx.table.transact([done], optional=letters)


def file_actions(item: Item, ctx: Context[None]) -> None:
    """Does for a region's actions what a close of very many had no room for."""
    key = (item["pk"], item["sk"])
    claim = Check(key, condition=leases.still_leased(item))
    with suppress(ConditionFailed):  # another worker has the lease by now
        for action in ctx.table.query(item["pk"], "ACTION#").items:
            action_migration.file_action(action, claim, ctx)
        ctx.table.transact([Delete(key, condition=leases.still_leased(item))])


def recompute_reminders(ctx: Context[None]) -> None:
    """Sets again when owners of open actions are reminded, after closure days changed.

    At once where that moment is past by them.
    """
    rules = meetings_repository.get_rules(ctx.table, ctx.settings)
    for region in (*codes(), NATIONAL):
        for item in meetings_repository.list_open_actions(ctx.table, region):
            action = action_repository.action_from_item(item)
            at = model.reminder_due_at(action, rules, ctx.now)
            if at is None and "due_at" in item:
                at = ctx.now
            if at is None:
                continue
            due = {"due": "work", "due_at": stamp(at)}
            unchanged = action_repository.action_unchanged_condition(action)
            with suppress(ConditionFailed):  # changed meanwhile, which set it too
                ctx.table.transact(
                    [Update(action_repository.action_key(action.id), set=due, condition=unchanged)]
                )
