"""Actions through the routes and by the clock: mine, done, carried, changed, and the one reminder."""

import re
from datetime import date

import pytest

from comhar import data, wiring
from comhar.meetings.day import action_repository
from comhar.meetings.day import actions as day_actions
from comhar.meetings.day import forms as day_forms
from comhar.meetings.day import jobs as day_jobs
from tests.support import cloud as clouds
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region, text

LIST = "/communities/SW/actions"
SUBJECT = "A reminder"


def close_with_action(region: Region, **about: str) -> str:
    """An action of Ann's that a meeting agreed on at noon on 18 February, due on Wednesday 10 March."""
    meeting = region.meeting()
    region.at(2027, 2, 18, 12)
    action = {"what": "Bring biscuits", "who": region.ann.id, "by": "2027-03-10"} | about
    region.done(region.chair, f"{meeting}/close", {"attended": [], "actions": [action]})
    return region.ask(region.chair, "GET", LIST).json["actions"][-1]["id"]


def own_actions(region: Region, who) -> list[str]:
    return [each["what"] for each in region.ask(who, "GET", "/me").json["actions"]]


def get_action(region: Region, action: str) -> dict:
    answer = region.ask(region.chair, "GET", LIST).json
    return next(each for each in answer["actions"] + answer["lately_done"] if each["id"] == action)


# What is refused


@pytest.mark.parametrize("what", ["done", "undo", "carry"])
def test_others_actions_are_not_ones_own_to_end(region: Region, what: str):
    action = close_with_action(region)
    body = {"by": "2027-04-01"} if what == "carry" else None
    for who in (region.ben, region.stranger):
        assert region.ask(who, "POST", f"{LIST}/{action}/{what}", body).status == 403
    assert region.ask(region.chair, "POST", f"{LIST}/none/{what}", body).status == 404
    assert (
        region.ask(OFFICE, "POST", f"/communities/MW/actions/{action}/{what}", body).status == 404
    )


def test_the_owner_does_not_word_an_action_anew(region: Region):
    action = close_with_action(region)
    body = {"what": "Bake", "who": region.ann.id, "by": "2027-03-10", "revision": 0}
    assert region.ask(region.ann, "POST", f"{LIST}/{action}/edit", body).status == 403
    assert region.ask(region.ann, "GET", f"{LIST}/{action}/edit").status == 403


def test_nothing_is_carried_to_the_past_or_after_it_is_done(region: Region):
    action = close_with_action(region)
    past = region.ask(region.ann, "POST", f"{LIST}/{action}/carry", {"by": "2027-02-17"})
    assert (past.status, past.json["errors"][0]["field"]) == (422, "by")
    region.done(region.ann, f"{LIST}/{action}/done")
    late = region.ask(region.ann, "POST", f"{LIST}/{action}/carry", {"by": "2027-04-01"})
    assert late.status == 409


def test_two_who_change_an_action_at_once_do_not_overwrite_each_other(region: Region):
    action = close_with_action(region)
    body = {"what": "Bake", "who": region.ann.id, "by": "2027-03-10", "revision": 0}
    region.done(region.chair, f"{LIST}/{action}/edit", body)
    late = region.ask(region.other_chair, "POST", f"{LIST}/{action}/edit", body | {"what": "Buy"})
    assert late.status == 409
    assert get_action(region, action)["what"] == "Bake"


# On the owner's page, done and not done


def test_an_open_action_is_on_its_owners_page_and_on_nobody_elses(region: Region):
    action = close_with_action(region)
    assert own_actions(region, region.ann) == ["Bring biscuits"]
    assert own_actions(region, region.ben) == own_actions(region, region.chair) == []
    region.done(region.ann, f"{LIST}/{action}/done")
    assert own_actions(region, region.ann) == []
    region.done(region.chair, f"{LIST}/{action}/undo")
    assert own_actions(region, region.ann) == ["Bring biscuits"]
    bearer = region.cloud.session(region.ann)
    page = Page(region.cloud.call("GET", "/me", bearer=bearer, html=True).text)
    assert page.faults() == []
    assert "Bring biscuits, by Wednesday 10 March 2027" in page.text


def test_what_is_done_stays_on_the_list_for_ninety_days(region: Region):
    action = close_with_action(region)
    region.done(region.ann, f"{LIST}/{action}/done")
    region.done(region.ann, f"{LIST}/{action}/done")
    assert get_action(region, action)["done_on"] == "2027-02-18"
    region.at(2027, 5, 19, 12)
    assert [each["id"] for each in region.ask(region.ben, "GET", LIST).json["lately_done"]] == [
        action
    ]
    region.at(2027, 5, 20, 12)
    assert region.ask(region.ben, "GET", LIST).json["lately_done"] == []


