"""Inviting people by lists: nothing goes before the office says so, nobody is asked twice, and every
row is accounted for."""

import base64
import re
import sys
from datetime import timedelta
from typing import Any

import pytest

from comhar import retention
from comhar.aws.dynamodb import Table
from comhar.web import dispatch
from tests.support import exported_lists, fake_aws, invitation_list
from tests.support.cloud import Cloud
from tests.support.invitation_office import Office
from tests.support.page import Page
from tests.support.sample_community import letters

pytestmark = pytest.mark.xdist_group("invitations")
ROWS = ("new", "sent", "member", "invited", "repeat", "invalid", "blank")


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    return emptied


@pytest.fixture
def office(cloud: Cloud) -> Office:
    return Office(cloud)


def counted(checked: Any) -> dict[str, int]:
    """The counts that are not nothing, after a look that they add up."""
    counts = checked["counts"]
    assert sum(counts[kind] for kind in ROWS) == counts["rows"]
    return {kind: counts[kind] for kind in ROWS if counts[kind]}


def invited(cloud: Cloud) -> list[str]:
    """Whom a letter with a sign-up link went to, in alphabetical order."""
    raw = cloud.post_letters()
    return sorted(
        re.search(r"^To: (.*?)\r?$", each, re.M)[1] for each in raw if "/sign-up/" in each
    )


def stored(begins: str, table: str = "Core") -> list[dict[str, Any]]:
    """The items whose partition key begins so."""
    client = fake_aws.client("dynamodb")
    (name,) = (each for each in client.list_tables()["TableNames"] if table in each)
    items = client.scan(TableName=name)["Items"]
    return [item for item in items if item["pk"]["S"].startswith(begins)]


# --- What a list becomes


def test_each_row_of_a_list_is_told_apart_and_nothing_is_sent(office: Office, cloud: Cloud) -> None:
    member = cloud.member().email
    office.invite("open@example.org")
    cloud.post_letters()
    text = f"""Name, Email, County, Role, Phone
Úna Ní Bhriain, UNA@hse.ie, Kerry, IPS worker, 1
Úna, Una <una@hse.ie>, , , 2
, {member}, , , 3
,,,,
Ben, open@example.org, Leinster, , 4
Cian, cian, Dublin, , 5
Dara, dara@hse.ie, Dublin, Boss, 6"""
    checked = office.check(text)
    assert counted(checked) == {
        "new": 2, "member": 1, "invited": 1, "repeat": 1, "invalid": 1, "blank": 1
    }  # fmt: skip
    assert checked["new"][0] == {
        "row": 2, "source": None, "email": "una@hse.ie", "name": "Úna Ní Bhriain", "region": "SW",
        "role": "ips_worker",
    }  # fmt: skip
    assert [(each["row"], each["kind"]) for each in checked["known"]] == [
        (3, "repeat"), (4, "member"), (6, "invited"),
    ]  # fmt: skip
    [problem] = checked["problems"]
    assert (problem["row"], problem["text"]) == (7, "cian")
    assert problem["why"] == "This is no email address: the @ is missing."
    assert checked["notes"] == [
        "Columns that we have no use for: Phone.",
        "The region in 1 row, because we cannot tell which it is: “Dublin”.",
        "The role in 1 row, because we cannot tell which it is: “Boss”.",
    ]
    assert invited(cloud) == ["open@example.org"]


def test_a_messy_workbook_of_2000_rows_is_checked_and_adds_up(office: Office, cloud: Cloud) -> None:
    members = [cloud.member().email for _ in range(12)]
    open_ = [f"open{n}@example.org" for n in range(12)]
    office.invite(*open_)
    lines, wanted = invitation_list.rows(members, open_)
    answer = office.upload(invitation_list.workbook(lines), "Liosta.xlsx", html=True)
    assert answer.status == 303
    path = answer.headers["Location"]
    checked = office.get(path).json
    assert counted(checked) == wanted
    assert checked["counts"]["rows"] == 2_000
    assert len(checked["problems"]) == wanted["invalid"]
    seen = checked["new"]
    while checked["next"]:
        checked = office.get(path, query={"cursor": checked["next"]}).json
        seen += checked["new"]
    assert len({each["email"] for each in seen}) == wanted["new"]
    page = office.get(path, html=True)
    assert len(page.text) < 200_000
    assert Page(page.text).faults() == []
    assert f"Send {wanted['new']:,} invitations" in page.text


