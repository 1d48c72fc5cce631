"""A vision through the routes: written together, agreed to, asked about."""

import pytest

from comhar import wiring
from comhar.aws.conditions import ConditionFailed
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day import action_repository
from comhar.membership.model import ErasedPerson
from comhar.vision import repository as vision_repository
from tests.support.sample_region import OFFICE, Region

VISION = "/communities/SW/vision"
MEET = {"title": "Meet", "how": "Four times a year."}


def page(region: Region, who=None):
    return region.ask(who or region.ann, "GET", VISION).json


def save(region: Region, who, revision: int, **text):
    return region.ask(who, "POST", VISION, {**text, "revision": revision})


def write(region: Region) -> None:
    assert save(region, region.ann, 0, purpose="Learn.", objectives=[MEET]).status == 200


def send(region: Region, who, **form: str):
    fields = {name.replace("__", "."): text for name, text in form.items()}
    return region.cloud.call(
        "POST", VISION, form=fields, bearer=region.cloud.session(who), html=True
    )


def test_only_confirmed_members_write_and_agree(region: Region):
    write(region)
    newcomer = region.cloud.member(region="SW", confirmed=False)
    for who in (OFFICE, newcomer, region.stranger):
        assert save(region, who, 1, purpose="Mine.").status == 403
        assert region.ask(who, "POST", f"{VISION}/agree").status == 403
    for who in (OFFICE, newcomer):
        assert page(region, who)["purpose"] == "Learn."


def test_nothing_unseen_no_sixth_objective_and_no_answer_without_a_title(region: Region):
    assert save(region, region.ann, 0, purpose=" ").status == 422
    assert save(region, region.ann, 0, objectives=[{"how": "Online."}]).status == 422
    assert save(region, region.ann, 0, objectives=[MEET] * 6).status == 422
    assert page(region)["revision"] == 0


def test_who_changes_the_same_answer_late_sees_both_texts(region: Region):
    write(region)
    save(region, region.ben, 1, purpose="Learn.", objectives=[MEET | {"how": "Online."}])
    refused = save(region, region.ann, 1, purpose="Grow.", objectives=[MEET | {"how": "In Cork."}])
    assert refused.status == 409 and refused.json["revision"] == 2
    both = {"theirs": "Online.", "yours": "In Cork."}
    assert refused.json["fields"] == {"objectives.1.how": both}
    assert page(region)["purpose"] == "Learn."


def test_the_page_offers_both_texts_and_keeps_what_was_typed(region: Region):
    write(region)
    save(region, region.ben, 1, purpose="Learn.", objectives=[MEET | {"how": "Online."}])
    form = {"part": "1", "objectives__0__id": "1", "objectives__0__title": "Meet often"}
    refused = send(region, region.ann, revision="1", objectives__0__how="In Cork.", **form)
    assert refused.status == 409
    for words in ("Online.", "In Cork.", "Meet often", 'name="revision" value="2"'):
        assert words in refused.text
    assert 'value="no" checked' in refused.text
    form |= {"objectives__0__how": "In Cork.", "theirs__how": "yes"}
    assert send(region, region.ann, revision="2", **form).status == 303
    objective = page(region)["objectives"][0]
    assert (objective["title"], objective["how"]) == ("Meet often", "Online.")


def test_after_a_clash_no_field_of_the_form_comes_back_blank(region: Region):
    write(region)
    save(region, region.ben, 1, purpose="Grow.", objectives=[MEET | {"how": "Online."}])
    names = ("title", "why", "how", "who", "resources", "done_when")
    answers = {f"objectives__0__{name}": f"My own {name}" for name in names}
    form = {"revision": "1", "part": "1", "objectives__0__id": "1", **answers}
    refused = send(region, region.ann, **form)
    assert refused.status == 409
    for name in names:
        assert f"My own {name}" in refused.text, name
    assert 'name="objectives.0.id" value="1"' in refused.text
    about = {"revision": "1", "part": "about", "purpose": "Share.", "goals": "One\r\nTwo"}
    refused = send(region, region.ann, **about)
    assert refused.status == 409
    assert all(words in refused.text for words in ("Grow.", "Share.", "One\nTwo"))


