"""Owns a meeting's way in the demo: set, filled with items, answered, held and written up."""

from datetime import datetime, timedelta
from typing import Any

from comhar import data
from local.demo import sign_ups, texts
from local.demo.journal import Joined, Met
from local.demo.plans import Plan
from local.demo.town import Community, Deed, Town

_CHOICES = ("yes", "maybe", "no")


class Meeting:
    """One plan as it is lived; its deeds come in this order."""

    def __init__(self, town: Town, plan: Plan) -> None:
        self.town = town
        self.plan = plan
        self.visitor = town.visitor
        self.id = ""
        self.agenda_due_at: datetime | None = None
        self.coming: dict[str, str] = {}

    @property
    def community(self) -> Community:
        return self.town.communities[self.plan.region]

    @property
    def met(self) -> Met:
        return self.town.meetings[self.id]

    def schedule(self, by_office: bool = False) -> Deed:
        """A co-chair sets the date, or the office where there is none."""
        who = self.town.office if by_office else self.community.chair
        yield [who]
        plan = self.plan
        starts_at = plan.starts_at.isoformat(timespec="minutes")
        form = {"kind": plan.kind, "starts_at": starts_at, "mode": plan.mode}
        if plan.mode != "online":
            form["venue"] = texts.VENUES[plan.region]
        if plan.mode != "in_person":
            form["link"] = f"https://meet.example/{plan.region.lower()}-{plan.starts_at:%Y-%m-%d}"
        made = self.visitor.post(f"/communities/{plan.region}/meetings", form, who)
        self.id = made["id"]
        self.agenda_due_at = datetime.fromisoformat(made["agenda_due_at"])
        self.town.add(Met(self.id, plan.region, plan.kind, starts_at))

    def call(self) -> Deed:
        """Members propose items and say whether they come; the co-chairs decide on the items."""
        town, items = self.town, texts.ITEMS
        proposing = town.some(list(self.community.active.values()), 0.05, 2)
        yield [self.community.chair, *(one.email for one in proposing)]
        for one in proposing:
            title = items[town.dice.randrange(len(items))]
            form = {"title": title, "minutes": town.dice.choice((10, 15, 20))}
            item = self.visitor.post(f"/meetings/{self.id}/items", form, one.email)
            path = f"/meetings/{self.id}/items/{item['id']}"
            if town.dice.random() < 0.75:
                self._chair(f"{path}/accept")
            elif town.dice.random() < 0.7:
                self._chair(f"{path}/decline", {"reason": town.dice.choice(texts.REASONS)})
            self.visitor.post(f"/meetings/{self.id}/answer", {"answer": "yes"}, one.email)
            self.coming[one.id] = "yes"
        rest = [one for one in self.community.active.values() if one.id not in self.coming]
        self._answer(town.some(rest, 0.3))

    def answer(self) -> Deed:
        """A day after the agenda: most of those who have not said yet whether they come."""
        yield ()
        rest = [one for one in self.community.active.values() if one.id not in self.coming]
        self._answer(self.town.some(rest, 0.45))

    def _answer(self, people: list[Joined]) -> None:
        """By the newest link in their letters about it, each of which works once."""
        picked = []
        for one in people:
            choice = self.town.dice.choices(_CHOICES, weights=(70, 12, 18))[0]
            link = self.visitor.link(one.email, "answer", self.id)
            picked.append((one.email, link, choice))
            self.coming[one.id] = choice
        self.visitor.each(lambda it: self.visitor.post(it[1], {"answer": it[2]}, by=it[0]), picked)

    def move(self) -> Deed:
        yield [self.community.chair]
        day = self.plan.starts_at + timedelta(days=14)
        starts_at = day.isoformat(timespec="minutes")
        made = self._chair(f"/meetings/{self.id}/reschedule", {"starts_at": starts_at})
        self.agenda_due_at = datetime.fromisoformat(made["agenda_due_at"])
        self.met.starts_at = starts_at
        self.town.tell(f"{self.plan.region} moves its meeting to {day:%-d %B}")
        self.coming.clear()

    def cancel(self) -> Deed:
        yield [self.community.chair]
        self._chair(f"/meetings/{self.id}/cancel", {"reason": texts.CANCELLED})
        self.met.state = "cancelled"

    def close(self) -> Deed:
        """Who was to lead it writes it up, if the turn still holds; else a co-chair, who has confirmed
        everybody before: the survey asks who is confirmed."""
        town, community = self.town, self.community
        share = 0.12 if self.plan.kind == "additional" else 0.4
        silent = [one for one in community.active.values() if one.id not in self.coming]
        here = [one for one in community.active.values() if self._comes(one.id)]
        here += [one for one in town.some(silent, share) if one not in here]
        if self.plan.kind == "additional":
            here = here[: max(3, round(len(community.active) * 0.15))]
        lead = (community.lead or community.chairs[0]).email
        yield [lead, community.chair]
        sign_ups.confirm(town, community.active.values(), community.chair)
        turn = self.visitor.ask("GET", f"/meetings/{self.id}", who=lead)["may_lead"]
        form: dict[str, Any] = {"attended": [one.id for one in here], "actions": self._agreed(here)}
        if self.plan.kind != "additional":
            form["next_topic"] = town.dice.choice(data.load("topics"))
            known = [one for one in here if one.id in community.known]
            community.lead = town.dice.choice(known or community.chairs)
            if turn and community.lead.email == lead and community.lead not in community.chairs:
                community.lead = community.chairs[0]  # nobody but a co-chair names themselves again
            form["next_lead"] = community.lead.id
        self.visitor.post(f"/meetings/{self.id}/close", form, lead if turn else community.chair)
        self.met.state, self.met.closed_at = "held", town.stamp()
        self.met.attended = form["attended"]
        town.tell(f"{self.plan.region} met: {len(here)} of {len(community.active)} came")
        sign_ups.get_to_know(town, self.plan.region)

    def _comes(self, member: str) -> bool:
        likely = {"yes": 0.92, "maybe": 0.5}.get(self.coming.get(member, ""), 0)
        return self.town.dice.random() < likely

    def _agreed(self, here: list[Joined]) -> list[dict[str, Any]]:
        """Two or three things to do, by some of those present."""
        town = self.town
        by = (town.today() + timedelta(days=60)).isoformat()
        wanted = 1 if self.plan.kind == "additional" else town.dice.choice((2, 3))
        chosen = town.dice.sample(texts.ACTIONS, wanted)
        doing = town.dice.sample(here, min(len(here), wanted))
        on = town.today().isoformat()
        agreed = [{"what": w, "who": d.id, "by": by} for w, d in zip(chosen, doing, strict=False)]
        town.journal.actions += [
            {"region": self.plan.region, **one, "opened_on": on, "done_on": None} for one in agreed
        ]
        return agreed

    def feedback(self) -> Deed:
        """Some days later: the ballots in the letters are used by most of those who have one."""
        yield ()
        attended = set(self.met.attended)
        asked = [
            one for one in self.community.active.values() if one.id in attended and self._asks(one)
        ]
        picked = []
        for one in self.town.some(asked, 0.6):
            link = self.visitor.link(one.email, "surveys", "How was the meeting")
            picked.append((one.email, link, self._opinion()))
        self.visitor.each(lambda it: self.visitor.post(it[1], {"answers": it[2]}, by=it[0]), picked)
        given = [{"meeting": self.id, "answers": answers} for _, _, answers in picked]
        self.town.journal.answers += given

    def _asks(self, one: Joined) -> bool:
        """Whether the survey about it asks somebody who was there, by when they joined."""
        day, joined = self.met.starts_at[:10], one.active_on or "~"
        return joined < day or (self.plan.kind == "first" and joined == day)

    def _opinion(self) -> dict[str, Any]:
        dice = self.town.dice
        told: dict[str, Any] = {"satisfaction": dice.choices((2, 3, 4, 5), (1, 3, 8, 6))[0]}
        if dice.random() < 0.8:
            told |= {"welcome": dice.choice((4, 5)), "useful": dice.choice(("yes", "no"))}
            told["took_away"] = dice.sample(("idea", "help", "support", "contact", "energy"), 2)
        if dice.random() < 0.4:
            told["went_well"] = dice.choice(texts.WELL)
        if dice.random() < 0.25:
            told["do_differently"] = dice.choice(texts.BETTER)
        return told

    def _chair(self, path: str, form: dict[str, Any] | None = None) -> Any:
        return self.visitor.post(path, form, self.community.chair)
