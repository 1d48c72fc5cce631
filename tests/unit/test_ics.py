"""Tests of the calendar files that go out with invitations, moves and cancellations."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import vobject
from icalendar import Calendar

from comhar.dates.dublin_time import DUBLIN
from comhar.dates.ics import Entry, make_calendar_file
from tests.support.proof_sizes import PROOF

NOW = datetime(2027, 1, 5, 9, 30, 15, 123456, tzinfo=UTC)
ENTRY = Entry(
    meeting="SW-0abc",
    sequence=2,
    starts_at=datetime(2027, 2, 18, 10),
    minutes=90,
    summary="Community of practice meeting",
    description="Join online, or come; all welcome.\nSinéad Ní Dhomhnaill 🙂 مرحبا " + "long " * 40,
    place="Room 2; St. Finbarr's, Cork",
    link="https://meet.example/x",
    url="https://comhar.example/meetings/SW-0abc",
    organizer="comhar@hse.ie",
    attendee="sinead.nidhomhnaill@hse.ie",
)


def parsed(method="REQUEST", entry=ENTRY):
    file = Calendar.from_ical(make_calendar_file(entry, method=method, now=NOW))
    return file, file.walk("VEVENT")[0]


def test_an_invitation_carries_what_calendars_need():
    file, event = parsed()
    assert file["METHOD"] == "REQUEST"
    assert event["UID"] == "SW-0abc@comhar"
    assert event["SEQUENCE"] == 2
    assert event["STATUS"] == "CONFIRMED"
    assert event.decoded("DTSTAMP") == NOW.replace(microsecond=0)
    assert event["ORGANIZER"] == "mailto:comhar@hse.ie"
    assert event["ATTENDEE"] == "mailto:sinead.nidhomhnaill@hse.ie"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert event["SUMMARY"] == ENTRY.summary
    assert event["LOCATION"] == f"{ENTRY.place}; online: {ENTRY.link}"
    assert event["DESCRIPTION"] == ENTRY.description
    assert event["URL"] == ENTRY.url


def test_a_cancellation_names_the_same_meeting_and_asks_nothing():
    file, event = parsed("CANCEL", replace(ENTRY, sequence=3))
    assert (file["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
    assert (event["UID"], event["SEQUENCE"]) == ("SW-0abc@comhar", 3)
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"


def test_a_file_for_oneself_invites_nobody():
    file, event = parsed("PUBLISH")
    assert file["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in event


def test_lines_are_folded_at_75_octets_and_end_as_rfc_5545_asks():
    body = make_calendar_file(ENTRY, method="REQUEST", now=NOW)
    assert body.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")


def test_the_same_facts_make_the_same_bytes():
    assert make_calendar_file(ENTRY, method="REQUEST", now=NOW) == make_calendar_file(
        ENTRY, method="REQUEST", now=NOW
    )


@pytest.mark.parametrize("day", ["2027-03-27", "2027-03-28", "2027-10-30", "2027-10-31"])
def test_a_meeting_beside_a_clock_change_keeps_its_wall_time(day):
    starts = datetime.fromisoformat(f"{day}T10:00")
    _, event = parsed(entry=replace(ENTRY, starts_at=starts))
    assert event["DTSTART"].params["TZID"] == "Europe/Dublin"
    assert event.decoded("DTSTART").replace(tzinfo=None) == starts
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=90)


def test_a_meeting_over_the_lost_hour_lasts_its_real_minutes():
    _, event = parsed(entry=replace(ENTRY, starts_at=datetime(2027, 3, 28, 0, 30)))
    assert event.decoded("DTEND") == datetime(2027, 3, 28, 2, tzinfo=UTC)


def test_the_files_own_zone_is_right_at_every_hour_for_twenty_years():
    file, _ = parsed()
    zone = file.walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    while at.year < 2046:
        result = at.astimezone(zone).replace(tzinfo=None)
        assert result == at.astimezone(DUBLIN).replace(tzinfo=None), at
        at += timedelta(hours=1 if at.month in (3, 10) else 13)


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH"])
def test_two_independent_parsers_read_the_same_and_write_it_back(method):
    body = make_calendar_file(ENTRY, method=method, now=NOW)
    theirs, ours = vobject.readOne(body.decode()), Calendar.from_ical(body)
    (event,) = ours.walk("VEVENT")
    assert theirs.method.value == ours["METHOD"] == method
    assert theirs.vevent.uid.value == event["UID"]
    assert theirs.vevent.sequence.value == str(event["SEQUENCE"])
    assert theirs.vevent.summary.value == event["SUMMARY"]
    assert theirs.vevent.description.value == event["DESCRIPTION"] == ENTRY.description
    assert theirs.vevent.location.value == event["LOCATION"]
    assert theirs.vevent.dtstart.value == event.decoded("DTSTART")
    assert theirs.vevent.dtend.value == event.decoded("DTEND")
    assert ours.to_ical() == body
    again = vobject.readOne(theirs.serialize())
    for name in ("uid", "sequence", "summary", "description", "location", "dtstart", "dtend"):
        assert getattr(again.vevent, name).value == getattr(theirs.vevent, name).value


@pytest.mark.parametrize("hour", [(10, 0), (2, 30)])
def test_local_times_are_right_on_every_day_of_ten_years_by_both_parsers(hour):
    days = [datetime(2026, 1, 1, *hour) + timedelta(days=n) for n in range(3652)]
    days = [day for day in days if PROOF or day.month in (3, 10)]  # when clocks change
    short = replace(ENTRY, description="")
    files = [
        make_calendar_file(replace(short, starts_at=day), method="REQUEST", now=NOW) for day in days
    ]
    head, _, _ = files[0].partition(b"BEGIN:VEVENT")
    assert all(file.startswith(head) for file in files)  # the same zone in each: read it once
    times = [re.findall(rb"DT(?:START|END);.*\r\n", file) for file in files]  # the rest is the same
    events = (b"BEGIN:VEVENT\r\n%b%bEND:VEVENT\r\n" % (start, end) for start, end in times)
    body = head + b"".join(events) + b"END:VCALENDAR\r\n"
    theirs = [event.dtstart.value for event in vobject.readOne(body.decode()).vevent_list]
    ours = [event.decoded("DTSTART") for event in Calendar.from_ical(body).walk("VEVENT")]
    for day, *read in zip(days, theirs, ours, strict=True):
        right = day.replace(tzinfo=DUBLIN).astimezone(UTC)
        assert [at.replace(tzinfo=None) for at in read] == [day, day]
        assert [at.astimezone(UTC) for at in read] == [right, right]
