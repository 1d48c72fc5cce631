"""Moving replies to meetings out of their earlier place, killed at any write, beside what people do."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Check, ConditionFailed, Item, Put
from comhar.dates.dublin_time import stamp
from comhar.due_work import migrations
from comhar.meetings import changes, reply_counts, reply_migration, rsvp
from comhar.meetings import forms as meetings_forms
from comhar.meetings import jobs as meetings_jobs
from comhar.meetings import personal_data as meetings_personal_data
from comhar.meetings import repository as meetings_repository
from comhar.meetings import service as meetings_service
from comhar.meetings.day import forms as day_forms
from comhar.meetings.day import topic_votes
from comhar.meetings.overview import service as overview_service
from comhar.membership import model as membership_model
from comhar.membership import repository as membership_repository
from comhar.membership.model import ErasedPerson, Member
from tests.faults.faulty_system import OFFICE, AtWrites, FaultySystem
from tests.faults.simultaneous_calls import run_at_once
from tests.support.moved_data import move_by_two, undo_moves

LOOP = {"needs": ["other"], "arrange": "A hearing loop"}
ANSWERS = ("yes", "yes", "maybe", "no", "yes")


@pytest.fixture(autouse=True)
def this_step_two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the work is given back on the way, and a meeting moves in several transactions."""
    move_by_two(monkeypatch, reply_migration.STEP.name)
    monkeypatch.setattr(reply_migration, "_PAGE_SIZE", 2)


def lived(system: FaultySystem) -> list[str]:
    """Meetings of a region and of all, with replies as an earlier version stored them.

    Of five who answered each, one has left since and one is deleted.
    """
    people = system.members(len(ANSWERS))
    national = meetings_forms.NationalEvent(starts_at="2027-03-18T10:00", minutes=60, mode="online")
    meetings = [
        system.meeting(),
        meetings_service.schedule_national_meeting(national, system.context(OFFICE)).id,
    ]
    system.run_on(0)
    topics = topic_votes.get_topics(meetings[0], system.context(OFFICE)).bank
    for meeting in meetings:
        for number, answer in enumerate(ANSWERS):
            name = people[number].id if number < 4 else "nobody-now"
            store_as_before(system, meeting, name, answer)
            vote = {"topics": topics[:2] if number % 2 else topics[1:2]}
            put(system, meeting, f"VOTE#{name}", vote)
        put(system, meeting, f"NEEDS#{people[0].id}", LOOP)
        store_as_before(system, meeting, people[4].id, "yes", dated=-1)
    left = membership_model.end_membership(people[1], "left", system.now.date())
    system.table.transact(membership_repository.update_writes(people[1], left, system.now))
    system.run_on(0)
    undo_moves(system.table)
    system.completes_clock()  # plans the work, for when nothing of the version before runs
    return meetings


def store_as_before(
    system: FaultySystem, meeting: str, person: str, answer: str, dated: int = 0
) -> None:
    reply = {"member": person, "name": person, "answer": answer, "dated": dated}
    put(system, meeting, f"ANSWER#{person}", reply | {"at": stamp(system.now)})


def put(system: FaultySystem, meeting: str, sk: str, reply: Item) -> None:
    system.table.transact([Put({"pk": f"MEETING#{meeting}", "sk": sk, **reply})])


def earlier(system: FaultySystem, meeting: str) -> list[str]:
    stored = system.table.query(f"MEETING#{meeting}").items
    kinds = ("ANSWER#", "NEEDS#", "VOTE#")
    return [row["sk"] for row in stored if row["sk"].startswith(kinds)]


def moved(system: FaultySystem, meeting: str) -> dict[str, Item]:
    return {row["sk"]: row for row in system.table.query(f"REPLIES#{meeting}").items}


def seen(system: FaultySystem, meeting: str) -> Any:
    """What pages show of the replies."""
    ctx = system.context(OFFICE)
    page = overview_service.get_meeting_page(meeting, ctx)
    topics = topic_votes.get_topics(meeting, ctx)
    member = system.context(system_member(system, 2))
    own = overview_service.get_meeting_page(meeting, member)
    listed = rsvp.get_answers_page(meeting, None, ctx).people
    answers = {each.id: each.answer for each in listed}
    return (page.needs, topics.results, topics.voted, own.my_answer, answers), page.answers


