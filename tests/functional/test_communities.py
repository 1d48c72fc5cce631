"""A community through the routes: who sees whom, who names the co-chairs; and who may not."""

import pytest

from comhar import retention, wiring
from comhar.aws.conditions import Delete
from comhar.communities import repository as communities_repository
from comhar.community_home import service as community_home_service
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.membership.repository import office_id
from comhar.person_names import sort_key
from comhar.reflections.model import STEPS
from tests.support import stored_members
from tests.support.cloud import GatewayResponse
from tests.support.page import Page
from tests.support.sample_region import FORM, OFFICE, Region

SW, CHAIRS, MEETINGS = "/communities/SW", "/communities/SW/chairs", "/communities/SW/meetings"
MW, WNW = "/communities/MW", "/communities/WNW"
PLACE = {"name": "Us", "detail": "We listen.", "reach": "Call 1800 1234", "href": "tel:18001234"}


def test_only_co_chairs_and_the_office_name_co_chairs(region: Region):
    body = {"members": [region.ann.id, region.ben.id]}
    assert region.ask(None, "POST", CHAIRS, body).status == 401
    for who in (region.ann, region.stranger):
        assert region.ask(who, "POST", CHAIRS, body).status == 403
        assert region.ask(who, "GET", CHAIRS).status == 403
    assert region.ask(region.chair, "POST", CHAIRS, body).status == 200


@pytest.mark.parametrize(
    "case", ["one", "three", "twice", "stranger", "waiting", "unknown", "term"]
)
def test_two_active_members_of_the_region_lead_it_and_nobody_else(region: Region, case: str):
    waiting = region.cloud.member(status="pending", confirmed=False)
    ann, ben = region.ann.id, region.ben.id
    body = {
        "one": {"members": [ann]},
        "three": {"members": [ann, ben, region.cian.id]},
        "twice": {"members": [ann, ann]},
        "stranger": {"members": [ann, region.stranger.id]},
        "waiting": {"members": [ann, waiting.id]},
        "unknown": {"members": [ann, "nobody"]},
        "term": {"members": [ann, ben], "term_months": 7},
    }[case]
    answer = region.ask(OFFICE, "POST", CHAIRS, body)
    assert answer.status == 422
    field = answer.json["errors"][0]["field"]
    assert field.partition(".")[0] == ("term_months" if case == "term" else "members")
    assert region.ask(region.ann, "GET", "/me").json["chair_of"] == []


def test_new_co_chairs_are_confirmed_and_those_before_step_down(region: Region):
    new = region.cloud.member(name="Órla", confirmed=False)
    body = {"members": [region.chair.id, new.id], "term_months": 6}
    led = region.done(region.other_chair, CHAIRS, body)
    assert led["until"] == "2027-07-11"
    me = region.ask(new, "GET", "/me").json
    assert (me["chair_of"], me["confirmed"]) == (["SW"], True)
    assert region.ask(new, "POST", MEETINGS, FORM).status == 201
    assert region.ask(region.chair, "POST", MEETINGS, FORM).status == 201
    assert region.ask(region.other_chair, "POST", MEETINGS, FORM).status == 403
    assert "Órla" in region.ask(region.ann, "GET", SW).json["chairs"]


def test_names_are_for_confirmed_members_and_ids_for_co_chairs(region: Region):
    new = region.cloud.member(confirmed=False)
    assert region.ask(None, "GET", SW).status == 401
    assert region.ask(region.stranger, "GET", SW).status == 403
    hidden = region.ask(new, "GET", SW).json
    there = len(region.ask(region.ann, "GET", SW).json["members"])
    assert (hidden["hidden"], hidden["members"], hidden["count"]) == (True, [], there)
    assert (hidden["chairs"], hidden["chair_count"]) == ([], 2)
    seen = region.ask(region.ann, "GET", SW).json["members"]
    assert {"Ann", "Ben", "Cian"} <= {each["name"] for each in seen}
    assert {each["id"] for each in seen} == {None}
    for who in (region.chair, OFFICE):
        ids = {each["id"] for each in region.ask(who, "GET", SW).json["members"]}
        assert region.ann.id in ids


def test_that_the_office_looked_at_a_regions_names_is_noted(region: Region):
    def looks() -> list[dict]:
        return wiring.table().query("SUBJECT#REGISTER", table="audit").items

    before = {each["sk"] for each in looks()}
    for who in (region.ann, region.chair, OFFICE):
        for path in (SW, CHAIRS):
            region.ask(who, "GET", path)
    assert region.ask(OFFICE, "GET", "/communities/XX").status == 404
    noted = [each for each in looks() if each["sk"] not in before]
    there = region.ask(region.ann, "GET", SW).json["count"]
    assert [(each["what"], each["region"], each["rows"]) for each in noted] == [
        ("read_register", "SW", there)
    ] * 2
    assert {each["who"] for each in noted} == {office_id(OFFICE)}


