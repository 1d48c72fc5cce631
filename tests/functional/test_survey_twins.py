"""Two members, one of whom answers a survey: nothing that either sees, gets or leaves behind tells which."""

import json
import re
from typing import Any

import pytest

from comhar import data
from tests.support.sample_region import Region, text
from tests.support.snapshots import built_once

LINK = re.compile(r"/surveys/[\w.-]{60,}")
SECRETS = re.compile(r"[A-Za-z0-9_-]{43,}|[0-9a-f]{64}")
AFTER = ((2027, 3, 1, 9), (2027, 3, 4, 17), (2027, 3, 5, 9))  # reminded; closed; the day after


@pytest.fixture
@built_once
def region(region: Region) -> Region:
    """Six were at a meeting; all but Ben answer what they think of it, and the survey runs to its end."""
    more = [region.cloud.member(name=name) for name in ("Dara", "Eva", "Fia")]
    meeting = region.meeting()
    region.at(2027, 2, 18, 15)
    there = [region.chair, region.ann, region.ben, *more]
    region.done(region.chair, f"{meeting}/close", {"attended": [each.id for each in there]})
    region.at(2027, 2, 19, 9)
    for each in there:
        if each is not region.ben:
            (link,) = LINK.findall(text(region.mail(each, "What was agreed")[0]))
            answer = {"answers": {"satisfaction": 4, "went_well": "The biscuits"}}
            assert region.cloud.call("POST", link, answer).status == 201
    return region


def both(region: Region) -> tuple[Any, Any]:
    return region.ann, region.ben


def same(region: Region, words: str) -> str:
    """The words with whatever is of one of the two called the same."""
    for who in both(region):
        searched = re.sub("[@.]", "", who.email)
        for own in (who.email, searched, who.id, who.alias, who.name):
            words = re.sub(rf"\b{re.escape(own)}\b", "…", words, flags=re.IGNORECASE)
    return SECRETS.sub("•", words)


def bodies(letter: Any) -> str:
    """All that is in an email but its attachments."""
    parts = [letter.get_body((kind,)).get_content() for kind in ("plain", "html")]
    return "\n".join([letter["Subject"], *parts])


@pytest.mark.parametrize("moment", [(2027, 2, 19, 10), *AFTER], ids=str)
def test_every_page_of_both_is_the_same(region: Region, moment: tuple[int, ...]):
    for each in (each for each in AFTER if each <= moment):
        region.at(*each)
    region.at(*moment)
    paths = [
        path.replace("{region}", "SW")
        for method, path, *_ in data.load("routes")
        if method == "GET" and "{" not in path.replace("{region}", "") and ".xlsx" not in path
    ]
    (survey,) = region.ask(region.chair, "GET", "/communities/SW/surveys").json["surveys"]
    paths.append(f"/communities/SW/surveys/{survey['id']}")
    meetings = {pk for _, pk, sk in region.cloud.items() if sk == "MEETING"}
    paths += [
        f"/meetings/{pk.partition('#')[2]}{page}" for pk in meetings for page in ("", "/record")
    ]
    seen, sessions = 0, [region.cloud.session(who) for who in both(region)]
    for path in paths:
        pages = [
            region.cloud.call("GET", path, bearer=session, html=html)
            for html in (True, False)
            for session in sessions
        ]
        assert pages[0].status == pages[1].status
        for one, other in (pages[:2], pages[2:]):
            assert same(region, one.text) == same(region, other.text), path
        seen += pages[0].status == 200
    assert seen > 30


def test_every_email_to_both_is_the_same(region: Region):
    for moment in AFTER:
        region.at(*moment)
    emails = [[same(region, bodies(each)) for each in region.mail(who)] for who in both(region)]
    subjects = [[each["Subject"] for each in region.mail(who)] for who in both(region)]
    assert subjects[0] == subjects[1]
    assert any(each.startswith("Reminder") for each in subjects[0])
    assert emails[0] == emails[1]


def test_every_stored_item_of_both_is_the_same(region: Region):
    for moment in [None, *AFTER]:
        if moment:
            region.at(*moment)
        items = [
            sorted(
                same(region, json.dumps([table, item], sort_keys=True, default=str))
                for (table, _, _), item in region.cloud.items().items()
                if who.id in json.dumps(item, default=str)
            )
            for who in both(region)
        ]
        assert len(items[0]) > 5
        assert items[0] == items[1]
