"""The day of a meeting through the routes: who runs it and when, notes, attendance, support statements."""

import pytest

from comhar import wiring
from comhar.context import Context
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day import close as day_close
from comhar.meetings.day import forms as day_forms
from comhar.meetings.day import repository as day_repository
from comhar.meetings.day import support_statements
from local import openapi
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region, text
from tests.support.snapshots import built_once

AN_HOUR_BEFORE = (2027, 2, 18, 9)
AFTER = (2027, 2, 18, 12)


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    """A meeting that begins in an hour; Ben is its scribe."""
    path = region.meeting()
    region.done(region.chair, f"{path}/scribe", {"member": region.ben.id})
    region.at(*AN_HOUR_BEFORE)
    return path


def titles(answer) -> tuple[int, str]:
    return answer.status, answer.json["title"]


def stored_items(meeting: str, begins: str) -> list:
    return wiring.table().query(f"MEETING#{meeting.rpartition('/')[2]}", begins).items


# Who, and when


@pytest.mark.parametrize("page", ["run", "attendance", "notes/welcome", "statements/new"])
def test_the_day_is_for_who_leads_and_for_the_scribe(region: Region, meeting: str, page: str):
    for who in (region.ann, region.stranger):
        assert region.ask(who, "GET", f"{meeting}/{page}").status == 403
    for who in (region.chair, region.ben, OFFICE):
        assert region.ask(who, "GET", f"{meeting}/{page}").status == 200


def test_it_opens_an_hour_before_and_ends_with_the_close(region: Region):
    meeting = region.meeting()
    region.at(2027, 2, 18, 8, 59)
    early = region.ask(region.chair, "GET", f"{meeting}/run")
    assert titles(early) == (409, "It is too early for this.")
    assert "Thursday 18 February 2027, 9am" in early.json["detail"]
    region.at(*AN_HOUR_BEFORE)
    assert region.ask(region.chair, "GET", f"{meeting}/run").status == 200
    region.at(*AFTER)
    region.done(region.chair, f"{meeting}/close", {"attended": []})
    for method, path, body in (
        ("GET", "run", None),
        ("POST", "notes/welcome", {"text": "Late"}),
        ("POST", "attendance", {"attended": []}),
        ("POST", "statement", {"text": "tea"}),
        ("POST", "topics", {"topics": []}),
    ):
        answer = region.ask(region.chair, method, f"{meeting}/{path}", body)
        assert titles(answer) == (409, "This meeting is closed.")


def test_no_one_runs_a_cancelled_meeting(region: Region, meeting: str):
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    answer = region.ask(region.chair, "GET", f"{meeting}/run")
    assert titles(answer) == (409, "This meeting was cancelled.")


def test_only_who_leads_names_a_scribe_and_only_a_confirmed_member(region: Region, meeting: str):
    new = region.cloud.member(confirmed=False)
    for who in (region.ann, region.ben):
        assert region.ask(who, "POST", f"{meeting}/scribe", {"member": who.id}).status == 403
    for wrong in (new.id, region.stranger.id, "nobody"):
        answer = region.ask(region.chair, "POST", f"{meeting}/scribe", {"member": wrong})
        assert [each["field"] for each in answer.json["errors"]] == ["member"]
    region.done(region.chair, f"{meeting}/scribe", {})
    assert region.ask(region.ben, "GET", f"{meeting}/run").status == 403


def test_a_scribe_who_has_left_is_one_no_more(region: Region, meeting: str):
    region.done(OFFICE, f"/members/{region.ben.id}/deactivate", {"reason": "Moved"})
    assert region.ask(region.ben, "GET", f"{meeting}/run").status == 403


def test_a_scribe_who_has_to_be_confirmed_anew_is_one_only_then(region: Region, meeting: str):
    for code in ("MW", "SW"):  # moved by a slip, and back
        region.done(region.ben, "/me/region", {"region": code})
    assert region.ask(region.ben, "GET", f"{meeting}/run").status == 403
    region.done(region.chair, f"/members/{region.ben.id}/confirm")
    assert region.ask(region.ben, "GET", f"{meeting}/run").status == 200


def test_a_scribe_does_not_close_the_meeting(region: Region, meeting: str):
    region.at(*AFTER)
    assert region.ask(region.ben, "POST", f"{meeting}/close", {"attended": []}).status == 403


