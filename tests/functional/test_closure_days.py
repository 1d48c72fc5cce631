"""The office's closure days: who notes them, which days can be, and that what falls due is planned anew."""

from datetime import UTC, datetime, timedelta

import pytest

from comhar import wiring
from comhar.aws.conditions import ConditionFailed
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.due_work import leases
from comhar.meetings import jobs as meetings_jobs
from comhar.meetings import repository as meetings_repository
from comhar.reports import service as reports_service
from comhar.reports.model import KpiReport
from local import openapi
from tests.support import cloud as clouds
from tests.support.sample_region import OFFICE, Region

FRIDAY = "2027-02-12"  # between the agenda's day and the meeting of Thursday 18 February
DUE = "2027-02-11T09:00:00.000Z"
EARLIER = "2027-02-10T09:00:00.000Z"
EVENT = {"starts_at": "2027-02-18T10:00", "mode": "online"}


def days(region: Region) -> list[str]:
    return [each["day"] for each in region.ask(OFFICE, "GET", "/closures").json["closures"]]


def close(region: Region, day: str = FRIDAY, **about) -> None:
    region.done(OFFICE, "/closures", {"day": day} | about)


def a_minute_later(region: Region) -> None:
    region.cloud.now += timedelta(minutes=1)
    region.cloud.post_letters()


def agenda_due(region: Region, meeting: str) -> str:
    return region.ask(region.chair, "GET", meeting).json["agenda_due_at"]


def wakes(meeting: str) -> str:
    """When the clock looks at the meeting next."""
    item = wiring.table().get(meetings_repository.key(meeting.rpartition("/")[2]))
    assert item is not None
    return str(item["due_at"])


# Who, and which days


def test_only_the_office_sees_and_changes_them(region: Region):
    for who, status in ((None, 401), (region.ann, 403), (region.chair, 403)):
        assert region.ask(who, "GET", "/closures").status == status
        assert region.ask(who, "POST", "/closures", {"day": FRIDAY}).status == status
        assert region.ask(who, "POST", f"/closures/{FRIDAY}/remove").status == status
    assert days(region) == []


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2027-01-11", "Choose a day after today."),
        ("2027-01-08", "Choose a day after today."),
        ("2027-02-13", "This is a Saturday or a Sunday, which counts as closed already."),
        ("2027-02-14", "This is a Saturday or a Sunday, which counts as closed already."),
        ("2027-02-01", "This is a public holiday, which counts as closed already."),
        ("2099-02-12", "Choose a day before the end of"),
        ("2027-02-30", ""),
        ("tomorrow", ""),
    ],
)
def test_a_day_that_cannot_be_is_refused_kindly(region: Region, day: str, why: str):
    answer = region.ask(OFFICE, "POST", "/closures", {"day": day})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "day")
    assert answer.json["errors"][0]["message"].startswith(why)
    assert days(region) == []


def test_a_day_can_be_noted_once_and_taken_back_once(region: Region):
    close(region, note="Between the years")
    (seen,) = region.ask(OFFICE, "GET", "/closures").json["closures"]
    assert seen == {"day": FRIDAY, "note": "Between the years"}
    again = region.ask(OFFICE, "POST", "/closures", {"day": FRIDAY})
    assert again.json["errors"][0]["message"] == "This day is on the list already."
    for day in ("2027-02-11", "nothing"):
        assert region.ask(OFFICE, "POST", f"/closures/{day}/remove").status == 404
    region.done(OFFICE, f"/closures/{FRIDAY}/remove")
    assert days(region) == []
    assert region.ask(OFFICE, "POST", f"/closures/{FRIDAY}/remove").status == 404


def test_the_list_is_in_order_from_today_on_and_a_day_that_is_over_stays(region: Region):
    for day in ("2027-12-29", "2027-01-13", FRIDAY):
        close(region, day)
    assert days(region) == ["2027-01-13", FRIDAY, "2027-12-29"]
    region.at(2027, 1, 13, 9)
    assert days(region)[0] == "2027-01-13"
    today = region.ask(OFFICE, "POST", "/closures/2027-01-13/remove")
    assert today.status == 409
    region.at(2027, 1, 14, 9)
    assert days(region) == [FRIDAY, "2027-12-29"]


