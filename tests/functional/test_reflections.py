"""Reflections through their routes: who may write, who may read, and what the table then holds."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Update
from comhar.aws.dynamodb import from_raw
from comhar.meetings.model import Meeting
from comhar.meetings.repository import get_rules, insert_meeting_writes
from comhar.reflections.keys import shared_key
from comhar.reflections.model import STEPS
from tests.support import fake_aws
from tests.support.cloud import Cloud

NOW = datetime(2027, 2, 20, 10, tzinfo=UTC)
CANARY = "kingfisher-0451"
WORDS = {step: f"{step} {CANARY}" for step in STEPS}
KEPT_EXACTLY = (
    "Bhí brón orm 😔 👩🏽‍⚕️ – ‏لا أعرف‏ 漢字 Ó Súilleabháin\n\ttwo  spaces “quoted” <b>&amp;"
)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[datetime]]:
    """The time, which a test may move by changing the list's only entry."""
    now = [NOW]
    monkeypatch.setattr(wiring, "clock", lambda: now[0])
    yield now


def write(cloud: Cloud, bearer: str, **more: Any) -> Any:
    answer = cloud.call("POST", "/reflections", WORDS | more, bearer=bearer)
    assert answer.status == 201, answer
    return answer.json


def rows(region: str, start: str) -> list[dict[str, Any]]:
    return wiring.table().query(f"REGION#{region}", start).items


def everything(cloud: Cloud) -> str:
    """All that the tables hold, as it is stored."""
    client = fake_aws.client("dynamodb")
    names = [table.name for table in cloud.template.tables.values()]
    found = [client.scan(TableName=name)["Items"] for name in names]
    return json.dumps(found, ensure_ascii=False, default=lambda raw: raw.decode("latin-1"))


def stored_items(cloud: Cloud) -> list[dict[str, Any]]:
    """All that the core table holds."""
    rows = cloud.fake_aws.memory.tables[cloud.template.tables["CoreTable"].name]
    return [from_raw(raw) for raw in rows.items()]


# Refusals


def test_who_is_no_active_member_writes_none(cloud: Cloud) -> None:
    pending = cloud.session(cloud.member(status="pending", confirmed=False))
    office = cloud.session("office@example.com")
    before = cloud.stored()
    for bearer in (pending, office):
        for path, body in (
            ("/reflections", WORDS),
            ("/reflections/new", {"meeting": "none"}),
            ("/reflections/new/feelings", {"text": "x"}),
            ("/reflections/new/review", {"draft": "x", "visibility": "private"}),
        ):
            assert cloud.call("POST", path, body, bearer=bearer).status == 403
        for path in ("/reflections/new", "/reflections/new/feelings", "/reflections/new/review"):
            assert cloud.call("GET", path, bearer=bearer).status == 403
    assert cloud.stored() == before


def test_who_is_not_confirmed_neither_shares_nor_reads_what_is_shared(cloud: Cloud) -> None:
    shared = write(cloud, cloud.session(cloud.member()), visibility="community")
    newcomer = cloud.session(cloud.member(confirmed=False))
    answer = cloud.call(
        "POST", "/reflections", WORDS | {"visibility": "community"}, bearer=newcomer
    )
    assert (answer.status, answer.json["type"]) == (403, "urn:comhar:not-yet-sharing")
    assert cloud.call("GET", f"/reflections/{shared['id']}", bearer=newcomer).status == 404
    assert cloud.call("GET", "/reflections", query={"region": "SW"}, bearer=newcomer).status == 403
    write(cloud, newcomer, visibility="counted")


def test_what_is_shared_is_for_that_community_alone(cloud: Cloud) -> None:
    shared = write(cloud, cloud.session(cloud.member()), visibility="community")
    elsewhere = cloud.member(region="MW", chair_of=("MW",))
    for bearer in (cloud.session(elsewhere), cloud.session("office@example.com")):
        assert cloud.call("GET", f"/reflections/{shared['id']}", bearer=bearer).status == 404
        listed = cloud.call("GET", "/reflections", query={"region": "SW"}, bearer=bearer)
        assert listed.status == 403 and CANARY not in listed.text