# Notes


def test_there_are_no_notes_on_what_is_not_on_the_agenda(region: Region, meeting: str):
    for method in ("GET", "POST"):
        body = {"text": "x"} if method == "POST" else None
        assert region.ask(region.chair, method, f"{meeting}/notes/nothing", body).status == 404


def test_notes_of_two_scribes_do_not_overwrite_each_other(region: Region, meeting: str):
    path = f"{meeting}/notes/welcome"
    region.done(region.ben, path, {"text": "Ten of us", "revision": 0})
    late = region.ask(region.chair, "POST", path, {"text": "Nine of us", "revision": 0})
    assert titles(late) == (409, "Somebody else saved this a moment ago.")
    stored = region.ask(region.chair, "GET", path).json
    assert (stored["text"], stored["revision"]) == ("Ten of us", 1)
    region.done(region.chair, path, {"text": "Ten, then nine", "revision": 1})
    lines = {
        each["key"]: each for each in region.ask(region.ben, "GET", f"{meeting}/run").json["lines"]
    }
    assert lines["welcome"]["notes"] == "Ten, then nine"


def test_who_comes_second_sees_both_texts_and_can_save_again(region: Region, meeting: str):
    path = f"{meeting}/notes/welcome"
    region.done(region.ben, path, {"text": "Ten of us"})
    cloud = region.cloud
    form = {"text": "Nine of us", "revision": "0"}
    bearer = cloud.session(region.chair)
    answer = cloud.call("POST", path, form=form, bearer=bearer, html=True)
    assert answer.status == 409
    page = Page(answer.text)
    assert page.faults() == []
    assert "Ten of us" in page.text and "Nine of us" in answer.text
    again = cloud.call("POST", path, form=form | {"revision": "1"}, bearer=bearer, html=True)
    assert (again.status, again.headers["Location"]) == (303, f"{meeting}/run?done=saved")


def test_a_note_sent_after_the_close_is_given_back_and_not_kept(region: Region, meeting: str):
    path, typed = f"{meeting}/notes/welcome", "Ten of us.\nDeirdre’s tea & <b>biscuits</b>"
    region.at(*AFTER)
    region.done(region.chair, f"{meeting}/close", {"attended": []})
    form = {"text": typed, "revision": "0"}
    for who, status in ((region.chair, 409), (region.ben, 409), (region.ann, 403)):
        bearer = region.cloud.session(who)
        answer = region.cloud.call("POST", path, form=form, bearer=bearer, html=True)
        page = Page(answer.text)
        assert (answer.status, page.faults()) == (status, [])
        assert typed in page.text
        assert [each["id"] for each in page.fields] == ["text"] and "readonly" in page.fields[0]
    assert stored_items(meeting, "NOTE") == []


def test_a_note_stays_though_the_agenda_loses_its_line(region: Region):
    meeting = region.meeting()
    made = region.done(region.ann, f"{meeting}/items", {"title": "Biscuits"})["id"]
    region.done(region.chair, f"{meeting}/items/{made}/accept")
    region.at(*AN_HOUR_BEFORE)
    lines = region.ask(region.chair, "GET", f"{meeting}/run").json["lines"]
    assert made in [each["key"] for each in lines]
    region.done(region.chair, f"{meeting}/notes/{made}", {"text": "Oat ones"})
    region.at(*AFTER)
    region.done(region.chair, f"{meeting}/close", {"attended": []})
    record = region.ask(region.ann, "GET", f"{meeting}/record").json
    assert {"title": "Biscuits", "minutes": None, "notes": "Oat ones"} in [
        each | {"minutes": None} for each in record["lines"]
    ]


# Attendance


def test_only_members_can_be_ticked(region: Region, meeting: str):
    for wrong in ("nobody", region.stranger.id):
        answer = region.ask(region.ben, "POST", f"{meeting}/attendance", {"attended": [wrong]})
        assert [each["field"] for each in answer.json["errors"]] == ["attended"]