def test_by_the_form_mistakes_come_back_with_what_was_typed(region: Region):
    bearer = region.cloud.session(OFFICE)
    typed = {"day": "2027-02-13", "note": "Saturday"}
    page = region.cloud.call("POST", "/closures", form=typed, bearer=bearer, html=True)
    assert page.status == 422
    assert 'value="2027-02-13"' in page.text
    assert 'value="Saturday"' in page.text
    sent = region.cloud.call("POST", "/closures", form={"day": FRIDAY}, bearer=bearer, html=True)
    assert (sent.status, sent.headers["Location"]) == (303, "/closures?done=closure_added")
    listed = region.cloud.call("GET", "/closures", bearer=bearer, html=True).text
    assert "Friday 12 February 2027" in listed
    removed = region.cloud.call(
        "POST", f"/closures/{FRIDAY}/remove", form={}, bearer=bearer, html=True
    )
    assert (removed.status, removed.headers["Location"]) == (303, "/closures?done=closure_removed")


def test_of_two_who_change_the_list_at_once_one_is_told(region: Region, monkeypatch):
    close(region, "2027-12-29")
    stale = wiring.table().get(communities_repository.CLOSURES)
    close(region, "2027-12-30")
    get = type(wiring.table()).get

    def late(self, key, table="core"):
        return stale if key == communities_repository.CLOSURES else get(self, key, table)

    monkeypatch.setattr(type(wiring.table()), "get", late)
    assert region.ask(OFFICE, "POST", "/closures", {"day": FRIDAY}).status == 409
    monkeypatch.undo()


def test_who_changed_it_stands_in_the_audit(region: Region):
    close(region)
    region.done(OFFICE, f"/closures/{FRIDAY}/remove")
    lines = wiring.table().query("SUBJECT#closures", table="audit").items
    assert sorted((each["what"], each["day"]) for each in lines) == [
        ("add_closure", FRIDAY),
        ("remove_closure", FRIDAY),
    ]


# What falls due


def test_every_meeting_to_come_is_planned_anew(region: Region):
    region.cloud.member(region="WNW")
    meeting = region.meeting()
    other = region.done(OFFICE, "/communities/WNW/meetings", EVENT | {"kind": "quarterly"})["id"]
    event = region.done(OFFICE, "/national/meetings", EVENT)["id"]
    for moment in ((2027, 2, 4, 9), (2027, 2, 8, 9)):
        region.at(*moment)
    meetings = (meeting, f"/meetings/{other}", f"/meetings/{event}")
    assert {wakes(each) for each in meetings} == {"2027-02-10T09:00:00.000Z"}  # what is undecided
    close(region)
    a_minute_later(region)
    assert {agenda_due(region, meeting)} == {EARLIER}
    assert {wakes(each) for each in meetings} == {"2027-02-09T09:00:00.000Z"}
    region.at(2027, 2, 9, 9)
    assert {wakes(each) for each in meetings} == {EARLIER}
    region.at(2027, 2, 10, 8, 59)
    assert not region.letters("agenda", meeting, "1")
    region.at(2027, 2, 10, 9)
    for each in meetings:
        assert region.letters("agenda", each, "1")


def test_taking_a_day_back_plans_anew_too(region: Region):
    meeting = region.meeting()
    close(region)
    a_minute_later(region)
    before = wakes(meeting)
    region.done(OFFICE, f"/closures/{FRIDAY}/remove")
    assert agenda_due(region, meeting) == DUE
    a_minute_later(region)
    assert wakes(meeting) > before


def test_an_agenda_that_has_fallen_due_by_it_goes_out_at_once(region: Region):
    meeting = region.meeting()
    region.at(2027, 2, 10, 12)
    close(region)
    a_minute_later(region)
    region.cloud.post_letters()
    assert len(region.mail(region.ann, "Agenda")) == 1
    assert region.ask(region.ann, "GET", meeting).json["agenda_late"] is False


