"""Each kind of mail to the office, as real programs write it, ends as it should: letter, queue, answer."""

import os
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comhar import wiring
from comhar.address_digests import address_digest
from comhar.communities.repository import text_write
from comhar.inbox import calendar_replies, mail_body, mail_headers
from comhar.inbox import repository as inbox_repository
from tests.support import fake_aws
from tests.support.cloud import Cloud
from tests.support.office_mail import MAIL, deliver, other_letters, read_message
from tests.support.proof_sizes import sized
from tests.support.sample_community import OFFICE
from tests.support.sample_region import text

pytestmark = pytest.mark.xdist_group("inbox_mail")  # one worker makes its cloud once


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    return emptied


def files() -> set[str]:
    found = fake_aws.client("s3").list_objects_v2(Bucket=os.environ["INBOX_BUCKET"])
    return {each["Key"] for each in found.get("Contents", [])}


def letters(cloud: Cloud) -> list[tuple[str, str]]:
    """Subject and receiver of every letter posted."""
    return [(str(each["subject"]), str(each["to"])) for each in other_letters(cloud)]


def queued(state: str = "open") -> list[dict[str, Any]]:
    return wiring.table().query(f"INBOX#{state}").items


JOIN, THANKS = "Your link to join Comhar", "Thank you for your message"
ENDS = [
    ("outlook", {}, "trusted", JOIN),
    ("gmail", {}, "public", THANKS),
    ("iphone", {}, "public", THANKS),
    ("html_only", {}, "public", THANKS),
    ("quoted_printable", {}, "member", THANKS),
    ("base64", {}, "trusted", JOIN),
    ("attachments", {}, "public", THANKS),
    ("distressed", {}, "public", THANKS),
    ("irish", {}, "public", THANKS),
    ("out_of_office", {}, "automatic", None),
    ("bounce", {}, "bounce", None),
    ("mailing_list", {}, "list", None),
    ("own_letter", {}, "own", None),
    ("forged", {"spf": "FAIL", "dkim": "GRAY", "dmarc": "FAIL"}, "unproven", None),
    ("outlook", {"spf": "FAIL"}, "unproven", None),
    ("outlook", {"dkim": "FAIL"}, "unproven", None),
    ("outlook", {"dmarc": "FAIL"}, "unproven", None),
    ("outlook", {"spf": "GRAY", "dkim": "GRAY", "dmarc": "GRAY"}, "unproven", None),
    ("outlook", {"spam": "FAIL"}, "spam", None),
    ("outlook", {"virus": "FAIL"}, "virus", None),
    ("gmail", {"dkim": "GRAY", "dmarc": "GRAY"}, "public", THANKS),
    ("gmail", {"virus": "PROCESSING_FAILED"}, "public", THANKS),
]


@pytest.mark.parametrize(("name", "verdicts", "kind", "letter"), ENDS)
def test_each_mail_ends_as_it_should(
    name: str, verdicts: dict[str, str], kind: str, letter: str | None, cloud: Cloud
) -> None:
    cloud.member(email="caoimhe@oireabhard.example.ie")
    raw = read_message(name)
    assert deliver(raw, "m1", cloud.now, **verdicts) == {"sent": int(letter is not None)}
    [item] = queued()
    assert item["kind"] == kind
    sent = letters(cloud)
    assert sent == ([(letter, item["sender"])] if letter else [])
    assert item.get("answered") == {JOIN: "join", THANKS: "acknowledged"}.get(letter or "")


def test_every_message_of_ours_is_tried() -> None:
    tried = {name for name, *_ in ENDS} | {"calendar_accepted", "calendar_declined"}
    assert {path.stem for path in MAIL.glob("*.eml")} == tried


SAYS = {
    "outlook": ("Máire", "there’s a community that meets – could I join it?"),
    "gmail": ("Pádraig Mulqueen", "my brother came home from hospital last week."),
    "iphone": ("Órla Ní Shúilleabháin", "Is it yours?\n\nIt has an old phone number on it."),
    "html_only": ("Oak Tree Day Centre", "Open day\n\nEverybody is welcome on Wednesday 3 March"),
    "quoted_printable": ("Caoimhe Ní Dhomhnaill", "it has to be folded on its way, as every mail"),
    "base64": ("Seosamh Ó Conaill", "sa phobal. 😀 שלום"),
    "distressed": ("Aoife K", "i don’t see how it gets better"),
    "forged": ("HSE Payroll", "Please sign in here before noon."),
}


