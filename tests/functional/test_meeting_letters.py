"""The letters of meetings as they arrive: text and HTML say the same, and every fada survives."""

import re
from html.parser import HTMLParser

import pytest

from tests.support import cloud as clouds
from tests.support.sample_region import build_region, text

LONG = "Caoimhghín Ó Dubhshláine-Mac Giolla Phádraig"


class VisibleText(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self._skipped = "", set[str](), 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._skipped += tag in ("style", "title")
        self.links |= {value for name, value in attrs if name == "href"}

    def handle_endtag(self, tag):
        self._skipped -= tag in ("style", "title")

    def handle_data(self, data):
        self.text += "" if self._skipped else data


@pytest.fixture(scope="module")
def sent():
    """One letter of each purpose, to a co-chair with a long name, by what its subject begins with."""
    with clouds.open_cloud() as cloud:
        region = build_region(cloud, "SW")
        chair = region.cloud.member(name=LONG, chair_of=("SW",))
        ids = [chair.id, region.chair.id]
        region.done(region.chair, "/communities/SW/chairs", {"members": ids})
        meeting = region.meeting(topic="Éisteacht", venue="Caisleán Uí Chonaill")
        item = region.done(chair, f"{meeting}/items", {"title": "Teach nua"})["id"]
        region.done(chair, f"{meeting}/items/{item}/decline", {"reason": "Níl am ann"})
        cancelled = region.meeting(starts_at="2027-03-18T10:00")
        cloud.post_letters()
        region.done(chair, f"{cancelled}/cancel", {"reason": "Sneachta"})
        region.at(2027, 2, 11, 9)
        region.at(2027, 2, 22, 9)
        subjects = ("Invitation", "Agenda", "Cancelled", "Did it go ahead?", "Your agenda item")
        yield {subject: region.mail(chair, subject)[0] for subject in subjects}


@pytest.fixture(
    params=["Invitation", "Agenda", "Cancelled", "Did it go ahead?", "Your agenda item"]
)
def letter(request, sent):
    return sent[request.param]


def test_a_letter_is_plain_ascii_on_its_way_and_whole_when_it_arrives(letter):
    raw = letter.as_string()
    assert raw.isascii()
    assert max(map(len, raw.splitlines())) < 1000
    assert f"Dear {LONG}," in text(letter).replace("\n", " ")
    assert f"Dear {LONG}," in letter.get_body(("html",)).get_content()


def test_text_and_html_say_the_same_and_lead_to_the_same_places(letter):
    html = VisibleText(letter.get_body(("html",)).get_content())
    plain = text(letter)
    links = set(re.findall(r"https?://\S+", plain))
    links |= {link.partition("?answer=")[0] for link in links}  # where one can still choose
    assert links == {link for link in html.links if link.startswith("https:")}
    for words in ("Éisteacht", "Caisleán Uí Chonaill", "Sneachta", "Níl am ann", "Teach nua"):
        assert (words in " ".join(plain.split())) is (words in " ".join(html.text.split()))
    assert "None" not in (plain + html.text).split()


def test_a_subject_says_kind_and_day_and_nothing_of_persons_or_topics(letter):
    assert re.search(r"quarterly meeting, (18 February|18 March) 2027$", letter["Subject"])


def test_only_letters_that_ask_for_an_answer_carry_a_link_to_answer(letter):
    asks = letter["Subject"].startswith(("Invitation", "Agenda"))
    assert ("/answer/" in text(letter)) is asks


def test_a_letter_goes_to_one_person_from_an_address_that_is_read(letter):
    assert letter["To"].count("@") == 1
    assert letter["From"] == "Comhar <comhar@example.com>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Cc"] is None
    assert letter["Bcc"] is None
