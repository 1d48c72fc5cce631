"""Replies of calendar programs: recorded where it is certain whose they are, else the office reads them."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar, Event, vCalAddress

from comhar import wiring
from comhar.inbox import calendar_replies, mail_body, mail_charsets, mail_headers, model
from comhar.inbox import repository as inbox_repository
from tests.support.cloud import Cloud
from tests.support.office_mail import deliver, read_message
from tests.support.page import Page
from tests.support.sample_community import OFFICE

pytestmark = pytest.mark.xdist_group("calendar_replies")  # one worker makes its cloud once
SUPPORT = Path(__file__).parents[1] / "support"
ADDRESSES = (f"aine{number}@hse.ie" for number in count())


@pytest.fixture(scope="module")
def chair(cloud: Cloud) -> str:
    return cloud.session(cloud.member(chair_of=("SW",)))


@pytest.fixture(scope="module")
def meeting(cloud: Cloud, chair: str) -> str:
    return plan(cloud, chair, "2027-02-18T10:00")


def plan(cloud: Cloud, chair: str, starts_at: str) -> str:
    wanted = {"kind": "quarterly", "starts_at": starts_at, "mode": "in_person", "venue": "Cork"}
    made = cloud.call("POST", "/communities/SW/meetings", wanted, bearer=chair)
    assert made.status == 201, made
    return str(made.json["id"])


def vcalendar(uid: str, *lines: str, method: str = "REPLY") -> str:
    """A calendar file of one event with those lines."""
    event = ("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20270114T090000Z", *lines, "END:VEVENT")
    head = ("BEGIN:VCALENDAR", "PRODID:-//Test//EN", "VERSION:2.0", f"METHOD:{method}")
    return "\r\n".join((*head, *event, "END:VCALENDAR", ""))


def mail(
    sender: str, body: str | bytes, charset: str = "utf-8", method: str = "REPLY", head: str = ""
) -> bytes:
    """A mail of nothing but a calendar file."""
    lines = f"Return-Path: <{sender}>\r\nFrom: {sender}\r\nSubject: Accepted\r\n{head}"
    lines += f"Content-Type: text/calendar; charset={charset}; method={method}\r\n\r\n"
    return lines.encode() + (body.encode(charset) if isinstance(body, str) else body)


def take_in(cloud: Cloud, raw: bytes, **verdicts: str) -> dict[str, Any]:
    """The stored item of a mail that has just arrived; it sent nobody a letter."""
    cloud.now += timedelta(seconds=1)
    message = f"m-{cloud.now:%d%H%M%S}"
    assert deliver(raw, message, cloud.now, **verdicts) == {"sent": 0}
    item = inbox_repository.find(wiring.table(), model.mail_id(message, cloud.now))
    assert item
    return item


def read_by_office(cloud: Cloud, item: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """What the office is shown of a mail: the first reply in it, and the page."""
    office, path = cloud.session(OFFICE), f"/inbox/{item['id']}"
    page = cloud.call("GET", path, bearer=office, html=True).text
    assert Page(page).faults() == []
    return cloud.call("GET", path, bearer=office).json["replies"][0], page


def answer_of(meeting: str, member_id: str) -> str | None:
    """What is stored as the member's answer."""
    found = wiring.table().get((f"REPLIES#{meeting}", f"ANSWER#{member_id}"))
    return found["answer"] if found else None


def accepted(email: str) -> str:
    return f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{email}"


# Recorded: as programs write it


def kcalendarcore(uid: str, email: str) -> str:
    """KCalendarCore 6 (src/icalformat_p.cpp): no SEQUENCE of 0, MAILTO: in capitals, X-UID."""
    return vcalendar(
        uid,
        "CREATED:20270114T090000Z",
        f'ATTENDEE;CN="Áine Ní Bhroin";RSVP=FALSE;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;\r\n'
        f" CUTYPE=INDIVIDUAL;X-UID=94132:MAILTO:{email}",
        "ORGANIZER;CN=Comhar:MAILTO:comhar@example.com",
        "SUMMARY:Answer: Community of Practice meeting",
        "DTSTART;TZID=Europe/Dublin:20270218T100000",
    )