def test_an_action_is_overdue_from_the_day_after(region: Region):
    action = close_with_action(region)
    region.at(2027, 3, 10, 22)
    assert not get_action(region, action)["overdue"]
    region.at(2027, 3, 11, 0, 1)
    assert get_action(region, action)["overdue"]


def test_a_carried_action_keeps_the_dates_it_had(region: Region):
    action = close_with_action(region)
    region.done(region.ann, f"{LIST}/{action}/carry", {"by": "2027-04-01"})
    region.done(region.chair, f"{LIST}/{action}/carry", {"by": "2027-05-03"})
    stored = get_action(region, action)
    assert (stored["by"], stored["moved"]) == ("2027-05-03", ["2027-03-10", "2027-04-01"])
    assert region.ask(region.ann, "GET", "/me").json["actions"][0]["by"] == "2027-05-03"


def test_an_action_can_be_carried_over_to_this_very_day(region: Region):
    action = close_with_action(region)
    region.done(region.ann, f"{LIST}/{action}/carry", {"by": "2027-02-18"})
    assert (get_action(region, action)["by"], get_action(region, action)["overdue"]) == (
        "2027-02-18",
        False,
    )


def test_a_co_chair_gives_an_action_to_somebody_else(region: Region):
    action = close_with_action(region)
    form = region.ask(region.chair, "GET", f"{LIST}/{action}/edit").json
    body = {"what": "Bake", "who": region.ben.id, "by": form["by"], "revision": form["revision"]}
    region.done(region.chair, f"{LIST}/{action}/edit", body)
    assert (own_actions(region, region.ann), own_actions(region, region.ben)) == ([], ["Bake"])
    assert get_action(region, action)["who"] == "Ben"
    body |= {"who": "The librarian", "revision": 1}
    region.done(region.chair, f"{LIST}/{action}/edit", body)
    assert own_actions(region, region.ben) == []


def test_an_overdue_action_can_be_worded_anew_without_a_new_day(region: Region):
    action = close_with_action(region)
    region.at(2027, 3, 20, 12)
    body = {"what": "Bake", "who": region.ann.id, "by": "2027-03-10", "revision": 0}
    region.done(region.chair, f"{LIST}/{action}/edit", body)
    assert get_action(region, action)["what"] == "Bake"


def test_an_action_keeps_the_name_of_an_owner_who_has_left(region: Region):
    action = close_with_action(region)
    region.done(region.ann, "/me/leave", {})
    bearer = region.cloud.session(region.chair)
    html = region.cloud.call("GET", f"{LIST}/{action}/edit", bearer=bearer, html=True).text
    assert re.search(rf'value="{region.ann.id}"[^>]* selected[^>]*>\s*Ann\s*</option>', html)
    body = {"what": "Bake", "who": region.ann.id, "by": "2027-04-01", "revision": 0}
    region.done(region.chair, f"{LIST}/{action}/edit", body)
    stored = get_action(region, action)
    assert (stored["what"], stored["who"], stored["by"]) == ("Bake", "Ann", "2027-04-01")


# The reminder


def test_the_owner_is_reminded_once_three_working_days_before(region: Region):
    close_with_action(region)
    region.at(2027, 3, 5, 8, 59)
    assert not region.mail(region.ann, SUBJECT)
    region.at(2027, 3, 5, 9)
    region.at(2027, 3, 8, 9)
    (letter,) = region.mail(region.ann, SUBJECT)
    assert "Bring biscuits" in text(letter) and "Wednesday 10 March 2027" in text(letter)
    assert f"{clouds.HOME}{LIST}" in text(letter)
    assert "biscuits" not in letter["Subject"]
    assert not region.mail(region.ben, SUBJECT)


def test_a_public_holiday_is_no_working_day_before_an_action(region: Region):
    close_with_action(
        region, by="2027-03-30"
    )  # Easter Monday is 29 March; Good Friday is a working day
    region.at(2027, 3, 24, 8, 59)
    assert not region.mail(region.ann, SUBJECT)
    region.at(2027, 3, 24, 9)
    assert len(region.mail(region.ann, SUBJECT)) == 1


@pytest.mark.parametrize("end", ["done", "left", "given", "soon"])
def test_nobody_is_reminded_of_what_needs_no_reminder(region: Region, end: str):
    action = close_with_action(region, **({"by": "2027-02-22"} if end == "soon" else {}))
    if end == "done":
        region.done(region.ann, f"{LIST}/{action}/done")
    elif end == "left":
        region.done(OFFICE, f"/members/{region.ann.id}/deactivate", {"reason": "Moved"})
    elif end == "given":
        body = {"what": "Bake", "who": "The librarian", "by": "2027-03-10", "revision": 0}
        region.done(region.chair, f"{LIST}/{action}/edit", body)
    region.at(2027, 3, 5, 9)
    assert not region.mail(region.ann, SUBJECT)