@pytest.mark.parametrize("name", SAYS)
def test_names_and_words_are_read_in_every_encoding(name: str) -> None:
    message = mail_headers.parsed(read_message(name))
    who, words = SAYS[name]
    assert who in mail_headers.sender(message)[1] or who in mail_body.contents(message).words
    assert words in mail_body.contents(message).words
    assert "tracker" not in mail_body.contents(message).words
    assert "not words" not in mail_body.contents(message).words


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("base64", "Conas is féidir liom páirt a ghlacadh?"),
        ("html_only", "Open day on 3 March, fáilte"),
        ("distressed", ""),
    ],
)
def test_subjects_are_read_in_every_encoding(name: str, subject: str) -> None:
    assert mail_headers.header(mail_headers.parsed(read_message(name)), "subject") == subject


def test_what_is_sent_along_is_named_and_whole() -> None:
    files = mail_body.contents(mail_headers.parsed(read_message("attachments"))).files
    names = [each.name for each in files]
    assert names == ["logo.png", "Litir ón ngrúpa.pdf", 'evil".exe', "attachment-4.eml"]
    assert files[1].body == b"%PDF-1.4" + bytes(range(256)) * 8
    assert b"An earlier mail." in files[3].body


# Who is written to, and how often


def test_a_message_is_taken_in_once_however_often_ses_tells(cloud: Cloud) -> None:
    for _ in range(3):
        deliver(read_message("gmail"), "m1", cloud.now)
    assert len(queued()) == len(letters(cloud)) == 1


def test_an_address_is_answered_once_a_day_and_everything_is_queued(cloud: Cloud) -> None:
    for n in range(3):
        deliver(read_message("gmail"), f"m{n}", cloud.now + timedelta(minutes=n))
    assert len(queued()) == 3
    assert len(letters(cloud)) == 1
    cloud.now += timedelta(hours=23, minutes=59)
    deliver(read_message("gmail"), "later", cloud.now)
    assert len(letters(cloud)) == 1
    cloud.now += timedelta(minutes=1)
    deliver(read_message("gmail"), "next day", cloud.now)
    assert [subject for subject, _ in letters(cloud)].count(THANKS) == 2


def test_no_link_answers_a_mail_while_one_that_was_asked_for_lies_there(cloud: Cloud) -> None:
    cloud.call("POST", "/join", {"email": "s.oconaill@hse.ie"})
    assert deliver(read_message("base64"), "m1", cloud.now) == {"sent": 0}
    assert [item.get("answered") for item in queued()] == [None]
    assert len(letters(cloud)) == 1


def test_a_person_of_the_office_gets_no_link(cloud: Cloud) -> None:
    raw = read_message("outlook").replace(b"Maire.NiBhriain@hse.ie", OFFICE.encode())
    deliver(raw, "m1", cloud.now)
    assert queued()[0]["kind"] == "member"
    assert [subject for subject, _ in letters(cloud)] == [THANKS]


@pytest.mark.parametrize(
    "line",
    [
        "From: undisclosed:;",
        "From: Family group: ann@example.org, ben@example.org;",
        "From: ann@example.org, ben@example.org",
        "From: =?utf-8?q?no_address?=",
        "From: séamus@example.org",
        "From: <>",
        "X-From: ann@example.org",
    ],
)
def test_who_cannot_be_answered_is_queued_all_the_same(line: str, cloud: Cloud) -> None:
    raw = f"Return-Path: <x@example.org>\r\n{line}\r\nSubject: Help\r\n\r\nPlease call.\r\n"
    assert deliver(raw.encode(), "m1", cloud.now) == {"sent": 0}
    [item] = queued()
    assert (item["sender"], item["kind"], item["subject"]) == ("", "unproven", "Help")
    assert letters(cloud) == []


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("X-Autorespond: back on Monday", "automatic"),
        ("Auto-Submitted: auto-replied (vacation)", "automatic"),
        ("Precedence: auto_reply", "automatic"),
        ("Subject: Out of office: back on Monday", "automatic"),
        ("Subject: Freagra uathoibríoch: Seomraí", "automatic"),
        ("Precedence: bulk", "list"),
        ("List-Unsubscribe: <mailto:leave@example.org>", "list"),
    ],
)
def test_a_machine_is_not_answered(line: str, kind: str, cloud: Cloud) -> None:
    raw = f"Return-Path: <ann@example.org>\r\nFrom: ann@example.org\r\n{line}\r\n\r\nx\r\n"
    assert deliver(raw.encode(), "m1", cloud.now) == {"sent": 0}
    assert [item["kind"] for item in queued()] == [kind]


def test_auto_submitted_no_is_a_person(cloud: Cloud) -> None:
    raw = b"Return-Path: <a@example.org>\r\nFrom: a@example.org\r\nAuto-Submitted: no\r\n\r\nx\r\n"
    assert deliver(raw, "m1", cloud.now) == {"sent": 1}


