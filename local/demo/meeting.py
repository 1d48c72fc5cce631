"""A meeting of the demo: set, filled with items, answered, held and written up."""

from datetime import datetime, timedelta
from typing import Any

from comhar import data
from local.demo import sign_ups, texts
from local.demo.journal import Joined, Met
from local.demo.schedule import Plan
from local.demo.state import Activity, Community, State

_CHOICES = ("yes", "maybe", "no")


class Meeting:
    """One plan as it is lived; its deeds come in this order."""

    def __init__(self, state: State, plan: Plan) -> None:
        self.state = state
        self.plan = plan
        self.client = state.client
        self.id = ""
        self.agenda_due_at: datetime | None = None
        self.coming: dict[str, str] = {}

    @property
    def community(self) -> Community:
        return self.state.communities[self.plan.region]

    @property
    def met(self) -> Met:
        return self.state.meetings[self.id]

    def schedule(self, by_office: bool = False) -> Activity:
        """A co-chair sets the date, or the office where there is none."""
        who = self.state.office if by_office else self.community.chair
        yield [who]
        plan = self.plan
        starts_at = plan.starts_at.isoformat(timespec="minutes")
        form = {"kind": plan.kind, "starts_at": starts_at, "mode": plan.mode}
        if plan.mode != "online":
            form["venue"] = texts.VENUES[plan.region]
        if plan.mode != "in_person":
            form["link"] = f"https://meet.example/{plan.region.lower()}-{plan.starts_at:%Y-%m-%d}"
        made = self.client.post(f"/communities/{plan.region}/meetings", form, who)
        self.id = made["id"]
        self.agenda_due_at = datetime.fromisoformat(made["agenda_due_at"])
        self.state.add(Met(self.id, plan.region, plan.kind, starts_at))

    def call(self) -> Activity:
        """Members propose items and answer; the co-chairs decide on the items."""
        state, items = self.state, texts.ITEMS
        proposing = state.some(list(self.community.active.values()), 0.05, 2)
        yield [self.community.chair, *(one.email for one in proposing)]
        for one in proposing:
            title = items[state.dice.randrange(len(items))]
            form = {"title": title, "minutes": state.dice.choice((10, 15, 20))}
            item = self.client.post(f"/meetings/{self.id}/items", form, one.email)
            path = f"/meetings/{self.id}/items/{item['id']}"
            if state.dice.random() < 0.75:
                self._chair(f"{path}/accept")
            elif state.dice.random() < 0.7:
                self._chair(f"{path}/decline", {"reason": state.dice.choice(texts.REASONS)})
            self.client.post(f"/meetings/{self.id}/answer", {"answer": "yes"}, one.email)
            self.coming[one.id] = "yes"
        rest = [one for one in self.community.active.values() if one.id not in self.coming]
        self._answer(state.some(rest, 0.3))

    def answer(self) -> Activity:
        """A day after the agenda: most of those who have not said yet whether they come."""
        yield ()
        rest = [one for one in self.community.active.values() if one.id not in self.coming]
        self._answer(self.state.some(rest, 0.45))

    def _answer(self, people: list[Joined]) -> None:
        """By the newest link in their letters about it, each of which works once."""
        picked = []
        for one in people:
            choice = self.state.dice.choices(_CHOICES, weights=(70, 12, 18))[0]
            link = self.client.link(one.email, "answer", self.id)
            picked.append((one.email, link, choice))
            self.coming[one.id] = choice
        self.client.map(lambda it: self.client.post(it[1], {"answer": it[2]}, by=it[0]), picked)

    def move(self) -> Activity:
        yield [self.community.chair]
        day = self.plan.starts_at + timedelta(days=14)
        starts_at = day.isoformat(timespec="minutes")
        made = self._chair(f"/meetings/{self.id}/reschedule", {"starts_at": starts_at})
        self.agenda_due_at = datetime.fromisoformat(made["agenda_due_at"])
        self.met.starts_at = starts_at
        self.state.report(f"{self.plan.region} moves its meeting to {day:%-d %B}")
        self.coming.clear()

    def cancel(self) -> Activity:
        yield [self.community.chair]
        self._chair(f"/meetings/{self.id}/cancel", {"reason": texts.CANCELLED})
        self.met.state = "cancelled"

    def close(self) -> Activity:
        """The lead writes it up if the turn still holds, else a co-chair.

        A co-chair has confirmed everybody before: the survey asks who is confirmed.
        """
        state, community = self.state, self.community
        share = 0.12 if self.plan.kind == "additional" else 0.4
        silent = [one for one in community.active.values() if one.id not in self.coming]
        here = [one for one in community.active.values() if self._comes(one.id)]
        here += [one for one in state.some(silent, share) if one not in here]
        if self.plan.kind == "additional":
            here = here[: max(3, round(len(community.active) * 0.15))]
        lead = (community.lead or community.chairs[0]).email
        yield [lead, community.chair]
        sign_ups.confirm(state, community.active.values(), community.chair)
        turn = self.client.request("GET", f"/meetings/{self.id}", who=lead)["may_lead"]
        form: dict[str, Any] = {"attended": [one.id for one in here], "actions": self._agreed(here)}
        if self.plan.kind != "additional":
            form["next_topic"] = state.dice.choice(data.load("topics"))
            known = [one for one in here if one.id in community.known]
            community.lead = state.dice.choice(known or community.chairs)
            if turn and community.lead.email == lead and community.lead not in community.chairs:
                community.lead = community.chairs[0]  # nobody but a co-chair names themselves again
            form["next_lead"] = community.lead.id
        self.client.post(f"/meetings/{self.id}/close", form, lead if turn else community.chair)
        self.met.state, self.met.closed_at = "held", state.stamp()
        self.met.attended = form["attended"]
        state.report(f"{self.plan.region} met: {len(here)} of {len(community.active)} came")
        sign_ups.get_to_know(state, self.plan.region)

    def _comes(self, member: str) -> bool:
        likely = {"yes": 0.92, "maybe": 0.5}.get(self.coming.get(member, ""), 0)
        return self.state.dice.random() < likely

    def _agreed(self, here: list[Joined]) -> list[dict[str, Any]]:
        """Two or three things to do, by some of those present."""
        state = self.state
        by = (state.today() + timedelta(days=60)).isoformat()
        wanted = 1 if self.plan.kind == "additional" else state.dice.choice((2, 3))
        chosen = state.dice.sample(texts.ACTIONS, wanted)
        doing = state.dice.sample(here, min(len(here), wanted))
        on = state.today().isoformat()
        agreed = [{"what": w, "who": d.id, "by": by} for w, d in zip(chosen, doing, strict=False)]
        state.journal.actions += [
            {"region": self.plan.region, **one, "opened_on": on, "done_on": None} for one in agreed
        ]
        return agreed

    def feedback(self) -> Activity:
        """Most members with a ballot use it some days later."""
        yield ()
        attended = set(self.met.attended)
        invited = [
            one for one in self.community.active.values() if one.id in attended and self._asks(one)
        ]
        picked = []
        for one in self.state.some(invited, 0.6):
            link = self.client.link(one.email, "surveys", "What was agreed")
            picked.append((one.email, link, self._opinion()))
        self.client.map(lambda it: self.client.post(it[1], {"answers": it[2]}, by=it[0]), picked)
        given = [{"meeting": self.id, "answers": answers} for _, _, answers in picked]
        self.state.journal.answers += given

    def _asks(self, one: Joined) -> bool:
        """Whether the survey about it asks somebody who was there, by when they joined."""
        day, joined = self.met.starts_at[:10], one.active_on or "~"
        return joined < day or (self.plan.kind == "first" and joined == day)

    def _opinion(self) -> dict[str, Any]:
        dice = self.state.dice
        answers: dict[str, Any] = {"satisfaction": dice.choices((2, 3, 4, 5), (1, 3, 8, 6))[0]}
        if dice.random() < 0.8:
            answers |= {"welcome": dice.choice((4, 5)), "useful": dice.choice(("yes", "no"))}
            answers["took_away"] = dice.sample(("idea", "help", "support", "contact", "energy"), 2)
        if dice.random() < 0.4:
            answers["went_well"] = dice.choice(texts.WELL)
        if dice.random() < 0.25:
            answers["do_differently"] = dice.choice(texts.BETTER)
        return answers

    def _chair(self, path: str, form: dict[str, Any] | None = None) -> Any:
        return self.client.post(path, form, self.community.chair)
