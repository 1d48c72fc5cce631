"""The agenda in the making: who arranges it, what is kept, and what two people at once cannot break."""

import re

from comhar import wiring
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region

STANDING = [
    *("welcome", "actions", "lead_topic", "reflective_practice", "member_items"),
    *("next_topic", "close"),
]


def keys(seen: dict) -> list[str]:
    return [line["key"] for line in seen["lines"]]


def accepted(region: Region, meeting: str, title: str = "Rooms", **about) -> str:
    made = region.done(region.ann, f"{meeting}/items", {"title": title} | about)["id"]
    region.done(region.chair, f"{meeting}/items/{made}/accept")
    return made


def page(region: Region, who, path: str, **more) -> Page:
    answer = region.cloud.call("GET", path, bearer=region.cloud.session(who), html=True, **more)
    assert answer.status == 200, answer.text
    return Page(answer.text)


# Who may


def test_only_who_leads_arranges_it_and_only_before_the_meeting(region: Region):
    meeting = region.meeting()
    body = {"revision": 0, "minutes": {"welcome": 5}}
    for who, status in ((None, 401), (region.ann, 403), (region.stranger, 403)):
        for path in ("", "/hold", "/release", "/issue", "/undo"):
            answer = region.ask(who, "POST", f"{meeting}/agenda{path}", None if path else body)
            assert answer.status == status, path
        for path in ("", "/preview", "/print", "/letter", "/email", "/issue"):
            assert region.ask(who, "GET", f"{meeting}/agenda{path}").status == status
    for number, who in enumerate((region.chair, region.other_chair, OFFICE)):
        body = {"revision": number, "minutes": {"welcome": number + 1}}
        region.done(who, f"{meeting}/agenda", body)
    region.at(2027, 2, 18, 10)
    body |= {"revision": 3}
    assert region.ask(region.chair, "POST", f"{meeting}/agenda", body).status == 409


def test_whose_turn_it_is_to_lead_prepares_that_agenda_and_no_other(region: Region):
    first = region.meeting(starts_at="2027-01-11T09:30")
    region.at(2027, 1, 11, 12)
    chosen = {"attended": [], "next_topic": "Hope", "next_lead": region.ben.id}
    region.done(region.chair, f"{first}/close", chosen)
    meeting = region.meeting()
    other = region.meeting(starts_at="2027-03-18T10:00")
    seen = region.done(region.ben, f"{meeting}/agenda", {"revision": 0, "topic": "Trust"})
    assert seen["topic"] == "Trust"
    for path in ("hold", "release", "issue"):
        region.done(region.ben, f"{meeting}/agenda/{path}")
    assert region.ask(region.ben, "GET", f"{meeting}/delivery").status == 403
    bearer = region.cloud.session(region.ben)
    page = region.cloud.call("GET", f"{meeting}/agenda", bearer=bearer, html=True).text
    assert "went to every member" in page and "/delivery" not in page
    assert region.ask(region.ben, "GET", f"{other}/agenda").status == 403
    assert region.ask(region.ann, "GET", f"{meeting}/agenda").status == 403


def test_what_makes_no_sense_is_refused_by_its_field(region: Region):
    meeting = region.meeting()
    item = accepted(region, meeting)
    for wrong, field in (
        ({"minutes": {"welcome": 601}}, "minutes.welcome"),
        ({"minutes": {"welcome": "many"}}, "minutes.welcome"),
        ({"move": "welcome:sideways"}, "move"),
        ({"topic": "x" * 201}, "topic"),
        ({"order": ["welcome"]}, "order"),
    ):
        answer = region.ask(region.chair, "POST", f"{meeting}/agenda", {"revision": 0} | wrong)
        assert answer.status == 422
        assert [each["field"] for each in answer.json["errors"]] == [field]
    for wrong, status in (
        ({"move": "gone:up"}, 404),
        ({"out": "gone"}, 404),
        ({"back": "welcome"}, 404),
        ({"accept": "gone"}, 404),
        ({"accept": item}, 409),
        ({"accept": "close"}, 404),
    ):
        answer = region.ask(region.chair, "POST", f"{meeting}/agenda", {"revision": 0} | wrong)
        assert answer.status == status, wrong
    assert region.ask(region.chair, "GET", f"{meeting}/agenda").json["revision"] == 0


