"""Erase me: asked for, confirmed by letter, undone for seven days, then final and found nowhere."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.address_digests import address_digest, claim_digests, unkeyed_digests
from comhar.aws.conditions import Delete, Put, Update
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.dates.quarters import Quarter
from comhar.erasure import jobs as erasure_jobs
from comhar.erasure import repository as erasure_repository
from comhar.meetings.day import personal_data as day_personal_data
from comhar.membership import follow_up_work
from comhar.membership import personal_data as membership_personal_data
from comhar.membership import repository as membership_repository
from comhar.membership.model import ErasedPerson, Member
from comhar.reports import figures as reports_figures
from comhar.reports import service as reports_service
from comhar.tokens import digest, keyed_digest
from tests.support import cloud as clouds
from tests.support import fake_aws, office_mail, sample_community, stored_members
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.sample_region import MONDAY, OFFICE, Region, build_region

pytestmark = pytest.mark.xdist_group("erasure")
NAME = "Gobnait Ní Fhloinn-Mac Giolla"
CANARY = "kestrel-5527"
WORDS = {step: f"{step} {CANARY}" for step in sample_community.SIX}


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    emptied.now = MONDAY
    return emptied


def link(cloud: Cloud, kind: str) -> str:
    """The path of the newest letter's link of that kind."""
    return re.findall(rf"/{kind}/[\w-]{{20,}}", sample_community.text(cloud))[-1]


def ask_to_be_erased(cloud: Cloud, member: Member) -> str:
    """The path of the link by which the member confirms it."""
    answer = cloud.call("POST", "/me/erase", bearer=cloud.session(member))
    assert answer.status == 202, answer
    return link(cloud, "erase")


def erasing(cloud: Cloud, member: Member) -> GatewayResponse:
    answer = cloud.call("POST", ask_to_be_erased(cloud, member))
    assert answer.status == 200, answer
    return answer


def later(cloud: Cloud, **time: int) -> None:
    cloud.now += timedelta(**time)
    cloud.post_letters()


def status(member: Member) -> str | None:
    found = stored_members.find_member(member.id)
    return found.status if found else None


def active(cloud: Cloud, **about: Any) -> Member:
    periods = ({"from": "2027-01-01", "until": None, "region": "SW"},)
    return cloud.member(periods=periods, **about)


# What is refused


def test_it_is_said_when_something_is_deleted_and_what_stays(cloud: Cloud) -> None:
    bearer = cloud.session(active(cloud))
    for done in ("", "erase_sent"):
        answer = cloud.call("GET", "/me/erase", bearer=bearer, html=True, query={"done": done})
        page = " ".join(answer.text.split())
        assert page.count("Nothing is deleted until you press the button on the page") == 1
        for wording in ("record of emails we sent", "A fingerprint of your number. It leads to"):
            assert wording in page


def test_a_person_of_the_office_is_told_why_not(cloud: Cloud) -> None:
    bearer = cloud.session(OFFICE)
    for method in ("GET", "POST"):
        answer = cloud.call(method, "/me/erase", bearer=bearer)
        assert answer.status == 403 and "settings" in answer.json["next"]


def test_a_link_works_once_and_for_a_day(cloud: Cloud) -> None:
    member = active(cloud)
    path = ask_to_be_erased(cloud, member)
    assert cloud.call("HEAD", path).status == cloud.call("GET", path).status == 200
    assert status(member) == "active"
    old = ask_to_be_erased(cloud, member)
    cloud.now += timedelta(hours=25)
    assert cloud.call("POST", path).status == 410
    fresh = ask_to_be_erased(cloud, member)
    assert cloud.call("POST", fresh).status == 200
    assert cloud.call("POST", fresh).status == 410
    assert cloud.call("POST", old).status == 410
    assert cloud.call("POST", "/erase/" + "x" * 43).status == 410


def test_a_link_that_went_to_a_former_address_works_no_more(cloud: Cloud) -> None:
    member = active(cloud)
    path = ask_to_be_erased(cloud, member)
    bearer = cloud.session(member)
    cloud.call("POST", "/me/address", {"email": "m@hse.ie"}, bearer=bearer)
    assert cloud.call("POST", link(cloud, "me/address"), bearer=bearer).status == 200
    assert [cloud.call(method, path).status for method in ("GET", "POST")] == [410, 410]
    assert status(member) == "active"