def test_a_list_without_anybody_new_offers_nothing_to_send(office: Office, cloud: Cloud) -> None:
    checked = office.check(cloud.member().email)
    path = f"/invitations/lists/{checked['id']}"
    page = office.get(path, html=True)
    assert "there is nothing to send" in page.text and "/send" not in page.text
    assert office.post(f"{path}/send").status == 409
    assert office.post(f"{path}/send", html=True).status == 409


def test_the_longest_rows_there_can_be_are_kept(office: Office) -> None:
    rows = "\n".join(["🌱" * 300 + "@", "\u2028á" * 100] * 250)
    answer = office.upload(f"una@hse.ie\n{rows}".encode())
    assert answer.status == 201, answer
    assert answer.json["counts"]["invalid"] == 500


def test_a_file_and_pasted_text_make_one_list(office: Office) -> None:
    answer = office.upload(b"Email\nuna@hse.ie\n", text="una@hse.ie\nben@hse.ie")
    assert counted(answer.json) == {"new": 2, "repeat": 1}


def test_the_preview_names_sheets_and_what_is_left_out(office: Office) -> None:
    tables = {
        "Cork": [["Name", "Email"], ["Úna", "una@hse.ie"], ["Ben", "not known"]],
        "Kerry": [["Email"], ["UNA@hse.ie"]],
        "Totals": [["People", 3]],
        "Old": [["Email"], ["old@hse.ie"]],
    }
    answer = office.upload(exported_lists.sheets(tables, hidden=("Old",)), "List.xlsx", html=True)
    path = answer.headers["Location"]
    checked = office.get(path).json
    assert checked["sheets"] == [{"name": "Cork", "rows": 2}, {"name": "Kerry", "rows": 1}]
    assert [(row["source"], row["row"]) for row in checked["new"]] == [("Cork", 2)]
    assert [(row["source"], row["row"]) for row in checked["problems"]] == [("Cork", 3)]
    assert [(row["source"], row["row"]) for row in checked["known"]] == [("Kerry", 2)]
    page = Page(office.get(path, html=True).text)
    assert page.faults() == []
    for words in (
        "Read from the sheets “Cork” (2 rows), “Kerry” (1 row).",
        "Sheet without email addresses: “Totals”.",
        "Hidden sheet: “Old”.",
        "Cork, 3",
    ):
        assert words in page.text


def test_the_office_is_asked_where_the_letters_are_a_guess(office: Office) -> None:
    answer = office.upload("Email,Name\r\nuna@hse.ie,Zoë\r\n".encode("cp850"), html=True)
    path = answer.headers["Location"]
    assert office.get(path).json["doubt"].startswith("Zo")
    assert "save the file in Excel as “CSV UTF-8”" in office.get(path, html=True).text


def test_a_list_that_an_earlier_version_checked_is_shown(office: Office, cloud: Cloud) -> None:
    checked = office.check("una@hse.ie")
    client = fake_aws.client("dynamodb")
    (name,) = (each for each in client.list_tables()["TableNames"] if "Core" in each)
    (item,) = (each for each in stored("LIST#") if each["sk"]["S"] == "LIST")
    before = {key: value for key, value in item.items() if key not in ("sheets", "doubt")}
    client.put_item(TableName=name, Item=before)
    again = office.get(f"/invitations/lists/{checked['id']}").json
    assert (again["sheets"], again["doubt"], len(again["new"])) == ([], None, 1)


def test_a_program_sends_the_file_in_its_json(office: Office) -> None:
    file = {"filename": "x.csv", "base64": base64.b64encode(b"una@hse.ie").decode()}
    assert counted(office.post("/invitations/lists", {"file": file}).json) == {"new": 1}


