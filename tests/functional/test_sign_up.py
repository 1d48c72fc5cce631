"""The form behind an emailed link, and who it makes a member of."""

import re
from datetime import timedelta
from typing import Any

import pytest

from comhar import email_links, retention, wiring
from comhar.address_digests import address_digest
from comhar.aws.conditions import Delete, Update
from comhar.aws.dynamodb import from_raw
from comhar.letters.model import Draft, Link
from comhar.letters.service import mint
from comhar.membership import claims, email_addresses
from comhar.membership import repository as membership_repository
from tests.support import cloud as clouds
from tests.support import fake_aws, letter_parser, stored_members
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.page import Page

ALL: dict[str, Any] = {
    **{"name": "Gráinne Ní Mháille", "preferred_name": "Gráinne"},
    **{"region": "MW", "role": "other", "role_other": "Art therapist"},
    **{"workplace": "Ennis", "language": "ga"},
    **{"ask_about": "Singing 🎶 groups", "shows": ["ask_about"]},
}
ONE_GO = {"name": "Tadhg Ó Sé", "region": "SW", "role": "ips_worker"}


@pytest.fixture(scope="module")
def cloud():
    with clouds.open_cloud() as cloud:
        yield cloud


def link_for(address: str, **facts: Any) -> str:
    """The path of a live sign-up link, as the mailer mints one."""
    wanted = Link("sign_up", "/sign-up/{token}", "s", "p", 24, {"email": address, **facts})
    made, writes = mint(Draft(address, "", "", {}, wanted), wiring.clock(), "")
    wiring.table().transact(writes)
    return str(made.context["link"])


def named(answer: GatewayResponse) -> set[str]:
    assert answer.status == 422, answer
    return {error["field"] for error in answer.json["errors"]}


def invite(cloud: Cloud, address: str, **about: str) -> None:
    """What the office's invitation leaves behind: the note of it, and the letter."""
    facts = {"invited": True, **about}
    wiring.table().transact(
        [
            email_addresses.invitation_write(address, "office-1", cloud.now, **about),
            email_addresses.link_letter_write("join", address, facts, cloud.now),
        ],
    )


def letters_to(cloud: Cloud, address: str) -> list[str]:
    """The texts of the letters to an address so far, oldest first."""
    theirs = (raw for raw in cloud.post_letters() if f"\nTo: {address}" in raw.replace("\r", ""))
    messages = map(letter_parser.parsed, theirs)
    return [str(message.get_body(("plain",)).get_content()) for message in messages]


def written(address: str) -> int:
    """How many letters there are to an address, posted or not."""
    return sum(item["sk"] == address_digest(address) for item in list_items("LETTER#"))


def list_items(prefix: str) -> list[dict[str, Any]]:
    """All items whose partition key begins so; tests may scan, the product may not."""
    name = wiring.table()._names["core"]
    raw = fake_aws.client("dynamodb").scan(TableName=name)["Items"]
    return [item for item in map(from_raw, raw) if item["pk"].startswith(prefix)]


# What is refused


def test_a_link_that_is_used_or_out_of_date_opens_and_keeps_nothing(cloud: Cloud):
    used = link_for("used@hse.ie")
    assert cloud.call("POST", used, ONE_GO).status == 201
    old = link_for("old@hse.ie")
    cloud.now += timedelta(hours=24)
    for path in (used, old, f"/sign-up/{'A' * 43}"):
        assert cloud.call("GET", path, html=True).status == 410
        answer = cloud.call("POST", path, ALL)
        assert answer.status == 410
        assert "page “Join”" in answer.json["next"]
        assert cloud.call("POST", path, {}).status == 410


@pytest.mark.parametrize("typed", ["Gráinne <{}>", "mailto:{}", "\u200b{}.\u200b", "{}\v", "“{}”"])
def test_an_address_is_cleaned_of_what_mail_programs_copy_with_it(cloud: Cloud, typed: str) -> None:
    member = cloud.member()
    for path, address in (
        ("/join", member.email.replace("@", ".new@")),
        ("/sign-in", member.email),
    ):
        assert written(address) == 0
        assert cloud.call("POST", path, {"email": typed.format(address)}).status == 202
        assert written(address) == 1


