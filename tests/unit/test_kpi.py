"""Tests of the KPI figures, each against a figure reckoned by hand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from comhar.data import load
from comhar.dates.quarters import Quarter
from comhar.reports.aggregate import tally
from comhar.reports.figures import is_empty, make_report
from comhar.reports.model import Figure
from comhar.reports.source_rows import (
    CommunityRow,
    MeetingRow,
    MemberRow,
    ReflectionRow,
    RegionRows,
    SurveyRow,
)
from comhar.surveys.model import is_below_threshold, new_meeting_feedback
from comhar.surveys.quarter_row import insert_write
from comhar.surveys.repository import to_row

Q2 = Quarter(2027, 2)
NOW = datetime(2027, 7, 1, 8, tzinfo=UTC)
REGIONS = [region["code"] for region in load("regions")]


def figures(rows: RegionRows, quarter=Q2, **others: RegionRows) -> dict[str, Figure]:
    """The South West's figures, and the totals as `total.<code>`."""
    filled = {code: RegionRows() for code in REGIONS} | others | {"SW": rows}
    made = make_report(tallied(filled, quarter), quarter, NOW)
    found = {row.kpi: row.values["SW"] for row in made.rows}
    return found | {f"total.{row.kpi}": row.national for row in made.rows}


def tallied(rows, quarter=Q2, **settings):
    return {code: tally(each, quarter, NOW, **settings) for code, each in rows.items()}


def member(id, *periods, role="peer_educator"):
    spans = [{"from": since, "until": until} for since, until in periods]
    return MemberRow.model_validate({"id": id, "role": role, "periods": spans})


def meeting(day, kind="quarterly", state="held", attended: Iterable[str] = (), **more):
    return MeetingRow(kind=kind, starts_at=f"{day}T10:00", state=state, attended=attended, **more)


def survey(responses, ratings=(), invited=20):
    """The row of a survey that is closed, as surveys write it; without `ratings` it asked for none."""
    people = tuple(map(str, range(invited)))
    stored_survey = new_meeting_feedback("SW-s", "SW", "SW-m", NOW, people, NOW)
    known = {"few": True} if is_below_threshold(responses) else {"responses": responses}
    rated = None if ratings is None else {str(n): ratings.count(n) for n in range(1, 6)}
    row = to_row(stored_survey.model_copy(update={"state": "closed", **known}), rated)
    return SurveyRow.model_validate(insert_write(row).item)


def reflections(count, people):
    return tuple(ReflectionRow(first_of_quarter=n < people) for n in range(count))


def test_meetings_are_counted_by_kind_state_and_local_date():
    found = figures(
        RegionRows(
            meetings=(
                meeting("2027-04-01", kind="first"),
                meeting("2027-05-20"),
                meeting("2027-06-30", kind="reflective"),
                meeting("2027-06-02", kind="additional"),
                meeting("2027-06-03", kind="national"),
                meeting("2027-06-04", state="cancelled"),
                meeting("2027-06-05", state="not_held"),
                meeting("2027-06-06", state="scheduled"),
                meeting("2027-06-07", kind="national", state="scheduled"),
                meeting("2027-07-01"),
                meeting("2027-03-31"),
            )
        )
    )
    assert found["meetings_held"].value == 3
    assert found["meetings_additional"].value == 1
    assert found["meetings_unconfirmed"].value == 1


def test_a_reflective_session_is_left_out_where_the_setting_says_so():
    rows = {code: RegionRows() for code in REGIONS}
    rows["SW"] = RegionRows(meetings=(meeting("2027-06-30", kind="reflective"),))
    made = make_report(tallied(rows, reflective=False), Q2, NOW)
    stored = {row.kpi: row.national.value for row in made.rows}
    assert (stored["meetings_held"], stored["quarters_met"]) == (0, 0)


def test_a_meeting_still_to_come_is_no_gap():
    coming = RegionRows(meetings=(meeting("2027-08-01", state="scheduled"),))
    assert figures(coming, Quarter(2027, 3))["meetings_unconfirmed"].value == 0


def test_two_meetings_in_one_quarter_do_not_hide_an_empty_one():
    both_in_q2 = RegionRows(meetings=(meeting("2027-04-10"), meeting("2027-05-10")))
    assert figures(both_in_q2)["quarters_met"].value == 1
    one_each = RegionRows(meetings=(meeting("2027-02-18"), meeting("2027-05-10")))
    assert figures(one_each)["quarters_met"].value == 2
    assert figures(one_each, Quarter(2027, 1))["quarters_met"].value == 1
    last_year = RegionRows(meetings=(meeting("2026-11-18"), meeting("2027-05-10")))
    assert figures(last_year)["quarters_met"].value == 1
    only_additional = RegionRows(meetings=(meeting("2027-05-10", kind="additional"),))
    assert figures(only_additional)["quarters_met"].value == 0


