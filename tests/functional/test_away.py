"""Being away: who says so, which emails wait for nobody, the day back, and what is counted."""

import re
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from comhar import wiring
from comhar.absence import forms as absence_forms
from comhar.absence import model as absence_model
from comhar.absence import service as absence_service
from comhar.context import Context
from comhar.letters import repository as letters_repository
from comhar.letters.model import Draft, Letter, LetterId
from comhar.membership import repository as membership_repository
from comhar.membership.model import MemberChanged
from tests.support import stored_members
from tests.support.sample_region import OFFICE, Region, text

AWAY = "/me/away"
UNTIL = {"until": "2027-02-22"}

# The emails that go to who is away all the same, and (`asked`) to who is not to be written to. Any other
# kind waits for nobody, those that are made after this was written too.
REACH = {
    **dict.fromkeys(("join", "sign_in", "new_address", "sent_link", "export_code"), "asked"),
    **dict.fromkeys(("left", "erase", "erasing", "erasure_waits", "acknowledged"), "asked"),
    **dict.fromkeys(("address_changed", "declined", "ended", "signed_up"), "away"),
}


def item(who: Any) -> dict[str, Any]:
    found = wiring.table().get(membership_repository.key(who.id))
    assert found
    return found


def subjects(region: Region, who: Any) -> list[str]:
    return [str(letter["Subject"]) for letter in region.mail(who, "")]


def stop(region: Region, who: Any, stopped: bool = True) -> None:
    region.done(OFFICE, f"/members/{who.id}/emails", {"do_not_write": stopped})


def test_only_who_is_signed_in_is_away_and_the_office_for_others(region: Region) -> None:
    before = item(region.ann)
    assert region.ask(None, "GET", AWAY).status == 401
    assert region.ask(None, "POST", AWAY, UNTIL).status == 401
    for who in (region.ben, region.chair):
        for path, form in (("away", UNTIL), ("emails", {"do_not_write": True})):
            assert region.ask(who, "POST", f"/members/{region.ann.id}/{path}", form).status == 403
            assert region.ask(who, "GET", f"/members/{region.ann.id}/{path}").status == 403
    assert region.ask(OFFICE, "POST", AWAY, UNTIL).status == 409
    assert item(region.ann) == before


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"until": "2027-01-11"},
        {"until": "2020-01-01"},
        {"until": "2028-01-12"},
        {"until": "9999-12-31"},
        {"until": "soon"},
        {"until": 3},
    ],
)
def test_a_day_that_is_past_or_more_than_a_year_ahead_is_refused(region: Region, form) -> None:
    for who, path in ((region.ann, AWAY), (OFFICE, f"/members/{region.ann.id}/away")):
        answer = region.ask(who, "POST", path, form)
        assert answer.status == 422
        assert [each["field"] for each in answer.json["errors"]] == ["until"]
    assert "away" not in item(region.ann)


def post(region: Region, kind: str) -> str:
    """Posts an email of that kind to Ann, as the mailer does with what it depends on, but the words."""
    purpose = wiring.mailer()._purposes[kind]
    words = {"name": "Ann", "link": "/", "minutes": 30}
    draft = Draft(region.ann.email, kind, "register/letters/sent_link", words)
    purpose = replace(purpose, compose=lambda *_: draft, by_facts=None)
    version = "2027-12-31.1" if kind.startswith("term_") else "1"
    letter = Letter(LetterId(kind, "SW-1", version, region.ann.id))
    wiring.table().transact([letters_repository.insert_write(letter, region.cloud.now)])
    mailer = copy(wiring.mailer())
    mailer._purposes = {kind: purpose}
    return mailer.post(letters_repository.key(letter.id)).state


def test_each_kind_of_email_waits_for_nobody_but_those_listed(region: Region) -> None:
    kinds = list(wiring.mailer()._purposes)
    assert set(REACH) < set(kinds)
    region.done(region.ann, AWAY, UNTIL)
    reached = {kind for kind in kinds if post(region, kind) == "sent"}
    assert reached == set(REACH)


def test_each_kind_of_scheduled_email_stops_where_the_office_says_so(region: Region) -> None:
    stop(region, region.ann)
    reached = {kind for kind in wiring.mailer()._purposes if post(region, kind) == "sent"}
    assert reached == {kind for kind, reach in REACH.items() if reach == "asked"}


def test_who_is_away_gets_no_invitation_and_nobody_else_notices(region: Region) -> None:
    region.done(region.ann, AWAY, UNTIL)
    region.meeting()
    region.cloud.post_letters()
    assert region.mail(region.ann, "") == []
    assert region.mail(region.ben, "")