def test_an_objective_is_removed_after_a_page_that_says_what_that_does(region: Region):
    write(region)
    remove, form = f"{VISION}/remove", f'action="{VISION}"'
    assert region.ask(OFFICE, "GET", remove).status == 403
    bearer, query = region.cloud.session(region.ann), {"part": "2"}
    assert region.cloud.call("GET", remove, bearer=bearer, query=query).status == 404
    query = {"part": "1"}
    page_ = region.cloud.call("GET", remove, bearer=bearer, query=query, html=True).text
    assert "Meet" in page_ and form in page_ and "asked to agree again" in page_
    assert page(region)["objectives"] != []
    edit = region.cloud.call("GET", f"{VISION}/edit", bearer=bearer, query=query, html=True).text
    assert f'href="{remove}?part=1"' in edit and edit.count(form) == 1


def test_a_part_of_a_form_leaves_the_rest_as_it_is(region: Region):
    write(region)
    assert (
        send(region, region.ben, revision="1", part="about", goals="One\r\n\r\nTwo").status == 303
    )
    now = page(region)
    assert (now["purpose"], now["goals"], now["objectives"][0]["title"]) == (
        None,
        ["One", "Two"],
        "Meet",
    )
    assert send(region, region.ben, revision="2", part="1").status == 303
    assert page(region)["objectives"] == []


def test_two_who_add_an_objective_at_once_have_both(region: Region):
    write(region)
    for who, title in ((region.ann, "Grow"), (region.ben, "Share")):
        form = {"part": "new", "objectives__0__title": title}
        assert send(region, who, revision="1", **form).status == 303
    assert [each["title"] for each in page(region)["objectives"]] == ["Meet", "Grow", "Share"]


def test_agreement_is_counted_once_and_ends_with_a_changed_objective(region: Region):
    assert region.ask(region.ann, "POST", f"{VISION}/agree").status == 409
    write(region)
    for who in (region.ann, region.ann, region.ben):
        region.done(who, f"{VISION}/agree", {"revision": 1})
    now = page(region)
    assert (now["agreed"], now["you_agreed"]) == (2, True)
    assert now["members"] > 2
    save(region, region.ben, 1, purpose="Grow.", objectives=[MEET])
    assert page(region)["agreed"] == 2
    save(region, region.ben, 2, purpose="Grow.", objectives=[MEET | {"how": "Online."}])
    assert (page(region)["agreed"], page(region)["you_agreed"]) == (0, False)
    stale = region.ask(region.ann, "POST", f"{VISION}/agree", {"revision": 2})
    assert stale.status == 409
    assert region.done(region.ann, f"{VISION}/agree")["agreed"] == 1


def test_members_are_asked_once_and_who_agreed_meanwhile_is_not(region: Region):
    newcomer = region.cloud.member(region="SW", confirmed=False)
    assert region.ask(newcomer, "POST", f"{VISION}/ask").status == 403
    assert region.ask(region.ann, "POST", f"{VISION}/ask").status == 409
    write(region)
    assert not page(region)["is_asked"]
    for who in (region.ann, region.ben):
        region.done(who, f"{VISION}/ask")
    assert page(region)["is_asked"]
    region.done(region.ben, f"{VISION}/agree")
    region.cloud.post_letters()
    for who, times in ((region.ann, 1), (region.chair, 1), (region.ben, 0), (newcomer, 0)):
        assert len(region.mail(who, "a vision to agree on")) == times
    save(region, region.cian, 1, purpose="Learn.", objectives=[MEET | {"how": "Online."}])
    assert not page(region)["is_asked"]
    region.done(region.ben, f"{VISION}/ask")
    region.cloud.post_letters()
    assert len(region.mail(region.ben, "a vision to agree on")) == 1


def act(region: Region, what: str, by: str, objective: str = "1", who=None):
    form = {"objective": objective, "what": what, "who": region.ann.id, "by": by}
    return region.ask(who or region.chair, "POST", f"{VISION}/actions", form)