def outlook_com(uid: str, email: str) -> str:
    """outlook.com, Exchange Server 2010 (nextcloud/server#53948): no ORGANIZER, a zone of Windows."""
    return vcalendar(
        uid,
        f"ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:{email}",
        "SUMMARY;LANGUAGE=en-IE:Accepted: Community of Practice meeting",
        "DTSTART;TZID=GMT Standard Time:20270218T100000",
        "SEQUENCE:0",
        "X-MICROSOFT-CDO-APPT-SEQUENCE:0",
    )


def percent(uid: str, email: str) -> str:
    """eluceo/ical (markuspoerschke/iCal#434): the address percent-encoded."""
    return vcalendar(uid, accepted(email.replace("@", "%40")))


def no_scheme(uid: str, email: str) -> str:
    """Calendars that leave `mailto:` out (linagora/esn-sabre#215, owncloud/calendar#266)."""
    return vcalendar(uid, f"ATTENDEE;PARTSTAT=ACCEPTED:{email.upper()}")


def by_number(uid: str, email: str) -> str:
    """Apple's Calendar Server (apple/ccs-calendarserver#198): a number, the address beside it."""
    attendee = "urn:uuid:272c501f-0000-4000-8000-000000000000"
    return vcalendar(uid, f"ATTENDEE;EMAIL={email};PARTSTAT=ACCEPTED:{attendee}")


def delegate(uid: str, email: str) -> str:
    """RFC 5546, 4.2.5: who was asked to go instead answers, and names who asked first."""
    return vcalendar(
        uid,
        f'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:{email}":mailto:una@example.org',
        f'ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM="mailto:una@example.org":mailto:{email}',
    )


def whole_list(uid: str, email: str) -> str:
    """sabre/vobject's clients and Apple's send the whole list of those invited."""
    others = (f"ATTENDEE;PARTSTAT=DECLINED:mailto:other{n}@hse.ie" for n in range(30))
    return vcalendar(uid, *others, accepted(email))


def lower_case(uid: str, email: str) -> str:
    """Names in small letters, and lines that end as on Unix (RFC 5545 reads them alike)."""
    return vcalendar(uid, accepted(email)).replace("ATTENDEE", "attendee").replace("\r\n", "\n")


def words_after(uid: str, email: str) -> str:
    """A mailing list's or a virus scanner's footer below the file."""
    return vcalendar(uid, accepted(email)) + "\r\n--\r\nThis email was checked: no viruses.\r\n"


def words_before(uid: str, email: str) -> str:
    return "CAUTION: this email came from outside.\r\n\r\n" + vcalendar(uid, accepted(email))


def two_calendars(uid: str, email: str) -> str:
    """Two files in one part: what is published first, then the reply."""
    return vcalendar("other@example.org", method="PUBLISH") + vcalendar(uid, accepted(email))


def twice(uid: str, email: str) -> str:
    """The same reply again, as programs send it both inline and as a file."""
    return vcalendar(uid, accepted(email)) * 2


def by_icalendar(uid: str, email: str) -> str:
    """The Python library of that name, which also writes our invitations."""
    calendar, event, attendee = Calendar(), Event(), vCalAddress(f"mailto:{email}")
    attendee.params["PARTSTAT"], attendee.params["CN"] = "ACCEPTED", "Áine Ní Bhroin, Sligeach"
    for name, value in (("prodid", "-//Test//EN"), ("version", "2.0"), ("method", "REPLY")):
        calendar.add(name, value)
    for name, value in (("uid", uid), ("attendee", attendee), ("sequence", 0)):
        event.add(name, value)
    event.add("dtstart", datetime(2027, 2, 18, 10, tzinfo=UTC))
    calendar.add_component(event)
    return calendar.to_ical().decode()