def test_members_are_listed_where_they_are_looked_for(region: Region):
    for name in ("Áine", "Zara", "Órla", "Oisín"):
        region.cloud.member(name=name)
    names = [each["name"] for each in region.ask(region.ann, "GET", SW).json["members"]]
    order = [names.index(each) for each in ("Áine", "Ann", "Ben", "Oisín", "Órla", "Zara")]
    assert order == sorted(order)


@pytest.mark.parametrize("path", ["", "/chairs", "/meetings", "/meetings/new", "/actions"])
def test_there_is_no_seventh_region(region: Region, path: str):
    assert region.ask(OFFICE, "GET", f"/communities/XX{path}").status == 404
    assert region.ask(region.ann, "GET", f"/communities/XX{path}").status in (403, 404)


def test_nothing_is_scheduled_in_a_region_that_is_none(region: Region):
    assert region.ask(OFFICE, "POST", "/communities/XX/meetings", FORM).status == 404


def test_colleagues_see_what_each_opted_to_show_and_nothing_else(region: Region):
    about = {"workplace": "Bantry", "ask_about": "Sleep", "email": "dara@hse.ie"}
    for name, shows in (("Dara", ()), ("Eva", ("workplace",)), ("Fia", ("workplace", "ask_about"))):
        details = about | {
            "name": f"{name} Ní Shé",
            "preferred_name": name,
            "email": f"{name}@hse.ie",
        }
        region.cloud.member(**details, shows=shows, role="other", role_other="Peer researcher")
    for who in (region.ann, region.chair, OFFICE):
        answer = region.ask(who, "GET", SW)
        seen = {each["name"]: each for each in answer.json["members"]}
        result = {
            name: (seen[name]["workplace"], seen[name]["ask_about"])
            for name in ("Dara", "Eva", "Fia")
        }
        assert result == {"Dara": (None, None), "Eva": ("Bantry", None), "Fia": ("Bantry", "Sleep")}
        assert seen["Dara"]["role_other"] == "Peer researcher"
        assert "@hse.ie" not in answer.text and "Ní Shé" not in answer.text


@pytest.mark.parametrize("who", ["stranger", "waiting", "office", "nobody"])
def test_a_community_is_started_by_its_own_active_members_only(region: Region, who: str):
    waiting = region.cloud.member(region="DML", status="pending", confirmed=False)
    asking = {"stranger": region.ann, "waiting": waiting, "office": OFFICE, "nobody": None}[who]
    assert region.ask(asking, "POST", "/communities/DML/starter").status in (401, 403)
    assert region.ask(OFFICE, "GET", "/communities/DML").json["started"] is False


def test_where_co_chairs_lead_nobody_starts_anything(region: Region):
    assert region.ask(region.ann, "GET", SW).json["may_start"] is False
    assert region.ask(region.ann, "POST", SW + "/starter").status == 409


def test_the_first_who_offers_brings_people_together_until_co_chairs_are_named(region: Region):
    first, second, new = (
        region.cloud.member(region="MW", name=name, confirmed=name != "Gráinne")
        for name in ("Fiadh", "Senan", "Gráinne")
    )
    assert region.ask(first, "GET", MW).json["may_start"] is True
    for _ in range(2):
        assert region.done(first, MW + "/starter") == {"region": "MW", "started": True}
    assert region.ask(second, "POST", MW + "/starter").status == 409
    assert region.ask(second, "POST", MW + "/starter/release").status == 403
    assert region.ask(second, "GET", MW).json["starter"] == "Fiadh"
    hidden = region.ask(new, "GET", MW)
    assert hidden.json["started"] and "Fiadh" not in hidden.text
    assert region.ask(OFFICE, "GET", MW).json["may_release"] is True
    region.done(OFFICE, MW + "/chairs", {"members": [first.id, second.id]})
    led = region.ask(second, "GET", MW).json
    assert (led["started"], led["starter"], led["may_start"]) == (False, None, False)