def test_an_email_that_was_written_before_is_not_sent(region: Region) -> None:
    path = region.meeting()
    region.done(region.ann, AWAY, UNTIL)
    stop(region, region.ben)
    region.cloud.post_letters()
    assert region.mail(region.ann, "") == region.mail(region.ben, "") == []
    rows = region.ask(region.chair, "GET", f"{path}/delivery").json["parts"][0]["rows"]
    why = {row["name"]: row["why"] for row in rows}
    assert (why["Ann"], why["Ben"]) == ("away", "withheld")


def test_a_link_that_one_asks_for_comes_all_the_same(region: Region) -> None:
    region.done(region.ann, AWAY, UNTIL)
    stop(region, region.ann)
    region.cloud.call("POST", "/sign-in", {"email": region.ann.email})
    region.cloud.post_letters()
    assert any("sign in" in subject for subject in subjects(region, region.ann))


@pytest.mark.parametrize(
    ("until", "at"),
    [
        ("2027-01-16", datetime(2027, 1, 16, 9, tzinfo=UTC)),  # a Saturday
        ("2027-03-17", datetime(2027, 3, 17, 9, tzinfo=UTC)),  # a public holiday
        ("2027-03-28", datetime(2027, 3, 28, 8, tzinfo=UTC)),  # the clocks go forward
        ("2027-10-31", datetime(2027, 10, 31, 9, tzinfo=UTC)),  # and back
    ],
)
def test_on_the_day_back_at_nine_one_email_comes(region: Region, until: str, at: datetime) -> None:
    region.done(region.ann, AWAY, {"until": until})
    work = wiring.table().get((f"MEMBER#{region.ann.id}", "AWAY"))
    assert work and work["due_at"].startswith(at.strftime("%Y-%m-%dT%H:%M"))


def test_the_email_of_the_day_back_names_the_next_meeting(region: Region) -> None:
    region.done(region.ann, AWAY, {"until": "2027-01-18"})
    region.meeting(starts_at="2027-02-18T10:00")
    region.cloud.post_letters()
    region.at(2027, 1, 18, 9)
    region.at(2027, 1, 19, 9)
    (letter,) = region.mail(region.ann, "")
    assert letter["Subject"] == "Welcome back to Comhar"
    assert "18 February" in letter.get_body(("plain",)).get_content()
    assert wiring.table().get((f"MEMBER#{region.ann.id}", "AWAY")) is None


def test_on_a_saturday_too_one_email_comes_at_nine(region: Region) -> None:
    region.done(region.ann, AWAY, {"until": "2027-01-16"})
    region.at(2027, 1, 16, 8, 59)
    assert region.mail(region.ann, "") == []
    for moment in ((2027, 1, 16, 9), (2027, 1, 16, 10), (2027, 1, 18, 9)):
        region.at(*moment)
        assert subjects(region, region.ann) == ["Welcome back to Comhar"]
    region.meeting()
    region.cloud.post_letters()
    assert "Invitation" in subjects(region, region.ann)[-1]


def test_a_clock_that_comes_late_sends_it_once(region: Region) -> None:
    region.done(region.ann, AWAY, {"until": "2027-01-16"})
    for _ in range(2):
        region.at(2027, 1, 19, 14)
    assert subjects(region, region.ann) == ["Welcome back to Comhar"]


def test_who_went_meanwhile_or_is_not_to_be_written_to_gets_none(region: Region) -> None:
    for who in (region.ann, region.ben):
        region.done(who, AWAY, {"until": "2027-01-18"})
    stop(region, region.ann)
    region.done(OFFICE, f"/members/{region.ben.id}/deactivate", {"reason": "Moved abroad"})
    region.at(2027, 1, 18, 9)
    assert region.mail(region.ann, "") == []
    assert "Welcome back to Comhar" not in subjects(region, region.ben)
    for who in (region.ann, region.ben):
        assert wiring.table().get((f"MEMBER#{who.id}", "AWAY")) is None


def test_who_stays_away_longer_is_welcomed_on_the_later_day(region: Region) -> None:
    region.done(region.ann, AWAY, {"until": "2027-01-18"})
    region.at(2027, 1, 15, 9)
    region.done(region.ann, AWAY, {"until": "2027-01-25"})
    region.at(2027, 1, 18, 9)
    assert region.mail(region.ann, "") == []
    region.at(2027, 1, 25, 9)
    assert subjects(region, region.ann) == ["Welcome back to Comhar"]


def test_who_is_back_sooner_gets_no_such_email(region: Region) -> None:
    region.done(region.ann, AWAY, {"until": "2027-01-18"})
    region.done(region.ann, AWAY, {"until": None})
    assert region.ask(region.ann, "GET", AWAY).json == {"until": None}
    region.at(2027, 1, 19, 9)
    assert region.mail(region.ann, "") == []