PROGRAMS = (
    *(kcalendarcore, outlook_com, percent, no_scheme, by_number, delegate, whole_list, lower_case),
    *(words_after, words_before, two_calendars, twice, by_icalendar),
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_members_acceptance_is_recorded_as_each_program_writes_it(
    program: Any, cloud: Cloud, meeting: str
) -> None:
    email = next(ADDRESSES)
    member = cloud.member(email=email)
    item = take_in(cloud, mail(email, program(f"{meeting}@comhar", email)))
    assert answer_of(meeting, member.id) == "yes"
    assert (item["state"], item["answer"], item["kind"]) == ("done", "yes", "calendar")


def test_replies_that_libraries_of_node_write_are_recorded(cloud: Cloud, meeting: str) -> None:
    """ical.js 2.2 and ical-generator, in one process."""
    email = next(ADDRESSES)
    member, uid = cloud.member(email=email), f"{meeting}@comhar"
    command = ["node", SUPPORT / "calendar_replies.mjs", uid, email]
    written = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert {*written} == {"ical.js", "ical-generator"}
    for library, file in written.items():
        item = take_in(cloud, mail(email, file))
        assert (item["state"], item["answer"]) == ("done", "yes"), library
        assert answer_of(meeting, member.id) == "yes"
        declined = file.replace("PARTSTAT=ACCEPTED", "PARTSTAT=DECLINED")
        take_in(cloud, mail(email, declined))
        assert answer_of(meeting, member.id) == "no"


def test_a_file_whose_type_says_nothing_is_found_by_its_name(cloud: Cloud, meeting: str) -> None:
    """Gateways that turn text/calendar into a file; METHOD in the part's head alone (RFC 6047, 2.4)."""
    email = next(ADDRESSES)
    member = cloud.member(email=email)
    raw = mail(email, vcalendar(f"{meeting}@comhar", accepted(email)))
    raw = raw.replace(b"text/calendar", b"application/octet-stream; name=invite.ics")
    assert take_in(cloud, raw.replace(b"METHOD:REPLY\r\n", b""))["state"] == "done"
    assert answer_of(meeting, member.id) == "yes"


def test_two_replies_in_one_mail_are_both_recorded(cloud: Cloud, chair: str, meeting: str) -> None:
    email, later = next(ADDRESSES), plan(cloud, chair, "2027-05-20T10:00")
    member = cloud.member(email=email)
    no = f"ATTENDEE;PARTSTAT=DECLINED:mailto:{email}"
    both = vcalendar(f"{meeting}@comhar", accepted(email)) + vcalendar(f"{later}@comhar", no)
    assert take_in(cloud, mail(email, both))["state"] == "done"
    assert (answer_of(meeting, member.id), answer_of(later, member.id)) == ("yes", "no")


def test_of_two_replies_one_that_is_not_recorded_waits(cloud: Cloud, meeting: str) -> None:
    email = next(ADDRESSES)
    member = cloud.member(email=email)
    both = vcalendar(f"{meeting}@comhar", accepted(email)) + vcalendar("x@y", accepted(email))
    item = take_in(cloud, mail(email, both))
    assert (item["state"], answer_of(meeting, member.id)) == ("open", "yes")


# Notes beside an answer


def google(uid: str, email: str) -> str:
    """Google Calendar (Neuvernetzung/ts-ics#236, cyrusimap/cyrus-imapd#3927): in HTML's entities."""
    return vcalendar(
        uid,
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Áine;X-NUM-GUE\r\n"
        ' STS=0;X-RESPONSE-COMMENT="I&#39;ll be late &amp; leave at 11: the bus, sl\r\n'
        f' án":mailto:{email}',
        "SEQUENCE:0",
    )


def two_comments(uid: str, email: str) -> str:
    """RFC 5545, 3.8.1.4: COMMENT may stand more than once."""
    return vcalendar(uid, "COMMENT:I am late\\, by bus.", accepted(email), "COMMENT:Ná fan liom.")


def one_twice(uid: str, email: str) -> str:
    return vcalendar(uid, "COMMENT:I am late.", "COMMENT;LANGUAGE=en:I am late.", accepted(email))


NOTES = {
    google: "I'll be late & leave at 11: the bus, slán",
    two_comments: "I am late, by bus.\nNá fan liom.",
    one_twice: "I am late.",
}


@pytest.mark.parametrize("program", NOTES)
def test_a_note_is_read_by_the_office_and_the_answer_recorded(
    program: Any, cloud: Cloud, meeting: str
) -> None:
    email = next(ADDRESSES)
    member = cloud.member(email=email)
    head = "Auto-Submitted: auto-generated\r\nSender: calendar-notification@google.com\r\n"
    item = take_in(cloud, mail(email, program(f"{meeting}@comhar", email), head=head))
    assert answer_of(meeting, member.id) == "yes"
    assert (item["state"], item["answer"]) == ("open", "yes")
    reply, page = read_by_office(cloud, item)
    assert reply["comment"] == NOTES[program] and "[vText" not in page
    assert reply["note"] is None and "Answer by email" in page


NOTE = "Tá brón orm – ní féidir liom a bheith ann, tá coinne agam in Órán Mór ar maidin, beidh mé déanach"


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "x-mac-roman", "iso-8859-1"])
@pytest.mark.parametrize("width", range(60, 76))
def test_a_note_keeps_its_letters_wherever_the_line_is_folded(charset: str, width: int) -> None:
    """Lines are folded by bytes (icalendar/icalendar#238, libical/libical#427, arran4/golang-ical#7)."""
    line = f"COMMENT:{NOTE}".encode(mail_charsets.known_name(charset).removesuffix("-sig"))
    pieces = [line[at : at + width] for at in range(0, len(line), width)]
    file = vcalendar("x@y", accepted("a@hse.ie"), "COMMENT:HERE").encode()
    folded = file.replace(b"COMMENT:HERE", b"\r\n ".join(pieces))
    message = mail_headers.parsed(mail("a@hse.ie", folded, charset=charset))
    [reply] = calendar_replies.read(mail_body.calendars(message), "a@hse.ie")
    assert reply.comment == NOTE


