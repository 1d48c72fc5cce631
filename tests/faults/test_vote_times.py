"""250 members answer one poll at the same moment: nobody is refused, and everybody is counted."""

import random
from datetime import UTC, datetime
from functools import partial

import pytest

from comhar.aws.conditions import Check
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.polls import forms as polls_forms
from comhar.polls import poll_results, votes
from comhar.polls import repository as polls_repository
from comhar.polls import responses as polls_responses
from comhar.polls import service as polls_service
from comhar.settings import Settings
from tests.support.busy_table import busy_table
from tests.support.deployment import VARIABLES
from tests.support.memory_tables import memory_table
from tests.support.moved_data import nothing_to_move_write
from tests.support.proof_sizes import sized

NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)
EVERYBODY = 250
MOST_SECONDS = 1.0  # that all but one of a hundred wait
FORM = polls_forms.OpenPoll(
    kind="quarterly", mode="online", options=["2027-02-18T10:00", "2027-02-25T10:00"]
)
VOTES = polls_forms.DateVotes(votes={"a": "yes", "b": "no"})
SETTINGS = Settings(VARIABLES)


@pytest.fixture
def table() -> Table:
    table = memory_table()
    table.transact([nothing_to_move_write()])
    return table


def vote_at_once(table: Table, seed: int) -> tuple[str, list[float | Exception]]:
    """The poll, and how long each waited, or what stood in the way."""
    random.seed(seed)  # of the pauses before another try
    people = [
        Member(
            id=f"person{number}", alias=f"alias-{number}", name="Bríd", email=f"p{number}@hse.ie",
            region="SW", role="peer_educator", confirmed=True,
        )
        for number in range(EVERYBODY)
    ]  # fmt: skip
    for member in people:
        table.transact(membership_repository.insert_member_writes(member))
    poll = polls_service.open_poll("SW", FORM, Context(people[0], NOW, table, SETTINGS)).id
    busy, time = busy_table(table, seed)
    return poll, time.run(
        [
            partial(polls_responses.answer_poll, poll, VOTES, Context(who, NOW, busy, SETTINGS))
            for who in people
        ]
    )


@pytest.mark.parametrize("seed", range(sized(2, 20)))
def test_all_who_vote_at_once_are_counted_and_none_is_refused(table: Table, seed: int) -> None:
    poll, ended = vote_at_once(table, seed)
    seconds = sorted(each for each in ended if isinstance(each, float))
    assert len(seconds) == EVERYBODY
    assert seconds[EVERYBODY * 99 // 100] < MOST_SECONDS
    _, counts = poll_results.load_counts(poll, Context(None, NOW, table, SETTINGS))
    assert (counts["answered"], counts["a_yes"], counts["b_no"]) == (EVERYBODY,) * 3


def test_if_each_checked_the_poll_itself_they_would_stand_in_each_others_way(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why each shard says that the poll is over, and that the test above would find it."""
    save_writes = votes.save_writes

    def checking_poll(poll, *args):  # type: ignore[no-untyped-def]
        check = Check(polls_repository.key(poll.id), {"state": "open"})
        return [*save_writes(poll, *args), check]

    monkeypatch.setattr(votes, "save_writes", checking_poll)
    _, ended = vote_at_once(table, 0)
    assert any(isinstance(each, Exception) for each in ended)