def test_a_membership_that_began_and_ended_on_one_day_counts_neither_as_joined_nor_as_left():
    slip = RegionRows(members=(member("a", ("2027-05-20", "2027-05-20")),))
    found = figures(slip)
    assert (found["members_joined"].value, found["members_left"].value) == (0, 0)


def test_attendance_counts_members_active_on_the_day_only():
    rows = RegionRows(
        members=(
            member("a", ("2027-01-05", None)),
            member("b", ("2027-05-20", None)),  # joined on the day of the first meeting
            member("c", ("2027-01-05", "2027-05-20")),  # left on it
            member("d", ("2027-06-01", None)),
        ),
        meetings=(
            # Of a and b, a came; c had left, and two are no members of the region.
            meeting("2027-05-20", attended=["a", "c", "office-1", "guest"]),
            # Of a, b and d, all but one.
            meeting("2027-06-10", kind="additional", attended=["a", "d"]),
            meeting("2027-06-11", state="not_held", attended=["a"]),
        ),
    )
    found = figures(rows)["attendance_rate"]
    assert (found.value, found.note, found.text) == (60.0, "3 of 5", "60.0%")


def test_shares_round_half_up():
    people = tuple(member(str(n), ("2027-01-05", None)) for n in range(16))
    rows = RegionRows(members=people, meetings=(meeting("2027-05-20", attended=["1"]),))
    assert figures(rows)["attendance_rate"].value == 6.3  # 6.25


def test_nothing_to_divide_by_is_no_data_and_not_zero():
    found = figures(RegionRows())
    for code in ("attendance_rate", "agendas_on_time", "survey_response_rate", "satisfaction_mean"):
        assert (found[code].state, found[code].value) == ("no_data", None)
    for code in ("survey_responses", "terms_approved"):
        assert found[code].state == "no_data"
    for code in ("meetings_held", "reflections", "members_active", "actions_done"):
        assert (found[code].state, found[code].value) == ("ok", 0)


def test_members_on_the_last_day_and_those_who_came_and_went():
    rows = RegionRows(
        members=(
            member("a", ("2026-01-05", None), role="ips_worker"),
            member("b", ("2027-04-01", None)),
            member("c", ("2027-06-30", None)),
            member("d", ("2027-01-05", "2027-06-30")),
            member("e", ("2027-01-05", "2027-07-01")),
            member("f", ("2027-04-02", "2027-05-01"), ("2027-06-01", None)),
            member("g"),
        )
    )
    found = figures(rows)
    assert found["members_active"].value == 5  # a, b, c, e, f
    assert found["members_joined"].value == 4  # b, c, and f twice
    assert found["members_left"].value == 2  # d, f
    assert found["members_by_role.recovery_educator"].value == 0


def test_members_are_counted_by_role_and_one_to_four_of_a_role_are_hidden():
    def of_roles(**counts: int) -> RegionRows:
        people = [
            member(f"{role}{n}", ("2026-01-05", None), role=role)
            for role, count in counts.items()
            for n in range(count)
        ]
        return RegionRows(members=tuple(people))

    found = figures(of_roles(ips_worker=5, peer_educator=6))
    assert found["members_by_role.ips_worker"].value == 5
    assert found["total.members_by_role.peer_educator"].value == 6
    found = figures(of_roles(ips_worker=4, peer_educator=6, recovery_educator=9))
    states = {
        role: found[f"members_by_role.{role}"].state for role in ("ips_worker", "peer_educator")
    }
    assert states == {"ips_worker": "hidden", "peer_educator": "hidden"}
    assert found["members_by_role.recovery_educator"].value == 9
    assert found["members_by_role.other"].value == 0


def test_agendas_on_time_are_those_issued_and_not_late():
    issued = "2027-05-13T08:00:00.000Z"
    rows = RegionRows(
        meetings=(
            meeting("2027-05-20", agenda_issued_at=issued),
            meeting("2027-05-21", agenda_issued_at=issued, agenda_late=True),
            meeting("2027-05-22"),
            meeting("2027-05-23", kind="additional"),
            meeting("2027-05-24", state="cancelled", agenda_issued_at=issued),
        )
    )
    found = figures(rows)["agendas_on_time"]
    assert (found.value, found.note) == (33.3, "1 of 3")


def test_actions_opened_and_done_are_counted_apart():
    found = figures(RegionRows(actions_opened=2, actions_done=1), MW=RegionRows(actions_done=3))
    assert (found["actions_opened"].value, found["actions_done"].value) == (2, 1)
    assert (found["total.actions_opened"].value, found["total.actions_done"].value) == (2, 4)


