"""The pages around meetings that are seldom needed, and what their forms say to mistakes, looked at."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser.visitor import Visitor
from tests.support.stack import OFFICE, Stack

Visit = Callable[..., Visitor]

AOIFE, SEAN, HOST = "aoife@hse.ie", "sean@hse.ie", "host@trainers.example"
NAMES = {AOIFE: "Aoife Nic Giolla Phádraig-O’Shaughnessy", SEAN: "Seán Ó Dubhshláine"}


def done(stack: Stack, path: str, session: str, form: dict[str, Any]) -> Any:
    answer = stack.post(path, form, session=session)
    assert answer.status in (200, 201), answer.text
    return answer.json


def meeting_in(stack: Stack, **about: str) -> tuple[str, str, str]:
    """Two members, of whom the first is a co-chair, and a meeting to come: its path, and the session
    and the id of the first."""
    joined = [stack.join(email, name) for email, name in NAMES.items()]
    chairs = {"members": [each["id"] for each in joined]}
    done(stack, "/communities/SW/chairs", stack.sign_in(OFFICE), chairs)
    form = {"kind": "quarterly", "starts_at": "2027-02-18T10:00", "mode": "online"}
    session, who = joined[0]["session"], joined[0]["id"]
    made = done(stack, "/communities/SW/meetings", session, form | about)
    stack.settle()
    return f"/meetings/{made['id']}", session, who


def test_an_item_is_changed_gets_a_file_and_is_taken_back(
    visit: Visit, own_stack: Stack, tmp_path: Path
):
    meeting, session, _ = meeting_in(own_stack)
    done(own_stack, f"{meeting}/items", session, {"title": "Passes", "minutes": 10})
    who = visit(AOIFE).sign_in().open(meeting).follow("Change it").fill("What it is about", "")
    who.fill("A link to read beforehand", "example.org").press("Save it").reads(
        "There is a problem"
    )
    who.fill("What it is about", "Hospital passes").fill("A link", "https://example.org/passes")
    who.press("Save it").reads("Your item is changed").follow("Add a file")
    for name, words in (
        ("passes.exe", "There is a problem"),
        ("passes.txt", "goes with your item"),
    ):
        (tmp_path / name).write_text("Who signs a pass, and until when it is good.")
        who.page.locator("#file").set_input_files(tmp_path / name)
        who.press("Add the file").reads(words)
    who.follow("The file with it").press("Take the file away").reads("The file is taken away")
    who.follow("Take it back").press("Take it back").reads("Your item is taken back")


def test_a_first_meeting_is_hosted_from_outside(visit: Visit, own_stack: Stack):
    meeting, _, _ = meeting_in(own_stack, kind="first", topic="What we hope for")
    chair = visit(AOIFE).sign_in().open(meeting).follow("Name the facilitator")
    chair.fill("The facilitator’s name", "Gráinne Ní Mháille").press("Save and write")
    chair.reads("There is a problem").fill("The facilitator’s email address", HOST)
    chair.press("Save and write").reads("a letter is on its way")
    chair.fill("What should we arrange", "Parking near the door").press("Save what to arrange")
    chair.reads("has asked for something")
    host = visit(HOST).letter("Please host").follow("Open the pack").reads("Running order")
    host.reads("Parking near the door")
    chair.open(f"{meeting}/place").fill("How long", "5").press("Change it")
    chair.reads("There is a problem").open(f"{meeting}/cancel").press("Cancel the meeting")
    chair.reads("There is a problem").open(f"{meeting}/reschedule")
    chair.fill("New day and time", "2026-02-18T10:00").press("Move it").reads("in the future")
    chair.open(f"{meeting}/run").reads("It is too early for this")
    chair.open(f"{meeting}/reflection").reads("It can be written from an hour before")
    chair.open(f"{meeting}/record").reads("This meeting is not closed")


def test_the_offices_pages_of_meetings(visit: Visit, own_stack: Stack):
    meeting, _, _ = meeting_in(own_stack)
    office = visit(OFFICE).sign_in().open("/closures").press("Add the day")
    office.reads("There is a problem").fill("Day", "2027-02-15").fill("Why", "The office moves")
    office.press("Add the day").reads("Monday 15 February 2027").press("Remove Monday")
    office.open("/national/meetings").reads("Nothing is planned yet")
    office.follow("Schedule a national event").press("Schedule and invite everyone")
    office.reads("There is a problem").fill("Day and time", "2027-03-11T10:00")
    office.choose("How you meet", "In person").fill("Place", "Croke Park, Dublin")
    office.fill("Lead topic", "What a year has shown").press("Schedule and invite everyone")
    office.reads("The meeting is scheduled")
    event = office.path
    visit(SEAN).sign_in().open(event).press("Maybe").reads("Your answer is saved")
    office.open(f"{event}/answers").reads("Answered").open("/national/meetings")
    own_stack.advance(to="2027-03-11T12:00:00+00:00")
    office.sign_in().open(f"{event}/run").reads("Count how many are there")
    assert not office.page.get_by_role("heading", name="Scribe").count()
    office.open(f"{event}/close").fill("How many people were there", "-1")
    office.press("Close the meeting").reads("There is a problem")
    office.fill("How many people were there", "140").press("Close the meeting")
    office.reads("Present 140 people").open(event).reads("140 people were there")
    assert not office.page.get_by_role("heading", name="What now").count()
    office.open("/meetings/unconfirmed").reads("South West").follow("say that it did not")
    office.fill("Reason", "Snow").press("Note that it did not take place").reads("cancelled")
    visit(SEAN).sign_in().open(meeting).reads("Snow")


def test_what_becomes_of_polls_and_actions(visit: Visit, own_stack: Stack):
    meeting, session, who = meeting_in(own_stack)
    form = {"kind": "additional", "mode": "online", "topic": "Working with families"}
    dates = {"options": ["2027-02-18T10:30", "2027-03-17T10:00", "2027-03-28T14:00"]}
    poll = f"/polls/{done(own_stack, '/communities/SW/polls', session, form | dates)['id']}"
    own_stack.settle()
    member = visit(SEAN).letter("Which date suits you").follow("Say which dates suit you")
    chair = visit(AOIFE).sign_in().open(f"{poll}/pick").press("Schedule and invite")
    chair.reads("There is a problem").open(poll).follow("Stop the poll").fill("Reason", "In April")
    chair.press("Stop the poll").reads("The poll is over").follow("Finding a date").reads("Stopped")
    chair.open(poll).reads("The reason given: In April")
    assert not chair.page.get_by_text("Who has not answered").count()
    member.open(member.path).reads("closed")
    chair.open("/communities/SW/polls/new").fill("Date 1", "2027-02-30").choose(
        "How you meet", "Online"
    )
    chair.press("Look at the dates").reads("There is a problem")
    chair.open("/communities/SW/year/2027/new").choose("How you meet", "Online")
    chair.press("Look at the dates").open("/communities/SW/year/2026").reads("Nothing was held")
    own_stack.advance(to="2027-02-18T12:30:00+00:00")
    action = {"what": "Write to the wards", "who": who, "by": "2027-03-31"}
    session = own_stack.sign_in(AOIFE)
    done(own_stack, f"{meeting}/close", session, {"attended": [who], "actions": [action]})
    chair.sign_in().open("/communities/SW/actions").follow("Change it").fill(
        "What will be done", ""
    )
    chair.press("Save").reads("There is a problem").fill("What will be done", "Ring the wards")
    chair.press("Save").reads("Ring the wards").follow("Carry it over").press("Carry it over")
    chair.reads("There is a problem").open(meeting).reads("1 member was there")
    chair.open(f"{meeting}/close").reads("closed").open(f"{meeting}/topics")
    chair.open(f"{meeting}/reflection").follow("Begin")
    chair.page.locator("textarea").fill("What we saw together.")
    chair.press("Save and stop")
    chair.follow("Delete what is written").press("Yes, delete it")
    chair.reads("What the group wrote is deleted")