@pytest.mark.parametrize("page", ["check", "name", "region"])
def test_the_pages_of_an_earlier_version_are_not_there(cloud: Cloud, page: str):
    path = link_for("odd@hse.ie")
    for method in ("GET", "POST"):
        assert cloud.call(method, f"{path}/{page}").status == 404


def test_who_leaves_something_out_is_told_what_and_nobody_has_joined(cloud: Cloud):
    path = link_for("skips@hse.ie")
    assert named(cloud.call("POST", path, {})) == {"name", "region", "role"}
    assert named(cloud.call("POST", path, {"region": "MW"})) == {"name", "role"}
    page = cloud.call("POST", path, form={"region": "MW"}, html=True)
    assert page.status == 422
    read = Page(page.text)
    assert {"#name", "#role"} <= set(read.links)
    assert read.faults() == []
    assert next(each for each in read.fields if "checked" in each)["value"] == "MW"
    assert stored_members.find_by_address("skips@hse.ie") is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"region": "XX"}, "region"),
        ({"role": "surgeon"}, "role"),
        ({"role": "other", "role_other": None}, "role_other"),
        ({"language": "fr"}, "language"),
        ({"shows": ["email"]}, "shows.0"),
        ({"ask_about": "x" * 501}, "ask_about"),
    ],
)
def test_what_is_wrong_is_named_and_nobody_has_joined(
    cloud: Cloud, wrong: dict[str, Any], field: str
):
    path = link_for("wrong@hse.ie")
    form = {name: value for name, value in {**ALL, **wrong}.items() if value is not None}
    assert named(cloud.call("POST", path, form)) == {field}
    assert stored_members.find_by_address("wrong@hse.ie") is None


def test_mistakes_come_back_with_everything_typed(cloud: Cloud):
    path = link_for("typed@hse.ie")
    form = {"name": "Ann", "region": "SW", "role": "other", "role_other": "x" * 201}
    page = cloud.call("POST", path, form=form, html=True)
    assert page.status == 422
    read = Page(page.text)
    assert read.title.startswith("Error: ")
    assert read.faults() == []
    assert [each["value"] for each in read.fields if "checked" in each] == ["SW", "other"]
    assert {"Ann", "x" * 201} <= {each.get("value") for each in read.fields}


def test_looking_at_the_page_keeps_nothing(cloud: Cloud):
    path = link_for("looks@hse.ie")
    before = list_items("TOKEN#")
    for method in ("GET", "HEAD"):
        assert cloud.call(method, path, html=True).status == 200
    assert list_items("TOKEN#") == before


def test_an_invitation_that_was_taken_back_opens_nothing_and_sends_nothing(cloud: Cloud):
    address = "taken.back@charity.example"
    invite(cloud, address)
    (letter,) = letters_to(cloud, address)
    path = re.search(r"/sign-up/[\w-]+", letter)[0]
    wiring.table().transact(
        [
            Delete(email_addresses.invitation_key(address_digest(address))),
            email_addresses.link_letter_write("join", address, {"invited": True}, cloud.now),
        ],
    )
    assert cloud.call("GET", path).status == 410
    assert cloud.call("POST", path, ONE_GO).status == 410
    assert letters_to(cloud, address) == [letter]


# The way through


def test_one_page_asks_for_three_facts_and_says_what_becomes_of_them(cloud: Cloud):
    path = link_for("eoin@hse.ie")
    page = cloud.call("GET", path, html=True)
    assert "eoin@hse.ie" in page.text
    read = Page(page.text)
    assert read.faults() == []
    assert "/privacy" in read.links
    names = {each["name"] for each in read.fields if each.get("name")}
    assert names == {"name", "region", "role", "role_other"}


