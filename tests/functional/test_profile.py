"""A member's own page: what may be changed and by whom, moving, leaving, and coming back."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from comhar import wiring
from comhar.address_digests import address_digest
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from tests.support import cloud as clouds
from tests.support import stored_members
from tests.support.cloud import HOME, GatewayResponse
from tests.support.page import Page
from tests.support.sample_region import OFFICE, THURSDAY, Region, build_region, text

EDIT, ADDRESS, SW = "/me/details/edit", "/me/address", "/communities/SW"
NEW = "ann.nic.gabhann@hse.ie"


@pytest.fixture(scope="module")
def region():
    with clouds.open_cloud() as cloud:
        yield build_region(cloud, "SW")


def details(region: Region, who) -> dict:
    return region.ask(who, "GET", "/me/details").json


def form(region: Region, who, /, **changes) -> dict:
    """The whole form as the page would send it."""
    stored = details(region, who)
    names = ("revision", "name", "preferred_name", "role", "role_other", "workplace")
    whole = {name: stored.get(name) for name in (*names, "language", "ask_about", "shows")}
    return {name: value for name, value in (whole | changes).items() if value is not None}


def edit(region: Region, who, /, **changes) -> GatewayResponse:
    return region.ask(who, "POST", EDIT, form(region, who, **changes))


def audit_actions(member) -> list[str]:
    """What was done to the record, by name: at this stopped clock no line is older than another."""
    lines = wiring.table().query(f"SUBJECT#{member.audit_id}", table="audit").items
    return sorted(line["what"] for line in lines)


def test_nothing_of_this_is_for_a_stranger(region: Region):
    for path in ("/me/details", EDIT, "/me/region", ADDRESS, "/me/mail", "/me/leave", "/me/rejoin"):
        assert region.ask(None, "GET", path).status == 401


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"role": "emperor"}, "role"),
        ({"role": "other"}, "role_other"),
        ({"shows": ["email"]}, "shows"),
        ({"language": "fr"}, "language"),
        ({"ask_about": "x" * 501}, "ask_about"),
        ({"email": "new@hse.ie"}, "email"),
        ({"region": "MW"}, "region"),
        ({"confirmed": True}, "confirmed"),
    ],
)
def test_what_cannot_be_so_is_refused_and_nothing_changed(region: Region, changes, field: str):
    before = details(region, region.ben)
    answer = edit(region, region.ben, **changes)
    assert answer.status == 422
    assert {each["field"].partition(".")[0] for each in answer.json["errors"]} == {field}
    assert details(region, region.ben) == before


def test_who_comes_second_is_told_what_is_kept_now_and_overwrites_nothing(region: Region):
    member = region.cloud.member(name="Aoife", workplace="Bantry")
    seen = form(region, member)
    assert edit(region, member, workplace="Skibbereen").status == 200
    late = region.ask(member, "POST", EDIT, seen | {"workplace": "Cork"})
    assert (late.status, late.json["kept"]) == (409, {"workplace": "Skibbereen"})
    sent = {**seen, "workplace": "Cork", "revision": str(seen["revision"])}
    answer = region.cloud.call(
        "POST", EDIT, form={k: v for k, v in sent.items() if k != "shows"},
        bearer=region.cloud.session(member), html=True,
    )  # fmt: skip
    assert answer.status == 409 and "Kept now: Skibbereen." in answer.text
    assert Page(answer.text).faults() == []
    assert details(region, member)["workplace"] == "Skibbereen"


def test_namesakes_to_choose_from_are_told_apart_by_where_they_work_now(region: Region):
    for name in ("Ann Byrne", "Ann"):
        region.cloud.member(region="SW", name=name)
    member = region.cloud.member(region="SW", name="Ann", workplace="Bantry")
    assert edit(region, member, workplace="Skibbereen").status == 200
    offers = region.ask(region.chair, "GET", "/communities/SW/chairs").json["members"]
    names = [each["name"] for each in offers if each["name"].startswith("Ann")]
    joined_on = details(region, region.ann)["joined_on"]
    assert set(names) == {f"Ann ({joined_on})", "Ann (Skibbereen)", "Ann Byrne"}
    assert names[-1] == "Ann Byrne"


def test_a_member_changes_everything_at_once_and_the_audit_says_only_which_fields(region: Region):
    member = region.cloud.member(name="Pádraig")
    changes = {
        "name": "Pádraig Ó Sé", "preferred_name": "Paudie", "role": "other", "shows": ["ask_about"],
        "role_other": "Peer researcher", "ask_about": "Sleep", "language": "ga", "workplace": "Tralee",
    }  # fmt: skip
    assert edit(region, member, **changes).status == 200
    stored = details(region, member)
    assert {name: stored[name] for name in changes} == changes
    assert stored["revision"] == 1
    row = wiring.table().get(("REGISTER", f"SW#{member.id}"))
    assert row is not None and row["preferred_name"] == "Paudie"
    (line,) = wiring.table().query(f"SUBJECT#{member.audit_id}", table="audit").items
    assert sorted(line["fields"]) == sorted(changes)
    assert not {"Paudie", "Tralee", "Sleep"} & {str(value) for value in line.values()}
    assert edit(region, member, role="peer_educator").json["role_other"] is None


def test_a_co_chair_is_called_what_they_want_to_be_called_in_the_community_too(region: Region):
    assert edit(region, region.other_chair, preferred_name="Nóra").status == 200
    assert "Nóra" in region.ask(region.ann, "GET", SW).json["chairs"]


def test_a_person_of_the_office_has_a_name_and_nothing_else(region: Region):
    revision = details(region, OFFICE)["revision"]
    odd = region.ask(OFFICE, "POST", EDIT, {"revision": revision, "name": "X", "workplace": "Y"})
    assert odd.status == 422
    named = region.ask(OFFICE, "POST", EDIT, {"revision": revision, "name": "Máire Ní Bhriain"})
    assert named.status == 200
    assert details(region, OFFICE)["name"] == "Máire Ní Bhriain"
    assert wiring.table().query("REGISTER", "None#").items == []
    for path, body in (
        ("/me/region", {"region": "MW"}), ("/me/leave", None), ("/me/mail", {"paused": True}),
        ("/me/address", {"email": "other@hse.ie"}),
    ):  # fmt: skip
        assert region.ask(OFFICE, "POST", path, body).status == 409


def test_nobody_moves_to_where_they_are_or_to_a_seventh_region(region: Region):
    assert region.ask(region.ben, "POST", "/me/region", {"region": "SW"}).status == 409
    assert region.ask(region.ben, "POST", "/me/region", {"region": "XX"}).status == 422


def test_who_moves_is_known_there_only_once_confirmed_and_leads_nothing_any_more(region: Region):
    mover = region.cloud.member(
        name="Gráinne", periods=({"from": "2027-01-01", "until": None, "region": "SW"},)
    )
    pair = {"members": [region.chair.id, mover.id]}
    region.done(OFFICE, "/communities/SW/chairs", pair)
    meeting = {"kind": "first", "starts_at": THURSDAY, "mode": "online", "link": "https://a.ie"}
    region.done(OFFICE, "/communities/WNW/meetings", meeting)
    moved = region.done(mover, "/me/region", {"region": "WNW"})
    assert moved == {"id": mover.id, "status": "active", "region": "WNW", "confirmed": False}
    me = region.ask(mover, "GET", "/me").json
    assert me["chair_of"] == []
    assert region.ask(mover, "GET", SW).status == 403
    assert "Gráinne" not in region.ask(region.chair, "GET", SW).json["chairs"]
    member = stored_members.find_member(mover.id)
    assert member is not None
    assert [(each["region"], each["until"]) for each in member.periods] == [
        ("SW", "2027-01-11"),
        ("WNW", None),
    ]
    assert wiring.table().get(("REGISTER", f"SW#{mover.id}"))["status"] == "moved"
    assert region.mail(mover, "Invitation")
    assert audit_actions(mover) == ["appoint_chair", "move"]
    lines = wiring.table().query(f"SUBJECT#{mover.audit_id}", table="audit").items
    (line,) = (each for each in lines if each["what"] == "move")
    assert (line["region"], line["to"]) == ("SW", "WNW")
    region.done(OFFICE, "/communities/SW/chairs", {"members": [region.chair.id, region.ann.id]})


def test_nobody_learns_by_the_answer_whose_an_address_is(region: Region):
    answers = [
        region.ask(region.ann, "POST", ADDRESS, {"email": email})
        for email in ("free@hse.ie", region.ben.email, region.ann.email, OFFICE)
    ]
    assert {(each.status, each.text) for each in answers} == {(202, '{"sent":true}')}
    region.cloud.post_letters()
    for email in (region.ben.email, region.ann.email, OFFICE):
        (letter,) = mail_to(region, email, "new email address")
        assert "/me/address/" not in letter and "a member already" in " ".join(letter.split())


def mail_to(region: Region, email: str, about: str) -> list[str]:
    stranger = region.ann.model_copy(update={"email": email})
    return [text(each) for each in region.mail(stranger, about)]


def link(region: Region, who, email: str) -> str:
    region.ask(who, "POST", ADDRESS, {"email": email})
    letter = mail_to(region, email, "new email address")[-1]
    return re.search(r"/me/address/[\w-]+", letter)[0]


def test_a_new_address_is_proved_there_and_told_to_the_old_one(region: Region):
    member = region.cloud.member(name="Ciarán")
    bearer = region.cloud.session(member)
    path = link(region, member, NEW)
    for _ in range(2):
        answer = region.cloud.call("GET", path, bearer=bearer)
        assert answer.json == {"email": NEW, "yours": True}
        assert region.cloud.call("HEAD", path).status == 200
    assert region.cloud.call("POST", path, bearer=bearer).status == 200
    assert region.cloud.call("POST", path, bearer=bearer).status == 410
    assert region.cloud.call("GET", "/me", bearer=bearer).json["email"] == NEW
    assert stored_members.find_by_address(NEW).id == member.id
    assert stored_members.find_by_address(member.email) is None
    assert wiring.table().get(("REGISTER", f"SW#{member.id}"))["email"] == NEW
    (letters,) = mail_to(region, member.email, "was changed")
    assert "comhar@example.com" in letters and "/me/" not in letters and NEW not in letters
    assert audit_actions(member) == ["change_address"]


@pytest.mark.parametrize("status", ["inactive", "declined"])
def test_whom_the_office_turned_away_does_not_come_back_by_another_address(
    region: Region, status: str
):
    member = region.cloud.member()
    path = link(region, member, f"back.{status}@hse.ie")
    turned = stored_members.find_member(member.id)
    wiring.table().transact(
        membership_repository.change_writes(turned, region.cloud.now, status=status)
    )
    for route, body in ((path, None), (ADDRESS, {"email": f"again.{status}@hse.ie"})):
        refused = region.ask(member, "POST", route, body)
        assert (refused.status, refused.json["type"]) == (409, "urn:comhar:not-a-member-now")
    page = region.cloud.call("GET", ADDRESS, bearer=region.cloud.session(member), html=True)
    assert ("POST", ADDRESS) not in Page(page.text).forms
    assert stored_members.find_by_address(member.email).id == member.id
    assert mail_to(region, f"again.{status}@hse.ie", "new email address") == []


def test_who_only_reads_the_new_mailbox_gets_nothing_by_the_link(region: Region):
    member, finder = region.cloud.member(), region.cloud.member()
    path = link(region, member, "mistyped@hse.ie")
    answer = region.ask(None, "POST", path)
    assert answer.status == 401
    page = region.cloud.call("POST", path, form={}, html=True, headers={"referer": f"{HOME}{path}"})
    assert (page.status, page.headers["Location"]) == (303, f"/sign-in?next={quote(path, safe='')}")
    assert region.ask(finder, "POST", path).status == 410
    for bearer in ("", region.cloud.session(finder)):
        page_text = region.cloud.call("GET", path, bearer=bearer, html=True)
        assert "with the address that you have in Comhar until now" in " ".join(
            page_text.text.split()
        )
        assert ("POST", path) not in Page(page_text.text).forms
        assert not region.cloud.call("GET", path, bearer=bearer).json["yours"]
    assert stored_members.find_by_address("mistyped@hse.ie") is None
    (letter,) = mail_to(region, "mistyped@hse.ie", "new email address")
    assert "signed in with your old address" in " ".join(letter.split())
    assert region.ask(member, "POST", path).status == 200


def test_a_second_letter_to_a_new_address_is_written_ten_minutes_after_the_first(region: Region):
    """Of another member who asks for the same address, at once: one's link is of no use to the other."""
    member, other = region.cloud.member(), region.cloud.member()

    def ask(who: Member) -> int:
        assert region.ask(who, "POST", ADDRESS, {"email": "asked@hse.ie"}).status == 202
        return len(mail_to(region, "asked@hse.ie", "new email address"))

    assert [ask(member), ask(member), ask(other)] == [1, 1, 2]
    region.cloud.now += timedelta(minutes=10)
    assert ask(member) == 3


