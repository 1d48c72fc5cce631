"""Mail that was written to do harm is queued and opened like any other, and believed in nothing."""

import time
from datetime import timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.address_digests import address_digest
from comhar.inbox import html_text, intake, mail_body, mail_headers
from comhar.inbox import repository as inbox_repository
from local import openapi
from local.inbound_mail import receipt_event
from tests.support import stored_members
from tests.support.cloud import Cloud, Context
from tests.support.office_mail import deliver, other_letters, read_message
from tests.support.sample_community import OFFICE

pytestmark = pytest.mark.xdist_group("inbox")  # one worker makes its cloud once
SIZE = 250_000


@pytest.fixture
def office(cloud: Cloud) -> str:
    cloud.now += timedelta(days=2)  # whoever wrote before may be answered again
    return cloud.session(OFFICE)


def taken_in(cloud: Cloud, raw: bytes, **verdicts: str) -> dict[str, Any]:
    """The item on the queue of a mail that has just arrived."""
    cloud.now += timedelta(minutes=1)
    deliver(raw, f"harm-{cloud.now:%d%H%M}", cloud.now, **verdicts)
    [item] = wiring.table().query("INBOX#open", newest_first=True, limit=1).items
    assert item["message"] == f"harm-{cloud.now:%d%H%M}"
    return item


def page(body: str, head: str = "Content-Type: text/html; charset=utf-8") -> bytes:
    return f"From: a@example.org\r\nMIME-Version: 1.0\r\n{head}\r\n\r\n{body}".encode()


