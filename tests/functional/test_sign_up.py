"""The form behind an emailed link: one thing a page, kept as one goes, and who it makes a member of."""

import re
from datetime import timedelta
from typing import Any

import pytest

from comhar import email_links, retention, wiring
from comhar.address_digests import address_digest
from comhar.aws.conditions import Delete
from comhar.aws.dynamodb import from_raw
from comhar.letters.model import Draft, Link
from comhar.letters.service import mint
from comhar.membership import claims, email_addresses
from comhar.membership import repository as membership_repository
from tests.support import cloud as clouds
from tests.support import fake_aws, letter_parser, stored_members
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.page import Page

PAGES: dict[str, dict[str, Any]] = {
    "name": {"name": "Gráinne Ní Mháille", "preferred_name": "Gráinne"},
    "region": {"region": "MW"},
    "role": {"role": "other", "role_other": "Art therapist"},
    "work": {"workplace": "Ennis", "language": "ga"},
    "sharing": {"ask_about": "Singing 🎶 groups", "shows": ["ask_about"]},
}
ALL = {name: answer for page in PAGES.values() for name, answer in page.items()}
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


def walk(cloud: Cloud, path: str, pages: dict[str, dict[str, Any]] = PAGES) -> str:
    """Saves each page; where the last one leads."""
    for page, form in pages.items():
        answer = cloud.call("POST", f"{path}/{page}", form)
        assert answer.status == 200, answer
    return str(answer.json["next"])


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


@pytest.mark.parametrize("page", ["", "/check", "/name", "/sharing"])
def test_a_link_that_is_used_or_out_of_date_opens_and_keeps_nothing(cloud: Cloud, page: str):
    used = link_for(f"used{page[1:]}@hse.ie")
    assert cloud.call("POST", used, ONE_GO).status == 201
    old = link_for(f"old{page[1:]}@hse.ie")
    cloud.now += timedelta(hours=24)
    for path in (used, old, f"/sign-up/{'A' * 43}"):
        assert cloud.call("GET", f"{path}{page}", html=True).status == 410
        answer = cloud.call("POST", f"{path}/name", PAGES["name"])
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


@pytest.mark.parametrize("page", ["check", "no", "NAME", "name ", "n%C3%A1me", "0"])
def test_a_page_that_is_not_in_the_form_is_not_there(cloud: Cloud, page: str):
    path = link_for("odd@hse.ie")
    assert cloud.call("POST", f"{path}/{page}", {}).status == 404
    if page != "check":
        assert cloud.call("GET", f"{path}/{page}").status == 404


def test_who_skips_pages_is_told_which_and_nobody_has_joined(cloud: Cloud):
    path = link_for("skips@hse.ie")
    assert named(cloud.call("POST", path, {})) == {"name", "region", "role"}
    walk(cloud, path, {"region": PAGES["region"]})
    assert named(cloud.call("POST", path, {})) == {"name", "role"}
    page = cloud.call("POST", path, form={}, html=True)
    assert page.status == 422
    read = Page(page.text)
    assert {"#name", "#role", f"{path}/name", f"{path}/role"} <= set(read.links)
    assert read.faults() == []
    assert ("POST", path) not in read.forms  # it cannot be sent like this
    assert stored_members.find_by_address("skips@hse.ie") is None


@pytest.mark.parametrize(
    ("page", "form", "field"),
    [
        ("name", {}, "name"),
        ("name", {"name": " "}, "name"),
        ("name", {"name": "x" * 201}, "name"),
        ("name", {"name": "Ann", "region": "SW"}, "region"),
        ("region", {}, "region"),
        ("region", {"region": "XX"}, "region"),
        ("role", {"role": "surgeon"}, "role"),
        ("role", {"role": "other"}, "role_other"),
        ("work", {"language": "fr"}, "language"),
        ("sharing", {"shows": ["email"]}, "shows.0"),
        ("sharing", {"ask_about": "x" * 501}, "ask_about"),
    ],
)
def test_a_page_takes_what_the_whole_form_takes_and_says_what_is_wrong(
    cloud: Cloud, page: str, form: dict[str, Any], field: str
):
    path = link_for("wrong@hse.ie")
    assert named(cloud.call("POST", f"{path}/{page}", form)) == {field}
    if "role_other" != field != "region" or page == "region":
        whole = {**ALL, **form}
        at_the_end = cloud.call("POST", path, whole if form else {**whole, field: ""})
        assert field in named(at_the_end)
    assert cloud.call("GET", f"{path}/check").json["answers"]["name"] is None


