"""What the pages of the budgets read in a community of some size and age."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from tests.support.cloud import Cloud, Context, open_cloud
from tests.support.long_community import OFFICE, LongCommunity
from tests.support.moved_data import know_what_is_moved
from tests.support.past_quarters import build_long_community
from tests.support.read_budgets import BUDGETS, CHAIR, CLOCK, MEMBER, OFFICER, Budget
from tests.support.read_counter import Reads, count_reads

REPORT_DAY = datetime(2036, 7, 3, 9, tzinfo=UTC)
SEARCHES = (
    "/members/search",
    "/reflections/search",
)  # are posted: a name must not stand in an address


@dataclass(frozen=True)
class Measured:
    """The reads of every budget; `active` is how many members the region has."""

    active: int
    reads: dict[Budget, Reads]


def measure(members: int, years: int) -> Measured:
    """Builds a community of so many members and years, and opens every page once."""
    with open_cloud() as cloud:
        community = build_long_community(cloud, members, years)
        know_what_is_moved()
        reads = {budget: _read(budget, community) for budget in BUDGETS if budget.user != CLOCK}
        reads |= {budget: _report(cloud) for budget in BUDGETS if budget.user == CLOCK}
        return Measured(len(community.people), reads)


def _read(budget: Budget, community: LongCommunity) -> Reads:
    cloud, people = community.cloud, community.people
    users = {MEMBER: people[2], CHAIR: people[0], OFFICER: OFFICE}
    bearer = cloud.session(users[budget.user]) if budget.user in users else ""
    path, _, query = budget.path.format(**community.parts).partition("?")
    values = dict(parse_qsl(query))
    with count_reads(cloud) as reads:
        if path in SEARCHES:
            answer = cloud.call("POST", path, values, bearer=bearer, html=True)
        else:
            answer = cloud.call("GET", path, bearer=bearer, html=True, query=values)
    assert answer.status == 200, (budget.path, answer.status, answer.text)
    return reads


def _report(cloud: Cloud) -> Reads:
    """What making a quarter's report reads, and writes."""
    cloud.now = REPORT_DAY
    with count_reads(cloud) as reads:
        assert cloud.run("KpiExportFunction", {}, Context())["quarter"] == "2036-Q2"
    return reads