def test_a_private_one_is_found_nowhere_but_with_its_author(
    cloud: Cloud, capfd: pytest.CaptureFixture[str]
) -> None:
    author = cloud.session(cloud.member())
    canary = "heron-7319"
    words = {step: canary for step in STEPS}
    made = write(cloud, author, **words)
    counted = write(cloud, author, **words, visibility="counted")
    cloud.call("POST", "/reflections/new/feelings", {"text": canary}, bearer=author)
    others = [
        cloud.session(cloud.member(chair_of=("SW",))),
        cloud.session(cloud.member()),
        cloud.session("office@example.com"),
    ]
    for bearer in others:
        for each in (made["id"], counted["id"]):
            for path in (f"/reflections/{each}", f"/reflections/{each}/delete"):
                for html in (False, True):
                    answer = cloud.call("GET", path, bearer=bearer, html=html)
                    assert answer.status == 404 and canary not in answer.text
            for verb in ("withdraw", "delete"):
                assert (
                    cloud.call("POST", f"/reflections/{each}/{verb}", bearer=bearer).status == 404
                )
        for query in ({}, {"region": "SW"}):
            assert canary not in cloud.call("GET", "/reflections", query=query, bearer=bearer).text
    assert canary not in everything(cloud)
    assert canary in cloud.call("GET", f"/reflections/{made['id']}", bearer=author).text
    out, err = capfd.readouterr()
    assert canary not in out + err


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"description": None}, "description"),
        ({"analysis": "x" * 10_001}, "analysis"),
        ({"feelings": ["x"]}, "feelings"),
        ({"feelings": "   "}, "feelings"),
        ({"visibility": "everyone"}, "visibility"),
        ({"kind": "gossip"}, "kind"),
        ({"meeting": "SW-unknown"}, "meeting"),
        ({"meeting": "MW-unknown"}, "meeting"),
        ({"author": "somebody"}, "author"),
    ],
)
def test_bad_fields_are_named_and_nothing_is_stored(
    cloud: Cloud, change: dict[str, Any], field: str
) -> None:
    bearer = cloud.session(cloud.member())
    before = cloud.stored()
    answer = cloud.call("POST", "/reflections", WORDS | change, bearer=bearer)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)
    assert CANARY not in answer.text
    assert cloud.stored() == before


@pytest.mark.parametrize("id", ["SW-1", "x", "SW-" + "é" * 150, "REGION#SW", "%2e%2e"])
def test_an_id_that_is_nothing_is_not_found(cloud: Cloud, id: str) -> None:
    bearer = cloud.session(cloud.member())
    for method, rest in (
        ("GET", ""),
        ("GET", "/delete"),
        ("POST", "/delete"),
        ("POST", "/withdraw"),
    ):
        assert cloud.call(method, f"/reflections/{id}{rest}", bearer=bearer).status == 404


@pytest.mark.parametrize("region", [{}, {"region": "SW"}])
@pytest.mark.parametrize("cursor", ["x", "SW-", "x" * 300, "SW-" + "0" * 21, "SURVEY#"])
def test_an_odd_cursor_is_refused(cloud: Cloud, cursor: str, region: dict[str, str]) -> None:
    bearer = cloud.session(cloud.member())
    query = region | {"cursor": cursor}
    answer = cloud.call("GET", "/reflections", query=query, bearer=bearer)
    assert (answer.status, answer.json["detail"]) == (400, "This page of the list does not exist.")
    first = cloud.call("GET", "/reflections", query=region | {"cursor": ""}, bearer=bearer)
    assert first.status == 200


# Writing and reading


def test_it_is_private_unless_said_and_comes_back_exactly(cloud: Cloud) -> None:
    bearer = cloud.session(cloud.member())
    made = write(cloud, bearer, description=KEPT_EXACTLY, kind="problem_solving")
    assert made["id"].startswith("SW-") and made["visibility"] == "private"
    found = cloud.call("GET", f"/reflections/{made['id']}", bearer=bearer).json
    assert found["description"] == KEPT_EXACTLY
    assert found["action_plan"] == WORDS["action_plan"]
    assert (found["mine"], found["kind"], found["region"]) == (True, "problem_solving", "SW")
    assert rows("SW", f"REFLECTION#{made['id']}") == []


