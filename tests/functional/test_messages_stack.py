"""Messages through the stack, where each function may do only what its rights let it."""

from email.message import EmailMessage
from typing import Any

import pytest

from tests.support.stack import Stack
from tests.support.stack_users import OFFICE

TEA = {"subject": "Thursday: bring a mug", "text": "See https://example.ie/tea"}


@pytest.fixture
def people(own_stack: Stack) -> tuple[str, str, Any]:
    """A co-chair and a member of the South West, and one in the member's role elsewhere."""
    chair = own_stack.co_chairs("aine", "brid")[0]
    member = own_stack.join("cian@hse.ie", "Cian Ó Sé")
    other = own_stack.join("dervla@hse.ie", "Dervla Ní Ghallchóir", region="WNW")
    office = own_stack.sign_in(OFFICE)
    for each in (member, other):
        done(own_stack, f"/members/{each['id']}/confirm", office)
    return chair["session"], member["session"], other


def done(stack: Stack, path: str, session: str = "", body: Any = None) -> Any:
    answer = stack.post(path, body, session=session)
    assert answer.status in (200, 201), answer.text
    return answer.json


def test_co_chairs_office_and_people_in_one_role_write_and_get_their_replies(
    own_stack: Stack, people: tuple[str, str, Any]
) -> None:
    stack, (chair, member, other) = own_stack, people
    message = done(stack, "/communities/SW/messages", chair, TEA | {"to": "members"})
    stack.advance("PT11M")
    got = stack.letter("cian@hse.ie", TEA["subject"])
    done(stack, stack.link(got, "/reply/"), body={"text": "I will."})
    assert "I will." in stack.letter("aine@hse.ie", "a reply to your message")["text"]

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Return-Path"] = "brid@hse.ie", OFFICE, "<brid@hse.ie>"
    mail["Subject"], mail["References"] = "Re: tea", f"<message.{message['id']}@example.com>"
    mail.set_content("So will I.")
    stack.post("/_local/inbox", body=mail.as_bytes())
    office = stack.sign_in(OFFICE)
    (waiting,) = stack.get("/inbox", session=office).json["messages"]
    done(stack, f"/inbox/{waiting['id']}/pass-on", office)
    replies = stack.get(f"/messages/{message['id']}", session=chair).json["replies"]
    assert [each["text"] for each in replies] == ["I will.", "So will I."]

    about = TEA | {"to": "chairs", "purpose": "events", "subject": "By Friday: choose a date"}
    assert done(stack, "/national/messages", office, about)["people"] == 2
    stack.advance("PT11M")
    got = stack.letter("brid@hse.ie", about["subject"])
    done(stack, stack.link(got, "/reply/"), body={"text": "Friday suits."})
    assert "Friday suits." in stack.letter(OFFICE, "A reply to your message")["text"]

    for session in (member, other["session"]):
        done(stack, "/me/peers", session, {"findable": True})
    done(stack, f"/me/peers/{other['id']}/message", member, {"text": "How do you begin?"})
    stack.settle()
    got = stack.letter("dervla@hse.ie", "A message from a colleague")
    done(stack, stack.link(got, "/reply/"), body={"text": "With tea."})
    assert "With tea." in stack.letter("cian@hse.ie", "A reply to your message")["text"]