def test_ticks_start_from_the_answers_and_are_kept_until_the_close(region: Region):
    meeting = region.meeting()
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes"})
    region.at(*AN_HOUR_BEFORE)

    def there(page: str) -> set[str]:
        people = region.ask(region.chair, "GET", f"{meeting}/{page}").json["people"]
        return {each["id"] for each in people if each["there"]}

    assert there("attendance") == {region.ann.id}
    region.done(region.chair, f"{meeting}/attendance", {"attended": [region.cian.id]})
    assert there("attendance") == there("close") == {region.cian.id}
    late = region.ask(region.other_chair, "POST", f"{meeting}/attendance", {"attended": []})
    assert late.status == 409
    assert there("close") == {region.cian.id}


def test_who_was_ticked_and_left_before_the_close_was_there_all_the_same(
    region: Region, meeting: str
):
    region.done(region.ben, f"{meeting}/attendance", {"attended": [region.ann.id, region.cian.id]})
    region.done(OFFICE, f"/members/{region.ann.id}/deactivate", {"reason": "Moved"})
    region.at(*AFTER)
    there = [region.ann.id, region.cian.id]
    assert region.done(region.chair, f"{meeting}/close", {"attended": there})["attended"] == 2
    region.at(2027, 2, 19, 9)
    assert "/surveys/" in text(region.mail(region.cian, "What was agreed")[0])
    assert not region.mail(region.ann, "What was agreed")


# Support statements


def test_statements_are_taken_from_a_day_before_by_members_alone(region: Region):
    meeting = region.meeting()
    region.at(2027, 2, 17, 9, 59)
    early = region.ask(region.ann, "POST", f"{meeting}/statement", {"text": "tea"})
    assert titles(early) == (409, "It is too early for this.")
    region.at(2027, 2, 17, 10)
    region.done(region.ann, f"{meeting}/statement", {"text": "tea"})
    for who in (region.stranger, OFFICE):
        assert region.ask(who, "POST", f"{meeting}/statement", {"text": "tea"}).status == 403
    long = region.ask(region.ann, "POST", f"{meeting}/statement", {"text": "x" * 201})
    assert long.status == 422


def test_a_statement_can_be_changed_and_taken_back(region: Region, meeting: str):
    path = f"{meeting}/statement"
    assert region.ask(region.ann, "GET", path).json["text"] is None
    region.done(region.ann, path, {"text": "tea"})
    region.done(region.ann, path, {"text": "coffee"})
    assert region.ask(region.ann, "GET", path).json["text"] == "coffee"
    region.done(region.ann, path, {})
    assert region.ask(region.ann, "GET", path).json["text"] is None
    assert stored_items(meeting, "STATEMENT#") == []


def test_confirmed_members_read_statements_and_others_only_their_own(region: Region, meeting: str):
    new = region.cloud.member(confirmed=False)
    region.done(region.ann, f"{meeting}/statement", {"text": "listening"})
    region.done(region.ben, f"{meeting}/statements", {"member": new.id, "text": "resting"})
    statements = [
        {each["name"]: each["text"] for each in region.ask(who, "GET", path).json["statements"]}
        for who, path in (
            (region.cian, f"{meeting}/statement"),
            (region.ann, f"{meeting}/statement"),
            (region.ben, f"{meeting}/run"),
        )
    ]
    both = {"Ann": "listening", new.name: "resting"}
    assert statements == [both, {new.name: "resting"}, both]
    own = region.ask(new, "GET", f"{meeting}/statement").json
    assert (own["text"], own["statements"]) == ("resting", [])


def test_a_scribe_enters_statements_only_for_members(region: Region, meeting: str):
    for wrong in ("nobody", region.stranger.id):
        body = {"member": wrong, "text": "tea"}
        answer = region.ask(region.ben, "POST", f"{meeting}/statements", body)
        assert [each["field"] for each in answer.json["errors"]] == ["member"]
    body = {"member": region.ann.id, "text": "tea"}
    assert region.ask(region.cian, "POST", f"{meeting}/statements", body).status == 403


