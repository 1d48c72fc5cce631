"""The register through its routes: who may look, how it is searched, and that every look is noted."""

import re

import pytest

from comhar import wiring
from comhar.aws.conditions import ConditionFailed
from comhar.membership import repository as membership_repository
from tests.support.cloud import Cloud
from tests.support.page import Page
from tests.support.sample_community import OFFICE, office

LONG = "Caoimhghín Ó Dubhshláine-Mac Giolla Phádraig"
pytestmark = pytest.mark.xdist_group("register")


def found(cloud: Cloud, **query: str) -> set[str]:
    """The ids that the office is shown, by a search where a name is among what is asked."""
    path = "/members/search" if "name" in query else "/members"
    answer = (
        office(cloud, "POST", path, query)
        if "name" in query
        else office(cloud, "GET", path, query=query)
    )
    assert answer.status == 200, answer.text
    return {each["id"] for each in answer.json["members"]}


def audit(subject: str) -> list[dict]:
    return wiring.table().query(f"SUBJECT#{subject}", table="audit").items


def test_no_line_of_the_audit_is_ever_written_over(cloud: Cloud):
    line = membership_repository.audit_write(OFFICE, "edit", cloud.member(), cloud.now)
    wiring.table().transact([line])
    with pytest.raises(ConditionFailed):
        wiring.table().transact([line])


@pytest.mark.parametrize("path", ["", "/new", "/export", "/search"])
def test_the_register_is_for_the_office_alone(cloud: Cloud, path: str):
    method = "POST" if path == "/search" else "GET"
    for who in (cloud.member(region="DNE"), cloud.member(region="DNE", chair_of=("DNE",))):
        assert cloud.call(method, f"/members{path}", bearer=cloud.session(who)).status == 403
    assert cloud.call(method, f"/members{path}").status == 401


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"region": "XX"}, 422),
        ({"role": "king"}, 422),
        ({"status": "office"}, 422),
        ({"confirmed": "perhaps"}, 422),
        ({"cursor": "~~"}, 400),
        ({"region": "SW", "cursor": "WNW#x"}, 400),
    ],
)
def test_a_filter_that_there_is_not_is_refused(cloud: Cloud, query: dict, status: int):
    assert office(cloud, "GET", "/members", query=query).status == status
    assert office(cloud, "POST", "/members/search", query).status == status


def test_a_name_is_never_asked_for_in_an_address(cloud: Cloud):
    cloud.member(id="hidden", region="DNE", name="Gobnait")
    assert "hidden" in found(cloud, name="gob")
    form = {"name": "gob", "region": "DML"}
    assert office(cloud, "GET", "/members", query=form).json["members"] == []
    assert office(cloud, "GET", "/members", query={"name": "zzz"}).json["name"] is None
    page = office(cloud, "GET", "/members", html=True)
    assert ("POST", "/members/search") in Page(page.text).forms


def test_filters_narrow_the_list_down_together(cloud: Cloud):
    cloud.member(id="f1", region="DSE", role="ips_worker")
    cloud.member(id="f2", region="DSE", role="ips_worker", confirmed=False)
    cloud.member(id="f3", region="DSE", role="other", status="pending", confirmed=False)
    assert found(cloud, region="DSE") == {"f1", "f2", "f3"}
    assert found(cloud, region="DSE", role="ips_worker") == {"f1", "f2"}
    assert found(cloud, region="DSE", confirmed="no") == {"f2", "f3"}
    assert found(cloud, region="DSE", confirmed="no", status="active") == {"f2"}
    assert found(cloud, region="DSE", confirmed="yes", role="other") == set()


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("sinead", True),
        ("SINÉAD", True),
        ("dhomh", True),
        ("ni dh", True),
        ("  Ní   Dhomhnaill ", True),
        ("máirín", True),
        ("omhnaill", True),
        ("sin.nid", True),
        ("sin.nid@ul.ie", True),
        ("@UL.ie", True),
        ("sinead dho", False),
        ("mac", False),
        ("!?", False),
    ],
)
def test_any_part_of_a_name_or_of_the_address_finds_somebody(cloud: Cloud, typed: str, fits: bool):
    member_id = f"sought-{abs(hash(typed))}"
    names = {"name": "Sinéad Ní Dhomhnaill", "preferred_name": "Máirín"}
    cloud.member(id=member_id, region="DNE", email=f"Sin.NiD@UL.ie{member_id}", **names)
    assert (member_id in found(cloud, name=typed, region="DNE", status="active")) is fits


@pytest.mark.parametrize(
    "typed", ["O'Bri", "o’brien", "brien", "o brien", "obrien", "walsh", "lukasz"]
)
def test_signs_and_letters_of_elsewhere_do_not_hide_a_name(cloud: Cloud, typed: str):
    member_id = f"signs-{abs(hash(typed))}"
    cloud.member(id=member_id, region="DNE", name="Łukasz O’Brien-Walsh")
    cloud.member(region="DNE", name="Ann Walters")
    members = office(cloud, "POST", "/members/search", {"name": typed, "region": "DNE"}).json[
        "members"
    ]
    assert member_id in {member["id"] for member in members}
    assert {member["name"] for member in members} == {"Łukasz O’Brien-Walsh"}


