"""Reads a letter back as a mail program does, and says what is wrong with it."""

import email
import email.policy
import re
from email.message import EmailMessage

from bs4 import BeautifulSoup
from icalendar import Calendar

# What a subject may say besides its own fixed words: a day, a code, a kind of meeting, a quarter.
SUBJECT = re.compile(r"[A-Za-z0-9 ,:?’–\-]+")
# The banner, and "If the button does not work, copy this address", for those who read HTML.
BESIDE_BUTTONS = {
    *("comhar", "if", "the", "button", "buttons", "does", "do", "not", "work", "copy", "this"),
    *("these", "address", "addresses"),
}


def read(raw: str | bytes) -> EmailMessage:
    """The message, parsed. Raises AssertionError where it is not what a letter has to be: one
    recipient, text and HTML that say the same, a neutral subject, a calendar file of one method."""
    if isinstance(raw, bytes):
        mail = email.message_from_bytes(raw, policy=email.policy.default)
    else:
        mail = email.message_from_string(raw, policy=email.policy.default)
    subject = str(mail["Subject"])
    assert len(mail["To"].addresses) == 1 and mail["Cc"] is None and mail["Bcc"] is None
    assert mail["To"].addresses[0].addr_spec.partition("@")[0] not in subject.split(), subject
    assert SUBJECT.fullmatch(subject), f"the subject says {subject}"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None and html is not None
    mine, theirs = _words(text.get_content()), _words(_spoken(html.get_content()))
    assert not mine - theirs - {"here"}, f"{subject}: only the text says {sorted(mine - theirs)}"
    unchosen = {
        each.partition("?answer=")[0] for each in mine
    }  # what one can copy instead of three
    more = theirs - mine - BESIDE_BUTTONS - unchosen
    assert not more, f"{subject}: only the HTML says {sorted(more)}"
    _calendar(mail)
    return mail


def _spoken(html: str) -> str:
    """The words of the page with the addresses of its links, without its title."""
    page = BeautifulSoup(html, "html.parser")
    for link in page.select('a[href^="http"]'):
        link.append(f" {link['href']} ")
    for hidden in page.select("head"):
        hidden.extract()
    return page.get_text(" ")


def _words(text: str) -> set[str]:
    """What is said, whatever the order, without the marks between and those of lists and of the end."""
    plain = re.sub(r"(?m)^ *(\d+\.|--|[*-])(\s|$)", " ", text)
    return {each.lower() for each in re.findall(r"[^\s()<>“”.,:;*|]+", plain)}


def _calendar(mail: EmailMessage) -> None:
    """The method in the part equals that in the file, one attendee, and From organises."""
    for part in mail.walk():
        if part.get_content_type() != "text/calendar":
            continue
        file = Calendar.from_ical(part.get_content())
        (event,) = file.walk("VEVENT")
        assert part.get_param("method") == file["METHOD"]
        assert event["ATTENDEE"] == f"mailto:{mail['To'].addresses[0].addr_spec}"
        assert event["ORGANIZER"] == f"mailto:{mail['From'].addresses[0].addr_spec}"
        assert (file["METHOD"] == "CANCEL") == (event["STATUS"] == "CANCELLED")
        attached = [each for each in mail.iter_attachments() if each.get_filename()]
        assert [each.get_content() for each in attached] == [part.get_content().encode()]