def test_who_leaves_while_offering_it_starts_nothing(region: Region, monkeypatch):
    first = region.cloud.member(region="MW")
    read, reads = communities_repository.get_community, []

    def late(table, code, now):
        found = read(table, code, now)
        if not reads:
            reads.append(code)
            region.done(first, "/me/leave")
        return found

    monkeypatch.setattr(communities_repository, "get_community", late)
    assert region.ask(first, "POST", MW + "/starter").status == 409
    assert region.ask(OFFICE, "GET", MW).json["started"] is False


def test_an_offer_is_taken_back_by_the_office_by_oneself_or_by_leaving(region: Region):
    first = region.cloud.member(region="WNW", name="Fiadh")
    for who, path in ((OFFICE, WNW + "/starter/release"), (first, WNW + "/starter/release"),
                      (first, "/me/leave")):  # fmt: skip
        region.done(first, WNW + "/starter")
        region.done(who, path)
        assert region.ask(OFFICE, "GET", WNW).json["started"] is False
    lines = wiring.table().query(f"SUBJECT#{first.audit_id}", table="audit").items
    assert {"start_community", "release_starter"} <= {line["what"] for line in lines}


def test_texts_are_the_offices_to_word(region: Region):
    for who in (region.ann, region.chair):
        assert region.ask(who, "GET", "/texts").status == 403
        assert region.ask(who, "POST", "/texts/help", {"revision": 0}).status == 403
    assert region.ask(OFFICE, "GET", "/texts/poems").status == 404


def test_what_each_role_does_is_a_link_away_for_anyone(region: Region):
    for path, who in (("/", None), ("/about", None), ("/about", region.ann)):
        bearer = region.cloud.session(who) if who else ""
        assert 'href="/roles"' in region.cloud.call("GET", path, bearer=bearer, html=True).text


def test_first_days_are_a_link_away_from_help_and_lead_on(region: Region):
    help_page = region.cloud.call("GET", "/help", html=True).text
    for path, steps in (("", 6), ("/co-chair", 7), ("/office", 6)):
        assert f'href="/first-day{path}"' in help_page
        page = region.cloud.call("GET", f"/first-day{path}", html=True)
        assert (page.status, Page(page.text).faults()) == (200, [])
        day = region.ask(None, "GET", f"/first-day{path}").json
        assert len(day["steps"]) == steps and all(
            each["text"] in page.text for each in day["steps"]
        )


def test_a_newcomer_is_led_to_their_first_day(region: Region):
    newcomer = region.cloud.member(confirmed=False)
    page = region.cloud.call("GET", "/me", html=True, bearer=region.cloud.session(newcomer))
    assert 'href="/first-day"' in page.text


def test_the_principles_of_engagement_are_a_link_away_for_anyone(region: Region):
    assert 'href="/principles"' in region.cloud.call("GET", "/about", html=True).text
    page = region.cloud.call("GET", "/principles", html=True)
    principles = region.ask(None, "GET", "/principles").json["principles"]
    assert (page.status, len(principles), Page(page.text).faults()) == (200, 9, [])
    for principle in principles:
        for name in ("title", "text", "question"):
            assert principle[name] in page.text


def test_the_page_of_privacy_says_the_times_that_are_set(region: Region, monkeypatch):
    short = {kind: 41 + n for n, kind in enumerate(retention._DAYS)}
    monkeypatch.setattr(retention, "_DAYS", short)
    page = region.cloud.call("GET", "/privacy", html=True).text
    for kind in ("letter", "stranger_letter", "invitation", "inbound", "draft"):
        assert f"{short[kind]} days" in page, kind


@pytest.mark.parametrize(
    ("text", "sent", "field"),
    [
        ("roles", {"paragraph": "x"}, "paragraph"),
        ("roles", {"roles": {"emperor": "Rules."}}, "roles.emperor"),
        ("legal_basis", {"paragraph": "x" * 10_001}, "paragraph"),
        ("help", {"entries": [{"name": "Us"}]}, "entries.0.detail"),
        ("help", {"entries": [PLACE | {"href": "javascript:alert(1)"}]}, "entries.0.href"),
        ("help", {"entries": [PLACE] * 21}, "entries"),
        ("help", {"entries": [PLACE | {"checked_on": "2099-01-05"}]}, "entries.0.checked_on"),
        ("help", {"entries": [PLACE | {"checked_on": "last week"}]}, "entries.0.checked_on"),
        ("about", {"entries": [PLACE]}, "entries"),
        ("help", {"entries": [PLACE], "revision": "1" + "0" * 40}, "revision"),
    ],
)
def test_a_text_that_cannot_be_so_is_refused(region: Region, text: str, sent: dict, field: str):
    before = region.ask(OFFICE, "GET", f"/texts/{text}").json
    answer = region.ask(OFFICE, "POST", f"/texts/{text}", {"revision": 0, **sent})
    assert answer.status == 422
    assert field in {each["field"] for each in answer.json["errors"]}
    assert region.ask(OFFICE, "GET", f"/texts/{text}").json == before


