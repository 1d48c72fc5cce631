"""News that goes out at once: a new co-chair, a named lead, a confirmed member, a declined item."""

from dataclasses import replace

import pytest

from tests.support.sample_region import OFFICE, Region

NEWS = {
    "chair_chosen": "you are a co-chair",
    "lead_named": "You lead",
    "confirmed": "You can now see your community",
    "item_declined": "Your agenda item",
}


def cause(region: Region, news: str) -> None:
    """Does what brings Ann this news."""
    if news == "chair_chosen":
        region.done(OFFICE, "/communities/SW/chairs", {"members": [region.ann.id, region.chair.id]})
    elif news == "lead_named":
        region.done(region.chair, f"{region.meeting()}/lead", {"lead": region.ann.id})
    elif news == "item_declined":
        meeting = region.meeting()
        item = region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})["id"]
        region.done(region.chair, f"{meeting}/items/{item}/decline", {"reason": "Next time"})
    else:
        region.done(region.chair, f"/members/{region.ann.id}/confirm")


@pytest.fixture
def region(region: Region, news: str) -> Region:
    if news == "confirmed":
        return replace(region, ann=region.cloud.member(name="Ann", confirmed=False))
    return region


pytestmark = pytest.mark.parametrize("news", NEWS)


def test_it_comes_at_once_and_once(region: Region, news: str):
    cause(region, news)
    assert len(region.mail(region.ann, NEWS[news])) == 1
    for hour in (10, 11):
        region.at(2027, 1, 12, hour)
    (letter,) = region.mail(region.ann, NEWS[news])
    assert "Rooms" not in letter["Subject"]


@pytest.mark.parametrize(
    ("moment", "waits_until"),
    [
        ((2027, 1, 14, 19, 0), (2027, 1, 15, 8)),  # Thursday evening
        ((2027, 1, 15, 7, 59), (2027, 1, 15, 8)),  # early on Friday
        ((2027, 1, 16, 12, 0), (2027, 1, 18, 8)),  # a Saturday
        ((2027, 1, 29, 19, 30), (2027, 2, 2, 8)),  # Friday evening before a bank holiday
    ],
    ids=["evening", "early", "weekend", "bank holiday"],
)
def test_out_of_hours_it_waits_for_the_next_morning_of_work(
    region: Region, news: str, moment: tuple[int, ...], waits_until: tuple[int, ...]
):
    region.at(*moment)
    cause(region, news)
    assert not region.mail(region.ann, NEWS[news])
    region.at(*waits_until[:3], 7, 59)
    assert not region.mail(region.ann, NEWS[news])
    region.at(*waits_until)
    assert len(region.mail(region.ann, NEWS[news])) == 1


def test_a_day_on_which_the_office_is_closed_is_waited_for(region: Region, news: str):
    region.done(OFFICE, "/closures", {"day": "2027-01-15"})
    region.at(2027, 1, 15, 10)
    cause(region, news)
    assert not region.mail(region.ann, NEWS[news])
    region.at(2027, 1, 18, 8)
    assert len(region.mail(region.ann, NEWS[news])) == 1


def test_what_no_longer_holds_in_the_morning_is_not_sent(region: Region, news: str):
    region.at(2027, 1, 15, 20)
    cause(region, news)
    region.done(OFFICE, f"/members/{region.ann.id}/deactivate", {"reason": "Left the service"})
    region.at(2027, 1, 18, 8)
    assert not region.mail(region.ann, NEWS[news])