@pytest.mark.parametrize("letter", ["a", "á", "م", "😔"])
def test_each_step_takes_ten_thousand_characters_of_any_kind(cloud: Cloud, letter: str) -> None:
    bearer = cloud.session(cloud.member())
    words = {step: letter * 10_000 for step in STEPS}
    body = json.dumps(words | {"visibility": "community"}, ensure_ascii=False)
    made = cloud.call("POST", "/reflections", body, bearer=bearer)
    assert made.status == 201
    found = cloud.call("GET", f"/reflections/{made.json['id']}", bearer=bearer).json
    assert {step: found[step] for step in STEPS} == words


def test_colleagues_read_what_is_shared_with_its_author(cloud: Cloud) -> None:
    author = cloud.member(region="DNE", name="Cian Mac Giolla Phádraig")
    made = write(cloud, cloud.session(author), visibility="community")
    reader = cloud.session(cloud.member(region="DNE"))
    found = cloud.call("GET", f"/reflections/{made['id']}", bearer=reader).json
    assert found["by"] == {"name": author.name, "role": author.role} and not found["mine"]
    assert found["description"] == WORDS["description"]
    listed = cloud.call("GET", "/reflections", query={"region": "DNE"}, bearer=reader).json
    assert [each["id"] for each in listed["reflections"]] == [made["id"]]
    assert listed["reflections"][0]["opening"] == WORDS["description"]
    assert author.id not in json.dumps([found, listed])


def test_mine_are_listed_newest_first_a_page_at_a_time(cloud: Cloud, clock: list[datetime]) -> None:
    bearer = cloud.session(cloud.member())
    made = []
    for _ in range(23):
        clock[0] += timedelta(minutes=1)
        made.append(write(cloud, bearer)["id"])
    first = cloud.call("GET", "/reflections", bearer=bearer).json
    rest = cloud.call("GET", "/reflections", query={"cursor": first["next"]}, bearer=bearer).json
    listed = [each["id"] for page in (first, rest) for each in page["reflections"]]
    assert listed == made[::-1] and rest["next"] is None


def test_it_can_be_about_a_meeting_of_the_community(cloud: Cloud) -> None:
    meeting = a_meeting()
    bearer = cloud.session(cloud.member())
    made = write(cloud, bearer, meeting=meeting.id)
    found = cloud.call("GET", f"/reflections/{made['id']}", bearer=bearer).json
    assert found["meeting"] == meeting.id
    elsewhere = cloud.session(cloud.member(region="MW"))
    answer = cloud.call("POST", "/reflections", WORDS | {"meeting": meeting.id}, bearer=elsewhere)
    assert answer.status == 422


def a_meeting() -> Meeting:
    meeting = Meeting(
        id="SW-0meeting",
        region="SW",
        kind="quarterly",
        mode="online",
        starts_at=datetime(2027, 2, 18, 10),
        minutes=90,
        made_at=NOW - timedelta(days=30),
    )
    table = wiring.table()
    table.transact(insert_meeting_writes(meeting, get_rules(table, wiring.settings())))
    return meeting


# What is counted


def test_only_the_first_of_a_quarter_stands_for_its_author(
    cloud: Cloud, clock: list[datetime]
) -> None:
    bearer = cloud.session(cloud.member(region="DML"))
    write(cloud, bearer)
    write(cloud, bearer, visibility="counted")
    clock[0] += timedelta(minutes=1)
    write(cloud, bearer, visibility="community")
    clock[0] = datetime(2027, 4, 2, tzinfo=UTC)
    bearer = cloud.session(cloud.people[-1])
    write(cloud, bearer, visibility="community")
    first_of_quarter = [
        (row["sk"].split("#")[1], row["first_of_quarter"]) for row in rows("DML", "QUARTER#")
    ]
    assert sorted(first_of_quarter) == [
        ("2027-Q1", False),
        ("2027-Q1", True),
        ("2027-Q2", True),
    ]


