"""Who is away is not named for anything on a day while they are, and nobody waits for their answer."""

from datetime import date
from typing import Any

import pytest

from comhar import wiring
from comhar.membership import member_counts
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region

SW = "/communities/SW"
UNTIL = "2027-03-01"
WHY = "Ann is away until Monday 1 March 2027. Choose somebody else."
AFTER = "2027-03-04T10:00"
ACTION = {"what": "Ring the library", "by": "2027-02-26"}


@pytest.fixture
def region(region: Region) -> Region:
    """Ann is away until 1 March."""
    region.done(region.ann, "/me/away", {"until": UNTIL})
    return region


def refused(region: Region, who: Any, path: str, form: Any) -> dict[str, str]:
    """What is said at which field."""
    answer = region.ask(who, "POST", path, form)
    assert answer.status == 422, answer.text
    return {each["field"]: each["message"] for each in answer.json["errors"]}


def ids(people: list[dict[str, Any]]) -> set[str]:
    return {each["id"] for each in people}


def test_who_is_away_on_the_day_leads_no_meeting_of_it(region: Region) -> None:
    path = region.meeting()
    assert region.ann.id not in ids(region.ask(region.chair, "GET", f"{path}/lead").json["people"])
    assert refused(region, region.chair, f"{path}/lead", {"lead": region.ann.id}) == {"lead": WHY}
    later = region.meeting(starts_at=AFTER)
    region.done(region.chair, f"{later}/lead", {"lead": region.ann.id})


def test_the_form_says_so_at_the_field(region: Region) -> None:
    path = region.meeting()
    bearer = region.cloud.session(region.chair)
    form = {"lead": region.ann.id}
    answer = region.cloud.call("POST", f"{path}/lead", form=form, bearer=bearer, html=True)
    assert answer.status == 422
    assert WHY in " ".join(Page(answer.text).text.split())


def test_who_leads_already_can_stay_named(region: Region) -> None:
    path = region.meeting(starts_at=AFTER)
    region.done(region.chair, f"{path}/lead", {"lead": region.ann.id})
    region.done(region.ann, "/me/away", {"until": "2027-04-01"})
    region.done(region.chair, f"{path}/lead", {"lead": region.ann.id})
    assert region.ann.id in ids(region.ask(region.chair, "GET", f"{path}/lead").json["people"])
    assert region.ask(region.chair, "GET", path).json["lead_away_until"] == "2027-04-01"
    assert region.ask(region.ben, "GET", path).json["lead_away_until"] is None
    answer = region.cloud.call("GET", path, bearer=region.cloud.session(region.chair), html=True)
    words = " ".join(Page(answer.text).text.split())
    assert "Ann is away until Thursday 1 April 2027. Choose who leads" in words


def test_a_year_is_laid_out_without_who_is_away_on_the_day(region: Region) -> None:
    year = f"{SW}/year/2027"
    plan = {"mode": "online", "link": "https://meet.example/x"}
    first = {"starts_at": "2027-02-18T10:00", "lead": region.ann.id}
    for path in (f"{year}/check", year):
        assert refused(region, region.chair, path, plan | {"q1": first}) == {"q1.lead": WHY}
    [ann] = [
        each
        for each in region.ask(region.chair, "GET", f"{year}/new").json["people"]
        if each["id"] == region.ann.id
    ]
    assert ann["name"] == "Ann, away until 1 Mar 2027"
    region.done(region.chair, year, plan | {"q1": first | {"starts_at": AFTER}})


def test_nobody_proposes_or_chooses_who_is_away_as_co_chair(region: Region) -> None:
    path = f"{SW}/nominations"
    assert region.ann.id not in ids(region.ask(region.ben, "GET", path).json["members"])
    assert refused(region, region.ben, path, {"member": region.ann.id}) == {"member": WHY}
    region.done(region.ann, path, {"member": region.ann.id})  # of herself she can
    pair = {"members": [region.ann.id, region.ben.id]}
    assert region.ann.id not in ids(region.ask(OFFICE, "GET", f"{SW}/chairs").json["members"])
    for path in (f"{SW}/chairs/check", f"{SW}/chairs"):
        assert refused(region, OFFICE, path, pair) == {"members": WHY}


def test_a_co_chair_who_is_away_can_be_chosen_again(region: Region) -> None:
    region.done(region.chair, "/me/away", {"until": UNTIL})
    assert region.chair.id in ids(region.ask(OFFICE, "GET", f"{SW}/chairs").json["members"])
    region.done(OFFICE, f"{SW}/chairs", {"members": [region.chair.id, region.ben.id]})


def test_who_is_away_is_neither_scribe_nor_next_to_lead_nor_owner(region: Region) -> None:
    path = region.meeting(starts_at="2027-01-20T10:00")
    region.at(2027, 1, 20, 12)
    assert region.ann.id not in ids(
        region.ask(region.chair, "GET", f"{path}/scribe").json["people"]
    )
    errors = refused(region, region.chair, f"{path}/scribe", {"member": region.ann.id})
    assert errors == {"member": WHY}
    form: dict[str, Any] = {"attended": [region.ben.id], "next_topic": "Peers"}
    close = f"{path}/close"
    assert refused(region, region.chair, close, form | {"next_lead": region.ann.id}) == {
        "next_lead": WHY
    }
    both = {"actions": [ACTION | {"who": region.ben.id}, ACTION | {"who": region.ann.id}]}
    assert refused(region, region.chair, close, form | both) == {"actions.1.who": WHY}
    later = {"actions": [ACTION | {"who": region.ann.id, "by": UNTIL}]}
    region.meeting(starts_at=AFTER)
    region.done(region.chair, close, form | later | {"next_lead": region.ann.id})


