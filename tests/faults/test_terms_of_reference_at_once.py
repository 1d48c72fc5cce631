"""Terms of reference under faults: killed anywhere or signed at once, approved once and mailed once."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from comhar import wiring
from comhar.aws.conditions import Item
from comhar.leadership import service as leadership_service
from comhar.leadership.forms import Chairs
from comhar.membership.model import Member
from comhar.terms_of_reference import forms as terms_forms
from comhar.terms_of_reference import repository as terms_repository
from comhar.terms_of_reference import service as terms_service
from tests.faults.faulty_system import OFFICE, SETTINGS, FaultySystem, Fuse, Killed
from tests.faults.simultaneous_calls import run_at_once
from tests.support.proof_sizes import sized
from tests.support.sample_region import delete_chair_letters

NAME = terms_forms.Signature(name="Síle Ní Bhriain", title="Lead")
Step = Callable[[], object]


def led(system: FaultySystem) -> list[Member]:
    """Two co-chairs and one member more."""
    people = [system.member(number, confirmed=True) for number in range(3)]
    form = Chairs(members=[each.id for each in people[:2]], term_months=12)
    leadership_service.appoint_chairs("SW", form, wiring.context(OFFICE))
    delete_chair_letters("SW", "2")
    return [system.member_now(number) for number in range(3)]


def sign(who: Member) -> Step:
    return lambda: terms_service.sign("SW", NAME, wiring.context(who))


def change(who: Member) -> Step:
    form = terms_forms.Terms(sections={"aim": "We meet."}, revision=1)
    return lambda: terms_service.save("SW", form, wiring.context(who))


def steps(people: list[Member]) -> Iterator[Step]:
    """From the sample to approved terms that somebody changes again."""
    chair, other, member = people
    yield lambda: terms_service.submit("SW", wiring.context(chair))
    yield from [sign(each) for each in (chair, other, OFFICE)]
    yield change(member)


def every_version(system: FaultySystem) -> list[Item]:
    return system.table.query("REGION#SW", terms_repository.VERSION).items


def about(system: FaultySystem, subject: str) -> Counter[str]:
    """How many emails with these words each address got."""
    return Counter(to for _, to, title in system.ses.sent if subject in title)


@pytest.mark.parametrize("killed", range(5), ids=("submit", "sign", "sign", "approve", "change"))
def test_a_step_killed_at_any_call_and_done_again_counts_and_mails_once(
    killed: int, new_system: Callable[[], FaultySystem]
) -> None:
    for point in range(1, 60):
        system = new_system()
        people = led(system)
        finished = False
        for number, step in enumerate(steps(people)):
            if number == killed:
                finished = done(system, Fuse(kill_at=point), step)
            if number != killed or not finished:
                try_again(step)
            if number == 3:
                system.run_on()
        system.run_on()
        head, text, _ = terms_repository.get_terms(system.table, "SW", system.now)
        versions = every_version(system)
        assert (head.status, head.version, text.sections["aim"]) == ("changed", 1, "We meet.")
        assert [len(each["signatures"]) for each in versions] == [3], point
        three = Counter(["m0@hse.ie", "m1@hse.ie", "m2@hse.ie"])
        signers = Counter(["m0@hse.ie", "m1@hse.ie", *SETTINGS.office_emails])
        assert about(system, "reference approved") == three, point
        assert about(system, "reference changed") == signers, point
        if finished:
            break
    assert point > 2


def done(system: FaultySystem, fuse: Fuse, step: Step) -> bool:
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


def try_again(step: Step) -> None:
    """As somebody who was shown an error does; it may have happened already."""
    assert run_at_once([step])[0] in (200, 409)


@pytest.mark.parametrize("conflicts", [0.0, 0.3])
def test_all_who_sign_at_the_same_moment_approve_once(
    conflicts: float, new_system: Callable[[], FaultySystem]
) -> None:
    for _ in range(sized(3, 100)):
        system = new_system()
        chair, other, _ = led(system)
        terms_service.submit("SW", wiring.context(chair))
        system.wire(conflicts)
        signing = [sign(each) for each in (chair, other, OFFICE, chair, other, OFFICE)]
        assert run_at_once(signing) == [200] * 6
        system.wire()
        system.run_on()
        versions = every_version(system)
        people = {chair.id, other.id, OFFICE.id}
        assert [{each["person"] for each in one["signatures"]} for one in versions] == [people]
        assert [len(each["signatures"]) for each in versions] == [3]
        assert set(about(system, "reference approved").values()) == {1}
        assert len(about(system, "reference approved")) == 3


def test_a_change_beside_the_last_signature_never_approves_another_text(
    new_system: Callable[[], FaultySystem],
) -> None:
    for _ in range(sized(5, 200)):
        system = new_system()
        chair, other, member = led(system)
        terms_service.submit("SW", wiring.context(chair))
        sample = terms_repository.get_terms(system.table, "SW", system.now)[1].sections["aim"]
        run_at_once([sign(chair), sign(other)])
        codes = run_at_once([sign(OFFICE), change(member), sign(OFFICE)])
        assert codes[1] == 200 and set(codes) <= {200, 409}
        head, text, _ = terms_repository.get_terms(system.table, "SW", system.now)
        versions = every_version(system)
        assert (head.status, text.sections["aim"]) in (
            ("draft", "We meet."),
            ("changed", "We meet."),
        )
        assert [each["sections"]["aim"] for each in versions] == [sample] * head.version
