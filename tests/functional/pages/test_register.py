"""The office at its register, in a real browser."""

from collections.abc import Callable

from tests.support.page_user import PageUser
from tests.support.stack_users import OFFICE

Visit = Callable[..., PageUser]

NORA, LONG = "nora@charity.example", "Caoimhghín Ó Dubhshláine-Mac Giolla Phádraig"


def test_the_office_signs_up_edits_moves_ends_and_takes_out(visit: Visit):
    office, nora = visit(OFFICE).sign_in(), visit(NORA)
    office.open("/members").follow("Add a member").press("Sign up").reads("Enter their name.")
    office.fill("Email address", NORA).fill("Name", LONG).select("Health region", "South West")
    office.select("Role", "Another role").fill("What the role is called", "Poet in residence")
    office.press("Sign up").reads("told by email what you entered")
    member = office.path
    nora.letter("signed up").follow("This was not me").reads("press the button")
    office.open("/members").fill("Name or email address", "o dubh").press("Find").reads(
        "1 person with “o dubh”"
    )
    office.follow(LONG).follow("Edit")

    other = visit(OFFICE).sign_in().open(f"{member}/edit").fill("Place of work", "Cork")
    other.press("Save").reads("Saved.")
    office.fill("Preferred name", "Kevin").press("Save").reads("Changes by others")
    office.press("Save").reads("Preferred name Kevin").reads("Place of work Cork")

    office.follow("Move to another region").press("Move").reads("There is a problem")
    office.choose("The new region", "Mid West").press("Move").reads("belongs to the new community")
    nora.letter("new community")
    office.press("Send a sign-in link").reads("on its way to the member")
    nora.letter("sign in")
    office.follow("End the membership").fill("Reason", "A new job.").press("End the membership")
    office.reads("Ended by the office").press("Make active again").reads("active again")
    nora.letter("Your membership")
    office.follow("Who has looked").reads("Looked at the record")

    office.open("/members/export").press("Send me a code").letter("Your code")
    office.open("/members/export").press("Download the list").reads("Enter the six digits")