def test_what_the_office_words_is_what_everyone_reads_and_blank_is_as_it_was(region: Region):
    for text, words, page, here in (
        (
            "roles",
            {"roles": {"ips_worker": "Finds work with people."}},
            "/roles",
            "Finds work with",
        ),
        ("legal_basis", {"paragraph": "Because the law says so."}, "/privacy", "the law says so"),
        ("about", {"paragraph": "We learn together."}, "/about", "We learn together."),
        ("responsible", {"paragraph": "Ask dpo@example.ie."}, "/privacy", "dpo@example.ie"),
        ("accessibility", {"paragraph": "Ring us."}, "/accessibility", "Ring us."),
        ("help", {"entries": [PLACE]}, "/help", "Call 1800 1234"),
    ):
        before = region.ask(None, "GET", page).json
        revision = region.ask(OFFICE, "GET", f"/texts/{text}").json["revision"]
        assert (
            region.ask(OFFICE, "POST", f"/texts/{text}", {"revision": revision, **words}).status
            == 200
        )
        assert here in region.ask(None, "GET", page).text
        again = region.ask(OFFICE, "POST", f"/texts/{text}", {"revision": revision})
        assert (again.status, again.json["kept"]["revision"]) == (409, revision + 1)
        assert (
            region.ask(OFFICE, "POST", f"/texts/{text}", {"revision": revision + 1}).status == 200
        )
        assert region.ask(None, "GET", page).json == before


def test_the_form_of_every_text_can_be_sent_as_it_comes(region: Region):
    bearer = region.cloud.session(OFFICE)
    for text in ("roles", "legal_basis", "about", "responsible", "accessibility", "help"):
        path = f"/texts/{text}"
        before = region.ask(OFFICE, "GET", path).json
        page = Page(region.cloud.call("GET", path, bearer=bearer, html=True).text)
        assert page.faults() == []
        typed = {field["name"]: field.get("value", "") for field in page.fields}
        typed |= {"revision": str(before["revision"])} | (
            {} if text in ("roles", "help") else {"paragraph": "Because."}
        )
        assert region.cloud.call("POST", path, form=typed, bearer=bearer, html=True).status == 303
        after = region.ask(OFFICE, "GET", path).json
        assert after["revision"] == before["revision"] + 1
        if text == "help":
            assert after["entries"] == before["entries"]


def test_a_text_that_the_office_has_to_confirm_says_so_until_it_is_changed(region: Region):
    for path, text in (("/privacy", "responsible"), ("/accessibility", "accessibility")):
        page = region.cloud.call("GET", path, html=True)
        assert (page.status, Page(page.text).faults()) == (200, [])
        before = page.text.count("o be confirmed")
        region.done(OFFICE, f"/texts/{text}", {"revision": 0, "paragraph": "As agreed."})
        after = region.cloud.call("GET", path, html=True).text
        assert after.count("o be confirmed") == before - 1


def test_each_place_of_help_says_when_it_was_checked_or_that_it_was_not(region: Region):
    page = Page(region.cloud.call("GET", "/help", html=True).text).text
    assert "Checked by" not in page
    entries = [PLACE | {"checked_on": "2027-01-04"}, PLACE]
    region.done(OFFICE, "/texts/help", {"revision": 0, "entries": entries})
    page = Page(region.cloud.call("GET", "/help", html=True).text).text
    assert page.count("Checked by the National Office on") == 1
    assert page.count("To be checked by the National Office") == 1


def test_the_office_is_asked_to_check_each_place_of_help_again_six_months_later(region: Region):
    def unchecked() -> list[int]:
        numbers = region.ask(OFFICE, "GET", "/texts/help").json["unchecked"]
        assert region.ask(OFFICE, "GET", "/texts").json["unchecked"] == len(numbers)
        return numbers

    bearer = region.cloud.session(OFFICE)
    assert unchecked() == list(range(8))  # as they came, nobody has checked them
    assert "8 places to check" in region.cloud.call("GET", "/texts", bearer=bearer, html=True).text
    entries = [PLACE | {"checked_on": "2027-01-04"}, PLACE, PLACE | {"checked_on": "2026-07-12"}]
    region.done(OFFICE, "/texts/help", {"revision": 0, "entries": entries})
    region.at(2027, 1, 11, 12)
    assert unchecked() == [1]
    page = region.cloud.call("GET", "/texts/help", bearer=bearer, html=True).text
    assert (page.count("Check it now"), Page(page).faults()) == (1, [])
    region.at(2027, 1, 12, 12)
    assert unchecked() == [1, 2]
    region.at(2027, 7, 3, 12)
    assert unchecked() == [1, 2]
    region.at(2027, 7, 4, 12)
    assert unchecked() == [0, 1, 2]
    assert "unchecked" not in region.ask(None, "GET", "/help").json


