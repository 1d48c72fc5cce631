"""What members ask to have on an agenda: proposed, changed, taken back, decided on and put back."""

import pytest

from comhar import wiring
from comhar.meetings.agenda import repository as agenda_repository
from comhar.meetings.agenda.model import Item
from tests.support.page import Page
from tests.support.read_counter import count_reads
from tests.support.sample_region import Region, text
from tests.support.snapshots import built_once

FULL = {
    "title": "Teach nua 🫖",
    "why": "Two lines\nof it",
    "kind": "problem_solving",
    "minutes": 15,
    "link": "https://example.com/a?b=(c)",
}


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    return region.meeting()


def proposed(region: Region, meeting: str, **about) -> str:
    made = region.done(region.ann, f"{meeting}/items", {"title": "Rooms"} | about)
    return f"{meeting}/items/{made['id']}"


def test_an_item_that_does_not_hold_what_it_should_is_refused(region: Region, meeting: str):
    for wrong in (
        {"why": "x" * 501},
        {"kind": "gossip"},
        {"link": "http://example.com"},
        {"link": "javascript:alert(1)"},
        {"link": "https://a b"},
        {"minutes": 241},
        {"state": "accepted"},
    ):
        answer = region.ask(region.ann, "POST", f"{meeting}/items", {"title": "X"} | wrong)
        assert answer.status == 422
        assert [each["field"] for each in answer.json["errors"]] == list(wrong)


def test_a_member_has_ten_undecided_items_at_a_meeting_and_no_more(region: Region, meeting: str):
    for number in range(10):
        path = proposed(region, meeting, title=f"Item {number}")
    more = region.ask(region.ann, "POST", f"{meeting}/items", {"title": "One more"})
    assert (more.status, more.json["title"]) == (
        409,
        "No more items can be proposed for this meeting.",
    )
    assert "10 of your items" in more.json["detail"]
    assert len(region.ask(region.ann, "GET", meeting).json["items"]) == 10
    region.done(region.ben, f"{meeting}/items", {"title": "Another’s"})
    region.done(region.chair, f"{path}/accept")
    proposed(region, meeting, title="Room again")


def test_a_meeting_has_two_hundred_items_and_no_more(region: Region, meeting: str):
    id = meeting.rpartition("/")[2]
    for number in range(200):
        item = Item(id=f"i{number}", title="Rooms", by=f"m{number}", by_name="X")
        wiring.table().transact(agenda_repository.insert_item_writes(id, item))
    assert region.ask(region.ann, "POST", f"{meeting}/items", {"title": "X"}).status == 409


def test_proposing_reads_the_meeting_and_its_items_whatever_else_there_is(
    region: Region, meeting: str
):
    def read() -> tuple[int, int]:
        bearer = region.cloud.session(region.ann)
        with count_reads(region.cloud) as reads:
            answer = region.cloud.call("POST", f"{meeting}/items", {"title": "Tea"}, bearer=bearer)
        assert answer.status == 201
        return reads.calls, reads.items

    assert read() == (2, 1)
    for who in (region.ann, region.ben, region.cian):
        region.done(who, f"{meeting}/answer", {"answer": "yes", "arrange": "A quiet room"})
        region.done(who, f"{meeting}/ideas", {"title": f"An idea of {who.name}"})
    assert read() == (2, 2)


def test_one_item_is_read_with_its_meeting_at_once(region: Region, meeting: str):
    paths = [proposed(region, meeting, title=f"Item {number}") for number in range(5)]
    for who, page in ((region.ann, "edit"), (region.chair, "decline")):
        bearer = region.cloud.session(who)
        with count_reads(region.cloud) as reads:
            answer = region.cloud.call("GET", f"{paths[2]}/{page}", bearer=bearer)
        assert (answer.status, reads.calls, reads.items) == (200, 1, 2)


def test_of_a_first_meeting_it_says_who_else_reads_the_titles(region: Region, meeting: str):
    first = region.meeting(kind="first", starts_at="2027-03-18T10:00")
    bearer = region.cloud.session(region.ann)
    for path, expected in ((meeting, False), (first, True)):
        page = region.cloud.call("GET", f"{path}/items/new", bearer=bearer, html=True).text
        assert ("The facilitator who hosts this meeting" in page) == expected


def test_an_item_keeps_all_that_was_said(region: Region, meeting: str):
    made = region.done(region.ann, f"{meeting}/items", FULL)
    for who in (region.ann, region.chair):
        (seen,) = region.ask(who, "GET", meeting).json["items"]
        assert {name: seen[name] for name in FULL} == FULL
        assert seen["kind_title"] == "Solving a problem"
    assert region.ask(region.ben, "GET", meeting).json["items"] == []
    assert made["state"] == "proposed"


