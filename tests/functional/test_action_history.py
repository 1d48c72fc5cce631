"""Actions that are done lie apart: pages read as much after ten years as after one, and nothing is lost."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from comhar import wiring
from comhar.dates.quarters import Quarter
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day import action_repository
from tests.support import snapshots
from tests.support.cloud import Cloud
from tests.support.page import Page
from tests.support.proof_sizes import sized
from tests.support.read_counter import count_reads
from tests.support.sample_region import FORM, OFFICE, Region, build_region
from tests.support.snapshots import built_once
from tests.support.stored_actions import stored_actions

LIST = "/communities/SW/actions"
BISCUITS = {"what": "Bring biscuits", "by": "2027-03-10"}
STEPS = sized(120, 600)


def raw_items(cloud: Cloud) -> Iterator[dict[str, Any]]:
    return iter(cloud.items().values())


def add(region: Region, **about: Any) -> str:
    form = BISCUITS | {"who": region.ann.id} | about
    return str(region.done(region.chair, LIST, form)["action"])


def listed(region: Region) -> tuple[list[str], list[str]]:
    """The ids of what is open, and of what was done lately."""
    answer = region.ask(OFFICE, "GET", LIST).json
    ids = [[each["id"] for each in answer[kind]] for kind in ("actions", "lately_done")]
    return ids[0], ids[1]


def count_of_quarter(quarter: str) -> dict[str, int]:
    """What the rows of a quarter count."""
    prefix = f"QUARTER#{quarter}#"
    rows = wiring.table().query("REGION#SW", prefix).items
    kinds = [row["sk"].removeprefix(prefix).partition("#")[0] for row in rows]
    return {kind: kinds.count(kind) for kind in ("OPENED", "DONE")}


# Undone within ninety days, and not after


def test_an_action_is_undone_on_the_ninetieth_day_and_after_it_the_refusal_says_why(region: Region):
    last, late = add(region), add(region, what="Bake")
    for action in (last, late):
        region.done(region.ann, f"{LIST}/{action}/done")
    region.at(2027, 4, 11, 22)
    region.done(region.ann, f"{LIST}/{last}/undo")
    assert listed(region) == ([last], [late])
    region.at(2027, 4, 12, 0)
    for path in ("undo", "done"):
        refused = region.ask(region.ann, "POST", f"{LIST}/{late}/{path}")
        assert (refused.status, refused.json["type"]) == (404, "urn:comhar:not-found")
        assert refused.json["title"] == "This action is not in the list."
        assert "those done in the last 90 days" in refused.json["next"]
        assert "agree on a new one" in refused.json["next"]
    assert region.ask(region.chair, "GET", f"{LIST}/{late}/edit").status == 404
    assert stored_actions(raw_items(region.cloud))[late]["done_on"] == "2027-01-11"


def test_the_page_that_refuses_an_old_one_says_it_in_words(region: Region):
    action = add(region)
    region.done(region.ann, f"{LIST}/{action}/done")
    region.at(2027, 6, 1, 9)
    bearer = region.cloud.session(region.ann)
    answer = region.cloud.call("POST", f"{LIST}/{action}/undo", form={}, bearer=bearer, html=True)
    page = Page(answer.text)
    assert (answer.status, page.faults()) == (404, [])
    assert "This action is not in the list." in page.text
    assert "One that was done before that cannot be changed any more" in page.text


def test_marked_as_done_twice_it_is_done_on_the_first_day(region: Region):
    action = add(region)
    region.done(region.ann, f"{LIST}/{action}/done")
    region.at(2027, 2, 1, 9)
    region.done(region.chair, f"{LIST}/{action}/done")
    assert stored_actions(raw_items(region.cloud))[action]["done_on"] == "2027-01-11"


# What a quarter counts


def test_a_quarter_counts_what_was_opened_and_what_is_done_by_then(region: Region):
    action = add(region)
    assert count_of_quarter("2027-Q1") == {"OPENED": 1, "DONE": 0}
    region.done(region.ann, f"{LIST}/{action}/done")
    assert count_of_quarter("2027-Q1") == {"OPENED": 1, "DONE": 1}
    region.at(2027, 4, 1, 9)
    region.done(region.ann, f"{LIST}/{action}/undo")
    assert count_of_quarter("2027-Q1") == {"OPENED": 1, "DONE": 0}
    region.done(region.ann, f"{LIST}/{action}/carry", {"by": "2027-05-03"})
    region.done(region.ann, f"{LIST}/{action}/done")
    assert count_of_quarter("2027-Q1") == {"OPENED": 1, "DONE": 0}
    assert count_of_quarter("2027-Q2") == {"OPENED": 0, "DONE": 1}


def test_the_last_evening_of_a_quarter_in_dublin_belongs_to_it(region: Region):
    region.at(2027, 6, 30, 22, 30)  # half past eleven in Dublin
    action = add(region, by="2027-09-10")
    region.at(2027, 6, 30, 23, 30)
    region.done(region.ann, f"{LIST}/{action}/done")
    assert count_of_quarter("2027-Q2") == {"OPENED": 1, "DONE": 0}
    assert count_of_quarter("2027-Q3") == {"OPENED": 0, "DONE": 1}


def test_a_meeting_that_is_closed_again_counts_its_actions_once(region: Region):
    meeting = region.meeting()
    region.at(2027, 2, 18, 12)
    body = {"attended": [], "actions": [BISCUITS | {"who": region.ann.id}]}
    region.done(region.chair, f"{meeting}/close", body)
    (action,), _ = listed(region)
    region.done(region.ann, f"{LIST}/{action}/done")
    region.done(region.chair, f"{meeting}/reopen", {"reason": "A mistake"})
    form = region.ask(region.chair, "GET", f"{meeting}/close").json
    assert [each["id"] for each in form["recorded"]] == [action]
    assert form["earlier"] == []
    again = body | {"actions": [*body["actions"], BISCUITS | {"what": "Bake", "who": "Ben"}]}
    assert region.done(region.chair, f"{meeting}/close", again)["actions"] == 1
    assert count_of_quarter("2027-Q1") == {"OPENED": 2, "DONE": 1}
    record = region.ask(region.chair, "GET", f"{meeting}/record").json
    assert sorted(each["what"] for each in record["actions"]) == ["Bake", "Bring biscuits"]
    stored_actions(raw_items(region.cloud))


# A close of very many


@pytest.fixture
@built_once
def many(region: Region) -> str:
    """A meeting to close, after one that agreed on forty actions of Ann's."""
    first = region.meeting()
    region.at(2027, 2, 18, 12)
    actions = [{"what": f"No {n}", "who": region.ann.id, "by": "2027-03-01"} for n in range(40)]
    region.done(region.chair, f"{first}/close", {"attended": [], "actions": actions})
    region.cloud.post_letters()
    following = region.meeting(starts_at="2027-03-18T10:00")
    region.at(2027, 3, 18, 12)
    return following