def test_what_is_sent_becomes_the_member_and_nothing_is_shown_unasked(cloud: Cloud):
    path = link_for("grainne@hse.ie")
    form = [(name, value) for name, value in ALL.items() if name != "shows"]
    answer = cloud.call("POST", path, form=[*form, ("shows[]", "ask_about")], html=True)
    assert (answer.status, answer.headers["Location"]) == (303, "/me?done=joined")
    assert answer.cookies[0].startswith("__Host-session=")
    member = stored_members.find_by_address("grainne@hse.ie")
    assert {name: getattr(member, name) for name in ALL} == {**ALL, "shows": ("ask_about",)}
    assert (member.status, member.confirmed, member.display_name) == ("active", False, "Gráinne")
    plain = link_for("plain@hse.ie")
    assert cloud.call("POST", plain, ONE_GO).status == 201
    assert stored_members.find_by_address("plain@hse.ie").shows == ()


def test_what_a_form_of_an_earlier_version_kept_is_not_lost(cloud: Cloud):
    path = link_for("begun@hse.ie")
    key = email_links.link_key(path.rpartition("/")[2])
    draft = {"name": "Gráinne", "region": "MW", "workplace": "Ennis", "shows": []}
    wiring.table().transact([Update(key, set={"draft": draft})])
    answers = cloud.call("GET", path).json["answers"]
    assert (answers["name"], answers["region"]) == ("Gráinne", "MW")
    joined = cloud.call("POST", path, {"name": "Nua", "role": "ips_worker"})
    assert joined.status == 201
    member = stored_members.find_by_address("begun@hse.ie")
    assert (member.name, member.region, member.role) == ("Nua", "MW", "ips_worker")
    assert member.workplace == "Ennis"


def test_a_program_too_says_what_another_role_is_called(cloud: Cloud):
    path = link_for("program@hse.ie")
    other = {**ONE_GO, "role": "other"}
    assert named(cloud.call("POST", path, other)) == {"role_other"}
    assert cloud.call("POST", path, {**other, "role_other": "Poet"}).status == 201


def test_what_the_office_knew_fills_the_form_and_what_it_got_wrong_is_asked(cloud: Cloud):
    knew = {"name": "Pól Ó Sé", "region": "Munster", "role": "peer_educator"}
    path = link_for("known.of@hse.ie", **knew)
    answers = cloud.call("GET", path).json["answers"]
    assert (answers["name"], answers["region"], answers["role"]) == (
        "Pól Ó Sé", None, "peer_educator",
    )  # fmt: skip
    assert named(cloud.call("POST", path, {})) == {"region"}
    assert cloud.call("POST", path, {"region": "SW"}).json["name"] == "Pól Ó Sé"


def test_an_open_invitation_counts_for_a_link_that_the_person_asked_for(cloud: Cloud):
    address = "asks.too@charity.example"
    invite(cloud, address, name="Nóra Ní Ruairc", region="SW")
    cloud.call("POST", "/join", {"email": address})
    path = re.search(r"/sign-up/[\w-]+", letters_to(cloud, address)[-1])[0]
    joined = cloud.call("POST", path, {"role": "peer_educator"}).json
    assert (joined["name"], joined["region"], joined["status"]) == (
        "Nóra Ní Ruairc", "SW", "active",
    )  # fmt: skip
    assert stored_members.find_member(joined["id"]).confirmed
    assert wiring.table().get(email_addresses.invitation_key(address_digest(address))) is None


def test_an_open_invitation_counts_for_an_earlier_link_too(cloud: Cloud):
    address = "asked.first@charity.example"
    earlier = link_for(address)
    invite(cloud, address)
    joined = cloud.call("POST", earlier, ONE_GO).json
    assert joined["status"] == "active"
    assert stored_members.find_member(joined["id"]).confirmed


def test_a_spent_link_says_that_who_joined_already_signs_in(cloud: Cloud):
    used = link_for("spent.link@hse.ie")
    assert cloud.call("POST", used, ONE_GO).status == 201
    assert "If you have joined already, sign in." in cloud.call("GET", used, html=True).text


