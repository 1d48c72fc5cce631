"""People in one role in different regions: who finds whom, and who writes to whom without an address."""

import re
from typing import Any

import pytest

from comhar import wiring
from tests.support.sample_region import OFFICE, Region, text

PEERS = "/me/peers"
ROLE = {"role": "recovery_educator"}
SUBJECT = "A message from a colleague in another region"
WORDS = {"text": "How do you begin?"}


@pytest.fixture
def pair(region: Region) -> tuple[Region, Any]:
    """Ann, and somebody in her role in another region; both can be found."""
    other = region.cloud.member(region="DSE", name="Gráinne", ask_about="Recovery plans", **ROLE)
    for who in (region.ann, other):
        region.done(who, PEERS, {"findable": True})
    return region, other


def listed(region: Region, who: Any) -> list[str]:
    return [each["name"] for each in region.ask(who, "GET", PEERS).json["people"]]


def write(region: Region, who: Any, to: Any):
    return region.ask(who, "POST", f"{PEERS}/{to.id}/message", WORDS)


def test_only_confirmed_members_find_anybody(region: Region):
    new = region.cloud.member(region="SW", confirmed=False, **ROLE)
    for who in (new, OFFICE):
        assert region.ask(who, "GET", PEERS).status == 403
        assert region.ask(who, "POST", PEERS, {"findable": True}).status == 403


def test_one_finds_others_only_while_they_find_one(pair: tuple[Region, Any]):
    region, other = pair
    (found,) = region.ask(region.ann, "GET", PEERS).json["people"]
    assert found == {
        "id": other.id, "name": "Gráinne", "region": "DSE", "ask_about": "Recovery plans",
    }  # fmt: skip
    assert listed(region, other) == ["Ann"]
    region.done(region.ann, PEERS, {"findable": False})
    assert listed(region, region.ann) == listed(region, other) == []
    assert write(region, region.ann, other).status == 404
    assert write(region, other, region.ann).status == 404


@pytest.mark.parametrize(
    "about",
    [
        {"region": "SW", **ROLE},
        {"region": "DSE", "role": "peer_educator"},
        {"region": "DSE", "role": "other", "role_other": "Gardener"},
        {"region": "DSE", "confirmed": False, **ROLE},
        {"region": "DSE", "findable": False, **ROLE},
        {"region": "DSE", "do_not_write": True, **ROLE},
        {"region": "DSE", "away": ({"from": "2027-01-04", "until": "2027-02-01"},), **ROLE},
    ],
)
def test_who_is_not_in_the_role_elsewhere_or_not_here_is_not_found(
    region: Region, about: dict[str, Any]
):
    other = region.cloud.member(**{"name": "Gráinne", "findable": True, **about})
    region.done(region.ann, PEERS, {"findable": True})
    assert listed(region, region.ann) == []
    assert region.ask(region.ann, "GET", f"{PEERS}/{other.id}/message").status == 404
    assert write(region, region.ann, other).status == 404


def test_a_role_of_one_s_own_words_finds_nobody(region: Region):
    one = region.cloud.member(region="SW", role="other", role_other="Gardener", findable=True)
    region.cloud.member(region="DSE", role="other", role_other="Gardener", findable=True)
    page = region.ask(one, "GET", PEERS).json
    assert page["role"] is None and page["people"] == []


def test_what_one_is_called_where_one_is_and_whether_follows_at_once(pair: tuple[Region, Any]):
    region, other = pair
    about = {"name": "Gráinne", "preferred_name": "Gráinne Óg", "ask_about": "Choirs"}
    details = region.ask(other, "GET", "/me/details").json
    region.done(other, "/me/details/edit", {**about, **ROLE, "revision": details["revision"]})
    region.done(OFFICE, f"/members/{other.id}/move", {"region": "MW"})
    (found,) = region.ask(region.ann, "GET", PEERS).json["people"]
    assert (found["name"], found["region"], found["ask_about"]) == ("Gráinne Óg", "MW", "Choirs")
    region.done(other, "/me/leave")
    assert listed(region, region.ann) == []


