"""What the office does to a member's record: put it right, move, end, begin again, sign somebody up."""

import re
from datetime import datetime, timedelta

import pytest

from comhar import formatting, retention, wiring
from comhar.aws.conditions import Put
from comhar.communities import repository as communities_repository
from comhar.dates.dublin_time import stamp
from comhar.membership import email_addresses, sessions
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from tests.support import stored_members
from tests.support.cloud import Cloud
from tests.support.page import Page
from tests.support.sample_community import OFFICE, letters, office, text

CHAIRS = "/communities/{}/chairs"
pytestmark = pytest.mark.xdist_group("register_changes")


def get_member(member: Member) -> Member:
    found = stored_members.find_member(member.id)
    assert found
    return found


def filled(cloud: Cloud, member: Member) -> dict:
    """The edit form as a program fills it from what it read."""
    read = office(cloud, "GET", f"/members/{member.id}/edit").json
    names = (
        "name",
        "preferred_name",
        "role",
        "role_other",
        "workplace",
        "language",
        "ask_about",
        "shows",
    )
    was = {name: read[name] for name in names if read[name]}
    return {**was, "revision": read["revision"], "was": was}


def typed(form: dict) -> list[tuple[str, str]]:
    """The same as a browser sends it."""
    plain = {**form, **{f"was.{name}": each for name, each in form["was"].items()}}
    del plain["was"]
    pairs = [(name, each if isinstance(each, list) else [each]) for name, each in plain.items()]
    return [
        (f"{name}[]" if name.endswith("shows") else name, str(one))
        for name, each in pairs
        for one in each
    ]


def lines(member: Member) -> list[dict]:
    return wiring.table().query(f"SUBJECT#{member.audit_id}", table="audit").items


def done(cloud: Cloud, member: Member, what: str, body: dict | None = None) -> dict:
    answer = office(cloud, "POST", f"/members/{member.id}/{what}", body)
    assert answer.status < 300, answer.text
    return answer.json


def led(cloud: Cloud, region: str) -> tuple[Member, Member]:
    """A region's two co-chairs, in term."""
    since = ({"from": "2027-01-01", "until": None, "region": region},)
    chairs = cloud.member(region=region, periods=since), cloud.member(region=region, periods=since)
    body = {"members": [each.id for each in chairs]}
    assert office(cloud, "POST", CHAIRS.format(region), body).status == 200
    return chairs


# Putting a record right


def test_only_the_office_edits(cloud: Cloud):
    member, chair = cloud.member(region="SW"), cloud.member(region="SW", chair_of=("SW",))
    for who in (member, chair):
        for method in ("GET", "POST"):
            bearer = cloud.session(who)
            assert cloud.call(method, f"/members/{member.id}/edit", {}, bearer=bearer).status in (
                403,
                422,
            )
    assert get_member(member).revision == 0


def test_what_must_be_there_is_asked_for_in_words_about_somebody_else(cloud: Cloud):
    member = cloud.member()
    path = f"/members/{member.id}/edit"
    answer = office(cloud, "POST", path, {"revision": 0, "role": "other"})
    messages = {each["field"]: each["message"] for each in answer.json["errors"]}
    assert answer.status == 422
    assert messages["name"] == "Enter their name." and "role_other" in messages
    assert office(cloud, "POST", path, {"name": "Ann", "role": "other"}).status == 422
    assert (
        office(cloud, "GET", f"/members/{membership_repository.office_id(OFFICE)}/edit").status
        == 404
    )


def test_an_edit_is_kept_noted_by_its_fields_and_shown(cloud: Cloud):
    member = cloud.member(workplace="Cork", shows=("workplace",))
    form = filled(cloud, member) | {
        "name": "Síle Uí Bhriain",
        "workplace": "Béal Átha an Ghaorthaidh",
    }
    form |= {"shows": ["ask_about", "workplace"], "ask_about": "Garraíodóireacht"}
    assert done(cloud, member, "edit", form)["name"] == "Síle Uí Bhriain"
    after = get_member(member)
    assert (after.workplace, set(after.shows)) == (
        "Béal Átha an Ghaorthaidh",
        {"workplace", "ask_about"},
    )
    (line,) = lines(member)
    assert (line["what"], set(line["fields"])) == (
        "edit",
        {"name", "workplace", "ask_about", "shows"},
    )
    assert "Síle" not in str(line) and "Cork" not in str(line)
    assert done(cloud, member, "edit", filled(cloud, member))["name"] == "Síle Uí Bhriain"
    assert get_member(member).revision == after.revision and len(lines(member)) == 1