@pytest.mark.parametrize(
    ("day", "quarter"),
    [("2027-03-31", "2027-Q1"), ("2027-04-01", "2027-Q2"), ("2027-12-31", "2027-Q4")],
)
def test_a_survey_counts_in_the_quarter_in_which_it_closed(day, quarter):
    row = {"pk": "REGION#SW", "sk": f"SURVEY#{day}#SW-s", "id": "SW-s", "closed_on": day}
    assert insert_write(row).item["sk"] == f"QUARTER#{quarter}#SURVEY#SW-s"


def test_surveys_are_added_up():
    rows = RegionRows(
        surveys=(
            survey(6, [5, 5, 4, 4, 3, 3], invited=10),
            survey(5, [2, 2, 2, 2, 1], invited=12),
        )
    )
    found = figures(rows)
    assert found["survey_responses"].value == 11
    assert found["survey_response_rate"].value == 50.0  # 11 of 22
    assert found["satisfaction_mean"].value == 3.0  # 33 in 11 ratings
    assert found["satisfaction_mean"].text == "3.00"


def test_a_survey_that_nobody_answered_is_a_zero():
    found = figures(RegionRows(surveys=(survey(0),)))
    assert (found["survey_responses"].state, found["survey_responses"].value) == ("ok", 0)
    assert found["survey_response_rate"].value == 0.0
    assert found["satisfaction_mean"].state == "no_data"


SURVEYED = ("survey_responses", "survey_response_rate", "satisfaction_mean")


@pytest.mark.parametrize("code", SURVEYED)
def test_four_answers_are_hidden_and_five_are_not(code):
    assert figures(RegionRows(surveys=(survey(4, [3] * 4),)))[code].state == "hidden"
    assert figures(RegionRows(surveys=(survey(4, [3] * 4),)))[code].value is None
    assert figures(RegionRows(surveys=(survey(5, [3] * 5),)))[code].state == "ok"


@pytest.mark.parametrize("code", SURVEYED)
def test_a_small_survey_cannot_be_found_by_subtracting_the_large_one(code):
    rows = RegionRows(surveys=(survey(12, [4] * 12), survey(3, [1] * 3)))
    assert figures(rows)[code].state == "hidden"


@pytest.mark.parametrize("code", SURVEYED)
def test_the_total_does_not_give_a_hidden_region_away(code):
    small = RegionRows(surveys=(survey(4, [1] * 4),))
    large = RegionRows(surveys=(survey(9, [4] * 9),))
    alone = figures(small, MW=large, DNE=large)
    assert alone[f"total.{code}"].state == "hidden"
    with_another = figures(small, MW=small, DNE=large)  # how many they are is known nowhere
    assert with_another[f"total.{code}"].state == "hidden"
    assert figures(large, MW=large)[f"total.{code}"].state == "ok"


@pytest.mark.parametrize("size", [1, 4])
def test_nothing_the_report_reads_tells_how_few_they_were(size):
    assert survey(size, [1] * size) == survey(2, [5, 5])


def test_few_ratings_hide_the_mean_alone():
    found = figures(RegionRows(surveys=(survey(9, [5] * 4), survey(6, [1] * 6))))
    assert found["survey_responses"].value == 15
    assert found["satisfaction_mean"].state == "hidden"


@pytest.mark.parametrize(
    ("ratings", "state"),
    [
        ([5] * 9, "hidden"),
        ([5] * 8 + [4], "hidden"),
        ([4] * 12, "hidden"),
        ([4] * 11 + [1], "hidden"),
        ([5] * 8 + [3], "ok"),
        ([4] * 10 + [3, 5], "ok"),
    ],
)
def test_a_mean_that_tells_what_nearly_all_gave_is_hidden_and_so_is_every_sum(ratings, state):
    rows = RegionRows(surveys=(survey(len(ratings), ratings),))
    found = figures(rows, MW=RegionRows(surveys=(survey(9, [1, 2, 3] * 3),)))
    assert found["satisfaction_mean"].state == state
    assert found["total.satisfaction_mean"].state == state
    assert found["survey_responses"].state == "ok"


@pytest.mark.parametrize(("total", "state"), [(48, "hidden"), (47, "hidden"), (45, "ok")])
def test_of_an_older_survey_the_sum_of_its_ratings_decides(total, state):
    row = {"responses": 12, "satisfaction_count": 12}
    old = SurveyRow.model_validate(row | {"satisfaction_sum": total})
    assert figures(RegionRows(surveys=(old,)))["satisfaction_mean"].state == state


def test_a_small_survey_that_asked_for_no_rating_hides_none():
    rows = RegionRows(surveys=(survey(3, None), survey(6, [4] * 6)))
    assert figures(rows)["survey_responses"].state == "hidden"
    assert figures(rows)["satisfaction_mean"].value == 4.0


