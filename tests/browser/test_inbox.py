"""Mail to the office on one machine: it arrives, is answered with care, read, and put away."""

from collections.abc import Callable

from tests.browser.visitor import Visitor
from tests.support.post import eml
from tests.support.stack import OFFICE, Stack

Visit = Callable[..., Visitor]


def arrive(stack: Stack, name: str, verdicts: str = "") -> None:
    answer = stack.post(f"/_local/inbox{verdicts}", body=eml(name))
    assert answer.status == 200, answer.text


def test_the_office_reads_its_mail_and_puts_it_away(visit: Visit, own_stack: Stack):
    office = visit(OFFICE).sign_in().open("/inbox").reads("There is no open email")
    for name in ("gmail", "attachments", "distressed", "bounce"):
        arrive(own_stack, name)
    arrive(own_stack, "forged", "?spf=FAIL&dmarc=FAIL")
    writer = visit("aoife.k.1989@outlook.com").letter("Thank you for your message")
    writer.reads("A person of the national office will read it")
    office.open("/inbox").follow("No subject").reads("This may be from somebody in distress")
    office.reads("i don’t see how it gets better").press("Mark as done")
    office.reads("marked as done").follow("Letter from our family group")
    office.reads("Litir ón ngrúpa.pdf, 2 KB")
    office.open("/inbox").follow("Your account will be closed").reads(
        "may not be from whom it says"
    )
    office.open("/inbox").follow("A question about peer support").press("Send sign-up link")
    office.reads("The sign-up link is on its way").press("Mark as done")
    office.follow("Email that is done").follow("No subject").press("Mark as open again")
    office.reads("is open again")
    visit("padraig.mulqueen@gmail.com").letter("Your link to join").reads("invites you to join")


def test_mail_is_deleted_with_its_file_when_its_time_is_over(own_stack: Stack):
    arrive(own_stack, "gmail")
    kept = own_stack.data / "s3"
    assert any(b"my brother" in each.read_bytes() for each in kept.rglob("*.bin"))
    own_stack.advance("P91D")
    assert not list(kept.rglob("*.bin"))
    office = own_stack.sign_in(OFFICE)
    assert own_stack.get("/inbox", session=office).json["messages"] == []
