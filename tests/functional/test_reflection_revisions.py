"""Changing a reflection later: who may, what readers and figures see of it, and what is kept of before."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Delete, Update, Write
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.membership.model import Member
from comhar.reflections import addition_items, additions, group
from comhar.reflections.keys import own_key
from comhar.reflections.model import STEPS
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.sample_region import OFFICE

NOW = datetime(2027, 2, 20, 10, tzinfo=UTC)
CANARY = "heron-7719"
WORDS = {step: f"{step} at first" for step in STEPS}
REVIEW = "/reflections/new/review"
COUNTED = "QUARTER#2027-Q1#REFLECTION#"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[datetime]]:
    """The time, which a test may move by changing the list's only entry."""
    now = [NOW]
    monkeypatch.setattr(wiring, "clock", lambda: now[0])
    yield now


class Person:
    """A member who asks as a program, signed in anew for each test."""

    def __init__(self, cloud: Cloud, member: Member) -> None:
        self.cloud, self.member, self.bearer = cloud, member, cloud.session(member)

    def ask(self, method: str, path: str, body: Any = None) -> GatewayResponse:
        return self.cloud.call(method, path, body, bearer=self.bearer)

    def done(self, path: str, body: Any = None) -> Any:
        answer = self.ask("POST", path, body)
        assert answer.status in (200, 201), answer.text
        return answer.json

    def wrote(self, visibility: str = "private") -> str:
        """The path of a new reflection."""
        made = self.done("/reflections", WORDS | {"visibility": visibility})
        return f"/reflections/{made['id']}"

    def reads(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status == 200, answer.text
        return answer.json

    def saves(self, visibility: str) -> GatewayResponse:
        draft = self.reads(REVIEW)["draft"]
        return self.ask("POST", REVIEW, {"draft": draft, "visibility": visibility})

    def changes(self, path: str, visibility: str, text: str = "changed") -> None:
        self.done(f"{path}/change")
        self.done("/reflections/new/feelings", {"text": text})
        assert self.saves(visibility).status == 201


@pytest.fixture
def ann(cloud: Cloud) -> Person:
    return Person(cloud, cloud.member(region="MW", name="Ann"))


@pytest.fixture
def ben(cloud: Cloud) -> Person:
    return Person(cloud, cloud.member(region="MW", name="Ben"))


def rows(start: str) -> list[dict[str, Any]]:
    return wiring.table().query("REGION#MW", start).items


@pytest.fixture(autouse=True)
def nothing_of_the_test_before(cloud: Cloud) -> None:
    for start in ("REFLECTION#", COUNTED):
        for row in rows(start):
            wiring.table().transact([Delete((row["pk"], row["sk"]))])


# Refusals


def test_nobody_changes_or_reads_versions_of_what_is_not_theirs(ann: Person, ben: Person) -> None:
    path = ann.wrote("community")
    ann.changes(path, "community", CANARY)
    before = ben.cloud.written()
    assert ben.ask("POST", f"{path}/change").status == 404
    assert ben.ask("GET", f"{path}/versions").status == 404
    assert ben.cloud.written() == before


def test_a_draft_that_waits_is_not_lost_to_a_change(ann: Person) -> None:
    path = ann.wrote()
    ann.done("/reflections/new/feelings", {"text": CANARY})
    refused = ann.ask("POST", f"{path}/change")
    assert (refused.status, refused.json["type"]) == (409, "urn:comhar:draft-waits")
    assert "delete that draft" in refused.json["next"]
    assert ann.reads("/reflections/new/feelings")["text"] == CANARY


def test_who_is_not_confirmed_shares_by_no_change_either(cloud: Cloud) -> None:
    newcomer = Person(cloud, cloud.member(region="MW", confirmed=False))
    path = newcomer.wrote()
    newcomer.done(f"{path}/change")
    refused = newcomer.saves("community")
    assert (refused.status, refused.json["type"]) == (403, "urn:comhar:not-yet-sharing")
    assert rows("REFLECTION#") == []
    assert newcomer.reads(REVIEW)["words"] == WORDS


def test_who_moved_away_shares_nothing_in_the_community_they_left(
    cloud: Cloud, ann: Person
) -> None:
    ann.done(f"{ann.wrote()}/change")
    ann.done("/me/region", {"region": "SW"})
    office = cloud.session(OFFICE)
    cloud.call("POST", f"/members/{ann.member.id}/confirm", bearer=office)
    assert ann.reads("/me")["confirmed"]
    refused = ann.saves("community")
    assert (refused.status, refused.json["type"]) == (403, "urn:comhar:not-yet-sharing")
    assert rows("REFLECTION#") == []
    assert ann.saves("private").status == 201


def test_a_change_with_a_step_emptied_is_refused_and_kept(ann: Person) -> None:
    path = ann.wrote()
    ann.done(f"{path}/change")
    ann.done("/reflections/new/feelings", {"go": "later"})
    refused = ann.saves("private")
    assert refused.status == 422
    assert [each["field"] for each in refused.json["errors"]] == ["feelings"]
    assert ann.reads(path)["feelings"] == WORDS["feelings"]


# What becomes of it


def test_readers_see_no_change_before_it_is_saved_and_then_the_whole(
    ann: Person, ben: Person, clock: list[datetime]
) -> None:
    path = ann.wrote("community")
    ann.done(f"{path}/change")
    ann.done("/reflections/new/feelings", {"text": CANARY})
    assert ben.reads(path) == ann.reads(path) | {"mine": False}
    assert ben.reads(path)["feelings"] == WORDS["feelings"]
    clock[0] += timedelta(hours=2)
    assert ann.saves("community").status == 201
    seen = ben.reads(path)
    assert (seen["feelings"], seen["analysis"]) == (CANARY, WORDS["analysis"])
    assert seen["changed_at"].startswith("2027-02-20T12:00")
    assert ann.ask("GET", REVIEW).status == 409


def test_earlier_versions_stay_for_the_author_newest_first(
    ann: Person, clock: list[datetime]
) -> None:
    path = ann.wrote("community")
    for text in ("once", "twice"):
        clock[0] += timedelta(hours=1)
        ann.changes(path, "community", text)
    assert (ann.reads(path)["feelings"], ann.reads(path)["version"]) == ("twice", 3)
    found = ann.reads(f"{path}/versions")["versions"]
    assert [(each["version"], each["feelings"]) for each in found] == [
        (2, "once"),
        (1, WORDS["feelings"]),
    ]
    assert found[1]["saved_at"].startswith("2027-02-20")


def test_a_change_begun_twice_goes_on_with_what_was_written(ann: Person) -> None:
    path = ann.wrote()
    ann.done(f"{path}/change")
    ann.done("/reflections/new/feelings", {"text": CANARY})
    ann.done(f"{path}/change")
    review = ann.reads(REVIEW)
    assert review["words"]["feelings"] == CANARY
    assert path.endswith(review["changes"])


def test_a_change_of_what_was_deleted_meanwhile_is_kept_as_a_new_one(ann: Person) -> None:
    path = ann.wrote()
    ann.done(f"{path}/change")
    ann.done("/reflections/new/feelings", {"text": CANARY})
    ann.done(f"{path}/delete")
    saved = ann.saves("private")
    assert saved.status == 201
    assert ann.reads(f"/reflections/{saved.json['id']}")["feelings"] == CANARY


@pytest.mark.parametrize("before", ["private", "counted", "community"])
@pytest.mark.parametrize("after", ["private", "counted", "community"])
def test_what_is_counted_and_shared_follows_the_change(
    ann: Person, ben: Person, before: str, after: str
) -> None:
    path = ann.wrote(before)
    other = ann.wrote("counted")
    ann.changes(path, after)
    shared, counted = rows("REFLECTION#"), rows(COUNTED)
    assert len(shared) == (after == "community")
    assert len(counted) == 1 + (after != "private")
    assert [each["first_of_quarter"] for each in counted].count(True) == 1
    assert ben.ask("GET", path).status == (200 if after == "community" else 404)
    assert ann.reads(path)["visibility"] == after
    for each in (path, other):
        ann.done(f"{each}/delete")
    assert rows("REFLECTION#") == rows(COUNTED) == []


def test_one_taken_back_can_be_shared_again_by_a_change(ann: Person, ben: Person) -> None:
    path = ann.wrote("community")
    ann.done(f"{path}/withdraw")
    ann.changes(path, "counted")
    assert len(rows(COUNTED)) == 1
    ann.changes(path, "community")
    assert ben.reads(path)["feelings"] == "changed"


def test_nothing_is_left_of_what_is_deleted_versions_and_additions_included(
    ann: Person, ben: Person
) -> None:
    path = ann.wrote("community")
    ann.changes(path, "community")
    ben.done(f"{path}/additions", {"text": CANARY})
    assert [each["text"] for each in ann.reads(path)["additions"]] == [CANARY]
    ann.done(f"{path}/delete")
    own = wiring.table().query(f"MEMBER#{ann.member.id}").items
    assert not [
        each["sk"] for each in own if "REFLECTION#" in each["sk"] or "VERSION" in each["sk"]
    ]
    assert wiring.table().query(f"REFLECTION#{path.rpartition('/')[2]}").items == []
    assert wiring.table().query(f"MEMBER#{ben.member.id}", "ADDITION#").items == []


@pytest.mark.parametrize("deed", ["withdraw", "delete", "change"])
def test_one_kept_before_there_were_versions_is_withdrawn_deleted_and_changed(
    ann: Person, deed: str
) -> None:
    path = ann.wrote("counted")
    own = own_key(ann.member.id, path.rpartition("/")[2])
    wiring.table().transact([Update(own, remove=["version"])])
    if deed == "change":
        ann.changes(path, "private")
        assert ann.reads(path)["version"] == 2
    else:
        ann.done(f"{path}/{deed}")
    assert rows(COUNTED) == []


def test_one_shared_before_anybody_could_add_is_added_to_and_taken_back(
    ann: Person, ben: Person
) -> None:
    path = ann.wrote("community")
    (row,) = rows("REFLECTION#")
    wiring.table().transact([Update((row["pk"], row["sk"]), remove=["revision"])])
    assert ann.reads(path)["additions"] == []
    ann.done(f"{path}/withdraw")
    ann.changes(path, "community")
    (row,) = rows("REFLECTION#")
    wiring.table().transact([Update((row["pk"], row["sk"]), remove=["revision"])])
    for text in ("one", "two"):
        ben.done(f"{path}/additions", {"text": text})
    assert {each["text"] for each in ann.reads(path)["additions"]} == {"one", "two"}


def test_who_adds_while_it_is_made_private_leaves_nothing_behind(
    ann: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ann.wrote("community")
    found, late = addition_items.delete_writes, [ben]

    def meanwhile(table: Table, reflection: str) -> list[Write]:
        deletes = found(table, reflection)
        if late:
            member = late.pop().member  # a route inside a route would lose its caller
            ctx = Context(member, NOW, table, wiring.settings())
            additions.add(reflection, group.Add(text=CANARY), ctx, wiring.encryption())
        return deletes

    monkeypatch.setattr(addition_items, "delete_writes", meanwhile)
    refused = ann.ask("POST", f"{path}/withdraw")
    assert refused.status == 409
    ann.done(f"{path}/withdraw")
    assert wiring.table().query(f"REFLECTION#{path.rpartition('/')[2]}").items == []


def test_the_download_holds_every_version(ann: Person) -> None:
    path = ann.wrote()
    ann.changes(path, "private", CANARY)
    stored = ann.reads("/me/data.json")["reflections"]
    assert [(each["version"], each["feelings"]) for each in stored] == [
        (2, CANARY),
        (1, WORDS["feelings"]),
    ]


def test_all_of_mine_and_nobody_elses_are_printed_in_full(ann: Person, ben: Person) -> None:
    ben.wrote("community")
    own = [ann.wrote() for _ in range(21)]
    first = ann.reads("/reflections/print")
    rest = ann.cloud.call(
        "GET", "/reflections/print", bearer=ann.bearer, query={"cursor": first["next"]}
    ).json
    printed = [each["id"] for each in [*first["reflections"], *rest["reflections"]]]
    assert sorted(printed) == sorted(path.rpartition("/")[2] for path in own)
    assert first["reflections"][0]["feelings"] == WORDS["feelings"]
    assert rest["next"] is None