def test_a_search_goes_on_page_by_page_without_gap_or_double(cloud: Cloud):
    for number in range(52):
        cloud.member(id=f"page{number:02d}", region="WNW", name=f"Bríd {LONG} {number}")
        cloud.member(region="WNW", name="Somebody Else")
    seen: list[str] = []
    form = {"name": "brid", "region": "WNW"}
    while True:
        page = office(cloud, "POST", "/members/search", form).json
        seen += [each["id"] for each in page["members"]]
        if not page["next"]:
            break
        assert "Br" not in page["next"]
        form = {**form, "cursor": page["next"]}
    assert sorted(seen) == sorted(set(seen)) == [f"page{number:02d}" for number in range(52)]


def test_a_search_page_is_a_page_and_keeps_what_was_asked(cloud: Cloud):
    for number in range(51):
        cloud.member(region="MW", name=f"{LONG} {number}")
    form = {"name": "dubh", "region": "MW"}
    answer = office(cloud, "POST", "/members/search", form=form, html=True)
    assert answer.status == 200 and "Location" not in answer.headers
    page = Page(answer.text)
    assert page.faults() == []
    assert page.text.count("Ó Dubhshláine") == 50
    assert (
        page.forms.count(("POST", "/members/search")) == 2
    )  # the search, and the rest of the list
    assert not any("dubh" in link for link in page.links)
    wrong = office(cloud, "POST", "/members/search", form={"name": "x" * 201}, html=True)
    assert wrong.status == 422 and Page(wrong.text).title.startswith("Error")


def test_the_first_page_reads_as_many_rows_as_it_shows_whoever_there_is(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
):
    for number in range(120):
        cloud.member(id=f"few{number:03d}", region="DML")
    read: list[dict] = []
    with monkeypatch.context() as patched:
        patched.setattr(cloud.fake_aws.memory, "on_read", read.append)
        page = office(cloud, "GET", "/members", query={"region": "DML"}).json
    assert (len(page["members"]), page["total"]) == (50, 120)
    rows = [item for item in read if item["pk"]["S"] == "REGISTER"]
    counts = [item for item in read if item["pk"]["S"] == "COUNTS"]
    assert len(rows) <= 52 and len(counts) <= 8


def test_every_look_at_the_list_is_noted_without_what_was_typed(cloud: Cloud):
    before = len(audit("REGISTER"))
    found(cloud, name="Gobnait", region="DNE", status="inactive")
    found(cloud, region="SW")
    lines = audit("REGISTER")
    assert len(lines) == before + 2
    (line,) = (each for each in lines if each.get("status") == "inactive")
    assert (line["what"], line["who"]) == ("read_register", membership_repository.office_id(OFFICE))
    assert (line["region"], line["by_name"], line["rows"]) == ("DNE", True, 0)
    assert "obnait" not in str(lines).casefold()


@pytest.mark.parametrize(("of", "status"), [("list", 200), ("help", 200), ("person1", 404)])
def test_looks_are_shown_of_what_is_nobodys_record(cloud: Cloud, of: str, status: int):
    assert office(cloud, "GET", "/members/history", query={"of": of}).status == status
    assert office(cloud, "GET", "/members/history", query={"cursor": "NO/KEY"}).status == 400


def test_the_office_sees_who_looked_at_the_list_and_took_it_out_page_by_page(cloud: Cloud):
    found(cloud, region="DNE", status="declined")
    who, now = membership_repository.office_id(OFFICE), wiring.clock()
    more = {"format": "csv", "rows": 1}
    wiring.table().transact(
        [membership_repository.audit_write(who, "export_register", "REGISTER", now, **more)]
    )
    for _ in range(20):
        found(cloud, region="SW")
    first = office(cloud, "GET", "/members/history").json
    audit_lines = {(each["what"], each["who"]) for each in first["history"]}
    assert len(first["history"]) == 20 and audit_lines <= {
        ("read_register", "Office"), ("export_register", "Office"),
    }  # fmt: skip
    words, cursor = "", ""
    while cursor is not None:
        page = {"cursor": cursor}
        words += office(cloud, "GET", "/members/history", query=page, html=True).text
        cursor = office(cloud, "GET", "/members/history", query=page).json["next"]
    wording = " ".join(re.sub("<[^>]*>", "", words).split())
    assert "Downloaded the list of members, 1 person" in wording
    assert "Looked at the list of members, Dublin and North East, 0 people" in wording
    assert "/members/history" in Page(office(cloud, "GET", "/members", html=True).text).links