def test_every_page_leads_to_the_accessibility_statement(region: Region):
    for path, who in (("/", None), ("/me", region.ann), ("/no/such/page", None)):
        bearer = region.cloud.session(who) if who else ""
        assert (
            'href="/accessibility"' in region.cloud.call("GET", path, bearer=bearer, html=True).text
        )


def test_where_people_share_the_limits_of_confidentiality_are_said(region: Region):
    assert (
        "not the place to report a concern" in region.cloud.call("GET", "/privacy", html=True).text
    )
    bearer = region.cloud.session(region.ann)
    words = {step: "x" for step in STEPS}
    for step, text in words.items():
        form = {"text": text, "go": "on"}
        region.cloud.call("POST", f"/reflections/new/{step}", form=form, bearer=bearer, html=True)
    review = region.cloud.call("GET", "/reflections/new/review", bearer=bearer, html=True).text
    assert "not the place to report a concern" in review


def test_the_foot_of_every_page_says_where_help_is_whatever_the_office_words(region: Region):
    revision = region.ask(OFFICE, "GET", "/texts/help").json["revision"]
    region.done(OFFICE, "/texts/help", {"revision": revision, "entries": [PLACE]})
    for path in ("/", "/help"):
        page = " ".join(Page(region.cloud.call("GET", path, html=True).text).text.split())
        for words in ("Call 112 or 999", "Call 116 123", "Text HELLO to 50808"):
            assert words in page


def list_page(region: Region, who: Member, cursor: str | None = None) -> GatewayResponse:
    query = {"cursor": cursor} if cursor else {}
    return region.cloud.call("GET", SW, bearer=region.cloud.session(who), query=query)


def test_the_co_chairs_come_first_and_then_everybody_by_name_page_by_page(
    region: Region, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(community_home_service, "PAGE", 3)
    for name in ("Áine", "Zara", "Łukasz", "Oisín"):
        region.cloud.member(name=name)
    pages, cursor = [], None
    while True:
        page = list_page(region, region.ann, cursor).json
        pages.append([(each["name"], each["chair"]) for each in page["members"]])
        assert page["count"] == sum(map(len, pages)) or page["next"]
        cursor = page["next"]
        if cursor is None:
            break
    chairs = sorted(each.display_name for each in (region.chair, region.other_chair))
    names = [name for page in pages for name, _ in page]
    assert [name for name, chair in pages[0] if chair] == names[:2] == chairs
    assert not any(chair for page in pages[1:] for _, chair in page)
    rest = names[2:]
    assert [name for name in rest if name != "Łukasz"] == sorted({*rest} - {"Łukasz"}, key=sort_key)
    register = wiring.table().query("REGISTER", "SW#").items
    assert sorted(names) == sorted(row["name"] for row in register) and len(names) == page["count"]


def test_a_page_goes_on_after_who_left_or_was_renamed_and_begins_anew_after_who_is_erased(
    region: Region, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(community_home_service, "PAGE", 3)
    first = region.ask(region.ann, "GET", SW).json
    second = list_page(region, region.ann, first["next"]).json["members"]
    region.done(stored_members.find_member(first["next"]), "/me/leave", {})
    assert list_page(region, region.ann, first["next"]).json["members"] == second
    wiring.table().transact([Delete(membership_repository.key(first["next"]))])
    anew = list_page(region, region.ann, first["next"]).json
    assert [each["name"] for each in anew["members"] if each["chair"]]


@pytest.mark.parametrize("cursor", ["x" * 65, "A#B", "ó"])
def test_a_cursor_of_no_list_is_refused(region: Region, cursor: str):
    assert list_page(region, region.ann, cursor).status == 400


def test_who_sees_no_names_sees_none_on_another_page_either(region: Region):
    new = region.cloud.member(confirmed=False)
    page = list_page(region, new, region.ann.id).json
    assert (page["members"], page["next"], page["hidden"]) == ([], None, True)
