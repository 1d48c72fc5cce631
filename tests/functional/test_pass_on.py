"""A member answers a message by mail: the office passes the answer on, without an address."""

from email.message import EmailMessage

import pytest

from comhar import wiring
from comhar.inbox.mail_answers import get_own_words
from comhar.membership.model import Member
from tests.support.office_mail import deliver
from tests.support.sample_region import OFFICE, Region, text

SUBJECT = "Thursday: bring a mug"
US, HOME = "comhar@example.com", "https://comhar.example"
OUTLOOK = f"""I will.

-----Original Message-----
From: Sinéad, South West Community of Practice <{US}>
Sent: Monday 11 January 2027 09:11
Subject: {SUBJECT}

Reply: {HOME}/reply/secret"""
GMAIL = f"""I will.

On Mon, 11 Jan 2027 at 09:11, Sinéad, South West Community
of Practice <{US}> wrote:

> Tea at 10.
> {HOME}/reply/secret"""
BELOW = f"""On Mon, 11 Jan 2027 at 09:11, Sinéad <{US}> wrote:
> Tea at 10.

I will."""


@pytest.fixture
def region(region: Region) -> Region:
    """With one message of a co-chair, which went out."""
    about = {"to": "members", "subject": SUBJECT, "text": "Tea at 10."}
    region.done(region.chair, "/communities/SW/messages", about)
    region.at(2027, 1, 11, 9, 11)
    return region


def answer(
    region: Region, who: Member, subject: str = f"Re: {SUBJECT}", refers: bool = True, **more: str
) -> str:
    """The path of an answer by mail that has just arrived."""
    (sent,) = region.mail(who, SUBJECT)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = who.email, US, subject
    if refers:
        mail["References"] = f"{sent['References']} <one@mail.example>"
    mail.set_content(f"I will.\n\n> {text(sent)[:20]}")
    source = {"Return-Path": f"<{who.email}>"}
    for name, value in source.items():
        mail[name] = value
    deliver(mail.as_bytes(), f"answer-{who.id}", region.cloud.now, **more)
    (item,) = wiring.table().query("INBOX#open").items
    return f"/inbox/{item['id']}"


@pytest.mark.parametrize(
    ("refers", "subject"), [(True, "Tea"), (False, f"RE: {SUBJECT.upper()}"), (True, "")]
)
def test_an_answer_is_passed_on_with_one_press_without_an_address(
    refers: bool, subject: str, region: Region
):
    path = answer(region, region.ann, subject, refers)
    answers = region.ask(OFFICE, "GET", path).json["answers"]
    assert (answers["subject"], answers["text"]) == (SUBJECT, "I will.")
    assert region.done(OFFICE, f"{path}/pass-on")["state"] == "done"
    region.at(2027, 1, 11, 9, 20)
    (mail,) = region.mail(region.chair, "a reply to your message")
    assert "Ann replies" in text(mail) and "I will." in text(mail)
    assert region.ann.email not in text(mail)
    assert region.ask(OFFICE, "GET", path).json["answers"] is None
    assert region.ask(OFFICE, "POST", f"{path}/pass-on").status == 409


def test_what_was_put_away_before_can_be_passed_on(region: Region):
    path = answer(region, region.ann)
    region.done(OFFICE, f"{path}/done")
    assert region.done(OFFICE, f"{path}/pass-on")["state"] == "done"


def test_what_answers_no_message_is_not_passed_on(region: Region):
    path = answer(region, region.ann, SUBJECT, refers=False)
    assert region.ask(OFFICE, "GET", path).json["answers"] is None
    assert region.ask(OFFICE, "POST", f"{path}/pass-on").status == 409


def test_an_answer_of_nobody_knows_whom_is_not_passed_on(region: Region):
    path = answer(region, region.ann, spf="FAIL", dkim="FAIL", dmarc="FAIL")
    assert region.ask(OFFICE, "GET", path).json["kind"] == "unproven"
    assert region.ask(OFFICE, "POST", f"{path}/pass-on").status == 409


def test_an_answer_to_who_left_is_not_passed_on(region: Region):
    path = answer(region, region.ann)
    region.done(region.chair, "/me/leave")
    assert region.ask(OFFICE, "POST", f"{path}/pass-on").status == 409


@pytest.mark.parametrize(
    ("words", "own"),
    [
        *((OUTLOOK, "I will."), (GMAIL, "I will."), (BELOW, "I will."), ("I will.", "I will.")),
        (
            f"I will.\nOn Friday I bring 2.\nYours, {US}",
            f"I will.\nOn Friday I bring 2.\nYours, {US}",
        ),
        (f"See {HOME}/reply/secret now", "See  now"),
        (f"On 2 March I can.\n\nFrom: S <{US}>\nTea", "On 2 March I can."),
    ],
)
def test_what_an_answer_quotes_and_our_links_are_left_out(words: str, own: str):
    assert get_own_words(words, US, HOME) == own