def filled(text: str) -> str:
    return text * (SIZE // len(text))


REPLY = (
    "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:x@y\r\n"
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
PARTS = "Content-Type: multipart/mixed; boundary=B"
TAGS = ("<", "<a ", "<a b='", '<a b="', "</", "<!--", "<![if ", "<?", "<script>", "<p><b>", "&#")
TWISTED = {
    **{tag: page(filled(tag)) for tag in TAGS},
    "tags, then ends": page("<a " * 60_000 + ">" * 60_000),
    "digits": page("&#" + "9" * SIZE + ";"),
    "pages in parts": page(
        "".join(f"--B\r\nContent-Type: text/html\r\n\r\n{'<a ' * 800}\r\n" for _ in range(100)),
        PARTS,
    ),
    "beside a calendar's reply": page(
        f"--B\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n{REPLY}\r\n"
        f"--B\r\nContent-Type: text/html\r\n\r\n{filled('<a ')}\r\n--B--\r\n",
        PARTS,
    ),
    "type": page("x", "Content-Type: text/html; " + filled("a=b; ")),
    "name": page("x", f'Content-Type: text/plain; name="{filled("=?utf-8?q?a?= ")}"'),
    "type of a part": page(f"--B\r\nContent-Type: text/html; {filled('a=b; ')}\r\n\r\nx", PARTS),
    "types of parts": page(
        "".join(f"--B\r\nContent-Type: text/html; {'a=b; ' * 2_400}\r\n\r\nx" for _ in range(20)),
        PARTS,
    ),
    "type in many lines": page("x", "Content-Type: text/html;" + filled("\r\n a=b;")),
}


@pytest.mark.parametrize("raw", TWISTED.values(), ids=[name.strip() for name in TWISTED])
def test_no_mail_takes_longer_to_take_in_and_to_open_than_the_function_has(
    raw: bytes, cloud: Cloud, office: str
) -> None:
    begun = time.process_time()
    item = taken_in(cloud, raw)
    answer = cloud.call("GET", f"/inbox/{item['id']}", bearer=office)
    assert answer.status == 200, answer
    assert (
        time.process_time() - begun < 6
    )  # of 60 seconds; on this many bytes the parsers took minutes


def test_what_is_beyond_the_characters_that_are_read_is_said_to_be_there(
    cloud: Cloud, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(html_text, "words", lambda text: read.append(text) or "The beginning.")
    part = f"--B\r\nContent-Type: text/html\r\n\r\n<p>{'x' * 200_000}\r\n"
    item = taken_in(cloud, page(part * 5 + "--B--\r\n", PARTS))
    read.clear()  # its beginning was read to know its language
    message = cloud.call("GET", f"/inbox/{item['id']}", bearer=office).json
    assert sum(map(len, read)) == 300_000 and message["cut"] is True


SAID = {
    "<p title='a > b'>Dear<br>office,<p>I am <b>well</b>.": "Dear\noffice,\n\nI am well.",
    "2 < 3 and <3 you": "2 < 3 and <3 you",
    "<head><style>p {}</style><body>Hello": "Hello",
    "<style>p > a {}</style><script>x</script>Hello<!-- not <p>words</p> -->.": "Hello.",
    "<!DOCTYPE html><?xml x?><![if !mso]>F&aacute;ilte &lt;b&gt;<![endif]>": "Fáilte <b>",
    "<a href='x'>Hello": "Hello",
    "Hello <a href='never closed": "Hello",
}


@pytest.mark.parametrize("text", SAID)
def test_a_page_is_read_in_words(text: str) -> None:
    message = mail_headers.parsed(page(text))
    assert mail_body.contents(message).words == SAID[text]


# What cannot be read is there all the same


def fault(*_: Any) -> Any:
    raise RuntimeError("padraig wrote this")


@pytest.mark.parametrize(
    ("broken", "by_head"),
    [((mail_body, "contents"), False), ((mail_headers, "facts"), True)],
    ids=["body", "head"],
)
def test_a_mail_that_cannot_be_read_is_queued_and_deleted_with_its_file(
    broken: tuple[Any, str],
    by_head: bool,
    cloud: Cloud,
    office: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    real, name = getattr(*broken), "padraig.mulqueen@gmail.com"

    def once_broken(message: Any, *more: Any) -> Any:
        """Cannot read what holds a body, or, where it is the head's reader, what has a subject."""
        if "subject" in message if by_head else message.get_payload():
            raise RuntimeError("padraig wrote this")
        return real(message, *more)

    monkeypatch.setattr(*broken, once_broken)
    item = taken_in(cloud, read_message("gmail"))
    assert (item["sender"], item["subject"] != "") == (("", False) if by_head else (name, True))
    assert item["due"] == "work" and wiring.inbox_bucket().get(item["message"])
    if not by_head:
        pointers = inbox_repository.list_from_address(address_digest(name), wiring.table())
        assert item["message"] in [each["message"] for each in pointers]
    assert "mail_not_read" in caplog.text
    assert "padraig" not in " ".join(str(line.__dict__) for line in caplog.records)


def test_a_reply_that_cannot_be_recorded_waits_for_a_person(
    cloud: Cloud, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = openapi.load("mail_in")
    monkeypatch.setattr(inbox.rsvp, "answer_by_calendar", fault)
    item = taken_in(cloud, read_message("calendar_accepted", THE_UID="SW-x@comhar"))
    assert (item["kind"], item["state"], item.get("answer")) == ("calendar", "open", None)


def test_a_failure_tells_lambda_no_word_of_the_mail_and_keeps_no_other_from_being_taken_in(
    cloud: Cloud, office: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    inbox, real = openapi.load("mail_in"), intake.take_in

    def fails(ses: dict[str, Any], *more: Any) -> bool:
        return fault() if ses["mail"]["messageId"] == "bad" else real(ses, *more)

    monkeypatch.setattr(intake, "take_in", fails)
    cloud.now += timedelta(minutes=1)
    event = receipt_event(read_message("iphone"), "bad", cloud.now)
    event["Records"] += receipt_event(read_message("iphone"), "good", cloud.now)["Records"]
    with pytest.raises(intake.NotTakenIn, match=r"^1 mails could not be taken in$") as raised:
        inbox.handler(event, Context())
    assert raised.value.__cause__ is None and raised.value.__context__ is None
    [item] = wiring.table().query("INBOX#open", newest_first=True, limit=1).items
    assert item["message"] == "good"
    assert "padraig" not in " ".join(str(line.__dict__) for line in caplog.records)


# Who it says it is from


def mail(sender: str, path: str) -> bytes:
    head = f"Return-Path: <{path}>\r\n{sender}\r\nSubject: Change of account\r\n\r\nPlease.\r\n"
    return head.encode()


NO_DMARC = {"dkim": "GRAY", "dmarc": "GRAY"}
FORGED = {
    "member": (mail("From: Mary <mary@hse.ie>", "x@attacker.example"), NO_DMARC),
    "health service": (mail("From: boss@hse.ie", "x@attacker.example"), NO_DMARC),
    "signed by another": (mail("From: boss@hse.ie", "x@attacker.example"), {"dmarc": "GRAY"}),
    "public": (mail("From: jo@gmail.com", "x@nothse.gmail.com.example"), NO_DMARC),
    "like-named": (mail("From: boss@hse.ie", "x@nothse.ie"), NO_DMARC),
    "only a signature": (mail("From: jo@gmail.com", "jo@gmail.com"), {"spf": "GRAY", **NO_DMARC}),
    "ourselves": (mail("From: comhar@example.com", "x@attacker.example"), NO_DMARC),
    "two headers": (mail("From: mary@hse.ie\r\nFrom: x@attacker.example", "x@hse.ie"), {}),
    "group": (mail("From: Friends: mary@hse.ie;", "x@hse.ie"), {}),
    "more than is read": (
        mail(f"From: mary@hse.ie ({'x' * 3000}), x@attacker.example", "x@hse.ie"),
        {},
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_who_is_not_proven_is_never_shown_as_anybody_nor_answered(
    name: str, cloud: Cloud, office: str
) -> None:
    if not stored_members.find_by_address("mary@hse.ie"):
        cloud.member(email="mary@hse.ie")
    before = len(other_letters(cloud))
    raw, verdicts = FORGED[name]
    item = taken_in(cloud, raw, **verdicts)
    assert item["kind"] == "unproven"
    assert len(other_letters(cloud)) == before
    page = cloud.call("GET", f"/inbox/{item['id']}", bearer=office, html=True).text
    assert "may not be from the person it says it is from" in page
    assert "Their page in the list of members" not in page
    assert cloud.call("POST", f"/inbox/{item['id']}/invite", bearer=office).status == 409


def test_a_server_below_the_sender_s_own_domain_is_the_sender_s(cloud: Cloud, office: str) -> None:
    raw = mail("From: boss@hse.ie", "bounces@mail.hse.ie")
    assert taken_in(cloud, raw, **NO_DMARC)["kind"] == "trusted"


def test_where_a_mail_came_from_is_ses_s_word_not_the_mail_s() -> None:
    message = mail_headers.parsed(mail("From: boss@hse.ie", "boss@hse.ie"))
    assert mail_headers.return_path(message, "X@attacker.example") == "x@attacker.example"
    assert mail_headers.return_path(message, "") == ""
    assert mail_headers.return_path(message, None) == "boss@hse.ie"


def test_no_name_can_turn_the_direction_of_writing(cloud: Cloud, office: str) -> None:
    marks = "\u202e\u202a\u2066\u2069\u200e\u200f"
    raw = (
        f'From: "{marks}moc" <a@example.org>\r\nSubject: {marks}s\r\nContent-Type: application/x\r\n'
        f'Content-Disposition: attachment; filename="inv{marks}fdp.exe"\r\n\r\nhi\r\n'
    )
    item = taken_in(cloud, raw.encode())
    assert (item["name"], item["subject"]) == ("moc", "s")
    message = cloud.call("GET", f"/inbox/{item['id']}", bearer=office).json
    assert [each["name"] for each in message["attachments"]] == ["invfdp.exe"]


def test_who_looked_at_the_list_is_noted(cloud: Cloud, office: str) -> None:
    def lines() -> list[dict[str, Any]]:
        return [
            line
            for line in wiring.table().query("SUBJECT#INBOX", table="audit").items
            if line["what"] == "read_inbox"
        ]

    before = len(lines())
    assert cloud.call("GET", "/inbox", bearer=cloud.session(cloud.member())).status == 403
    assert cloud.call("GET", "/inbox", bearer=office, query={"state": "lost"}).status == 422
    assert len(lines()) == before
    message = cloud.call("GET", "/inbox", bearer=office, query={"state": "done"}).json["messages"]
    last = lines()[-1]
    assert (len(lines()), last["state"], last["rows"]) == (before + 1, "done", len(message))


def test_how_a_mail_was_checked_is_said_without_words_of_the_trade(
    cloud: Cloud, office: str
) -> None:
    for status in ("PASS", "FAIL", "GRAY"):
        item = taken_in(cloud, read_message("gmail"), spf=status, dkim=status, dmarc=status)
        message = cloud.call("GET", f"/inbox/{item['id']}", bearer=office).json
        words = " ".join(each["says"] for each in message["verdicts"]) + message["kind_name"]
        for word in ("server", "domain", "signature", "proven", "SPF", "DKIM", "letter"):
            assert word not in words, words