def test_what_a_member_entered_is_never_replaced_and_what_was_entered_for_them_may_be(
    region: Region, meeting: str
):
    def enter(text: str):
        body = {"member": region.ann.id, "text": text}
        return region.ask(region.ben, "POST", f"{meeting}/statements", body)

    assert [enter("tea").status, enter("green tea").status] == [200, 200]
    region.done(region.ann, f"{meeting}/statement", {"text": "coffee"})
    assert (enter("tea").status, enter("tea").json["type"]) == (409, "urn:comhar:said-themselves")
    assert region.ask(region.ann, "GET", f"{meeting}/statement").json["text"] == "coffee"
    lines = wiring.table().query(f"SUBJECT#{region.ann.audit_id}", table="audit").items
    audit_lines = [each["who"] for each in lines if each["what"] == "statement_for"]
    assert audit_lines == [region.ben.audit_id, region.ben.audit_id]


def test_what_a_member_enters_at_that_moment_stays(region: Region, meeting: str, monkeypatch):
    read = day_repository.get_day

    def then_said(table, meeting_id: str):
        stored = read(table, meeting_id)
        monkeypatch.setattr(day_repository, "get_day", read)
        own = day_forms.Statement(text="coffee")
        support_statements.enter_statement(
            meeting_id, own, Context(region.ann, region.cloud.now, table, wiring.settings())
        )
        return stored

    monkeypatch.setattr(day_repository, "get_day", then_said)
    body = {"member": region.ann.id, "text": "tea"}
    assert region.ask(region.ben, "POST", f"{meeting}/statements", body).status == 409
    assert region.ask(region.ann, "GET", f"{meeting}/statement").json["text"] == "coffee"


def test_the_office_reads_no_statement(region: Region, meeting: str):
    region.done(region.ann, f"{meeting}/statement", {"text": "dippers"})
    bearer = region.cloud.session(OFFICE)
    page = region.cloud.call("GET", f"{meeting}/run", bearer=bearer, html=True).text
    assert "dippers" not in page and "Nobody has entered one" not in page
    assert region.ask(OFFICE, "GET", f"{meeting}/run").json["statements"] is None


def test_a_national_meeting_takes_no_statements(region: Region):
    made = region.done(
        OFFICE, "/national/meetings", {"starts_at": "2027-03-10T10:00", "mode": "online"}
    )
    path = f"/meetings/{made['id']}"
    region.at(2027, 3, 10, 10)
    body = {"text": "tea"}
    for who, method, page, sent in (
        (region.ann, "GET", "statement", None),
        (region.ann, "POST", "statement", body),
        (OFFICE, "GET", "statements/new", None),
        (OFFICE, "POST", "statements", body | {"member": region.ann.id}),
    ):
        answer = region.ask(who, method, f"{path}/{page}", sent)
        assert (answer.status, answer.json["type"]) == (409, "urn:comhar:no-statements")
    assert stored_items(path, "STATEMENT") == []
    for who, page in ((region.ann, path), (OFFICE, f"{path}/run")):
        bearer = region.cloud.session(who)
        page_text = region.cloud.call("GET", page, bearer=bearer, html=True)
        assert page_text.status == 200 and f'href="{path}/statement' not in page_text.text
        assert "Nobody has entered one" not in page_text.text


def test_a_scribe_sees_no_answers_and_no_workplaces(region: Region, meeting: str):
    other = region.cloud.member(name=region.ann.name, workplace="Mallow")
    region.done(region.cian, f"{meeting}/answer", {"answer": "maybe"})
    for page in ("attendance", "statements/new"):
        people = region.ask(region.ben, "GET", f"{meeting}/{page}").json["people"]
        assert {each["answer"] for each in people} == {None}
        assert other.id in [each["id"] for each in people] and "Mallow" not in str(people)
    led = region.ask(region.chair, "GET", f"{meeting}/attendance").json["people"]
    assert "maybe" in [each["answer"] for each in led] and "Mallow" in str(led)
    assert {
        each["answer"]
        for each in region.ask(region.chair, "GET", f"{meeting}/statements/new").json["people"]
    } == {None}


def test_the_care_text_stands_beside_the_statement(region: Region, meeting: str):
    bearer = region.cloud.session(region.ann)
    page = region.cloud.call("GET", f"{meeting}/statement", bearer=bearer, html=True).text
    assert "Do not include names" in page and "/help" in page