def test_after_a_change_of_address_the_old_mailbox_opens_nothing(region: Region):
    member = region.cloud.member()
    here, elsewhere = region.cloud.session(member), region.cloud.session(member)
    path = link(region, member, "moved.on@hse.ie")
    region.ask(None, "POST", "/sign-in", {"email": member.email})
    (letter,) = mail_to(region, member.email, "sign in")
    sign_in = re.search(r"/sign-in/[\w-]+", letter)[0]
    assert region.cloud.call("POST", path, bearer=here).status == 200
    assert region.cloud.call("POST", sign_in).status == 410
    assert region.cloud.call("GET", "/me", bearer=elsewhere).status == 401
    assert region.cloud.call("GET", "/me", bearer=here).json["email"] == "moved.on@hse.ie"


def test_of_two_changes_asked_for_the_second_link_is_void(region: Region):
    member = region.cloud.member()
    paths = [link(region, member, f"{name}@hse.ie") for name in ("one", "two")]
    assert region.ask(member, "POST", paths[0]).status == 200
    late = region.ask(member, "POST", paths[1])
    assert late.status == 410 and late.json["next"]
    assert stored_members.find_member(member.id).email == "one@hse.ie"


def test_an_address_that_somebody_took_meanwhile_stays_theirs(region: Region):
    first, second = region.cloud.member(), region.cloud.member()
    paths = [link(region, member, "wanted@hse.ie") for member in (first, second)]
    assert region.ask(first, "POST", paths[0]).status == 200
    late = region.ask(second, "POST", paths[1])
    assert (late.status, late.json["type"]) == (409, "urn:comhar:address-taken")
    assert stored_members.find_by_address("wanted@hse.ie").id == first.id
    assert stored_members.find_member(second.id).email == second.email
    assert wiring.table().get((f"ADDRESS#{address_digest(second.email)}", "ADDRESS"))


