"""Calendar files as six programs' libraries read them: the right instants on any day, and what they say.

Read with ical.js 2.2.1 (Thunderbird), ts-ics 2.4.6, icalendar 7.3.0, vobject 0.9.9, khal 0.14.1
and libical 3.0.16 (Evolution, GNOME Calendar).
"""

import ctypes
import ctypes.util
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import vobject
from icalendar import Calendar

from comhar.dates.ics import Entry, make_calendar_file

pytestmark = pytest.mark.xdist_group("calendar_readers")  # each program is started once
SUPPORT = Path(__file__).parents[1] / "support"
NOW = datetime(2027, 1, 5, 9, 30, tzinfo=UTC)
ENTRY = Entry(
    meeting="SW-0abc",
    sequence=0,
    starts_at=datetime(2027, 2, 18, 10),
    minutes=90,
    summary="South West Community of Practice meeting",
    description="Lead topic: Éisteacht, 🙂\nLink to join: https://meet.example/j/8?pwd=a,b;c",
    place="Halla an Bhaile; Corcaigh",
    link="https://meet.example/j/8?pwd=a,b;c",
    url="https://comhar.example/meetings/SW-0abc",
    organizer="comhar@hse.ie",
    attendee="sinead@hse.ie",
)
# Wall time in Dublin, minutes, and the instants; clocks change at 01:00 UTC on 28 March and 31 October 2027.
TIMES = {
    "winter": ("2027-02-18T10:00", 90, "2027-02-18T10:00", "2027-02-18T11:30"),
    "summer": ("2027-06-17T10:00", 90, "2027-06-17T09:00", "2027-06-17T10:30"),
    "spring, over the lost hour": ("2027-03-28T00:30", 90, "2027-03-28T00:30", "2027-03-28T02:00"),
    "spring, after it": ("2027-03-28T02:00", 60, "2027-03-28T01:00", "2027-03-28T02:00"),
    "spring, by day": ("2027-03-28T10:00", 90, "2027-03-28T09:00", "2027-03-28T10:30"),
    "autumn, into the hour": ("2027-10-31T00:30", 60, "2027-10-30T23:30", "2027-10-31T00:30"),
    "autumn, in the hour": ("2027-10-31T01:00", 30, "2027-10-31T00:00", "2027-10-31T00:30"),
    "autumn, through the hour": ("2027-10-31T01:30", 60, "2027-10-31T00:30", "2027-10-31T01:30"),
    "autumn, over both": ("2027-10-31T00:30", 180, "2027-10-30T23:30", "2027-10-31T02:30"),
    "autumn, by day": ("2027-10-31T10:00", 90, "2027-10-31T10:00", "2027-10-31T11:30"),
}
KINDS: dict[str, dict[str, Any]] = {
    "invitation": {"method": "REQUEST", "sequence": 0, "answer": None},
    "update": {"method": "REQUEST", "sequence": 1, "answer": "yes"},
    "cancellation": {"method": "CANCEL", "sequence": 2, "answer": "yes"},
}
NAMES = [f"{kind} {when}" for kind in KINDS for when in TIMES]
LIBICAL = ctypes.util.find_library("ical")  # of Debian: `make libical`
READERS = ["ical.js", "ts-ics", "icalendar", "vobject", "khal", *(["libical"] if LIBICAL else [])]


def make_file(name: str) -> str:
    kind, _, when = name.partition(" ")
    about = dict(KINDS[kind])
    wall, minutes, _, _ = TIMES[when]
    method = about.pop("method")
    entry = replace(ENTRY, starts_at=datetime.fromisoformat(wall), minutes=minutes, **about)
    return make_calendar_file(entry, method=method, now=NOW).decode()


def by_icalendar(text: str) -> dict[str, Any]:
    file = Calendar.from_ical(text)
    (event,) = file.walk("VEVENT")
    return {
        "start": event.decoded("DTSTART"),
        "end": event.decoded("DTEND"),
        "method": file["METHOD"],
        "status": event["STATUS"],
        "class": event["CLASS"],
        "summary": event["SUMMARY"],
        "description": event["DESCRIPTION"],
        "location": event["LOCATION"],
        "sequence": event["SEQUENCE"],
        "answer": event["ATTENDEE"].params["PARTSTAT"],
        "conference": event["CONFERENCE"],
        "organizer": event["ORGANIZER"].params["CN"],
    }


