"""A member's year: who sees it, and that it says what they took part in, led, did and wrote."""

from datetime import UTC, datetime

import pytest

from comhar import wiring
from comhar.aws.conditions import Update
from comhar.formatting import format_duration
from comhar.reflections.model import STEPS
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region

PATH = "/me/year"
ACTION = {"what": "Ask about hearing loops", "by": "2027-03-15"}


@pytest.fixture
def region_after_a_meeting(region: Region) -> Region:
    """Ann was there and led it, Ben was not; each has an action, and Ann's is done."""
    path = region.meeting()
    key = f"MEETING#{path.split('/')[2]}", "MEETING"
    wiring.table().transact([Update(key, set={"lead": region.ann.id})])
    region.cloud.now = datetime(2027, 2, 18, 13, tzinfo=UTC)
    actions = [{**ACTION, "who": who.id} for who in (region.ann, region.ben)]
    region.done(region.chair, f"{path}/close", {"attended": [region.ann.id], "actions": actions})
    listed = region.ask(region.ann, "GET", "/communities/SW/actions").json["actions"]
    own = next(each["id"] for each in listed if each["mine"])
    region.done(region.ann, f"/communities/SW/actions/{own}/done")
    return region


def reflect(region: Region, who) -> None:
    words = dict.fromkeys(STEPS, "x") | {"visibility": "private"}
    assert region.ask(who, "POST", "/reflections", words).status == 201


def year(region: Region, who, named: str | None = None):
    query = {"year": named} if named else None
    return region.cloud.call("GET", PATH, query=query, bearer=region.cloud.session(who))


def test_only_who_is_signed_in_has_a_year_and_it_is_their_own(region_after_a_meeting: Region):
    region = region_after_a_meeting
    assert region.ask(None, "GET", PATH).status == 401
    for who in (region.ben, OFFICE):
        found = year(region, who).json
        assert (found["meetings"], found["minutes"], found["led"]) == ([], 0, 0)
        assert (found["actions"], found["reflections"]) == ([], 0)


@pytest.mark.parametrize("typed", ["2026", "2028", "0", "-1", "99999", "9" * 40])
def test_there_is_no_year_before_joining_or_to_come(region: Region, typed: str):
    assert year(region, region.ann, typed).status == 404


def test_what_is_no_year_is_refused(region: Region):
    assert year(region, region.ann, "last").status == 422


def test_it_lists_meetings_led_actions_done_and_counts_reflections(
    region_after_a_meeting: Region,
):
    region = region_after_a_meeting
    reflect(region, region.ann)
    reflect(region, region.ann)
    reflect(region, region.ben)
    found = year(region, region.ann).json
    (meeting,) = found["meetings"]
    assert (meeting["kind"], meeting["led"], meeting["region"]) == ("quarterly", True, "SW")
    assert found["minutes"] == meeting["minutes"] > 0
    assert found["led"] == 1 and found["reflections"] == 2
    assert found["actions"] == [{"what": ACTION["what"], "done_on": "2027-02-18"}]


def test_the_year_after_begins_empty_and_leads_back(region_after_a_meeting: Region):
    region = region_after_a_meeting
    reflect(region, region.ann)
    region.cloud.now = datetime(2028, 1, 1, 12, tzinfo=UTC)
    reflect(region, region.ann)
    found = year(region, region.ann).json
    assert (found["year"], found["meetings"], found["reflections"]) == (2028, [], 1)
    assert (found["earlier"], found["later"]) == (2027, None)
    before = year(region, region.ann, "2027").json
    assert (len(before["meetings"]), before["reflections"]) == (1, 1)
    assert (before["earlier"], before["later"]) == (None, 2028)


def test_after_a_move_it_has_what_was_done_in_both_regions(region_after_a_meeting: Region):
    region = region_after_a_meeting
    reflect(region, region.ann)
    region.cloud.now = datetime(2027, 3, 1, 12, tzinfo=UTC)
    region.done(region.ann, "/me/region", {"region": "MW"})
    reflect(region, region.ann)
    found = year(region, region.ann).json
    assert (len(found["meetings"]), len(found["actions"]), found["reflections"]) == (1, 1, 2)
    bearer = region.cloud.session(region.ann)
    page = Page(region.cloud.call("GET", PATH, bearer=bearer, html=True).text)
    assert not [link for link in page.links if link.startswith("/meetings/")]  # not theirs any more


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 hours"), (45, "45 minutes"), (60, "1 hour"), (121, "2 hours 1 minute")],
)
def test_time_is_said_in_hours_and_minutes(minutes: int, words: str):
    assert format_duration(minutes) == words


def test_the_page_says_it_is_stored_nowhere_and_is_linked_from_home(
    region_after_a_meeting: Region,
):
    region = region_after_a_meeting
    bearer = region.cloud.session(region.ann)
    assert 'href="/me/year"' in region.cloud.call("GET", "/me", bearer=bearer, html=True).text
    page = Page(region.cloud.call("GET", PATH, bearer=bearer, html=True).text)
    assert page.faults() == []
    assert [link for link in page.links if link.startswith("/meetings/")]
    for words in ("We do not store it", "You led it", ACTION["what"], "My year 2027"):
        assert words in page.text
