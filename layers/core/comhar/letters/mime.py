"""Renders a letter as a MIME message.

Text and HTML of the same words, one recipient, one calendar file.
"""

from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from functools import cache, lru_cache

from comhar import templates
from comhar.letters.model import Draft
from comhar.settings import Settings


class _OneLine(BaseHeader):
    """A header that is never folded: Python would encode an address too long for a line, and no mail
    program reads an encoded address. RFC 5322 lets a line have 998 characters."""

    max_count = 1
    parse = UnstructuredHeader.parse

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Headers(HeaderRegistry):
    """Python makes a new class for each header of each letter, and parses it: half of a letter's making.

    Those of the letters before are remembered, but few: most are the same in each, and whom a letter is
    to takes 8 KB, parsed.
    """

    __getitem__ = cache(HeaderRegistry.__getitem__)
    __call__ = lru_cache(32)(HeaderRegistry.__call__)


_HEADERS = _Headers()
_HEADERS.map_to_type("list-unsubscribe", _OneLine)
_NO_NAME = set('=?<>@"()[]:;\\')  # of encoded words, addresses, comments, groups
# SES takes 7-bit messages only: fadas travel encoded.
PLAIN = SMTP.clone(cte_type="7bit", header_factory=_HEADERS)


def render(draft: Draft, settings: Settings) -> tuple[str, str]:
    """The letter's text and HTML."""
    context = {
        **draft.context,
        "subject": draft.subject,
        "lang": draft.lang,
        "public_url": settings.public_url,
        "office": settings.mail_from,
        "pause": draft.pause,
        "irish": draft.irish,
    }
    found = templates.letter_environment()
    text = found.get_template(f"{draft.template}.txt.j2").render(context)
    return text, found.get_template(f"{draft.template}.html.j2").render(context)


def _as_phrase(name: str) -> str:
    """A name with what a header could read as more than a name left out."""
    return " ".join("".join(each for each in name if each not in _NO_NAME).split())


def message(draft: Draft, settings: Settings, now: datetime) -> bytes:
    """The raw message (RFC 5322).

    The calendar file is in it as its own alternative and as a file.
    """
    text, html = render(draft, settings)
    mail = EmailMessage(policy=PLAIN)
    mail["From"] = str(Address(_as_phrase(draft.sender), addr_spec=settings.mail_from))
    mail["To"] = draft.to
    mail["Subject"] = draft.subject
    mail["Date"] = format_datetime(now)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answers, please
    mail["Content-Language"] = draft.lang
    if draft.thread:
        mail["References"] = f"<{draft.thread}@{settings.mail_from.rpartition('@')[2]}>"
    if draft.pause:  # RFC 8058: a mail program's own button posts to this address
        mail["List-Id"] = f"<optional.{settings.mail_from.rpartition('@')[2]}>"  # RFC 2919
        mail["List-Unsubscribe"] = f"<{draft.pause}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    if draft.calendar is not None:
        file = draft.calendar()
        mail.add_alternative(file.decode(), subtype="calendar", params={"method": draft.method})
        mail.add_attachment(
            file, maintype="application", subtype="ics", filename="comhar-meeting.ics"
        )
    return mail.as_bytes()
