"""The email to whom somebody named to lead a meeting."""

from tests.support.sample_region import Region, text

ABOUT = "You lead"


def words(letter) -> str:
    return " ".join(text(letter).split())


def test_who_names_themselves_and_who_led_already_hear_nothing(region: Region):
    meeting = region.meeting()
    region.done(region.chair, f"{meeting}/lead", {"lead": region.chair.id})
    assert not region.mail(region.chair, ABOUT)
    region.done(region.chair, f"{meeting}/lead", {"lead": region.ann.id})
    region.done(region.other_chair, f"{meeting}/lead", {"lead": region.ann.id})
    assert len(region.mail(region.ann, ABOUT)) == 1


def test_who_is_named_reads_when_the_agenda_goes_out_and_where_it_is(region: Region):
    meeting = region.meeting()
    region.done(region.chair, f"{meeting}/lead", {"lead": region.ann.id})
    (letter,) = region.mail(region.ann, ABOUT)
    assert letter["Subject"] == "You lead: quarterly meeting, 18 February 2027"
    assert "It goes out automatically on Thursday 11 February 2027, 9am." in words(letter)
    assert f"{meeting}/agenda" in text(letter)


def test_named_at_a_close_they_hear_when_there_is_a_meeting_to_lead(region: Region):
    meeting = region.meeting()
    region.at(2027, 2, 18, 13)
    region.done(region.chair, f"{meeting}/close", {"attended": [], "next_lead": region.ann.id})
    assert not region.mail(region.ann, ABOUT)
    region.meeting(starts_at="2027-05-20T10:00")
    (letter,) = region.mail(region.ann, ABOUT)
    assert "20 May 2027" in letter["Subject"]


def test_named_at_a_close_for_a_meeting_that_is_planned_they_hear_at_once(region: Region):
    meeting = region.meeting()
    region.meeting(starts_at="2027-05-20T10:00")
    region.at(2027, 2, 18, 13)
    region.done(region.chair, f"{meeting}/close", {"attended": [], "next_lead": region.ben.id})
    (letter,) = region.mail(region.ben, ABOUT)
    assert "20 May 2027" in letter["Subject"]


def test_another_who_is_named_before_it_leaves_hears_in_their_place(region: Region):
    meeting = region.meeting()
    region.at(2027, 1, 15, 20)
    for who in (region.ann, region.ben):
        region.done(region.chair, f"{meeting}/lead", {"lead": who.id})
    region.at(2027, 1, 18, 8)
    assert not region.mail(region.ann, ABOUT)
    assert len(region.mail(region.ben, ABOUT)) == 1