@pytest.mark.parametrize("visibility", ["counted", "community"])
def test_what_counts_one_leads_to_it_from_its_author_alone(cloud: Cloud, visibility: str) -> None:
    author, before = cloud.member(region="DNE"), rows("DNE", "QUARTER#")
    write(cloud, cloud.session(author))
    assert rows("DNE", "QUARTER#") == before
    made = write(cloud, cloud.session(author), visibility=visibility)
    [row] = [row for row in rows("DNE", "QUARTER#") if row not in before]
    assert row.keys() == {"pk", "sk", "first_of_quarter"}
    secret = row["sk"].removeprefix("QUARTER#2027-Q1#REFLECTION#")
    assert len(secret) == 43  # 256 bits of chance: neither who, nor on which day of the quarter
    leading = [item for item in stored_items(cloud) if secret in str(item) and item != row]
    assert {item["pk"] for item in leading} == {f"MEMBER#{author.id}"}
    assert {item["sk"].partition("#")[0] for item in leading} == {"REFLECTION", "TALLY"}
    cloud.call("POST", f"/reflections/{made['id']}/withdraw", bearer=cloud.session(author))
    assert not [item for item in stored_items(cloud) if secret in str(item)]


def test_one_taken_back_leaves_the_author_counted_by_the_next(cloud: Cloud) -> None:
    bearer = cloud.session(cloud.member(region="DSE"))
    first = write(cloud, bearer, visibility="counted")
    second = write(cloud, bearer, visibility="community")
    third = write(cloud, bearer, visibility="community")

    def flags() -> list[bool]:
        found = rows("DSE", "QUARTER#2027-Q1#REFLECTION#")
        return [each["first_of_quarter"] for each in found]

    assert sorted(flags()) == [False, False, True]
    assert cloud.call("POST", f"/reflections/{first['id']}/withdraw", bearer=bearer).status == 200
    assert sorted(flags()) == [False, True]
    assert cloud.call("POST", f"/reflections/{third['id']}/delete", bearer=bearer).status == 200
    assert flags() == [True]
    assert cloud.call("POST", f"/reflections/{second['id']}/withdraw", bearer=bearer).status == 200
    assert flags() == []
    again = write(cloud, bearer, visibility="counted")
    assert flags() == [True]
    listed = cloud.call("GET", "/reflections", bearer=bearer).json["reflections"]
    assert {each["id"]: each["visibility"] for each in listed} == {
        again["id"]: "counted",
        second["id"]: "private",
        first["id"]: "private",
    }


def test_one_taken_back_is_read_by_its_author_alone(cloud: Cloud) -> None:
    bearer, reader = cloud.session(cloud.member()), cloud.session(cloud.member())
    made = write(cloud, bearer, visibility="community")
    path = f"/reflections/{made['id']}"
    assert cloud.call("GET", path, bearer=reader).status == 200
    assert cloud.call("POST", f"{path}/withdraw", bearer=reader).status == 404
    assert cloud.call("POST", f"{path}/delete", bearer=reader).status == 404
    assert cloud.call("POST", f"{path}/withdraw", bearer=bearer).status == 200
    assert cloud.call("GET", path, bearer=reader).status == 404
    assert cloud.call("GET", path, bearer=bearer).json["visibility"] == "private"
    again = cloud.call("POST", f"{path}/withdraw", bearer=bearer)
    assert (again.status, again.json["type"]) == (409, "urn:comhar:not-shared")
    assert cloud.call("POST", f"{path}/delete", bearer=bearer).status == 200
    assert cloud.call("GET", path, bearer=bearer).status == 404


# Search


def search(cloud: Cloud, bearer: str, **form: str) -> list[str]:
    answer = cloud.call("POST", "/reflections/search", form, bearer=bearer)
    assert answer.status == 200, answer.text
    return [each["id"] for each in answer.json["reflections"]]


def test_who_may_not_read_what_is_shared_does_not_search_it(cloud: Cloud) -> None:
    write(cloud, cloud.session(cloud.member()), visibility="community")
    for member in (cloud.member(confirmed=False), cloud.member(status="left", confirmed=True)):
        bearer = cloud.session(member)
        form = {"words": CANARY}
        assert cloud.call("POST", "/reflections/search", form, bearer=bearer).status in (401, 403)
    assert search(cloud, cloud.session(cloud.member(region="MW")), words=CANARY) == []


def test_a_search_finds_words_names_and_kinds_and_nothing_that_is_not_shared(cloud: Cloud) -> None:
    writer, reader = (cloud.session(cloud.member(name=n)) for n in ("Síle Ní Bhriain", "Ben"))
    shared = {"visibility": "community"}
    plain = write(cloud, writer, **shared)["id"]
    visit = write(cloud, writer, **shared, kind="visits", analysis="A café in Ennis")["id"]
    write(cloud, writer, analysis="A café of my own")
    assert search(cloud, reader, words="CAFE ennis") == [visit]
    assert sorted(search(cloud, reader, words="sile")) == sorted([visit, plain])
    assert search(cloud, reader, kind="visits") == [visit]
    assert search(cloud, reader, kind="visits", words=CANARY) == [visit]
    assert search(cloud, reader, words="nowhere") == []


