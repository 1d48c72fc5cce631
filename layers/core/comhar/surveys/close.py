"""Closes a survey: its answers become sums and separate texts, and are deleted.

In this order, each step safe to run again:

1. delete the secret: from here no answer can come;
2. read all answers, count them, and write the texts under `RESULT#`;
3. in one transaction: the survey is `closed`, with its sums;
4. delete all that is left of it under `SURVEY#` in `ballots`;
5. nothing of it is due any more.

So a survey that is closed and due still has answers to be deleted, and the clock goes on with it.
"""

from collections.abc import Iterable
from typing import Any

from comhar.aws.conditions import Check, Item, Key, Write
from comhar.aws.dynamodb import TRANSACTION_LIMIT, Table
from comhar.surveys import ballots, repository
from comhar.surveys.model import (
    COMPARED_RUNS,
    RESPONSE_THRESHOLD,
    Answers,
    Definition,
    Survey,
    is_below_threshold,
)
from comhar.surveys.samples import Samples

Counts = dict[str, dict[str, Any]]


def close_survey(item: Item, survey: Survey, table: Table) -> None:
    """Closes a claimed survey.

    Raises:
        ConditionFailed: another worker has claimed it meanwhile, or another run closed at once.
    """
    table.transact([ballots.destroy_secret_write(survey.id)])
    responses, counts = write_texts(survey, repository.claim_check(item), table)
    outcome: dict[str, Any] = (
        {"few": True} if is_below_threshold(responses) else {"responses": responses}
    )
    outcome["results"] = drop_small_counts(responses, counts)
    runs = repository.get_runs(table, survey.kind, survey.region)
    outcome["earlier"] = tuple(runs.get("surveys", ()))[:COMPARED_RUNS]
    closed = survey.model_copy(update={"state": "closed", **outcome})
    ratings = satisfaction_counts(survey.definition, counts)
    table.transact(repository.close_writes(item, closed, ratings, runs))
    delete_answers(item, survey, table)


def write_texts(survey: Survey, claim: Check, table: Table) -> tuple[int, Counts]:
    """Writes a sample of the answers' texts; how many answered, and the counts.

    It replaces what an earlier run wrote. The claim goes with each write: another worker may have deleted
    answers by now.

    Raises:
        ConditionFailed: another worker has the claim.
    """
    samples = Samples(survey.definition)
    responses, counts = tally_answers(
        survey.definition, samples.collect(ballots.list_answers(table, survey.id))
    )
    writes: dict[Key, Write] = {
        key: ballots.delete_write(key) for key in ballots.list_text_keys(table, survey.id)
    }
    writes |= ballots.text_writes(survey.id, samples.select())
    table.write_all(writes.values(), beside=[claim])
    return responses, counts


def delete_answers(item: Item, survey: Survey, table: Table) -> None:
    """Deletes all that `ballots` has of a closed survey but its texts; ends its work.

    Raises:
        ConditionFailed: another worker has claimed it meanwhile.
    """
    while keys := ballots.list_keys(table, survey.id, TRANSACTION_LIMIT):
        table.transact([ballots.delete_write(key) for key in keys])
    table.transact([repository.finish_write(item)])


def tally_answers(definition: Definition, sheets: Iterable[Answers]) -> tuple[int, Counts]:
    """How many answered, and by question how many answered it and made each choice."""
    counts: Counts = {
        question.key: {"answered": 0, "counts": {option.value: 0 for option in question.choices}}
        for question in definition.questions
    }
    responses = 0
    for sheet in sheets:
        responses += 1
        for key, answer in sheet.items():
            counts[key]["answered"] += 1
            if counts[key]["counts"]:
                for value in answer if isinstance(answer, list) else [answer]:
                    counts[key]["counts"][str(value)] += 1
    return responses, counts


def satisfaction_counts(definition: Definition, counts: Counts) -> dict[str, int] | None:
    """How many gave each rating of their satisfaction; None if it was not asked."""
    if not any(q.key == "satisfaction" and q.kind == "rating" for q in definition.questions):
        return None
    ratings: dict[str, int] = counts["satisfaction"]["counts"]
    return ratings


def drop_small_counts(responses: int, counts: Counts) -> Counts:
    """Drops counts below the 5-response threshold, of the survey or of a question.

    Answers in words have no figures; they are shown once 5 people have answered the survey at all.
    """
    if responses < RESPONSE_THRESHOLD:
        return {}
    return {
        key: {} if figures["counts"] and is_below_threshold(figures["answered"]) else figures
        for key, figures in counts.items()
    }