# Nobody's that we know: said in words


def test_an_aliass_answer_says_who_answers_what_and_where_to_enter_it(
    cloud: Cloud, meeting: str
) -> None:
    item = take_in(cloud, read_message("cases/calendar_alias_reply", MEETING_ID=meeting))
    assert (item["kind"], item["state"], item.get("answer")) == ("calendar", "open", None)
    reply, page = read_by_office(cloud, item)
    assert (
        reply["says"]
        == "alias.zz@hse.ie is coming to the meeting on Thursday 17 February 2028, 10am."
    )
    assert reply["says"] in page and f'href="/meetings/{meeting}/answers"' in page
    assert "no member has the address alias.zz@hse.ie" in page and "mailto:alias.zz@hse.ie" in page
    assert "somebody in distress" not in page and "116 123" not in page.split("What it says")[0]
    assert "There are no words in it" not in page


def test_an_answer_to_no_meeting_of_ours_says_so(cloud: Cloud) -> None:
    item = take_in(cloud, read_message("cases/calendar_alias_reply"))
    reply, page = read_by_office(cloud, item)
    assert reply["meeting"] is None and "/answers" not in page
    assert "not about a meeting that is planned in Comhar" in page


def test_a_secretarys_answer_is_matched_to_nobody_and_names_both(
    cloud: Cloud, meeting: str
) -> None:
    email = next(ADDRESSES)
    member = cloud.member(email=email)
    line = f'ATTENDEE;SENT-BY="mailto:secretary@hse.ie";CN=Áine;PARTSTAT=ACCEPTED:mailto:{email}'
    item = take_in(cloud, mail("secretary@hse.ie", vcalendar(f"{meeting}@comhar", line)))
    assert answer_of(meeting, member.id) is None
    reply, page = read_by_office(cloud, item)
    assert (reply["attendee"], reply["sent_by"]) == (email, "secretary@hse.ie")
    assert "Áine is coming to a meeting." in page and "secretary@hse.ie answered for them" in page


def test_a_forwarded_guests_answer_names_who_asked_them(cloud: Cloud, meeting: str) -> None:
    email = next(ADDRESSES)
    item = take_in(cloud, mail(email, delegate(f"{meeting}@comhar", email)))
    reply, page = read_by_office(cloud, item)
    assert reply["delegated_from"] == ["una@example.org"] and "in place of una@example.org" in page


