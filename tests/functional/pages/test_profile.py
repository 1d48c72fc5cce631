"""A member's own page as people use it, and the office's texts: clicked through without scripts."""

from collections.abc import Callable

from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.stack_users import OFFICE

Visit = Callable[..., PageUser]
LONG = "Caoimhghín Ó Dubhshláine-Mac Giolla Phádraig"
OLD, NEW, OTHER = "caoimhghin@hse.ie", "caoimhghin.od@hse.ie", "muireann@hse.ie"


def change_details(someone: PageUser) -> None:
    someone.open("/me").follow(LONG).reads("Your details").follow("Change")
    someone.fill("Name", "").choose("Role", "Another role").press("Save").reads(
        "There is a problem"
    )
    someone.fill("Name", LONG).fill("If it is another role", "Peer researcher").press("Save")
    someone.reads("Peer researcher").follow("Change preferred name")
    someone.fill("Preferred name", "Kevin").fill("Place of work", "Cúirt an Chaisleáin, Mallow")
    someone.fill("What colleagues can ask you about", "Sleep, and talking with families")
    someone.choose("What confirmed members", "Place of work")
    someone.choose("What confirmed members", "What they can ask you about").press("Save")
    someone.reads("Kevin").reads("Cúirt an Chaisleáin, Mallow")


def two_windows(someone: PageUser) -> None:
    """What was changed meanwhile is not overwritten unawares."""
    first = someone.open("/me/details/edit")
    other = first.other_window()
    other.open("/me/details/edit").fill("Place of work", "Skibbereen").press("Save")
    first.fill("Place of work", "Cork").press("Save").reads("Kept now: Skibbereen.")
    first.press("Save").reads("Cork")


def change_address(someone: PageUser, stack: InProcess) -> None:
    someone.open("/me/details").follow("Change email address").press("Send me the link")
    someone.reads("There is a problem").fill("New email address", NEW).press("Send me the link")
    someone.reads("Check your new mailbox").email = NEW
    someone.letter("new email address").follow("Confirm this address").press("Confirm this address")
    someone.reads("Your email address is changed").reads(NEW).email = OLD
    stack.settle()
    someone.letter("was changed").email = NEW


def move_and_leave(someone: PageUser, stack: InProcess) -> None:
    someone.open("/me/details").follow("Change optional emails").press("Pause them").reads(
        "They are paused."
    )
    someone.open("/me/details").follow("Change region").press("Move").reads("There is a problem")
    someone.choose("Which region", "Mid West").press("Move").reads(
        "You belong to this community now"
    )
    someone.follow("Community").reads("no Community of Practice here yet")
    someone.press("I will bring people together").reads("Take the offer back")
    someone.open("/me/details").follow("Leave your community").press("Leave")
    stack.settle()
    someone.reads("You have left").letter("You have left").follow("Go to your page")
    someone.follow("Come back").press("Come back").reads("Welcome back.")


def word_texts(office: PageUser) -> None:
    office.sign_in().open("/me").follow("Edit page text").follow("Change where to find help").press(
        "Save"
    )
    office.reads("Changed on").follow("Change what each role does").press("Save")
    office.follow("Change why details").fill("The text", "Because the law says so.").press("Save")
    office.open("/privacy").reads("Because the law says so.").open("/roles").open("/communities/MW")


def test_a_member_looks_after_what_is_kept(stack: InProcess, visit: Visit) -> None:
    stack.join(OLD, name=LONG, region="SW", role="peer_support_worker")
    stack.join(OTHER, name="Muireann Ní Chonchúir", region="SW", role="ips_worker")
    someone = visit(OLD).sign_in()
    change_details(someone)
    two_windows(someone)
    someone.open("/communities/SW")
    change_address(someone, stack)
    move_and_leave(someone, stack)
    word_texts(visit(OFFICE))