def test_a_search_opens_the_newest_two_hundred_and_says_so(
    cloud: Cloud, clock: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comhar.reflections.service._SEARCHED", 20)
    clock[0] += timedelta(minutes=1)
    writer = cloud.session(cloud.member())
    oldest = write(cloud, writer, visibility="community", analysis="albatross")["id"]
    assert search(cloud, writer, words="albatross") == [oldest]
    clock[0] += timedelta(minutes=1)
    for _ in range(20):
        write(cloud, writer, visibility="community")
    form = {"words": "albatross"}
    page = cloud.call("POST", "/reflections/search", form=form, html=True, bearer=writer)
    assert "among the newest 20" in page.text and "No reflections match." in page.text


def test_a_search_that_is_too_long_is_refused_beside_its_box(cloud: Cloud) -> None:
    reader = cloud.session(cloud.member())
    form = {"words": "x" * 201}
    page = cloud.call("POST", "/reflections/search", form=form, html=True, bearer=reader)
    assert page.status == 422 and "x" * 201 in page.text


# The list of shared ones, and what is remembered


def test_the_list_says_the_kind_and_how_many_lines_were_added(
    cloud: Cloud, clock: list[datetime]
) -> None:
    clock[0] += timedelta(minutes=5)
    writer, reader = (cloud.session(cloud.member()) for _ in range(2))
    made = write(cloud, writer, visibility="community", kind="visits")["id"]

    def row() -> dict[str, Any]:
        page = cloud.call("GET", "/reflections", bearer=reader, query={"region": "SW"})
        return next(dict(each) for each in page.json["reflections"] if each["id"] == made)

    assert (row()["kind_title"], row()["additions"]) == ("Visiting one another", 0)
    path = f"/reflections/{made}/additions"
    added = [
        cloud.call("POST", path, {"text": text}, bearer=reader).json["id"] for text in ("a", "b")
    ]
    assert row()["additions"] == 2
    for _ in range(2):
        cloud.call("POST", f"{path}/{added[0]}/withdraw", {}, bearer=reader)
    assert row()["additions"] == 1
    page = cloud.call("GET", "/reflections", bearer=reader, query={"region": "SW"}, html=True)
    assert "1 addition to its action plan" in page.text


def test_one_shared_before_lines_were_counted_is_counted_when_somebody_adds(
    cloud: Cloud, clock: list[datetime]
) -> None:
    clock[0] += timedelta(minutes=9)
    writer = cloud.session(cloud.member())
    made = write(cloud, writer, visibility="community")["id"]
    path = f"/reflections/{made}/additions"
    cloud.call("POST", path, {"text": "a"}, bearer=writer)
    key = shared_key("SW", made)
    wiring.table().transact([Update(key, remove=["additions"])])

    def additions() -> int | None:
        page = cloud.call("GET", "/reflections", bearer=writer, query={"region": "SW"})
        rows = {each["id"]: each["additions"] for each in page.json["reflections"]}
        number: int | None = rows[made]
        return number

    assert additions() is None
    cloud.call("POST", path, {"text": "b"}, bearer=writer)
    assert additions() == 2


def test_the_next_reflection_offers_who_read_the_last(cloud: Cloud) -> None:
    bearer = cloud.session(cloud.member())

    def offered() -> str:
        cloud.call("POST", "/reflections/new/feelings", {"text": "Calm"}, bearer=bearer)
        page = cloud.call("GET", "/reflections/new/review", bearer=bearer)
        return str(page.json["visibility"])

    assert offered() == "private"
    write(cloud, bearer, visibility="community")
    assert offered() == "community"
    newcomer = cloud.session(cloud.member(confirmed=False))
    write(cloud, newcomer, visibility="counted")
    cloud.call("POST", "/reflections/new/feelings", {"text": "Calm"}, bearer=newcomer)
    page = cloud.call("GET", "/reflections/new/review", bearer=newcomer)
    assert page.json["visibility"] == "counted"
