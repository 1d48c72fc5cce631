"""One author on many pages at once: nobody is counted twice, and a draft becomes one reflection."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.encryption import Seal, sealing_key
from comhar.context import Context
from comhar.errors import AppError
from comhar.membership.model import Member
from comhar.reflections import draft_service, revisions
from comhar.reflections import service as reflections_service
from comhar.reflections.draft_repository import Drafts
from comhar.reflections.model import STEPS, Reflect, Submit
from comhar.reflections.repository import Reflections
from tests.faults.faulty_system import FaultySystem

ME = Member(
    id="m1",
    name="Áine Ní Chléirigh",
    email="aine@hse.ie",
    region="SW",
    confirmed=True,
    role="other",
)
WORDS = {step: f"about {step}" for step in STEPS}


class Keys:
    """Stands for KMS: a wrapped key is its number. `calls` holds what was asked for which context."""

    def __init__(self) -> None:
        self.plaintexts: list[bytes] = []
        self.calls: list[tuple[str, dict[str, str]]] = []

    def generate_data_key(self, **request: Any) -> dict[str, bytes]:
        self.calls.append(("generate", request["EncryptionContext"]))
        key = secrets.token_bytes(32)
        self.plaintexts.append(key)
        return {"Plaintext": key, "CiphertextBlob": str(self.plaintexts.index(key)).encode()}

    def decrypt(self, *, CiphertextBlob: bytes, **request: Any) -> dict[str, bytes]:
        self.calls.append(("decrypt", request["EncryptionContext"]))
        return {"Plaintext": self.plaintexts[int(CiphertextBlob)]}


@pytest.fixture
def seal(system: FaultySystem) -> Seal:
    return Seal(Keys(), "key", system.table)


def at_once(count: int, call: Any) -> list[int]:
    def status(_: int) -> int:
        try:
            call()
        except AppError as fact:
            return fact.status
        return 201

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(status, range(count)))


def context(system: FaultySystem) -> Context:
    return Context(ME, system.now, wiring.table(), wiring.settings())


def counted(system: FaultySystem) -> list[dict[str, Any]]:
    return wiring.table().query("REGION#SW", "QUARTER#2027-Q1#REFLECTION#").items


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_16_counted_at_once_stand_for_one_author(
    system: FaultySystem, seal: Seal, conflicts: float
) -> None:
    system.wire(conflicts)
    form = Reflect(**WORDS, visibility="counted")
    came_back = at_once(16, lambda: reflections_service.reflect(form, context(system), seal))
    assert set(came_back) <= {201, 409} and 201 in came_back
    found = counted(system)
    assert len(found) == came_back.count(201)
    assert [each["first_of_quarter"] for each in found].count(True) == 1
    own = wiring.table().query("MEMBER#m1", "REFLECTION#").items
    assert len(own) == len(found)


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_16_who_share_the_first_at_once_make_one_key_for_the_region(
    system: FaultySystem, conflicts: float
) -> None:
    system.wire(conflicts)
    kms = Keys()
    people = [ME.model_copy(update={"id": f"m{number}"}) for number in range(16)]
    form = Reflect(**WORDS, visibility="community")

    def share() -> None:
        ctx = Context(people.pop(), system.now, wiring.table(), wiring.settings())
        reflections_service.reflect(form, ctx, Seal(kms, "key", wiring.table()))

    assert at_once(16, share) == [201] * 16
    key = system.table.get(sealing_key("REGION#SW"))
    shared = system.table.query("REGION#SW", "REFLECTION#").items
    assert key and {each["sealed"]["owner_key"] for each in shared} == {key["key"]}
    kms.calls.clear()
    found, _ = Reflections(system.table, Seal(kms, "key", system.table)).list_shared("SW", None)
    assert [each.words.feelings for each in found] == ["about feelings"] * 16
    assert kms.calls == [("decrypt", {"owner": "SW"})]


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_a_draft_sent_16_times_at_once_is_one_reflection(
    system: FaultySystem, seal: Seal, conflicts: float
) -> None:
    system.wire(conflicts)
    drafts = Drafts(wiring.table(), seal)
    for step in STEPS:
        saved = drafts.save(ME.id, step, f"about {step}", system.now)
    form = Submit(draft=saved, visibility="counted")
    came_back = at_once(16, lambda: draft_service.submit(form, context(system), seal))
    assert sorted(came_back) == [201] + [409] * 15
    assert len(counted(system)) == 1
    assert len(wiring.table().query("MEMBER#m1", "REFLECTION#").items) == 1
    assert not drafts.exists(ME.id)


def test_taken_back_while_another_is_written_leaves_one_who_stands_for_the_author(
    system: FaultySystem, seal: Seal
) -> None:
    system.wire(0.2)
    form = Reflect(**WORDS, visibility="counted")
    first = [reflections_service.reflect(form, context(system), seal).id for _ in range(4)]
    work = [
        lambda each=each: reflections_service.withdraw(each, context(system), seal)
        for each in first
    ]
    work += [lambda: reflections_service.reflect(form, context(system), seal)] * 4
    at_once(8, lambda: work.pop()())
    flags = [each["first_of_quarter"] for each in counted(system)]
    assert flags.count(True) == (1 if flags else 0)


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_a_change_sent_16_times_at_once_is_one_version(
    system: FaultySystem, seal: Seal, conflicts: float
) -> None:
    system.wire(conflicts)
    drafts = Drafts(wiring.table(), seal)
    form = Reflect(**WORDS, visibility="counted")
    made = reflections_service.reflect(form, context(system), seal)
    came_back = at_once(16, lambda: revisions.begin(made.id, context(system), seal))
    assert set(came_back) <= {201, 409} and 201 in came_back
    change = Submit(draft=str(drafts.read(ME.id).saved_at), visibility="community")
    came_back = at_once(16, lambda: draft_service.submit(change, context(system), seal))
    assert sorted(came_back) == [201] + [409] * 15
    own = Reflections(wiring.table(), seal).find(made.id, ME.id, None)
    assert own is not None and (own.version, own.visibility) == (2, "community")
    assert len(wiring.table().query("MEMBER#m1", "VERSION#").items) == 1
    shared = wiring.table().query("REGION#SW", "REFLECTION#").items
    assert [each["id"] for each in shared] == [made.id]
    assert [each["first_of_quarter"] for each in counted(system)] == [True]