def test_a_link_of_one_kind_is_none_of_the_other(cloud: Cloud) -> None:
    path = ask_to_be_erased(cloud, active(cloud))
    assert cloud.call("POST", path.replace("erase", "keep")).status == 410


def test_a_second_letter_is_written_once_the_first_is_ten_minutes_old(cloud: Cloud) -> None:
    bearer = cloud.session(active(cloud))
    for links, minutes in ((1, 9), (1, 1), (2, 0)):
        assert cloud.call("POST", "/me/erase", bearer=bearer).status == 202
        assert len(re.findall(r"/erase/[\w-]{20,}", sample_community.text(cloud))) == links
        cloud.now += timedelta(minutes=minutes)


def test_a_second_letter_does_not_erase_again(cloud: Cloud) -> None:
    member = active(cloud)
    one = ask_to_be_erased(cloud, member)
    later(cloud, minutes=10)
    two = ask_to_be_erased(cloud, member)
    assert cloud.call("POST", one).status == 200
    assert cloud.call("POST", two).status == 410
    assert cloud.call("GET", two).status == 200  # a scanner's look changes and tells nothing


def test_it_cannot_be_undone_once_it_is_final(cloud: Cloud) -> None:
    member = active(cloud)
    erasing(cloud, member)
    path = link(cloud, "keep")
    cloud.now += timedelta(days=7)  # the clock has not come round yet
    assert cloud.call("GET", path).status == 410
    assert cloud.call("POST", path).status == 410
    later(cloud, minutes=1)
    assert cloud.call("POST", path).status == 410
    assert status(member) is None


# What it does at once


def test_access_is_off_at_once_everywhere(cloud: Cloud) -> None:
    member = active(cloud)
    sessions = [cloud.session(member) for _ in range(60)]
    letter = erasing(cloud, member)
    assert letter.json["status"] == "erasing" and letter.json["final_at"] > "2027-01-18"
    for each in (sessions[0], sessions[-1], cloud.session(member)):
        assert cloud.call("GET", "/me", bearer=each).status == 401
    assert len(wiring.table().query(f"MEMBER#{member.id}", "SESSION#").items) == 1
    cloud.call("POST", "/sign-in", {"email": member.email})
    assert not re.findall(r"/sign-in/[\w-]{20,}", sample_community.text(cloud))


def test_letters_that_wait_are_not_sent_to_who_is_being_erased(cloud: Cloud) -> None:
    region = build_region(cloud, "MW")
    path = ask_to_be_erased(cloud, region.ann)
    region.meeting()
    cloud.call("POST", path)
    assert region.mail(region.ben, "Invitation") and not region.mail(region.ann, "Invitation")


def test_the_page_form_leads_on_signed_out(cloud: Cloud) -> None:
    path = ask_to_be_erased(cloud, active(cloud))
    answer = cloud.call("POST", path, form={}, html=True)
    assert (answer.status, answer.headers["Location"]) == (303, "/?done=erasing")
    assert "Max-Age=0" in answer.cookies[0]
    undone = cloud.call("POST", link(cloud, "keep"), form={}, html=True)
    assert undone.headers["Location"] == "/sign-in?done=stays"


# Undoing it


def test_undone_the_same_day_all_is_as_it_was(cloud: Cloud) -> None:
    member = active(cloud)
    erasing(cloud, member)
    assert cloud.call("POST", link(cloud, "keep")).json == {"status": "active"}
    back = stored_members.find_member(member.id)
    assert back == member.model_copy(update={"revision": back.revision})
    assert cloud.call("POST", link(cloud, "keep")).status == 410
    later(cloud, days=8)
    assert status(member) == "active"


def test_undone_later_the_period_goes_on_and_the_region_is_caught_up(cloud: Cloud) -> None:
    region = build_region(cloud, "DML")
    periods = ({"from": "2027-01-01", "until": None, "region": "DML"},)
    for key in (
        membership_repository.key(region.chair.id),
        membership_repository.row_key("DML", region.chair.id),
    ):
        wiring.table().transact([Update(key, set={"periods": list(periods)})])
    before = came_and_went(cloud.now)
    erasing(cloud, region.chair)
    assert came_and_went(cloud.now) != before
    later(cloud, days=2)
    region.done(region.other_chair, "/communities/DML/meetings", world_meeting())
    cloud.call("POST", link(cloud, "keep"))
    back = stored_members.find_member(region.chair.id)
    assert back and back.active and back.periods == periods and back.chair_of == ()
    assert came_and_went(cloud.now) == before
    assert len(region.mail(region.chair, "Invitation")) == 1
    result = region.ask(OFFICE, "GET", "/communities/DML").json
    assert len(result["chairs"]) == 1


