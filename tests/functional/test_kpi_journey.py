"""A quarter lived through the public routes: its figures are those of what was sent."""

import re
from datetime import UTC, datetime

import pytest

from local import openapi
from tests.support import cloud as clouds
from tests.support import stored_members
from tests.support.sample_community import SIX, text

RATINGS = (5, 4, 4, 3, 5, 2)


@pytest.fixture(scope="module")
def lived():
    """The quarter's figures of the South West, by code, after the export of its report."""
    with clouds.open_cloud() as cloud:
        members = [cloud.member(periods=({"from": "2027-01-05", "until": None},)) for _ in range(7)]
        _meet(cloud, members)
        _do_one_action(cloud, members[0])
        cloud.now = datetime(2027, 2, 19, 9, tzinfo=UTC)
        _answer(cloud)
        _reflect(cloud, members)
        cloud.now = datetime(2027, 3, 8, 12, tzinfo=UTC)
        cloud.post_letters()
        cloud.now = datetime(2027, 4, 1, 8, tzinfo=UTC)
        assert openapi.load("kpi_export").handler({}, None) == {"quarter": "2027-Q1"}
        office = cloud.session("office@example.com")
        report = cloud.call("GET", "/reports/kpi/2027-Q1", bearer=office).json
        posted = cloud.post_letters()
        assert sum("Subject: The KPI report for 2027-Q1 is ready" in raw for raw in posted) == 1
        yield {row["kpi"]: row["values"]["SW"] for row in report["rows"]}


def sent(cloud, who, path, body):
    answer = cloud.call("POST", path, body, bearer=who and cloud.session(who))
    assert answer.status < 300, answer
    return answer.json


def _meet(cloud, members):
    """Two co-chairs, a quarterly meeting whose agenda goes out in time, an additional one that
    nobody closes, and one cancelled; six of the seven come and agree on two actions."""
    chair = members[0]
    pair = {"members": [members[0].id, members[1].id], "term_months": 12}
    sent(cloud, "office@example.com", "/communities/SW/chairs", pair)
    chair = stored_members.find_member(chair.id)
    stored, _, off = (
        sent(cloud, chair, "/communities/SW/meetings", _plan(kind, starts_at))["id"]
        for kind, starts_at in (
            ("quarterly", "2027-02-18T10:00"),
            ("additional", "2027-03-02T10:00"),
            ("additional", "2027-03-09T10:00"),
        )
    )
    sent(cloud, chair, f"/meetings/{off}/cancel", {"reason": "The room is gone."})
    cloud.now = datetime(2027, 2, 11, 9, tzinfo=UTC)
    cloud.post_letters()
    cloud.now = datetime(2027, 2, 18, 12, tzinfo=UTC)
    came = [member.id for member in members[:6]]
    actions = [{"what": what, "who": came[0], "by": "2027-03-01"} for what in ("Write", "Call")]
    sent(cloud, chair, f"/meetings/{stored}/close", {"attended": came, "actions": actions})


def _plan(kind, starts_at):
    return {"kind": kind, "starts_at": starts_at, "mode": "in_person", "venue": "Cork"}


def _do_one_action(cloud, member):
    path = "/communities/SW/actions"
    agreed = cloud.call("GET", path, bearer=cloud.session(member)).json["actions"]
    sent(cloud, member, f"{path}/{agreed[0]['id']}/done", None)


def _answer(cloud):
    """Everyone who was there answers the survey."""
    links = sorted(set(re.findall(r"/surveys/([\w-]+\.[\w-]+)", text(cloud))))
    assert len(links) == len(RATINGS)
    for link, rating in zip(links, RATINGS, strict=True):
        sent(cloud, None, f"/surveys/{link}", {"answers": {"satisfaction": rating}})


def _reflect(cloud, members):
    """Five share or count one, the first of them another; the sixth keeps hers private."""
    for n in (0, 0, 1, 2, 3, 4, 5):
        visibility = "private" if n == 5 else ("community", "counted")[n % 2]
        body = {step: "We talked." for step in SIX} | {"visibility": visibility}
        sent(cloud, members[n], "/reflections", body)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("meetings_held", 1),
        ("meetings_additional", 0),
        ("meetings_unconfirmed", 1),
        ("quarters_met", 1),
        ("attendance_rate", 85.7),  # 6 of 7
        ("members_active", 7),
        ("members_joined", 7),
        ("members_left", 0),
        ("members_by_role.recovery_educator", 7),
        ("agendas_on_time", 100.0),
        ("reflections", 6),
        ("actions_opened", 2),
        ("actions_done", 1),
        ("survey_responses", 6),
        ("survey_response_rate", 100.0),
        ("satisfaction_mean", 3.83),  # 23 in 6 ratings
        ("chairs_in_term", 2),
    ],
)
def test_a_figure_is_that_of_what_was_sent(lived, code, value):
    assert (lived[code]["state"], lived[code]["value"]) == ("ok", value)


def test_what_the_product_does_not_keep_yet_is_no_data(lived):
    assert lived["terms_approved"]["state"] == "no_data"