def test_that_none_of_a_small_group_rated_is_not_told_either():
    for others in ((), (survey(9, [5] * 9),)):
        found = figures(RegionRows(surveys=(survey(3, []), *others)))
        assert (
            found["satisfaction_mean"]
            == figures(RegionRows(surveys=(survey(3, [4] * 3),)))["satisfaction_mean"]
        )


def test_reflections_are_hidden_by_people_and_not_by_their_number():
    assert figures(RegionRows(reflections=reflections(9, people=4)))["reflections"].value is None
    found = figures(RegionRows(reflections=reflections(9, people=5)))["reflections"]
    assert (found.value, found.state) == (9, "ok")
    assert found.text == "9"
    zero = figures(RegionRows())["reflections"]
    assert (zero.value, zero.state) == (0, "ok")


def test_reflections_of_one_hidden_region_are_hidden_in_the_total_too():
    few, many = (RegionRows(reflections=reflections(n, n)) for n in (2, 8))
    assert figures(few, MW=many)["total.reflections"].state == "hidden"
    assert figures(many, MW=many)["total.reflections"].value == 16
    unmarked = RegionRows(reflections=reflections(2, 0))
    assert figures(unmarked, MW=many)["total.reflections"].state == "hidden"


def test_who_moved_may_be_among_the_few_of_two_regions_and_counts_once():
    """Of three and two people one may be the same: four would come to light."""
    moved = member("a", ("2027-01-05", "2027-05-20"))
    here, there = (RegionRows(reflections=reflections(n, n)) for n in (3, 2))
    left = replace(here, members=(moved,))
    assert figures(left, MW=there)["total.reflections"].state == "hidden"
    assert figures(here, MW=there)["total.reflections"].value == 5
    before = replace(here, members=(member("a", ("2027-01-05", "2027-03-31")),))
    assert figures(before, MW=there)["total.reflections"].value == 5


def community(*terms, **more):
    named = ("member", "from", "until", "ended_on")
    stored_terms = [dict(zip(named, term, strict=False)) for term in terms]
    return RegionRows(community=CommunityRow.model_validate({"terms": stored_terms, **more}))


def test_co_chairs_in_term_and_since_when_a_place_is_vacant():
    both = community(("a", "2027-01-10", "2028-01-10"), ("b", "2027-01-10", "2028-01-10"))
    found = figures(both)["chairs_in_term"]
    assert (found.value, found.note) == (2, None)

    left = community(
        ("a", "2027-01-10", "2028-01-10"), ("b", "2027-01-10", "2028-01-10", "2027-05-03")
    )
    found = figures(left)["chairs_in_term"]
    assert (found.value, found.note) == (1, "vacant since 3 May 2027")

    over = community(("a", "2026-05-01", "2027-05-01"), ("b", "2026-06-01", "2027-06-01"))
    found = figures(over)["chairs_in_term"]
    assert (found.value, found.note) == (0, "vacant since 1 May 2027")

    followed = community(
        ("a", "2026-05-01", "2027-05-01"),
        ("b", "2026-05-01", "2027-05-01"),
        ("c", "2027-05-01", "2028-05-01"),
        ("b", "2027-05-01", "2028-05-01"),
    )
    assert figures(followed)["chairs_in_term"].value == 2
    assert figures(RegionRows())["chairs_in_term"].note == "vacant from the start"


@pytest.mark.parametrize(
    ("approval", "text"),
    [
        ({"approved_on": "2027-02-01", "until": "2028-02-01"}, "yes"),
        ({"approved_on": "2026-02-01", "until": "2027-02-01"}, "no"),
        ({"approved_on": "2027-07-01", "until": "2028-07-01"}, "no"),
        ({}, "no"),
        (None, "no data"),
    ],
)
def test_terms_of_reference_hold_while_signed_and_in_date(approval, text):
    found = figures(community(terms_of_reference=approval))
    assert found["terms_approved"].text == text


def test_totals_add_up_over_regions():
    one = RegionRows(
        members=(member("a", ("2027-01-05", None)), member("b", ("2027-01-05", None))),
        meetings=(meeting("2027-05-20", attended=["a"]),),
    )
    other = RegionRows(
        members=tuple(member(str(n), ("2027-01-05", None)) for n in range(8)),
        meetings=(meeting("2027-05-20", attended=[str(n) for n in range(7)]),),
    )
    found = figures(one, MW=other)
    assert found["total.meetings_held"].value == 2
    assert found["total.members_active"].value == 10
    assert found["total.attendance_rate"].value == 80.0  # 8 of 10, no mean of means


def test_a_quarter_before_anybody_joined_has_nothing_to_report():
    rows = {"MW": RegionRows()}
    rows["SW"] = RegionRows(members=(member("a", ("2027-04-01", None)), member("b")))
    assert is_empty(tallied(rows, Quarter(2027, 1)))
    assert not is_empty(tallied(rows))