def test_who_edits_second_is_told_what_changed_and_overwrites_nothing(cloud: Cloud):
    member = cloud.member(name="Ann", workplace="Cork")
    first, second = filled(cloud, member), filled(cloud, member)
    done(cloud, member, "edit", first | {"workplace": "Kerry", "language": "ga"})
    answer = office(cloud, "POST", f"/members/{member.id}/edit", second | {"name": "Anna"})
    assert answer.status == 409
    problem = answer.json
    assert problem["revision"] == 1
    assert [(each["who"], each["what"]) for each in problem["done"]] == [("Office", "edit")]
    assert problem["changes"] == [
        {"field": "workplace", "was": "Cork", "now": "Kerry", "yours": "Cork"},
        {"field": "language", "was": "en", "now": "ga", "yours": "en"},
    ]
    assert (get_member(member).name, get_member(member).workplace) == ("Ann", "Kerry")
    blind = {name: value for name, value in second.items() if name != "was"}
    blind = office(cloud, "POST", f"/members/{member.id}/edit", blind).json
    assert [(each["was"], each["now"]) for each in blind["changes"]] == [
        (None, "Kerry"),
        (None, "ga"),
    ]


def test_the_page_keeps_what_the_second_typed_on_top_of_what_the_first_saved(cloud: Cloud):
    member = cloud.member(name="Ann", workplace="Cork", shows=("workplace",))
    path, second = f"/members/{member.id}/edit", filled(cloud, member)
    own = {"name": "Anna", "shows": []}
    done(cloud, member, "edit", second | {"workplace": "Kerry", "name": "Nan"})
    answer = office(cloud, "POST", path, form=typed(second | own), html=True)
    assert answer.status == 409
    page = Page(answer.text)
    assert page.faults() == [] and page.title.startswith("Error: ")
    assert "Changes by others" in page.text
    values = {
        each.get("name"): each.get("value")
        for each in page.fields
        if each.get("type") != "checkbox"
    }
    assert (values["name"], values["workplace"]) == ("Anna", "Kerry")
    assert (
        'name="revision" value="1"' in answer.text and 'name="was.name" value="Nan"' in answer.text
    )
    again = filled(cloud, member) | own
    assert office(cloud, "POST", path, form=typed(again), html=True).status == 303
    after = get_member(member)
    assert (after.name, after.workplace, after.shows) == ("Anna", "Kerry", ())


def test_two_who_save_in_the_same_moment_are_told_apart_by_the_table(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
):
    member = cloud.member(name="Ann")
    form = filled(cloud, member)
    changed = membership_repository.change_writes

    def meanwhile(before: Member, now: datetime, **changes) -> list:
        """Another person's write, after this one was decided."""
        monkeypatch.setattr(membership_repository, "change_writes", changed)
        wiring.table().transact(changed(before, now, workplace="Kerry"))
        return changed(before, now, **changes)

    monkeypatch.setattr(membership_repository, "change_writes", meanwhile)
    answer = office(cloud, "POST", f"/members/{member.id}/edit", form | {"name": "Anna"})
    assert answer.status == 409
    assert answer.json["type"] == "urn:comhar:edited-meanwhile"
    assert [each["field"] for each in answer.json["changes"]] == ["workplace"]
    assert (get_member(member).name, get_member(member).workplace) == ("Ann", "Kerry")


def test_a_co_chairs_new_name_stands_in_the_community_too(cloud: Cloud):
    chair, _ = led(cloud, "DNE")
    done(cloud, chair, "edit", filled(cloud, chair) | {"preferred_name": "Nell"})
    assert "Nell" in office(cloud, "GET", "/communities/DNE").json["chairs"]


def test_who_asked_to_be_deleted_is_left_alone(cloud: Cloud):
    member = cloud.member(status="erasing")
    assert office(cloud, "GET", f"/members/{member.id}/edit").status == 409
    form = {"revision": 0, "name": "Ann", "role": "other", "role_other": "Poet"}
    assert office(cloud, "POST", f"/members/{member.id}/edit", form).status == 409
    for what in ("admit", "decline", "confirm", "deactivate", "reactivate", "link"):
        assert office(cloud, "POST", f"/members/{member.id}/{what}").status == 409, what
    assert office(cloud, "POST", f"/members/{member.id}/move", {"region": "MW"}).status == 409
    assert get_member(member).revision == 0


