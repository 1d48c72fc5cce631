"""An agenda that many change while it goes out, and a file whose adding is killed."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from comhar import wiring
from comhar.context import Context
from comhar.errors import AppError
from comhar.meetings import repository as meetings_repository
from comhar.meetings.agenda import attachments, issuing, items
from comhar.meetings.agenda import draft as agenda_draft
from comhar.meetings.agenda import forms as agenda_forms
from comhar.meetings.agenda import repository as agenda_repository
from comhar.meetings.agenda.model import Line
from comhar.membership.repository import find_member
from tests.faults.faulty_system import OFFICE, SETTINGS, FaultySystem, Fuse, Killed
from tests.faults.simultaneous_calls import run_at_once

DUE = datetime(2027, 2, 11, 9, tzinfo=UTC)
TEXT = agenda_forms.AddPaper(file=agenda_forms.PaperFile(filename="a.txt", base64="QQ=="))


def proposed(system: FaultySystem, meeting: str, count: int) -> list[str]:
    member = system.member(99)
    titles = (agenda_forms.Propose(title=f"Item {number}") for number in range(count))
    ctx = Context(member, system.now, system.table, SETTINGS)
    return [items.propose_item(meeting, each, ctx).id for each in titles]


def keys_sent(system: FaultySystem, meeting: str) -> list[set[str]]:
    """Of each version that went out, the keys of its lines."""
    folder = meetings_repository.get_bundle(system.table, meeting)
    item = [
        each["lines"] for _, each in sorted(agenda_repository.versions_by_number(folder).items())
    ]
    return [{Line(**line).key for line in lines} for lines in item]


def test_what_is_accepted_while_the_agenda_goes_out_is_in_it_or_in_the_next(system: FaultySystem):
    system.members(3)
    meeting = system.meeting()
    ids = proposed(system, meeting, 8)
    system.run_on()
    system.now = DUE
    system.wire(conflicts=0.2)
    ctx = Context(OFFICE, system.now, wiring.table(), SETTINGS)

    def accept(item: str) -> None:
        items.accept_item(meeting, item, ctx)

    def send() -> None:
        issuing.issue_agenda(meeting, ctx)

    calls: list[Any] = [lambda item=item: accept(item) for item in ids]
    came_back = run_at_once([*calls, send, lambda: system.run("clock")])
    assert set(came_back) <= {200, 409}
    system.run_on()
    folder = meetings_repository.get_bundle(system.table, meeting)
    accepted = {
        each.id for each in agenda_repository.list_items(folder) if each.state == "accepted"
    }
    assert accepted == {item for item, status in zip(ids, came_back, strict=False) if status == 200}
    versions = keys_sent(system, meeting)
    assert accepted <= versions[-1]
    assert all(one & set(ids) < next for one, next in pairwise(versions))
    subjects = [subject for _, to, subject in system.ses.sent if to == "m0@hse.ie"]
    assert len([each for each in subjects if "genda" in each]) <= len(versions)
    assert sum(each.startswith("Agenda") for each in subjects) <= 1


def test_of_many_who_arrange_at_once_one_is_first_and_the_others_are_told(system: FaultySystem):
    meeting = system.meeting()
    ctx = Context(OFFICE, system.now, wiring.table(), SETTINGS)

    def arrange(minutes: int) -> None:
        form = agenda_forms.Arrange(revision=0, minutes={"welcome": minutes})
        agenda_draft.arrange_agenda(meeting, form, ctx)

    came_back = run_at_once([lambda n=n: arrange(n) for n in range(20, 32)])
    assert sorted(came_back) == [200, *[409] * 11]
    made = agenda_draft.get_draft(system.table, meeting)
    assert (made.plan.revision, made.lines[0].minutes) == (1, 20 + came_back.index(200))


class FaultyBucket:
    """The bucket of papers, its calls passing the system's fuse."""

    def __init__(self, system: FaultySystem) -> None:
        self.system = system
        self.files: dict[str, bytes] = {}

    def put(self, key: str, body: bytes) -> None:
        self.system.fuse.tick("before put")
        self.files[key] = body
        self.system.fuse.tick("after put")

    def delete(self, key: str) -> None:
        self.system.fuse.tick("before delete")
        self.files.pop(key, None)
        self.system.fuse.tick("after delete")


def test_wherever_adding_or_deleting_a_file_is_killed_none_is_left_that_nobody_names(
    system: FaultySystem, monkeypatch: Any
):
    meeting, shelf = system.meeting(), FaultyBucket(system)
    monkeypatch.setattr(wiring, "paper_bucket", lambda: shelf)
    (item,) = proposed(system, meeting, 1)
    me = find_member(system.table, SETTINGS, "m0099")
    assert me is not None
    ends = 0
    for point in range(1, 60):
        system.fuse = Fuse(kill_at=point)
        system.wire()
        try:
            ctx = Context(me, system.now, wiring.table(), SETTINGS)
            attachments.add_file(meeting, item, TEXT, ctx, shelf)  # type: ignore[arg-type]
            attachments.remove_file(meeting, item, ctx)
            system.run("clock")
            ends += 1
        except (Killed, AppError):
            pass
        system.fuse = Fuse()
        system.wire()
        system.run_on()
        (stored,) = agenda_repository.list_items(
            meetings_repository.get_bundle(system.table, meeting)
        )
        named = {f"{meeting}/{item}/{stored.file.key}"} if stored.file else set()
        assert set(shelf.files) == named, point
        if ends:
            return
    raise AssertionError("it never came to its end")