def by_vobject(text: str) -> dict[str, Any]:
    file = vobject.readOne(text)
    event = file.vevent
    return {
        "start": event.dtstart.value,
        "end": event.dtend.value,
        "method": file.method.value,
        "status": event.status.value,
        "class": event.contents["class"][0].value,
        "summary": event.summary.value,
        "description": event.description.value,
        "location": event.location.value,
        "sequence": int(event.sequence.value),
        "answer": event.attendee.params["PARTSTAT"][0],
        "organizer": event.organizer.params["CN"][0],
    }


class Moment(ctypes.Structure):
    """libical's `icaltimetype`."""

    _fields_ = [
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second")),
        *((name, ctypes.c_int) for name in ("is_date", "is_daylight")),
        ("zone", ctypes.c_void_p),
    ]


class Libical:
    """The functions of libical that read a calendar file."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(LIBICAL)
        self._library.icaltime_as_timet_with_zone.argtypes = [Moment, ctypes.c_void_p]
        self._library.icaltime_as_timet_with_zone.restype = ctypes.c_int64

    def _call(self, name: str, result: Any, *arguments: Any) -> Any:
        function = getattr(self._library, name)
        function.restype = result
        return function(*arguments)

    def read(self, text: str) -> dict[str, Any]:
        def get(name: str, result: Any = ctypes.c_char_p) -> Any:
            return self._call(f"icalcomponent_get_{name}", result, file)

        file = self._call("icalparser_parse_string", ctypes.c_void_p, text.encode())
        file = ctypes.c_void_p(file)
        return {
            "start": self._instant(get("dtstart", Moment)),
            "end": self._instant(get("dtend", Moment)),
            "summary": get("summary").decode(),
            "description": get("description").decode(),
            "location": get("location").decode(),
            "sequence": get("sequence", ctypes.c_int),
        }

    def _instant(self, moment: Moment) -> datetime:
        seconds = self._library.icaltime_as_timet_with_zone(moment, moment.zone)
        return datetime.fromtimestamp(seconds, UTC)


def piped(*command: str) -> dict[str, dict[str, Any]]:
    """What a program says of all files, each read once."""
    files = json.dumps({name: make_file(name) for name in NAMES})
    done = subprocess.run(command, input=files, capture_output=True, text=True, check=True)
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def seen() -> dict[str, dict[str, dict[str, Any]]]:
    """What each reader saw in each file."""
    by_node, by_khal = (
        piped("node", str(SUPPORT / "calendar_readers.mjs")),
        piped(sys.executable, str(SUPPORT / "khal_reader.py")),
    )
    found = {}
    for name in NAMES:
        text = make_file(name)
        found[name] = by_node[name] | {
            "khal": by_khal[name],
            "icalendar": by_icalendar(text),
            "vobject": by_vobject(text),
            "libical": Libical().read(text) if "libical" in READERS else {},
        }
    return found


def instant(value: Any) -> str:
    """An instant as UTC to the minute; JavaScript and khal write ISO."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return str(at.astimezone(UTC).isoformat()[:16])


@pytest.mark.parametrize("reader", READERS)
def test_each_reader_sees_the_right_instants_on_every_kind_of_day(
    reader: str, seen: dict[str, Any]
) -> None:
    found, right = {}, {}
    for name in NAMES:
        _, _, start, end = TIMES[name.partition(" ")[2]]
        found[name] = instant(seen[name][reader]["start"]), instant(seen[name][reader]["end"])
        right[name] = (start, end)
    assert found == right


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_reader_sees_what_it_says(kind: str, reader: str, seen: dict[str, Any]) -> None:
    off = KINDS[kind]["method"] == "CANCEL"
    right = {
        "method": KINDS[kind]["method"],
        "status": "CANCELLED" if off else "CONFIRMED",
        "class": "PRIVATE",
        "summary": ENTRY.summary,
        "description": ENTRY.description,
        "location": f"{ENTRY.place}; online: {ENTRY.link}",
        "sequence": KINDS[kind]["sequence"],
        "answer": "NEEDS-ACTION" if kind == "invitation" else "ACCEPTED",
        "conference": ENTRY.link,
        "organizer": "Comhar",
    }
    found = seen[f"{kind} winter"][reader]
    names = found.keys() - {"start", "end"}
    assert {name: found[name] for name in names} == {name: right[name] for name in names}


def test_the_end_is_after_the_start_as_text_too() -> None:
    """Programs that compare wall times drop an event that ends as it starts."""
    for name in NAMES:
        (event,) = Calendar.from_ical(make_file(name)).walk("VEVENT")
        start, end = (event[each].to_ical() for each in ("DTSTART", "DTEND"))
        assert start < end, name