def test_actions_of_an_objective_are_those_of_the_meetings_and_progress_follows(region: Region):
    assert act(region, "Make tea", "2027-02-01").status == 422
    write(region)
    assert act(region, "Make tea", "2027-02-01", who=region.ann).status == 403
    assert act(region, "Make tea", "2027-02-01", objective="2").status == 422
    days = {"short": "2027-04-11", "medium": "2027-04-12", "long": "2027-10-01"}
    ids = {each: act(region, each, by).json["action"] for each, by in days.items()}
    [objective] = page(region)["objectives"]
    assert {each["what"]: each["horizon"] for each in objective["actions"]} == {
        each: each for each in days
    }
    path = f"/communities/SW/actions/{ids['short']}"
    region.done(region.ann, f"{path}/done")
    now = page(region)
    assert (now["objectives"][0]["done"], now["done_count"], now["action_count"]) == (1, 1, 3)
    html = region.cloud.call("GET", VISION, bearer=region.cloud.session(region.chair), html=True)
    assert "1 of 3 actions done in all" in html.text
    assert "In 7 to 12 months" in html.text
    region.done(region.ann, f"{path}/undo")
    assert page(region)["done_count"] == 0


TEA = {"what": "Make tea", "horizon": "short"}
TALK = {"what": "Talk", "horizon": "long"}


def save_with_actions(region: Region, who, *actions, revision: int = 0, title: str = "Meet"):
    return save(region, who, revision, objectives=[{"title": title, "actions": list(actions)}])


def test_actions_in_a_save_are_for_co_chairs_and_nothing_is_saved_for_others(region: Region):
    refused = save_with_actions(region, region.ann, TEA)
    assert (refused.status, "co-chairs" in refused.json["title"]) == (403, True)
    assert save_with_actions(region, region.chair, {"what": "Make tea"}).status == 422
    assert save_with_actions(region, region.chair, *([TEA] * 16)).status == 422
    two = [{"title": each, "actions": [TEA] * 8} for each in ("Meet", "Grow")]
    assert save(region, region.chair, 0, objectives=two).status == 422
    part = {"part": "1", "objectives": [MEET | {"actions": [TEA]}]}
    assert save(region, region.chair, 0, **part).status == 422
    assert page(region)["revision"] == 0


def test_actions_in_a_save_are_added_once_however_often_it_is_sent(region: Region):
    named, other = TEA | {"who": region.ben.id}, TALK | {"who": "The speakers’ office"}
    for _ in range(2):
        saved = save_with_actions(region, region.chair, named, other, TALK, TEA)
        assert (saved.status, saved.json["revision"]) == (200, 1)
    [objective] = page(region)["objectives"]
    facts = {(each["what"], each["horizon"], each["by"]) for each in objective["actions"]}
    assert facts == {("Make tea", "short", "2027-04-11"), ("Talk", "long", "2028-01-11")}
    assert len(objective["actions"]) == 2
    listed = region.ask(region.ann, "GET", "/communities/SW/actions").json["actions"]
    assert {each["who"] for each in listed} == {region.ben.display_name, "The speakers’ office"}
    [own] = region.ask(region.ben, "GET", "/me").json["actions"]
    assert own["what"] == "Make tea"
    region.done(region.ben, f"/communities/SW/actions/{own['id']}/done")
    assert save_with_actions(region, region.chair, named, TALK, revision=1).status == 200
    assert (page(region)["action_count"], page(region)["done_count"]) == (2, 1)


def test_an_action_waits_for_who_saves_it_while_its_objective_has_another_title(region: Region):
    write(region)
    save(region, region.ann, 1, purpose="Learn.", objectives=[MEET | {"title": "Meet often"}])
    whole = {"purpose": "Learn.", "objectives": [MEET | {"actions": [TEA]}]}
    refused = save(region, region.chair, 1, **whole)
    assert refused.status == 409 and page(region)["action_count"] == 0
    save(region, region.ann, 2, purpose="Learn.")
    assert save(region, region.chair, 1, **whole).status == 409
    assert page(region)["action_count"] == 0


def test_an_action_of_nobody_in_particular_is_listed_by_its_day(region: Region):
    assert save_with_actions(region, region.chair, TEA).status == 200
    [action] = region.ask(region.ann, "GET", "/communities/SW/actions").json["actions"]
    assert (action["who"], action["by"]) == ("", "2027-04-11")


