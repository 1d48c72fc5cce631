"""The life of meetings in random order: nobody hears a thing twice, nothing stale goes out, no accepted
item is left off an agenda, and every active member is told of every change."""

from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from comhar import templates, wiring
from comhar.dates.dublin_time import to_wall
from comhar.letters import mime
from comhar.letters.model import Draft, LetterId
from comhar.meetings import repository as meetings_repository
from comhar.meetings.agenda.repository import list_issued_lines, list_items
from comhar.meetings.model import Meeting
from comhar.membership import repository as membership_repository
from comhar.settings import Settings
from tests.support.cloud import GatewayResponse, open_cloud
from tests.support.letter_checker import LetterChecker
from tests.support.proof_sizes import sized
from tests.support.sample_region import MONDAY, OFFICE

PICK = st.integers(0, 99)
REFUSED = (403, 404, 409, 410, 422)
LIVES = sized(8, 80)  # of each run
STEPS = 31 * LIVES  # that each run takes at least


def in_words(draft: Draft, settings: Settings, now: datetime) -> bytes:
    """The letter's own text without the rest of a message, which half of the time would go into; what
    becomes of it is read back in the tests of each route."""
    context = {**draft.context, "subject": draft.subject, "lang": draft.lang, "pause": draft.pause}
    context |= {
        "public_url": settings.public_url,
        "office": settings.mail_from,
        "irish": draft.irish,
    }
    text = templates.letter_environment().get_template(f"{draft.template}.txt.j2").render(context)
    return f"Content-Type: text/plain; charset=utf-8\n\n{text}".encode()


