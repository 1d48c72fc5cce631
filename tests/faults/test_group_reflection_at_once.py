"""A meeting that writes at once: no text is lost, it is shared once, and what is taken back is gone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.encryption import Seal
from comhar.context import Context
from comhar.meetings.model import Meeting
from comhar.meetings.repository import insert_meeting_writes
from comhar.meetings.timeline import Rules
from comhar.membership.model import Member
from comhar.reflections import additions, group, group_service
from comhar.reflections.additions import Additions
from comhar.reflections.draft_repository import GroupDrafts
from comhar.reflections.model import STEPS
from tests.faults.faulty_system import FaultySystem
from tests.faults.test_reflections_at_once import Keys, at_once

RULES = Rules(agenda_days=5, floor_days=3)


class GroupMeeting:
    """A meeting that is under way, its co-chair, and twelve members who are there."""

    def __init__(self, system: FaultySystem, conflicts: float) -> None:
        system.wire(conflicts)
        self.now, table = system.now, wiring.table()
        self.seal = Seal(Keys(), "key", table)
        self.drafts, self.additions = GroupDrafts(table, self.seal), Additions(table, self.seal)
        meeting = Meeting(
            id="SW-meeting",
            region="SW",
            kind="quarterly",
            mode="online",
            starts_at=datetime(2027, 1, 4, 9),
            minutes=90,
            made_at=self.now - timedelta(days=30),
        )
        table.transact(insert_meeting_writes(meeting, RULES))
        self.chair = self.member("chair", chair_of=("SW",))
        self.members = [self.member(f"m{number}") for number in range(12)]

    def member(self, id: str, **about: Any) -> Member:
        mail = f"{id}@hse.ie"
        return Member(id=id, name=id, email=mail, region="SW", confirmed=True, **about)

    def context(self, user: Member) -> Context:
        return Context(user, self.now, wiring.table(), wiring.settings())

    def save(self, step: str, text: str, revision: int = 0) -> None:
        form = group.GroupStep(text=text, revision=revision)
        group_service.save("SW-meeting", step, form, self.context(self.chair), self.seal)

    def share(self) -> None:
        form = group.GroupShare(revision=len(STEPS))
        group_service.share("SW-meeting", form, self.context(self.chair), self.seal)

    def delete(self) -> None:
        group_service.delete("SW-meeting", self.context(self.chair), self.seal)

    def shared(self) -> str:
        """The id of what is written and shared."""
        for step in STEPS:
            self.save(step, step)
        self.share()
        (row,) = self.rows()
        return str(row["id"])

    def add(self, reflection: str, me: Member) -> None:
        additions.add(reflection, group.Add(text="A line"), self.context(me), self.seal)

    def rows(self) -> list[dict[str, Any]]:
        return wiring.table().query("REGION#SW", "REFLECTION#").items


@pytest.fixture(params=[0.0, 0.2])
def room(system: FaultySystem, request: pytest.FixtureRequest) -> GroupMeeting:
    return GroupMeeting(system, request.param)


def test_of_8_who_save_one_step_at_once_one_is_kept_and_7_are_told(room: GroupMeeting) -> None:
    texts = [str(number) for number in range(8)]
    came_back = at_once(8, lambda: room.save("feelings", texts.pop()))
    assert sorted(came_back) == [201] + [409] * 7


def test_six_scribes_of_six_steps_lose_nothing(room: GroupMeeting) -> None:
    steps = list(STEPS)
    assert at_once(6, lambda: room.save(step := steps.pop(), step)) == [201] * 6
    meeting, _, draft = room.drafts.get("SW-meeting", room.now)
    found = room.drafts.open(meeting, draft, *STEPS)
    assert found.words == {step: step for step in STEPS} and found.revision == 6


def test_8_who_share_at_once_share_one(room: GroupMeeting) -> None:
    for step in STEPS:
        room.save(step, step)
    assert sorted(at_once(8, room.share)) == [201] + [409] * 7
    assert len(room.rows()) == 1


def test_a_step_saved_while_it_is_shared_is_in_it_or_refused(room: GroupMeeting) -> None:
    for step in STEPS:
        room.save(step, step)
    work = [room.share, lambda: room.save("feelings", "changed", revision=1)]
    assert sorted(at_once(2, lambda: work.pop()())) == [201, 409]


def test_12_who_add_at_once_are_all_there_and_each_once(room: GroupMeeting) -> None:
    reflection = room.shared()
    people = room.members * 2
    assert at_once(24, lambda: room.add(reflection, people.pop())) == [201] * 24
    found = [each["by"] for each in room.additions.list_additions(reflection)]
    assert sorted(found) == sorted(each.id for each in room.members)


def test_nothing_that_is_added_outlives_what_it_was_added_to(room: GroupMeeting) -> None:
    reflection = room.shared()
    people = list(room.members)
    work: list[Any] = [lambda: room.add(reflection, people.pop())] * 12
    work.insert(6, room.delete)
    came_back = at_once(13, lambda: work.pop()())
    assert set(came_back) <= {201, 404}
    assert room.rows() == [] and room.additions.list_additions(reflection) == []
    for each in room.members:
        assert list(room.additions.iterate_own(each.id)) == []
        assert wiring.table().query(f"MEMBER#{each.id}", "ADDITION#").items == []