def test_how_long_it_can_be_undone_is_said_as_it_is_set(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(retention._DAYS, "erasing", 9)
    member = cloud.member(status="erasing")
    assert "9 days" in office(cloud, "GET", f"/members/{member.id}", html=True).text
    assert "9 days" in office(cloud, "GET", f"/members/{member.id}/edit", html=True).text


def test_the_office_and_who_is_signed_up_read_the_same_words_for_what_is_shown(cloud: Cloud):
    member, letter = phoned(cloud, email="shown@hse.ie", name="Shown Person", language="ga")
    assert "workplace" not in letter and "place of work" in letter
    page = office(cloud, "GET", f"/members/{member.id}", html=True).text
    assert "place of work" in page and "Irish (Gaeilge)" in page and "workplace" not in page
    ending = office(cloud, "GET", f"/members/{member.id}/deactivate", html=True)
    assert "/retention" in Page(ending.text).links


# Standing


def test_who_was_declined_by_mistake_can_be_admitted(cloud: Cloud):
    member = cloud.member(status="pending", confirmed=False, joined_on=None)
    done(cloud, member, "decline", {"reason": "Not yet"})
    forget = wiring.table().get((f"FORGET#{member.id}", "FORGET"))
    assert (forget["status"], forget["due"]) == ("declined", "work")
    assert get_member(member).reason == "Not yet"
    done(cloud, member, "admit")
    after = get_member(member)
    assert (after.status, after.reason) == ("active", None)
    assert office(cloud, "POST", f"/members/{member.id}/decline").status == 409
    assert [line["what"] for line in lines(member)].count("admit") == 1


@pytest.mark.parametrize(
    ("status", "what", "days"), [("pending", "decline", 183), ("active", "deactivate", 365)]
)
def test_who_is_refused_or_ended_is_told_why_till_when_and_what_they_can_do(
    cloud: Cloud, status: str, what: str, days: int
):
    member = cloud.member(status=status, name=f"Told {what}")
    done(cloud, member, what, {"reason": "We asked for a supervisor's name."})
    (letter,) = (each for each in letters(cloud) if f"Dear Told {what}" in each)
    words = " ".join(letter.split())
    assert "Thank you" in words and "gave this reason: We asked for a supervisor" in words
    assert (
        f"until {formatting.format_day(cloud.now + timedelta(days=days))}" in words
        and "everything about you deleted sooner" in words
    )
    assert "https://comhar.example/me\r\n" in letter
    session = cloud.session(member)
    for page in ("/me", "/me/data", "/me/erase"):
        assert cloud.call("GET", page, bearer=session, html=True).status == 200


def test_a_move_keeps_the_history_and_ends_the_lead(cloud: Cloud):
    chair, other = led(cloud, "MW")
    path = f"/members/{chair.id}/move"
    assert cloud.call("POST", path, {"region": "WNW"}, bearer=cloud.session(other)).status == 403
    for region in ("MW", "XX"):
        assert office(cloud, "POST", path, {"region": region}).status == 422
    done(cloud, chair, "move", {"region": "WNW"})
    after, today = get_member(chair), cloud.now.date().isoformat()
    assert (after.region, after.chair_of, after.confirmed) == ("WNW", (), True)
    assert after.periods[-1] == {"from": today, "until": None, "region": "WNW"}
    community = communities_repository.get_community(wiring.table(), "MW", cloud.now)
    assert [each["id"] for each in community.chairs] == [other.id]
    assert [each.member for each in community.terms if str(each.ended_on) == today] == [chair.id]
    assert {
        row["id"]
        for row in office(cloud, "GET", "/members", query={"region": "WNW"}).json["members"]
    } == {chair.id}
    assert wiring.table().get(membership_repository.row_key("MW", chair.id))["status"] == "moved"
    assert wiring.table().get((f"CATCHUP#{chair.id}", "CATCHUP"))["region"] == "WNW"
    letters_there = [each for each in letters(cloud) if "West and North West" in each]
    assert any("no longer a co-chair" in each for each in letters_there)
    (line,) = (each for each in lines(chair) if each["what"] == "move")
    assert (line["region"], line["to"]) == ("MW", "WNW")


def test_an_ended_membership_ends_everywhere_and_can_begin_again(cloud: Cloud):
    chair, other = led(cloud, "DML")
    session = cloud.session(chair)
    assert office(cloud, "GET", f"/members/{chair.id}/deactivate", html=True).status == 200
    done(cloud, chair, "deactivate", {"reason": "They changed jobs."})
    after = get_member(chair)
    assert (after.status, after.chair_of, after.reason) == ("inactive", (), "They changed jobs.")
    assert cloud.call("GET", "/me", bearer=session).status == 401
    assert [
        each["id"]
        for each in communities_repository.get_community(wiring.table(), "DML", cloud.now).chairs
    ] == [other.id]
    forget = wiring.table().get((f"FORGET#{chair.id}", "FORGET"))
    assert (forget["status"], forget["due_at"]) == (
        "inactive",
        stamp(cloud.now + timedelta(days=365)),
    )
    assert "They changed jobs." in text(cloud)
    assert office(cloud, "POST", f"/members/{chair.id}/deactivate").status == 409
    assert office(cloud, "GET", f"/members/{chair.id}/deactivate").status == 409
    done(cloud, chair, "reactivate")
    again = get_member(chair)
    assert (again.status, again.reason, again.joined_on) == ("active", None, chair.joined_on)
    assert (again.periods[-1]["until"], again.chair_of) == (None, ())
    assert office(cloud, "POST", f"/members/{chair.id}/reactivate").status == 409
    noted = {line["what"] for line in lines(chair)}
    assert noted == {"appoint_chair", "deactivate", "reactivate"}


def test_more_open_sessions_than_one_transaction_holds_are_all_ended(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sessions, "_FIRST_TRANSACTION", 2)
    monkeypatch.setattr("comhar.aws.dynamodb.TRANSACTION_LIMIT", 2)
    member = cloud.member()
    values = [cloud.session(member) for _ in range(5)]
    done(cloud, member, "deactivate")
    for value in values:
        assert cloud.call("GET", "/me", bearer=value).status == 401
    assert wiring.table().query(f"MEMBER#{member.id}", "SESSION#").items == []


def test_a_sign_in_link_is_sent_again_as_often_as_the_office_asks(cloud: Cloud):
    member = cloud.member(name="Tadhg", email="tadhg.link@hse.ie")
    done(cloud, member, "link")
    (letter,) = (each for each in letters(cloud) if "Dear Tadhg," in each)
    link = re.search(r"/sign-in/[\w-]+", letter)
    assert link and "asked the National Office for it" in letter
    session = cloud.call("POST", link[0]).json["session"]
    assert cloud.call("GET", "/me", bearer=session).json["id"] == member.id
    for _ in range(6):
        done(cloud, member, "link")
    leaver = cloud.member(status="left")
    assert office(cloud, "POST", f"/members/{leaver.id}/link").status == 409


# Signing somebody up

PHONED = {"email": "Nora@Charity.example", "name": "Nóra Ní Loingsigh", "region": "SW"}
PHONED |= {
    "role": "other",
    "role_other": "Poet in residence",
    "workplace": "Cork",
    "shows": ["workplace"],
}


def phoned(cloud: Cloud, **more) -> tuple[Member, str]:
    """Somebody signed up by the office, and the letter they got."""
    answer = office(cloud, "POST", "/members", PHONED | more)
    assert answer.status == 201, answer.text
    member = stored_members.find_member(answer.json["id"])
    assert member
    (letter,) = (
        each
        for each in letters(cloud)
        if f"Dear {member.display_name}," in each and "phone" in each
    )
    return member, letter


def test_nobody_is_signed_up_by_halves(cloud: Cloud):
    answer = office(cloud, "POST", "/members", {})
    assert [each["field"] for each in answer.json["errors"]] == ["email", "name", "region", "role"]
    for odd in (
        {"email": "x"},
        {"region": "XX"},
        {"role": "king"},
        {"email": OFFICE},
        {"role_other": ""},
    ):
        assert office(cloud, "POST", "/members", PHONED | odd).status == 422, odd
    chair = cloud.session(cloud.member(chair_of=("SW",)))
    assert cloud.call("POST", "/members", PHONED, bearer=chair).status == 403
    assert not any("Dear Nóra" in each for each in letters(cloud))


def test_who_asked_by_phone_is_a_member_at_once_and_told_what_was_entered(cloud: Cloud):
    invited = email_addresses.invitation_write("nora@charity.example", "office-1", cloud.now)
    wiring.table().transact([invited])
    member, letter = phoned(cloud)
    assert (member.status, member.confirmed, member.email) == (
        "active",
        True,
        "nora@charity.example",
    )
    assert member.periods == ({"from": "2027-01-11", "until": None, "region": "SW"},)
    for entered in ("Nóra Ní Loingsigh", "South West", "Poet in residence", "Cork"):
        assert entered in letter
    assert wiring.table().get((invited.item["pk"], invited.item["sk"])) is None
    assert [line["what"] for line in lines(member)] == ["enter"]


def test_an_address_that_is_known_leads_to_its_member(cloud: Cloud):
    member = cloud.member(email="known.phone@hse.ie")
    answer = office(cloud, "POST", "/members", PHONED | {"email": "KNOWN.phone@hse.ie"})
    assert (answer.status, answer.json["member"]) == (409, member.id)
    form = {name: each for name, each in PHONED.items() if name != "shows"}
    form |= {"email": "known.phone@hse.ie"}
    page = office(cloud, "POST", "/members", form=form, html=True)
    assert page.status == 409
    assert f"/members/{member.id}" in Page(page.text).links
    assert "Poet in residence" in page.text


def test_looking_at_the_not_me_link_ends_nothing_and_its_button_ends_it(cloud: Cloud):
    member, letter = phoned(cloud, email="wrong@hse.ie", name="Wrong Person")
    session = cloud.session(member)
    link = re.search(r"/not-me/[\w-]+", letter)[0]
    for method in ("GET", "HEAD"):
        assert cloud.call(method, link, html=True).status == 200
    assert get_member(member).active
    answer = cloud.call("POST", link, html=True, form={})
    assert (answer.status, answer.headers["Location"]) == (303, "/?done=not_me")
    assert get_member(member).status == "inactive"
    assert cloud.call("GET", "/me", bearer=session).status == 401
    forget = wiring.table().get((f"FORGET#{member.id}", "FORGET"))
    assert (forget["status"], forget["due_at"]) == ("inactive", stamp(cloud.now))
    assert {line["what"] for line in lines(member)} == {"enter", "not_me"}
    cloud.post_letters()
    assert stored_members.find_member(member.id) is None
    for method in ("GET", "POST"):
        spent = cloud.call(method, link, html=True)
        assert spent.status == 410 and "sign in and leave" in spent.text


def test_who_has_signed_in_is_ended_by_no_letter(cloud: Cloud):
    member, letter = phoned(cloud, email="stays@hse.ie", name="Staying Person")
    link = re.search(r"/not-me/[\w-]+", letter)[0]
    done(cloud, member, "link")
    (signing_in,) = (
        each for each in letters(cloud) if "Dear Staying" in each and "/sign-in/" in each
    )
    assert cloud.call("GET", link).status == 200  # opening the other letter's link was no use of it
    session = cloud.call("POST", re.search(r"/sign-in/[\w-]+", signing_in)[0]).json["session"]
    cloud.now += timedelta(days=5)  # the session is forgotten by now
    for method in ("GET", "POST"):
        refused = cloud.call(method, link, html=True)
        assert refused.status == 410 and "sign in and leave" in refused.text
    assert get_member(member).active and session
    cloud.now -= timedelta(days=5)


@pytest.mark.parametrize("change", [{"workplace": "Kerry"}, {"email": "another@hse.ie"}])
def test_a_not_me_link_ends_only_what_its_own_letter_told_of(cloud: Cloud, change: dict):
    name = f"Other {next(iter(change))}"
    member, letter = phoned(cloud, email=f"told.{next(iter(change))}@hse.ie", name=name)
    link = re.search(r"/not-me/[\w-]+", letter)[0]
    assert cloud.call("GET", link).status == 200
    item = membership_repository.to_item(get_member(member).model_copy(update=change))
    after = get_member(member).model_copy(update=change)
    writes = (
        [Put(item)]
        if "email" in change
        else membership_repository.change_writes(get_member(member), cloud.now, **change)
    )
    wiring.table().transact(writes)
    assert cloud.call("POST", link).status == 410
    assert get_member(member).active and after.active


def test_a_not_me_link_of_another_purpose_or_age_is_no_good(cloud: Cloud):
    _, letter = phoned(cloud, email="late@hse.ie", name="Late Person")
    link = re.search(r"/not-me/[\w-]+", letter)[0]
    assert cloud.call("POST", link.replace("not-me", "sign-up")).status == 410
    cloud.now += timedelta(days=15)
    assert cloud.call("POST", link).status == 410