class Meetings(RuleBasedStateMachine):
    taken = 0

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        self.cloud = self.stack.enter_context(open_cloud())
        self.cloud.now = MONDAY
        self.witness = LetterChecker(self.cloud.table())
        patch = self.stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(wiring, "letter_sender", lambda: self.witness)
        patch.setattr(mime, "message", in_words)
        self.meetings: list[str] = []
        self.polls: list[str] = []
        self.items: list[tuple[str, str]] = []
        self.notified: dict[str, list[tuple[str, str, set[str]]]] = {}
        self.sessions: dict[str, str] = {}
        chairs = [self.cloud.member(chair_of=("SW",)) for _ in range(2)]
        self.members = [*chairs, self.cloud.member(), self.cloud.member(confirmed=False)]
        self.left: set[str] = set()
        self.joined = 0
        body = {"members": [each.id for each in chairs]}
        assert self.ask(OFFICE, "POST", "/communities/SW/chairs", body).status == 200

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            try:
                self.run_on()
                self.check_everyone_was_told()
            finally:
                self.stack.close()

    # Who asks

    def ask(self, who: str, method: str, path: str, body: Any = None) -> GatewayResponse:
        """Asks, signed in every six hours: a member by id, or the office by its address."""
        mark = f"{who} {self.cloud.now:%j}.{self.cloud.now.hour // 6}"
        if mark not in self.sessions:
            person = next((each for each in self.members if each.id == who), who)
            self.sessions[mark] = self.cloud.session(person)
        answer = self.cloud.call(method, path, body, bearer=self.sessions[mark])
        assert answer.status < 300 or answer.status in REFUSED, f"{path}: {answer.text}"
        return answer

    def chair(self) -> str:
        return next((each.id for each in self.members[:2] if each.id not in self.left), OFFICE)

    def anyone(self, pick: int) -> str:
        here = [each.id for each in self.members if each.id not in self.left]
        return here[pick % len(here)] if here else OFFICE

    def one(self, pick: int) -> str:
        return self.meetings[pick % len(self.meetings)]

    def who_leads(self, pick: int) -> str:
        return OFFICE if self.one(pick).startswith("IE") else self.chair()

    def later(self, days: int, hour: int) -> str:
        at = (to_wall(self.cloud.now) + timedelta(days=days)).replace(hour=hour, minute=0)
        return f"{at:%Y-%m-%dT%H:%M}"

    def scheduled(self, meeting_id: str) -> None:
        self.meetings.append(meeting_id)
        self.note("invitation", meeting_id)

    def get_meeting(self, meeting_id: str) -> Meeting:
        return meetings_repository.get_meeting(wiring.table(), meeting_id)

    # What they do

    @rule(
        days=st.sampled_from([0, 1, 8, 8, 15, 15, 29, 40]),
        hour=st.sampled_from([9, 10, 14]),
        everywhere=st.integers(0, 9),
    )
    def schedule(self, days: int, hour: int, everywhere: int) -> None:
        form = {"kind": "quarterly", "starts_at": self.later(days, hour), "mode": "online"}
        if everywhere:
            answer = self.ask(self.chair(), "POST", "/communities/SW/meetings", form)
        else:
            form["kind"] = "national"
            answer = self.ask(OFFICE, "POST", "/national/meetings", form)
        if answer.status == 201:
            self.scheduled(answer.json["id"])

    @rule(days=st.integers(2, 30), hour=st.integers(8, 17))
    def open_poll(self, days: int, hour: int) -> None:
        dates = [self.later(days, hour), self.later(days + 1, hour), self.later(days + 9, hour)]
        form = {"kind": "additional", "mode": "online", "options": dates}
        answer = self.ask(self.chair(), "POST", "/communities/SW/polls", form)
        if answer.status == 201:
            self.polls.append(answer.json["id"])

    @precondition(lambda self: self.polls)
    @rule(pick=PICK, who=PICK, vote=st.sampled_from(["yes", "if_need_be", "no"]))
    def vote(self, pick: int, who: int, vote: str) -> None:
        path = f"/polls/{self.polls[pick % len(self.polls)]}/vote"
        self.ask(self.anyone(who), "POST", path, {"votes": dict.fromkeys("abc", vote)})

    @precondition(lambda self: self.polls)
    @rule(pick=PICK, option=st.sampled_from("abc"), end=st.sampled_from([False, False, True]))
    def decide_poll(self, pick: int, option: str, end: bool) -> None:
        path = f"/polls/{self.polls[pick % len(self.polls)]}"
        if end:
            self.ask(self.chair(), "POST", f"{path}/end", {"reason": "None of them suits"})
            return
        answer = self.ask(self.chair(), "POST", f"{path}/pick", {"option": option})
        if answer.status == 201:
            self.scheduled(answer.json["meeting"])

    @precondition(lambda self: self.meetings)
    @rule(pick=PICK, days=st.sampled_from([1, 8, 8, 15, 29]), hour=st.sampled_from([10, 14]))
    def move(self, pick: int, days: int, hour: int) -> None:
        form = {"starts_at": self.later(days, hour)}
        path = f"/meetings/{self.one(pick)}/reschedule"
        if self.ask(self.who_leads(pick), "POST", path, form).status == 200:
            self.note("invitation", self.one(pick))

    @precondition(lambda self: self.meetings)
    @rule(pick=PICK, room=st.integers(1, 4))
    def change_place(self, pick: int, room: int) -> None:
        form = {"mode": "in_person", "venue": f"Room {room}"}
        path = f"/meetings/{self.one(pick)}/place"
        if self.ask(self.who_leads(pick), "POST", path, form).status == 200:
            self.note("invitation", self.one(pick))

    @precondition(lambda self: self.meetings)
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        path = f"/meetings/{self.one(pick)}/cancel"
        begun = self.get_meeting(self.one(pick)).start <= self.cloud.now
        answer = self.ask(self.who_leads(pick), "POST", path, {"reason": "Storm"})
        if answer.status == 200 and not begun:
            self.note("cancellation", self.one(pick))

    @precondition(lambda self: self.meetings)
    @rule(pick=PICK, who=PICK)
    def propose(self, pick: int, who: int) -> None:
        form = {"title": f"Item {len(self.items)} by hand"}
        answer = self.ask(self.anyone(who), "POST", f"/meetings/{self.one(pick)}/items", form)
        if answer.status == 201:
            self.items.append((self.one(pick), answer.json["id"]))

    @precondition(lambda self: self.items)
    @rule(pick=PICK, accept=st.sampled_from([True, True, False]))
    def decide(self, pick: int, accept: bool) -> None:
        meeting, item = self.items[pick % len(self.items)]
        path = f"/meetings/{meeting}/items/{item}/{'accept' if accept else 'decline'}"
        self.ask(OFFICE, "POST", path, {"reason": "Next time"})

    @precondition(lambda self: self.items)
    @rule(pick=PICK, way=st.sampled_from(["up", "down"]))
    def arrange(self, pick: int, way: str) -> None:
        """Moves an item on the agenda, accepted or not."""
        meeting, item = self.items[pick % len(self.items)]
        path = f"/meetings/{meeting}/agenda"
        result = self.ask(OFFICE, "GET", path)
        if result.status == 200:
            form = {"revision": result.json["revision"], "move": f"{item}:{way}"}
            self.ask(OFFICE, "POST", path, form | {"minutes": {"welcome": pick}})

    @precondition(lambda self: self.meetings)
    @rule(pick=PICK, what=st.sampled_from(["issue", "hold", "release", "undo"]))
    def agenda(self, pick: int, what: str) -> None:
        self.ask(self.who_leads(pick), "POST", f"/meetings/{self.one(pick)}/agenda/{what}", {})

    @precondition(lambda self: self.meetings)
    @rule(pick=PICK, who=PICK, answer=st.sampled_from(["yes", "no", "maybe"]))
    def answer(self, pick: int, who: int, answer: str) -> None:
        path = f"/meetings/{self.one(pick)}/answer"
        self.ask(self.anyone(who), "POST", path, {"answer": answer})

    @precondition(lambda self: self.meetings)
    @rule(pick=PICK)
    def close(self, pick: int) -> None:
        here = [each.id for each in self.members if each.id not in self.left]
        path = f"/meetings/{self.one(pick)}/close"
        form = {"attended": here[:2], "next_topic": "Boundaries"}
        self.ask(self.who_leads(pick), "POST", path, form)

    @precondition(lambda self: self.meetings)
    @rule(pick=PICK)
    def reopen(self, pick: int) -> None:
        path = f"/meetings/{self.one(pick)}/reopen"
        self.ask(self.who_leads(pick), "POST", path, {"reason": "A name was missing"})

    @precondition(lambda self: self.joined < 4)
    @rule()
    def join(self) -> None:
        self.joined += 1
        form = {"email": f"new{self.joined}@hse.ie", "name": "Nóra", "region": "SW"}
        form["role"] = "peer_educator"
        answer = self.ask(OFFICE, "POST", "/members", form)
        assert answer.status == 201, answer.text
        found = membership_repository.from_item(
            wiring.table().get(membership_repository.key(answer.json["id"])) or {},
            wiring.settings(),
        )
        self.members.append(found)

    @precondition(lambda self: len(self.members) - len(self.left) > 3)
    @rule(pick=st.integers(2, 99))
    def leave(self, pick: int) -> None:
        here = [each.id for each in self.members[2:] if each.id not in self.left]
        if here:
            who = here[pick % len(here)]
            assert self.ask(who, "POST", "/me/leave").status == 200
            self.left.add(who)

    # What time does

    @rule(hours=st.sampled_from([0, 1, 7, 24, 24, 72, 24 * 14]))
    def time_passes(self, hours: int) -> None:
        self.cloud.now += timedelta(hours=hours)
        self.run_on()

    def run_on(self) -> None:
        """Lets the workers do all that is due."""
        self.cloud.post_letters()

    # What must hold

    def note(self, purpose: str, meeting_id: str) -> None:
        """Of this change, everyone who is active now is to hear."""
        here = {each.id for each in self.members if each.id not in self.left}
        sequence = str(self.get_meeting(meeting_id).sequence)
        self.notified.setdefault(meeting_id, []).append((purpose, sequence, here))

    @invariant()
    def every_agenda_holds_the_items_accepted_by_then(self) -> None:
        Meetings.taken += 1
        for meeting_id in getattr(self, "meetings", []):
            folder = meetings_repository.get_bundle(wiring.table(), meeting_id)
            if not folder.meeting.agenda_issued or folder.meeting.agenda_changed_at:
                continue
            lines = {line.title for line in list_issued_lines(folder)}
            accepted = {item.title for item in list_items(folder) if item.state == "accepted"}
            assert accepted <= lines, f"{accepted - lines} is on no agenda"

    def check_everyone_was_told(self) -> None:
        """Of the last change of each meeting, unless it had begun before the workers ran."""
        for meeting_id, changes in self.notified.items():
            purpose, sequence, here = changes[-1]
            if self.get_meeting(meeting_id).start <= self.cloud.now and purpose == "invitation":
                continue
            for person in here - self.left:
                letter = LetterId(purpose, meeting_id, sequence, person)
                assert self.witness.sent[letter] == 1, f"{letter} was not sent"


@pytest.mark.parametrize("half", ["one", "other"])  # each worker lives through one
def test_in_any_order_everybody_hears_of_everything_once(half: str) -> None:
    Meetings.taken = 0
    often = settings(
        max_examples=LIVES,
        stateful_step_count=50,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Meetings, settings=often)
    assert Meetings.taken > STEPS