def test_every_statement_is_gone_with_the_close_however_many(region: Region, meeting: str):
    people = [region.cloud.member(name=f"Member {number}") for number in range(120)]
    for each in people:
        region.done(region.ben, f"{meeting}/statements", {"member": each.id, "text": "tea"})
    region.at(*AFTER)
    region.done(region.chair, f"{meeting}/close", {"attended": [region.ann.id]})
    region.cloud.post_letters()
    assert stored_items(meeting, "STATEMENT") == []
    assert "tea" not in region.ask(region.chair, "GET", f"{meeting}/record").text


def test_statements_go_though_nobody_closes_the_meeting(region: Region, meeting: str):
    region.done(region.ann, f"{meeting}/statement", {"text": "tea"})
    region.at(2027, 2, 25, 8, 59)
    assert stored_items(meeting, "STATEMENT#")
    region.at(2027, 2, 25, 9)
    assert stored_items(meeting, "STATEMENT") == []


@pytest.mark.parametrize("what", ["cancel", "reschedule"])
def test_statements_go_when_the_meeting_is_moved_or_cancelled(
    region: Region, meeting: str, what: str
):
    region.done(region.ann, f"{meeting}/statement", {"text": "tea"})
    body = {"reason": "Snow"} if what == "cancel" else {"starts_at": "2027-03-04T10:00"}
    region.done(region.chair, f"{meeting}/{what}", body)
    region.cloud.post_letters()
    assert stored_items(meeting, "STATEMENT") == []


def test_what_was_said_before_a_move_within_the_day_goes_though_more_is_said(
    region: Region, meeting: str
):
    region.done(region.ann, f"{meeting}/statement", {"text": "tea"})
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-18T15:00"})
    region.done(region.cian, f"{meeting}/statement", {"text": "coffee"})
    region.cloud.post_letters()
    assert "tea" not in [each["text"] for each in stored_items(meeting, "STATEMENT#")]


def test_a_statement_that_comes_in_during_the_sweep_is_swept_too(
    region: Region, meeting: str, monkeypatch
):
    region.done(region.ann, f"{meeting}/statement", {"text": "tea"})
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-18T15:00"})
    work = openapi.load("clock").WORK

    def late(item, ctx):
        monkeypatch.setitem(work, "STATEMENTS", support_statements.delete_expired_statements)
        of = meetings_repository.get_meeting(ctx.table, item["pk"].partition("#")[2])
        ctx.table.transact([day_repository.count_statement_write(of)])
        return support_statements.delete_expired_statements(item, ctx)

    monkeypatch.setitem(work, "STATEMENTS", late)
    region.cloud.post_letters()
    assert [each["sk"] for each in stored_items(meeting, "STATEMENTS")] == ["STATEMENTS"]
    region.at(2027, 2, 18, 9, 6)
    assert stored_items(meeting, "STATEMENT") == []


def test_the_meetings_page_leads_who_runs_it_to_the_day(region: Region, meeting: str):
    for who, led in ((region.ben, True), (region.chair, True), (region.ann, False)):
        assert region.ask(who, "GET", meeting).json["may_run"] is led
        bearer = region.cloud.session(who)
        page = region.cloud.call("GET", meeting, bearer=bearer, html=True).text
        assert (f'href="{meeting}/run"' in page) is led
        assert f'href="{meeting}/statement"' in page


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("statement", {"text": "tea"}),
        ("notes/welcome", {"text": "Ten of us"}),
        ("topics", {"topics": ["Building connections"]}),
    ],
)
def test_nothing_is_added_to_a_meeting_that_is_closed_at_that_moment(
    region: Region, meeting: str, monkeypatch, path: str, body
):
    region.at(*AFTER)
    read = day_repository.get_day

    def then_closed(table, meeting_id: str):
        stored = read(table, meeting_id)
        monkeypatch.setattr(day_repository, "get_day", read)
        nobody = day_forms.Close(attended=[])
        day_close.close_meeting(meeting_id, nobody, wiring.context(region.chair))
        return stored

    monkeypatch.setattr(day_repository, "get_day", then_closed)
    before = stored_items(meeting, "")
    answer = region.ask(region.other_chair, "POST", f"{meeting}/{path}", body)
    assert titles(answer) == (409, "Somebody else changed this meeting a moment ago.")
    added = {each["sk"] for each in stored_items(meeting, "")} - {each["sk"] for each in before}
    assert {each.partition("#")[0] for each in added} == {"HISTORY", "STATEMENTS"}
