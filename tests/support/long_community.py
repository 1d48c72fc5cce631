"""A community of any size with years of history, for what counts reads.

It was small while it met (`past_quarters.py`). Then everybody else joined, and answered the coming meetings
and the open poll. All is written by the routes, or by the use cases where everybody takes part, so that it
has the shape of today. The history ends at the same moment, however long it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from comhar import email_links, wiring
from comhar.aws.conditions import Put
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.meetings import forms as meetings_forms
from comhar.meetings import rsvp
from comhar.meetings.day import forms as day_forms
from comhar.meetings.day import topic_votes
from comhar.membership.model import Member
from comhar.polls import forms as polls_forms
from comhar.polls import responses as polls_responses
from comhar.tokens import digest, new_secret
from tests.support import stored_members
from tests.support.cloud import Cloud
from tests.support.published_quarters import publish

# A Wednesday, 10:00 in Dublin; ten years before and a year after it the public holidays are known.
PRESENT = datetime(2036, 5, 14, 9, tzinfo=UTC)
OFFICE, FACILITATOR = "office@example.com", "maire@example.com"
REGIONS = ("SW", "DNE", "DML", "DSE", "MW", "WNW")
RARE_NAME = "Fionnghuala Mhic Giolla Phádraig"
_FIRST = ("Áine", "Bríd", "Cian", "Dara", "Eoin", "Fiadh", "Gráinne", "Iarla", "Máire", "Oisín")
_LAST = ("Ní Bhriain", "de Búrca", "Ó Cléirigh", "Mac Domhnaill", "Ní Fhloinn", "Ó Gráda", "Walsh")


@dataclass
class LongCommunity:
    """The South West, and members of all regions; `parts` fill the paths of its routes, by a word each."""

    cloud: Cloud
    people: list[Member] = field(default_factory=list)  # of the region; the first two are co-chairs
    everybody: list[Member] = field(default_factory=list)
    parts: dict[str, str] = field(
        default_factory=lambda: {"region": "SW", "year": str(PRESENT.year), "running": "2036-Q2"}
    )

    def post(self, who: Member | str, path: str, body: Any) -> Any:
        """What a route answers to a member, or to the office by its address."""
        answer = self.cloud.call("POST", path, body, bearer=self.cloud.session(who))
        assert answer.status < 300, (path, answer.text)
        return answer.json

    def join(self, region: str, **about: Any) -> None:
        """A new member of the region, at the end of `people` where it is the South West."""
        number = len(self.cloud.people)
        name = f"{_FIRST[number % len(_FIRST)]} {_LAST[number // len(_FIRST) % len(_LAST)]}"
        known = {"region": region, "name": name, "joined_on": "2026-01-05"}
        member = self.cloud.member(**(known | about))
        self.everybody.append(member)
        if region == "SW":
            self.people.append(member)

    def lose(self) -> Member:
        """Somebody of the region who goes: its newest."""
        member = self.people.pop()
        self.everybody.remove(member)
        return member

    def context(self, member: Member) -> Context:
        return Context(member, self.cloud.now, self.cloud.table(), wiring.settings())

    def schedule(self, starts_at: str) -> str:
        body = {"kind": "quarterly", "starts_at": starts_at, "mode": "in_person", "venue": "Cork"}
        return str(self.post(self.people[0], "/communities/SW/meetings", body)["id"])

    def open_poll(self, first: datetime, closes: datetime) -> str:
        options = [(first + timedelta(days=n)).strftime("%Y-%m-%dT10:00") for n in (0, 5)]
        body = {"kind": "quarterly", "mode": "online", "options": options}
        body |= {"closes_on": closes.date().isoformat()}
        return str(self.post(self.people[0], "/communities/SW/polls", body)["id"])

    def prepare(self, meeting: str, people: Sequence[Member]) -> None:
        """Three items on the agenda, an idea, and the votes and answers of these people."""
        chair, member = self.people[0], self.people[2]
        for title in ("Biscuits", "A walk", "Money"):
            item = self.post(member, f"/meetings/{meeting}/items", {"title": title})["id"]
            self.post(chair, f"/meetings/{meeting}/items/{item}/accept", {})
        self.post(member, f"/meetings/{meeting}/ideas", {"title": "Tea and talk"})
        for person in people:
            form = day_forms.Vote(topics=["Tea and talk"])
            topic_votes.vote_for_topics(meeting, form, self.context(person))
        self.answer(meeting, people)

    def answer(self, meeting: str, people: Sequence[Member]) -> None:
        """One in twenty also asks for something to be arranged."""
        for number, person in enumerate(people):
            arrange = "A quiet room" if number % 20 == 0 else None
            answer = (("yes", "maybe", "no"))[number % 3]
            form = meetings_forms.Answer(answer=answer, arrange=arrange)
            rsvp.answer_invitation(meeting, form, self.context(person))

    def close(self, meeting: str) -> str | None:
        """Closes a meeting with ten who were there, four actions and a picture of the wheel.

        Answers with its survey's id.
        """
        chair, member = self.people[0], self.people[2]
        by = (self.cloud.now + timedelta(days=60)).date().isoformat()
        owners = (chair.id, chair.id, member.id, "Somebody else")
        actions = [{"what": f"Do thing {n}", "who": who, "by": by} for n, who in enumerate(owners)]
        attended = [person.id for person in self.people[:10]]
        form = {"attended": attended, "actions": actions}
        survey: str | None = self.post(chair, f"/meetings/{meeting}/close", form)["survey"]
        picture = {"ratings": {"vision": 4, "measurement": 3}, "note": "We met.", "revision": 0}
        self.post(chair, f"/meetings/{meeting}/wheel", picture)
        return survey

    def fill_present(self) -> None:
        """What is open now, answered by all; a meeting going on and one closed yesterday."""
        cloud, chair, member = self.cloud, self.people[0], self.people[2]
        cloud.now = PRESENT - timedelta(days=20)
        self.parts["closed"] = yesterday = self.schedule("2036-05-13T10:00")
        self.parts["today"] = today = self.schedule("2036-05-14T09:30")
        self.parts["meeting"] = meeting = self.schedule("2036-06-11T10:00")
        first = {"kind": "first", "starts_at": "2036-06-18T10:00", "mode": "online"}
        first |= {"facilitator_name": "Máire", "facilitator_email": FACILITATOR}
        self.parts["first"] = self.post(OFFICE, "/communities/SW/meetings", first)["id"]
        national = {"starts_at": "2036-07-15T10:00", "mode": "online"}
        self.parts["national"] = self.post(OFFICE, "/national/meetings", national)["id"]
        self.prepare(today, self.people)
        self.prepare(meeting, self.people)
        stored = (stored_members.find_member(each.id) for each in cloud.people)
        self.answer(self.parts["national"], [each for each in stored if each and each.active])
        item = {"title": "A walk by the sea", "link": "https://example.org/sea"}
        self.parts["item"] = self.post(member, f"/meetings/{meeting}/items", item)["id"]
        cloud.now = PRESENT - timedelta(days=6)
        self.post(chair, f"/meetings/{today}/agenda/issue", {})
        cloud.now = PRESENT - timedelta(days=2)
        self.parts["poll"] = self.open_poll(
            PRESENT + timedelta(days=90), PRESENT + timedelta(days=5)
        )
        votes = polls_forms.DateVotes(votes={"a": "yes", "b": "if_need_be"})
        for person in self.people:
            polls_responses.answer_poll(self.parts["poll"], votes, self.context(person))
        cloud.now = PRESENT - timedelta(hours=18)
        self.close(yesterday)
        cloud.now = PRESENT
        publish("2036-Q1")
        self._begin_texts()
        self._write_letters(meeting, self.people)
        self._write_letters(self.parts["national"], self.everybody)
        self._mint_links()

    def _begin_texts(self) -> None:
        """Notes and attendance of today's meeting, a group's reflection, a draft, a questionnaire."""
        chair, member = self.people[0], self.people[2]
        today = f"/meetings/{self.parts['today']}"
        self.post(chair, f"{today}/notes/welcome", {"text": "We met."})
        attended = [person.id for person in self.people[:10]]
        self.post(chair, f"{today}/attendance", {"attended": attended})
        self.post(chair, f"{today}/statement", {"text": "Thank you all."})
        self.post(chair, f"{today}/reflection/description", {"text": "We met."})
        self.post(member, "/reflections/new/description", {"text": "We met."})
        form = {"title": "Tea", "start_from": "needs"}
        new = self.post(chair, "/communities/SW/questionnaires", form)
        self.parts["questionnaire"] = new["questionnaire"]
        action = {"what": "Ask for a room", "who": member.id, "by": "2036-06-01"}
        self.parts["action"] = self.post(chair, "/communities/SW/actions", action)["action"]

    def _write_letters(self, meeting: str, people: Sequence[Member]) -> None:
        """The invitations to a meeting, each one sent."""
        letters = [Letter(LetterId("invitation", meeting, "0", person.id)) for person in people]
        writes = [letters_repository.insert_write(letter, self.cloud.now) for letter in letters]
        sent = {"state": "sent", "due": None, "due_at": None}
        self.cloud.table().write_all(replace(write, item=write.item | sent) for write in writes)

    def _mint_links(self) -> None:
        """The links of letters to a member, and of the one to a facilitator."""
        until = stamp(self.cloud.now + timedelta(days=9))
        member, host = self.people[2].id, digest(FACILITATOR)
        for purpose, subject, person in (
            ("answer", self.parts["meeting"], member),
            ("pack", self.parts["first"], host),
            ("poll", self.parts["poll"], member),
            ("pause", "agenda", member),
        ):
            self.parts[f"{purpose}_link"] = token = new_secret()
            pk, sk = email_links.link_key(token)
            link = {"purpose": purpose, "subject": subject, "person": person}
            link |= {"facts": {"dated": 0}, "expires_at": until}
            self.cloud.table().transact([Put({"pk": pk, "sk": sk, **link})])
