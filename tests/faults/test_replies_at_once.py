"""Many who reply to a meeting at once, and whatever becomes of them: the counts are those of the replies."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from comhar import wiring
from comhar.aws.dynamodb import Table
from comhar.erasure import repository as erasure_repository
from comhar.errors import AppError
from comhar.meetings import changes, reply_counts, rsvp
from comhar.meetings import forms as meetings_forms
from comhar.meetings import repository as meetings_repository
from comhar.meetings import service as meetings_service
from comhar.meetings.day import forms as day_forms
from comhar.meetings.day import topic_votes
from comhar.meetings.model import MembersOnly
from comhar.meetings.overview import service as overview_service
from comhar.membership import model as membership_model
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from tests.faults.faulty_system import OFFICE, FaultySystem
from tests.faults.simultaneous_calls import run_at_once
from tests.support.proof_sizes import PROOF

MANY = 250
ANSWERS: tuple[Any, ...] = ("yes", "maybe", "no")
LOOP = "A hearing loop"


class Overlapping:
    """A client that refuses a write beside a transaction under way on the same item, as AWS does."""

    def __init__(self, client: Any):
        self._client, self._lock = client, threading.Lock()
        self._under_way: set[tuple[str, str]] = set()
        self.conflicts = 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._client, name)
        return partial(self._write, call) if name == "transact_write_items" else call

    def _write(self, call: Callable[..., Any], **request: Any) -> Any:
        actions = [action for each in request["TransactItems"] for action in each.values()]
        keys = [each.get("Key") or each["Item"] for each in actions]
        items = {(key["pk"]["S"], key["sk"]["S"]) for key in keys}
        with self._lock:
            if items & self._under_way:
                self.conflicts += 1
                raise _conflict(len(actions))
            self._under_way |= items
        try:
            return call(**request)
        finally:
            with self._lock:
                self._under_way -= items


def _conflict(actions: int) -> ClientError:
    reasons = [{"Code": "TransactionConflict"}, *({"Code": "None"} for _ in range(actions - 1))]
    error = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return ClientError(error, "TransactWriteItems")  # type: ignore[arg-type]


@pytest.fixture
def overlapping(system: FaultySystem, monkeypatch: pytest.MonkeyPatch) -> Overlapping:
    client = Overlapping(system.client)
    table = Table(client, system.names)
    monkeypatch.setattr(wiring, "table", lambda: table)
    return client


def counts(system: FaultySystem, meeting: str) -> Counter[str]:
    return reply_counts.count_answers(meetings_repository.get_bundle(system.table, meeting))


def rows(system: FaultySystem, meeting: str, kind: str) -> list[dict[str, Any]]:
    return system.table.query(f"REPLIES#{meeting}", f"{kind}#").items


def test_250_answers_at_once_are_all_counted_and_none_refused(
    system: FaultySystem, overlapping: Overlapping
) -> None:
    people, meeting = system.members(MANY), system.meeting()

    def answer(number: int, member: Member) -> None:
        arrange = LOOP if number % 5 == 0 else None
        form = meetings_forms.Answer(answer=ANSWERS[number % 2], arrange=arrange)
        rsvp.answer_invitation(meeting, form, wiring.context(member))

    calls = [partial(answer, number, member) for number, member in enumerate(people)]
    assert Counter(run_at_once(calls)) == {200: MANY}
    assert overlapping.conflicts
    assert counts(system, meeting) == {"yes": MANY // 2, "maybe": MANY // 2, "no": 0}
    assert len(rows(system, meeting, "ANSWER")) == MANY
    assert len(rows(system, meeting, "NEEDS")) == MANY // 5


def test_the_same_person_many_times_at_once_counts_once(
    system: FaultySystem, overlapping: Overlapping
) -> None:
    member, meeting = system.member(0), system.meeting()

    def answer(choice: Any) -> None:
        rsvp.answer_invitation(
            meeting, meetings_forms.Answer(answer=choice), wiring.context(member)
        )

    assert Counter(run_at_once([partial(answer, "yes") for _ in range(8)])) == {200: 8}
    assert counts(system, meeting) == {"yes": 1, "maybe": 0, "no": 0}
    calls = [partial(answer, choice) for choice in ANSWERS * 3]
    assert Counter(run_at_once(calls)) == {200: 9}
    (row,) = rows(system, meeting, "ANSWER")
    assert counts(system, meeting) == {"yes": 0, "maybe": 0, "no": 0, row["answer"]: 1}


def test_who_leaves_while_they_answer_is_refused_or_taken_off_the_counts(
    system: FaultySystem, overlapping: Overlapping
) -> None:
    people, meeting = system.members(20), system.meeting()

    def answer(member: Member) -> None:
        rsvp.answer_invitation(meeting, meetings_forms.Answer(answer="yes"), wiring.context(member))

    calls = [partial(answer, member) for member in people]
    calls += [partial(leave, system, member) for member in people]
    random.Random(1).shuffle(calls)
    assert set(run_at_once(calls)) <= {200, 403}
    system.run("clock")
    assert counts(system, meeting) == {"yes": 0, "maybe": 0, "no": 0}
    assert not [row for row in rows(system, meeting, "ANSWER") if "counted" in row]


def test_a_request_that_was_under_way_since_before_they_left_counts_nobody(
    system: FaultySystem,
) -> None:
    member, meeting = system.member(0), system.meeting()
    under_way = system.context(member)
    leave(system, member)
    system.run("clock")
    assert not system.every("RECOUNT#")
    with pytest.raises(MembersOnly):
        rsvp.answer_invitation(meeting, meetings_forms.Answer(answer="yes"), under_way)
    assert counts(system, meeting) == {"yes": 0, "maybe": 0, "no": 0}


def leave(system: FaultySystem, member: Member) -> None:
    left = membership_model.end_membership(member, "left", system.now.date())
    system.table.transact(membership_repository.update_writes(member, left, system.now))


class Lives:
    """Members of whom each does at random what there is to do; and what the counts should be."""

    def __init__(self, system: FaultySystem, seed: int):
        self.system, self.random = system, random.Random(seed)
        for number in range(6):
            system.member(number, confirmed=True)
        self.national = meetings_service.schedule_national_meeting(
            meetings_forms.NationalEvent(starts_at="2027-03-18T10:00", minutes=60, mode="online"),
            system.context(OFFICE),
        ).id
        self.meetings = [system.meeting(), self.national]
        self.weeks = 0

    def step(self) -> None:
        member = membership_repository.find_member(
            self.system.table, wiring.settings(), f"m{self.random.randrange(6):04d}"
        )
        meeting = self.random.choice(self.meetings)
        deeds = [self.answer, self.answer, self.answer, self.vote, self.vote, self.needs]
        deeds += [self.change, self.record]
        if self.random.random() < 0.1:
            return self.reschedule(meeting)
        if member:
            with suppress(AppError):
                self.random.choice(deeds)(meeting, member)

    def answer(self, meeting: str, member: Member) -> None:
        form = meetings_forms.Answer(answer=self.random.choice(ANSWERS))
        rsvp.answer_invitation(meeting, form, self.system.context(member))

    def record(self, meeting: str, member: Member) -> None:
        form = meetings_forms.AnswerFor(answer=self.random.choice(ANSWERS))
        rsvp.record_answer(meeting, member.id, form, self.system.context(OFFICE))

    def needs(self, meeting: str, member: Member) -> None:
        form = meetings_forms.Needs(arrange=self.random.choice([LOOP, None]))
        rsvp.request_access_needs(meeting, form, self.system.context(member))

    def vote(self, meeting: str, member: Member) -> None:
        ctx = self.system.context(member)
        topics = topic_votes.get_topics(meeting, ctx).bank[:3]
        chosen = self.random.sample(topics, self.random.randrange(3))
        topic_votes.vote_for_topics(meeting, day_forms.Vote(topics=chosen), ctx)

    def reschedule(self, meeting: str) -> None:
        self.weeks += 1
        starts_at = f"2027-0{4 + self.weeks // 28}-{1 + self.weeks % 28:02d}T1{self.weeks % 10}:00"
        form = meetings_forms.Reschedule(starts_at=starts_at)
        changes.reschedule_meeting(meeting, form, self.system.context(OFFICE))

    def change(self, meeting: str, member: Member) -> None:
        """Leaves, moves, comes back, or is erased."""
        system, today = self.system, self.system.now.date()
        if self.random.random() < 0.2:
            return self.erase(member)
        after = membership_model.activate_member(
            member.model_copy(update={"region": self.random.choice(["SW", "MW"])}), today
        )
        if member.active and self.random.random() < 0.7:
            after = membership_model.end_membership(member, "left", today)
        system.table.transact(membership_repository.update_writes(member, after, system.now))

    def erase(self, member: Member) -> None:
        system = self.system
        erasing = member.model_copy(update={"status": "erasing"})
        system.table.transact(
            [
                *membership_repository.update_writes(member, erasing, system.now),
                erasure_repository.restart_write(erasing, system.now),
            ]
        )
        system.run("clock")
        assert member.id not in str(system.every("REPLIES#"))

    def check(self, meeting: str) -> None:
        """Whether counts and page say what the replies do."""
        table = self.system.table
        bundle = meetings_repository.get_bundle(table, meeting)
        stored = table.query(f"REPLIES#{meeting}").items
        answers = [row for row in stored if row["sk"].startswith("ANSWER#")]
        members = {
            row["member"]: membership_repository.find_member(
                table, wiring.settings(), row["member"]
            )
            for row in answers
        }
        standing = [
            row
            for row in answers
            if (member := members[row["member"]])
            and member.active
            and bundle.meeting.is_for(member.region)
        ]
        now = [row["answer"] for row in standing if row["dated"] == bundle.meeting.dated]
        assert reply_counts.count_answers(bundle) == {
            answer: now.count(answer) for answer in ANSWERS
        }
        assert reply_counts.count_answered(bundle) == len(standing)
        votes = [row["topics"] for row in stored if row["sk"].startswith("VOTE#")]
        cast = Counter(topic for topics in votes for topic in topics)
        assert reply_counts.count_votes(bundle, sorted(cast)) == dict(cast)
        assert reply_counts.count_voters(bundle) == len(votes)
        seen = overview_service.get_meeting_page(meeting, self.system.context(OFFICE)).answers
        assert seen and (seen.yes, seen.maybe, seen.no) == tuple(map(now.count, ANSWERS))


@pytest.mark.parametrize("seed", range(12 if PROOF else 3))
def test_whatever_happens_the_counts_are_those_of_the_replies(
    system: FaultySystem, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(wiring, "inbox_bucket", lambda: None)
    lives = Lives(system, seed)
    for _ in range(15):
        for _ in range(6):
            lives.step()
        system.now += timedelta(minutes=1)
        system.run("clock")
        for meeting in lives.meetings:
            lives.check(meeting)