def test_who_is_away_on_the_day_of_a_meeting_is_in_no_rate_later_either(region: Region) -> None:
    path = region.meeting(starts_at="2027-01-20T10:00")
    region.done(region.ann, AWAY, {"until": "2027-01-25"})
    region.at(2027, 1, 20, 13)
    region.done(region.chair, f"{path}/close", {"attended": [region.ben.id, region.chair.id]})
    region.at(2027, 2, 10, 13)
    rows = region.ask(OFFICE, "GET", "/reports/kpi/2027-Q1").json["rows"]
    values = {row["kpi"]: row["values"]["SW"]["value"] for row in rows}
    members = values["members_active"]
    assert values["attendance_rate"] == pytest.approx(200 / (members - 1), abs=0.1)


def test_the_office_sets_it_with_a_line_in_the_history_and_co_chairs_see_the_day(
    region: Region,
) -> None:
    region.done(OFFICE, f"/members/{region.ann.id}/away", UNTIL)
    stop(region, region.ann)
    record = region.ask(OFFICE, "GET", f"/members/{region.ann.id}").json
    assert (record["away_until"], record["do_not_write"]) == ("2027-02-22", True)
    done = [line["what"] for line in record["history"]]
    assert {"set_away", "stop_emails"} <= set(done)
    seen = region.ask(region.chair, "GET", f"/members/{region.ann.id}").json
    assert seen["away_until"] == "2027-02-22" and not seen["do_not_write"]
    stop(region, region.ann, False)
    assert "do_not_write" not in item(region.ann)


def test_no_survey_asks_who_is_away_on_the_day_it_opens(region: Region) -> None:
    region.done(region.ann, AWAY, UNTIL)
    stop(region, region.ben)
    start = "/communities/SW/questionnaires/needs/start"
    days = {"opens_on": "2027-01-11", "closes_on": "2027-01-25"}
    region.done(region.chair, start, days)
    region.cloud.post_letters()
    assert region.mail(region.ann, "") == region.mail(region.ben, "") == []
    assert region.mail(region.cian, "")


def test_when_one_was_away_is_in_ones_data_and_stays_without_a_name(region: Region) -> None:
    region.done(region.ann, AWAY, UNTIL)
    own = region.ask(region.ann, "GET", "/me/data.json").json
    assert [(each["from"], each["until"]) for each in own["away"]] == [("2027-01-11", "2027-02-22")]
    region.cloud.call("POST", "/me/erase", bearer=region.cloud.session(region.ann))
    region.cloud.post_letters()
    [path] = re.findall(r"/erase/[\w-]{20,}", text(region.mail(region.ann, "")[-1]))
    assert region.cloud.call("POST", path).status == 200
    region.cloud.post_letters()
    assert "/keep/" in text(region.mail(region.ann, "")[-1])
    region.at(2027, 1, 20, 10)
    assert wiring.table().query(f"MEMBER#{region.ann.id}").items == []
    rows = wiring.table().query("REGISTER", "SW#").items
    [row] = [each for each in rows if each["status"] == "erased"]
    assert row["away"] == [{"from": "2027-01-11", "until": "2027-02-22"}] and "name" not in row


def test_a_period_goes_on_is_ended_and_leaves_no_empty_one(region: Region) -> None:
    first, later = date(2027, 1, 11), date(2027, 1, 14)
    away = absence_model.set_away(region.ann, date(2027, 2, 1), first)
    goes_on = absence_model.set_away(away, date(2027, 3, 1), later)
    assert goes_on.away == ({"from": "2027-01-11", "until": "2027-03-01"},)
    assert absence_model.set_away(away, None, first).away == ()
    ended = absence_model.set_away(away, None, later)
    assert ended.away == ({"from": "2027-01-11", "until": "2027-01-14"},)


def test_who_was_changed_meanwhile_is_not_set_away_on_what_was_read_before(region: Region) -> None:
    before = stored_members.find_member(region.ann.id)
    assert before
    region.done(OFFICE, f"/members/{region.ann.id}/away", UNTIL)
    ctx = Context(before, region.cloud.now, wiring.table(), wiring.settings())
    with pytest.raises(MemberChanged):
        absence_service.set_away(absence_forms.SetAway(until=date(2027, 3, 1)), ctx)
    assert region.ask(region.ann, "GET", AWAY).json == UNTIL
    work = wiring.table().get((f"MEMBER#{region.ann.id}", "AWAY"))
    assert work and work["until"] == UNTIL["until"]


def test_one_s_own_page_says_until_when_one_is_away(region: Region) -> None:
    bearer = region.cloud.session(region.ann)
    region.done(region.ann, "/me/away", {"until": "2027-02-01"})
    page = " ".join(region.cloud.call("GET", "/me", bearer=bearer, html=True).text.split())
    assert "You’re away until Monday 1 February 2027." in page
    region.done(region.ann, "/me/away", {"until": None})
    assert "You’re away" not in region.cloud.call("GET", "/me", bearer=bearer, html=True).text