def test_a_list_is_gone_after_a_day_or_when_it_is_thrown_away(office: Office, cloud: Cloud) -> None:
    path = f"/invitations/lists/{office.check('una@hse.ie')['id']}"
    assert office.post(f"{path}/discard", html=True).status == 303
    assert (stored("LIST#"), office.get(path).status) == ([], 404)
    path = f"/invitations/lists/{office.check('una@hse.ie')['id']}"
    cloud.now += timedelta(days=1)
    office.session = cloud.session("office@example.com")
    for method, end in (("GET", ""), ("POST", "/send"), ("POST", "/discard")):
        assert cloud.call(method, path + end, {}, bearer=office.session).status == 404
    assert invited(cloud) == []


# --- Sending


def test_a_list_is_sent_once_by_the_clock_and_its_names_go(office: Office, cloud: Cloud) -> None:
    checked = office.check("Úna Ní Bhriain <una@hse.ie>\nben@hse.ie\nUNA@hse.ie\nx")
    path = f"/invitations/lists/{checked['id']}"
    assert office.post(f"{path}/send").json["state"] == "sending"
    assert cloud.call("POST", f"{path}/send", {}, bearer=office.session).status == 200
    page = office.get(path, html=True)
    assert "0 of 2 done" in page.text and "See progress" in page.text
    assert office.post(f"{path}/discard").status == 409
    assert invited(cloud) == ["ben@hse.ie", "una@hse.ie"]
    sent = office.get(path).json
    assert sent["state"] == "sent" and counted(sent) == {"sent": 2, "repeat": 1, "invalid": 1}
    assert not any(item["sk"]["S"].startswith("NEW#") for item in stored("LIST#"))
    assert "2 of 2 done" in office.get(path, html=True).text
    office.post(f"{path}/send")
    assert invited(cloud) == ["ben@hse.ie", "una@hse.ie"]


def test_who_joined_or_was_invited_since_the_check_gets_no_letter(
    office: Office, cloud: Cloud
) -> None:
    text = "joins@hse.ie\nasked@hse.ie\nnew@hse.ie"
    first, second = office.check(text), office.check(text)
    cloud.member(email="joins@hse.ie")
    office.invite("asked@hse.ie")
    for checked in (first, second):
        office.post(f"/invitations/lists/{checked['id']}/send")
    assert invited(cloud) == ["asked@hse.ie", "new@hse.ie"]
    ended = [office.get(f"/invitations/lists/{each['id']}").json for each in (first, second)]
    first_counts, second_counts = sorted(map(counted, ended), key=lambda each: each["invited"])
    assert first_counts == {"sent": 1, "member": 1, "invited": 1}
    assert second_counts == {"member": 1, "invited": 2}


def test_what_the_list_says_of_a_person_goes_on_to_the_link(office: Office, cloud: Cloud) -> None:
    checked = office.check("Name,Email,County\nÚna Ní Bhriain,una@charity.example,Kerry")
    office.post(f"/invitations/lists/{checked['id']}/send")
    assert invited(cloud) == ["una@charity.example"]
    (link,) = stored("TOKEN#")
    facts = {name: value.get("S") for name, value in link["facts"]["M"].items()}
    assert (facts["name"], facts["region"]) == ("Úna Ní Bhriain", "SW")


def test_the_audit_knows_who_sent_a_list_and_no_address_in_it(office: Office, cloud: Cloud) -> None:
    checked = office.check("una@hse.ie\nben@hse.ie")
    office.post(f"/invitations/lists/{checked['id']}/send")
    cloud.post_letters()
    (line,) = (each for each in stored("", "Audit") if each["what"]["S"] == "invite")
    assert (line["count"]["N"], line["list"]["S"]) == ("2", checked["id"])
    assert "una" not in str(line)