def test_mistakes_on_a_page_come_back_with_everything_typed(cloud: Cloud):
    path = link_for("typed@hse.ie")
    form = {"role": "other", "role_other": "x" * 201}
    page = cloud.call("POST", f"{path}/role", form=form, html=True)
    assert page.status == 422
    read = Page(page.text)
    assert read.title.startswith("Error: ")
    assert read.faults() == []
    assert next(each for each in read.fields if "checked" in each)["value"] == "other"
    assert "x" * 201 in {each.get("value") for each in read.fields}


def test_the_draft_of_one_link_is_not_that_of_another(cloud: Cloud):
    own, other = link_for("twice@hse.ie"), link_for("twice@hse.ie")
    walk(cloud, own)
    assert cloud.call("GET", f"{other}/check").json["answers"]["name"] is None
    assert named(cloud.call("POST", other, {})) == {"name", "region", "role"}


def test_looking_at_pages_keeps_nothing(cloud: Cloud):
    path = link_for("looks@hse.ie")
    before = list_items("TOKEN#")
    for page in ("", "/check", *(f"/{step}" for step in PAGES)):
        for method in ("GET", "HEAD"):
            assert cloud.call(method, f"{path}{page}", html=True).status == 200
    assert list_items("TOKEN#") == before


def test_an_invitation_that_was_taken_back_opens_nothing_and_sends_nothing(cloud: Cloud):
    address = "taken.back@charity.example"
    invite(cloud, address)
    (letter,) = letters_to(cloud, address)
    path = re.search(r"/sign-up/[\w-]+", letter)[0]
    walk(cloud, path, {"name": PAGES["name"]})
    wiring.table().transact(
        [
            Delete(email_addresses.invitation_key(address_digest(address))),
            email_addresses.link_letter_write("join", address, {"invited": True}, cloud.now),
        ],
    )
    assert cloud.call("GET", f"{path}/name").status == 410
    assert cloud.call("POST", path, ONE_GO).status == 410
    assert letters_to(cloud, address) == [letter]


# The way through


def test_the_pages_lead_on_one_by_one_and_back_keeps_everything(cloud: Cloud):
    path = link_for("eoin@hse.ie")
    start = cloud.call("GET", path, html=True)
    assert "eoin@hse.ie" in start.text
    assert {"/privacy", f"{path}/name"} <= set(Page(start.text).links)
    places = [*(f"{path}/{step}" for step in PAGES), f"{path}/check"]
    for place, step, onward in zip(places, PAGES, places[1:], strict=False):
        form = {f"{name}[]" if isinstance(body, list) else name: body for name, body in
                PAGES[step].items()}  # fmt: skip
        pairs = [(name, one) for name, body in form.items()
                 for one in (body if isinstance(body, list) else [body])]  # fmt: skip
        answer = cloud.call("POST", place, form=pairs, html=True)
        assert (answer.status, answer.headers["Location"]) == (303, onward)
    for step, body in PAGES.items():
        result = cloud.call("GET", f"{path}/{step}").json
        assert {name: result["answers"][name] for name in body} == body
    check = cloud.call("GET", f"{path}/check", html=True).text
    for words in ("Gráinne Ní Mháille", "Mid West", "Art therapist", "Ennis", "Singing 🎶 groups"):
        assert words in check
    back = [cloud.call("GET", place).json["back"] for place in places[:-1]]
    assert back == [path, *places[:-2]]


