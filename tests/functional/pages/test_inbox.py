"""Mail to the office: it arrives, is answered with care, read, and put away."""

from collections.abc import Callable

from tests.support.in_process import InProcess
from tests.support.mail_shapes import SHAPES
from tests.support.office_mail import deliver, read_message
from tests.support.page_user import PageUser
from tests.support.stack_users import OFFICE

Visit = Callable[..., PageUser]


def test_the_office_reads_its_mail_and_puts_it_away(visit: Visit, stack: InProcess) -> None:
    office = visit(OFFICE).sign_in().open("/inbox").reads("There is no open email")
    for name in ("gmail", "attachments", "distressed", "bounce"):
        deliver(read_message(name), name, stack.now)
    deliver(read_message("forged"), "forged", stack.now, spf="FAIL", dmarc="FAIL")
    writer = visit("aoife.k.1989@outlook.com").letter("Thank you for your message")
    writer.reads("A person of the National Office will read it")
    stack.settle()
    office.letter("A new message is waiting").reads("waiting to be read")
    office.open("/inbox").follow("No subject").reads("write to this address in distress, too")
    office.reads("i don’t see how it gets better").press("Mark as done")
    office.reads("marked as done").follow("Letter from our family group")
    office.reads("Litir ón ngrúpa.pdf, 2 KB")
    office.open("/inbox").follow("Your account will be closed").reads(
        "may not be from the person it says"
    )
    for name in ("calendar_alias_reply", "counter_no_words"):
        deliver(read_message(f"cases/{name}", MEETING_ID="SW-nothing"), name, stack.now)
    deliver(SHAPES["smime encrypted"].message("nora@example.org"), "sealed", stack.now)
    office.open("/inbox").reads("Proposes Wednesday 1 March, 2pm")
    office.follow("New Time Proposed").reads(
        "proposes Wednesday 1 March, 2pm: Could we meet at two?"
    )
    office.open("/inbox").follow("Accepted: Community").reads("alias.zz@hse.ie is coming")
    office.open("/inbox").follow("No subject").reads("This email is encrypted")
    office.open("/inbox").follow("A question about peer support").press("Send sign-up link")
    office.reads("The sign-up link is on its way").press("Mark as done")
    office.follow("Email that is done").follow("No subject").press("Mark as open again")
    office.reads("is open again")
    visit("padraig.mulqueen@gmail.com").letter("Your link to join").reads("invites you to join")