def test_how_long_is_said_as_it_is_set(
    office: Office, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(retention._DAYS, "invitation", 45)
    monkeypatch.setitem(retention._DAYS, "list", 3)
    office.invite("open@example.org")
    checked = office.check("una@hse.ie")
    assert "deleted 45 days after" in office.get("/invitations", html=True).text
    path = f"/invitations/lists/{checked['id']}"
    assert "keep the list for 3 days" in office.get(path, html=True).text
    cloud.now += timedelta(days=4)
    assert "kept for 3 days" in Office(cloud).get(path).json["next"]


def test_a_member_who_is_not_active_is_named_with_a_way_to_the_record(
    office: Office, cloud: Cloud
) -> None:
    left = cloud.member(email="left@hse.ie", status="left")
    cloud.member(email="declined@hse.ie", status="declined")
    cloud.member(email="active@hse.ie")
    people = "left@hse.ie\ndeclined@hse.ie\nactive@hse.ie"
    checked = office.check(people)
    assert counted(checked) == {"member": 3}
    known = [(row["email"], row["status"]) for row in checked["known"]]
    assert known == [
        ("left@hse.ie", "left"),
        ("declined@hse.ie", "declined"),
        ("active@hse.ie", None),
    ]
    page = Page(office.get(f"/invitations/lists/{checked['id']}", html=True).text)
    assert f"/members/{left.id}" in page.links and page.faults() == []
    at_once = office.invite(*people.split())
    assert (at_once["sent"], at_once["already"]) == (0, 3)
    assert [each["status"] for each in at_once["not_active"]] == ["left", "declined"]
    assert invited(cloud) == []


def test_who_is_taken_back_and_invited_again_is_sent_a_link_each_time(
    office: Office, cloud: Cloud
) -> None:
    for _ in range(7):
        assert office.invite("over@example.org")["sent"] == 1
        (note,) = office.open_invitations()
        office.post(f"/invitations/{note['id']}/withdraw")


def test_a_list_that_is_sent_at_its_last_moment_has_its_rows_till_they_are_sent(
    office: Office, cloud: Cloud
) -> None:
    checked = office.check("una@hse.ie\nben@hse.ie")
    cloud.now += timedelta(hours=23, minutes=59)
    late = Office(cloud)
    assert late.post(f"/invitations/lists/{checked['id']}/send").status == 200
    stored_items = [item for item in stored("LIST#") if item["sk"]["S"].startswith(("LIST", "NEW"))]
    a_day_on = (cloud.now + timedelta(days=1)).timestamp()
    assert len(stored_items) == 2 and all(
        int(item["expires"]["N"]) > a_day_on for item in stored_items
    )
    cloud.now += timedelta(hours=3)  # the clock stood still
    assert invited(cloud) == ["ben@hse.ie", "una@hse.ie"]
    assert counted(Office(cloud).get(f"/invitations/lists/{checked['id']}").json) == {"sent": 2}


# --- At once


def test_each_entry_of_an_invitation_counts_once(office: Office, cloud: Cloud) -> None:
    cloud.member(email="known@hse.ie")
    office.invite("open@example.org")
    result = office.invite(
        "Máire Ní Bhriain <maire@hse.ie>",
        "MAIRE@hse.ie",
        "known@hse.ie",
        "office@example.com",
        "open@example.org",
        "not an address",
        "",
        "new@example.org",
    )
    assert result == {
        "sent": 2, "already": 4, "invalid": ["not an address", ""], "not_active": [],
    }  # fmt: skip
    assert invited(cloud) == ["maire@hse.ie", "new@example.org", "open@example.org"]


def test_a_long_list_at_once_is_accepted_and_the_clock_sends_the_rest(
    office: Office, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comhar.invitations.repository.PIECE_SIZE", 2)
    monkeypatch.setattr("comhar.invitations.service._AT_ONCE", 2)
    people = [f"p{n}@hse.ie" for n in range(7)]
    result = office.invite(*people)
    assert (result["sent"], result["already"]) == (7, 0)
    assert len(office.open_invitations()) == 4
    assert invited(cloud) == people
    assert len(office.open_invitations()) == 7


# --- Open invitations


def test_open_invitations_are_shown_newest_first_page_by_page(
    office: Office, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comhar.invitations.service.PAGE", 2)
    assert "No open invitations." in office.get("/invitations", html=True).text
    for n in range(5):
        office.invite(f"p{n}@hse.ie")
        cloud.now += timedelta(minutes=1)
    seen, query = [], {}
    while query is not None:
        page = office.get("/invitations", query=query)
        seen += [each["email"] for each in page.json["invitations"]]
        assert Page(office.get("/invitations", query=query, html=True).text).faults() == []
        query = {"cursor": page.json["next"]} if page.json["next"] else None
    assert seen == [f"p{n}@hse.ie" for n in (4, 3, 2, 1, 0)]
    assert office.open_invitations()[0]["by"] == "Office"
    for odd in ("x", "2027-01-11", "NEW#0001"):
        assert office.get("/invitations", query={"cursor": odd}).status == 400


def test_the_link_is_sent_again_as_often_as_the_office_asks(office: Office, cloud: Cloud) -> None:
    office.invite("una@hse.ie")
    (found,) = office.open_invitations()
    for _ in range(6):
        assert office.post(f"/invitations/{found['id']}/again", html=True).status == 303
    assert invited(cloud) == ["una@hse.ie"] * 7


def test_a_link_runs_out_after_seven_days_and_the_invitation_after_30(
    office: Office, cloud: Cloud
) -> None:
    office.invite("una@example.org")
    link = re.search(r"/sign-up/[\w-]+", "".join(letters(cloud)))[0]
    cloud.now += timedelta(days=6, hours=23)
    assert cloud.call("GET", link).status == 200
    cloud.now += timedelta(hours=2)
    office.session = cloud.session("office@example.com")
    assert cloud.call("GET", link).status == 410
    (found,) = office.open_invitations()
    assert not found["link_works"]
    assert "The link has expired" in office.get("/invitations", html=True).text
    assert office.post(f"/invitations/{found['id']}/again").json["link_works"]
    cloud.now += timedelta(days=30)
    office.session = cloud.session("office@example.com")
    assert office.open_invitations() == []
    assert office.post(f"/invitations/{found['id']}/again").status == 404
    assert office.invite("una@example.org")["sent"] == 1


def test_an_invitation_that_is_taken_back_is_no_invitation(office: Office, cloud: Cloud) -> None:
    office.invite("una@example.org", "late@example.org")
    link = re.search(r"/sign-up/[\w-]+", "".join(letters(cloud)))[0]
    for found in office.open_invitations():
        path = f"/invitations/{found['id']}/withdraw"
        assert found["email"] in office.get(path, html=True).text
        assert office.post(path, html=True).status == 303
        assert office.post(path).status == 404
        assert office.get(path).status == 404
        assert office.post(f"/invitations/{found['id']}/again").status == 404
    assert cloud.call("GET", link).status == 410
    assert office.open_invitations() == []
    assert office.invite("una@example.org")["sent"] == 1


def test_an_invitation_taken_back_at_that_moment_is_not_sent_again(
    office: Office, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.invite("una@example.org")
    (found,) = office.open_invitations()
    transact = Table.transact

    def overtaken(table: Table, *writes: Any) -> None:
        monkeypatch.setattr(Table, "transact", transact)
        with monkeypatch.context() as elsewhere:  # a process of a function takes one call at a time
            elsewhere.delitem(sys.modules, "comhar.invitations.routes")
            dispatch.load.cache_clear()
            assert office.post(f"/invitations/{found['id']}/withdraw").status == 200
        dispatch.load.cache_clear()
        transact(table, *writes)

    monkeypatch.setattr(Table, "transact", overtaken)
    assert office.post(f"/invitations/{found['id']}/again").status == 404
    assert office.open_invitations() == []
    assert letters(cloud) == []


def test_no_letter_goes_for_an_invitation_taken_back_before_it_was_posted(
    office: Office, cloud: Cloud
) -> None:
    office.invite("una@example.org")
    (found,) = office.open_invitations()
    office.post(f"/invitations/{found['id']}/withdraw")
    assert letters(cloud) == []
