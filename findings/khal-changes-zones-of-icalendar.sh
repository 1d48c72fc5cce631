#!/usr/bin/env bash
# Importing khal makes icalendar read times with pytz's zones, in the whole process.
#
# One would guess: a program that reads calendars with icalendar chooses zones for its own reading.
# Seen: before the import icalendar gives zoneinfo's zones, after it pytz's, to whoever asks; and a pytz time
#   to which an hour is added keeps the offset of before, so that sums over a change of clocks are wrong.
# Versions: khal 0.14.1, icalendar 7.3.0, Python 3.13. Date: 2026-12-03.
# Why it matters to us: our tests read each calendar entry with both. khal reads in a process of its own, else
#   the results of other tests would depend on which ran first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -q --disable-pip-version-check khal==0.14.1 icalendar==7.3.0
venv/bin/python - <<'PYTHON'
from datetime import timedelta
from importlib.metadata import version

from icalendar import Calendar

FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:1
DTSTAMP:20270101T000000Z
DTSTART;TZID=Europe/Paris:20270327T120000
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def start():
    (event,) = Calendar.from_ical(FILE).walk("VEVENT")
    return event["DTSTART"].dt


print("khal", version("khal"), "icalendar", version("icalendar"))
before = start()
import khal.khalendar.event  # noqa: E402, F401

after = start()
day = timedelta(days=1)  # over the change of clocks: noon in summer is 10:00 UTC
for name, at in (("before", before), ("after", after)):
    print(name, type(at.tzinfo).__module__, (at + day).isoformat())
assert type(before.tzinfo).__module__.startswith("zoneinfo"), before
assert type(after.tzinfo).__module__.startswith("pytz"), after
assert (before + day).isoformat() == "2027-03-28T12:00:00+02:00"
assert (after + day).isoformat() == "2027-03-28T12:00:00+01:00"
PYTHON
