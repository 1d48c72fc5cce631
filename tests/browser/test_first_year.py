"""A community from nothing to its third meeting, as people make it in a browser: by clicking and by the
links in emails, without scripts. After each step the checklist says what is there, and no more."""

from collections.abc import Callable
from typing import Any

from tests.browser.browser_user import BrowserUser
from tests.support.stack import Stack
from tests.support.stack_users import OFFICE

# Whoever can open pages, fill in forms and read letters.
type Person = Any

HOME = "/communities/MW"
START = f"{HOME}/start"
MEMBERS = {
    "aoife.obrien@hse.ie": "Aoife O’Brien",
    "padraig.mac@hse.ie": "Pádraig Mac Giolla Phádraig-O’Shaughnessy",
    "sinead.nid@hse.ie": "Sinéad Ní Dhomhnaill",
}
AOIFE, PADRAIG, SINEAD = MEMBERS
FACILITATOR = "fiachra@outside.example"


def bring_together(starter: Person, office: Person) -> None:
    starter.sign_in().open(HOME).reads("0 of 8 steps done").press("I will bring people together")
    starter.open(START)
    starter.reads("1 of 8 steps done").reads("3 members, 3 of them to be confirmed")
    office.sign_in().open(START).follow("People have joined and are confirmed")
    for name in MEMBERS.values():
        office.follow(name).press("Confirm").open("/members?region=MW")
    office.open(START).reads("2 of 8 steps done").reads("3 members, all confirmed")


def book_facilitator(office: Person, facilitator: Person) -> None:
    office.follow("A facilitator is booked").choose("What kind of meeting", "First meeting")
    office.fill("Day and time", "2027-02-18T10:00").choose("How you meet", "In person")
    office.fill("Place", "Ennis, room 1").fill("The facilitator’s name", "Fiachra")
    office.fill("The facilitator’s email address", FACILITATOR).press("Schedule and invite")
    office.open(START).reads("Asked on Monday 4 January 2027").reads("2 of 8 steps done")
    facilitator.letter("host").reads("18 February 2027")
    office.follow("A facilitator is booked").choose("The facilitator", "will host this meeting")
    office.press("Save the answer").open(START).reads("Training is not noted yet")
    office.follow("A facilitator is booked")
    office.choose("The facilitator", "will give training in reflective practice")
    office.press("Save the answer").open(START).reads("3 of 8 steps done")


def close(leader: Person, kind: str) -> None:
    leader.sign_in().open(HOME + "/meetings").follow(kind).follow("Close")
    for name in MEMBERS.values():
        leader.choose("Who was there", name)
    leader.press("Close the meeting").reads("The meeting is closed")


def choose_chairs(people: dict[str, Person], office: Person) -> None:
    people[AOIFE].sign_in().open(START).follow("Two co-chairs are chosen")
    people[AOIFE].press("I will stand as co-chair").reads(MEMBERS[AOIFE])
    people[AOIFE].select("Who would you like to ask?", MEMBERS[PADRAIG]).press("Ask them by email")
    people[PADRAIG].sign_in().letter("a question from a member").follow("Answer").press(
        "Yes, I will stand"
    )
    office.open(HOME + "/chairs").choose("The two co-chairs", MEMBERS[AOIFE])
    office.choose("The two co-chairs", MEMBERS[PADRAIG]).press("Continue").press("Save co-chairs")
    office.open(START).reads("5 of 8 steps done").reads("Two co-chairs lead together")
    for email in (AOIFE, PADRAIG):
        people[email].letter("you are a co-chair").follow("Open the handover page").reads(
            "Handover for"
        )
    people[SINEAD].letter("who leads the community now").reads(MEMBERS[AOIFE])


def agree_terms(people: dict[str, Person], office: Person) -> None:
    member, chair, other = people[SINEAD], people[AOIFE], people[PADRAIG]
    member.sign_in().open(START).follow("Ways of working and terms").follow("Edit terms")
    member.fill("1. Aim", "We meet to learn from each other.").press("Save terms")
    chair.open(START).reads("A draft that the members can edit together")
    chair.follow("Ways of working and terms").press("Send for approval")
    for person, title in (
        (chair, "Peer Educator"),
        (other, "Area Lead"),
        (office, "National Lead"),
    ):
        person.letter("terms of reference to sign").follow("Read the terms")
        person.fill("Your name", "Somebody").fill("Your job title", title).press("Sign the terms")
    for person in (member, chair, other):
        person.letter("terms of reference approved")
    office.open(START).reads("6 of 8 steps done").reads("Approved until")


def agree_vision(people: dict[str, Person]) -> None:
    member, chair = people[SINEAD], people[AOIFE]
    member.open(START).follow("A vision is agreed").follow("Start the vision")
    member.fill("Why we are here", "Nobody here works alone.").press("Save")
    member.follow("Add an objective").fill(
        "What do we want to achieve?", "Meet four times a year"
    ).press("Save")
    chair.open(HOME + "/vision").press("Ask the members to agree")
    people[PADRAIG].letter("a vision to agree on").follow("Read the vision").press(
        "I agree to this vision"
    )
    chair.open(START).reads("6 of 8 steps done")
    chair.follow("A vision is agreed").press("I agree to this vision").reads("2 of 3")
    chair.open(START).reads("7 of 8 steps done")


def schedule(chair: Person, day: str) -> None:
    chair.open(HOME).follow("Schedule a meeting")
    chair.choose("What kind of meeting", "Quarterly meeting").fill("Day and time", f"{day}T10:00")
    chair.choose("How you meet", "Online").fill("Link to join", "https://meet.example/mw")
    chair.press("Schedule and invite")


def live_first_year(visit: Callable[[str], Person], stack: Any) -> None:
    """From the first call to the third meeting."""
    for email, name in MEMBERS.items():
        stack.join(email, name, "MW")
    people, office = {email: visit(email) for email in MEMBERS}, visit(OFFICE)
    bring_together(people[AOIFE], office)
    book_facilitator(office, visit(FACILITATOR))
    stack.advance(to="2027-02-18T13:30:00+00:00")
    close(office, "First meeting")
    office.open(START).reads("It took place on Thursday 18 February 2027").reads(
        "4 of 8 steps done"
    )
    choose_chairs(people, office)
    agree_terms(people, office)
    agree_vision(people)
    for day in ("2027-05-20", "2027-08-19"):
        schedule(people[AOIFE], day)
        people[SINEAD].letter("Invitation").reads("Mid West")
        people[SINEAD].open(HOME)
        assert "steps done" not in people[SINEAD].text()
        stack.advance(to=f"{day}T13:30:00+00:00")
        people[SINEAD].letter("Agenda")
        close(people[AOIFE], "Quarterly meeting")
    people[SINEAD].sign_in().open(START).reads("No meeting is planned").reads("7 of 8 steps done")


def test_a_community_comes_from_nothing_to_its_third_meeting_by_clicking(
    visit: Callable[..., BrowserUser], own_stack: Stack
) -> None:
    live_first_year(visit, own_stack)