def test_an_answer_to_an_earlier_date_says_that_the_meeting_moved(cloud: Cloud, chair: str) -> None:
    email, moved = next(ADDRESSES), plan(cloud, chair, "2027-06-10T10:00")
    member = cloud.member(email=email)
    form = {"starts_at": "2027-06-17T14:00"}
    assert cloud.call("POST", f"/meetings/{moved}/reschedule", form, bearer=chair).status == 200
    item = take_in(cloud, mail(email, kcalendarcore(f"{moved}@comhar", email)))
    assert answer_of(moved, member.id) is None
    assert (
        "the meeting has moved since, to Thursday 17 June 2027, 2pm"
        in read_by_office(cloud, item)[1]
    )


def test_an_answer_to_a_cancelled_meeting_offers_no_way_to_record_it(
    cloud: Cloud, chair: str
) -> None:
    email, cancelled = next(ADDRESSES), plan(cloud, chair, "2027-07-08T10:00")
    cloud.member(email=email)
    assert (
        cloud.call(
            "POST", f"/meetings/{cancelled}/cancel", {"reason": "No room"}, bearer=chair
        ).status
        == 200
    )
    item = take_in(cloud, mail(email, vcalendar(f"{cancelled}@comhar", accepted(email))))
    _, page = read_by_office(cloud, item)
    assert "is over, closed or cancelled" in page and f"/meetings/{cancelled}/answers" not in page


def test_who_has_not_decided_is_not_recorded(cloud: Cloud, meeting: str) -> None:
    email = next(ADDRESSES)
    member = cloud.member(email=email)
    line = f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{email}"
    item = take_in(cloud, mail(email, vcalendar(f"{meeting}@comhar", line)))
    assert (item["state"], answer_of(meeting, member.id)) == ("open", None)
    assert "has not said whether they are coming" in read_by_office(cloud, item)[1]


# Another time, somebody else


def test_a_proposal_is_said_in_words_and_sends_no_care_letter(cloud: Cloud, meeting: str) -> None:
    member = cloud.member(email="member@hse.ie")
    item = take_in(cloud, read_message("cases/counter_no_words", MEETING_ID=meeting))
    assert (item["kind"], item["state"], answer_of(meeting, member.id)) == (
        "calendar",
        "open",
        None,
    )
    assert item["proposal"] == {
        "uid": f"{meeting}@comhar",
        "sequence": 0,
        "attendee": "member@hse.ie",
        "comment": "Could we meet at two?",
        "starts_at": "2028-03-01T14:00:00.000Z",
        "ends_at": "2028-03-01T16:00:00.000Z",
        "by_attendee": True,
    }
    reply, page = read_by_office(cloud, item)
    assert "proposes Wednesday 1 March, 2pm: Could we meet at two?" in reply["says"]
    assert reply["says"] in page and "somebody in distress" not in page
    assert "There are no words in it" not in page and "Answer by email" in page
    for path in ("answers", "reschedule"):
        assert f'href="/meetings/{meeting}/{path}"' in page
    listed = cloud.call("GET", "/inbox", bearer=cloud.session(OFFICE), html=True).text
    assert "Proposes Wednesday 1 March, 2pm" in listed


def outlook_counter(uid: str, email: str) -> str:
    """Outlook (MS-OXCICAL 2.1.3.1.1.20.57): the first time beside the new one, in the zone of Windows."""
    return vcalendar(
        uid,
        f"ATTENDEE;PARTSTAT=DECLINED:MAILTO:{email}",
        "COMMENT;LANGUAGE=en-IE:After lunch?\\n",
        "DTSTART;TZID=GMT Standard Time:20270701T140000",
        "DTEND;TZID=GMT Standard Time:20270701T150000",
        "X-MS-OLK-ORIGINALSTART;TZID=GMT Standard Time:20270218T100000",
        method="COUNTER",
    )


