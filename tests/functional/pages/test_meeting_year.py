"""All that a community does around its meetings, without scripts: the inspector looks at each page and letter
on the way."""

from collections.abc import Callable

import pytest

from comhar import data
from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.stack_users import OFFICE, StackUsers

MEMBERS = {
    "aoife.nig@hse.ie": "Aoife Nig Uidhir-Ó Murchadha",
    "padraig.mac@hse.ie": "Pádraig Mac Giolla Phádraig-O’Shaughnessy",
    "sinead.nid@hse.ie": "Sinéad Ní Dhomhnaill-Uí Chonchúir",
    "maire.bhr@hse.ie": "Máire Bhreathnach Uí Shúilleabháin",
}
AOIFE, PADRAIG, SINEAD, MAIRE = MEMBERS
ITEM = "Tacaíocht piaraí ar na bardaí 🌱"
MEETING = "Quarterly meeting"
THURSDAY = "Thursday 18 February 2027, 10am to midday"
TUESDAY = "Tuesday 23 February 2027, 2.30pm to 4.30pm"
HOLIDAY = "Wednesday 17 March 2027, 10am to midday"

Come = Callable[[str], PageUser]


@pytest.fixture
def come(visit: Callable[..., PageUser]) -> Come:
    return lambda email: visit(email).sign_in().open("/me")


@pytest.fixture
def community(stack: InProcess) -> InProcess:
    settle_in(stack)
    return stack


def settle_in(stack: StackUsers) -> None:
    """Two co-chairs and two confirmed members of the South West."""
    ids = [stack.join(email, name)["id"] for email, name in MEMBERS.items()]
    office = stack.sign_in(OFFICE)
    post(stack, "/communities/SW/chairs", office, members=ids[:2], term_months=12)
    for each in ids[2:]:
        post(stack, f"/members/{each}/confirm", office)


def post(stack: StackUsers, path: str, session: str, **form):
    answer = stack.post(path, form, session=session)
    assert answer.status in (200, 201), answer.text
    return answer.json


def scheduled(stack: StackUsers) -> str:
    """The path of a meeting in six weeks, everyone invited."""
    when = {"starts_at": "2027-02-18T10:00", "minutes": 120, "mode": "in_person"}
    chair = stack.sign_in(AOIFE)
    what = {"kind": "quarterly", "venue": "Cúirt an Chaisleáin", "topic": "Building connections"}
    made = post(stack, "/communities/SW/meetings", chair, **when, **what)
    stack.settle()
    return f"/meetings/{made['id']}"


# A date is found


def test_a_date_is_found_and_the_year_laid_out(community: InProcess, come: Come) -> None:
    chair = come(AOIFE)
    ask_which_date(chair)
    community.settle()
    answer_from_the_letter(come(SINEAD))
    answer_signed_in(come(MAIRE))
    remind(chair)
    community.settle()
    assert len(community.mail(PADRAIG, "Still open")) == 1
    assert not community.mail(SINEAD, "Still open")
    pick_and_invite(chair)
    lay_out_the_year(chair)
    community.settle()
    assert len(community.mail(SINEAD, "Invitation")) == 4


def ask_which_date(chair: PageUser) -> None:
    chair.follow("All meetings").follow("Finding a date").reads("No poll is open")
    chair.follow("Ask which date suits").press("Check the dates").reads("There is a problem")
    chair.choose("How you meet", "In person and online")
    chair.fill("Lead topic", "Teorainneacha: boundaries that hold")
    for label, at in (
        ("Date 1", "2027-02-18T10:00"),
        ("Date 2", "2027-02-23T14:30"),
        ("Date 3", "2027-03-17T10:00"),
    ):
        chair.fill(label, at)
    chair.press("Check the dates").reads("Saint Patrick’s Day").reads("Nobody has been asked yet")
    chair.press("Ask every member about these dates").reads("Every member is asked by email")


def answer_from_the_letter(member: PageUser) -> None:
    member.letter("Which date suits you").follow("Choose the dates that suit you")
    member.press("Send the answer").reads("There is a problem")
    member.choose(THURSDAY, "Yes").choose(TUESDAY, "If need be").choose(HOLIDAY, "No")
    member.press("Send the answer").reads("Your answer is saved")


def answer_signed_in(member: PageUser) -> None:
    member.follow("Choose the dates that suit you")
    member.choose(THURSDAY, "If need be").choose(TUESDAY, "No").choose(HOLIDAY, "No")
    member.press("Save my answer").reads("Your answer is saved").reads("Answers")


def remind(chair: PageUser) -> None:
    chair.open(chair.path).reads("Who has not answered").reads(MEMBERS[PADRAIG])
    chair.press("Remind the 2 who have not answered").reads("The reminders are on their way")
    chair.reads("You can remind them again tomorrow")


def pick_and_invite(chair: PageUser) -> None:
    chair.follow("Pick a date").choose("Which date", THURSDAY)
    chair.fill("Place", "Ospidéal na hOllscoile, Corcaigh, room 2")
    chair.fill("Link to join", "https://meet.example/corcaigh").press("Schedule and invite")
    chair.reads("The meeting is scheduled").reads(THURSDAY).reads("Teorainneacha")