def world_meeting() -> dict[str, str]:
    return {"kind": "quarterly", "starts_at": "2027-03-18T10:00", "mode": "online",
            "link": "https://example.com"}  # fmt: skip


@pytest.mark.parametrize("former", ["pending", "declined", "left", "inactive"])
def test_who_was_no_member_is_none_after_undoing_either(cloud: Cloud, former: str) -> None:
    member = cloud.member(status=former, confirmed=False, reason="A reason")
    erasing(cloud, member)
    assert cloud.call("POST", link(cloud, "keep")).json == {"status": former}
    back = stored_members.find_member(member.id)
    assert back and back.reason == "A reason"
    later(cloud, days=182)
    assert status(member) == former
    later(cloud, days=185)
    assert status(member) is None


def mail(sender: str) -> bytes:
    head = f"From: {sender}\r\nTo: comhar@example.com\r\nSubject: Hello\r\n\r\n{CANARY}\r\n"
    return f"Return-Path: <{sender}>\r\n{head}".encode()


def linked(member: Member, email: str) -> list[Put]:
    """A link of the member's that holds an address, and by what the address finds it."""
    name = digest(member.id, email)
    token = {"pk": f"TOKEN#{name}", "sk": "TOKEN", "person": member.id, "facts": {"email": email}}
    return [Put(token), Put({"pk": f"ADDRESS#{address_digest(email)}", "sk": f"LINK#{name}"})]


# When the time has come for others


def test_work_for_somebody_who_is_something_else_by_now_does_nothing(cloud: Cloud) -> None:
    member = cloud.member(status="pending", confirmed=False)
    wiring.table().transact([follow_up_work.schedule_deletion_write(member, cloud.now)])
    cloud.call("POST", f"/members/{member.id}/admit", bearer=cloud.session(OFFICE))
    later(cloud, days=184)
    assert status(member) == "active"
    assert wiring.table().get((f"FORGET#{member.id}", "FORGET")) is None


def test_an_address_that_is_another_members_by_now_is_left_alone(cloud: Cloud) -> None:
    """The address was given up, and its new owner keeps it."""
    old, new = active(cloud, status="left"), active(cloud)
    old = old.model_copy(update={"email": new.email})
    wiring.table().transact(
        [Put(membership_repository.to_item(old)), erasure_repository.restart_write(old, cloud.now)]
    )
    cloud.post_letters()
    assert status(old) is None
    assert stored_members.find_by_address(new.email) == new


