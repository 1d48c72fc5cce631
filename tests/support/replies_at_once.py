"""Everybody answers a meeting at the same moment: what comes of it, and how long each waits."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from comhar.context import Context
from comhar.meetings import forms as meetings_forms
from comhar.meetings import replies, reply_counts, rsvp
from comhar.meetings import repository as meetings_repository
from comhar.meetings import service as meetings_service
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.settings import Settings
from comhar.sharded_counts import count_write
from tests.support.busy_table import busy_table
from tests.support.deployment import VARIABLES
from tests.support.lambda_environment import declare
from tests.support.memory_tables import memory_table
from tests.support.moved_data import nothing_to_move_write

NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)
ANSWERS = ("yes", "maybe", "no")


@dataclass(frozen=True)
class Replies:
    """`seconds` are how long those waited whose answer was recorded, the shortest first."""

    seconds: list[float]
    refused: Counter[str]  # by the error's name
    counted: Counter[str]
    stored: Counter[str]

    def percentile(self, percent: int) -> float:
        return self.seconds[min(len(self.seconds) * percent // 100, len(self.seconds) - 1)]


def reply_at_once(people: int, shards: int, seed: int) -> Replies:
    """So many members of a region answer one meeting at once, its counts spread over so many items."""
    random.seed(seed)  # of the pauses before another try
    with pytest.MonkeyPatch.context() as patch:
        declare(patch)
        patch.setattr(reply_counts, "count_write", partial(count_write, shards=shards))
        return _reply(people, seed)


def _reply(people: int, seed: int) -> Replies:
    table, settings = memory_table(), Settings(VARIABLES)
    table.transact([nothing_to_move_write()])
    members = [_member(number) for number in range(people)]
    for member in members:
        table.transact(membership_repository.insert_member_writes(member))
    form = meetings_forms.Schedule(kind="quarterly", starts_at="2027-02-18T10:00", mode="online")
    chair = Context(_member(people, chair_of=("SW",)), NOW, table, settings)
    meeting = meetings_service.schedule_meeting("SW", form, chair).id
    busy, time = busy_table(table, seed)
    answers = [
        partial(
            rsvp.answer_invitation,
            meeting,
            meetings_forms.Answer(answer=ANSWERS[number % 3]),
            Context(member, NOW, busy, settings),
        )
        for number, member in enumerate(members)
    ]
    ended = time.run(answers)
    bundle = meetings_repository.get_bundle(table, meeting)
    stored = replies.list_stored(table, bundle, ("ANSWER",))
    return Replies(
        seconds=sorted(seconds for seconds in ended if isinstance(seconds, float)),
        refused=Counter(type(error).__name__ for error in ended if isinstance(error, Exception)),
        counted=+reply_counts.count_answers(bundle),
        stored=Counter(item["answer"] for item in stored),
    )


def _member(number: int, **about: Any) -> Member:
    period = {"from": "2026-01-05", "until": None, "region": "SW"}
    return Member(
        id=f"person{number}",
        name="Sinéad Ní Dhomhnaill",
        email=f"person{number}@hse.ie",
        region="SW",
        role="peer_educator",
        confirmed=True,
        alias=f"alias-{number}",
        periods=(period,),
        **about,
    )