def system_member(system: FaultySystem, number: int) -> Member:
    member = membership_repository.find_member(system.table, wiring.settings(), f"m{number:04d}")
    assert member
    return member


def test_killed_at_any_write_ends_with_every_reply_once_and_counted(
    new_system: Callable[[], FaultySystem],
) -> None:
    point, ended = 0, False
    while not ended:
        point += 1
        system = new_system()
        meetings = lived(system)
        wanted = [set(earlier(system, meeting)) for meeting in meetings]
        views = [seen(system, meeting)[0] for meeting in meetings]
        system.now += timedelta(minutes=6)
        ended = system.completes_clock(AtWrites(kill_at=point))
        assert [seen(system, meeting)[0] for meeting in meetings] == views, point
        if not ended:
            system.now += timedelta(minutes=6)
            assert system.completes_clock()
        assert migrations.is_done(system.table, "replies")
        for meeting, replies, before in zip(meetings, wanted, views, strict=True):
            assert earlier(system, meeting) == [], point
            assert moved(system, meeting).keys() == replies, point
            now, answers = seen(system, meeting)
            assert now == before, point
            assert answers and (answers.yes, answers.maybe, answers.no) == (1, 1, 1), point
            bundle = meetings_repository.get_bundle(system.table, meeting)
            assert reply_counts.count_answers(bundle) == {"yes": 1, "maybe": 1, "no": 1}, point
            assert reply_counts.count_answered(bundle) == 4, point
        assert "name" not in str(system.every("REPLIES#")), point
    assert point > 20


def test_what_people_do_before_their_replies_are_moved_holds(system: FaultySystem) -> None:
    meeting, national = lived(system)
    topics = topic_votes.get_topics(meeting, system.context(OFFICE)).bank
    ben, cian = system_member(system, 2), system_member(system, 3)
    rsvp.answer_invitation(meeting, meetings_forms.Answer(answer="yes"), system.context(ben))
    rsvp.answer_invitation(national, meetings_forms.Answer(answer="no"), system.context(ben))
    topic_votes.vote_for_topics(meeting, day_forms.Vote(topics=topics[2:3]), system.context(cian))
    topic_votes.vote_for_topics(national, day_forms.Vote(topics=[]), system.context(cian))
    ann = system_member(system, 0)
    rsvp.request_access_needs(meeting, meetings_forms.Needs(), system.context(ann))
    assert f"ANSWER#{ben.id}" not in earlier(system, meeting)
    assert f"NEEDS#{ann.id}" not in earlier(system, meeting)
    form = meetings_forms.Reschedule(starts_at="2027-03-25T10:00")
    changes.reschedule_meeting(national, form, system.context(OFFICE))
    for _ in range(2):
        assert counted(system, meeting) == {"yes": 2, "maybe": 0, "no": 1}
        assert counted(system, national) == {}
        results = topic_votes.get_topics(meeting, system.context(OFFICE)).results
        assert results and results[-1].votes == 1 and len(results) == 3
        assert topic_votes.get_topics(national, system.context(OFFICE)).voted == 4
        assert overview_service.get_meeting_page(meeting, system.context(OFFICE)).needs == []
        system.now += timedelta(minutes=6)
        assert system.completes_clock()
    assert earlier(system, meeting) == earlier(system, national) == []


def counted(system: FaultySystem, meeting: str) -> dict[str, int]:
    """What who leads is shown: of who has left, nothing."""
    bundle = meetings_repository.get_bundle(system.table, meeting)
    counts = dict(+reply_counts.count_answers(bundle))
    answers = overview_service.get_meeting_page(meeting, system.context(OFFICE)).answers
    assert answers
    on_page = {"yes": answers.yes, "maybe": answers.maybe, "no": answers.no}
    return on_page if counts else {}


