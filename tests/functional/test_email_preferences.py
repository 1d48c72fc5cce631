"""Optional letters: by one click, on a page or by a link they end; the service itself goes on."""

import re
from datetime import timedelta

import pytest

from comhar import email_links, wiring
from comhar.letters.model import Draft, LetterId, Link
from comhar.letters.service import mint
from comhar.membership import repository as membership_repository
from tests.support import cloud as clouds
from tests.support import stored_members
from tests.support.page import Page
from tests.support.sample_region import Region, build_region, text

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


pytestmark = pytest.mark.xdist_group("pausing")  # one worker makes its community once


@pytest.fixture(scope="module")
def region():
    """Ann, Ben, Cian and a co-chair were reminded of a survey about a meeting; Dara had paused."""
    with clouds.open_cloud() as cloud:
        region = build_region(cloud, "SW")
        region.dara = cloud.member(name="Dara")
        region.done(region.dara, "/me/mail", {"paused": True})
        path = region.meeting(starts_at="2027-01-12T10:00")
        region.at(2027, 1, 12, 13)
        there = (region.ann, region.ben, region.cian, region.chair, region.dara)
        region.done(region.chair, f"{path}/close", {"attended": [each.id for each in there]})
        region.at(2027, 1, 13, 9)
        region.at(2027, 1, 21, 9)
        yield region


def survey(region: Region, member) -> list:
    return region.mail(member, "Reminder: How was the meeting")


def link(letter) -> str:
    return re.fullmatch(r"<https://comhar\.example(/pause/[\w-]{43})>", letter["List-Unsubscribe"])[
        1
    ]


def paused(region: Region, member) -> bool:
    item, row = (
        wiring.table().get(key)
        for key in (
            membership_repository.key(member.id),
            membership_repository.row_key("SW", member.id),
        )
    )
    assert item["paused"] == row["paused"]
    return bool(item["paused"])


def test_a_link_that_nobody_was_sent_pauses_nobody(region: Region):
    before = region.cloud.stored()
    for method in ("GET", "POST"):
        answer = region.cloud.call(method, "/pause/" + "A" * 43)
        assert answer.status == 410 and answer.json["next"]
    assert region.cloud.call("POST", "/me/mail", {"paused": True}).status == 401
    assert region.cloud.stored() == before


def test_an_optional_letter_says_how_to_end_its_kind_and_no_other_does(region: Region):
    (letter,) = survey(region, region.ann)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Id"] == "<optional.example.com>"  # RFC 2919
    path = link(letter)
    for kind in ("plain", "html"):
        assert path in letter.get_body((kind,)).get_content()
    for other in region.cloud.mail():
        if other["Subject"] != letter["Subject"]:
            assert other["List-Unsubscribe"] is other["List-Id"] is None


def test_a_scanner_that_opens_the_link_pauses_nothing_and_a_press_does(region: Region):
    path = link(survey(region, region.ann)[0])
    for method in ("GET", "HEAD", "GET"):
        assert region.cloud.call(method, path, html=True).status == 200
    assert not paused(region, region.ann)
    page = Page(region.cloud.call("GET", path, html=True).text)
    assert page.faults() == [] and ("POST", path) in page.forms
    pressed = region.cloud.call("POST", path, form={}, html=True)
    assert (pressed.status, pressed.headers["Location"]) == (303, path)
    assert paused(region, region.ann)
    after = Page(region.cloud.call("GET", path, html=True).text)
    assert after.faults() == [] and ("POST", path) not in after.forms


def test_a_mail_program_pauses_by_one_click_as_often_as_it_likes(region: Region):
    path = link(survey(region, region.ben)[0])
    parts = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
    kind = {"content-type": "multipart/form-data; boundary=b", "accept": "*/*"}
    assert region.cloud.call("POST", path, form=ONE_CLICK).status == 200
    assert paused(region, region.ben)
    assert region.cloud.call("POST", path, parts, headers=kind).status == 200
    assert region.cloud.call("POST", path, ONE_CLICK).json == {"paused": True}
    assert region.cloud.call("POST", path, {"List-Unsubscribe": "Two"}).status == 422


def test_the_link_of_who_is_being_erased_writes_nothing(region: Region):
    leaver = region.cloud.member(region=region.code)
    wanted = Link("pause", "/pause/{token}", leaver.id, leaver.id, 24)
    made, writes = mint(Draft(leaver.email, "", "", {}, wanted), region.cloud.now, "")
    wiring.table().transact(writes)
    member = stored_members.find_member(leaver.id)
    wiring.table().transact(
        membership_repository.change_writes(member, region.cloud.now, status="erasing")
    )
    before = region.cloud.written()
    path = str(made.context["link"])
    assert region.cloud.call("POST", path, ONE_CLICK).status == 410
    assert region.cloud.written() == before


def test_the_link_works_for_a_year(region: Region, monkeypatch: pytest.MonkeyPatch):
    path = link(survey(region, region.cian)[0])
    for days, status in ((364, 200), (366, 410)):
        monkeypatch.setattr(region.cloud, "now", region.cloud.now + timedelta(days))
        assert region.cloud.call("POST", path, ONE_CLICK).status == status
        monkeypatch.undo()


def test_who_paused_gets_no_survey_and_every_agenda(region: Region):
    region.meeting()
    assert survey(region, region.chair)
    assert not any("/surveys/" in text(each) for each in region.mail(region.dara))
    assert region.mail(region.dara, "Invitation")
    region.at(2027, 2, 12, 10)
    assert region.mail(region.dara, "Agenda")
    assert region.done(region.dara, "/me/mail", {"paused": False}) == {"paused": False}
    assert not paused(region, region.dara)


def test_the_page_says_what_always_comes(region: Region):
    bearer = region.cloud.session(region.ann)
    page = Page(region.cloud.call("GET", "/me/mail", bearer=bearer, html=True).text)
    assert "they are what a community is for" in " ".join(page.text.split())
    assert page.faults() == []


def test_whatever_can_be_paused_reads_the_member_to_know(region: Region):
    purposes = wiring.mailer()._purposes
    optional = {name for name, each in purposes.items() if each.optional}
    assert "survey" in optional
    assert not optional & {"invitation", "agenda", "cancellation", "sign_in", "join", "welcome"}
    for name in optional:
        letter = LetterId(name, "SW-1", "1", "person1")
        assert membership_repository.key("person1") in purposes[name].reads(letter)


def test_the_link_of_a_survey_and_the_link_to_pause_share_nothing(region: Region):
    (letter,) = survey(region, region.chair)
    item = wiring.table().get(email_links.link_key(link(letter).rpartition("/")[2]))
    assert item["purpose"] == "pause" and item["person"] == region.chair.id
    assert set(item) == {
        "pk", "sk", "purpose", "subject", "person", "facts", "expires_at", "expires",
    }  # fmt: skip
    assert (item["subject"], item["facts"]) == (region.chair.id, {})
