"""What a stack of commit 07107ac had saved reads the same before today's stack moves it, and afterwards."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from local import openapi
from tests.support.saved_stack import SavedStack
from tests.support.stack_users import OFFICE

pytestmark = pytest.mark.xdist_group("moved folder")
REGION = [
    *("", "/meetings", "/actions", "/polls", "/surveys", "/reflections", "/year/2027"),
    *("/chairs", "/actions/new", "/questionnaires"),
]
NATIONAL = [
    *(
        "/members",
        "/members?region=SW",
        "/members?status=active",
        "/members?role=recovery_educator",
    ),
    *("/members/names", "/meetings/unconfirmed", "/national/meetings", "/reports/kpi"),
    *("/reports/kpi/2027-Q1", "/reports/kpi/2027-Q2", "/national/surveys/cop_review"),
]
MEETING = {
    "held": ["", "/record", "/agenda", "/answers"],
    "scheduled": ["", "/agenda", "/answers", "/topics", "/items/new", "/lead", "/close"],
}
Item = dict[str, Any]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SavedStack]:
    running = SavedStack(tmp_path_factory.mktemp("moved") / "stack", saved_by="07107ac")
    running.start()
    yield running
    running.stop()


def items(saved: SavedStack) -> list[Item]:
    """Every item of the core table, by plain values; tests may scan, the product may not."""
    client = saved.dynamodb()
    name = next(each for each in client.list_tables()["TableNames"] if "Core" in each)
    pages = client.get_paginator("scan").paginate(TableName=name)
    return [
        {name: next(iter(value.values())) for name, value in item.items()}
        for page in pages
        for item in page["Items"]
    ]


def answers(saved: SavedStack, sessions: dict[str, str]) -> dict[tuple[str, str], Any]:
    """What three readers are told at each address."""
    paths = ["/me", "/reflections", *NATIONAL]
    paths += [f"/communities/{code}{rest}" for code in ("SW", "DNE") for rest in REGION]
    paths += [
        f"/meetings/{meeting}{rest}"
        for meeting, state in saved.saved["meetings"].items()
        for rest in MEETING[state]
    ]
    responses = {}
    for who, session in sessions.items():
        polls = saved.get("/communities/SW/polls", session=session).json
        own = [f"/polls/{poll['id']}" for poll in [*polls.get("open", []), *polls.get("over", [])]]
        for path in [*paths, *own]:
            answer = saved.get(path, session=session)
            page = answer.json
            if path == "/me":  # what waits for the office is noted by the move
                page = {**page, "waiting": [], "count": 0}
            responses[who, path] = answer.status, page
    return responses


def test_every_page_says_the_same_before_and_after_the_move_and_nothing_is_left_where_it_lay(
    saved: SavedStack,
) -> None:
    emails = {who: saved.email_of(who) for who in ("chair", "member")} | {"office": OFFICE}
    sessions = {who: saved.sign_in(email) for who, email in emails.items()}
    before = answers(saved, sessions)
    assert Counter(status for status, _ in before.values())[200] > 80
    steps = [step.name for step in openapi.load("clock").MIGRATIONS]
    assert not any(item["sk"] == "MOVES" and item["done"] for item in items(saved))
    for minutes in (1, 6):  # it is planned, and it is due
        saved.advance(f"PT{minutes}M")
    (work,) = [item for item in items(saved) if item["sk"] == "MOVES"]
    assert [step["S"] for step in work["done"]] == steps
    after = answers(saved, sessions)
    assert {what: response for what, response in after.items() if response != before[what]} == {}
    assert_moved(items(saved))


def assert_moved(stored: list[Item]) -> None:
    """Nothing lies where it lay, and what is counted is what there is."""
    for item in stored:
        kind = item["sk"].partition("#")[0]
        assert kind != "COUNTED"
        assert not (item["pk"].startswith("MEETING#") and kind in ("ANSWER", "VOTE"))
        assert not (item["pk"].startswith("REGION#") and kind == "ACTION" and "done_on" in item)
    members = [
        item
        for item in stored
        if item["pk"] == "REGISTER" and item["status"] not in ("moved", "erased")
    ]
    listed = {item["sk"].rpartition("#")[2] for item in stored if item["pk"] == "PEOPLE"}
    assert listed == {member["id"] for member in members}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for item in stored:
        if item["pk"] == "COUNTS":
            region = item["sk"].partition("#")[0]
            counts[region].update(
                {name: int(n) for name, n in item.items() if name not in ("pk", "sk")}
            )
    for member in members:
        counts[member["region"]][member["status"]] -= 1
        if member["status"] == "active" and member.get("confirmed"):
            counts[member["region"]][f"readers_{member.get('role') or 'other'}"] -= 1
    assert all(not n for region in counts.values() for n in region.values())