def test_only_who_proposed_it_changes_it_or_takes_it_back(region: Region, meeting: str):
    path = proposed(region, meeting)
    body = {"revision": 0, "title": "Mine"}
    for who in (region.ben, region.chair, region.stranger):
        for way, sent in (("edit", body), ("withdraw", None)):
            assert region.ask(who, "GET", f"{path}/{way}").status in (403, 404)
            assert region.ask(who, "POST", f"{path}/{way}", sent).status in (403, 404)
    form = region.ask(region.ann, "GET", f"{path}/edit").json
    assert (form["title"], form["revision"]) == ("Rooms", 0)


def test_an_item_is_changed_until_it_is_decided(region: Region, meeting: str):
    path = proposed(region, meeting, **FULL)
    changed = region.done(region.ann, f"{path}/edit", {"revision": 0, "title": "Doors"})
    assert (changed["title"], changed["why"], changed["link"]) == ("Doors", None, None)
    stale = region.ask(region.ann, "POST", f"{path}/edit", {"revision": 0, "title": "Walls"})
    assert stale.status == 409
    region.done(region.chair, f"{path}/accept")
    for way, body in (("edit", {"revision": 1, "title": "Late"}), ("withdraw", None)):
        assert region.ask(region.ann, "POST", f"{path}/{way}", body).status == 409
    (seen,) = region.ask(region.ben, "GET", meeting).json["items"]
    assert seen["title"] == "Doors"


def test_an_item_taken_back_is_gone(region: Region, meeting: str):
    path = proposed(region, meeting)
    region.done(region.ann, f"{path}/withdraw")
    assert region.ask(region.ann, "POST", f"{path}/withdraw").status == 404
    assert region.ask(region.chair, "POST", f"{path}/accept").status == 404
    assert region.ask(region.chair, "GET", f"{meeting}/agenda").json["items"] == []


def test_only_who_leads_puts_an_item_back_and_only_a_decided_one(region: Region, meeting: str):
    path = proposed(region, meeting)
    assert region.ask(region.chair, "POST", f"{path}/reopen").status == 409
    region.done(region.chair, f"{path}/accept")
    for who in (region.ann, region.stranger):
        assert region.ask(who, "POST", f"{path}/reopen").status == 403
    assert region.done(region.chair, f"{path}/reopen")["state"] == "proposed"
    agenda = region.ask(region.chair, "GET", f"{meeting}/agenda").json["lines"]
    assert "member_items" in [line["key"] for line in agenda]


def test_an_item_is_declined_with_a_reason_or_not_at_all(region: Region, meeting: str):
    path = f"{proposed(region, meeting)}/decline"
    for none in ({}, {"reason": None}, {"reason": "  "}):
        refused = region.ask(region.chair, "POST", path, none)
        assert refused.status == 422
        assert [each["field"] for each in refused.json["errors"]] == ["reason"]
    bearer = region.cloud.session(region.chair)
    again = region.cloud.call("POST", path, form={"reason": ""}, bearer=bearer, html=True)
    page = Page(again.text)
    assert (again.status, page.faults()) == (422, [])
    assert "#reason" in set(page.links)
    assert "leave this blank" not in again.text
    (item,) = region.ask(region.chair, "GET", meeting).json["items"]
    assert item["state"] == "proposed"
    assert not region.mail(region.ann, "Your agenda item")


def test_a_letter_of_a_decision_that_was_put_back_is_never_sent(region: Region, meeting: str):
    path = proposed(region, meeting)
    region.done(region.chair, f"{path}/decline", {"reason": "No time"})
    region.done(region.chair, f"{path}/reopen")
    assert not region.mail(region.ann, "Your agenda item")
    region.done(region.chair, f"{path}/decline", {"reason": "Next time"})
    region.done(region.chair, f"{path}/reopen")
    region.done(region.chair, f"{path}/decline", {"reason": "In the summer"})
    (letter,) = region.mail(region.ann, "Your agenda item")
    assert "In the summer" in text(letter)
    assert "Rooms" not in letter["Subject"]


def test_who_was_told_and_is_declined_anew_hears_of_it(region: Region, meeting: str):
    path = proposed(region, meeting)
    for reason in ("No time", "Still none"):
        region.done(region.chair, f"{path}/decline", {"reason": reason})
        region.cloud.post_letters()
        region.done(region.chair, f"{path}/reopen")
    assert len(region.mail(region.ann, "Your agenda item")) == 2


def test_the_form_to_change_an_item_holds_it_and_comes_back_with_mistakes(
    region: Region, meeting: str
):
    path = proposed(region, meeting, **FULL)
    bearer = region.cloud.session(region.ann)
    page = Page(region.cloud.call("GET", f"{path}/edit", bearer=bearer, html=True).text)
    fields = {each.get("name"): each.get("value") for each in page.fields}
    assert (fields["title"], fields["link"]) == (FULL["title"], FULL["link"])
    assert page.faults() == []
    form = {"revision": "0", "title": "Doors", "link": "ftp://x", "why": "Because"}
    again = region.cloud.call("POST", f"{path}/edit", form=form, bearer=bearer, html=True)
    assert again.status == 422
    assert {"Doors", "ftp://x"} <= {each.get("value") for each in Page(again.text).fields}
    assert "Because" in again.text