def google_counter(uid: str, email: str) -> str:
    """Google Calendar (Foundry376/Mailspring-Sync#130): all who were invited, and a length."""
    return vcalendar(
        uid,
        "ATTENDEE;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:comhar@example.com",
        f"ATTENDEE;PARTSTAT=NEEDS-ACTION;X-RESPONSE-COMMENT=After lunch?:mailto:{email}",
        "DTSTART:20270701T130000Z",
        "DURATION:PT1H",
        method="COUNTER",
    )


def no_zone(uid: str, email: str) -> str:
    """A time without a zone is Dublin's; linagora's calendar names one that it does not define."""
    return vcalendar(
        uid,
        f"ATTENDEE;PARTSTAT=TENTATIVE:mailto:{email}",
        "COMMENT:After lunch?",
        "DTSTART:20270701T140000",
        "DTEND:20270701T150000",
        method="COUNTER",
    )


@pytest.mark.parametrize("program", [outlook_counter, google_counter, no_zone])
def test_each_programs_proposal_is_the_same_instant(
    program: Any, cloud: Cloud, meeting: str
) -> None:
    email = next(ADDRESSES)
    cloud.member(email=email)
    item = take_in(cloud, mail(email, program(f"{meeting}@comhar", email), method="COUNTER"))
    proposal = item["proposal"]
    assert (proposal["attendee"], proposal["comment"]) == (email, "After lunch?")
    assert proposal["starts_at"] == "2027-07-01T13:00:00.000Z"
    assert proposal["ends_at"] == "2027-07-01T14:00:00.000Z"
    assert "proposes Thursday 1 July, 2pm: After lunch?" in read_by_office(cloud, item)[1]


def test_a_proposal_of_a_day_names_no_time(cloud: Cloud, meeting: str) -> None:
    email = next(ADDRESSES)
    lines = (accepted(email), "DTSTART;VALUE=DATE:20270701")
    item = take_in(cloud, mail(email, vcalendar(f"{meeting}@comhar", *lines, method="COUNTER")))
    assert item["proposal"]["starts_at"] is None
    assert read_by_office(cloud, item)[0]["says"] == f"{email} proposes another time."


def test_anothers_proposal_is_not_said_to_be_the_members(cloud: Cloud, meeting: str) -> None:
    email = next(ADDRESSES)
    cloud.member(email=email)
    file = outlook_counter(f"{meeting}@comhar", email)
    strange = take_in(cloud, mail("x@example.org", file))
    assert strange["proposal"]["by_attendee"] is False and "organisers_notified" not in strange
    assert "organisers do not know of it yet" in read_by_office(cloud, strange)[1]
    item = take_in(cloud, mail(email, file), spf="FAIL")
    assert (item["kind"], item["proposal"]["by_attendee"]) == ("unproven", False)


@pytest.mark.parametrize("name", ["", "CN=Áine;"])
def test_who_asks_somebody_else_to_go_is_said_in_words(
    name: str, cloud: Cloud, meeting: str
) -> None:
    """enough_icalendar's delegate() (example/enough_icalendar_example.dart)."""
    email = next(ADDRESSES)
    member = cloud.member(email=email)
    line = f'ATTENDEE;{name}PARTSTAT=DELEGATED;DELEGATED-TO="mailto:e%40example.org":mailto:{email}'
    item = take_in(cloud, mail(email, vcalendar(f"{meeting}@comhar", line)))
    assert (item["delegated_to"], item["state"]) == (["e@example.org"], "open")
    assert answer_of(meeting, member.id) is None
    _, page = read_by_office(cloud, item)
    assert (
        f"{'Áine' if name else email} asks e@example.org to go to a meeting in their place." in page
    )
    assert "somebody in distress" not in page
    listed = cloud.call("GET", "/inbox", bearer=cloud.session(OFFICE), html=True).text
    assert "Asks e@example.org to go instead" in listed


def test_of_a_thousand_who_should_go_instead_a_few_are_named(cloud: Cloud, meeting: str) -> None:
    email = next(ADDRESSES)
    people = ",".join(f'"mailto:e{n}@example.org"' for n in range(1000))
    line = f"ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO={people}:mailto:{email}"
    item = take_in(cloud, mail(email, vcalendar(f"{meeting}@comhar", line)))
    assert len(item["delegated_to"]) == 5
