"""The whole journey through JSON alone, on the embedded stack: contact to KPI export."""

from pathlib import Path

import pytest

from tests.support.stack import Stack
from tests.support.stack_users import OFFICE

ISSUE = "2027-02-11T09:00:00+00:00"
AFTER = "2027-02-18T12:30:00+00:00"
REPORT = "2027-04-01T08:00:00+00:00"  # 09:00 in Dublin, the first working day after the quarter
WRITTEN = {
    "description": "A hard conversation on the ward 🌧",
    "feelings": "Uneasy, then relieved",
    "evaluation": "We listened",
    "analysis": "There was time",
    "conclusion": "Ask sooner",
    "action_plan": "Ring first",
    "visibility": "community",
}


class JoinedMembers:
    """Everyone of the journey: who joined, and a fresh session of each when one is needed."""

    def __init__(self, stack: Stack):
        self.stack = stack
        names = ["Sinéad Ní Dhomhnaill", "Pádraig Mac Giolla Bhuí", "Órla O'Neill-McCarthy"]
        self.joined = [
            stack.join(f"person{n}@hse.ie", name, region="SW") for n, name in enumerate(names)
        ]
        self.ids = [each["id"] for each in self.joined]

    def session(self, number: int) -> str:
        return self.stack.sign_in(f"person{number}@hse.ie")


@pytest.fixture
def stack(tmp_path: Path):
    running = Stack(tmp_path / "stack")
    running.start()
    yield running
    running.stop()


def ok(answer, status: int = 200):
    assert answer.status == status, answer.text
    return answer.json


def test_a_quarter_of_a_community_through_json_alone(stack: Stack):
    people = JoinedMembers(stack)
    waiting = _one_waits_and_is_admitted(stack)
    _two_co_chairs(stack, people)
    meeting = _a_meeting_with_an_item(stack, people)
    _the_agenda_goes_out_once(stack, meeting, [*(f"person{n}@hse.ie" for n in range(3)), waiting])
    _one_is_confirmed(stack, people)
    _the_meeting_is_closed(stack, people, meeting)
    _a_reflection_is_shared(stack, people, meeting)
    _those_present_are_asked(stack)
    _the_quarter_is_reported(stack)


def _one_waits_and_is_admitted(stack: Stack) -> str:
    email = "eoin@charity.example"
    joined = stack.join(email, "Eoin Ó hEachthigheirn", region="SW", role="ips_worker")
    assert joined["status"] == "pending"
    refused = stack.get("/communities/SW", session=joined["session"])
    assert refused.status == 403
    office = stack.sign_in(OFFICE)
    queue = ok(stack.get("/members?status=pending", session=office))["members"]
    assert [each["id"] for each in queue] == [joined["id"]]
    ok(stack.post(f"/members/{joined['id']}/admit", session=office))
    assert ok(stack.get("/me", session=joined["session"]))["status"] == "active"
    return email


def _two_co_chairs(stack: Stack, people: JoinedMembers) -> None:
    pair = {"members": people.ids[:2], "term_months": 12}
    refused = stack.post("/communities/SW/chairs", pair, session=people.joined[2]["session"])
    assert refused.status == 403
    ok(stack.post("/communities/SW/chairs", pair, session=stack.sign_in(OFFICE)))
    me = ok(stack.get("/me", session=people.joined[0]["session"]))
    assert me["chair_of"] == ["SW"]
    assert me["confirmed"]


def _a_meeting_with_an_item(stack: Stack, people: JoinedMembers) -> str:
    chair, member = people.session(0), people.session(2)
    wanted = {
        "kind": "quarterly",
        "starts_at": "2027-02-18T10:00",
        "minutes": 120,
        "mode": "online",
        "link": "https://meet.example/comhar",
    }
    made = ok(stack.post("/communities/SW/meetings", wanted, session=chair), 201)
    assert made["agenda_due_at"] == "2027-02-11T09:00:00.000Z"
    meeting = made["id"]
    stack.settle()
    invitation = stack.letter("person2@hse.ie", "Invitation")
    answer = stack.link(invitation, "/answer/")
    ok(stack.post(answer, {"answer": "yes"}))
    item = {"title": "Peer work in the community", "minutes": 15}
    proposed = ok(stack.post(f"/meetings/{meeting}/items", item, session=member), 201)
    accept = f"/meetings/{meeting}/items/{proposed['id']}/accept"
    assert stack.post(accept, session=member).status == 403
    ok(stack.post(accept, session=chair))
    file = stack.get(f"/meetings/{meeting}/calendar.ics", session=member)
    assert file.text.startswith("BEGIN:VCALENDAR")
    return meeting


