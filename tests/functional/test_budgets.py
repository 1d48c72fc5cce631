"""How many AWS calls each thing takes, and that history makes none of them take more."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from comhar import wiring
from comhar.due_work.migrations import is_done
from comhar.membership import repository as membership_repository
from local import openapi
from tests.support import cloud as clouds
from tests.support.cloud import Cloud, Context
from tests.support.sample_community import SampleCommunity, build_community

FORM = {"name": "Tadhg Ó Conchubhair", "region": "SW", "role": "area_lead_for_engagement"}
PAGES = [
    "/me",
    "/communities/{region}",
    "/communities/{region}/meetings",
    "/communities/{region}/meetings/new",
    "/communities/{region}/chairs",
    "/communities/{region}/actions",
    "/communities/{region}/surveys",
    "/communities/{region}/surveys/{id}/over-time",
    "/communities/{region}/surveys/{id}/said/{entry}/edit",
    "/meetings/{id}",
    "/meetings/{id}/close",
    "/meetings/{id}/run",
    "/meetings/{id}/attendance",
    "/meetings/{id}/statement",
    "/meetings/{id}/topics",
    "/meetings/{id}/answers",
    "/meetings/{id}/place",
    "/meetings/{id}/reflection",
    "/meetings/{id}/reflection/share",
    "/meetings/{id}/reflection/{step}",
    "/meetings/{id}/reschedule",
    "/reflections",
    "/reflections/new",
    "/reflections/{id}",
    "/members/{id}",
    "/sign-up/{token}",
    "/sign-in/{token}",
    "/answer/{token}",
    "/communities/{region}/polls",
    "/communities/{region}/polls/new",
    "/communities/{region}/year/{year}",
    "/polls/{id}",
    "/poll/{token}",
    "/national/meetings",
    "/surveys/{token}",
    "/communities/{region}/evaluations",
    "/communities/{region}/questionnaires",
    "/communities/{region}/questionnaires/new",
    "/communities/{region}/questionnaires/{key}/start",
    "/questionnaires/{id}",
    "/questionnaires/{id}/preview",
    "/questionnaires/{id}/lines/{line}",
]


@pytest.fixture(scope="module")
def community() -> Iterator[SampleCommunity]:
    with clouds.open_cloud() as cloud:
        community = build_community(cloud)
        for step in openapi.load("clock").MIGRATIONS:
            assert is_done(wiring.table(), step.name)  # from here on no read of it
        yield community


@contextmanager
def counted() -> Iterator[Counter]:
    """Every call that leaves for DynamoDB or SES meanwhile, by operation."""
    calls: Counter = Counter()

    def count(model, **rest) -> None:
        calls[model.name] += 1

    clients = [wiring.table()._client, wiring.letter_sender()._client]
    for client in clients:
        client.meta.events.register("before-call", count)
    yield calls
    for client in clients:
        client.meta.events.unregister("before-call", count)


def read_by(community: SampleCommunity, route: str) -> int:
    path = community.path(route)
    with counted() as calls:
        answer = community.cloud.call("GET", path, bearer=community.chair, html=True)
    assert answer.status == 200, path
    return calls.total()


@pytest.mark.parametrize("route", PAGES)
def test_a_page_takes_at_most_three_reads(community: SampleCommunity, route: str):
    # the home page asks for the region's meetings and polls, and for the meetings of all; a close for
    # open actions too; the session's batch comes first
    # a member's history is read by alias and, for lines of before, by id; then whose the aliases are
    # a community's people are found by name, then read with their details; the session's batch comes first
    more = {
        "/me": 4,
        "/polls/{id}": 4,
        "/meetings/{id}/close": 4,
        "/members/{id}": 5,
        "/communities/{region}": 4,
    }
    assert read_by(community, route) <= more.get(route, 3)


@pytest.mark.parametrize("route", ["/members", "/reports/kpi", "/national/surveys/cop_review"])
def test_a_page_of_the_office_takes_at_most_three_reads(community: SampleCommunity, route: str):
    with counted() as calls:
        answer = community.cloud.call("GET", route, bearer=community.office, html=True)
    assert answer.status == 200
    reads = (
        calls.total() - calls["TransactWriteItems"] - calls["PutItem"]
    )  # that somebody looked is noted
    assert reads <= 3


def test_a_sign_up_takes_five_calls(community: SampleCommunity):
    # two queries: links from before addresses were keyed lie under the plain digest, till they run out
    with counted() as calls:
        answer = community.cloud.call("POST", community.path("/sign-up/{token}"), FORM)
    assert answer.status == 201
    assert calls == {"GetItem": 1, "BatchGetItem": 1, "Query": 2, "TransactWriteItems": 1}


def test_answering_a_survey_takes_two_calls(community: SampleCommunity):
    with counted() as calls:
        body = {"answers": {"satisfaction": 5}}
        answer = community.cloud.call("POST", community.path("/surveys/{token}"), body)
    assert answer.status == 201
    assert calls == {"BatchGetItem": 1, "TransactWriteItems": 1}


@pytest.mark.parametrize("function", ["clock", "mailer"])
def test_a_sweep_with_nothing_due_takes_one_query(community: SampleCommunity, function: str):
    openapi.load("clock").handler({}, Context())
    openapi.load("mailer").handler({}, Context())
    with counted() as calls:
        openapi.load(function).handler({}, Context())
    assert calls == {"Query": 1}


def test_a_letter_takes_three_calls_and_one_to_ses(community: SampleCommunity):
    member = community.cloud.member()
    put = membership_repository.welcome_letter_write(member, wiring.clock())
    wiring.table().transact([put])
    with counted() as calls:
        assert wiring.mailer().post((put.item["pk"], put.item["sk"])).state == "sent"
    assert calls.pop("SendEmail") == 1
    assert calls.total() <= 3


def test_no_page_reads_more_after_years_of_history(community: SampleCommunity):
    before = {
        route: read_by(community, route) for route in ("/me", "/communities/{region}/meetings")
    }
    cloud: Cloud = community.cloud
    for _ in range(12):
        _quarter(cloud, community.office)
    for route, calls in before.items():
        community.chair = cloud.session(cloud.people[0])
        assert read_by(community, route) == calls


def _quarter(cloud: Cloud, office: str) -> None:
    """One more meeting, cancelled once its day is past."""
    day = (cloud.now + timedelta(days=45)).strftime("%Y-%m-%dT10:00")
    office = cloud.session("office@example.com")
    wanted = {"kind": "quarterly", "starts_at": day, "mode": "online"}
    meeting = cloud.call("POST", "/communities/SW/meetings", wanted, bearer=office).json["id"]
    cloud.now += timedelta(days=91)
    office = cloud.session("office@example.com")
    cancelled = {"reason": "It did not happen."}
    answer = cloud.call("POST", f"/meetings/{meeting}/cancel", cancelled, bearer=office)
    assert answer.status == 200
