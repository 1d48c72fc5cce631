"""Every letter of meetings, agendas, outcomes and polls, opened by who gets it and looked at."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from comhar import wiring
from comhar.meetings import proposals
from comhar.meetings.agenda.letters import PURPOSES as AGENDAS
from comhar.meetings.day.letters import PURPOSES as OUTCOMES
from comhar.meetings.letters import PURPOSES as MEETINGS
from comhar.polls.letters import PURPOSES as POLLS
from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.stack_users import OFFICE

AOIFE, SEAN, HOST = "aoife@hse.ie", "sean@hse.ie", "host@trainers.example"
UNREACHED = "bounce+nora@simulator.amazonses.com"
LETTERS = [
    ("invitation", AOIFE, "Invitation: Quarterly"),
    ("invitation", AOIFE, "New date: First"),
    ("invitation", AOIFE, "New place: First"),
    ("invitation", AOIFE, "New length: First"),
    ("cancellation", AOIFE, "Cancelled: First"),
    ("facilitation", HOST, "Please host"),
    ("facilitation", HOST, "New date"),
    ("facilitation", HOST, "New place"),
    ("facilitation_end", HOST, "Cancelled"),
    ("answer_reminder", AOIFE, "Are you coming? Additional"),
    ("call_for_items", SEAN, "Are you coming? Quarterly"),
    ("item_declined", SEAN, "Your agenda item"),
    ("agenda_nudge", SEAN, "Check the agenda before it goes out"),
    ("undecided_items", SEAN, "Items to decide"),
    ("agenda", SEAN, "Changed agenda:"),
    ("lead_named", SEAN, "You lead"),
    ("time_proposed", AOIFE, "Another time is proposed"),
    ("bounced", AOIFE, "An email did not arrive"),
    ("did_it_happen", AOIFE, "Did it go ahead?"),
    ("meeting_record", SEAN, "What was agreed"),
    ("attendance_corrected", SEAN, "Attendance corrected"),
    ("action_reminder", SEAN, "A reminder from your community"),
    ("poll_reminder", AOIFE, "Still open"),
    ("poll_closed", AOIFE, "The poll is closed"),
    ("poll_cancelled", AOIFE, "No date found"),
    ("poll_cancelled", AOIFE, "The poll is stopped"),
]


class Chairs:
    """Two co-chairs, of whom the first does what is done, as a program would."""

    def __init__(self, stack: InProcess) -> None:
        self.stack = stack
        joined = [stack.join(email, name) for email, name in ((AOIFE, "Aoife"), (SEAN, "Seán"))]
        self.ids = [each["id"] for each in joined]
        self.sessions = [each["session"] for each in joined]
        office = stack.sign_in(OFFICE)
        chairs = {"members": self.ids}
        assert stack.post("/communities/SW/chairs", chairs, session=office).status == 200
        nora = {"email": UNREACHED, "name": "Nóra Ní Dhálaigh", "region": "SW"}
        entered = stack.post("/members", nora | {"role": "ips_worker"}, session=office)
        assert entered.status == 201, entered.text

    def done(self, path: str, form: Any = None, who: int = 0) -> Any:
        answer = self.stack.post(path, form or {}, session=self.sessions[who])
        assert answer.status in (200, 201), answer.text
        self.stack.settle()
        return answer.json

    def at(self, moment: str) -> None:
        """Moves the clock on to that moment, UTC; nobody stays signed in so long, and only the first
        comes back."""
        self.stack.advance(to=f"{moment}:00:00+00:00")
        self.sessions[0] = self.stack.sign_in(AOIFE)

    def meeting(self, **form: str) -> str:
        about = {"mode": "hybrid", "venue": "Cúirt an Chaisleáin, Mallow", "topic": "Boundaries"}
        form |= {"link": "https://meet.example/cork"}
        return f"/meetings/{self.done('/communities/SW/meetings', about | form)['id']}"


def first_meeting(chairs: Chairs) -> None:
    """Hosted from outside, moved about, and cancelled in the end."""
    host = {"facilitator_name": "Gráinne Host", "facilitator_email": HOST}
    first = chairs.meeting(kind="first", starts_at="2027-03-04T10:00")
    office = chairs.stack.sign_in(OFFICE)
    assert chairs.stack.post(f"{first}/facilitator", host, session=office).status == 200
    chairs.stack.settle()
    where: dict[str, Any] = {"mode": "in_person", "venue": "The library, Bandon"}
    chairs.done(f"{first}/place", where)
    chairs.done(f"{first}/place", where | {"minutes": 90})
    chairs.done(f"{first}/reschedule", {"starts_at": "2027-03-05T10:00"})
    chairs.done(f"{first}/cancel", {"reason": "A storm is on its way"})


def polls(chairs: Chairs) -> str:
    """One that is stopped, and one left open: its path."""
    dates = ["2027-03-17T10:00", "2027-03-18T10:00", "2027-03-24T14:00"]
    form = {"kind": "additional", "mode": "online", "topic": "Working with families"}
    made = [chairs.done("/communities/SW/polls", form | {"options": dates}) for _ in range(2)]
    chairs.done(f"/polls/{made[0]['id']}/end", {"reason": "We meet in April"})
    return f"/polls/{made[1]['id']}"


def test_every_letter_of_meetings_and_polls_is_opened(
    visit: Callable[..., PageUser], stack: InProcess
):
    purposes = {each for each, _, _ in LETTERS}
    assert purposes | {"poll", "agenda"} == {*MEETINGS, *AGENDAS, *OUTCOMES, *POLLS}
    readers = {email: visit(email) for email in (AOIFE, SEAN, HOST)}
    chairs = Chairs(stack)
    meeting = chairs.meeting(kind="quarterly", starts_at="2027-02-18T10:00")
    wanted, other = (
        chairs.done(f"{meeting}/items", {"title": title, "why": "It comes up each week."}, who=1)
        for title in ("Peer support on wards", "Hospital passes")
    )
    chairs.done(f"{meeting}/items/{other['id']}/decline", {"reason": "Next time"})
    chairs.done(f"{meeting}/lead", {"lead": chairs.ids[1]})
    uid, at = f"{meeting.rpartition('/')[2]}@comhar", datetime(2027, 2, 25, 14)
    proposals.note_proposal(uid, SEAN, at, "We have a funeral on the 18th", wiring.context(None))
    first_meeting(chairs)
    chairs.meeting(kind="additional", starts_at="2027-01-20T10:00")
    poll = polls(chairs)
    readers[AOIFE].letter("Which date suits you?")
    chairs.at("2027-01-12T18")
    chairs.done(f"{poll}/end", {"reason": "Too few can come"})
    chairs.at("2027-01-18T09")  # who has not answered the near one
    for day in ("04", "08", "10", "11"):  # the call, the nudge, what is undecided, the agenda
        chairs.at(f"2027-02-{day}T09")
    readers[SEAN].letter("Agenda:")
    chairs.done(f"{meeting}/items/{wanted['id']}/accept")
    for day in ("11T11", "16T09", "22T09"):  # it goes out again; who comes; whether it happened
        chairs.at(f"2027-02-{day}")
    action = {"what": "Write to the wards", "who": chairs.ids[1], "by": "2027-03-31"}
    chairs.done(f"{meeting}/close", {"attended": [], "actions": [action]})
    correction = {"attended": chairs.ids, "reason": "Nobody had been ticked"}
    office = stack.sign_in(OFFICE)
    answer = stack.post(f"{meeting}/attendance/correct", correction, session=office)
    assert answer.status == 200, answer.text
    chairs.at("2027-02-23T09")
    chairs.at("2027-03-30T09")
    for _, email, subject in LETTERS:
        readers[email].letter(subject)
