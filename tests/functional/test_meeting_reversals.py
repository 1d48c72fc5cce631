"""What comes back changed: a meeting moved away and back, closed again, cancelled, or given a topic late."""

import pytest

from comhar.aws.dynamodb import Table
from comhar.meetings.day import action_repository
from comhar.meetings.day.model import Action
from tests.support.sample_region import THURSDAY, Region

MARCH = "2027-03-18T10:00"


def accepted(region: Region, meeting: str, title: str) -> None:
    item = region.done(region.ann, f"{meeting}/items", {"title": title})["id"]
    region.done(region.chair, f"{meeting}/items/{item}/accept")


def test_a_meeting_moved_away_and_back_sends_its_agenda_anew_with_all_that_was_accepted(
    region: Region,
) -> None:
    meeting = region.meeting()
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes"})
    region.at(2027, 2, 11, 9)
    assert len(region.mail(region.ben, "Agenda")) == 1
    accepted(region, meeting, "Hospital passes")
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": MARCH})
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": THURSDAY})
    seen = region.ask(region.ann, "GET", meeting).json
    assert (seen["my_answer"], seen["agenda_issued_at"]) == (None, None)
    region.at(2027, 2, 11, 11)
    latest = region.mail(region.ben, "genda")[-1]
    assert "Hospital passes" in latest.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Changed" not in latest["Subject"]


def test_an_answer_link_of_the_old_date_says_nothing_of_the_same_date_chosen_again(
    region: Region,
) -> None:
    meeting = region.meeting()
    region.cloud.post_letters()
    (letter,) = region.mail(region.ann, "Invitation")
    body = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    path = "/answer/" + body.partition("/answer/")[2].split()[0].partition("?")[0]
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": MARCH})
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": THURSDAY})
    assert region.ask(None, "POST", path, {"answer": "yes"}).status == 410


def test_a_topic_chosen_when_the_next_agenda_is_out_goes_out_with_the_changed_one(
    region: Region,
) -> None:
    meeting = region.meeting(starts_at="2027-02-10T10:00")
    coming = region.meeting(starts_at="2027-02-16T10:00")
    region.at(2027, 2, 10, 13)
    region.done(region.chair, f"{meeting}/close", {"attended": [], "next_topic": "Hope"})
    assert region.ask(region.ann, "GET", coming).json["topic"] == "Hope"
    region.at(2027, 2, 10, 14, 1)
    (changed,) = region.mail(region.ann, "Changed agenda")
    assert "Hope" in changed.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_closing_again_leaves_a_topic_alone_that_was_chosen_since(region: Region) -> None:
    meeting = region.meeting(starts_at="2027-01-12T10:00")
    coming = region.meeting()
    region.at(2027, 1, 12, 13)
    form = {"attended": [region.ann.id], "next_topic": "Hope"}
    region.done(region.chair, f"{meeting}/close", form)
    agenda = region.ask(region.chair, "GET", f"{coming}/agenda").json
    topic = {"revision": agenda["revision"], "topic": "Housing"}
    region.done(region.chair, f"{coming}/agenda", topic)
    region.done(region.chair, f"{meeting}/reopen", {"reason": "A name was missing"})
    region.done(region.chair, f"{meeting}/close", form)
    assert region.ask(region.ann, "GET", coming).json["topic"] == "Housing"


def test_what_a_cancelled_meeting_was_to_be_about_is_left_to_the_next_one(region: Region) -> None:
    meeting = region.meeting(topic="Hope")
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Storm"})
    assert region.ask(region.ann, "GET", region.meeting(starts_at=MARCH)).json["topic"] == "Hope"


def test_what_was_ticked_and_noted_for_a_day_goes_when_the_meeting_is_moved(region: Region) -> None:
    meeting = region.meeting()
    region.at(2027, 2, 18, 9, 30)
    ticked = {"attended": [region.ben.id], "revision": 0}
    region.done(region.chair, f"{meeting}/attendance", ticked)
    region.done(region.chair, f"{meeting}/notes/welcome", {"text": "We began.", "revision": 0})
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": MARCH})
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes"})
    region.at(2027, 3, 18, 11)
    assert "We began." not in region.ask(region.chair, "GET", f"{meeting}/run").text
    people = region.ask(region.chair, "GET", f"{meeting}/close").json["people"]
    assert [each["id"] for each in people if each["there"]] == [region.ann.id]


def test_closing_again_adds_no_action_that_is_marked_as_done_at_that_moment(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = region.meeting(starts_at="2027-01-12T10:00")
    region.at(2027, 1, 12, 13)
    action = {"what": "Bring biscuits", "who": region.ann.id, "by": "2027-03-01"}
    form = {"attended": [region.ann.id], "actions": [action]}
    region.done(region.chair, f"{meeting}/close", form)
    region.done(region.chair, f"{meeting}/reopen", {"reason": "A name was missing"})
    (listed,) = region.ask(region.ann, "GET", "/communities/SW/actions").json["actions"]
    list_current = action_repository.list_current_actions

    def end_first(table: Table, code: str) -> list[Action]:
        monkeypatch.setattr(action_repository, "list_current_actions", list_current)
        region.done(region.ann, f"/communities/SW/actions/{listed['id']}/done")
        return list_current(table, code)

    monkeypatch.setattr(action_repository, "list_current_actions", end_first)
    assert region.done(region.chair, f"{meeting}/close", form)["actions"] == 0
    left = region.ask(region.ann, "GET", "/communities/SW/actions").json
    assert ([each["what"] for each in left["lately_done"]], left["actions"]) == (
        ["Bring biscuits"],
        [],
    )
