"""Reads a letter back as a mail program does, and says what is wrong with it."""

import email
import email.policy
import re
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from functools import cache, lru_cache
from html.parser import HTMLParser

# What a subject may say besides its own fixed words: a day, a code, a kind of meeting, a quarter.
SUBJECT = re.compile(r"[A-Za-z0-9 ,:?’–\-]+")
# The banner, and "If the button does not work, copy this address", for those who read HTML.
BESIDE_BUTTONS = {
    *("comhar", "if", "the", "button", "buttons", "does", "do", "not", "work", "copy", "this"),
    *("these", "address", "addresses"),
}


class _Headers(HeaderRegistry):
    """Python parses a header anew at each look: here the same one once, half of a letter's reading."""

    __getitem__ = cache(HeaderRegistry.__getitem__)
    __call__ = lru_cache(4096)(HeaderRegistry.__call__)


_POLICY = email.policy.default.clone(header_factory=_Headers())


@lru_cache(1024)
def parsed(raw: str | bytes) -> EmailMessage:
    """The message, the same one each time: nobody may change it."""
    if isinstance(raw, bytes):
        return email.message_from_bytes(raw, policy=_POLICY)
    return email.message_from_string(raw, policy=_POLICY)


def read(raw: str | bytes) -> EmailMessage:
    """The message, parsed. Raises AssertionError where it is not what a letter has to be: one
    recipient, text and HTML that say the same, a neutral subject, a calendar file of one method."""
    mail = parsed(raw)
    subject = str(mail["Subject"])
    assert len(mail["To"].addresses) == 1 and mail["Cc"] is None and mail["Bcc"] is None
    assert mail["To"].addresses[0].addr_spec.partition("@")[0] not in subject.split(), subject
    assert SUBJECT.fullmatch(subject), f"the subject says {subject}"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None and html is not None
    words = _words(text.get_content())
    page = _VisibleText(html.get_content())
    theirs = _words("".join(page.words))
    _preheader(page.preheader, mail)
    assert not words - theirs - {"here"}, f"{subject}: only the text says {sorted(words - theirs)}"
    unchosen = {
        each.partition("?answer=")[0] for each in words
    }  # what one can copy instead of three
    more = theirs - words - BESIDE_BUTTONS - unchosen
    assert not more, f"{subject}: only the HTML says {sorted(more)}"
    _calendar(mail)
    return mail


class _VisibleText(HTMLParser):
    """The words of the page with the addresses of its links, without its title and its preheader."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.preheader = ""
        self._in_head = self._in_preheader = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") if tag == "a" else None
        self.words.append(f" {href} " if href and href.startswith("http") else " ")
        self._in_head |= tag == "head"
        self._in_preheader |= tag == "div" and "display: none" in (dict(attrs).get("style") or "")

    def handle_endtag(self, tag: str) -> None:
        self.words.append(" ")
        self._in_head &= tag != "head"
        self._in_preheader &= tag != "div"

    def handle_data(self, data: str) -> None:
        if self._in_preheader:
            self.preheader += data
        elif not self._in_head:
            self.words.append(data)


def _preheader(hidden: str, mail: EmailMessage) -> None:
    """What a list of emails shows after the subject says something, and nothing of the person."""
    point = hidden.partition("\u034f")[0].strip()
    assert point.endswith((".", "”")) and point not in str(mail["Subject"]), (
        f"{mail['Subject']}: {point}"
    )
    assert not re.search(r"mental|recovery|lived experience|@|https?:", point), point


def _words(text: str) -> set[str]:
    """What is said, whatever the order, without the marks between and those of lists and of the end."""
    plain = re.sub(r"(?m)^ *(\d+\.|--|[*-])(\s|$)", " ", text)
    return {each.lower() for each in re.findall(r"[^\s()<>“”.,:;*|]+", plain)}


def _calendar(mail: EmailMessage) -> None:
    """The method in the part equals that in the file, one attendee, and From organises."""
    for part in mail.walk():
        if part.get_content_type() != "text/calendar":
            continue
        file = re.sub(r"\r?\n ", "", part.get_content())  # long lines go on over several
        (event,) = re.findall(r"BEGIN:VEVENT\s(.*?)END:VEVENT", file, re.DOTALL)
        method = str(part.get_param("method"))
        assert _of(file, "METHOD") == [method]
        assert _of(event, "ATTENDEE") == [f"mailto:{mail['To'].addresses[0].addr_spec}"]
        assert _of(event, "ORGANIZER") == [f"mailto:{mail['From'].addresses[0].addr_spec}"]
        assert (method == "CANCEL") == (_of(event, "STATUS") == ["CANCELLED"])
        attached = [each for each in mail.iter_attachments() if each.get_filename()]
        assert [each.get_content() for each in attached] == [part.get_content().encode()]


def _of(lines: str, name: str) -> list[str]:
    """The values of a calendar file's property, less its parameters (`test_ics` parses all)."""
    return re.findall(rf"(?m)^{name}(?:;[^:\r\n]*)?:(.*?)\r?$", lines)