def lay_out_the_year(chair: PageUser) -> None:
    chair.follow("Meetings of South West").follow("The year at a glance").reads("Planned")
    chair.follow("Plan the meetings of 2027")
    for quarter, at, lead in (
        ("April to June", "2027-05-13T10:00", SINEAD),
        ("July to September", "2027-09-16T14:00", MAIRE),
        ("October to December", "2027-10-25T10:00", PADRAIG),
    ):
        chair.fill(f"{quarter}: Day and time", at)
        chair.select(f"{quarter}: What kind of meeting", MEETING)
        chair.select(f"{quarter}: Whose turn it is to lead", MEMBERS[lead])
    chair.press("Check the dates").reads("There is a problem").choose("How you meet", "Online")
    chair.fill("Link to join", "https://meet.example/corcaigh").press("Check the dates")
    chair.reads("October Bank Holiday").press("Schedule these and invite everyone")
    chair.reads("The meetings are scheduled").reads(f"{MEMBERS[SINEAD]} leads")


# An agenda is gathered and goes out


def test_an_agenda_is_gathered_and_sent(community: InProcess, come: Come) -> None:
    gather_and_send(community, come)


def gather_and_send(community: StackUsers, come: Come) -> None:
    meeting = scheduled(community)
    member, chair = come(SINEAD), come(AOIFE)
    answer_and_propose(member)
    decide_and_arrange(chair)
    look_at_it_three_ways(chair)
    hold_and_send(chair)
    community.settle()
    member.letter("Agenda").reads(ITEM).reads("Ná déan dearmad")
    send_it_changed(chair)
    community.settle()
    member.letter("Changed agenda").reads("replaces the one you have")
    see_whom_it_reached(chair.open(meeting))
    change_the_place(chair)
    community.settle()
    member.letter("Place").reads("Seomra 4")
    record_an_answer(chair)
    name_a_scribe(chair)
    assert len(community.mail(SINEAD, "agenda:")) == 2


def answer_and_propose(member: PageUser) -> None:
    member.letter("Invitation").follow("Maybe").reads("It counts once you send it")
    member.choose("What should we arrange", "Hearing loop").fill(
        "Details, or something else", "Lúb éisteachta"
    )
    member.press("Send the answer").reads("You may come").open("/me")
    member.follow(MEETING).reads("Your answer: maybe").follow("Propose an item")
    member.press("Send to the co-chairs").reads("There is a problem")
    member.fill("What it is about", ITEM)
    member.fill("Reason, or what you hope for (optional)", "Ná déan dearmad air")
    member.select("Type of discussion (optional)", "Looking for experiences")
    member.fill("Minutes needed (optional)", "20").press("Send to the co-chairs")
    member.reads("Your item has been sent to the co-chairs").reads("Your items").reads(
        "Not decided"
    )


def decide_and_arrange(chair: PageUser) -> None:
    chair.follow(MEETING).reads("Lúb éisteachta").follow("Prepare the agenda")
    chair.reads("1 item to decide").reads("Sinéad").reads("Looking for experiences")
    chair.press(f"Accept “{ITEM}”")
    chair.reads("The item is accepted").reads("125 of 120 minutes: 5 minutes over")
    chair.press(f"Up “{ITEM}”").reads(f"4 {ITEM}").press(f"Up “{ITEM}”")
    chair.reads(f"3 {ITEM}").fill("Minutes for “Reflective practice”", "999")
    chair.press("Save agenda").reads("There is a problem")
    chair.fill("Minutes for “Reflective practice”", "30").press("Save agenda")
    chair.reads("The agenda is saved").reads("115 of 120 minutes used")
    chair.press("Remove “Close”").reads("Removed").reads("110 of 120 minutes")
    chair.press("Put back “Close”").reads("115 of 120 minutes")


def look_at_it_three_ways(chair: PageUser) -> None:
    chair.follow("As members will see it").reads(f"{ITEM} (20 minutes)")
    chair.follow("As the email they get").reads("Subject").reads("Links and buttons do not work")
    chair.follow("As it is printed").reads("Together 115 minutes").follow("Prepare the agenda")


def hold_and_send(chair: PageUser) -> None:
    chair.press("Delay it until").reads("because it is delayed")
    chair.press("Stop delaying it").reads("no longer delayed").press("Check and send")
    chair.press("Send it to 4 members").reads("The agenda is on its way to every member")


def send_it_changed(chair: PageUser) -> None:
    chair.press(f"Down “{ITEM}”").reads("Changed since it was sent")
    chair.press("Check and send").press("Send it to 4 members")
    chair.reads("on its way to every member").follow("The meeting").reads("Changed")


def see_whom_it_reached(chair: PageUser) -> None:
    chair.follow("Delivery report").reads("The agenda, version 2")
    chair.reads("Arrived").reads("No email came back").follow("The meeting")


