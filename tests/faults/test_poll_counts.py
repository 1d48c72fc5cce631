"""Counts of poll votes: right whoever votes, leaves or is killed at the same time, and after a move."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Check, ConditionFailed, Delete, Item, Put, Update, absent
from comhar.aws.dynamodb import Table
from comhar.due_work import migrations
from comhar.erasure import jobs as erasure_jobs
from comhar.meetings.model import MembersOnly
from comhar.membership import repository as membership_repository
from comhar.membership.model import ErasedPerson, Member
from comhar.polls import forms as polls_forms
from comhar.polls import jobs as polls_jobs
from comhar.polls import poll_results, vote_migration, votes
from comhar.polls import responses as polls_responses
from comhar.polls import service as polls_service
from tests.faults.faulty_system import OFFICE, AtWrites, FaultySystem, Fuse, Killed
from tests.faults.simultaneous_calls import run_at_once
from tests.support.moved_data import move_by_two, undo_moves
from tests.support.proof_sizes import PROOF

DATES = ["2027-02-18T10:00", "2027-02-25T10:00"]
FORM = polls_forms.OpenPoll(kind="quarterly", mode="online", options=DATES)
ANSWERS = ("yes", "if_need_be", "no")


def opened(system: FaultySystem) -> str:
    return polls_service.open_poll("SW", FORM, system.context(OFFICE)).id


def vote(poll: str, member: Member, a: str, b: str) -> None:
    form = polls_forms.DateVotes(votes={"a": a, "b": b})
    polls_responses.answer_poll(poll, form, wiring.context(member))


def counts(system: FaultySystem, poll: str) -> Counter[str]:
    _, found = poll_results.load_counts(poll, system.context(OFFICE))
    return +Counter({name: found[name] for name in found if name not in ("expires", "over")})


def rows(system: FaultySystem, poll: str) -> list[Item]:
    return system.table.query(f"POLL#{poll}", "VOTE#").items


def right_counts(system: FaultySystem, poll: str) -> Counter[str]:
    """Of the stored votes of who is active in the region, as the register has them."""
    register = system.table.query("REGISTER", "SW#").items
    active = {row["id"] for row in register if row["status"] == "active"}
    stored = [row for row in rows(system, poll) if row["member"] in active]
    return votes.count_votes([row["votes"] for row in stored]) if stored else Counter()


def moved(system: FaultySystem, number: int, **changes: Any) -> None:
    """Changes somebody, as they are stored by now."""
    writes = membership_repository.change_writes(system.member_now(number), system.now, **changes)
    system.table.transact(writes)


def recounted(system: FaultySystem, number: int) -> None:
    """What follows each change of status or region."""
    polls_jobs.recount_member(system.member_now(number), wiring.context(None))


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_250_votes_at_once_are_all_counted_and_none_is_refused(
    system: FaultySystem, conflicts: float
) -> None:
    people = system.members(250)
    poll = opened(system)
    system.wire(conflicts)
    statuses = run_at_once([partial(vote, poll, member, "yes", "no") for member in people])
    assert Counter(statuses) == {200: 250}
    assert counts(system, poll) == {"answered": 250, "a_yes": 250, "b_no": 250}


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_one_members_votes_at_once_count_once(system: FaultySystem, conflicts: float) -> None:
    member = system.member(1)
    poll = opened(system)
    system.wire(conflicts)
    answers = [(a, b) for a in ANSWERS for b in ANSWERS][:4]
    statuses = run_at_once([partial(vote, poll, member, a, b) for a, b in answers])
    assert Counter(statuses) == {200: 4}
    assert counts(system, poll) == right_counts(system, poll)
    assert counts(system, poll)["answered"] == 1


def test_no_two_votes_meet_in_an_item_but_a_shard_of_the_counts(system: FaultySystem) -> None:
    poll, _ = poll_results.load_counts(opened(system), system.context(OFFICE))
    answers: dict[str, Any] = {"a": "yes", "b": "no"}
    first, *others = (
        touched(votes.save_writes(poll, None, f"m{number}", answers, system.now))
        for number in range(64)
    )
    assert all(sk.startswith("COUNT#") for other in others for _, sk in first & other)
    assert sum(bool(first & other) for other in others) < 16


def touched(writes: list[Any]) -> set[tuple[str, str]]:
    return {
        (write.item["pk"], write.item["sk"]) if isinstance(write, Put) else write.key
        for write in writes
    }


@pytest.mark.parametrize("seed", range(30 if PROOF else 6))
def test_counts_are_those_of_the_rows_after_anything(system: FaultySystem, seed: int) -> None:
    """Voting, changing, leaving, coming back, moving and being erased, in any order."""
    chance = random.Random(seed)
    system.members(6)
    poll = opened(system)
    erased: set[int] = set()
    for _ in range(40):
        number = chance.randrange(6)
        if number in erased:
            continue
        member = system.member_now(number)
        step = chance.choice(["vote"] * 4 + ["leave", "return", "move", "erase", "recount"])
        if step == "vote":
            try:
                vote(poll, member, chance.choice(ANSWERS), chance.choice(ANSWERS))
            except MembersOnly:
                assert not member.active or member.region != "SW"
        elif step == "leave":
            moved(system, number, status="left")
        elif step == "return":
            moved(system, number, status="active", region="SW")
        elif step == "move" and member.active:
            moved(system, number, region=chance.choice(["MW", "SW"]))
        elif step == "erase" and chance.random() < 0.2:
            moved(system, number, status="erasing")
            erase(system, member)
            erased.add(number)
            continue
        recounted(system, number)
        recounted(system, number)
        assert counts(system, poll) == right_counts(system, poll), (seed, step)


def erase(system: FaultySystem, member: Member) -> None:
    person = ErasedPerson(member.id, (), ("SW",), "nobody-1")
    erasure_jobs.erase_from_region("SW", person, wiring.context(None))


def test_a_vote_that_meets_its_members_leaving_counts_for_nothing_in_the_end(
    system: FaultySystem,
) -> None:
    people = system.members(24)
    poll = opened(system)
    system.wire(0.2)

    def leave(number: int) -> None:
        moved(system, number, status="left")
        recounted(system, number)

    calls = [partial(vote, poll, member, "yes", "no") for member in people]
    leaving = [partial(leave, number) for number in range(0, 24, 2)]
    statuses = run_at_once([*calls[:12], *leaving, *calls[12:]])
    assert set(statuses) <= {200, 403}
    assert counts(system, poll) == right_counts(system, poll)
    assert counts(system, poll)["answered"] == 12


def test_who_left_since_the_session_was_read_is_refused_and_not_counted(
    system: FaultySystem,
) -> None:
    active = system.member(1)
    poll = opened(system)
    moved(system, 1, status="left")
    recounted(system, 1)
    with pytest.raises(MembersOnly):
        vote(poll, active, "yes", "no")
    assert rows(system, poll) == [] and counts(system, poll) == {}


def test_work_that_read_a_member_before_a_change_is_refused_and_reads_again(
    system: FaultySystem,
) -> None:
    active = system.member(1)
    poll = opened(system)
    vote(poll, active, "yes", "no")
    moved(system, 1, status="left")
    recounted(system, 1)
    with pytest.raises(ConditionFailed):
        polls_jobs.recount_member(active, wiring.context(None))
    assert counts(system, poll) == {} and "counted" not in rows(system, poll)[0]


def test_recounting_killed_anywhere_counts_right_when_it_runs_again(
    new_system: Callable[[], FaultySystem],
) -> None:
    point, killed = 0, True
    while killed:
        point += 1
        system = new_system()
        member = system.member(1)
        polls = [opened(system) for _ in range(3)]
        for poll in polls:
            vote(poll, member, "yes", "no")
        moved(system, 1, status="left")
        system.fuse = Fuse(kill_at=point)
        system.wire()
        try:
            recounted(system, 1)
        except Killed:
            killed = True
        else:
            killed = False
        system.fuse = Fuse()
        system.wire()
        recounted(system, 1)
        assert all(counts(system, poll) == {} for poll in polls), point
    assert point > 9


# The move of votes that an earlier version stored


def lived(system: FaultySystem) -> dict[str, Counter[str]]:
    """Votes as an earlier version stored them, in three polls, and what they should count."""
    people = system.members(6)
    system.member(9, region="MW")
    polls = [opened(system) for _ in range(3)]
    chance = random.Random(0)
    for poll in polls[:2]:
        for member in people:
            vote(poll, member, chance.choice(ANSWERS), chance.choice(ANSWERS))
    moved(system, 4, status="left")
    moved(system, 5, region="MW")
    for poll in polls:
        system.table.write_all(
            Update((row["pk"], row["sk"]), remove=["counted"]) for row in rows(system, poll)
        )
        found = system.table.query(f"POLL#{poll}", "COUNT#").items
        system.table.write_all(Delete((row["pk"], row["sk"])) for row in found)
    undo_moves(system.table)
    return {poll: right_counts(system, poll) for poll in polls}


@pytest.fixture
def two_votes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(votes, "COUNTED_AT_ONCE", 2)
    move_by_two(monkeypatch, votes.STEP)


def stored_counts(system: FaultySystem, poll: str) -> Counter[str]:
    """Whatever the reader does before the move is done."""
    found = votes.counts_from_items(system.table.query(f"POLL#{poll}").items)
    return +Counter({name: found[name] for name in found if name not in ("expires", "over")})


@pytest.mark.usefixtures("two_votes_at_once")
def test_counting_earlier_votes_killed_at_any_write_counts_each_once(
    new_system: Callable[[], FaultySystem],
) -> None:
    point, ended = 0, False
    while not ended:
        point += 1
        system = new_system()
        expected = lived(system)
        assert (
            system.completes_clock()
        )  # plans the work, for when nothing of the version before runs
        system.now += timedelta(minutes=6)
        ended = system.completes_clock(AtWrites(kill_at=point))
        assert all(counts(system, poll) == expected[poll] for poll in expected), point
        if not ended:
            system.now += timedelta(minutes=6)
            assert system.completes_clock()
        assert {poll: stored_counts(system, poll) for poll in expected} == expected, point
        assert len(rows(system, next(iter(expected)))) == 6
        assert migrations.is_done(system.table, votes.STEP)
    assert point > 10


@pytest.mark.usefixtures("two_votes_at_once")
def test_who_votes_or_leaves_before_and_amid_the_move_is_counted_once(
    system: FaultySystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll, *_ = lived(system)
    vote(poll, system.member_now(0), "no", "no")
    read = Table.batch_get
    happens: list[Callable[[], None]] = [
        lambda: vote(poll, system.member_now(3), "no", "no"),
        lambda: moved(system, 2, status="left"),
        lambda: vote(poll, system.member_now(1), "if_need_be", "if_need_be"),
    ]

    def overtaken(table: Table, keys: Any, *args: Any, **more: Any) -> Any:
        found = read(table, keys, *args, **more)
        if happens and keys and keys[0][0].startswith("MEMBER#"):
            happens.pop()()
        return found

    claim = Check(("CALENDAR", "MOVES"), {"due_at": absent})
    with monkeypatch.context() as patched:
        patched.setattr(Table, "batch_get", overtaken)
        row = {"id": poll, "expires": system.now.timestamp() + 1}
        vote_migration.count_poll(row, claim, wiring.context(None))
    assert not happens
    assert stored_counts(system, poll) == right_counts(system, poll)
    assert stored_counts(system, poll)["answered"] == 3


def test_a_vote_from_before_that_is_changed_is_counted_once(system: FaultySystem) -> None:
    poll, *_ = lived(system)
    for member in range(4):
        vote(poll, system.member_now(member), "no", "no")
    assert stored_counts(system, poll) == {"answered": 4, "a_no": 4, "b_no": 4}
    recounted(system, 4)
    assert stored_counts(system, poll)["answered"] == 4