def test_a_new_address_is_taken_along_though_it_was_confirmed_at_the_last_moment(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = active(cloud, status="left")
    wiring.table().transact([erasure_repository.restart_write(member, cloud.now)])
    begin, tried = erasure_jobs._begin, []

    def late(*about: Any) -> Any:
        if not tried:
            claim = Put(
                {
                    "pk": f"ADDRESS#{address_digest('new@hse.ie')}",
                    "sk": "ADDRESS",
                    "member": member.id,
                }
            )
            changed = {"email": "new@hse.ie", "revision": member.revision + 1}
            wiring.table().transact(
                [Update(membership_repository.key(member.id), set=changed), claim]
            )
        tried.append(1)
        return begin(*about)

    monkeypatch.setattr(erasure_jobs, "_begin", late)
    cloud.post_letters()
    assert status(member) == "left"
    later(cloud, minutes=6)
    assert status(member) is None
    assert wiring.table().query(f"ADDRESS#{address_digest('new@hse.ie')}").items == []


def test_mail_that_comes_in_the_last_moment_goes_too(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = active(cloud, email="gobnait@hse.ie")
    erasing(cloud, member)
    end = erasure_jobs._end_writes

    def late(*about: Any) -> Any:
        with cloud.fake_aws.acting_as(None):
            office_mail.deliver(mail("gobnait@hse.ie"), "late", cloud.now)
        return end(*about)

    monkeypatch.setattr(erasure_jobs, "_end_writes", late)
    later(cloud, days=7, minutes=1)
    assert status(member) is None
    assert found([CANARY, "gobnait@hse.ie"]) == []


def test_what_came_from_an_address_before_it_was_anothers_goes_and_the_rest_stays(
    cloud: Cloud,
) -> None:
    """`asked` is an address that somebody only asked for, and never proved: nothing there is theirs."""
    removed, new = active(cloud), active(cloud, email="team@hse.ie")
    office_mail.deliver(mail("team@hse.ie"), "before", cloud.now - timedelta(days=2))
    office_mail.deliver(mail("team@hse.ie"), "since", cloud.now)
    office_mail.deliver(mail("other@hse.ie"), "another", cloud.now)
    at = stamp(cloud.now - timedelta(days=1))
    for email, about in (("team@hse.ie", {"at": at}), ("other@hse.ie", {"asked": True})):
        note = {"pk": f"MEMBER#{removed.id}", "sk": f"ADDRESS#{address_digest(email)}", **about}
        wiring.table().transact([Put(note), *linked(removed, email), *linked(new, email)])
    erasing(cloud, removed)
    later(cloud, days=7)
    listed = cloud.call("GET", "/inbox", bearer=cloud.session(OFFICE)).json["messages"]
    assert sorted(each["sender"] for each in listed) == ["other@hse.ie", "team@hse.ie"]
    for email in ("team@hse.ie", "other@hse.ie"):
        gone_is, new_is = (linked(each, email)[0].item for each in (removed, new))
        assert wiring.table().get((gone_is["pk"], "TOKEN")) is None
        assert wiring.table().get((new_is["pk"], "TOKEN"))


# Found nowhere


def lived(cloud: Cloud) -> tuple[Region, Member]:
    """A region in which somebody did all that can be done."""
    region = build_region(cloud, "WNW")
    for email in ("Gobnait <gobnait@hse.ie>", "gobnait@hse.ie"):
        region.ask(OFFICE, "POST", "/invitations", {"emails": [email]})
    cloud.call("POST", "/join", {"email": "gobnait@hse.ie"})
    cloud.post_letters()
    period = {"from": "2027-01-01", "until": None, "region": "WNW"}
    one = cloud.member(
        name=NAME, preferred_name="Gobnait", email="gobnait@hse.ie", region="WNW",
        workplace="Tuam", ask_about="bees", periods=(period,),
    )  # fmt: skip
    chairs = {"members": [one.id, region.chair.id]}
    region.done(OFFICE, "/communities/WNW/chairs", chairs)
    one = stored_members.find_member(one.id)
    first, second = region.meeting(starts_at="2027-01-12T10:00"), region.meeting()
    third = region.meeting(starts_at="2027-02-11T09:30")
    for visibility in ("private", "counted", "community"):
        region.done(one, "/reflections", WORDS | {"visibility": visibility})
    region.done(region.ann, "/reflections", {**WORDS, "visibility": "counted"} | others())
    written = region.ask(one, "GET", "/reflections").json["reflections"][0]["id"]
    region.done(one, f"/reflections/{written}/change")
    draft = region.ask(one, "GET", "/reflections/new/review").json["draft"]
    saved = {"draft": draft, "visibility": "community"}
    region.done(one, "/reflections/new/review", saved)
    region.done(one, "/reflections/new/feelings", {"text": CANARY})
    region.done(one, f"{second}/answer", {"answer": "yes", "arrange": "A quiet room"})
    for title in ("Biscuits", "Scones"):
        made = region.done(one, f"{second}/items", {"title": title})
        if title == "Biscuits":
            region.done(region.chair, f"{second}/items/{made['id']}/accept")
    region.at(2027, 1, 12, 12)
    done = {"attended": [one.id, region.ann.id], "next_lead": one.id, "next_topic": "Bees"}
    done["actions"] = [
        {"what": "Bake", "who": who, "by": "2027-02-01"} for who in (one.id, NAME, region.ann.id)
    ]
    region.done(region.chair, f"{first}/close", done)
    open_actions = region.ask(one, "GET", "/communities/WNW/actions").json["actions"]
    own_action = next(each["id"] for each in open_actions if each["mine"])
    region.at(2027, 2, 11, 9)
    region.done(region.chair, f"/communities/WNW/actions/{own_action}/done")
    one = stored_members.find_member(one.id)
    assert one
    for meeting in (second, third):
        region.done(region.chair, f"{meeting}/scribe", {"member": one.id})
        region.done(one, f"{meeting}/ideas", {"title": "Wild bees"})
        region.done(one, f"{meeting}/topics", {"topics": ["Wild bees"]})
    region.done(one, f"{third}/statement", {"text": CANARY})
    region.done(one, f"{third}/attendance", {"attended": [one.id, region.ann.id]})
    return region, one


def others() -> dict[str, str]:
    return {step: "Something else." for step in sample_community.SIX}


def found(words: list[str]) -> list[str]:
    """The keys of every stored item and object in which one of the words is."""
    client, where = fake_aws.client("dynamodb"), []
    for name in client.list_tables()["TableNames"]:
        for page in client.get_paginator("scan").paginate(TableName=name):
            where += [
                f"{name} {item['pk']['S']} {item['sk']['S']}"
                for item in page["Items"]
                if any(word in str(item) for word in words)
            ]
    s3 = fake_aws.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        for each in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            body = s3.get_object(Bucket=bucket["Name"], Key=each["Key"])["Body"].read()
            if any(word.encode() in body for word in words):
                where.append(each["Key"])
    return where


def report(quarter: str, now: datetime) -> Any:
    """The quarter's figures as they are now, but for when they were made."""
    asked_quarter = Quarter.parse(quarter)
    ctx = Context(None, now, wiring.table(), wiring.settings())
    tallies = reports_service.tally_regions(asked_quarter, ctx)
    made = reports_figures.make_report(tallies, asked_quarter, now)
    return made.model_dump(exclude={"made_at"})


def came_and_went(now: datetime) -> dict[str, Any]:
    rows = report("2027-Q1", now)["rows"]
    return {
        row["kpi"]: row["national"]["value"] for row in rows if row["kpi"].startswith("members_")
    }


def test_when_it_is_final_nothing_is_found_but_the_ledgers_hash_and_the_figures_stay(
    cloud: Cloud,
) -> None:
    region, one = lived(cloud)
    words = [NAME, "Gobnait", one.email, "Tuam", CANARY, "quiet room"]
    words += [*claim_digests(one.email), *unkeyed_digests(one.email), one.audit_id]
    assert len(found(words)) > 10
    erasing(cloud, one)
    cloud.post_letters()
    before = report("2027-Q1", cloud.now + timedelta(days=7))
    counted = {row["kpi"]: row["values"]["WNW"]["value"] for row in before["rows"]}
    assert counted["attendance_rate"] and counted["actions_opened"] == 3
    later(cloud, days=7)
    assert [each for each in found(words) if "AuditTable" not in each] == []
    assert found(words[:-1]) == []  # the alias stays in the audit, and leads to nobody
    assert report("2027-Q1", cloud.now) == before
    ledger = wiring.table().query("ERASED", table="audit").items
    assert [each["sk"] for each in ledger] == [keyed_digest("ERASED", one.id)]
    assert ledger[0].keys() == {"pk", "sk", "at"}  # kept for good, and no address to guess at
    assert _ids_left(one) == set()
    _what_stays(region)


def _ids_left(one: Member) -> set[str]:
    """The kinds of partition in which the member's number, which leads to nobody, still stands."""
    places = [place.split(" ")[1] for place in found([one.id])]
    return {place.partition("#")[0] + "#" for place in places}


def _what_stays(region: Region) -> None:
    """What the community decided, by a former member."""
    actions = region.ask(region.ann, "GET", "/communities/WNW/actions").json
    assert sorted(each["who"] for each in actions["actions"]) == ["Ann", "former member"]
    assert [each["who"] for each in actions["lately_done"]] == ["former member"]
    rows = region.ask(region.chair, "GET", "/communities/WNW/meetings").json
    meeting = region.ask(region.chair, "GET", f"/meetings/{rows['coming'][0]['id']}").json
    assert [(each["title"], each["by"]) for each in meeting["items"]] == [
        ("Biscuits", "former member")
    ]
    assert "former member" in meeting["chairs"]
    stored = region.ask(region.chair, "GET", f"/meetings/{rows['past'][-1]['id']}").json
    assert stored["attended"] == 2
    topics = region.ask(region.chair, "GET", f"/meetings/{meeting['id']}/topics").json
    assert ([each["title"] for each in topics["ideas"]], topics["voted"]) == (["Wild bees"], 0)
    day = region.ask(region.chair, "GET", f"/meetings/{rows['past'][0]['id']}/run").json
    assert (day["scribe"], day["attended"], day["statements"]) == (None, 2, [])


def test_a_meeting_that_is_changed_at_the_same_moment_stops_nothing(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    region, one = lived(cloud)
    erasing(cloud, one)
    erase_row, changed = membership_personal_data.erase_row_writes, []

    def late(*about: Any) -> Any:
        if not changed:
            for row in wiring.table().query("REGION#WNW", "MEETING#").items:
                if one.id in row.get("attended", ()):
                    changed.append({"attended": [*row["attended"], region.ben.id]})
                    wiring.table().transact([Update((row["pk"], row["sk"]), set=changed[-1])])
        return erase_row(*about)

    monkeypatch.setattr(membership_personal_data, "erase_row_writes", late)
    later(cloud, days=7)
    assert changed and status(one) is None
    assert not any(place.startswith("REGION#") for place in _ids_left(one))


def test_an_idea_taken_off_at_the_same_moment_does_not_come_back_as_a_shell(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, one = lived(cloud)
    erasing(cloud, one)
    erase_writes, removed = day_personal_data.erase_writes, []

    def late(items: Any, *about: Any) -> Any:
        for item in items:
            if item["sk"].startswith("IDEA#") and not removed:
                removed.append((item["pk"], item["sk"]))
                wiring.table().transact([Delete(removed[0])])
        return erase_writes(items, *about)

    monkeypatch.setattr(day_personal_data, "erase_writes", late)
    later(cloud, days=7)
    assert status(one) is None and removed
    assert wiring.table().get(removed[0]) is None


def test_an_action_changed_at_the_same_moment_keeps_its_change(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    region, one = lived(cloud)
    erasing(cloud, one)
    is_named, changed = ErasedPerson.is_named, []

    def late(person: Any, text: str) -> bool:
        if not changed and text == NAME:
            item = next(
                each for each in wiring.table().query("REGION#WNW", "ACTION#").items
                if each["who"] == NAME
            )  # fmt: skip
            changed.append((item["pk"], item["sk"]))
            who = {"who": "Ben", "member": region.ben.id, "revision": 1}
            wiring.table().transact([Update(changed[0], set=who)])
        return is_named(person, text)

    monkeypatch.setattr(ErasedPerson, "is_named", late)
    later(cloud, days=7)
    item = wiring.table().get(changed[0])
    assert status(one) is None and item is not None
    assert (item["who"], item["member"]) == ("Ben", region.ben.id)


@pytest.mark.parametrize("other", ["00000000000000000000", "0zzzzzzzzzzzzzzzzzzz"])
def test_after_a_restore_who_was_erased_is_erased_again_and_nobody_else(
    cloud: Cloud, other: str
) -> None:
    """`other` has the address by then, and joined before the erasure or after it."""
    one, stays = active(cloud), active(cloud)
    stored = wiring.table().query(f"MEMBER#{one.id}").items
    stored += wiring.table().query("REGISTER").items
    erasing(cloud, one)
    later(cloud, days=7)
    newcomer = cloud.member(id=other, email=one.email)
    wiring.table().transact([Put(item) for item in stored])
    assert status(one) == "active"
    clock = clouds.openapi.load("clock")
    assert clock.handler({"replay": "erasures"}, clouds.Context()) == {"FORGET": 1}
    assert (status(one), status(stays), status(newcomer)) == (None, "active", "active")
    assert stored_members.find_by_address(one.email) == newcomer
    assert clock.handler({"replay": "erasures"}, clouds.Context()) == {}
    assert len(wiring.table().query("ERASED", table="audit").items) == 1


def test_after_a_restore_what_had_begun_goes_on_under_the_same_random_name(cloud: Cloud) -> None:
    one = active(cloud, status="erasing")
    key = follow_up_work.deletion_key(one.id)
    begun = {"member": one.id, "status": "erasing", "begun": "2027-01-01", "stands_for": "random"}
    stored = dict(zip(("pk", "sk"), key, strict=True)) | begun
    wiring.table().transact([Put(stored), erasure_repository.ledger_write(one.id, cloud.now)])
    assert erasure_jobs.replay_ledger(wiring.context(None)) == 1
    assert wiring.table().get(key) == stored


def test_what_is_kept_and_for_how_long_can_be_read_by_anyone(cloud: Cloud) -> None:
    kinds = {each["key"]: each for each in cloud.call("GET", "/retention").json["kinds"]}
    assert kinds["erasure"]["days"] is None and "for good" in kinds["erasure"]["how"]
    assert (kinds["inbound"]["days"], kinds["inbound"]["time"]) == (90, "90 days")
    assert kinds["reflection"]["time"] is None
    page = cloud.call("GET", "/retention", html=True).text
    for wording in ("90 days", "12 months", "6 months", "7 years"):
        assert wording in page
