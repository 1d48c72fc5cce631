"""Closing a survey: its answers become sums and words apart from one another, and are deleted.

In this order, each step safe to run again:

1. delete the secret: from here no answer can come;
2. read all answers, count them, and write the words under `RESULT#`;
3. in one transaction: the survey is `closed`, with its sums;
4. delete all that is left of it under `SURVEY#` in `ballots`;
5. nothing of it is due any more.

So a survey that is closed and due still has answers to be deleted, and the clock goes on with it.
"""

from itertools import batched
from typing import Any

from comhar.aws.conditions import Check, Item, Key, Write
from comhar.aws.dynamodb import TRANSACTION_LIMIT, Table
from comhar.surveys import ballots, repository, tally
from comhar.surveys.model import COMPARED, Survey, few
from comhar.surveys.samples import Samples


def close(item: Item, survey: Survey, table: Table) -> None:
    """Closes a claimed survey. Raises Lost."""
    table.transact([ballots.destroy_secret(survey.id)])
    responses, counts = write_words(survey, repository.mine(item), table)
    outcome: dict[str, Any] = {"few": True} if few(responses) else {"responses": responses}
    outcome["results"] = tally.kept(responses, counts)
    runs = repository.runs(table, survey.kind, survey.region)
    outcome["earlier"] = tuple(runs.get("surveys", ()))[:COMPARED]
    closed = survey.model_copy(update={"state": "closed", **outcome})
    satisfaction = tally.satisfaction(survey.definition, counts)
    table.transact(repository.closed(item, closed, satisfaction, runs))
    wipe(item, survey, table)


def write_words(survey: Survey, lease: Check, table: Table) -> tuple[int, tally.Counts]:
    """Reads all answers and writes what is kept of their words; how many they are, and the counts.

    It replaces what an earlier run wrote. The lease goes with each write: another worker may have deleted
    answers by now. Raises Lost.
    """
    samples = Samples(survey.definition)
    sheets = samples.watch(ballots.answers(table, survey.id))
    responses, counts = tally.tally(survey.definition, sheets)
    writes: dict[Key, Write] = {
        key: ballots.discard(key) for key in ballots.word_keys(table, survey.id)
    }
    writes |= ballots.word_puts(survey.id, samples.select())
    for some in batched(writes.values(), TRANSACTION_LIMIT - 1, strict=False):
        table.transact([lease, *some])
    return responses, counts


def wipe(item: Item, survey: Survey, table: Table) -> None:
    """Deletes what `ballots` has of a closed survey but its words, and ends its work. Raises Lost."""
    while keys := ballots.some_keys(table, survey.id, TRANSACTION_LIMIT):
        table.transact([ballots.discard(key) for key in keys])
    table.transact([repository.finished(item)])