def test_a_mail_without_its_file_is_queued_from_what_ses_tells(cloud: Cloud) -> None:
    assert deliver(read_message("html_only"), "m1", cloud.now, kept=False) == {"sent": 1}
    [item] = queued()
    assert item["subject"] == "Open day on 3 March, fáilte"
    assert item["sender"] == "info@daycentre.example.org"


def test_headers_in_bare_utf_8_are_read(cloud: Cloud) -> None:
    raw = "Return-Path: <a@example.org>\r\nFrom: Áine <a@example.org>\r\nSubject: Fáilte\r\n\r\nx"
    deliver(raw.encode(), "m1", cloud.now)
    assert (queued()[0]["name"], queued()[0]["subject"]) == ("Áine", "Fáilte")


# Calendars


def meeting(cloud: Cloud) -> str:
    chair = cloud.session(cloud.member(chair_of=("SW",)))
    wanted = {"kind": "quarterly", "starts_at": "2027-02-18T10:00", "mode": "in_person"}
    wanted["venue"] = "Cork"
    made = cloud.call("POST", "/communities/SW/meetings", wanted, bearer=chair)
    assert made.status == 201, made
    return str(made.json["id"])


def answers(meeting_id: str) -> dict[str, str]:
    found = wiring.table().query(f"REPLIES#{meeting_id}", "ANSWER#").items
    return {item["sk"].partition("#")[2]: item["answer"] for item in found}


def test_a_calendar_s_acceptance_is_the_member_s_answer(cloud: Cloud) -> None:
    member, planned_meeting = cloud.member(email="grainne@hse.ie"), meeting(cloud)
    before = len(letters(cloud))
    assert deliver(
        read_message("calendar_accepted", THE_UID=f"{planned_meeting}@comhar"), "m1", cloud.now
    ) == {"sent": 0}
    assert answers(planned_meeting)[member.id] == "yes"
    assert queued() == []
    [item] = queued("done")
    assert (item["kind"], item["answer"]) == ("calendar", "yes")
    assert len(letters(cloud)) == before


def test_words_beside_an_answer_wait_for_a_person(cloud: Cloud) -> None:
    member, planned_meeting = cloud.member(email="donncha.burke@gmail.com"), meeting(cloud)
    deliver(read_message("calendar_declined", THE_UID=f"{planned_meeting}@comhar"), "m1", cloud.now)
    assert answers(planned_meeting)[member.id] == "no"
    [item] = queued()
    assert (item["kind"], item["answer"]) == ("calendar", "no")
    assert (
        "glad of a call"
        in mail_body.contents(mail_headers.parsed(read_message("calendar_declined"))).words
    )


def refused(cloud: Cloud, raw: bytes, **verdicts: str) -> dict[str, Any]:
    """The item on the queue of a reply that changes nobody's answer."""
    assert deliver(raw, "m1", cloud.now, **verdicts) == {"sent": 0}
    [item] = queued()
    assert "answer" not in item
    return item


@pytest.mark.parametrize(
    ("change", "verdicts", "kind"),
    [
        ((b"<Grainne@hse.ie>", b"<else@hse.ie>"), {}, "calendar"),
        ((b"<grainne@hse.ie>", b"<x@example.net>"), {"dmarc": "GRAY"}, "calendar"),
        ((b"", b""), {"spf": "FAIL"}, "unproven"),
        ((b"", b""), {"dmarc": "FAIL"}, "unproven"),
    ],
)
def test_another_s_calendar_reply_is_for_a_person_to_see(
    change: tuple[bytes, bytes], verdicts: dict[str, str], kind: str, cloud: Cloud
) -> None:
    member, planned_meeting = cloud.member(email="grainne@hse.ie"), meeting(cloud)
    raw = read_message("calendar_accepted", THE_UID=f"{planned_meeting}@comhar").replace(*change)
    assert refused(cloud, raw, **verdicts)["kind"] == kind
    assert member.id not in answers(planned_meeting)


@pytest.mark.parametrize(
    "uid", ["SW-nothing@comhar", "somebody@else.example", "", f"SW-{'x' * 5000}@comhar"]
)
def test_a_reply_to_no_meeting_of_ours_is_for_a_person_to_see(uid: str, cloud: Cloud) -> None:
    cloud.member(email="grainne@hse.ie")
    assert refused(cloud, read_message("calendar_accepted", THE_UID=uid))["kind"] == "calendar"


# How long, and for whom


