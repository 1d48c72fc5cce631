"""The clock's jobs for surveys: open, remind, check the threshold once, and close.

Nothing joins who answered with what was answered. A ballot is derived from the survey's secret and the
person; only its digest is stored, in an order that follows nothing, and an answer takes its place.
Whoever has the secret while the survey is open could link a ballot to a person: it lies in `ballots`
alone, and is destroyed at closing, as the answers are once they are counted.
"""

import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from comhar import regions
from comhar.aws.conditions import ConditionFailed, Item, Write
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.letters import repository as letters_repository
from comhar.letters.model import Mailing
from comhar.surveys import audience, ballots, close, repository
from comhar.surveys.model import Survey, reminder_due_at
from comhar.tokens import digest


def take_next_step(item: Item, ctx: Context[None]) -> None:
    """Takes the step that is due of a claimed survey.

    It opens the survey, reminds of it, checks whether five have answered, closes it, or deletes what is
    left of its answers. Killed anywhere and run again by the next claim, it comes to the same end; a
    worker that lost the claim meanwhile stops without a trace.
    """
    survey = repository.from_item(item)
    with suppress(ConditionFailed):
        if survey.state == "waiting":
            _open_survey(item, survey, ctx)
        elif survey.state == "closed":
            close.delete_answers(item, survey, ctx.table)
        elif ctx.now >= survey.closes_at:
            close.close_survey(item, survey, ctx.table)
        elif item.get("step") == "count":
            answered = ballots.count_answers(ctx.table, survey.id)
            ctx.table.transact([repository.count_write(item, survey, answered, ctx.now)])
        else:
            _remind_everyone(item, survey, ctx)


def _open_survey(item: Item, survey: Survey, ctx: Context[None]) -> None:
    """Stores every ballot before any letter is written.

    So a second run never revives a used one; and each write checks that the survey is still the caller's.
    """
    claim = repository.claim_check(item)
    ctx.table.transact(required=[claim], optional=[ballots.insert_secret_write(survey.id)])
    people = _settle_audience(item, survey, ctx)
    secret = ballots.get_secret(ctx.table, survey.id)
    digests = [digest(ballots.derive_token(secret, person)) for person in people]
    random.SystemRandom().shuffle(digests)
    writes = (ballots.ballot_write(survey.id, ballot_digest) for ballot_digest in digests)
    ctx.table.write_all(writes, beside=[claim])
    # That of a meeting is named by the email after it (DOMAIN.md, "Emails").
    mailings = [] if survey.meeting else _mailing_writes("survey", survey, people, ctx.now)
    closures = communities_repository.closed_days_from_item(
        ctx.table.get(communities_repository.CLOSURES)
    )
    ctx.table.transact([repository.open_write(item, survey, closures, ctx.now), *mailings])


def _settle_audience(item: Item, survey: Survey, ctx: Context[None]) -> tuple[str, ...]:
    """Ids of those asked: stored already, or of all who can be asked as it opens."""
    if not survey.everyone or survey.audience_size is not None or survey.people:
        return audience.list_invited_ids(ctx.table, survey)
    opens_on = local_date(survey.opens_at)
    people = audience.list_eligible_ids(ctx.table, survey.region, opens_on)
    ctx.table.transact(repository.settle_audience_writes(item, survey, people))
    return people


def _mailing_writes(
    purpose: str, survey: Survey, people: Sequence[str], now: datetime
) -> list[Write]:
    """A letter to each, in as many mailings as it takes items to hold the ids."""
    return [
        letters_repository.insert_mailing_write(
            Mailing(purpose, survey.id, str(number), people=part), now
        )
        for number, part in enumerate(repository.split_people(people), start=1)
    ]


def _remind_everyone(item: Item, survey: Survey, ctx: Context[None]) -> None:
    people = audience.list_invited_ids(ctx.table, survey)
    mailings = _mailing_writes("survey_reminder", survey, people, ctx.now)
    ctx.table.transact([repository.remind_write(item, survey, ctx.now), *mailings])


def recompute_due_times(ctx: Context[None]) -> None:
    """Recomputes when each open survey is reminded of, after the closure days changed.

    A reminder whose time is past by them goes now.
    """
    table = ctx.table
    closures = communities_repository.closed_days_from_item(
        table.get(communities_repository.CLOSURES)
    )
    for region in regions.codes():
        for survey, due_at in repository.list_upcoming_reminders(
            table, region, local_date(ctx.now)
        ):
            at = max(reminder_due_at(survey, closures), ctx.now)
            with suppress(ConditionFailed):  # changed meanwhile, by the days as they are now
                table.transact([repository.move_reminder_write(survey, due_at, at)])