def test_forty_actions_are_agreed_on_at_once_and_filed_within_the_minute(region: Region, many: str):
    assert len(stored_actions(raw_items(region.cloud))) == 40
    assert count_of_quarter("2027-Q1") == {"OPENED": 40, "DONE": 0}


def test_forty_actions_are_done_at_once_and_filed_within_the_minute(region: Region, many: str):
    opened, _ = listed(region)
    earlier = [{"id": id, "outcome": "done"} for id in opened]
    region.done(region.chair, f"{many}/close", {"attended": [], "earlier": earlier})
    assert [sorted(ids) for ids in listed(region)] == [[], sorted(opened)]
    assert region.ask(region.ann, "GET", "/me").json["actions"] == []
    region.done(region.ann, f"{LIST}/{opened[0]}/undo")  # before it is filed
    region.cloud.post_letters()
    assert [sorted(ids) for ids in listed(region)] == [opened[:1], sorted(opened[1:])]
    assert len(stored_actions(raw_items(region.cloud))) == 40
    assert count_of_quarter("2027-Q1") == {"OPENED": 40, "DONE": 39}


# After years


def remember(region: Region, years: int) -> str:
    """Three actions done a quarter for so many years, all of one meeting's agreeing; then the clock stands
    on 1 February 2027. The path of a meeting that was closed, with three actions of which two are done."""
    table = wiring.table()
    rules = meetings_repository.get_rules(table, wiring.settings())
    now = region.cloud.now
    for quarter in range(4 * years):
        for n in range(3):
            at = now - timedelta(days=200 + 91 * quarter, hours=n)
            facts = {"what": f"Ring {n}", "who": "Ben", "by": at.date(), "meeting": f"SW-{quarter}"}
            action = action_repository.new_action("SW", at, **facts)
            table.transact(action_repository.insert_action_writes(action, rules, at))
            table.transact(
                action_repository.update_action_writes(action, action.end(at), rules, at)
            )
    meeting = region.meeting(starts_at="2027-01-20T10:00")
    region.at(2027, 1, 20, 12)
    agreed = [BISCUITS | {"what": what, "who": region.ann.id} for what in ("Bake", "Ring", "Sing")]
    attended = [region.ann.id, region.ben.id]
    body = {"attended": attended, "actions": agreed, "next_lead": region.ben.id}
    region.done(region.chair, f"{meeting}/close", body)
    for action in listed(region)[0][:2]:
        region.done(region.ann, f"{LIST}/{action}/done")
    region.at(2027, 2, 1, 9)
    return meeting


