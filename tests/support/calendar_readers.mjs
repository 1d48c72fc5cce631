// Reads calendar files as JavaScript programs do: a JSON object of texts comes in, what each reader saw goes out.
import ICAL from "ical.js";
import { convertIcsCalendar } from "ts-ics";

function byIcalJs(text) {
  const file = new ICAL.Component(ICAL.parse(text));
  const found = file.getFirstSubcomponent("vevent");
  const event = new ICAL.Event(found);
  const attendee = found.getFirstProperty("attendee");
  return {
    start: event.startDate.toJSDate().toISOString(),
    end: event.endDate.toJSDate().toISOString(),
    method: file.getFirstPropertyValue("method"),
    status: found.getFirstPropertyValue("status"),
    class: found.getFirstPropertyValue("class"),
    summary: event.summary,
    description: event.description,
    location: event.location,
    sequence: event.sequence,
    answer: attendee.getParameter("partstat"),
    conference: found.getFirstPropertyValue("conference"),
    organizer: found.getFirstProperty("organizer").getParameter("cn"),
  };
}

function byTsIcs(text) {
  const file = convertIcsCalendar(undefined, text);
  const event = file.events[0];
  return {
    start: event.start.date.toISOString(),
    end: event.end.date.toISOString(),
    method: file.method,
    status: event.status,
    class: event.class,
    summary: event.summary,
    description: event.description,
    location: event.location,
    sequence: event.sequence ?? 0,
    answer: event.attendees[0].partstat,
    organizer: event.organizer.name,
  };
}

let sent = "";
for await (const part of process.stdin) sent += part;
const seen = {};
for (const [name, text] of Object.entries(JSON.parse(sent))) {
  seen[name] = { "ical.js": byIcalJs(text), "ts-ics": byTsIcs(text) };
}
console.log(JSON.stringify(seen));
