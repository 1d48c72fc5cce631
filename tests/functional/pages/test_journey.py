"""The whole journey as people make it: filling in forms and following the links in letters. Every kind of
page and letter on the way is looked at (see `inspector`)."""

from collections.abc import Callable
from typing import Any

from comhar.surveys.model import get_built_in
from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.stack_users import OFFICE

# A `Reader`, or somebody at a browser who can do the same.
type Person = Any

MEMBERS = {
    "aoife.obrien@hse.ie": "Aoife O’Brien",
    "padraig.mac@hse.ie": "Pádraig Mac Giolla Phádraig-O’Shaughnessy",
    "sinead.nid@hse.ie": "Sinéad Ní Dhomhnaill",
    "sean.mccarthy@hse.ie": "Seán McCarthy",
    "maire.ui@hse.ie": "Máire Uí Chonchúir",
}
AOIFE, PADRAIG, SINEAD, *_ = MEMBERS
OUTSIDER = "roisin@volunteers.example"


def sign_up(someone: Person, name: str) -> Person:
    someone.open("/").press("Send me the link")
    someone.reads("There is a problem").fill("Your work email address", someone.email).press(
        "Send me the link"
    )
    someone.reads("Look in your inbox").letter("join").follow("Join").reads("Your privacy")
    someone.press("Join").reads("There is a problem")
    someone.fill("Your full name", name).choose("The region you work in", "South West")
    someone.choose("The role you work in", "Another role").press("Join")
    someone.reads("Enter what your role is called")
    assert someone.value("Your full name") == name
    return someone.choose("The role you work in", "Peer Support Worker").press("Join")


def admit_and_name_chairs(office: Person) -> None:
    office.open("/sign-in").sign_in_here().follow("Approve new members").follow("Róisín").press(
        "Approve"
    )
    office.reads("is approved").open("/me").follow("Invite people").press("Check the list")
    office.reads("There is a problem")
    office.fill("Email addresses", "Nua <nua@hse.ie>\nnot an address").press("Check the list")
    office.press("Send 1 invitation").reads("The invitations are")
    office.open("/communities").follow("South West").follow("Choose co-chairs").press("Continue")
    office.choose("The two co-chairs", MEMBERS[AOIFE])
    office.choose("The two co-chairs", MEMBERS[PADRAIG]).press("Continue").reads(MEMBERS[PADRAIG])
    office.press("Save co-chairs").reads(MEMBERS[PADRAIG])


def schedule(chair: Person) -> None:
    chair.sign_in().open("/me").follow("Schedule a meeting").press("Schedule and invite")
    chair.reads("There is a problem").choose("What kind of meeting", "Quarterly meeting")
    chair.fill("Day and time", "2027-02-18T10:00").choose("How you meet", "In person and online")
    chair.fill("Place", "Cork University Hospital, room 2").fill("Lead topic", "Boundaries")
    chair.fill("Link to join", "https://meet.example/cork").press("Schedule and invite")
    chair.reads("Quarterly meeting").reads("Thursday 18 February 2027")


def answer_and_propose(member: Person) -> None:
    member.letter("Invitation").follow("Yes, I am coming").reads("It counts once you send it")
    member.press("Send the answer").reads("You’re coming")
    member.sign_in().open("/me").follow("Quarterly meeting").follow("Propose an item")
    member.press("Send to the co-chairs").reads("There is a problem")
    member.fill("What it is about", "Peer support on wards 🌱").press("Send to the co-chairs")
    member.reads("Your item has been sent to the co-chairs")


def propose(member: Person) -> None:
    member.open("/me").follow("Quarterly meeting").follow("Propose an item")
    member.fill("What it is about", "Hospital passes").press("Send to the co-chairs")
    member.reads("Your item has been sent to the co-chairs")


def decide(chair: Person) -> None:
    chair.open("/me").follow("Quarterly meeting").follow("Prepare the agenda")
    chair.press("Accept “Peer support").reads("The item is accepted").follow("Decline “Hospital")
    chair.fill("Reason", "Next time").press("Decline it").reads("Not this time")
    chair.follow("The meeting").press("Maybe").reads("Your answer is saved")