def test_a_message_and_its_reply_go_through_comhar_without_an_address(pair: tuple[Region, Any]):
    region, other = pair
    assert write(region, region.ann, other).status == 201
    region.at(2027, 1, 11, 9, 1)
    (mail,) = region.mail(other, SUBJECT)
    assert WORDS["text"] in text(mail) and "in your role in South West" in " ".join(
        text(mail).split()
    )
    assert mail["From"].addresses[0].addr_spec == wiring.settings().mail_from
    assert mail["From"].addresses[0].display_name == "Ann, South West Community of Practice"
    assert region.ann.email not in mail.as_string() and mail["Reply-To"] is None

    (page,) = re.findall(r"/reply/[\w-]{43}", text(mail))
    assert "to you" in region.cloud.call("GET", page, html=True).text
    region.done(None, page, {"text": "With tea."})
    region.at(2027, 1, 11, 9, 3)
    (reply,) = region.mail(region.ann, "A reply to your message")
    assert "Gráinne replies" in text(reply) and "With tea." in text(reply)
    assert other.email not in reply.as_string()
    assert f"{PEERS}/{other.id}/message" in text(reply)


def test_nobody_else_reads_such_a_message(pair: tuple[Region, Any]):
    region, other = pair
    written = write(region, region.ann, other).json["id"]
    for who in (region.chair, OFFICE, region.ann):
        assert region.ask(who, "GET", f"/messages/{written}").status == 404
        assert region.ask(who, "POST", f"/messages/{written}/cancel").status == 404
    for path in ("/communities/SW/messages", "/national/messages"):
        assert region.ask(OFFICE, "GET", path).json["messages"] == []


def test_who_can_no_longer_be_found_gets_no_message_that_waited(pair: tuple[Region, Any]):
    region, other = pair
    region.at(2027, 1, 11, 20)
    sends_at = write(region, region.ann, other).json["sends_at"]
    assert sends_at.startswith("2027-01-12T08:00")
    region.done(other, PEERS, {"findable": False})
    region.at(2027, 1, 12, 8, 1)
    assert region.mail(other, SUBJECT) == []


def test_one_writes_ten_such_messages_in_seven_days(pair: tuple[Region, Any]):
    region, other = pair
    assert [write(region, region.ann, other).status for _ in range(11)] == [201] * 10 + [409]
    region.at(2027, 1, 19, 9)
    assert write(region, region.ann, other).status == 201


@pytest.mark.parametrize("wrong", [{}, {"text": " "}, {"text": "x" * 5_001}])
def test_what_cannot_be_sent_is_refused(pair: tuple[Region, Any], wrong: dict[str, str]):
    region, other = pair
    assert region.ask(region.ann, "POST", f"{PEERS}/{other.id}/message", wrong).status == 422


def test_a_page_of_the_list_that_there_is_not_is_refused(pair: tuple[Region, Any]):
    region, _ = pair
    bearer = region.cloud.session(region.ann)
    query = {"cursor": "PEER#peer_educator#DSE#x#1"}
    assert region.cloud.call("GET", PEERS, bearer=bearer, query=query).status == 400


def test_what_was_written_is_in_one_s_own_data_and_goes_with_one(pair: tuple[Region, Any]):
    region, other = pair
    write(region, region.ann, other)
    region.at(2027, 1, 11, 9, 1)
    own = region.ask(region.ann, "GET", "/me/data.json").json
    assert [each["text"] for each in own["messages"]] == [WORDS["text"]]
    region.ask(region.ann, "POST", "/me/erase")
    region.cloud.post_letters()
    sent = "".join(text(each) for each in region.mail(region.ann, ""))
    region.done(None, re.findall(r"/erase/[\w-]{20,}", sent)[0])
    region.at(2027, 1, 19, 9)
    table = wiring.table()
    assert table.query("REGION#PEERS").items == []
    left = table.query("REGION#IE", "PEER#").items
    assert [item["name"] for item in left] == ["Gráinne"]