def test_the_summary_of_errors_says_of_which_line_each_is_and_leads_there(region: Region):
    path = f"{region.meeting()}/agenda"
    bearer = region.cloud.session(region.chair)
    wrong = {"minutes.welcome": "many", "minutes.close": "601", "minutes.gone": "x"}
    form = {"revision": "0", "whole": "true", "topic": "x" * 201} | wrong
    answer = region.cloud.call("POST", path, form=form, bearer=bearer, html=True)
    page, text = Page(answer.text), re.sub(r"\s*([<>])\s*", r"\1", answer.text)
    assert (answer.status, page.faults()) == (422, [])
    for field, wording in (
        ("minutes.welcome", "Minutes for “Welcome and support statements”: enter a whole number."),
        ("minutes.close", "Minutes for “Close”: enter 600 or less."),
        ("topic", "Use 200 characters or fewer."),
    ):
        assert f'<a href="#{field}">{wording}</a>' in text
    assert "Minutes for an item that is no longer here: enter a whole number." in text
    assert {"minutes.welcome", "minutes.close", "topic"} <= set(page.ids)


# Arranging


def test_lines_are_moved_left_out_and_brought_back(region: Region):
    meeting = f"{region.meeting()}/agenda"
    seen = region.done(region.chair, meeting, {"revision": 0, "move": "actions:up"})
    assert keys(seen) == ["actions", "welcome", *STANDING[2:]]
    assert seen["at"] == "line-actions"
    seen = region.done(region.chair, meeting, {"revision": 1, "out": "lead_topic"})
    assert "lead_topic" not in keys(seen)
    assert [each["key"] for each in seen["left_out"]] == ["lead_topic"]
    assert seen["together"] == 90
    seen = region.done(region.chair, meeting, {"revision": 2, "back": "lead_topic"})
    assert keys(seen) == ["actions", "welcome", *STANDING[2:]]
    assert region.ask(region.other_chair, "GET", meeting).json["lines"] == seen["lines"]


def test_an_item_is_accepted_with_its_minutes_and_all_else_that_was_typed(region: Region):
    meeting = region.meeting()
    about = {"title": "Rooms", "minutes": 15}
    item, other = (region.done(region.ann, f"{meeting}/items", about)["id"] for _ in range(2))
    form = {"revision": "0", "whole": "true", "topic": "Hope", "accept": item}
    form |= {f"minutes.{item}": "25", f"minutes.{other}": "35", "minutes.welcome": "5"}
    bearer = region.cloud.session(region.chair)
    answer = region.cloud.call("POST", f"{meeting}/agenda", form=form, bearer=bearer, html=True)
    assert answer.headers["Location"] == f"{meeting}/agenda?done=accepted#line-{item}"
    seen = region.ask(region.chair, "GET", f"{meeting}/agenda").json
    result = {line["key"]: line["minutes"] for line in seen["lines"]}
    assert (result[item], result["welcome"], other in result) == (25, 5, False)
    assert {one["id"]: one["state"] for one in seen["items"]} == {
        item: "accepted",
        other: "proposed",
    }
    seen = region.done(region.chair, f"{meeting}/agenda", {"revision": 1, "accept": other})
    assert {line["key"]: line["minutes"] for line in seen["lines"]}[other] == 15
    refused = region.ask(region.chair, "POST", f"{meeting}/agenda", {"revision": 1, "accept": item})
    assert (refused.status, refused.json["title"]) == (409, "This item has been decided already.")


def test_minutes_that_cannot_be_accept_nothing_and_stay_where_they_were_typed(region: Region):
    meeting = region.meeting()
    item = region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})["id"]
    form = {"revision": "0", "whole": "true", "accept": item, f"minutes.{item}": "601"}
    bearer = region.cloud.session(region.chair)
    answer = region.cloud.call("POST", f"{meeting}/agenda", form=form, bearer=bearer, html=True)
    again = Page(answer.text)
    assert (answer.status, again.faults()) == (422, [])
    assert "Minutes for “Rooms”: enter 600 or less." in again.text
    assert f"#minutes.{item}" in again.links
    (field,) = [each for each in again.fields if each.get("name") == f"minutes.{item}"]
    assert field["value"] == "601"
    (seen,) = region.ask(region.chair, "GET", f"{meeting}/agenda").json["items"]
    assert seen["state"] == "proposed"


def test_a_members_item_that_is_removed_waits_to_be_decided_again(region: Region):
    meeting = region.meeting()
    item = accepted(region, meeting)
    seen = region.done(region.chair, f"{meeting}/agenda", {"revision": 0, "out": item})
    assert (item in keys(seen), seen["left_out"], seen["at"]) == (False, [], f"item-{item}")
    assert [one["state"] for one in seen["items"]] == ["proposed"]
    assert "1 item to decide" in page(region, region.chair, f"{meeting}/agenda").text
    again = region.ask(region.chair, "POST", f"{meeting}/agenda", {"revision": 0, "out": item})
    assert again.status == 404
    region.done(region.chair, f"{meeting}/items/{item}/decline", {"reason": "Next time"})
    assert region.mail(region.ann, "Your agenda item")