def test_who_leaves_gets_no_more_letters_and_leads_nothing(region: Region):
    member = region.cloud.member(name="Éamonn", confirmed=True)
    region.done(OFFICE, "/communities/SW/chairs", {"members": [region.chair.id, member.id]})
    assert region.ask(member, "POST", "/me/rejoin").status == 409
    page = region.cloud.call("GET", "/me/leave", bearer=region.cloud.session(member), html=True)
    assert "your term as co-chair ends" in page.text
    left = region.done(member, "/me/leave")
    assert left["status"] == "left"
    assert region.ask(member, "POST", "/me/leave").status == 409
    assert region.ask(member, "GET", SW).status == 403
    assert "Éamonn" not in region.ask(region.chair, "GET", SW).text
    work = wiring.table().get((f"FORGET#{member.id}", "FORGET"))
    assert work["status"] == "left" and work["due_at"].startswith("2028-01-11")
    (letters,) = region.mail(member, "You have left")
    assert "Monday 10 January 2028" in " ".join(text(letters).split())
    region.meeting(starts_at="2027-03-04T10:00")
    assert not [each for each in region.mail(member, "4 March 2027")]
    region.done(OFFICE, "/communities/SW/chairs", {"members": [region.chair.id, region.ann.id]})


def test_who_left_comes_back_as_they_were_but_for_the_lead(region: Region):
    member = region.cloud.member()
    region.done(member, "/me/leave")
    assert region.cloud.call(
        "GET", "/me", bearer=region.cloud.session(member), html=True
    ).text.count("/me/rejoin")
    back = region.done(member, "/me/rejoin")
    assert (back["status"], back["confirmed"]) == ("active", True)
    assert wiring.table().get((f"FORGET#{member.id}", "FORGET")) is None
    assert region.ask(member, "POST", "/me/rejoin").status == 409
    assert region.mail(member, "Welcome")
    assert not region.mail(member, "You have left")  # it was void before it could be posted
    assert audit_actions(member) == ["leave", "rejoin"]
    region.done(member, "/me/leave")
    assert region.mail(member, "You have left")


