"""Members stand as co-chair, or ask each other whether they would: who sees what, and nobody is pestered."""

from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region, text

SW = "/communities/SW"
STAND = f"{SW}/nominations"
ASKED, ANSWER = "a question from a member", "an answer to your question"


def seen(region: Region, who) -> dict:
    return region.ask(who, "GET", STAND).json


def names(region: Region, who) -> list[str]:
    return [each["name"] for each in seen(region, who)["standing"]]


def ask(region: Region, who, other) -> int:
    return region.ask(who, "POST", STAND, {"member": other.id}).status


def test_only_confirmed_members_stand_or_ask_and_only_confirmed_members_are_asked(region: Region):
    new = region.cloud.member(confirmed=False)
    for who in (new, region.stranger, OFFICE):
        assert region.ask(who, "POST", STAND, {"member": region.ann.id}).status == 403
    for wrong in (new.id, region.stranger.id, "nobody"):
        answer = region.ask(region.ann, "POST", STAND, {"member": wrong})
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "member")
    assert region.ask(new, "POST", f"{STAND}/accept").status == 403


def test_who_is_asked_stands_only_once_they_say_yes(region: Region) -> None:
    assert ask(region, region.ann, region.ben) == 200
    for who in (region.cian, region.chair, OFFICE):
        other = seen(region, who)
        assert (other["standing"], other["state"], other["asked_by"]) == ([], None, None)
        assert other["waiting_for"] is None
    assert seen(region, region.ann)["waiting_for"]["name"] == "Ben"
    assert (seen(region, region.ben)["state"], seen(region, region.ben)["asked_by"]) == (
        "asked",
        "Ann",
    )
    (letter,) = region.mail(region.ben, ASKED)
    words = " ".join(text(letter).split())
    assert "Ann would like to see you as a co-chair" in words and STAND in words
    for _ in range(2):
        assert region.done(region.ben, f"{STAND}/accept")["state"] == "standing"
    assert names(region, region.cian) == ["Ben"] == names(region, OFFICE)
    assert not region.mail(region.ann, ANSWER)


def test_a_no_is_told_to_who_asked_and_to_nobody_else_and_holds(region: Region) -> None:
    ask(region, region.ann, region.ben)
    region.done(region.ben, f"{STAND}/decline")
    (letter,) = region.mail(region.ann, ANSWER)
    assert "Ben thanks you for thinking of them" in " ".join(text(letter).split())
    assert [each["To"] for each in region.cloud.mail() if ANSWER in each["Subject"]] == [
        region.ann.email
    ]
    taken = region.ask(region.cian, "POST", STAND, {"member": region.ben.id})
    assert taken.status == 409 and "declin" not in taken.text and "Ann" not in taken.text
    assert ask(region, region.ann, region.cian) == 200  # who asked may ask somebody else now
    assert ask(region, region.ben, region.ben) == 200  # and who said no may change their mind
    assert names(region, region.ann) == ["Ben"]


def test_one_open_question_a_person_and_what_is_taken_back_reaches_nobody(region: Region) -> None:
    ask(region, region.ann, region.ben)
    assert ask(region, region.ann, region.cian) == 409
    assert ask(region, region.cian, region.ben) == 409
    region.done(region.ann, f"{STAND}/withdraw")
    assert not region.mail(region.ben, ASKED)
    assert region.ask(region.ben, "POST", f"{STAND}/accept").status == 409
    assert ask(region, region.ann, region.ben) == 409  # not again and again
    assert region.ask(region.ann, "POST", f"{STAND}/withdraw").status == 409


def test_who_stands_can_stop_and_choosing_forgets_all(region: Region) -> None:
    ask(region, region.ann, region.ann)
    ask(region, region.ben, region.ben)
    region.done(region.ann, f"{STAND}/decline")
    assert names(region, region.cian) == ["Ben"]
    first = region.ask(OFFICE, "GET", f"{SW}/chairs").json["members"][0]
    assert (first["name"], first["hint"]) == ("Ben", "Stands as co-chair")
    region.done(OFFICE, f"{SW}/chairs", {"members": [region.ann.id, region.ben.id]})
    assert names(region, region.cian) == []
    assert ask(region, region.cian, region.ann) == 200


def test_who_leaves_does_not_stand_and_what_they_asked_is_void(region: Region) -> None:
    ask(region, region.ann, region.ann)
    ask(region, region.ann, region.ben)
    region.done(region.ann, "/me/leave", {})
    assert names(region, region.cian) == []
    assert seen(region, region.ben)["state"] is None
    assert not region.mail(region.ben, ASKED)