def test_an_action_that_a_close_leaves_to_be_filed_counts_once_it_is(region: Region):
    write(region)
    table, now = wiring.table(), region.cloud.now
    rules = meetings_repository.get_rules(table, wiring.settings())
    facts = {"what": "Make tea", "who": "Ann", "by": now.date(), "objective": "1.1"}
    action = action_repository.new_action("SW", now, **facts)
    table.transact(action_repository.insert_action_writes(action, rules, now, later=True))
    assert page(region)["action_count"] == 0
    table.transact(action_repository.file_action_writes(action))
    assert (page(region)["action_count"], page(region)["done_count"]) == (1, 0)
    ended = action.end(now)
    table.transact(action_repository.update_action_writes(action, ended, rules, now, later=True))
    with pytest.raises(ConditionFailed):  # it is done since it was read
        table.transact(action_repository.file_action_writes(action))
    [stored] = action_repository.list_current_actions(table, "SW")
    table.transact(action_repository.file_action_writes(stored))
    assert page(region)["done_count"] == 1


def test_an_objective_in_the_place_of_another_has_none_of_its_actions(region: Region):
    write(region)
    assert act(region, "Make tea", "2027-02-01").status == 201
    save(region, region.ann, 1, purpose="Learn.")
    save(region, region.ann, 2, purpose="Learn.", objectives=[{"title": "Grow"}])
    assert page(region)["objectives"][0]["actions"] == []


def test_each_version_shows_what_changed_and_lists_go_on(region: Region):
    assert region.ask(region.ann, "GET", f"{VISION}/versions/1").status == 404
    write(region)
    for n in range(1, 32):
        save(region, region.ann, n, purpose=f"Learn {n}.", objectives=[MEET])
    listed = region.ask(region.ann, "GET", f"{VISION}/versions").json
    numbers = [each["number"] for each in listed["versions"]]
    assert numbers == list(range(32, 2, -1))
    path = f"{VISION}/versions"
    bearer, query = region.cloud.session(region.ann), {"cursor": listed["next"]}
    rest = region.cloud.call("GET", path, bearer=bearer, query=query).json
    assert [each["number"] for each in rest["versions"]] == [2, 1] and rest["next"] is None
    assert [each["objectives_changed"] for each in rest["versions"]] == [False, True]
    purpose, *others = region.ask(region.ann, "GET", f"{path}/2").json["fields"]
    pieces = [(each["kind"], each["text"]) for each in purpose["changes"]]
    assert ("deleted", "Learn.") in pieces and not any(each["changes"] for each in others)
    html = region.cloud.call("GET", f"{path}/2", bearer=bearer, html=True).text
    assert "<ins>" in html and "<del>" in html
    for wrong in ("x", "0", "99", "٣"):
        assert region.ask(region.ann, "GET", f"{path}/{wrong}").status in (400, 404)


def test_the_printed_vision_has_all_of_it_and_nothing_to_press(region: Region):
    write(region)
    bearer = region.cloud.session(region.ann)
    html = region.cloud.call("GET", f"{VISION}/print", bearer=bearer, html=True).text
    assert all(each in html for each in ("Learn.", "Meet", "Four times a year.", "Agreed by 0"))
    assert f"{VISION}/agree" not in html


def test_who_is_erased_is_not_counted_any_more(region: Region):
    write(region)
    for who in (region.ann, region.ben):
        region.done(who, f"{VISION}/agree")
    assert len(vision_repository.export(wiring.table(), "SW", region.ann.id)["visions"]) == 1
    person = ErasedPerson(region.ann.id, (), ("SW",), "former-1")
    for writes in vision_repository.erase_writes(wiring.table(), "SW", person):
        wiring.table().transact(writes)
    assert list(vision_repository.erase_writes(wiring.table(), "SW", person)) == []
    assert vision_repository.export(wiring.table(), "SW", region.ann.id)["visions"] == []
    assert page(region)["agreed"] == 1


def test_the_empty_page_says_how_to_start_to_who_can(region: Region):
    for who, words in ((region.ann, "Start the vision"), (OFFICE, "not written its vision yet")):
        bearer = region.cloud.session(who)
        assert words in region.cloud.call("GET", VISION, bearer=bearer, html=True).text
    assert (
        "Start the vision"
        not in region.cloud.call("GET", VISION, bearer=region.cloud.session(OFFICE), html=True).text
    )