def read_by(region: Region, path: str) -> tuple[int, int]:
    """How many calls a page takes, and how many items they read."""
    bearer = region.cloud.session(region.chair)
    with count_reads(region.cloud) as reads:
        answer = region.cloud.call("GET", path, bearer=bearer, html=True)
    assert answer.status == 200, answer.text
    return reads.calls, reads.items


def read_by_pages(region: Region, years: int) -> dict[str, tuple[int, int]]:
    """What each page reads that shows actions, after so many years."""
    meeting = remember(region, years)
    coming = region.meeting(starts_at="2027-02-18T10:00")
    paths = {"actions": LIST, "record": f"{meeting}/record", "agenda": f"{coming}/agenda"}
    read = {page: read_by(region, path) for page, path in paths.items()}
    region.at(2027, 2, 18, 12)
    return read | {"close": read_by(region, f"{coming}/close")}


def test_pages_read_the_same_after_ten_years_of_actions_as_after_one(shared: Cloud):
    after_one, after_ten = (
        read_by_pages(build_region(snapshots.empty(shared), "SW"), years) for years in (1, 10)
    )
    assert after_ten == after_one
    calls = {page: calls for page, (calls, _) in after_ten.items()}
    assert calls == {
        "actions": 2,
        "record": 3,
        "agenda": 3,
        "close": 4,
    }  # of a close the answers too
    assert after_ten["actions"] == (2, 3)


def test_a_record_names_who_was_there_whatever_the_register(region: Region):
    meeting = remember(region, 1)
    before = read_by(region, f"{meeting}/record")
    for _ in range(30):
        region.cloud.member(region="SW")
    assert read_by(region, f"{meeting}/record") == before
    record = region.ask(region.chair, "GET", f"{meeting}/record").json
    assert record["attended"] == ["Ann", "Ben"]
    assert record["next_lead"] == "Ben"
    assert [each["done_on"] is None for each in record["actions"]].count(True) == 1


def test_who_was_there_and_moved_to_another_region_is_not_named(region: Region):
    meeting = remember(region, 1)
    region.done(OFFICE, f"/members/{region.ann.id}/move", {"region": "MW"})
    record = region.ask(region.chair, "GET", f"{meeting}/record").json
    assert record["attended"] == ["Ben", "A former member"]


# Whatever people do