def change_the_place(chair: PageUser) -> None:
    chair.follow("Change venue").fill("Place", "Seomra 4, Leabharlann an Chontae")
    chair.press("Change venue and email everyone").reads("every member is told").reads("Seomra 4")


def record_an_answer(chair: PageUser) -> None:
    chair.follow("See who has not answered").press(f"Yes for {MEMBERS[MAIRE]}")
    chair.reads("The answer is recorded").reads("Recorded by a co-chair").follow("The meeting")


def name_a_scribe(chair: PageUser) -> None:
    chair.follow("Name a scribe").select("Scribe", MEMBERS[SINEAD]).press("Save").reads("Saved")


# The meeting is held


def test_a_meeting_is_held_and_its_record_kept(community: InProcess, come: Come) -> None:
    meeting = scheduled(community)
    chair = community.sign_in(AOIFE)
    scribe = community.get(f"{meeting}/scribe", session=chair).json["people"][0]
    post(community, f"{meeting}/scribe", chair, member=scribe["id"])
    community.advance(to="2027-02-18T10:05:00+00:00")
    support_and_vote(come(MAIRE))
    run_it(come(next(email for email, name in MEMBERS.items() if name == scribe["name"])))
    lead = come(AOIFE)
    reflect_together(lead)
    close_it(lead.open(f"{meeting}/run"))
    reopen_and_close_again(lead)
    community.settle()
    do_what_was_agreed(come(MAIRE))


def support_and_vote(member: PageUser) -> None:
    member.follow(MEETING).reads("This meeting is going on now, until midday")
    member.follow("Add a support statement")
    member.fill("I will support myself", "ag ól tae go mall 🍵").press("Save").reads("Saved")
    member.follow("The meeting").follow("Topics for the next meeting")
    member.fill("Your idea for a topic", "Amhráin: singing as peer work")
    member.press("Add to the list").reads("Your idea is on the list")
    member.choose("Your vote", "Amhráin: singing as peer work")
    member.choose("Your vote", "Building connections").press("Vote").reads("Your vote is saved")
    member.reads("Amhráin: singing as peer work: 1 vote")


def run_it(scribe: PageUser) -> None:
    scribe.follow(MEETING).follow("Run the meeting").reads("ag ól tae go mall")
    scribe.follow("Take notes on Lead topic")
    scribe.fill("What was said and decided", "Labhraíomar faoi theorainneacha. All agreed.")
    scribe.press("Save the notes").reads("Labhraíomar").follow("Tick who is there")
    for email in (AOIFE, MAIRE):
        scribe.choose("Tick who is there", MEMBERS[email])
    scribe.press("Save who is there").reads("2 members are ticked so far")
    scribe.follow("Enter one for somebody").select("Who says it", MEMBERS[PADRAIG])
    scribe.fill("I will support myself", "ag éisteacht").press("Save").reads("ag éisteacht")


def reflect_together(lead: PageUser) -> None:
    lead.follow(MEETING).follow("Run the meeting").follow("Write down the group’s reflection")
    lead.follow("Begin")
    for number, step in enumerate(data.load("reflection_steps"), 1):
        lead.reads(f"Step {number} of 6").reads(step["title"])
        lead.fill(step["group_prompt"], f"Céim {number}: what we saw together.")
        lead.press("Save and continue")
    lead.reads("Share the group’s reflection?").reads("Céim 6").press("Share it with the community")
    lead.reads("The community can read the group’s reflection now")


def close_it(lead: PageUser) -> None:
    lead.follow("Close the meeting").reads("Votes so far")
    lead.fill("Action 1: What will be done", "Write to the wards").press("Close the meeting")
    lead.reads("There is a problem").select("Action 1: By whom", MEMBERS[MAIRE])
    lead.fill("Action 1: By when", "2027-03-11").fill("Lead topic", "Amhráin")
    lead.select("Who leads the next meeting", MEMBERS[SINEAD]).press("Close the meeting")
    lead.reads("The meeting is closed").reads("Present 2 people").reads("Labhraíomar")
    lead.reads("Write to the wards").reads(f"Who leads next {MEMBERS[SINEAD]}")


def reopen_and_close_again(lead: PageUser) -> None:
    lead.follow("Reopen the meeting").press("Reopen the meeting").reads("There is a problem")
    lead.fill("Reason", "Bhí Pádraig ann freisin").press("Reopen the meeting")
    lead.reads("The meeting is reopened").follow("Close the meeting").reads("Write to the wards")
    lead.choose("Who was there?", MEMBERS[PADRAIG]).press("Close the meeting")
    lead.reads("Present 3 people").reads("Bhí Pádraig ann freisin").reads("Write to the wards")


def do_what_was_agreed(owner: PageUser) -> None:
    owner.reads("Waiting for you").follow("Write to the wards")
    owner.follow("Carry it over “Write to the wards”").fill("By when now", "2027-04-15")
    owner.press("Carry it over").reads("Thursday 15 April 2027").reads("Before, it was")
    owner.press("Mark as done “Write to the wards”").reads("Done in the last 90 days")
    assert "Write to the wards" not in owner.open("/me").text()
