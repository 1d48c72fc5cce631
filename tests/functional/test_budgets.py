"""What each page reads, and that neither history nor many members make it read more."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from comhar import data, wiring
from comhar.membership import repository as membership_repository
from local import openapi
from tests.support import cloud as clouds
from tests.support.cloud import Context
from tests.support.measured_reads import Measured, measure
from tests.support.moved_data import know_what_is_moved
from tests.support.proof_sizes import PROOF, sized
from tests.support.read_budgets import BUDGETS, MOST_CALLS, Budget
from tests.support.read_counter import count_reads
from tests.support.sample_community import SampleCommunity, build_community

FEW, MANY = 155, sized(700, 10_000)  # members
SHORT, LONG = 1, sized(3, 10)  # years
SIZES = [(FEW, SHORT), (FEW, LONG), (MANY, SHORT), *([(MANY, LONG)] if PROOF else [])]
FORM = {"name": "Tadhg Ó Conchubhair", "region": "SW", "role": "area_lead_for_engagement"}


def _shape(path: str) -> str:
    """A route's path, whatever its parts are called."""
    return re.sub(r"{\w+}", "{}", path.partition("?")[0])


type Sizes = dict[tuple[int, int], Measured]


@pytest.fixture(scope="module")
def measured() -> Sizes:
    return {size: measure(*size) for size in SIZES}


@pytest.mark.xdist_group("budgets")  # that measure once
@pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: f"{budget.path} {budget.user}")
class TestBudgets:
    @pytest.mark.parametrize(("members", "years"), SIZES)
    def test_a_page_reads_no_more_than_its_budget(
        self, measured: Sizes, budget: Budget, members: int, years: int
    ):
        community = measured[members, years]
        reads, active = community.reads[budget], community.active
        assert reads.calls <= budget.calls
        assert reads.kms <= budget.kms
        assert reads.items <= budget.most_items(active)
        assert reads.kilobytes <= budget.most_kilobytes(active)

    def test_a_page_reads_no_more_after_years_but_for_what_it_shows(
        self, measured: Sizes, budget: Budget
    ):
        items = [measured[FEW, years].reads[budget].items for years in (SHORT, LONG)]
        assert items[1] - items[0] <= budget.years + budget.counts

    def test_a_page_reads_no_more_of_many_members_but_for_what_it_shows(
        self, measured: Sizes, budget: Budget
    ):
        few, many = measured[FEW, SHORT], measured[MANY, SHORT]
        joined = many.active - few.active
        more = many.reads[budget].items - few.reads[budget].items
        assert more <= budget.members + budget.each_member * joined + budget.counts

    def test_a_page_makes_three_calls_at_most_and_says_of_what_it_reads_more(self, budget: Budget):
        assert budget.calls <= MOST_CALLS or budget.shows
        assert budget.shows or not (budget.years or budget.members or budget.each_member)


@pytest.fixture(scope="module")
def community() -> Iterator[SampleCommunity]:
    with clouds.open_cloud() as cloud:
        community = build_community(cloud)
        know_what_is_moved()
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


OTHERS = [
    path
    for method, path, *_ in data.load("routes")
    if method == "GET" and _shape(path) not in {_shape(budget.path) for budget in BUDGETS}
]


MORE_CALLS = {
    # all that is stored about a person
    "/me/data.json": 10,
    "/me/data.xlsx": 10,
    # of the running quarter: three a region, and four
    "/reports/kpi/{quarter}/print": 22,
    "/reports/kpi/{quarter}/regions/{region}": 22,
}


@pytest.mark.parametrize("route", OTHERS)
def test_a_page_that_needs_no_budget_makes_three_calls_at_most(
    community: SampleCommunity, route: str
):
    path = community.path(route)
    with count_reads(community.cloud) as reads:
        answer = community.cloud.call("GET", path, bearer=community.office, html=True)
    assert answer.status < 500, answer.text
    assert reads.calls <= MORE_CALLS.get(route, MOST_CALLS)


def test_what_a_filter_leaves_out_counts_as_read_and_the_session_does_not(
    community: SampleCommunity,
):
    cloud = community.cloud
    with count_reads(cloud) as reads:
        body = {"name": "nobody at all"}
        answer = cloud.call("POST", "/members/search", body, bearer=community.office)
    assert answer.json["members"] == []
    assert reads.items > len(cloud.people) / 2 and reads.size > 1000
    with count_reads(cloud) as reads:
        cloud.call("GET", "/me/mail", bearer=community.chair)
    assert (reads.calls, reads.items) == (0, 0)


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
