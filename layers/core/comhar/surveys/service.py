"""Owns the use cases of surveys: open and close one when due, answer it, read what came of it.

Who answered and what was answered are joined nowhere. A ballot follows from the survey's secret and
the person; only its digest is stored, in an order that follows nothing, and an answer takes its
place. Whoever holds the secret while the survey is open could link a ballot to a person: it lies in
`ballots` alone, and is destroyed at closing.
"""

import random
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from comhar.calendar import Quarter, local_date, unstamp
from comhar.errors import NotFound
from comhar.letters import records as letters
from comhar.letters.model import Mailing
from comhar.membership.records import active_ids
from comhar.surveys import records, results, views
from comhar.surveys.answers import AnswerSheet, checked
from comhar.surveys.model import COMPARED, BallotUsed, Survey, SurveyClosed, few
from comhar.surveys.secrecy import ballot, read_link
from comhar.table import TRANSACTION_LIMIT, Lost, Table
from comhar.tokens import digest
from comhar.writes import Item

BATCH = TRANSACTION_LIMIT - 1
LISTED = 20  # surveys on one page of a list
READ = 200  # answer sheets read for their words: chance picked them, their ids are random


def work(item: Item, now: datetime, table: Table) -> None:
    """Opens a claimed survey, reminds of it or closes it, whichever is due. Killed anywhere and run again
    by whoever claims it next, it comes to the same end; who lost the claim meanwhile stops without a
    trace."""
    survey = records.from_item(item)
    try:
        if survey.state == "waiting":
            _open(item, survey, now, table)
        elif survey.state == "open" and now >= survey.closes_at:
            _close(item, survey, table)
        elif survey.state == "open":
            _remind(item, survey, now, table)
    except Lost:
        return


def _open(item: Item, survey: Survey, now: datetime, table: Table) -> None:
    """Every ballot stands before any letter is written: so a second run never revives a used one,
    and each write asks whether the survey is still the caller's."""
    mine = records.mine(item)
    try:
        table.transact(mine, records.make_secret(survey.id))
    except Lost as lost:
        if 0 in lost.failed:
            raise
    if survey.everyone and not survey.people:
        survey = survey.model_copy(update={"people": active_ids(table, survey.region)})
        table.transact(*records.asked(item, survey))
    secret = records.read_secret(table, survey.id)
    digests = [digest(ballot(secret, person)) for person in survey.people]
    random.SystemRandom().shuffle(digests)
    for start in range(0, len(digests), BATCH):
        some = digests[start : start + BATCH]
        table.transact(mine, *(records.ballot(survey.id, each) for each in some))
    mailing = Mailing("survey", survey.id, "1", people=survey.people)
    told = [letters.mailing(mailing, now)] if survey.people else []
    table.transact(records.opened(item, survey, now), *told)


def _remind(item: Item, survey: Survey, now: datetime, table: Table) -> None:
    mailing = Mailing("survey_reminder", survey.id, "1", people=survey.people)
    told = [letters.mailing(mailing, now)] if survey.people else []
    table.transact(records.reminded(item, survey), *told)


def _close(item: Item, survey: Survey, table: Table) -> None:
    """The secret goes first: with it the door is shut, and what is counted then is all there is.

    The answers of a small group, never to be shown, go in the transaction that says they were few.
    """
    table.transact(records.destroy_secret(survey.id))
    sheets = records.answers(table, survey.id)
    responses, counts = results.tally(survey.definition, sheets)
    left = records.ballots(table, survey.id)
    for start in range(0, len(left), TRANSACTION_LIMIT):
        some = left[start : start + TRANSACTION_LIMIT]
        table.transact(*(records.discard(each) for each in some))
    kept = results.kept(responses, counts)
    said: dict[str, Any] = {"few": True} if few(responses) else {"responses": responses}
    runs = records.runs(table, survey.kind, survey.region)
    said["earlier"] = tuple(runs.get("surveys", ()))[:COMPARED]
    after = survey.model_copy(update={"state": "closed", "results": kept, **said})
    satisfaction = results.satisfaction(survey.definition, counts)
    unshown = records.few_answers(table, survey.id) if after.few else []
    forgotten = [records.discard(each) for each in unshown]
    table.transact(*records.closed(item, after, satisfaction, runs), *forgotten)


def questionnaire(token: str, now: datetime, table: Table) -> Survey:
    """The survey that this link answers; one read, nothing written.

    Raises SurveyClosed, BallotUsed.
    """
    return _live(token, now, table)[0]


def submit(token: str, sheet: AnswerSheet, now: datetime, table: Table) -> Survey:
    """Takes in one person's answers, for good; one read and one transaction.

    Raises SurveyClosed, BallotUsed, Invalid.
    """
    survey, ballot_digest = _live(token, now, table)
    answers = checked(survey.definition, sheet.answers)
    quarter = Quarter.of(local_date(now))
    try:
        table.transact(*records.cast(survey.id, ballot_digest, answers, quarter))
    except Lost as lost:
        raise (SurveyClosed if 1 in lost.failed else BallotUsed) from lost
    return survey


def _live(token: str, now: datetime, table: Table) -> tuple[Survey, str]:
    """The survey of a link and the digest of its unused ballot. Raises SurveyClosed, BallotUsed."""
    link = read_link(token)
    if link is None:
        raise BallotUsed
    survey, unused = records.with_ballot(table, *link)
    if survey and survey.state != "waiting" and not survey.open(now):
        raise SurveyClosed
    if not (survey and unused):
        raise BallotUsed
    return survey, link[1]


def of_region(region: str, after: str | None, table: Table) -> views.SurveyList:
    """The region's surveys, newest first, a page at a time; one read."""
    page = records.of_region(table, region, LISTED, after)
    return views.SurveyList(region=region, surveys=list(map(_row, page.items)), next=page.next)


def _row(item: Item) -> views.SurveyRow:
    return views.SurveyRow(
        id=item["id"],
        title=item["title"],
        about=item.get("about"),
        opens_at=unstamp(item["opens_at"]),
        closes_at=unstamp(item["closes_at"]),
        closed="closed_on" in item,
        invited=item["invited"],
        few=item.get("few", False),
        responses=item.get("responses"),
        rate=views.rate(item.get("responses"), item["invited"]),
    )


def outcome(region: str, survey_id: str, table: Table) -> views.SurveyResults:
    """What came of a survey, once it is closed and from 5 responses up; while it is open, how many have
    answered so far. Two reads.

    Raises NotFound.
    """
    survey = records.by_id(table, survey_id)
    if survey is None or survey.region != region:
        raise NotFound
    if survey.state == "open":
        answered = len(survey.people) - len(records.ballots(table, survey.id))
        survey = survey.model_copy(update={"responses": None if few(answered) else answered})
    return views.of_survey(survey, dict(_words(survey, table)) if survey.results else {})


def _words(survey: Survey, table: Table) -> Iterator[tuple[str, list[str]]]:
    """The answers in words, each question's shuffled on its own: no two can be put together."""
    sheets = records.some_answers(table, survey.id, READ).items
    for question in survey.definition.questions:
        if question.in_words:
            texts = [s["answers"][question.key] for s in sheets if question.key in s["answers"]]
            random.SystemRandom().shuffle(texts)
            yield question.key, texts