def test_no_action_before_the_day_back(region: Region) -> None:
    actions = f"{SW}/actions"
    hers = ACTION | {"who": region.ann.id}
    assert refused(region, region.chair, actions, hers) == {"who": WHY}
    made = region.done(region.chair, actions, ACTION | {"who": region.ben.id})["action"]
    edit = f"{actions}/{made}/edit"
    assert refused(region, region.chair, edit, hers | {"revision": 0}) == {"who": WHY}
    region.done(region.chair, actions, hers | {"by": "2027-03-02"})
    vision = f"{SW}/vision"
    region.done(region.ben, vision, {"revision": 0, "objectives": [{"title": "Meet"}]})
    assert refused(region, region.chair, f"{vision}/actions", hers | {"objective": "1"}) == {
        "who": WHY
    }
    region.done(region.ann, "/me/away", {"until": "2027-06-01"})
    act = {"what": "Ring", "who": region.ann.id, "horizon": "short"}
    whole = {"revision": 1, "objectives": [{"title": "Meet", "actions": [act]}]}
    assert list(refused(region, region.chair, vision, whole)) == ["objectives.0.actions"]


def test_whom_the_last_meeting_chose_leads_no_meeting_while_away(region: Region) -> None:
    first = region.meeting(starts_at="2027-01-18T10:00")
    region.at(2027, 1, 18, 12)
    chosen = {"attended": [region.ben.id], "next_topic": "Peers", "next_lead": region.ben.id}
    region.done(region.chair, f"{first}/close", chosen)
    region.done(region.ben, "/me/away", {"until": UNTIL})
    path = region.meeting()
    assert region.ask(region.chair, "GET", f"{path}/lead").json["lead"] is None
    assert region.ask(region.chair, "GET", path).json["topic"] == "Peers"


def test_who_is_not_to_be_written_to_is_not_named_and_no_reason_is_given(region: Region) -> None:
    region.done(OFFICE, f"/members/{region.ben.id}/emails", {"do_not_write": True})
    path = region.meeting()
    assert refused(region, region.chair, f"{path}/lead", {"lead": region.ben.id}) == {
        "lead": "Ben cannot be asked at the moment. Choose somebody else."
    }
    people = region.ask(region.chair, "GET", f"{path}/lead").json["people"]
    assert region.ben.id not in ids(people)
    people = region.ask(region.chair, "GET", f"{SW}/actions/new").json["people"]
    assert region.ben.id not in ids(people)


def test_nobody_waits_for_the_reply_of_who_is_away(region: Region) -> None:
    path = region.meeting()
    home = region.ask(region.chair, "GET", "/me").json
    assert home["next_meeting"]["not_replied"] == 4
    rows = region.ask(region.chair, "GET", f"{path}/answers").json["people"]
    assert {row["name"]: row["away_until"] for row in rows if row["away_until"]} == {"Ann": UNTIL}
    dates = ["2027-03-18T10:00", "2027-03-23T10:00"]
    poll = {"kind": "quarterly", "mode": "online", "options": dates}
    made = region.done(region.chair, f"{SW}/polls", poll)
    seen = region.ask(region.chair, "GET", f"/polls/{made['id']}").json
    assert seen["unanswered"] == 4 and "Ann" not in seen["missing"]
    message = {"to": "not_replied", "meeting": path.rpartition("/")[2], "subject": "A", "text": "B"}
    assert region.done(region.chair, f"{SW}/messages", message)["people"] == 4


def test_who_is_away_is_not_among_those_who_could_agree_to_the_vision(region: Region) -> None:
    vision = f"{SW}/vision"
    region.done(region.ben, vision, {"revision": 0, "objectives": [{"title": "Meet"}]})
    assert region.done(region.ben, f"{vision}/agree") == {
        "region": "SW",
        "agreed": 1,
        "members": 4,
    }
    region.done(OFFICE, f"/members/{region.cian.id}/emails", {"do_not_write": True})
    assert region.ask(region.ben, "GET", vision).json["members"] == 3
    region.at(2027, 3, 1, 0)  # the day back, before nine
    assert region.ask(region.ben, "GET", vision).json["members"] == 4


def test_who_moves_or_goes_while_away_is_counted_where_they_are(region: Region) -> None:
    def count(code: str) -> int:
        return member_counts.count_askable(wiring.table(), code, date(2027, 1, 11))

    before = count("SW"), count("MW")
    region.done(OFFICE, f"/members/{region.ann.id}/move", {"region": "MW"})
    assert (count("SW"), count("MW")) == before
    region.done(region.ann, "/me/away", {"until": None})
    assert (count("SW"), count("MW")) == (before[0], before[1] + 1)
    region.done(region.ben, "/me/away", {"until": UNTIL})
    region.done(OFFICE, f"/members/{region.ben.id}/deactivate", {"reason": "Moved abroad"})
    assert count("SW") == before[0] - 1
    region.done(OFFICE, f"/members/{region.ben.id}/reactivate")
    assert count("SW") == before[0] - 1  # still away
    region.done(region.ben, "/me/away", {"until": None})
    assert count("SW") == before[0]