def test_who_stopped_goes_on_where_they_stopped_and_a_changed_page_leads_back(cloud: Cloud):
    path = link_for("stops@hse.ie")
    assert walk(cloud, path, {"name": PAGES["name"]}) == f"{path}/region"
    start = cloud.call("GET", path).json
    assert (start["begun"], start["next"]) == (True, f"{path}/region")
    assert walk(cloud, path) == f"{path}/check"
    assert walk(cloud, path, {"region": {"region": "SW"}}) == f"{path}/check"
    assert walk(cloud, path, {"role": {"role": "ips_worker", "role_other": "?"}})
    assert walk(cloud, path, {"name": {"name": "Gráinne Ní Mháille"}})
    answers = cloud.call("GET", f"{path}/check").json["answers"]
    assert (answers["region"], answers["role"], answers["role_other"]) == ("SW", "ips_worker", None)
    assert answers["preferred_name"] is None  # taken out again
    assert answers["workplace"] == "Ennis"


def test_what_was_kept_becomes_the_member_and_nothing_is_shown_unasked(cloud: Cloud):
    path = link_for("grainne@hse.ie")
    walk(cloud, path)
    answer = cloud.call("POST", path, form={}, html=True)
    assert (answer.status, answer.headers["Location"]) == (303, "/me?done=joined")
    assert answer.cookies[0].startswith("__Host-session=")
    member = stored_members.find_by_address("grainne@hse.ie")
    assert {name: getattr(member, name) for name in ALL} == {**ALL, "shows": ("ask_about",)}
    assert (member.status, member.confirmed, member.display_name) == ("active", False, "Gráinne")
    plain = link_for("plain@hse.ie")
    assert cloud.call("POST", plain, ONE_GO).status == 201
    assert stored_members.find_by_address("plain@hse.ie").shows == ()


def test_all_can_be_sent_in_one_go_and_what_is_not_sent_is_as_it_was_kept(cloud: Cloud):
    path = link_for("onego@hse.ie")
    walk(cloud, path)
    joined = cloud.call("POST", path, {"name": "Nua", "role": "ips_worker", "shows": []})
    assert joined.status == 201
    assert joined.json["status"] == "active"
    assert cloud.call("GET", "/me", bearer=joined.json["session"]).json["name"] == "Nua"
    member = stored_members.find_by_address("onego@hse.ie")
    assert (member.region, member.role, member.role_other) == ("MW", "ips_worker", None)
    assert (member.workplace, member.shows) == ("Ennis", ())


def test_a_program_too_says_what_another_role_is_called(cloud: Cloud):
    path = link_for("program@hse.ie")
    other = {**ONE_GO, "role": "other"}
    assert named(cloud.call("POST", path, other)) == {"role_other"}
    assert cloud.call("POST", path, {**other, "role_other": "Poet"}).status == 201


def test_what_the_office_knew_fills_the_form_and_what_it_got_wrong_is_asked(cloud: Cloud):
    knew = {"name": "Pól Ó Sé", "region": "Munster", "role": "peer_educator"}
    path = link_for("known.of@hse.ie", **knew)
    answers = cloud.call("GET", f"{path}/check").json["answers"]
    assert (answers["name"], answers["region"], answers["role"]) == (
        "Pól Ó Sé", None, "peer_educator",
    )  # fmt: skip
    assert named(cloud.call("POST", path, {})) == {"region"}
    walk(cloud, path, {"region": {"region": "SW"}})
    assert cloud.call("POST", path, {}).json["name"] == "Pól Ó Sé"


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
    regions = {each["code"]: each["led"] for each in
               cloud.call("GET", f"{path}/region").json["regions"]}  # fmt: skip
    assert (regions["DML"], regions["WNW"]) == (True, False)
    assert (
        "You are welcome where no community meets yet"
        in cloud.call("GET", f"{path}/region", html=True).text
    )
    for region, expected in (("WNW", True), ("DML", False)):
        walk(cloud, path, {"region": {"region": region}})
        check = cloud.call("GET", f"{path}/check", html=True).text
        assert ("No community meets in the" in check) is expected


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
    page = cloud.call("GET", f"{link_for('asks.roles@hse.ie')}/role", html=True)
    assert '<a class="nhsuk-link" href="/roles" target="_blank" rel="noopener">' in page.text
    assert "“Back” does not save this page." in page.text


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
    walk(cloud, path, {"region": PAGES["region"], "sharing": {"ask_about": "Canary"}})
    assert "Canary Ní Bhriain" in str(list_items("TOKEN#"))
    cloud.call("POST", path, {"name": "Other", "role": "ips_worker"})
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