def test_an_agenda_that_is_out_stays_as_it_is(region: Region):
    meeting = region.meeting()
    region.at(2027, 2, 11, 9)
    close(region, "2027-02-16")
    a_minute_later(region)
    region.at(2027, 2, 16, 9)
    seen = region.ask(region.ann, "GET", meeting).json
    assert (seen["agenda_issued_at"], seen["agenda_late"]) == (DUE, False)
    assert len(region.mail(region.ann, "Agenda")) == 1
    assert not region.letters("agenda", meeting, "2")


def test_what_is_asked_after_a_meeting_waits_for_the_office_too(region: Region):
    region.meeting()
    region.at(2027, 2, 18, 12)
    close(region, "2027-02-19")
    a_minute_later(region)
    region.at(2027, 2, 22, 9)
    assert not region.mail(region.chair, "Did it go ahead?")
    region.at(2027, 2, 23, 9)
    assert len(region.mail(region.chair, "Did it go ahead?")) == 1


def test_cancelled_and_closed_meetings_need_the_clock_no_more_than_before(region: Region):
    meeting = region.meeting()
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    close(region)
    a_minute_later(region)
    item = wiring.table().get(meetings_repository.key(meeting.rpartition("/")[2]))
    assert item is not None
    assert "due_at" not in item
    assert region.ask(region.ann, "GET", meeting).json["state"] == "cancelled"


def test_planning_killed_in_the_middle_goes_on_and_ends(region: Region, monkeypatch):
    meetings = [region.meeting(starts_at=f"2027-02-{day}T10:00") for day in (17, 18, 19)]
    close(region)
    set_anew, done = meetings_jobs._recompute_due_time, []

    def killed(meeting_id, rules, ctx):
        if len(done) == 1:
            raise RuntimeError("killed")
        done.append(meeting_id)
        set_anew(meeting_id, rules, ctx)

    monkeypatch.setattr(meetings_jobs, "_recompute_due_time", killed)
    region.cloud.now += timedelta(minutes=1)
    with pytest.raises(openapi.load("clock").WorkFailed):
        openapi.load("clock").handler({}, clouds.Context())
    monkeypatch.undo()
    region.cloud.now += timedelta(minutes=5)
    region.cloud.post_letters()
    assert wiring.table().get(("CALENDAR", "REPLAN")) is None
    planned = [agenda_due(region, each)[:10] for each in meetings]
    assert planned == ["2027-02-09", "2027-02-10", "2027-02-11"]
    calls = {each: wakes(each)[:10] for each in meetings}
    assert list(calls.values()) == ["2027-02-02", "2027-02-03", "2027-02-04"]


def test_planning_done_twice_sends_nothing_twice(region: Region):
    meeting = region.meeting()
    region.at(2027, 2, 3, 9)
    close(region)
    for _ in range(2):
        wiring.table().transact([communities_repository.replan_write(region.cloud.now)])
        a_minute_later(region)
    region.at(2027, 2, 4, 9)
    assert len(region.mail(region.ann, "Your items")) <= 1
    assert wakes(meeting)


def test_a_change_meanwhile_is_not_overwritten(region: Region, monkeypatch):
    meeting = region.meeting()
    close(region)
    by_id, moved = meetings_repository.get_meeting, []

    def overtaken(table, meeting_id):
        found = by_id(table, meeting_id)
        if not moved:
            moved.append(meeting_id)
            monkeypatch.setattr(meetings_repository, "get_meeting", by_id)
            region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-25T10:00"})
        return found

    monkeypatch.setattr(meetings_repository, "get_meeting", overtaken)
    a_minute_later(region)
    assert moved
    assert region.ask(region.ann, "GET", meeting).json["starts_at"] == "2027-02-25T10:00"
    assert wakes(meeting)[:10] == "2027-02-10"  # the call for items, the day counted


