"""A vision under faults: written by many at once, killed anywhere, agreed to by a hundred together."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from comhar import wiring
from comhar.membership.model import Member
from comhar.vision import forms
from comhar.vision import repository as vision_repository
from comhar.vision import service as vision_service
from comhar.vision.model import Vision, VisionChanged
from tests.faults.faulty_system import FaultySystem, Fuse, Killed
from tests.faults.simultaneous_calls import run_at_once
from tests.support.proof_sizes import sized

OBJECTIVE = forms.Objective(title="Meet", how="Four times a year.")
WHOLE = forms.Vision(purpose="Learn.", objectives=[OBJECTIVE], revision=0)
FIELDS = {"purpose": "about", "goals": "about", "objectives.1.how": "1"}
Step = Callable[[], object]


def people(system: FaultySystem, count: int) -> list[Member]:
    return [system.member(number, confirmed=True) for number in range(count)]


def save(who: Member, form: forms.Vision = WHOLE) -> object:
    return vision_service.save("SW", form, wiring.context(who))


def agree(who: Member) -> object:
    return vision_service.agree("SW", forms.Agreement(), wiring.context(who))


def ask(who: Member) -> object:
    return vision_service.ask("SW", wiring.context(who))


def stored(system: FaultySystem) -> Vision:
    return vision_repository.get_vision(system.table, "SW")


def changed(vision: Vision, field: str, text: str) -> forms.Vision:
    """The form of the field's part, with that text in it and the rest as in the vision."""
    texts = {**vision.fields, field: text}
    if FIELDS[field] == "about":
        about = {"purpose": texts["purpose"], "goals": texts.get("goals", "").splitlines()}
        return forms.Vision(part="about", revision=vision.revision, **about)
    answers = {name: texts.get(f"objectives.1.{name}") for name in ("title", "how")}
    objective = forms.Objective(id="1", **answers)
    return forms.Vision(part="1", revision=vision.revision, objectives=[objective])


def write(who: Member, vision: Vision, field: str, word: str) -> None:
    """Writes a word till it is saved; after a clash beside what the other person wrote."""
    form, own = changed(vision, field, word), word
    while True:
        try:
            save(who, form)
            return
        except VisionChanged as clash:
            assert set(clash.more["fields"]) == {field}
            own = f"{clash.more['fields'][field]['theirs']} {word}"
            now = vision.model_copy(
                update={"fields": dict(clash.merged), "revision": clash.more["revision"]}
            )
            form = changed(now, field, own)


def test_nothing_that_eight_people_write_at_once_is_lost(system: FaultySystem) -> None:
    writers = people(system, 8)
    save(writers[0])
    for number in range(sized(2, 200)):
        before = stored(system)
        fields = [list(FIELDS)[(person + number) % 3] for person in range(8)]
        words = [f"<{number}-{person}>" for person in range(8)]
        calls = [
            partial(write, who, before, field, word)
            for who, field, word in zip(writers, fields, words, strict=True)
        ]
        assert run_at_once(calls) == [200] * 8
        after = stored(system)
        for field, word in zip(fields, words, strict=True):
            assert word in after.fields[field].split(), (field, word)
        assert after.fields["objectives.1.title"] == "Meet"
        versions = vision_repository.list_versions(system.table, "SW", None, 30).items
        assert int(versions[0]["sk"].partition("#")[2]) == after.revision == before.revision + 8


@pytest.mark.parametrize("killed", range(3), ids=("save", "ask", "agree"))
def test_a_step_killed_at_any_call_and_done_again_happens_once(
    killed: int, new_system: Callable[[], FaultySystem]
) -> None:
    for point in range(1, 40):
        system = new_system()
        ann, ben = people(system, 2)
        finished = False
        steps = [partial(save, ann), partial(ask, ann), partial(agree, ben)]
        for number, step in enumerate(steps):
            if number == killed:
                finished = is_done(system, Fuse(kill_at=point), step)
            assert run_at_once([step]) == [200]
        system.run_on()
        vision = stored(system)
        assert (vision.revision, vision.agreed, vision.asked_revision) == (1, 1, 1), point
        mails = Counter(to for _, to, title in system.ses.sent if "vision to agree" in title)
        assert mails == {"m0@hse.ie": 1}, point  # the other has agreed
        if finished:
            break
    assert finished and point > 1


def is_done(system: FaultySystem, fuse: Fuse, step: Step) -> bool:
    """Whether the step came to its end, with the fuse set."""
    system.fuse = fuse
    system.wire()
    try:
        step()
    except Killed:
        return False
    finally:
        system.fuse = Fuse()
        system.wire()
    return True


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_a_hundred_who_agree_at_once_are_all_counted(
    conflicts: float, system: FaultySystem
) -> None:
    members = people(system, 100)
    save(members[0])
    system.wire(conflicts)
    assert Counter(run_at_once([partial(agree, each) for each in members])) == {200: 100}
    assert stored(system).agreed == 100
    assert run_at_once([partial(agree, each) for each in members[:8]]) == [200] * 8
    assert stored(system).agreed == 100


def test_who_agrees_while_an_objective_changes_agreed_to_what_is_there_or_is_not_counted(
    system: FaultySystem,
) -> None:
    members = people(system, 6)
    save(members[0])
    for number in range(sized(3, 200)):
        before = stored(system)
        form = changed(before, "objectives.1.how", f"Way {number}.")
        run_at_once(
            [partial(agree, each) for each in members[1:]] + [partial(save, members[0], form)]
        )
        after = stored(system)
        agreements = [
            vision_repository.get_with_agreement(system.table, "SW", each.id, system.now.date())[1]
            for each in members
        ]
        assert after.agreed == sum(after.is_agreed_by(each) for each in agreements)