def test_a_region_where_nobody_leads_yet_says_so_kindly(cloud: Cloud):
    cloud.member(email="c1@hse.ie", region="DML")
    pair = [cloud.member(email=f"lead{n}@hse.ie", region="DML").id for n in range(2)]
    office = cloud.session("office@example.com")
    chairs = cloud.call("POST", "/communities/DML/chairs", {"members": pair}, bearer=office)
    assert chairs.status == 200
    path = link_for("alone@hse.ie")
    regions = {each["code"]: each["led"] for each in cloud.call("GET", path).json["regions"]}
    assert (regions["DML"], regions["WNW"]) == (True, False)
    page = cloud.call("GET", path, html=True).text
    assert "You are welcome where no community meets yet" in page
    assert page.count("No community meets here yet.") == 5


def test_the_privacy_notice_is_in_the_offices_words(cloud: Cloud):
    path = link_for("reads@hse.ie")
    ours = cloud.call("GET", path).json["legal_basis"]
    assert "public task" in ours
    item = {"pk": "TEXTS", "sk": "legal_basis"}
    words = {"words": "Because we may.", "revision": 1}
    client, name = fake_aws.client("dynamodb"), wiring.table()._names["core"]
    raw = {key: {"N": "1"} if key == "revision" else {"S": value}
           for key, value in (item | words).items()}  # fmt: skip
    client.put_item(TableName=name, Item=raw)
    assert "Because we may." in cloud.call("GET", path, html=True).text


def test_what_each_role_does_can_be_read_without_losing_what_is_typed(cloud: Cloud):
    page = cloud.call("GET", link_for("asks.roles@hse.ie"), html=True)
    assert '<a class="nhsuk-link" href="/roles" target="_blank" rel="noopener">' in page.text


# Who is known already


@pytest.mark.parametrize("status", ["active", "pending", "declined", "left", "inactive"])
def test_a_second_sign_up_is_sent_a_link_to_sign_in_and_changes_nothing(cloud: Cloud, status: str):
    member = cloud.member(email=f"again.{status}@hse.ie", status=status, name="As before")
    before = wiring.table().get(membership_repository.key(member.id))
    path, other = link_for(member.email), link_for(member.email)
    page = cloud.call("POST", path, form=ONE_GO, html=True)
    assert page.status == 409 and page.cookies == []
    assert "There is already a member" in page.text and "a link to sign in" in page.text
    (letter,) = letters_to(cloud, member.email)
    answer = cloud.call("POST", re.search(r"/sign-in/[\w-]+", letter)[0], {})
    assert cloud.call("GET", "/me", bearer=answer.json["session"]).json["id"] == member.id
    assert wiring.table().get(membership_repository.key(member.id)) == before
    assert cloud.call("POST", path, ONE_GO).status == 410
    again = cloud.call("POST", other, ONE_GO)
    assert again.status == 409 and "session" not in again.json
    assert again.json["type"] == "urn:comhar:already-member"


def test_a_spare_link_does_not_ask_for_more_letters_than_any_stranger_may(cloud: Cloud):
    member = cloud.member(email="spare.links@hse.ie")
    for path in [link_for(member.email) for _ in range(6)]:
        spent = cloud.call("POST", path, ONE_GO)
        assert spent.status == 409 and "within the last 10 minutes" in spent.json["next"]
    assert written(member.email) == 1


def test_who_signs_up_leaves_no_other_link_to_the_address_behind(cloud: Cloud):
    paths = [link_for("many.links@hse.ie") for _ in range(120)]
    stranger = link_for("few.links@hse.ie")
    assert cloud.call("POST", paths[60], ONE_GO).status == 201
    for path in (paths[0], paths[-1]):
        assert cloud.call("GET", path).status == 410
        assert cloud.call("POST", path, ONE_GO).status == 410
    assert "many.links@hse.ie" not in str(list_items("TOKEN#"))
    assert cloud.call("GET", stranger).status == 200