def test_who_leaves_as_they_accept_does_not_stand(region: Region, monkeypatch) -> None:
    from comhar.leadership import repository as leadership_repository

    ask(region, region.ann, region.ben)
    read, left = leadership_repository.get_candidates, []

    def late(table, code):
        found = read(table, code)
        if not left:
            left.append(code)
            region.done(region.ben, "/me/leave", {})
        return found

    monkeypatch.setattr(leadership_repository, "get_candidates", late)
    assert region.ask(region.ben, "POST", f"{STAND}/accept").status == 409
    assert names(region, region.cian) == []


def test_who_is_not_confirmed_sees_how_many_and_no_name(region: Region) -> None:
    new = region.cloud.member(confirmed=False)
    ask(region, region.ann, region.ann)
    answer = region.ask(new, "GET", STAND)
    assert (answer.json["hidden"], answer.json["count"]) == (True, 1)
    assert "Ann" not in answer.text


# The leadership page


def test_who_offers_comes_first_then_who_never_led_then_who_led_longest_ago(region: Region) -> None:
    for day, who in ((12, region.ben), (13, region.ann)):
        meeting = region.meeting(starts_at=f"2027-01-{day}T10:00")
        region.done(region.chair, f"{meeting}/lead", {"lead": who.id})
    for day in (12, 13):
        region.at(2027, 1, day, 12)
        row = region.ask(region.chair, "GET", f"{SW}/meetings").json
        path = next(each["id"] for each in _meetings(row) if each["starts_at"][8:10] == str(day))
        there = [region.ben.id, region.ann.id]
        region.done(region.chair, f"/meetings/{path}/close", {"attended": there})
    region.done(region.ann, f"{SW}/leadership/turn", {"offered": True})
    page = region.ask(region.cian, "GET", f"{SW}/leadership").json
    turns = [(each["name"], each["led"]) for each in page["turns"]]
    assert turns[0] == ("Ann", "2027-01-13") and turns[-1] == ("Ben", "2027-01-12")
    assert ("Cian", None) in turns and page["never_led"] == 3
    coming = region.meeting()
    offered = region.ask(region.chair, "GET", f"{coming}/lead").json["people"]
    assert [each["name"] for each in offered][::4] == ["Ann", "Ben"]
    region.done(region.ann, f"{SW}/leadership/turn", {"offered": False})
    page = region.ask(region.cian, "GET", f"{SW}/leadership").json
    assert [each["name"] for each in page["turns"]][-2:] == ["Ben", "Ann"]


def _meetings(page: dict) -> list[dict]:
    return [each for rows in page.values() if isinstance(rows, list) for each in rows]


def test_the_page_names_past_co_chairs_and_how_each_term_ended(region: Region) -> None:
    region.done(OFFICE, f"{SW}/chairs", {"members": [region.ann.id, region.ben.id]})
    region.at(2027, 2, 1, 9)
    region.done(region.ann, f"{SW}/chairs/step-down", {})
    terms = region.ask(region.cian, "GET", f"{SW}/leadership").json["terms"]
    ended = {each["name"]: (each["ended"], each["last_day"]) for each in terms}
    assert ended == {"Ann": ("early", "2027-01-31"), "Ben": ("running", None)}
    region.at(2027, 3, 1, 9)
    region.done(OFFICE, f"{SW}/chairs", {"members": [region.cian.id, region.ann.id]})
    terms = region.ask(region.cian, "GET", f"{SW}/leadership").json["terms"]
    assert ("Ben", "replaced") in [(each["name"], each["ended"]) for each in terms]
    new = region.cloud.member(confirmed=False)
    hidden = region.ask(new, "GET", f"{SW}/leadership")
    assert hidden.json["turns"] == [] and "Ann" not in hidden.text


def test_the_handover_shows_all_that_is_open(region: Region) -> None:
    meeting = region.meeting()
    region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})
    action = {"what": "Ring the library", "who": region.ann.id, "by": "2027-03-15"}
    region.done(region.chair, f"{SW}/actions", action)
    region.cloud.member(confirmed=False)
    page = region.ask(region.chair, "GET", f"{SW}/handover").json
    assert (page["undecided"], page["unconfirmed"]) == (["Rooms"], 1)
    assert page["actions"] == [{"what": "Ring the library", "by": "2027-03-15"}]
    assert [each["stands"] for each in page["meetings"]] == ["open"]
    bearer = region.cloud.session(region.chair)
    for path in ("/handover", "/leadership", "/nominations", "/chairs", "/chairs/step-down"):
        answer = region.cloud.call("GET", f"{SW}{path}", bearer=bearer, html=True)
        assert Page(answer.text).faults() == [], path
