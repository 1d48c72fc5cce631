"""Irish: who writes to the office in Irish is answered in Irish, by the office's own words."""

import pytest

from comhar import data, wiring
from comhar.dates.dublin_time import stamp
from comhar.inbox.language import seems_irish
from tests.support.cloud import Cloud
from tests.support.office_mail import deliver, other_letters, read_message
from tests.support.page import Page
from tests.support.sample_region import OFFICE

pytestmark = pytest.mark.xdist_group("inbox_mail")
WORDS = "Fuaireamar do theachtaireacht.\n\nLéifidh duine í <b>."
LINE = "Go raibh maith agat as scríobh chugainn i nGaeilge."


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    return emptied


def write(cloud: Cloud, name: str = "irish", **replaced: str) -> None:
    """Delivers a mail to the office, and lets it be answered."""
    deliver(read_message(name, **replaced), "m1", cloud.now)
    cloud.post_letters()


def answer(cloud: Cloud, part: str = "plain") -> str:
    (letter,) = other_letters(cloud)
    return str(letter.get_body((part,)).get_content())


def fill(cloud: Cloud, **words: str) -> None:
    """The office writes Irish words for emails of these purposes."""
    sent = {"revision": 0, "irish": words}
    assert cloud.call("POST", "/texts/irish", sent, bearer=cloud.session(OFFICE)).status == 200


@pytest.mark.parametrize(
    "text",
    [
        "Dia duit, a chara. Tá ceist agam faoi na cruinnithe. An bhfuil ceann agaibh go luath?",
        "A chara,\nba mhaith liom páirt a ghlacadh. Conas a dhéanfaidh mé sin? Le meas, Seán",
        "TÁ BRÓN ORM NACH RAIBH MÉ ANN INNIU",
        "Ta bron orm nach raibh me ann. Go raibh maith agat.",
    ],
)
def test_irish_is_known_by_its_words(text: str) -> None:
    assert seems_irish(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Dia duit",
        "Hello, could you tell me when the next meeting is? Go raibh maith agat, Sinéad Ní Dhomhnaill",
        "Le meas, Seán Mac Giolla Bhríde",
        "I met Tá and Níl; each of us said ach, and that was it for the whole of the long afternoon there.",
        "Dzień dobry, mam pytanie o spotkanie",
        "😔" * 500,
    ],
)
def test_a_greeting_or_a_name_makes_no_irish_mail(text: str) -> None:
    assert not seems_irish(text)


def test_who_writes_in_english_gets_no_irish(cloud: Cloud) -> None:
    fill(cloud, acknowledged=WORDS)
    write(cloud, "gmail")
    assert "Fuaireamar" not in answer(cloud) and LINE not in answer(cloud)
    (mail,) = cloud.call("GET", "/inbox", bearer=cloud.session(OFFICE)).json["messages"]
    assert mail["irish"] is False


def test_without_an_irish_text_the_line_in_both_languages_stands_first(cloud: Cloud) -> None:
    write(cloud)
    words = answer(cloud)
    assert LINE in words and "Thank you for writing to us in Irish." in words
    assert words.index(LINE) < words.index("Your message has arrived") < words.index("116 123")
    html = answer(cloud, "html")
    assert f'<p lang="ga">{LINE}</p>' in html
    assert '<p lang="en">Thank you for writing to us in Irish.</p>' in html


def test_the_offices_irish_text_stands_first_and_in_its_language(cloud: Cloud) -> None:
    fill(cloud, acknowledged=WORDS)
    write(cloud)
    words, html = answer(cloud), answer(cloud, "html")
    assert "Fuaireamar do theachtaireacht." in words and LINE not in words
    assert '<p lang="ga">Léifidh duine í &lt;b&gt;.</p>' in html
    assert "Your message has arrived" in words


def test_a_link_to_join_begins_in_irish_too(cloud: Cloud) -> None:
    fill(cloud, join="Seo é do nasc.")
    address = {"sorcha.ni.dhomhnaill@gmail.com": "sorcha@hse.ie"}
    write(cloud, **address)
    assert "Seo é do nasc." in answer(cloud) and "/sign-up/" in answer(cloud)


def test_the_office_sees_that_the_reply_is_to_be_in_irish(cloud: Cloud) -> None:
    write(cloud)
    bearer = cloud.session(OFFICE)
    (mail,) = cloud.call("GET", "/inbox", bearer=bearer).json["messages"]
    assert mail["irish"] is True
    for path in ("/inbox", f"/inbox/{mail['id']}"):
        page = cloud.call("GET", path, bearer=bearer, html=True).text
        assert "Reply in Irish" in page and Page(page).faults() == []
    assert 'lang="ga"' in page


def test_a_mail_of_an_earlier_version_says_nothing_of_its_language(cloud: Cloud) -> None:
    write(cloud, "gmail")
    (item,) = wiring.table().query("INBOX#open").items
    assert "irish" not in item and item["at"] == stamp(cloud.now)


def test_the_irish_texts_are_typed_in_irish_and_blank_again_is_none(cloud: Cloud) -> None:
    bearer = cloud.session(OFFICE)
    for text in ("irish", "irish_line"):
        page = cloud.call("GET", f"/texts/{text}", bearer=bearer, html=True).text
        assert 'lang="ga"' in page and Page(page).faults() == []
    fill(cloud, acknowledged=WORDS)
    cloud.call("POST", "/texts/irish", {"revision": 1}, bearer=bearer)
    write(cloud)
    assert LINE in answer(cloud)


def test_only_emails_that_there_are_have_an_irish_text(cloud: Cloud) -> None:
    bearer = cloud.session(OFFICE)
    for field, irish in (("irish.poem", {"poem": "x"}), ("irish.agenda", {"agenda": "x" * 1001})):
        sent = {"revision": 0, "irish": irish}
        refused = cloud.call("POST", "/texts/irish", sent, bearer=bearer)
        assert refused.status == 422
        assert [each["field"] for each in refused.json["errors"]] == [field]


def test_every_email_that_nobody_writes_has_a_place_for_irish_words() -> None:
    """Not those that only the office gets, or who hosts a meeting; nor what a person wrote."""
    others = {"no_chairs", "kpi_ready", "kpi_final", "facilitation", "facilitation_end"}
    others |= {"mail_waiting"}
    others |= {"message", "message_reply", "sign_in"}
    places = [email["key"] for email in data.load("irish_emails")]
    assert len(places) == len({*places})
    assert {*places} == wiring.mailer().purposes - others


def test_a_member_who_prefers_irish_gets_the_offices_irish_words_and_no_other(cloud: Cloud) -> None:
    fill(cloud, left="Slán go fóill.")
    for language, is_irish in (("ga", True), ("en", False)):
        member = cloud.member(language=language)
        cloud.call("POST", "/me/leave", {}, bearer=cloud.session(member))
        cloud.post_letters()
        (letter,) = (each for each in cloud.mail() if each["To"] == member.email)
        words = letter.get_body(("plain",)).get_content()
        assert ("Slán go fóill." in words) is is_irish
        html = letter.get_body(("html",)).get_content()
        assert ('<p lang="ga">Slán go fóill.</p>' in html) is is_irish
        assert "You have left" in words
