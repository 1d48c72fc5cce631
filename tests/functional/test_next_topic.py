"""The vote on the next topic through the routes: ideas, votes, how it stands, what the close makes of it."""

import pytest

from comhar import data, wiring
from comhar.aws.dynamodb import Table
from tests.support.sample_region import OFFICE, Region
from tests.support.snapshots import built_once

FIRST, SECOND, THIRD, FOURTH = data.load("topics")[:4]


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    return region.meeting()


def vote(region: Region, who, meeting: str, *topics: str):
    return region.ask(who, "POST", f"{meeting}/topics", {"topics": list(topics)})


def results(region: Region, who, meeting: str):
    return region.ask(who, "GET", f"{meeting}/topics").json["results"]


def test_nobody_votes_for_more_than_three_or_for_what_is_not_on_the_list(region, meeting):
    for wrong in ((FIRST, SECOND, THIRD, FOURTH), ("Nothing of the kind",)):
        answer = vote(region, region.ann, meeting, *wrong)
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "topics")
    assert region.ask(region.ann, "GET", f"{meeting}/topics").json["mine"] == []


def test_only_members_of_the_community_vote(region, meeting):
    waiting = region.cloud.member(status="pending", confirmed=False)
    for who in (region.stranger, OFFICE, waiting):
        assert vote(region, who, meeting, FIRST).status == 403
    assert vote(region, None, meeting, FIRST).status == 401


def test_how_it_stands_is_shown_to_who_has_voted_and_who_leads_in_counts_alone(region, meeting):
    vote(region, region.ann, meeting, FIRST, SECOND)
    assert results(region, region.ben, meeting) is None
    assert results(region, region.chair, meeting) is not None
    vote(region, region.ben, meeting, SECOND)
    topics = region.ask(region.ben, "GET", f"{meeting}/topics")
    assert topics.json["results"] == [
        {"topic": SECOND, "votes": 2},
        {"topic": FIRST, "votes": 1},
    ]
    assert region.ann.id not in topics.text and "Ann" not in topics.text


def test_a_vote_replaces_the_one_before_and_can_be_taken_back(region, meeting):
    vote(region, region.ann, meeting, FIRST)
    vote(region, region.ann, meeting, SECOND, SECOND)
    assert results(region, region.ann, meeting) == [{"topic": SECOND, "votes": 1}]
    assert vote(region, region.ann, meeting).status == 200
    assert results(region, region.ann, meeting) is None
    assert results(region, region.chair, meeting) == []


def test_an_idea_joins_the_list_once_without_a_name(region, meeting):
    region.done(region.ann, f"{meeting}/ideas", {"title": "Éisteacht"})
    for title in ("éisteacht", FIRST.upper()):
        again = region.ask(region.ben, "POST", f"{meeting}/ideas", {"title": title})
        assert (again.status, again.json["errors"][0]["field"]) == (422, "title")
    seen = region.ask(region.ben, "GET", f"{meeting}/topics")
    assert [(each["title"], each["mine"]) for each in seen.json["ideas"]] == [("Éisteacht", False)]
    assert region.ann.id not in seen.text
    assert vote(region, region.ben, meeting, "Éisteacht").status == 200


def test_there_is_an_end_to_ideas(region, meeting):
    for each in [region.cloud.member(name=f"Member {number}") for number in range(8)]:
        for number in range(5):
            region.done(each, f"{meeting}/ideas", {"title": f"Idea {number} of {each.id}"})
    answer = region.ask(region.ann, "POST", f"{meeting}/ideas", {"title": "One more"})
    assert (answer.status, answer.json["type"]) == (409, "urn:comhar:enough-ideas")


def test_nobody_has_more_than_five_ideas_on_the_list(region, meeting):
    made = [
        region.done(region.ann, f"{meeting}/ideas", {"title": f"Idea {number}"})["id"]
        for number in range(5)
    ]
    more = {"title": "One more"}
    answer = region.ask(region.ann, "POST", f"{meeting}/ideas", more)
    assert (answer.status, answer.json["type"]) == (409, "urn:comhar:enough-of-yours")
    assert region.ask(region.ben, "POST", f"{meeting}/ideas", more).status == 201
    region.done(region.ann, f"{meeting}/ideas/{made[0]}/withdraw")
    region.done(region.ann, f"{meeting}/ideas", {"title": "Another"})


def test_an_idea_is_taken_off_by_its_author_or_who_leads_and_its_votes_with_it(region, meeting):
    made = [
        region.done(region.ann, f"{meeting}/ideas", {"title": title})["id"] for title in ("A", "B")
    ]
    vote(region, region.ben, meeting, "A", "B")
    refused = region.ask(region.ben, "POST", f"{meeting}/ideas/{made[0]}/withdraw")
    assert refused.status == 403
    region.done(region.ann, f"{meeting}/ideas/{made[0]}/withdraw")
    assert results(region, region.ben, meeting) == [{"topic": "B", "votes": 1}]
    region.done(region.chair, f"{meeting}/ideas/{made[1]}/withdraw")
    assert results(region, region.chair, meeting) == []
    removed = region.ask(region.chair, "POST", f"{meeting}/ideas/{made[1]}/withdraw")
    assert removed.status == 409
    lines = wiring.table().query(f"SUBJECT#{meeting.rpartition('/')[2]}", table="audit").items
    audit_lines = [(each["who"], each["idea"]) for each in lines if each["what"] == "withdraw_idea"]
    assert audit_lines == [(region.chair.audit_id, made[1])]


@pytest.mark.parametrize(
    ("votes", "chosen"),
    [([(FIRST,), (SECOND, FIRST)], FIRST), ([(FIRST,), (SECOND,)], None), ([], None)],
)
def test_the_closing_form_starts_from_the_topic_with_most_votes(region, meeting, votes, chosen):
    for who, topics in zip((region.ann, region.ben), votes, strict=False):
        vote(region, who, meeting, *topics)
    region.at(2027, 2, 18, 12)
    form = region.ask(region.chair, "GET", f"{meeting}/close").json
    assert form["next_topic"] == chosen


def test_all_regions_vote_on_what_a_national_meeting_leads_to(region, monkeypatch):
    body = {"starts_at": "2027-03-10T10:00", "minutes": 120, "mode": "online"}
    made = region.done(OFFICE, "/national/meetings", body)
    path = f"/meetings/{made['id']}"
    for who in (region.ann, region.stranger):
        assert vote(region, who, path, FIRST).status == 200
    query = Table.query

    def no_votes(*about, **bounds):
        page = query(*about, **bounds)
        assert not [each for each in page.items if each["sk"].startswith("VOTE#")]
        return page

    with monkeypatch.context() as patch:
        patch.setattr(Table, "query", no_votes)
        own = region.ask(region.ann, "GET", f"{path}/topics").json
        assert (own["mine"], own["results"], own["voted"]) == ([FIRST], None, None)
    bearer = region.cloud.session(region.ann)
    page_text = region.cloud.call("GET", f"{path}/topics", bearer=bearer, html=True).text
    assert "once you have" not in page_text and "Votes so far" not in page_text
    region.at(2027, 3, 10, 13)
    form = region.ask(OFFICE, "GET", f"{path}/close").json
    assert (form["next_topic"], form["national"], form["people"]) == (FIRST, True, [])
    assert results(region, OFFICE, path) == [{"topic": FIRST, "votes": 2}]
    assert len(wiring.table().query(f"REPLIES#{made['id']}", "VOTE#").items) == 2