def test_leaving_and_coming_back_on_one_day_leaves_no_trace_in_the_figures(region: Region):
    since = {"from": "2027-01-01", "until": None, "region": "SW"}
    member = region.cloud.member(periods=(since,))
    for _ in range(2):
        region.done(member, "/me/leave")
        region.done(member, "/me/rejoin")
    stored_member = stored_members.find_member(member.id)
    assert stored_member.periods == (since,)


def test_a_move_put_right_on_the_same_day_never_was(region: Region):
    since = {"from": "2027-01-01", "until": None, "region": "SW"}
    member = region.cloud.member(periods=(since,))
    region.done(member, "/me/region", {"region": "WNW"})
    region.done(member, "/me/region", {"region": "SW"})
    stored_member = stored_members.find_member(member.id)
    assert stored_member.periods == (since,)
    assert wiring.table().get(("REGISTER", f"WNW#{member.id}")) is None
    assert wiring.table().get(("REGISTER", f"SW#{member.id}"))["status"] == "active"


def test_who_moves_before_being_admitted_leaves_no_row_behind(region: Region):
    member = region.cloud.member(status="pending", confirmed=False, joined_on=None)
    region.done(member, "/me/region", {"region": "MW"})
    assert wiring.table().get(("REGISTER", f"SW#{member.id}")) is None
    assert wiring.table().get(("REGISTER", f"MW#{member.id}"))["status"] == "pending"