def test_looking_at_invitations_and_taking_one_back_are_seen_too(cloud: Cloud):
    office(cloud, "POST", "/invitations", {"emails": ["seen.in@history.example"]})
    (emails,) = office(cloud, "GET", "/invitations").json["invitations"]
    office(cloud, "POST", f"/invitations/{emails['id']}/withdraw")
    answer = office(cloud, "GET", "/members/history", query={"of": "invitations"})
    audit_lines = {(each["what"], each["count"]) for each in answer.json["history"]}
    assert audit_lines == {("invite", 1), ("read_invitations", 1), ("withdraw_invitation", None)}
    assert "history.example" not in str(audit("INVITATIONS"))
    page = office(cloud, "GET", "/members/history", query={"of": "invitations"}, html=True).text
    assert "Took an invitation back" in page


def test_a_members_page_is_the_offices_and_in_part_the_co_chairs(cloud: Cloud):
    member = cloud.member(
        id="seen", region="SW", preferred_name="Nell", workplace="Cork", ask_about="Choirs",
        shows=("workplace",), paused=True, language="ga",
    )  # fmt: skip
    chair = cloud.member(region="SW", chair_of=("SW",))
    for who in (cloud.member(region="SW"), cloud.member(region="MW", chair_of=("MW",))):
        assert cloud.call("GET", "/members/seen", bearer=cloud.session(who)).status == 404
    whole = office(cloud, "GET", "/members/seen").json
    assert (whole["name"], whole["email"], whole["ask_about"]) == (
        member.name,
        member.email,
        "Choirs",
    )
    assert (whole["language"], whole["paused"]) == ("ga", True)
    part = cloud.call("GET", "/members/seen", bearer=cloud.session(chair))
    assert (part.json["name"], part.json["workplace"]) == ("Nell", "Cork")
    for hidden in (member.email, member.name, "Choirs", 'paused":true'):
        assert hidden not in part.text
    assert part.json["history"] == []
    page = cloud.call("GET", "/members/seen", bearer=cloud.session(chair), html=True)
    assert member.email not in page.text and "/edit" not in page.text


def test_a_co_chair_does_not_see_who_is_no_active_member(cloud: Cloud):
    chair = cloud.session(cloud.member(region="SW", chair_of=("SW",)))
    for status in ("pending", "declined", "left", "inactive", "erasing"):
        member = cloud.member(region="SW", status=status, reason="Because")
        assert cloud.call("GET", f"/members/{member.id}", bearer=chair).status == 404
        assert office(cloud, "GET", f"/members/{member.id}", html=True).status == 200


def test_the_history_names_who_did_it_page_by_page(cloud: Cloud):
    member = cloud.member(id="old", region="SW")
    chair, leaver = cloud.member(region="SW", name="Órla", chair_of=("SW",)), "somebodygone"
    now = wiring.clock()
    for who, what in ((chair.id, "confirm"), (leaver, "admit"), (member.id, "sign_up")):
        wiring.table().transact([membership_repository.audit_write(who, what, "old", now)])
    record = office(cloud, "GET", "/members/old").json["history"]
    assert {(each["who"], each["what"]) for each in record} == {
        ("Órla", "confirm"), ("Former member", "admit"), (member.name, "sign_up"),
    }  # fmt: skip
    for number in range(20):
        wiring.table().transact(
            [membership_repository.audit_write(chair.id, "edit", "old", now, fields=[str(number)])]
        )
    first = office(cloud, "GET", "/members/old").json
    rest = office(cloud, "GET", "/members/old", query={"cursor": first["next"]}).json
    assert (len(first["history"]), len(rest["history"]), rest["next"]) == (20, 3, None)
    page = office(cloud, "GET", "/members/old", html=True).text
    assert "Changed what is kept" in page and "Órla" in page
    assert office(cloud, "GET", "/members/old", query={"cursor": "NO/KEY"}).status == 400


def test_who_looked_at_a_record_is_told_apart_from_what_was_changed(cloud: Cloud):
    cloud.member(id="looked", region="SW")
    chair = cloud.member(region="SW", name="Órla", chair_of=("SW",))
    cloud.call("GET", "/members/looked", bearer=cloud.session(chair))
    assert cloud.call("GET", "/members/looked/reads", bearer=cloud.session(chair)).status == 403
    assert office(cloud, "GET", "/members/looked").json["history"] == []
    office(cloud, "GET", "/members/looked/edit")
    reads = office(cloud, "GET", "/members/looked/reads").json["history"]
    audit_lines = sorted((each["who"], each["office"]) for each in reads)
    assert audit_lines == [("Office", True), ("Office", True), ("Órla", False)]
    assert "Órla" in office(cloud, "GET", "/members/looked/reads", html=True).text


@pytest.mark.parametrize("page", ["", "/edit", "/move", "/deactivate", "/reads"])
def test_every_page_that_names_a_member_leaves_a_line_of_who_opened_it(cloud: Cloud, page: str):
    member = cloud.member(region="SW")
    for html in (False, True):
        before = len(audit(f"{member.audit_id}.reads"))
        record = office(cloud, "GET", f"/members/{member.id}{page}", html=html)
        assert record.status == 200
        lines = audit(f"{member.audit_id}.reads")
        assert len(lines) == before + 1
        assert {line["who"] for line in lines} == {membership_repository.office_id(OFFICE)}
