"""A vision by clicks: begun, written by two at once, agreed to, acted on and looked back at."""

from collections.abc import Callable

from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.stack_users import OFFICE

Visit = Callable[..., PageUser]
AOIFE, SEAN = "aoife@hse.ie", "sean@hse.ie"
HOW = "How will we go about it?"


def test_two_write_a_vision_agree_and_plan_an_action(visit: Visit, stack: InProcess) -> None:
    names = (AOIFE, "Aoife Nic Giolla Phádraig-O’Shaughnessy"), (SEAN, "Seán Ó Dubhshláine")
    people = [stack.join(email, name) for email, name in names]
    chairs = {"members": [each["id"] for each in people]}
    assert stack.post("/communities/SW/chairs", chairs, session=stack.sign_in(OFFICE)).status == 200
    aoife, sean = visit(AOIFE).sign_in(), visit(SEAN).sign_in()
    aoife.open("/communities/SW").reads("Not written yet").follow("Vision").follow(
        "Start the vision"
    )
    aoife.fill("Why we are here", "We learn from each other.").fill("Our goals", "Meet\nGrow")
    aoife.press("Save").reads("The vision is saved.").reads("Agreed by 0 of 2.")
    aoife.follow("Add an objective").fill("What do we want to achieve?", "Meet often")
    aoife.press("Save").reads("1. Meet often")
    sean.open("/communities/SW/vision/edit?part=1").fill(HOW, "In Cork.")
    aoife.follow("Edit the objective").fill(HOW, "Online.").press("Save").reads("Online.")
    sean.press("Save").reads("somebody else changed this too").reads("Online.").reads("In Cork.")
    sean.choose(f"{HOW} Which text to save", "Keep their text only").press("Save")
    sean.reads("Online.").press("I agree to this vision").reads("Agreed by 1 of 2. You agreed.")
    sean.press("Ask the members to agree").reads("The members were asked by email")
    sean.follow("Add an action").fill("What will be done", "Book the room")
    sean.select("By whom", "Seán Ó Dubhshláine").fill("By when", "2027-03-01")
    sean.press("Add the action").reads("0 of 1 action done in all").reads("Book the room")
    sean.follow("Versions").follow("Version 3").reads("Added: Online.")
    sean.open("/communities/SW/vision").follow("Print the vision").reads("Agreed by 1 of 2.")
    aoife.open("/communities/SW/vision").follow("Edit the objective")
    aoife.follow("Remove this objective").reads("asked to agree again")
    aoife.press("Remove objective").reads("No objectives yet.")