def test_where_others_keep_changing_it_the_work_comes_again(region: Region, monkeypatch):
    region.meeting()
    close(region)

    def lost(*writes):
        raise ConditionFailed([0])

    table = wiring.table()
    region.cloud.now += timedelta(minutes=1)
    seen = dict(leases.list_due(table, "work", region.cloud.now))
    key = ("CALENDAR", "REPLAN")
    item = leases.claim(table, key, seen[key], region.cloud.now)
    assert item is not None
    monkeypatch.setattr(table, "transact", lost)
    with pytest.raises(ConditionFailed):
        meetings_jobs.recompute_due_times(item, wiring.context(None))
    monkeypatch.undo()
    assert table.get(("CALENDAR", "REPLAN")) is not None


POLL = {
    "kind": "quarterly", "mode": "online", "closes_on": "2027-01-29",
    "options": ["2027-02-09T10:00", "2027-02-11T10:00"],
}  # fmt: skip


def test_who_has_not_answered_a_poll_is_reminded_by_the_days_the_office_works(region: Region):
    poll = region.done(region.chair, "/communities/SW/polls", POLL)["id"]
    close(region, "2027-01-28")  # the day before the poll closes: one working day fewer
    a_minute_later(region)
    region.at(2027, 1, 26, 8, 59)
    assert not region.letters("poll_reminder", f"/polls/{poll}", "1")
    region.at(2027, 1, 26, 9)
    assert region.letters("poll_reminder", f"/polls/{poll}", "1")
    region.at(2027, 1, 27, 9)
    assert not region.letters("poll_reminder", f"/polls/{poll}", "2")
    region.at(2027, 1, 29, 17)
    assert region.ask(region.chair, "GET", f"/polls/{poll}").json["state"] == "closed"


def test_a_poll_s_reminder_goes_back_to_its_day_with_the_closure(region: Region):
    poll = region.done(region.chair, "/communities/SW/polls", POLL)["id"]
    close(region, "2027-01-28")
    a_minute_later(region)
    region.done(OFFICE, "/closures/2027-01-28/remove")
    a_minute_later(region)
    region.at(2027, 1, 26, 9)
    assert not region.letters("poll_reminder", f"/polls/{poll}", "1")
    region.at(2027, 1, 27, 9)
    assert region.letters("poll_reminder", f"/polls/{poll}", "1")


def agreed(region: Region) -> None:
    """An action of Ann's, due on Wednesday 10 March: she is reminded on Friday the 5th."""
    meeting = region.meeting()
    region.at(2027, 2, 18, 12)
    action = {"what": "Bring biscuits", "who": region.ann.id, "by": "2027-03-10"}
    region.done(region.chair, f"{meeting}/close", {"attended": [], "actions": [action]})


def test_the_owner_of_an_action_is_reminded_by_the_days_the_office_works(region: Region):
    agreed(region)
    close(region, "2027-03-08")
    a_minute_later(region)
    region.at(2027, 3, 4, 8, 59)
    assert not region.mail(region.ann, "A reminder")
    for moment in ((2027, 3, 4, 9), (2027, 3, 5, 9)):
        region.at(*moment)
        assert len(region.mail(region.ann, "A reminder")) == 1


def test_a_reminder_of_an_action_whose_day_is_past_by_a_closure_is_not_lost(region: Region):
    agreed(region)
    region.at(2027, 3, 4, 12)
    close(region, "2027-03-08")
    for _ in range(2):
        a_minute_later(region)
    assert len(region.mail(region.ann, "A reminder")) == 1
    region.done(OFFICE, "/closures/2027-03-08/remove")
    a_minute_later(region)
    region.at(2027, 3, 5, 9)
    assert len(region.mail(region.ann, "A reminder")) == 1


def test_the_quarter_s_report_waits_until_the_office_is_open(region: Region):
    region.cloud.member(periods=({"from": "2027-01-01", "until": None, "region": "SW"},))
    close(region, "2027-04-01")

    def export(day: int) -> KpiReport | None:
        now = datetime(2027, 4, day, 8, tzinfo=UTC)
        ctx = Context(None, now, wiring.table(), wiring.settings())
        return reports_service.freeze_last_quarter(ctx)

    assert export(1) is None
    made = export(2)
    assert made is not None
    assert made.quarter == "2027-Q1"