def test_who_saves_to_send_comes_to_the_page_before_sending_while_there_is_something_to_send(
    region: Region,
):
    meeting = region.meeting()
    bearer = region.cloud.session(region.chair)

    def sent(**about: str) -> str:
        revision = region.ask(region.chair, "GET", f"{meeting}/agenda").json["revision"]
        form = {"revision": str(revision), "whole": "true", "check": "true"} | about
        answer = region.cloud.call("POST", f"{meeting}/agenda", form=form, bearer=bearer, html=True)
        return answer.headers["Location"]

    assert sent(topic="Hope") == f"{meeting}/agenda/issue"
    assert region.ask(region.chair, "GET", f"{meeting}/agenda").json["topic"] == "Hope"
    region.done(region.chair, f"{meeting}/agenda/issue")
    assert sent(topic="Hope") == f"{meeting}/agenda?done=arranged#sum"
    assert sent(topic="Trust") == f"{meeting}/agenda/issue"


def test_enter_in_a_field_saves_and_decides_nothing(region: Region):
    meeting = region.meeting()
    region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})
    bearer = region.cloud.session(region.chair)
    text = region.cloud.call("GET", f"{meeting}/agenda", bearer=bearer, html=True).text
    form = text[text.index(f'action="{meeting}/agenda"') :]
    first = re.search(r"<button[^>]*>", form)
    assert first is not None
    assert "name=" not in first[0]  # a browser presses the first button of the form


def test_minutes_typed_are_kept_when_a_button_moves_a_line(region: Region):
    meeting = region.meeting()
    form = {"revision": "0", "whole": "true", "topic": "Hope", "move": "close:up"}
    form |= {f"minutes.{key}": "7" for key in STANDING if key != "actions"}
    bearer = region.cloud.session(region.chair)
    answer = region.cloud.call("POST", f"{meeting}/agenda", form=form, bearer=bearer, html=True)
    assert answer.status == 303
    assert answer.headers["Location"] == f"{meeting}/agenda?done=arranged#line-close"
    seen = region.ask(region.chair, "GET", f"{meeting}/agenda").json
    result = {line["key"]: line["minutes"] for line in seen["lines"]}
    assert result == {key: 7 for key in STANDING} | {"actions": 10}
    assert keys(seen)[-2:] == ["close", "next_topic"]
    assert seen["topic"] == "Hope"
    assert "Lead topic: Hope" in [line["title"] for line in seen["lines"]]


def test_a_blank_topic_is_taken_away_by_a_page_and_left_alone_by_a_program(region: Region):
    meeting = region.meeting(topic="Hope")
    region.done(region.chair, f"{meeting}/agenda", {"revision": 0, "minutes": {"close": 9}})
    assert region.ask(region.ann, "GET", meeting).json["topic"] == "Hope"
    region.done(region.chair, f"{meeting}/agenda", {"revision": 1, "whole": True})
    assert region.ask(region.ann, "GET", meeting).json["topic"] is None
    seen = region.ask(region.chair, "GET", f"{meeting}/agenda").json
    assert [line["minutes"] for line in seen["lines"]][-1] == 5


def test_the_sum_stands_against_the_meetings_length(region: Region):
    meeting = region.meeting(minutes=120)
    for minutes, words in (
        (5, "120 of 120 minutes used"),
        (10, "5 minutes over"),
        (0, "115 of 120 minutes used"),
    ):
        revision = region.ask(region.chair, "GET", f"{meeting}/agenda").json["revision"]
        body = {"revision": revision, "minutes": {"close": minutes}}
        region.done(region.chair, f"{meeting}/agenda", body)
        shown_page = page(region, region.chair, f"{meeting}/agenda")
        assert words in shown_page.text
        assert words in shown_page.title
        assert shown_page.faults() == []


def test_what_is_the_same_is_not_written_again(region: Region):
    meeting = f"{region.meeting()}/agenda"
    assert region.done(region.chair, meeting, {"revision": 0})["revision"] == 0
    assert region.done(region.chair, meeting, {"revision": 0, "minutes": {}})["revision"] == 0
    up = region.done(region.chair, meeting, {"revision": 0, "move": "actions:up"})
    assert region.done(region.chair, meeting, {"revision": 1, "move": "actions:up"}) == up


