"""What a stack of commit 4eaaf99 had saved, a stack of today's reads, goes on with and migrates."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.support.plain_digests import items_with_plain_digests
from tests.support.saved_stack import SavedStack
from tests.support.stack_users import OFFICE

pytestmark = pytest.mark.xdist_group("saved folder")


def every(saved: SavedStack, table: str) -> list[dict[str, Any]]:
    """Every item of a table; tests may scan, the product may not."""
    client = saved.dynamodb()
    name = next(each for each in client.list_tables()["TableNames"] if table in each)
    pages = client.get_paginator("scan").paginate(TableName=name)
    return [item for page in pages for item in page["Items"]]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SavedStack]:
    running = SavedStack(tmp_path_factory.mktemp("saved") / "stack")
    running.start()
    running.settle()  # once it is re-keyed, nobody is asked to try again
    yield running
    running.stop()


def test_links_of_old_letters_work(saved: SavedStack) -> None:
    links = saved.links
    assert saved.post(links["sign_in"]).json["session"].startswith(saved.id_of("Bríd"))
    assert saved.post(links["answer"], {"answer": "yes"}).status == 200
    assert saved.get(links["poll"]).status == 200
    assert saved.post(links["pause"], {}).json["paused"]
    assert saved.post(links["not_me"], {}).status == 200
    joined = saved.post(
        links["sign_up"], {"name": "Quinn Ní Mhurchú", "region": "MW", "role": "peer_educator"}
    )
    assert (joined.status, joined.json["status"]) == (201, "active")
    invited = saved.post(
        links["invited"], {"name": "Tara Ní Cheallaigh", "region": "MW", "role": "peer_educator"}
    )
    assert (invited.status, invited.json["status"]) == (201, "active")
    assert saved.post(links["keep"], {}).json["status"] == "active"


def test_addresses_are_keyed_and_members_get_an_alias_by_themselves(saved: SavedStack) -> None:
    saved.settle()
    emails = [saved.email_of(name) for name in saved.saved["members"]]
    emails += ["tara@example.org", "sam@example.net", "cian+phone@hse.ie"]
    items = every(saved, "Core")
    left = [item for item in items if items_with_plain_digests([str(item)], *emails)]
    assert {item["pk"]["S"].partition("#")[0] for item in left} <= {
        "LETTER",
        "TAG",
        "TOKEN",
        "SIGNIN",
    }
    soon = (saved.now + timedelta(days=60)).timestamp()
    assert all(int(item["expires"]["N"]) < soon for item in left)
    members = [each for each in items if each["sk"]["S"] == "MEMBER"]
    named = {each["alias"]["S"] for each in members if each["status"]["S"] != "office"}
    aliases = {each["pk"]["S"] for each in items if each["sk"]["S"] == "ALIAS"}
    assert len(named) > 15 and aliases == {f"ALIAS#{each}" for each in named}


def test_histories_begin_before_there_were_aliases_and_go_on(saved: SavedStack) -> None:
    office, chair = saved.sign_in(OFFICE), saved.sign_in(saved.email_of("Aoife"))
    saved.get("/communities/SW", session=chair)
    path = f"/members/{saved.id_of('Cian')}"
    before = saved.get(path, session=office).json
    assert ("confirm", "Aoife Ní Bhriain") in [(e["what"], e["who"]) for e in before["history"]]
    edited = {"revision": before["revision"], "name": "Cian Óg Ó Dálaigh", "role": "peer_educator"}
    assert saved.post(f"{path}/edit", edited, session=office).status == 200
    after = saved.get(path, session=office).json["history"]
    assert [each["what"] for each in after][:1] == ["edit"] and len(after) == len(
        before["history"]
    ) + 1


def test_a_mailbox_that_is_a_members_becomes_nobody_elses(saved: SavedStack) -> None:
    assert saved.post("/join", {"email": "cian+other@hse.ie"}).status == 202
    assert "/sign-in/" in saved.letter("cian+other@hse.ie")["text"]
    office = saved.sign_in(OFFICE)
    entered = {"email": "grainne@hse.ie", "name": "G", "region": "SW", "role": "peer_educator"}
    assert saved.post("/members", entered, session=office).status == 409


def test_open_sessions_go_on(saved: SavedStack) -> None:
    for who in ("Aoife", "Cian"):
        me = saved.get("/me", session=saved.saved["sessions"][who]).json
        assert (me["id"], me["email"]) == (saved.id_of(who), saved.email_of(who))
    office = saved.get("/members", session=saved.saved["sessions"]["office"])
    assert {each["id"] for each in office.json["members"]} >= {saved.id_of("Kate")}


def test_a_link_that_was_asked_for_still_changes_the_address(saved: SavedStack) -> None:
    session = saved.sign_in(saved.email_of("Eimear"))
    assert saved.post(saved.links["new_address"], session=session).status == 200
    assert saved.sign_in("eimear.new@hse.ie").startswith(saved.id_of("Eimear"))


@pytest.mark.parametrize("name", ["Aoife", "Dara", "Gráinne", "Hugh", "Oscar", "Kate", "Máire"])
def test_every_account_signs_in_with_the_address_as_it_was(saved: SavedStack, name: str) -> None:
    session = saved.sign_in(saved.email_of(name))
    assert saved.get("/me", session=session).json["id"] == saved.id_of(name)


def test_what_waited_for_ses_is_sent(saved: SavedStack) -> None:
    saved.advance("PT20M")
    assert saved.link(saved.letter("rory@hse.ie"), "/sign-up/")


def test_reflections_are_read_by_who_could_read_them(saved: SavedStack) -> None:
    stored = saved.saved["reflections"]
    own, other = saved.sign_in(saved.email_of("Cian")), saved.sign_in(saved.email_of("Dara"))
    for which in ("own", "counted", "shared", "group"):
        read = saved.get(f"/reflections/{stored[which]}", session=own)
        assert read.status == 200, which
        assert "feelings" in read.text
    assert saved.get(f"/reflections/{stored['shared']}", session=other).status == 200
    assert saved.get(f"/reflections/{stored['own']}", session=other).status == 404
    drafted = saved.get("/reflections/new/feelings", session=saved.sign_in("brid@hse.ie"))
    assert "A draft that is not finished" in drafted.text


def test_meetings_polls_mail_and_reports_open(saved: SavedStack) -> None:
    chair, office = saved.sign_in(saved.email_of("Aoife")), saved.sign_in(OFFICE)
    for path in (
        f"/meetings/{saved.saved['meeting_held']}/record",
        f"/meetings/{saved.saved['meeting_coming']}",
        "/communities/SW",
        "/communities/SW/actions",
        f"/communities/SW/surveys/{saved.saved['survey_closed']}",
    ):
        assert saved.get(path, session=chair).status == 200, path
    for path in ("/reports/kpi/2027-Q1", "/reports/kpi/2027-Q1.xlsx", "/inbox", "/invitations"):
        assert saved.get(path, session=office).status == 200, path
    assert saved.get(f"/polls/{saved.saved['poll']}", session=office).status == 200


def test_the_closed_survey_shows_its_words_and_keeps_no_answers(saved: SavedStack) -> None:
    survey = saved.saved["survey_closed"]
    saved.advance("PT6M")
    keys = {(item["pk"]["S"], item["sk"]["S"]) for item in every(saved, "Ballots")}
    assert {sk for pk, sk in keys if survey in pk} == {"went_well#0"}
    path = f"/communities/SW/surveys/{survey}"
    answer = saved.get(path, session=saved.sign_in(saved.email_of("Aoife")))
    assert answer.json["responses"] == 7
    words = {each["key"]: each["texts"] for each in answer.json["questions"]}
    assert sorted(words["went_well"]) == [f"Bhí sé go maith, {n}" for n in range(7)]


def test_the_open_survey_is_answered_with_an_old_ballot_and_closes(saved: SavedStack) -> None:
    answers = {"answers": saved.saved["answered"]}
    for ballot in saved.saved["ballots"].values():
        assert saved.post(ballot, answers).status == 201
    assert saved.post(ballot, answers).status == 410
    saved.advance("P15D")
    path = f"/communities/SW/surveys/{saved.saved['survey_open']}"
    result = saved.get(path, session=saved.sign_in(saved.email_of("Aoife"))).json
    assert (result["withheld"], result["responses"]) == (None, 10)
    assert {item["pk"]["S"].partition("#")[0] for item in every(saved, "Ballots")} == {"RESULT"}