def test_an_address_that_was_asked_for_is_noted_with_the_member_until_it_is_forgotten(
    region: Region,
):
    member = region.cloud.member()

    def note(email: str) -> dict | None:
        return wiring.table().get((f"MEMBER#{member.id}", f"ADDRESS#{address_digest(email)}"))

    path = link(region, member, "noted@hse.ie")
    assert note("noted@hse.ie")["asked"] is True
    assert region.ask(member, "POST", path).status == 200
    assert note("noted@hse.ie") is None
    former = note(member.email)
    assert "asked" not in former and former["at"]
    changed = stored_members.find_member(member.id)
    region.ask(changed, "POST", ADDRESS, {"email": member.email})
    assert note(member.email) == former  # it stays known as theirs


def test_leaving_and_coming_back_is_no_way_round_being_admitted(region: Region):
    waiting = region.cloud.member(status="pending", confirmed=False, joined_on=None)
    for _ in range(2):
        region.done(waiting, "/me/leave")
        assert region.done(waiting, "/me/rejoin")["status"] == "pending"
    assert wiring.table().get((f"FORGET#{waiting.id}", "FORGET"))["status"] == "pending"
    assert region.ask(waiting, "GET", SW).status == 403


def test_who_takes_a_request_back_is_not_told_that_they_were_a_member(region: Region):
    waiting = region.cloud.member(status="pending", confirmed=False, joined_on=None)

    def read(path: str) -> str:
        bearer = region.cloud.session(waiting)
        answer = region.cloud.call("GET", path, bearer=bearer, html=True, query={"done": "left"})
        return answer.text

    page = read("/me/leave")
    region.done(waiting, "/me/leave")
    (letter,) = region.mail(waiting, "Your request is taken back")
    home = read("/me")
    assert "Your request to join is taken back." in home
    assert "took your request back" in " ".join(text(letter).split())
    for words in (page, home, text(letter)):
        assert not re.search(r"no longer a member|have left|no more|what you brought", words), words
    assert "Ask again" in home


@pytest.mark.parametrize("status", ["inactive", "declined"])
def test_whose_membership_the_office_ended_writes_to_the_office(region: Region, status: str):
    leaver = region.cloud.member(status=status)
    for path, body in (("/me/leave", None), ("/me/rejoin", None), ("/me/region", {"region": "MW"})):
        assert region.ask(leaver, "POST", path, body).status == 409
    page = region.cloud.call("GET", "/me", bearer=region.cloud.session(leaver), html=True)
    assert "write to them" in page.text and "/me/rejoin" not in page.text
    if status == "inactive":
        assert {"/me/data", "/me/erase"} <= set(Page(page.text).links)
    assert edit(region, leaver, name="Put right").status == 200