def answer_from_the_agenda(member: Person) -> None:
    member.letter("Agenda").reads("Peer support on wards 🌱").follow("No, I am not coming")
    member.press("Send the answer")


def close(chair: Person) -> None:
    chair.sign_in().open("/me").follow("Did the meeting on")
    for name in MEMBERS.values():
        chair.choose("Who was there", name)
    chair.fill("What will be done", "Write to the wards").press("Close the meeting")
    chair.reads("There is a problem").select("By whom", MEMBERS[SINEAD])
    chair.fill("By when", "2027-03-31").fill("Lead topic", "Peer work in the community")
    chair.press("Close the meeting").reads("The meeting is closed").reads("Present 5 people")


def reflect(member: Person) -> None:
    member.sign_in().open("/me").follow("Write a reflection").press("Begin")
    for step in range(6):
        member.press("Save and continue") if step == 0 else None
        member.write(f"Words of step {step + 1}, ar ár gcuid oibre.")
        member.press("Save and continue")
    member.reads("Check your reflection").press("Save my reflection").reads("Your reflection is")
    member.open("/reflections").reads("Words of step 1")


def answer_survey(member: Person, look_at_mistakes: bool) -> None:
    member.letter("What was agreed").follow("Answer the questions")
    if look_at_mistakes:
        member.press("Send my answers").reads("There is a problem")
    for question in get_built_in("meeting_feedback").questions:
        if question.kind == "rating":
            member.choose(question.text, "5")
    member.press("Send my answers").reads("without your name")


def read_the_report(office: Person) -> None:
    office.letter("2027-Q1").follow("report").reads("Sign in").sign_in_here().reads("Provisional")
    assert office.download(".csv") and office.download(".xlsx")


def live(visit: Callable[[str], Person], stack: Any, propose: Callable[[Person], None]) -> None:
    """From the first letter to the quarter's report; an outsider waits already, and `propose` puts another
    item on the agenda."""
    people = {email: visit(email) for email in MEMBERS}
    office = visit(OFFICE)
    ids = []
    for email, name in MEMBERS.items():
        if email == AOIFE:
            sign_up(people[email], name).reads("You are signed in")
        else:  # the others come in as programs do, to save time
            ids.append(stack.join(email, name)["id"])
    admit_and_name_chairs(office)
    for each in ids:  # surveys ask members who are confirmed
        session = stack.sign_in(OFFICE)
        assert stack.post(f"/members/{each}/confirm", session=session).status == 200
    schedule(people[AOIFE])
    answer_and_propose(people[SINEAD])
    propose(people[SINEAD])
    people[SINEAD].reads("Your items")
    decide(people[AOIFE])

    stack.advance(to="2027-02-11T09:00:00+00:00")
    answer_from_the_agenda(people[PADRAIG])
    assert all(len(stack.mail(email, "Agenda:")) == 1 for email in [*MEMBERS, OUTSIDER])

    stack.advance(to="2027-02-18T13:00:00+00:00")
    close(people[AOIFE])
    reflect(people[SINEAD])
    stack.advance(to="2027-02-19T09:00:00+00:00")
    answer_survey(people[AOIFE], look_at_mistakes=True)
    answer_survey(people[SINEAD], look_at_mistakes=False)
    for email in MEMBERS.keys() - {AOIFE, SINEAD}:
        ballot = stack.link(stack.letter(email, "What was agreed"), "/surveys/")
        assert stack.post(ballot, {"answers": {"satisfaction": 4}}).status == 201

    stack.advance(to="2027-04-01T08:05:00+00:00")
    read_the_report(office)


def test_every_page_of_the_journey_is_looked_at(
    visit: Callable[..., PageUser], stack: InProcess
) -> None:
    outsider = sign_up(visit(OUTSIDER), "Róisín de Búrca")
    outsider.reads("the National Office looks at your request")
    live(visit, stack, propose)