class Diary:
    """What actions there are by all that people did, kept beside what is stored."""

    def __init__(self, region: Region, seed: int) -> None:
        self.region, self.random = region, Random(seed)
        self.open: list[str] = []
        self.done: dict[str, date] = {}
        self.meetings: dict[str, list[str]] = {}
        self.opened: list[Quarter] = []
        self.count = 0

    @property
    def today(self) -> date:
        return self.region.cloud.now.date()

    def listed_done(self) -> list[str]:
        since = self.today - timedelta(days=90)
        return [id for id, day in self.done.items() if day >= since]

    def agree(self) -> dict[str, str]:
        self.count += 1
        who = self.random.choice([self.region.ann.id, self.region.ben.id])
        by = (self.today + timedelta(days=self.random.randrange(60))).isoformat()
        return {"what": f"No {self.count}", "who": who, "by": by}

    def add(self) -> None:
        form = self.agree()
        made = {self.region.done(OFFICE, LIST, form)["action"] for _ in range(2)}
        self.note_new(made)

    def note_new(self, ids: set[str]) -> None:
        self.open += sorted(ids)
        self.opened += [Quarter.of(self.today)] * len(ids)

    def end(self) -> None:
        if self.open:
            action = self.open.pop(self.random.randrange(len(self.open)))
            self.region.done(OFFICE, f"{LIST}/{action}/done")
            self.done[action] = self.today

    def undo(self) -> None:
        if self.done:
            action = self.random.choice([*self.done])
            answer = self.region.ask(OFFICE, "POST", f"{LIST}/{action}/undo")
            assert answer.status == (200 if action in self.listed_done() else 404)
            if answer.status == 200:
                del self.done[action]
                self.open.append(action)

    def carry(self) -> None:
        if self.open:
            by = (self.today + timedelta(days=self.random.randrange(60))).isoformat()
            path = f"{LIST}/{self.random.choice(self.open)}/carry"
            self.region.done(OFFICE, path, {"by": by})

    def edit(self) -> None:
        if self.open:
            path = f"{LIST}/{self.random.choice(self.open)}/edit"
            revision = self.region.ask(OFFICE, "GET", path).json["revision"]
            self.region.done(OFFICE, path, self.agree() | {"revision": revision})

    def meet(self) -> None:
        """A meeting that is closed; some are reopened, and closed again with one action more."""
        starts_at = (self.today + timedelta(days=9)).isoformat()
        form = FORM | {"starts_at": f"{starts_at}T10:00"}
        id = self.region.done(OFFICE, "/communities/SW/meetings", form)["id"]
        meeting = f"/meetings/{id}"
        self.pass_days(10)
        earlier = [
            {"id": action, "outcome": self.random.choice(["done", "leave"])}
            for action in self.open[: self.random.choice([2, 30])]
        ]
        body = {"attended": [], "actions": [self.agree() for _ in range(self.random.randrange(4))]}
        self.close(meeting, body | {"earlier": earlier})
        for each in earlier:
            if each["outcome"] == "done":
                self.open.remove(each["id"])
                self.done[each["id"]] = self.today
        if self.random.random() < 0.4:
            self.pass_days(self.random.randrange(3))
            self.end()
            self.region.done(OFFICE, f"{meeting}/reopen", {"reason": "Again"})
            self.close(meeting, body | {"actions": [*body["actions"], self.agree()]})

    def close(self, meeting: str, body: dict[str, Any]) -> None:
        before = {*self.open, *self.done}
        self.region.done(OFFICE, f"{meeting}/close", body)
        opened, done = listed(self.region)
        new = {*opened, *done} - before
        self.note_new(new)
        self.meetings[meeting] = [*self.meetings.get(meeting, []), *sorted(new)]

    def pass_days(self, days: int) -> None:
        self.region.cloud.now += timedelta(days=days)
        self.region.cloud.post_letters()

    def wait(self) -> None:
        self.pass_days(self.random.choice([1, 5, 40]))

    def check(self) -> None:
        opened, done = listed(self.region)
        assert (sorted(opened), sorted(done)) == (sorted(self.open), sorted(self.listed_done()))


@pytest.mark.parametrize("seed", range(sized(2, 6)))
def test_in_any_order_nothing_is_lost_and_nothing_twice(region: Region, seed: int):
    region.cloud.now = datetime(2027, 1, 11, 10, tzinfo=UTC)
    diary = Diary(region, seed)
    steps = [diary.add, diary.end, diary.undo, diary.carry, diary.edit, diary.wait, diary.meet]
    for _ in range(STEPS):
        diary.random.choice(steps)()
        diary.check()
    region.cloud.post_letters()
    stored = stored_actions(raw_items(region.cloud))
    assert {id for id, each in stored.items() if "done_on" not in each} == {*diary.open}
    assert {id: each["done_on"] for id, each in stored.items() if "done_on" in each} == {
        id: day.isoformat() for id, day in diary.done.items()
    }
    for quarter in {*diary.opened}:
        done = [Quarter.of(day) for day in diary.done.values()].count(quarter)
        counts = {"OPENED": diary.opened.count(quarter), "DONE": done}
        assert count_of_quarter(str(quarter)) == counts
    for meeting, ids in diary.meetings.items():
        record = region.ask(OFFICE, "GET", f"{meeting}/record").json
        assert sorted(each["id"] for each in record["actions"]) == sorted(ids)
    assert len(diary.meetings) > 2 and len(diary.done) > 5
