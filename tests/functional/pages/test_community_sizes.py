"""A community's pages with nobody in it, with one member, and with 400 whose names are long."""

from collections.abc import Callable

from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.stack_users import OFFICE

Visit = Callable[..., PageUser]
HERE = "/communities/MW"
LONG = "Caoilfhionn Ní Mhaolchatha-Mac Giolla Easpaig Uí Dhonnchadha"
PAGES = ("", "/start", "/leadership", "/nominations", "/terms", "/vision", "/phases", "/wheel")


def test_pages_of_a_community_without_members(visit: Visit, stack: InProcess) -> None:
    office = visit(OFFICE).sign_in()
    for path in (*PAGES, "/handover", "/terms/print", "/vision/print"):
        office.open(f"{HERE}{path}")
    office.open(HERE).reads("A sample to start from")
    office.open(f"{HERE}/leadership").reads("There are no members yet.")
    office.open(f"{HERE}/chairs").reads("The community has no confirmed members yet.")


def test_pages_of_a_community_of_one(visit: Visit, stack: InProcess) -> None:
    alone = stack.cloud.member(region="MW", name=LONG)
    member = visit(alone.email).sign_in()
    for path in (*PAGES, "/terms/edit", "/terms/print?annex=yes"):
        member.open(f"{HERE}{path}")
    member.open(f"{HERE}/start").reads("1 member, confirmed. It takes two to begin.")
    member.open(f"{HERE}/vision/edit").fill("Why we are here", "We learn.").press("Save")
    member.reads("Ask the members to agree").press("I agree to this vision")
    assert "Ask the members to agree" not in member.reads("Agreed by 1 of 1.").text()


def test_pages_of_a_community_of_400(visit: Visit, stack: InProcess) -> None:
    leads = stack.cloud.member(region="MW", name=LONG, chair_of=("MW",))
    for number in range(399):
        stack.cloud.member(region="MW", name=f"{LONG} {number}")
    one = stack.post(f"{HERE}/chairs", {"members": [leads.id]}, session=stack.sign_in(OFFICE))
    assert one.status == 422 and "Choose two members." in one.text
    chair = visit(leads.email).sign_in()
    for path in ("", "/nominations", "/handover"):
        chair.open(f"{HERE}{path}")
    chair.open(HERE).reads("400 members. The first by name:").follow("All 400 members")
    chair.reads("400 members, by first name.").fill("Name or role", "educator").press("Find")
    chair.reads("400 members with “educator” in the name or role. The list shows the first 50.")
    chair.fill("Name or role", "Caoilfhionn").press("Find").follow("Show all members")
    chair.follow("Show more").reads(f"{LONG} 1")
    chair.open(f"{HERE}/leadership").reads("The list shows the first 20.")
    chair.open(f"{HERE}/terms/print?annex=yes").reads(f"{LONG} 398, Recovery Educator")


def test_a_closed_community_is_read_and_not_started(visit: Visit, stack: InProcess) -> None:
    member = visit(stack.cloud.member(region="MW", name=LONG).email).sign_in()
    closed = stack.post(f"{HERE}/close", {}, session=stack.sign_in(OFFICE))
    assert closed.status == 200
    member.open(HERE).reads("This community was closed on")
    assert "bring people together" not in member.text()
    member.open(f"{HERE}/leadership")
    assert "I’d like to take a turn" not in member.text()
    for words in ("Meetings", "Terms of reference", "Vision", "Shared reflections", "Leadership"):
        member.open(HERE).follow(words)
    refused = stack.post(f"{HERE}/starter", {}, session=stack.sign_in(member.email))
    assert refused.status == 409