def test_who_is_being_erased_is_not_signed_in_and_gets_no_link(cloud: Cloud):
    member = cloud.member(email="erasing@hse.ie", status="erasing")
    path = link_for(member.email)
    refused = cloud.call("POST", path, ONE_GO)
    assert refused.status == 409
    assert "the email about it" in refused.json["next"]
    assert cloud.call("GET", path).status == 200  # it is not used up by that
    wiring.table().transact(
        claims.mark_erasing_writes(wiring.table(), member.email, member.id, True)
    )
    for route in ("/join", "/sign-in"):
        cloud.call("POST", route, {"email": member.email})
    letters = letters_to(cloud, member.email)
    assert len(letters) == 2
    assert all("being deleted" in each and "/sign-" not in each for each in letters)
    wiring.table().transact(
        claims.mark_erasing_writes(wiring.table(), member.email, member.id, False)
    )
    cloud.now += timedelta(minutes=10)
    cloud.call("POST", "/sign-in", {"email": member.email})
    assert "/sign-in/" in letters_to(cloud, member.email)[-1]


# What is kept, and for how long


def test_who_waits_is_forgotten_when_nobody_decides(cloud: Cloud):
    joined = cloud.call("POST", link_for("waits@charity.example"), ONE_GO).json
    assert joined["status"] == "pending"
    (work,) = list_items(f"FORGET#{joined['id']}")
    assert (work["status"], work["due"]) == ("pending", "work")
    active = cloud.call("POST", link_for("not.waiting@hse.ie"), ONE_GO).json
    assert list_items(f"FORGET#{active['id']}") == []


def test_neither_letter_nor_link_keeps_what_it_knew_once_used(cloud: Cloud):
    address = "canary.of.links@hse.ie"
    facts = {"email": address, "name": "Canary Ní Bhriain"}
    wiring.table().transact([email_addresses.link_letter_write("join", address, facts, cloud.now)])
    path = re.search(r"/sign-up/[\w-]+", letters_to(cloud, address)[0])[0]
    assert "Canary Ní Bhriain" in str(list_items("TOKEN#"))
    cloud.call("POST", path, {"name": "Other", "region": "MW", "role": "ips_worker"})
    stored = [item for item in list_items("") if not item["pk"].startswith(("MEMBER#", "REGISTER"))]
    assert address not in str(stored)
    assert "Canary" not in str(stored)


def test_who_wrote_to_the_office_is_told_that_a_person_reads_it_too(cloud: Cloud):
    address = "writes@hse.ie"
    letter = email_addresses.link_letter_write("join", address, {"mail": True}, cloud.now)
    wiring.table().transact([letter])
    (letters,) = letters_to(cloud, address)
    assert "A person will read your message" in " ".join(letters.split())
    assert "your message is deleted, with the address, after 90 days." in " ".join(letters.split())
    path = re.search(r"/sign-up/[\w-]+", letters)[0]
    assert "mail" not in links_facts(path)


@pytest.mark.parametrize(
    ("route", "facts", "kind"),
    [
        ("join", {}, "stranger_letter"),
        ("join", {"invited": True}, "invitation"),
        ("join", {"mail": True}, "inbound"),
        ("new_address", {"member": "m", "was": "w"}, "stranger_letter"),
    ],
)
def test_a_letter_says_for_how_long_the_address_is_kept_here(
    cloud: Cloud, route: str, facts: dict[str, Any], kind: str, monkeypatch: pytest.MonkeyPatch
):
    address = f"{route}.{kind}@charity.example"
    monkeypatch.setitem(retention._DAYS, kind, 77)
    if kind == "invitation":
        invite(cloud, address)
    else:
        wiring.table().transact(
            [email_addresses.link_letter_write(route, address, facts, cloud.now)]
        )
    assert "after 77 days" in " ".join(letters_to(cloud, address)[0].split())


def links_facts(path: str) -> dict[str, Any]:
    item = wiring.table().get(email_links.link_key(path.rpartition("/")[2]))
    assert item is not None
    return dict(item["facts"])


def test_who_would_rather_not_use_the_page_is_told_of_other_ways_in(cloud: Cloud):
    assert "mailto:comhar@example.com" in cloud.call("GET", "/join", html=True).text
