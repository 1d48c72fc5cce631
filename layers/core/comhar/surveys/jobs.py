"""Owns what the clock does with a survey: open it, remind everyone of it, say once whether enough have
answered, close it; and begin those that run by themselves.

Who answered and what was answered are joined nowhere. A ballot follows from the survey's secret and
the person; only its digest is stored, in an order that follows nothing, and an answer takes its
place. Whoever holds the secret while the survey is open could link a ballot to a person: it lies in
`ballots` alone, and is destroyed at closing, as the answers are once they are counted.
"""

import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from comhar import data
from comhar.aws.conditions import Item, Write
from comhar.aws.dynamodb import TRANSACTION_LIMIT, ConditionFailed, Table
from comhar.communities import repository as communities
from comhar.dates.dublin_time import local_date
from comhar.letters import repository as letters
from comhar.letters.model import Mailing
from comhar.surveys import audience, ballots, close, repository
from comhar.surveys.ballot_tokens import ballot
from comhar.surveys.model import Survey, reminded_at
from comhar.surveys.recurring import repository as recurring_repository
from comhar.tokens import digest, new_id

BATCH = TRANSACTION_LIMIT - 1


def survey(item: Item, now: datetime, table: Table) -> None:
    """Opens a claimed survey, reminds of it, looks whether five have answered, closes it, or deletes what
    is left of its answers, whichever is due. Killed anywhere and run again by whoever claims it next, it
    comes to the same end; who lost the claim meanwhile stops without a trace."""
    survey = repository.from_item(item)
    try:
        if survey.state == "waiting":
            _open(item, survey, now, table)
        elif survey.state == "closed":
            close.wipe(item, survey, table)
        elif now >= survey.closes_at:
            close.close(item, survey, table)
        elif item.get("step") == "count":
            answered = ballots.count_answers(table, survey.id)
            table.transact([repository.counted(item, survey, answered, now)])
        else:
            _remind(item, survey, now, table)
    except ConditionFailed:
        return


def _open(item: Item, survey: Survey, now: datetime, table: Table) -> None:
    """Every ballot stands before any letter is written: so a second run never revives a used one,
    and each write asks whether the survey is still the caller's."""
    mine = repository.mine(item)
    try:
        table.transact([mine, ballots.make_secret(survey.id)])
    except ConditionFailed as lost:
        if 0 in lost.failed:
            raise
    people = _settle_audience(item, survey, table)
    secret = ballots.read_secret(table, survey.id)
    digests = [digest(ballot(secret, person)) for person in people]
    random.SystemRandom().shuffle(digests)
    for start in range(0, len(digests), BATCH):
        some = digests[start : start + BATCH]
        table.transact([mine, *(ballots.ballot(survey.id, each) for each in some)])
    mailings = _mailing_writes("survey", survey, people, now)
    closures = communities.closures_from(table.get(communities.CLOSURES))
    table.transact([repository.opened(item, survey, closures, now), *mailings])


def _settle_audience(item: Item, survey: Survey, table: Table) -> tuple[str, ...]:
    """Who is asked: those with whom the survey was started, or whoever can be on the day it opens."""
    if not survey.everyone or survey.audience_size is not None or survey.people:
        return audience.people(table, survey)
    by = audience.settled_by(local_date(survey.opens_at))
    people = audience.list_ids(table, survey.region, by)
    table.transact(repository.settle_audience_writes(item, survey, people))
    return people


def _mailing_writes(
    purpose: str, survey: Survey, people: Sequence[str], now: datetime
) -> list[Write]:
    """A letter to each, in as many mailings as it takes items to hold them."""
    return [
        letters.mailing(Mailing(purpose, survey.id, str(number), people=part), now)
        for number, part in enumerate(audience.parts(people), start=1)
    ]


def _remind(item: Item, survey: Survey, now: datetime, table: Table) -> None:
    people = audience.people(table, survey)
    mailings = _mailing_writes("survey_reminder", survey, people, now)
    table.transact([repository.reminded(item, survey, now), *mailings])


def evaluation(item: Item, now: datetime, table: Table) -> None:
    """Begins a claimed survey that runs by itself, and sets when it is next, in one transaction. It is
    passed over this time where the same one runs already, or nobody is left to be asked."""
    before = recurring_repository.from_item(item)
    closures = communities.closures_from(table.get(communities.CLOSURES))
    after = before.moved_on(local_date(now))
    moved = recurring_repository.moved_on(item, after, closures)
    run = before.run(new_id(now, before.region), now)
    by = audience.settled_by(local_date(now))
    opened = repository.opening(run) if audience.list_ids(table, before.region, by) else []
    try:
        table.transact([moved, *opened])
    except ConditionFailed as lost:
        if 0 not in lost.failed:
            with suppress(ConditionFailed):
                table.transact([moved])


def replan(now: datetime, table: Table) -> None:
    """Sets anew when each survey that runs by itself begins, and when an open one is reminded of, after
    the closure days changed; a reminder whose moment is past by them goes now."""
    closures = communities.closures_from(table.get(communities.CLOSURES))
    for region in (each["code"] for each in data.load("regions")):
        moved = [
            recurring_repository.timed(held, closures)
            for held in recurring_repository.of_region(table, region)
        ]
        for survey, due_at in repository.to_remind(table, region, local_date(now)):
            at = max(reminded_at(survey, closures), now)
            moved.append(repository.reminder_moved(survey, due_at, at))
        for each in moved:
            with suppress(ConditionFailed):  # changed meanwhile, by the days as they are now
                table.transact([each])