def _the_agenda_goes_out_once(stack: Stack, meeting: str, addresses: list[str]) -> None:
    stack.advance(to="2027-02-11T08:59:00+00:00")
    assert not [mail for mail in stack.mail() if mail["subject"].startswith("Agenda")]
    stack.advance(to=ISSUE)
    stack.advance("PT2H")
    sent = [mail for mail in stack.mail() if mail["subject"].startswith("Agenda")]
    assert sorted(mail["to"] for mail in sent) == sorted(addresses)
    for mail in sent:
        assert "Peer work in the community" in mail["text"]
        assert "https://meet.example/comhar" in mail["text"]


def _one_is_confirmed(stack: Stack, people: JoinedMembers) -> None:
    chair, member = people.session(0), people.session(2)
    refused = stack.post("/reflections", WRITTEN, session=member)
    assert refused.status == 403  # not confirmed yet
    ok(stack.post(f"/members/{people.ids[2]}/confirm", session=chair))


def _the_meeting_is_closed(stack: Stack, people: JoinedMembers, meeting: str) -> None:
    chair = people.session(0)
    early = stack.post(f"/meetings/{meeting}/close", {"attended": []}, session=chair)
    assert early.status == 409
    stack.advance(to=AFTER)
    record = {
        "attended": [people.ids[0], people.ids[2]],
        "next_topic": "Harm reduction",
        "next_lead": people.ids[1],
        "actions": [{"what": "Write up the visit", "who": people.ids[2], "by": "2027-03-01"}],
    }
    chair, member = people.session(0), people.session(2)
    assert stack.post(f"/meetings/{meeting}/close", record, session=member).status == 403
    ok(stack.post(f"/meetings/{meeting}/close", record, session=chair))
    assert stack.post(f"/meetings/{meeting}/close", record, session=chair).status == 409
    (action,) = ok(stack.get("/communities/SW/actions", session=member))["actions"]
    assert action["mine"]
    ok(stack.post(f"/communities/SW/actions/{action['id']}/done", session=member))


def _a_reflection_is_shared(stack: Stack, people: JoinedMembers, meeting: str) -> None:
    chair, member = people.session(0), people.session(2)
    made = ok(stack.post("/reflections", {**WRITTEN, "meeting": meeting}, session=member), 201)
    shared = ok(stack.get("/reflections?region=SW", session=chair))["reflections"]
    assert [each["id"] for each in shared] == [made["id"]]
    whole = ok(stack.get(f"/reflections/{made['id']}", session=chair))
    assert WRITTEN["description"] in str(whole)


def _those_present_are_asked(stack: Stack) -> None:
    stack.advance(to="2027-02-19T09:00:00+00:00")
    recipients = {mail["to"] for mail in stack.mail() if "/surveys/" in mail["text"]}
    assert recipients == {"person0@hse.ie", "person2@hse.ie"}
    for number in (0, 2):
        letter = next(m for m in stack.mail(f"person{number}@hse.ie") if "/surveys/" in m["text"])
        ballot = stack.link(letter, "/surveys/")
        questions = ok(stack.get(ballot))["questions"]
        assert "satisfaction" in {question["key"] for question in questions}
        ok(stack.post(ballot, {"answers": {"satisfaction": 4}}), 201)
        assert stack.post(ballot, {"answers": {"satisfaction": 1}}).status == 410


def _the_quarter_is_reported(stack: Stack) -> None:
    stack.advance(to=REPORT)
    letter = stack.letter(OFFICE, "KPI")
    page = stack.link(letter, "/reports/kpi/")
    assert stack.get(page, html=True).status == 303
    office = stack.sign_in(OFFICE)
    report = ok(stack.get("/reports/kpi/2027-Q1", session=office))
    figures = {row["kpi"]: row["values"]["SW"] for row in report["rows"]}
    assert figures["meetings_held"]["value"] == 1
    assert figures["actions_done"]["value"] == 1
    assert figures["satisfaction_mean"]["state"] == "hidden"  # two people answered
    for ending in ("csv", "xlsx"):
        file = stack.get(f"/reports/kpi/2027-Q1.{ending}", session=office)
        assert file.status == 200
        assert len(file.body) > 500