def test_a_carried_action_is_reminded_of_before_its_new_day(region: Region):
    action = close_with_action(region)
    region.done(region.ann, f"{LIST}/{action}/carry", {"by": "2027-03-19"})
    region.at(2027, 3, 5, 9)
    assert not region.mail(region.ann, SUBJECT)
    region.at(2027, 3, 15, 9)
    (letter,) = region.mail(region.ann, SUBJECT)
    assert "Friday 19 March 2027" in text(letter)
    region.done(region.ann, f"{LIST}/{action}/carry", {"by": "2027-04-16"})
    region.at(2027, 4, 13, 9)
    assert len(region.mail(region.ann, SUBJECT)) == 2


def test_marking_it_done_and_not_done_sends_no_second_reminder(region: Region):
    action = close_with_action(region)
    region.at(2027, 3, 5, 9)
    for what in ("done", "undo"):
        region.done(region.ann, f"{LIST}/{action}/{what}")
    region.at(2027, 3, 8, 9)
    assert len(region.mail(region.ann, SUBJECT)) == 1


def test_a_letter_written_before_it_was_done_is_not_sent(region: Region):
    action = close_with_action(region)
    claimed = wiring.table().get(("REGION#SW", f"ACTION#{action}"))
    assert claimed and claimed["due_at"] == "2027-03-05T09:00:00.000Z"
    day_jobs.remind_owner(claimed, wiring.context(None))
    region.done(region.ann, f"{LIST}/{action}/done")
    region.cloud.post_letters()
    assert not region.mail(region.ann, SUBJECT)


def test_the_form_to_change_an_action_starts_from_whose_it_is(region: Region):
    action = close_with_action(region)
    bearer = region.cloud.session(region.chair)
    html = region.cloud.call("GET", f"{LIST}/{action}/edit", bearer=bearer, html=True).text
    assert Page(html).faults() == []
    assert re.search(
        rf'<option value="{region.ann.id}"[^>]* selected[^>]*>\s*Ann\s*</option>', html
    )


def test_the_first_two_changes_at_once_do_not_overwrite_each_other(region: Region, monkeypatch):
    action = close_with_action(region)
    changed = action_repository.update_action_writes

    def after_another(*about):
        monkeypatch.setattr(action_repository, "update_action_writes", changed)
        later = day_forms.Carry(by=date(2027, 4, 1))
        day_actions.carry_action_over("SW", action, later, wiring.context(region.ann))
        return changed(*about)

    monkeypatch.setattr(action_repository, "update_action_writes", after_another)
    late = region.ask(region.chair, "POST", f"{LIST}/{action}/done")
    assert (late.status, late.json["type"]) == (409, "urn:comhar:action-changed-meanwhile")
    assert (get_action(region, action)["by"], get_action(region, action)["done_on"]) == (
        "2027-04-01",
        None,
    )


def test_a_revision_that_no_number_holds_is_refused(region: Region):
    action = close_with_action(region)
    body = {"what": "Bake", "who": region.ann.id, "by": "2027-03-10", "revision": "9" * 60}
    bearer = region.cloud.session(region.chair)
    path = f"{LIST}/{action}/edit"
    assert region.cloud.call("POST", path, form=body, bearer=bearer, html=True).status == 422
    assert get_action(region, action)["what"] == "Bring biscuits"


def test_what_a_co_chair_does_to_anothers_action_leaves_a_line_and_ones_own_none(region: Region):
    action = close_with_action(region)
    path = f"{LIST}/{action}"
    worded = {"what": "Bake", "who": region.ann.id, "by": "2027-04-01", "revision": 1}
    region.done(region.chair, f"{path}/carry", {"by": "2027-04-01"})
    region.done(region.chair, f"{path}/edit", worded)
    region.done(region.chair, f"{path}/done")
    region.done(region.chair, f"{path}/undo")
    region.done(region.ann, f"{path}/carry", {"by": "2027-04-08"})
    region.done(region.ann, f"{path}/done")
    lines = wiring.table().query(f"SUBJECT#{action}", table="audit").items
    audit_actions = ["carry_action", "change_action", "end_action", "undo_action"]
    assert sorted(each["what"] for each in lines) == audit_actions
    assert {each["who"] for each in lines} == {region.chair.audit_id}
    assert "carried an action over" in data.load("audit_actions")["carry_action"].casefold()
