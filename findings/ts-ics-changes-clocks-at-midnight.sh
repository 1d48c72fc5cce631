#!/usr/bin/env bash
# ts-ics reads the hours before a change of clocks by the new offset, from midnight of that day on.
#
# One would guess: 00:30 on the day of a change at 01:00 is read by the offset that still holds then, as the
#   file's own VTIMEZONE says and as ical.js reads it.
# Seen: an hour too early in spring and an hour too late in autumn, in both zones tried; after the change, and
#   on the day before, both agree.
# Versions: ts-ics 2.4.6, ical.js 2.2.1, Node 20. Date: 2026-12-03.
# Why it matters to us: a meeting that begins or ends in those hours has both times in UTC in its calendar
#   entry, which all readers that we test read alike.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save --no-package-lock ical.js@2.2.1 ts-ics@2.4.6 >/dev/null
cat > read.mjs <<'JAVASCRIPT'
import assert from "node:assert";
import { createRequire } from "node:module";
import ICAL from "ical.js";
import { convertIcsCalendar } from "ts-ics";

const DUBLIN = `BEGIN:VTIMEZONE
TZID:Europe/Dublin
BEGIN:DAYLIGHT
DTSTART:19960331T010000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE`;
const NEW_YORK = `BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:DAYLIGHT
DTSTART:20070311T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20071104T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE`;

function read(zone, at) {
  const name = zone.match(/TZID:(.*)/)[1];
  const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//EN", ...zone.split("\n"), "BEGIN:VEVENT", "UID:1",
    "DTSTAMP:20270101T000000Z", `DTSTART;TZID=${name}:${at}`, `DTEND;TZID=${name}:${at.slice(0, 8)}T120000`,
    "SUMMARY:x", "END:VEVENT", "END:VCALENDAR", ""];
  const text = lines.join("\r\n");
  const event = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent");
  const seen = [new ICAL.Event(event).startDate.toJSDate(), convertIcsCalendar(undefined, text).events[0].start.date];
  console.log(name, at, "ical.js", seen[0].toISOString(), "ts-ics", seen[1].toISOString());
  return (seen[1] - seen[0]) / 60000;
}

for (const name of ["ical.js", "ts-ics"]) {
  console.log(name, createRequire(import.meta.url)(`./node_modules/${name}/package.json`).version);
}
for (const [zone, spring, autumn] of [[DUBLIN, "20270328", "20271031"], [NEW_YORK, "20270314", "20271107"]]) {
  assert.equal(read(zone, `${spring}T003000`), -60);
  assert.equal(read(zone, `${autumn}T003000`), 60);
  for (const day of [spring, autumn]) assert.equal(read(zone, `${day}T040000`), 0);
}
assert.equal(read(DUBLIN, "20270327T003000"), 0);
JAVASCRIPT
node read.mjs
