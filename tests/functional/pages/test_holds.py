"""Holds and the office's texts as people use them: looked at, on a phone and on a desk."""

from collections.abc import Callable

from tests.support.in_process import InProcess
from tests.support.office_mail import deliver, read_message
from tests.support.page_user import PageUser
from tests.support.stack_users import OFFICE

Visit = Callable[..., PageUser]
SORCHA, WRITER = "sorcha@hse.ie", "sorcha.ni.dhomhnaill@gmail.com"


def test_the_office_puts_records_on_hold_and_who_asks_to_be_deleted_is_told(
    visit: Visit, stack: InProcess
) -> None:
    stack.join(SORCHA, "Sorcha Ní Dhomhnaill-Mac Giolla Phádraig")
    deliver(read_message("gmail"), "m1", stack.now)
    office = visit(OFFICE).sign_in().open("/me").follow("Holds on deletion")
    office.reads("Nothing is on hold.")
    office.open("/members").follow("Sorcha").follow("Hold on deletion of these records")
    office.press("Put on hold").reads("Enter the reason").reads("Enter the last day of the hold")
    office.fill("Reason", "A complaint is being looked into by the HSE’s own people.\nAsk Áine.")
    office.fill("Last day of the hold", "2028-06-30").press("Put on hold")
    office.reads("The hold is saved").reads("Friday 30 June 2028").reads("Ask Áine")
    office.open("/inbox").follow("peer support").follow("Hold on deletion of this email")
    office.fill("Reason", "A request under the Freedom of Information Act 2014.")
    office.fill("Last day of the hold", "2027-12-31").press("Put on hold").reads("Email of")
    office.follow("Change or lift").reads("On hold since").press("Lift hold").reads("is lifted")
    someone = visit(SORCHA).sign_in().open("/me/erase")
    someone.reads("until Friday 30 June 2028 at the earliest").press("Send me the email")
    someone.letter("confirm what you asked").follow("See the page").reads("at the earliest")
    someone.press("Yes, delete everything about me").reads("You are signed out")
    stack.settle()
    someone.letter("still undo").reads("until Friday 30 June 2028 at the earliest")
    someone.follow("Keep my record").reads("You can undo this until")


def test_the_office_checks_its_places_of_help_and_writes_its_irish_texts(
    visit: Visit, stack: InProcess
) -> None:
    office = visit(OFFICE).sign_in().open("/texts").reads("8 places to check")
    office.follow("Change where to find help now").reads("Check it now")
    deliver(read_message("irish"), "m1", stack.now)
    stack.settle()
    visit(WRITER).letter("Thank you for your message").reads("as scríobh chugainn")
    office.open("/inbox").reads("Reply in Irish").follow("Ceist").reads("Reply in Irish")
    office.open("/texts").follow("Change emails in Irish")
    office.fill("Your message has arrived", "Fuaireamar do theachtaireacht.").press("Save").reads(
        "Saved."
    )