def test_of_two_co_chairs_at_once_the_second_is_told_and_overwrites_nothing(region: Region):
    meeting = f"{region.meeting()}/agenda"
    region.done(region.chair, meeting, {"revision": 0, "minutes": {"welcome": 5}})
    body = {"revision": 0, "minutes": {"welcome": 25}}
    answer = region.ask(region.other_chair, "POST", meeting, body)
    assert answer.status == 409
    assert "Somebody else changed this agenda" in answer.text
    assert region.ask(region.chair, "GET", meeting).json["lines"][0]["minutes"] == 5
    form = {"revision": "0", "whole": "true", "minutes.welcome": "25"}
    bearer = region.cloud.session(region.other_chair)
    again = region.cloud.call("POST", meeting, form=form, bearer=bearer, html=True)
    assert again.status == 409
    page = Page(again.text)
    fields = {each["name"]: each.get("value") for each in page.fields if each.get("name")}
    assert fields["minutes.welcome"] == "25"
    assert 'name="revision" value="1"' in again.text
    assert "Saved by somebody else: 5" in page.text
    assert "Somebody else changed this agenda" in page.text
    assert page.faults() == []


def test_an_item_accepted_meanwhile_does_not_get_in_the_way(region: Region):
    meeting = region.meeting()
    item = accepted(region, meeting, minutes=15)
    body = {"revision": 0, "minutes": {"welcome": 5, "member_items": 30}}
    seen = region.done(region.chair, f"{meeting}/agenda", body)
    assert item in keys(seen)
    assert seen["together"] == 115


def test_the_agenda_goes_out_as_it_was_arranged(region: Region):
    meeting = region.meeting()
    item = accepted(region, meeting, "Teach nua", why="We need one", link="https://a.example/b")
    body = {"revision": 0, "minutes": {item: 25, "close": 0}, "move": f"{item}:up"}
    region.done(region.chair, f"{meeting}/agenda", body)
    region.done(region.chair, f"{meeting}/agenda", {"revision": 1, "out": "actions"})
    region.at(2027, 2, 11, 9)
    lines = region.ask(region.ann, "GET", meeting).json["agenda"]
    assert [(line["key"], line["minutes"]) for line in lines] == [
        *(("welcome", 10), ("lead_topic", 30), (item, 25)),
        *(("reflective_practice", 40), ("next_topic", 10), ("close", None)),
    ]
    assert (lines[2]["text"], lines[2]["link"]) == ("We need one", "https://a.example/b")


# Looking at it


def test_page_letter_and_print_say_the_same_as_what_goes_out(region: Region):
    meeting = region.meeting()
    accepted(region, meeting, "Teach nua", why="We need one", link="https://a.example/b")
    letter = region.ask(region.chair, "GET", f"{meeting}/agenda/letter").json
    for look in ("preview", "print", "letter"):
        shown_page = page(region, region.chair, f"{meeting}/agenda/{look}")
        assert shown_page.faults() == []
        for words in ("Teach nua", "We need one", "https://a.example/b"):
            assert words in shown_page.text, look
    region.at(2027, 2, 11, 9)
    (sent,) = region.mail(region.chair, "Agenda")
    went = sent.get_body(("plain",)).get_content()
    assert letter["subject"] == sent["Subject"]
    without = [line for line in went.splitlines() if "/answer/" not in line]
    assert without == [line for line in letter["text"].splitlines() if "/answer/" not in line]


def test_the_email_in_the_frame_is_the_very_one_that_goes_out_and_can_do_nothing(region: Region):
    meeting = region.meeting()
    accepted(region, meeting, "Teach nua", why="<script>alert(1)</script>")
    for look in ("issue", "letter"):
        frame = f'src="{meeting}/agenda/email" title="The email as members will see it" sandbox>'
        bearer = region.cloud.session(region.chair)
        around = region.cloud.call("GET", f"{meeting}/agenda/{look}", bearer=bearer, html=True)
        assert frame in around.text
    framed = region.cloud.call("GET", f"{meeting}/agenda/email", bearer=bearer, html=True)
    policy = framed.headers["Content-Security-Policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "frame-ancestors 'self'"} <= set(policy)
    assert "script" not in framed.headers["Content-Security-Policy"]
    assert "<script" not in framed.text
    region.at(2027, 2, 11, 9)
    (sent,) = region.mail(region.chair, "Agenda")
    went = sent.get_body(("html",)).get_content()
    unlinked = re.compile(r"/answer/[^?\"<]*")
    assert (
        unlinked.sub("", went).split()
        == unlinked.sub("", framed.text.replace('<base target="_blank">', "")).split()
    )


def test_looking_at_the_letter_sends_and_mints_nothing(region: Region):
    meeting = region.meeting()
    region.cloud.post_letters()
    bearer = region.cloud.session(region.chair)
    before = region.cloud.written()
    for look in ("letter", "email", "issue"):
        region.cloud.call("GET", f"{meeting}/agenda/{look}", bearer=bearer)
    assert region.cloud.written() == before
    assert not wiring.table().query(f"LETTER#agenda#{meeting[10:]}#0").items
