"""The pages around meetings that are seldom needed, and what their forms say to mistakes: an
item with its file, a first meeting, the national meeting, polls and actions."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.stack_users import OFFICE

Visit = Callable[..., PageUser]
Come = Callable[[str], PageUser]

AOIFE, SEAN, HOST = "aoife@hse.ie", "sean@hse.ie", "host@trainers.example"
NAMES = {AOIFE: "Aoife Nic Giolla Phádraig-O’Shaughnessy", SEAN: "Seán Ó Dubhshláine"}
MEETING, FIRST = "Quarterly meeting", "First meeting"


@pytest.fixture
def come(visit: Visit) -> Come:
    """Somebody who is not signed in yet."""
    return lambda email: visit(email)


def done(stack: InProcess, path: str, session: str, form: dict[str, Any]) -> Any:
    answer = stack.post(path, form, session=session)
    assert answer.status in (200, 201), answer.text
    return answer.json


def meeting_in(stack: InProcess, **about: str) -> tuple[str, str, str]:
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


# A first meeting


def test_a_first_meeting_is_prepared_moved_and_cancelled(
    come: Come, stack: InProcess, tmp_path: Path
) -> None:
    meeting, *_ = meeting_in(stack, kind="first", topic="What we hope for")
    member, chair = come(SEAN).sign_in(), come(AOIFE).sign_in()
    member.open(meeting)
    propose_and_change(member)
    attach(member, tmp_path)
    decline(chair.open(meeting))
    stack.settle()
    member.letter("Your agenda item").reads("In April, with more time")
    member.open(meeting).reads("In April, with more time")
    propose_and_take_back(member)
    ask_for_parking(chair.open(meeting))
    name_the_host(come(OFFICE).sign_in().open(meeting))
    read_the_pack(come(HOST))
    look_too_early(chair, meeting)
    change_the_place(chair)
    stack.settle()  # a move would overtake the letters of the place
    move(chair)
    stack.settle()
    member.letter("New place").reads("Áras an Phobail")
    member.letter("New date").reads("Friday 26 February 2027")
    cancel(chair)
    stack.settle()
    member.letter("Cancelled").reads("Stoirm: no bus goes").open(meeting).reads("Stoirm")


def propose_and_change(member: PageUser) -> None:
    member.follow("Propose an item").fill("What it is about", "Passes")
    member.press("Send to the co-chairs").follow("Change it").fill("What it is about", "")
    member.fill("Link to read beforehand (optional)", "example.org").press("Save it")
    member.reads("There is a problem").fill("What it is about", "Hospital passes")
    member.fill("Link to read beforehand (optional)", "https://example.org/passes").press("Save it")
    member.reads("Your item is changed")


def attach(member: PageUser, folder: Path) -> None:
    member.follow("Add a file")
    for name, words in (
        ("passes.exe", "There is a problem"),
        ("passes.txt", "goes with your item"),
    ):
        (folder / name).write_text("Who signs a pass, and until when it is good.")
        member.attach("Choose a file", folder / name).press("Add the file").reads(words)
    member.follow("The file with it").press("Remove the file").reads("The file is removed")


def decline(chair: PageUser) -> None:
    chair.follow("Prepare the agenda").reads("1 item to decide").follow("Decline “Hospital")
    chair.press("Decline it").reads("There is a problem")
    chair.fill("Reason", "In April, with more time").press("Decline it").reads("Not this time")


def propose_and_take_back(member: PageUser) -> None:
    member.follow("Propose an item").fill("What it is about", "Tea")
    member.press("Send to the co-chairs").follow("withdraw it").press("Withdraw item")
    member.reads("Your item is withdrawn")


def ask_for_parking(chair: PageUser) -> None:
    chair.reads("The National Office names the facilitator")
    chair.choose("What should we arrange", "Something else").press("Save what to arrange").reads(
        "There is a problem"
    )
    chair.choose("What should we arrange", "Parking").fill(
        "Details, or something else", "Near the door"
    )
    chair.press("Save what to arrange").reads("has asked for something")


def name_the_host(office: PageUser) -> None:
    office.follow("Name facilitator").fill("The facilitator’s name", "Gráinne Ní Mháille")
    office.press("Save and email").reads("There is a problem")
    office.fill("The facilitator’s email address", HOST).press("Save and email")
    office.reads("is on its way").reads("Near the door")


def read_the_pack(host: PageUser) -> None:
    host.letter("Please host").follow("Open the pack").reads("Running order")
    host.reads("Parking: 1 person")


def look_too_early(chair: PageUser, meeting: str) -> None:
    chair.open(f"{meeting}/run").reads("It is too early for this")
    chair.open(f"{meeting}/reflection").reads("It can be written from an hour before")
    chair.open(f"{meeting}/record").reads("This meeting is not closed").open(meeting)


def change_the_place(chair: PageUser) -> None:
    chair.follow("Change venue").fill("How long", "5").press("Change venue")
    chair.reads("There is a problem").choose("How you meet", "In person")
    chair.fill("Place", "Áras an Phobail, Droichead na Bandan").fill("How long", "90")
    chair.press("Change venue and email everyone").reads("every member is told").reads(
        "10am to 11.30am"
    )


def move(chair: PageUser) -> None:
    chair.follow("Change date").fill("New day and time", "2026-02-18T10:00").press("Change date")
    chair.reads("in the future").fill("New day and time", "2027-02-26T14:00")
    chair.press("Change date and email everyone").reads("Friday 26 February 2027, 2pm to 3.30pm")


def cancel(chair: PageUser) -> None:
    chair.follow("Cancel meeting").press("Cancel the meeting").reads("There is a problem")
    chair.fill("Reason", "Stoirm: no bus goes").press("Cancel the meeting")
    chair.reads("This meeting was cancelled")


# The office's meetings


def test_the_office_holds_a_national_meeting(come: Come, stack: InProcess) -> None:
    meeting, *_ = meeting_in(stack)
    office, member = come(OFFICE).sign_in(), come(SEAN).sign_in()
    close_the_office_for_a_day(office.open("/me"))
    event = schedule_the_event(office)
    answer_the_event(member.open("/me"))
    prepare_the_event(office)
    stack.advance(to="2027-03-11T12:00:00+00:00")
    hold_the_event(office.sign_in().open(event))
    settle_what_nobody_closed(office)
    member.sign_in().open(meeting).reads("Sneachta")


def close_the_office_for_a_day(office: PageUser) -> None:
    office.follow("Office closure days").press("Add the day").reads("There is a problem")
    office.fill("Day", "2027-02-15").fill("Why", "The office moves").press("Add the day")
    office.reads("Monday 15 February 2027").press("Remove Monday").follow("The office’s desk")


def schedule_the_event(office: PageUser) -> str:
    """The path of the event."""
    office.follow("Meetings").follow("National events").reads("No meetings planned yet")
    office.follow("Schedule a national event").press("Schedule and invite everyone")
    office.reads("There is a problem").fill("Day and time", "2027-03-11T10:00")
    office.choose("How you meet", "In person").fill("Place", "Croke Park, Dublin")
    office.fill("Lead topic", "What a year has shown").press("Schedule and invite everyone")
    return office.reads("The meeting is scheduled").path


def answer_the_event(member: PageUser) -> None:
    member.follow("National").press("Maybe").reads("Your answer is saved")


def prepare_the_event(office: PageUser) -> None:
    office.follow("Prepare the agenda").reads("of 240 minutes").follow("The meeting")
    office.follow("See who has not answered").reads("Answered").follow("The meeting")
    office.follow("Meetings").follow("National events").reads("Thursday 11 March 2027")


def hold_the_event(office: PageUser) -> None:
    office.follow("Run the meeting").reads("Count how many are there")
    assert "Scribe" not in office.headings()
    office.follow("Close the meeting").fill("How many people were there", "-1")
    office.press("Close the meeting").reads("There is a problem")
    office.fill("How many people were there", "140").press("Close the meeting")
    office.reads("Present 140 people").follow("The meeting").reads("140 people were there")
    assert "What now" not in office.headings()


def settle_what_nobody_closed(office: PageUser) -> None:
    office.open("/me").follow("Meetings not closed").reads("South West")
    office.follow("record that it did not").press("Record that it did not go ahead")
    office.reads("There is a problem").fill("Reason", "Sneachta, snow")
    office.press("Record that it did not go ahead").reads("cancelled")


# Polls and actions


def test_what_becomes_of_polls_and_actions(come: Come, stack: InProcess) -> None:
    meeting, session, who = meeting_in(stack)
    form = {"kind": "additional", "mode": "online", "topic": "Working with families"}
    dates = {"options": ["2027-02-18T10:30", "2027-03-17T10:00", "2027-03-28T14:00"]}
    poll = f"/polls/{done(stack, '/communities/SW/polls', session, form | dates)['id']}"
    stack.settle()
    chair, member = come(AOIFE).sign_in(), come(SEAN)
    member.letter("Which date suits you").follow("Choose the dates that suit you")
    stop_a_poll(chair.open(poll))
    member.open(member.path).reads("closed")
    ask_with_mistakes(chair)
    stack.advance(to="2027-02-18T12:30:00+00:00")
    action = {"what": "Write to the wards", "who": who, "by": "2027-03-31"}
    session = stack.sign_in(AOIFE)
    done(stack, f"{meeting}/close", session, {"attended": [who], "actions": [action]})
    change_an_action(chair.sign_in().open("/me"))
    look_at_what_is_over(chair, meeting)
    write_and_delete(chair)


def stop_a_poll(chair: PageUser) -> None:
    chair.follow("Pick a date").press("Schedule and invite").reads("There is a problem")
    chair.follow("The poll").follow("Stop the poll").fill("Reason", "In April")
    chair.press("Stop the poll").reads("The poll is over").reads("Reason: In April")
    assert "Who has not answered" not in chair.text()
    chair.follow("Finding a date").reads("Stopped")


def ask_with_mistakes(chair: PageUser) -> None:
    chair.follow("Ask which date suits").fill("Date 1", "2026-02-20T10:00")
    chair.choose("How you meet", "Online").press("Check the dates").reads("There is a problem")
    chair.open("/communities/SW/year/2027/new").choose("How you meet", "Online")
    chair.press("Check the dates").open("/communities/SW/year/2026").reads("Nothing was held")


def change_an_action(chair: PageUser) -> None:
    chair.follow("Actions").follow("Change it").fill("What will be done", "")
    chair.press("Save").reads("There is a problem").fill("What will be done", "Ring the wards")
    chair.press("Save").reads("Ring the wards").follow("Carry it over").press("Carry it over")
    chair.reads("There is a problem")


def look_at_what_is_over(chair: PageUser, meeting: str) -> None:
    chair.open(f"{meeting}/close").reads("closed").open(f"{meeting}/topics")
    chair.open(meeting).reads("1 member was there")


def write_and_delete(chair: PageUser) -> None:
    chair.open(f"{chair.path}/reflection").follow("Begin")
    chair.fill("What happened", "What we saw together.").press("Save and stop")
    chair.follow("Delete what is written").press("Yes, delete it")
    chair.reads("What the group wrote is deleted")


def test_the_office_corrects_who_was_at_a_meeting(come: Come, stack: InProcess) -> None:
    meeting, _, chair_id = meeting_in(stack)
    stack.advance(to="2027-02-18T12:30:00+00:00")
    done(stack, f"{meeting}/close", stack.sign_in(AOIFE), {"attended": [chair_id]})
    office = come(OFFICE).sign_in().open(f"{meeting}/record").follow("Correct attendance")
    office.reads("Recorded now: 1 person").press("Save attendance").reads("There is a problem")
    office.choose("Who was there?", NAMES[SEAN]).press("Save attendance").reads("Enter")
    office.fill("Why are you correcting it?", "Seán came in late").press("Save attendance")
    office.reads("The attendance is corrected").reads("from 1 person to 2: Seán came in late")
    office.follow("Correct attendance").fill("Why are you", "As before").press("Save attendance")
    office.reads("Nothing was changed")
    come(SEAN).letter("Attendance corrected").reads("Recorded now 2 people").sign_in()
