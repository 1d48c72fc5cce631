"""Responses: the list of mail to the office, and one mail with its checks."""

from typing import Any
from urllib.parse import quote

from comhar.aws.conditions import Item
from comhar.fields import View
from comhar.inbox import model
from comhar.inbox.calendar_views import CalendarReply, describe_wish
from comhar.inbox.mail_answers import PassedOn
from comhar.inbox.mail_body import Contents, Sealed
from comhar.inbox.model import Coming, Kind, State
from comhar.membership.model import Member

LONGEST = 20_000  # characters of a mail's words that its page shows
LARGEST = 4_000_000  # bytes of a file: what a function answers may have 6 MB, in base64

_NAMES: dict[Kind, str] = {
    "public": "From the public",
    "trusted": "From the health service",
    "member": "From a member or colleague",
    "calendar": "Answer to a meeting",
    "unproven": "Sender not certain",
    "spam": "May be spam",
    "virus": "Virus found",
    "automatic": "Automatic reply",
    "bounce": "Our email came back",
    "list": "Mailing list",
    "own": "Our own email",
}
_SAID: dict[str, dict[str, str]] = {
    "spf": {
        "PASS": "It came from where its sender’s email normally comes from.",
        "FAIL": "It came from somewhere that its sender’s email should not come from.",
        "": "We do not know whether it came from where its sender’s email normally comes from.",
    },
    "dkim": {
        "PASS": "Nobody changed it on the way.",
        "FAIL": "Somebody may have changed it on the way.",
        "": "We do not know whether somebody changed it on the way.",
    },
    "dmarc": {
        "PASS": "The address that it shows as its sender’s is real.",
        "FAIL": "The address that it shows as its sender’s may be false.",
        "": "We could not check whether the address that it shows as its sender’s is real.",
    },
    "spam": {
        "PASS": "It does not look like spam.",
        "FAIL": "It looks like spam.",
        "": "It could not be checked for spam.",
    },
    "virus": {
        "PASS": "No virus was found in it.",
        "FAIL": "A virus was found in it.",
        "": "It could not be checked for viruses.",
    },
}


class Row(View):
    """A mail in the list. `answered` names the letter that answered it at once, if one did; `irish` says
    whether it seems to be written in Irish; `wish` what it asks for through a calendar."""

    id: str
    at: str
    sender: str
    name: str
    subject: str
    kind: Kind
    kind_name: str
    state: State
    answered: str | None = None
    invited_at: str | None = None
    passed_on_at: str | None = None
    answer: Coming | None = None
    irish: bool = False
    wish: str | None = None


class Inbox(View):
    """One page of a list. Every mail is deleted `kept_days` after it came."""

    messages: list[Row]
    next: str | None
    state: State
    kept_days: int


class Verdict(View):
    check: str
    status: str
    says: str


class Attached(View):
    """A file that came along: it is downloaded by its number; `size` is in bytes."""

    number: int
    name: str
    size: int
    too_large: bool


class Answered(View):
    """The message to members that a mail answers, and what of the mail would be passed on."""

    writer_name: str
    subject: str
    text: str


class Message(Row):
    """One mail. `words` is None where it may not be shown, or is not there any more; `cut` says
    whether there is more of it, and `sealed` what cannot be read of it. `by_a_person` says whether somebody
    may need help; `replies` what calendar programs answer in it."""

    verdicts: list[Verdict]
    words: str | None
    cut: bool
    sealed: Sealed | None
    replies: list[CalendarReply]
    attachments: list[Attached]
    reply: str | None
    member: str | None
    invitable: bool
    by_a_person: bool
    helps: list[dict[str, Any]]
    answers: Answered | None = None


def row(item: Item) -> Row:
    return Row(**_row(item))


def _row(item: Item) -> dict[str, Any]:
    attributes = {name: item[name] for name in Row.model_fields if name in item}
    return attributes | {"kind_name": _NAMES[item["kind"]], "wish": describe_wish(item)}


def message(
    item: Item,
    inside: Contents | None,
    known: Member | None,
    helps: list[dict[str, Any]],
    answered: PassedOn | None,
    replies: list[CalendarReply],
) -> Message:
    """A mail as the office reads it.

    `inside` is None where there is nothing to be shown; `known` whose address the sender's is; `answered`
    which message it answers.
    """
    words = inside.words if inside else ""
    email, kind = item["sender"], item["kind"]
    by_a_person, proven = kind in model.PEOPLE, kind not in model.DOUBTFUL
    answerable = email and (by_a_person or kind == "calendar")
    return Message(
        **_row(item),
        verdicts=[_verdict(check, status) for check, status in sorted(item["verdicts"].items())],
        words=words[:LONGEST] if inside else None,
        cut=len(words) > LONGEST or bool(inside and inside.cut),
        sealed=inside.sealed if inside else None,
        replies=replies,
        attachments=_attached(inside) if inside else [],
        reply=f"mailto:{quote(email, safe='@')}?subject=Re:" if answerable else None,
        member=known.id if known and known.status != "office" and proven else None,
        invitable=kind in model.INVITED and not known and "invited_at" not in item,
        by_a_person=by_a_person,
        helps=helps,
        answers=_answers(answered) if answered else None,
    )


def _answers(answered: PassedOn) -> Answered:
    message, text = answered
    return Answered(writer_name=message.writer_name, subject=message.subject, text=text)


def _attached(inside: Contents) -> list[Attached]:
    return [
        Attached(
            number=number,
            name=each.name,
            size=len(each.body),
            too_large=len(each.body) > LARGEST,
        )
        for number, each in enumerate(inside.files, start=1)
    ]


def _verdict(check: str, status: str) -> Verdict:
    says = _SAID[check]
    return Verdict(check=check, status=status or "NONE", says=says.get(status, says[""]))