def test_a_mail_is_deleted_with_its_file_after_ninety_days(cloud: Cloud) -> None:
    deliver(read_message("gmail"), "m1", cloud.now)
    deliver(read_message("outlook"), "m2", cloud.now + timedelta(days=1))
    cloud.now += timedelta(days=89, hours=23)
    cloud.post_letters()
    assert (len(queued()), files()) == (2, {"m1", "m2"})
    cloud.now += timedelta(hours=2)
    cloud.post_letters()
    assert [item["message"] for item in queued()] == ["m2"]
    assert files() == {"m2"}
    assert (
        inbox_repository.list_from_address(
            address_digest("padraig.mulqueen@gmail.com"), wiring.table()
        )
        == []
    )


def test_everything_an_address_wrote_can_be_forgotten(cloud: Cloud) -> None:
    for n, name in enumerate(["gmail", "gmail", "outlook"]):
        deliver(read_message(name), f"m{n}", cloud.now + timedelta(minutes=n))
    table, address = wiring.table(), address_digest("padraig.mulqueen@gmail.com")
    assert len(inbox_repository.list_from_address(address, table)) == 2
    for _ in range(2):
        for writes in inbox_repository.erase_writes(table, wiring.inbox_bucket(), address):
            table.transact(writes)
    assert inbox_repository.list_from_address(address, table) == []
    assert table.query(f"ADDRESS#{address}", "MAIL#").items == []
    assert [item["message"] for item in queued()] == ["m2"]
    assert files() == {"m2"}


def test_the_letter_says_where_to_find_help_before_anything_else(cloud: Cloud) -> None:
    deliver(read_message("distressed"), "m1", cloud.now)
    [letter] = other_letters(cloud)
    words = text(letter)
    for wording in ("A person of the National Office will read it", "Monday to Friday", "116 123"):
        assert wording in words
    assert "You get this email because" in words and "machine" not in words
    assert "Community of Practice" not in words and "gets better" not in words


def test_the_letter_says_the_office_s_own_words_where_help_is(cloud: Cloud) -> None:
    place = {"name": "The house", "detail": "Open to all.", "reach": "Call 021", "href": "tel:021"}
    wiring.table().transact([text_write("help", [place], 0, cloud.now)])
    deliver(read_message("distressed"), "m1", cloud.now)
    [letter] = other_letters(cloud)
    assert "The house: Call 021. Open to all." in text(letter)


def test_nothing_of_a_mail_is_logged(cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    deliver(read_message("distressed"), "m1", cloud.now)
    cloud.call("GET", f"/inbox/{queued()[0]['id']}", bearer=cloud.session(OFFICE))
    lines = " ".join(str(record.__dict__) for record in caplog.records)
    assert "aoife" not in lines.lower() and "gets better" not in lines


# Whatever is sent

ODD = st.one_of(
    st.binary(max_size=400),
    st.lists(
        st.sampled_from(
            [
                b"From: ", b"Subject: ", b"Content-Type: multipart/mixed; boundary=", b"\r\n",
                b"Content-Type: text/html; charset=", b"Content-Type: text/calendar; method=REPLY",
                b"=?utf-8?b?", b"?=", b"<a@example.org>", b"\"", b";", b":", b"--x", b"x", b"\xff",
                b"Content-Transfer-Encoding: base64\r\n", b"Content-Disposition: attachment; ",
                b"filename*0*=", b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n", b"<![", b"idna", b"hex",
            ]
        ),
        max_size=30,
    ).map(b"".join),
)  # fmt: skip


@settings(max_examples=sized(60, 300), suppress_health_check=list(HealthCheck))
@given(ODD)
def test_no_bytes_are_too_odd_to_be_read(raw: bytes) -> None:
    message = mail_headers.parsed(raw)
    mail_headers.facts(message, None)
    calendar_replies.read(mail_body.calendars(message), "a@example.org")
    content = mail_body.contents(message)
    (content.words + "".join(each.name for each in content.files)).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(3000)
        ),
        b"Content-Type: message/rfc822\r\n\r\n" * 3000,
        b"From: " + b"(" * 100_000 + b"\r\n\r\nx",
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 20_000 + b"deep",
        b"Content-Type: text/plain; charset=" + b"x" * 5000 + b"\r\n\r\nwords",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 5_000,
    ],
    ids=["parts in parts", "mails in mails", "brackets", "deep page", "charset", "many parts"],
)
def test_a_mail_made_to_do_harm_is_queued_like_another(raw: bytes, cloud: Cloud) -> None:
    deliver(raw, "m1", cloud.now)
    [item] = queued()
    page = cloud.call("GET", f"/inbox/{item['id']}", bearer=cloud.session(OFFICE))
    assert page.status == 200, page
