"""Owns how a survey is answered: the questions behind a link, and what is sent.

Nothing is read of who asks, and nothing is written but the answers: what that rests on stands in
`surveys.work`.
"""

from datetime import datetime

from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.dates.dublin_time import local_date
from comhar.dates.quarters import Quarter
from comhar.surveys import ballots, repository, views
from comhar.surveys.answers import AnswerSheet, checked
from comhar.surveys.ballot_tokens import is_id, read_link
from comhar.surveys.model import BallotUsed, Survey, SurveyClosed


def questionnaire(token: str, now: datetime, table: Table) -> Survey:
    """The survey that this link answers; one read, nothing written.

    Raises SurveyClosed, BallotUsed.
    """
    return _live(token, now, table)[0]


def thanks(survey_id: str | None, table: Table) -> views.Thanks:
    """What the survey says to who has answered; plain thanks where there is no such survey."""
    found = repository.by_ids(table, [survey_id]) if survey_id and is_id(survey_id) else []
    return views.thanks(found[0]) if found else views.Thanks()


def submit(token: str, sheet: AnswerSheet, now: datetime, table: Table) -> Survey:
    """Takes in one person's answers, for good; one read and one transaction.

    Raises SurveyClosed, BallotUsed, Invalid.
    """
    survey, ballot_digest = _live(token, now, table)
    answers = checked(survey.definition, sheet.answers)
    quarter = Quarter.of(local_date(now))
    try:
        table.transact(ballots.cast(survey.id, ballot_digest, answers, quarter))
    except ConditionFailed as lost:
        raise (SurveyClosed if 1 in lost.failed else BallotUsed) from lost
    return survey


def _live(token: str, now: datetime, table: Table) -> tuple[Survey, str]:
    """The survey of a link and the digest of its unused ballot. Raises SurveyClosed, BallotUsed."""
    link = read_link(token)
    if link is None:
        raise BallotUsed
    survey, unused = repository.with_ballot(table, *link)
    if survey and survey.state != "waiting" and not survey.open(now):
        raise SurveyClosed
    if not (survey and unused):
        raise BallotUsed
    return survey, link[1]