def test_who_answers_at_the_moment_of_the_move_is_counted_once(system: FaultySystem) -> None:
    meeting, _ = lived(system)
    system.now += timedelta(minutes=6)
    system.wire(conflicts=0.2)
    people = [system_member(system, number) for number in (0, 2, 3, 4)]

    def answer(member: Member) -> None:
        rsvp.answer_invitation(
            meeting, meetings_forms.Answer(answer="maybe"), wiring.context(member)
        )

    calls = [partial(answer, member) for member in people]
    calls.insert(2, lambda: system.run("clock"))
    assert Counter(run_at_once(calls)) == {200: 5}
    system.now += timedelta(minutes=6)
    assert system.completes_clock()
    assert earlier(system, meeting) == []
    bundle = meetings_repository.get_bundle(system.table, meeting)
    assert +reply_counts.count_answers(bundle) == {"maybe": 4}


def test_who_is_erased_before_the_move_or_after_it_leaves_no_reply(system: FaultySystem) -> None:
    meeting, _ = lived(system)
    for number in (0, 2):
        person = ErasedPerson(f"m{number:04d}", (), ("SW",), "somebody")
        items = system.table.query(f"MEETING#{meeting}").items
        system.table.transact(
            meetings_personal_data.erase_reply_writes(system.table, meeting, items, person.id)
        )
        assert person.id not in str(system.table.query(f"MEETING#{meeting}").items)
        assert person.id not in str(system.table.query(f"REPLIES#{meeting}").items)
        system.now += timedelta(minutes=6)
        assert system.completes_clock()
    bundle = meetings_repository.get_bundle(system.table, meeting)
    assert +reply_counts.count_answers(bundle) == {"no": 1}


def test_access_needs_are_deleted_where_they_are(system: FaultySystem) -> None:
    meeting, national = lived(system)
    rsvp.request_access_needs(
        meeting, meetings_forms.Needs(arrange="A ramp"), system.context(system_member(system, 3))
    )
    system.now += timedelta(days=100)
    work = system.table.get(meetings_repository.needs_deletion_key(meeting))
    assert work
    meetings_jobs.delete_needs(work, system.context(None))
    assert "NEEDS#" not in str(earlier(system, meeting)) + str(moved(system, meeting))
    assert "NEEDS#" in str(earlier(system, national))


def test_a_worker_that_lost_the_work_moves_nothing(system: FaultySystem) -> None:
    meeting, _ = lived(system)
    before = earlier(system, meeting)
    lost = Check(migrations.WORK, condition={"due_at": "another worker's"})
    with pytest.raises(ConditionFailed):
        reply_migration.move_replies({"id": meeting}, lost, system.context(None))
    assert earlier(system, meeting) == before
    assert moved(system, meeting) == {}


@pytest.mark.parametrize(("minutes", "answer"), [(-1, "no"), (1, "maybe")])
def test_of_two_answers_of_one_person_the_later_one_is_counted(
    system: FaultySystem, minutes: int, answer: str
) -> None:
    """While a new version is put in place, somebody may answer by it, and then by the one before."""
    meeting, _ = lived(system)
    ben = system_member(system, 2)
    rsvp.answer_invitation(meeting, meetings_forms.Answer(answer="no"), system.context(ben))
    now, system.now = system.now, system.now + timedelta(minutes=minutes)
    store_as_before(system, meeting, ben.id, "maybe")
    system.now = now
    page = overview_service.get_meeting_page(meeting, system.context(ben))
    assert page.my_answer == answer
    system.now += timedelta(minutes=6)
    assert system.completes_clock()
    assert earlier(system, meeting) == []
    assert moved(system, meeting)[f"ANSWER#{ben.id}"]["answer"] == answer
    bundle = meetings_repository.get_bundle(system.table, meeting)
    counts = Counter({"yes": 1, "no": 1}) + Counter([answer])
    assert +reply_counts.count_answers(bundle) == counts


def test_a_meeting_that_changes_place_in_the_list_meanwhile_is_moved_with_its_replies(
    system: FaultySystem,
) -> None:
    """Its new row may lie where the migration has been already."""
    meeting, national = lived(system)
    form = meetings_forms.Reschedule(starts_at="2027-02-02T10:00")
    changes.reschedule_meeting(meeting, form, system.context(OFFICE))
    assert earlier(system, meeting) == []
    assert earlier(system, national) != []
    assert len(moved(system, meeting)) == len(ANSWERS) * 2 + 2
