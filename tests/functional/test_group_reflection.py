"""What a group writes in a meeting: who writes it and when, who reads it, that nothing leaks or is lost."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Put, Write
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.dates.quarters import Quarter
from comhar.meetings.day.repository import scribe_key
from comhar.membership.model import Member
from comhar.reflections import addition_items
from comhar.reflections.group import MOST_ADDITIONS
from comhar.reflections.keys import group_key
from comhar.reflections.model import STEPS
from comhar.reports.source_repository import map_regions
from tests.support import fake_aws
from tests.support.cloud import Cloud
from tests.support.sample_community import text
from tests.support.sample_region import OFFICE, THURSDAY, Region
from tests.support.snapshots import built_once

CANARY = "dipper-6140"
START = datetime(2027, 2, 18, 10, tzinfo=UTC)
WORDS = {step: f"{step} {CANARY} – Ó Súilleabháin 😔\n漢字" for step in STEPS}


@pytest.fixture
@built_once
def here(region: Region) -> str:
    """The reflection of a meeting that begins now."""
    path = region.meeting(mode="online")
    region.cloud.now = START
    return f"{path}/reflection"


def meeting_of(here: str) -> str:
    return here.split("/")[2]


def write(region: Region, here: str, *steps: str, who: Member | None = None) -> None:
    for step in steps or STEPS:
        region.done(who or region.chair, f"{here}/{step}", {"text": WORDS[step]})


def share(region: Region, here: str) -> str:
    """The path of what was written and shared."""
    write(region, here)
    shared = region.done(region.chair, f"{here}/share", {"revision": len(STEPS)})
    return f"/reflections/{shared['id']}"


def page(region: Region, who: Member, path: str, **form: str) -> Any:
    """A page as a browser gets it, or what a form sent with these fields leads to."""
    bearer = region.cloud.session(who)
    method = "POST" if form else "GET"
    return region.cloud.call(method, path, form=form or None, bearer=bearer, html=True)


def everything(cloud: Cloud) -> str:
    """All that the tables hold, as it is stored."""
    client = fake_aws.client("dynamodb")
    names = [table.name for table in cloud.template.tables.values()]
    found = [client.scan(TableName=name)["Items"] for name in names]
    return json.dumps(found, ensure_ascii=False, default=lambda raw: raw.decode("latin-1"))


def named_scribe(region: Region, here: str, member: Member) -> None:
    pk, sk = scribe_key(meeting_of(here))
    wiring.table().transact([Put({"pk": pk, "sk": sk, "member": member.id})])


# Refusals


def test_who_neither_leads_nor_is_the_scribe_does_not_write(region: Region, here: str) -> None:
    write(region, here, "description")
    bodies = {"feelings": {"text": "x"}, "share": {"revision": 1}, "delete": None}
    bearers = [region.cloud.session(who) for who in (region.ann, region.stranger, OFFICE)]
    before = region.cloud.stored()
    for bearer in bearers:
        for rest, body in bodies.items():
            for method, sent in (("GET", None), ("POST", body)):
                answer = region.cloud.call(method, f"{here}/{rest}", sent, bearer=bearer)
                assert (answer.status, CANARY in answer.text) == (403, False)
    assert region.cloud.stored() == before
    seen = region.ask(region.ann, "GET", here)
    assert (seen.status, seen.json["may_write"], CANARY in seen.text) == (200, False, False)


def test_who_is_not_confirmed_sees_nothing_and_adds_nothing(region: Region, here: str) -> None:
    newcomer = region.cloud.member(confirmed=False)
    named_scribe(region, here, newcomer)
    path = share(region, here)
    for who in (newcomer, region.stranger, OFFICE):
        assert region.ask(who, "GET", here).status == 403
        assert region.ask(who, "GET", path).status == 404
        assert region.ask(who, "POST", f"{path}/additions", {"text": "x"}).status in (403, 404)
    assert region.ask(region.ann, "GET", path).json["additions"] == []


def test_a_national_meeting_has_none_and_a_cancelled_one_neither(region: Region) -> None:
    national = region.done(OFFICE, "/national/meetings", {"starts_at": THURSDAY, "mode": "online"})
    cancelled = region.meeting(mode="online")
    region.done(region.chair, f"{cancelled}/cancel", {"reason": "Snow"})
    region.cloud.now = START
    for path in (f"/meetings/{national['id']}", cancelled):
        for rest in ("", "/feelings", "/share", "/delete"):
            answer = region.ask(region.chair, "GET", f"{path}/reflection{rest}")
            assert answer.status == 409, answer
    answer = region.ask(region.chair, "GET", f"/meetings/{national['id']}/reflection")
    assert "no reflection of the group" in answer.text


def test_it_opens_an_hour_before_and_ends_a_week_after_the_close(region: Region, here: str) -> None:
    step = f"{here}/feelings"
    region.cloud.now = START - timedelta(minutes=61)
    early = region.ask(region.chair, "POST", step, {"text": "x"})
    assert early.status == 409 and "Thursday 18 February 2027, 9am" in early.text
    assert "from an hour before" in page(region, region.chair, here).text
    region.cloud.now = START - timedelta(minutes=60)
    region.done(region.chair, step, {"text": "x"})
    region.cloud.now = closed = START + timedelta(days=2)
    region.done(region.chair, here.replace("reflection", "close"), {"attended": []})
    region.cloud.now = closed + timedelta(days=7)
    region.done(region.chair, step, {"text": "y", "revision": 1})
    region.cloud.now += timedelta(seconds=1)
    over = region.ask(region.chair, "POST", step, {"text": "z", "revision": 2})
    assert (over.status, over.json["type"]) == (409, "urn:comhar:writing-over")
    assert "It could be written until" in page(region, region.chair, here).text


def test_a_step_left_blank_is_asked_for_and_there_are_six(region: Region, here: str) -> None:
    answer = page(region, region.chair, f"{here}/feelings", text="", go="on", revision="0")
    assert answer.status == 422 and 'href="#text"' in answer.text
    for odd in ("title", "REVIEW", "review", "é"):
        assert region.ask(region.chair, "GET", f"{here}/{odd}").status == 404
        assert region.ask(region.chair, "POST", f"{here}/{odd}", {"text": "x"}).status == 404
    assert region.ask(region.chair, "GET", f"{here}/share").status == 409
    assert region.ask(region.chair, "POST", f"{here}/delete").status == 409


def test_two_scribes_of_one_step_lose_neither_text(region: Region, here: str) -> None:
    write(region, here, "feelings")
    other = page(
        region, region.other_chair, f"{here}/feelings", text="mine, too", go="on", revision="0"
    )
    assert other.status == 409
    page_text = unescape(other.text)
    assert "Text in the row now" in page_text and WORDS["feelings"] in page_text
    assert "mine, too" in page_text and "Somebody else saved this step" in page_text
    revision = re.search(r'name="revision" value="(\d+)"', page_text)
    assert revision is not None
    again = page(
        region, region.other_chair, f"{here}/feelings", text="both", go="on", revision=revision[1]
    )
    assert again.status == 303
    found = region.ask(region.chair, "GET", f"{here}/feelings").json
    assert (found["text"], found["revision"]) == ("both", 2)


def test_two_scribes_of_two_steps_do_not_meet(region: Region, here: str) -> None:
    write(region, here, "feelings")
    write(region, here, "analysis", who=region.other_chair)
    written = region.ask(region.chair, "GET", here).json["steps"]
    assert [each["step"] for each in written if each["written"]] == ["feelings", "analysis"]


def test_it_is_not_shared_with_a_step_missing_or_changed_since_it_was_read(
    region: Region, here: str
) -> None:
    write(region, here, *STEPS[:5])
    answer = region.ask(region.chair, "POST", f"{here}/share", {"revision": 5})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "action_plan")
    assert "Share it with the community" not in page(region, region.chair, f"{here}/share").text
    write(region, here, "action_plan")
    stale = region.ask(region.chair, "POST", f"{here}/share", {"revision": 5})
    assert (stale.status, stale.json["type"]) == (409, "urn:comhar:group-changed-meanwhile")
    assert region.ask(region.ann, "GET", here).json["reflection"] is None
    region.done(region.chair, f"{here}/share", {"revision": 6})
    for path, body in ((f"{here}/share", {"revision": 6}), (f"{here}/feelings", {"text": "x"})):
        again = region.ask(region.chair, "POST", path, body)
        assert (again.status, again.json["type"]) == (409, "urn:comhar:shared-already")


# Writing and sharing


def test_six_pages_lead_through_and_back_keeps_what_was_saved(region: Region, here: str) -> None:
    named_scribe(region, here, region.ann)
    assert "Begin" in page(region, region.ann, here).text
    where = f"{here}/description"
    for number, step in enumerate(STEPS, start=1):
        assert where == f"{here}/{step}"
        shown_page = page(region, region.ann, where)
        assert f"Step {number} of 6" in shown_page.text and "/help" in shown_page.text
        assert "whose experience" in shown_page.text and "See an example" in shown_page.text
        sent = page(region, region.ann, where, text=WORDS[step], go="on", revision="0")
        assert sent.status == 303
        where = sent.headers["Location"]
    assert where == f"{here}/share"
    back = page(region, region.ann, f"{here}/feelings", text="changed", go="back", revision="1")
    assert back.headers["Location"] == f"{here}/description"
    stopped = page(region, region.ann, f"{here}/feelings", text="again", go="later", revision="2")
    assert stopped.headers["Location"] == f"{here}?done=group_draft"
    assert region.ask(region.chair, "GET", f"{here}/feelings").json["text"] == "again"


def test_the_page_says_who_will_read_it_before_it_is_shared(region: Region, here: str) -> None:
    region.cloud.member(role="area_lead_for_engagement")
    write(region, here)
    shown_page = " ".join(unescape(page(region, region.chair, f"{here}/share").text).split())
    people = region.ask(region.chair, "GET", f"{here}/share").json["readers"]["people"]
    assert (
        f"If you share it, {people} other confirmed members of the South West community"
        in shown_page
    )
    assert (
        "Area Lead for Engagement: " in shown_page
        and "Area Leads for Engagement included" in shown_page
    )


def test_what_is_shared_is_the_groups_and_comes_back_exactly(region: Region, here: str) -> None:
    path = share(region, here)
    found = region.ask(region.ann, "GET", path)
    assert {step: found.json[step] for step in STEPS} == WORDS
    assert found.json["by"] == {"name": "the group", "role": None}
    assert (found.json["group"], found.json["mine"]) == (True, False)
    assert found.json["meeting"] == meeting_of(here)
    assert region.chair.name not in found.text and region.chair.id not in found.text
    assert "Reflection by the group" in page(region, region.ann, path).text
    made, bearer = path.rpartition("/")[2], region.cloud.session(region.ann)
    listed = region.cloud.call("GET", "/reflections", query={"region": "SW"}, bearer=bearer).json
    assert made in [each["id"] for each in listed["reflections"]]
    assert region.ask(region.ann, "GET", here).json["reflection"] == made
    row = wiring.table().get(("REGION#SW", f"REFLECTION#{made}"))
    assert row is not None and region.chair.id not in str(row)
    for verb in ("withdraw", "delete"):
        assert region.ask(region.chair, "POST", f"{path}/{verb}").status == 404


def test_it_counts_once_as_one_author(region: Region, here: str) -> None:
    quarter = Quarter.of(START.date())
    before = counted(quarter)
    share(region, here)
    assert [now - then for now, then in zip(counted(quarter), before, strict=True)] == [1, 1]


def counted(quarter: Quarter) -> tuple[int, int]:
    """How many reflections the report of the region would tell of, and how many stand for an author."""
    rows = map_regions(wiring.table(), quarter, lambda rows: rows)["SW"].reflections
    return len(rows), sum(row.first_of_quarter for row in rows)


# Adding to the action plan


def test_all_may_add_in_their_names_and_take_their_own_back(region: Region, here: str) -> None:
    path = share(region, here)
    for who, line in ((region.ann, f"Ask <three> groups {CANARY}"), (region.ben, "Write it up")):
        assert (
            page(region, who, f"{path}/additions", text=line).headers["Location"]
            == f"{path}?done=added"
        )
        page(region, who, f"{path}/additions", text=line)  # sent twice
        region.cloud.now += timedelta(seconds=1)
    found = region.ask(region.cian, "GET", path).json["additions"]
    assert [(each["name"], each["mine"]) for each in found] == [("Ann", False), ("Ben", False)]
    shown_page = page(region, region.ann, path).text
    assert "Ask &lt;three&gt; groups" in shown_page and "Write it up" in shown_page
    assert shown_page.count("Take it back") == 1
    anns = f"{path}/additions/{found[0]['id']}/withdraw"
    assert region.ask(region.ben, "POST", anns).status == 404
    assert region.ask(region.chair, "POST", anns).status == 404
    region.done(region.ann, anns)
    assert region.ask(region.ann, "POST", anns).status == 404
    assert [each["name"] for each in region.ask(region.ann, "GET", path).json["additions"]] == [
        "Ben"
    ]


def test_only_a_shared_reflection_takes_additions_and_not_without_end(
    region: Region, here: str
) -> None:
    own = region.done(region.ann, "/reflections", WORDS | {"visibility": "counted"})["id"]
    for odd in (own, "SW-unknown", "SW-" + "é" * 100):
        assert (
            region.ask(region.ben, "POST", f"/reflections/{odd}/additions", {"text": "x"}).status
            == 404
        )
    path = share(region, here)
    assert region.ask(region.ben, "POST", f"{path}/additions", {"text": "x" * 501}).status == 422
    for number in range(MOST_ADDITIONS):
        region.done(region.ben, f"{path}/additions", {"text": str(number)})
    full = region.ask(region.ann, "POST", f"{path}/additions", {"text": "one more"})
    assert (full.status, full.json["type"]) == (409, "urn:comhar:enough-added")
    region.done(region.chair, f"{here}/delete")
    assert region.ask(region.ann, "GET", path).status == 404


# Taking it back


def test_who_leads_takes_it_back_and_no_text_is_left(region: Region, here: str) -> None:
    before = wiring.table().query("REGION#SW", "REFLECTION#").items
    path = share(region, here)
    region.done(region.ann, f"{path}/additions", {"text": f"Ask {CANARY}"})
    named_scribe(region, here, region.ben)
    assert region.ask(region.ben, "POST", f"{here}/delete").status == 403
    region.cloud.now += timedelta(days=7)
    assert "cannot be undone" in page(region, region.chair, f"{here}/delete").text
    region.done(region.other_chair, f"{here}/delete")
    table = wiring.table()
    assert table.query("REGION#SW", "REFLECTION#").items == before
    assert added(path) == []
    assert table.query(f"MEMBER#{region.ann.id}", "ADDITION#").items == []
    assert table.get(group_key(meeting_of(here))) is None
    for who in (region.ann, region.chair):
        assert region.ask(who, "GET", path).status == 404
    assert region.ask(region.ann, "GET", here).json["reflection"] is None


def test_who_adds_while_it_is_taken_back_leaves_nothing_behind(
    region: Region, here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = share(region, here)
    found, late = addition_items.delete_writes, [region.cloud.session(region.ann)]

    def meanwhile(table: Table, reflection: str) -> list[Write]:
        deletes = found(table, reflection)
        if late:
            line = {"text": f"Ask {CANARY}"}
            sent = region.cloud.call("POST", f"{path}/additions", line, bearer=late.pop())
            assert sent.status == 201
        return deletes

    monkeypatch.setattr(addition_items, "delete_writes", meanwhile)
    region.done(region.chair, f"{here}/delete")
    assert added(path) == [] and not late
    assert wiring.table().query(f"MEMBER#{region.ann.id}", "ADDITION#").items == []


def test_the_co_chairs_take_it_back_however_long_ago_it_was_shared(
    region: Region, here: str
) -> None:
    path = share(region, here)
    region.done(region.chair, here.replace("reflection", "close"), {"attended": []})
    region.cloud.now += timedelta(days=400)
    leading = [region.chair.id, region.other_chair.id]
    region.done(OFFICE, "/communities/SW/chairs", {"members": leading})  # for another term
    region.done(region.ann, f"{path}/additions", {"text": f"Ask {CANARY}"})
    for who in (region.ann, region.stranger, OFFICE):
        assert region.ask(who, "POST", f"{here}/delete").status == 403
    assert "Take it back" in page(region, region.other_chair, here).text
    confirmation = page(region, region.other_chair, f"{here}/delete").text
    assert (
        "cannot be undone" in confirmation
        and "until" not in confirmation.partition("<h1")[2].partition("</form>")[0]
    )
    region.done(region.other_chair, f"{here}/delete")
    assert added(path) == [] and region.ask(region.ann, "GET", path).status == 404
    lines = wiring.table().query(f"SUBJECT#{meeting_of(here)}", table="audit").items
    assert [each["who"] for each in lines if each["what"] == "delete_group_reflection"] == [
        region.other_chair.audit_id
    ]


def test_a_draft_can_be_deleted_and_begun_anew(region: Region, here: str) -> None:
    write(region, here, "feelings")
    region.done(region.chair, f"{here}/delete")
    assert wiring.table().get(group_key(meeting_of(here))) is None
    write(region, here, "feelings")


def expiry(region: Region, here: str) -> datetime:
    """When the draft is deleted; its page says the same."""
    item = wiring.table().get(group_key(meeting_of(here)))
    assert item is not None
    at = datetime.fromtimestamp(int(item["expires"]), UTC)
    assert region.ask(region.chair, "GET", here).json["deleted_at"] == stamp(at)
    return at


def close(region: Region, here: str) -> None:
    region.done(region.chair, here.replace("reflection", "close"), {"attended": []})


def test_a_draft_nobody_shares_is_kept_as_long_as_its_page_says_however_late_the_close(
    region: Region, here: str
) -> None:
    write(region, here)
    until = expiry(region, here)
    assert until == START + timedelta(days=37)
    region.cloud.now = closed = START + timedelta(days=29)
    close(region, here)
    assert expiry(region, here) == until
    region.cloud.now = closed + timedelta(days=7)
    assert region.ask(region.chair, "GET", f"{here}/feelings").json["text"] == WORDS["feelings"]
    region.done(region.chair, f"{here}/share", {"revision": len(STEPS)})


def test_a_draft_whose_time_is_over_is_gone_though_it_lies_there(region: Region, here: str) -> None:
    write(region, here)
    until = expiry(region, here)
    region.cloud.now = until - timedelta(days=7, seconds=-1)
    assert (
        region.ask(region.chair, "GET", f"{here}/feelings").status == 409
    )  # who does not close it
    region.cloud.now = closed = until - timedelta(days=1)
    close(region, here)
    assert expiry(region, here) == until
    assert region.ask(region.chair, "GET", f"{here}/feelings").json["text"] == WORDS["feelings"]
    region.cloud.now = until  # DynamoDB has not deleted it yet
    assert region.ask(region.chair, "GET", f"{here}/feelings").json["text"] == ""
    assert region.ask(region.chair, "GET", f"{here}/share").status == 409
    write(region, here, "feelings")
    item = wiring.table().get(group_key(meeting_of(here)))
    assert item is not None and "part_analysis" not in item
    assert expiry(region, here) == closed + timedelta(days=7)


def test_what_is_written_after_a_late_close_is_kept_a_week_from_then(
    region: Region, here: str
) -> None:
    write(region, here, "feelings")
    region.cloud.now = closed = START + timedelta(days=33)
    close(region, here)
    region.done(region.chair, f"{here}/analysis", {"text": "More"})
    assert expiry(region, here) == closed + timedelta(days=7)
    region.cloud.now = closed + timedelta(days=6)
    assert region.ask(region.chair, "GET", f"{here}/feelings").json["text"] == WORDS["feelings"]


# Privacy


def test_the_words_lie_nowhere_in_the_clear_and_go_with_no_letter(
    region: Region, here: str, capfd: pytest.CaptureFixture[str]
) -> None:
    write(region, here)
    assert CANARY not in everything(region.cloud)
    shared = region.done(region.chair, f"{here}/share", {"revision": len(STEPS)})
    region.done(region.ann, f"/reflections/{shared['id']}/additions", {"text": f"Ask {CANARY}"})
    region.done(region.chair, here.replace("reflection", "close"), {"attended": [region.ann.id]})
    assert CANARY not in everything(region.cloud)
    assert CANARY not in "".join(region.cloud.post_letters())
    for rest in ("", "/record"):
        for who in (region.chair, region.ann, OFFICE):
            answer = region.ask(who, "GET", here.replace("/reflection", rest))
            assert answer.status == 200 and CANARY not in answer.text
    out, err = capfd.readouterr()
    assert CANARY not in out + err


def test_what_was_sealed_for_one_meeting_does_not_open_in_another(
    region: Region, here: str
) -> None:
    write(region, here, "feelings")
    other = region.meeting(mode="online", starts_at="2027-02-18T11:00")
    item = wiring.table().get(group_key(meeting_of(here)))
    pk, sk = group_key(other.rpartition("/")[2])
    wiring.table().transact([Put({**(item or {}), "pk": pk, "sk": sk})])
    answer = region.ask(region.chair, "GET", f"{other}/reflection/feelings")
    assert answer.status == 500 and CANARY not in answer.text


def test_who_is_erased_leaves_no_line_and_who_asks_gets_theirs(region: Region, here: str) -> None:
    path = share(region, here)
    for who in (region.ann, region.ben):
        region.done(who, f"{path}/additions", {"text": f"{who.name} asks {CANARY}"})
    stored = region.ask(region.ann, "GET", "/me/data.json").json["additions"]
    assert [each["text"] for each in stored] == [f"Ann asks {CANARY}"]
    erased(region, region.ann)
    left = region.ask(region.cian, "GET", path).json["additions"]
    assert [each["name"] for each in left] == ["Ben"]
    assert region.ann.id not in str(added(path))


def added(path: str) -> list[Any]:
    """What is stored of a reflection's additions."""
    return wiring.table().query(f"REFLECTION#{path.rpartition('/')[2]}").items


def erased(region: Region, member: Member) -> None:
    """Asks for everything to be deleted, confirms it, and waits until it is done."""
    assert region.ask(member, "POST", "/me/erase").status == 202
    token = re.findall(r"/erase/([\w-]{20,})", text(region.cloud))[-1]
    assert region.cloud.call("POST", f"/erase/{token}").status == 200
    region.cloud.now += timedelta(days=7)
    region.cloud.post_letters()
