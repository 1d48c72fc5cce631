// Replies to an invitation as two libraries of npm write them: `node calendar_replies.mjs UID ADDRESS`.
import ICAL from "ical.js"
import generate, { ICalAttendeeStatus, ICalCalendarMethod } from "ical-generator"

const [uid, email] = process.argv.slice(2)
const start = new Date("2027-02-18T10:00:00Z"), end = new Date("2027-02-18T12:00:00Z")

function byIcalJs() {
  const calendar = new ICAL.Component("vcalendar")
  calendar.updatePropertyWithValue("prodid", "-//Test//EN")
  calendar.updatePropertyWithValue("version", "2.0")
  calendar.updatePropertyWithValue("method", "REPLY")
  const event = new ICAL.Component("vevent")
  event.updatePropertyWithValue("uid", uid)
  event.updatePropertyWithValue("sequence", 0)
  event.updatePropertyWithValue("dtstamp", ICAL.Time.fromJSDate(start, true))
  event.updatePropertyWithValue("dtstart", ICAL.Time.fromJSDate(start, true))
  event.updatePropertyWithValue("dtend", ICAL.Time.fromJSDate(end, true))
  const attendee = new ICAL.Property("attendee")
  attendee.setParameter("partstat", "ACCEPTED")
  attendee.setParameter("cn", "Áine Ní Bhroin, Sligeach")
  attendee.setValue(`mailto:${email}`)
  event.addProperty(attendee)
  calendar.addSubcomponent(event)
  return calendar.toString()
}

function byIcalGenerator() {
  const calendar = generate({ method: ICalCalendarMethod.REPLY })
  const event = calendar.createEvent({ id: uid, start, end, summary: "Community of Practice meeting" })
  event.createAttendee({ email, name: "Áine Ní Bhroin, Sligeach", status: ICalAttendeeStatus.ACCEPTED })
  return calendar.toString()
}

console.log(JSON.stringify({ "ical.js": byIcalJs(), "ical-generator": byIcalGenerator() }))
