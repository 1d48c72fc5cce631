"""Terms of reference through the routes: write together, sign, change, look back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from comhar import wiring
from comhar.aws.conditions import ConditionFailed
from comhar.dates.quarters import Quarter
from comhar.membership.model import ErasedPerson
from comhar.reports import service as reports_service
from comhar.terms_of_reference import forms as terms_forms
from comhar.terms_of_reference import model as terms_model
from comhar.terms_of_reference import repository as terms_repository
from comhar.terms_of_reference import sections
from comhar.terms_of_reference import service as terms_service
from tests.support.proof_sizes import OVER_DYNOXIDE, sized
from tests.support.sample_region import OFFICE, Region, text
from tests.support.torn_reads import tear_next_batch

TERMS = "/communities/SW/terms"
NAME = {"name": "Síle Ní Bhriain", "title": "Recovery Coordinator"}


def page(region: Region, who=None):
    return region.ask(who or region.chair, "GET", TERMS).json


def save(region: Region, who, revision: int, **sections: str):
    return region.ask(who, "POST", TERMS, {"sections": sections, "revision": revision})


def approve(region: Region) -> None:
    region.done(region.chair, f"{TERMS}/submit")
    for who in (region.chair, region.other_chair, OFFICE):
        region.done(who, f"{TERMS}/sign", NAME)


def figure(region: Region) -> int | None:
    tallies = reports_service.tally_regions(
        Quarter.of(region.cloud.now.date()), wiring.context(None)
    )
    return tallies["SW"].terms_approved


def test_only_co_chairs_and_confirmed_members_change_the_terms(region: Region):
    for who in (OFFICE, region.cloud.member(region="SW", confirmed=False)):
        assert save(region, who, 0, aim="Ours.").status == 403
        assert region.ask(who, "GET", f"{TERMS}/edit").status == 403
    assert save(region, region.stranger, 0, aim="Ours.").status == 403
    assert save(region, region.ann, 0, aim="Ours.").status == 200
    assert page(region, OFFICE)["sections"]["aim"] == "Ours."


def test_no_section_of_another_name_and_no_empty_one(region: Region):
    assert save(region, region.ann, 0, other="x").status == 422
    assert save(region, region.ann, 0, aim=" ").status == 422
    assert page(region)["revision"] == 0


def test_a_community_without_terms_sees_the_sample(region: Region):
    terms = page(region)
    assert terms["sample"] and terms["status"] == "draft" and len(terms["sections"]) == 11
    assert figure(region) is None


def test_who_changes_another_section_meanwhile_keeps_both(region: Region):
    sample = page(region)["sections"]
    assert save(region, region.ann, 0, **sample | {"aim": "Ann's aim."}).status == 200
    saved = save(region, region.ben, 0, **sample | {"values": "Ben's values."}).json
    assert (saved["changed"], saved["merged"], saved["revision"]) == (["values"], ["aim"], 2)
    now = page(region)["sections"]
    assert (now["aim"], now["values"]) == ("Ann's aim.", "Ben's values.")


def test_who_changes_the_same_section_meanwhile_sees_both_texts(region: Region):
    sample = page(region)["sections"]
    save(region, region.ann, 0, aim="Ann's aim.")
    refused = save(region, region.ben, 0, **sample | {"aim": "Ben's aim.", "values": "Ben's."})
    assert refused.status == 409 and refused.json["revision"] == 1
    assert refused.json["sections"] == {"aim": {"theirs": "Ann's aim.", "yours": "Ben's aim."}}
    assert page(region)["sections"]["values"] == sample["values"]
    assert save(region, region.ben, 1, aim="Ann's and Ben's aim.").status == 200


def test_the_page_offers_both_texts_and_keeps_what_was_typed(region: Region):
    save(region, region.ann, 0, aim="Ann's aim.")
    form = {"sections.aim": "Ben's aim.", "sections.values": "Ben's values.", "revision": "0"}
    bearer = region.cloud.session(region.ben)
    refused = region.cloud.call("POST", TERMS, form=form, bearer=bearer, html=True)
    assert refused.status == 409
    for words in (
        "Ann&#39;s aim.",
        "Ben&#39;s aim.",
        "Ben&#39;s values.",
        "Keep their text only",
    ):
        assert words in refused.text
    taken = form | {"revision": "1", "theirs.aim": "yes"}
    assert region.cloud.call("POST", TERMS, form=taken, bearer=bearer, html=True).status == 303
    now = page(region)["sections"]
    assert (now["aim"], now["values"]) == ("Ann's aim.", "Ben's values.")


def test_a_save_that_changes_only_spaces_changes_nothing(region: Region):
    aim = page(region)["sections"]["aim"]
    assert save(region, region.ann, 0, aim=f" {aim.replace(' ', '  ')} ").json["revision"] == 0
    assert page(region)["sample"]


def test_no_co_chair_no_submission(region: Region):
    assert region.ask(region.ann, "POST", f"{TERMS}/submit").status == 403
    assert region.ask(OFFICE, "POST", f"{TERMS}/submit").status == 403
    assert region.ask(region.chair, "POST", f"{TERMS}/sign", NAME).status == 409
    region.done(region.chair, "/me/leave", {})
    region.done(region.other_chair, "/me/leave", {})
    refused = region.ask(region.ann, "POST", f"{TERMS}/submit")
    assert refused.status == 403 and "One is enough" in refused.json["next"]


def test_who_is_asked_gets_an_email_and_the_last_signature_approves(region: Region):
    region.done(region.chair, f"{TERMS}/submit")
    region.cloud.post_letters()
    assert all(region.mail(who, "to sign") for who in (region.chair, region.other_chair))
    assert not region.mail(region.ann, "terms")
    assert region.ask(region.chair, "POST", f"{TERMS}/submit").status == 409
    assert region.ask(region.ann, "POST", f"{TERMS}/sign", NAME).status == 403
    region.done(region.chair, f"{TERMS}/sign", NAME)
    region.done(region.chair, f"{TERMS}/sign", NAME)
    waiting = [(each["by"], each["name"]) for each in page(region)["waiting_for"]]
    assert waiting == [("co_chair", region.other_chair.display_name), ("office", None)]
    region.done(OFFICE, f"{TERMS}/sign", NAME)
    assert figure(region) == 0
    signed = region.done(region.other_chair, f"{TERMS}/sign", NAME)
    assert (signed["approved_on"], signed["until"]) == ("2027-01-11", "2028-01-11")
    region.cloud.post_letters()
    assert len(region.mail(region.ann, "terms of reference approved")) == 1
    terms = page(region)
    assert (terms["status"], terms["version"], len(terms["signatures"])) == ("approved", 1, 3)
    assert figure(region) == 1


def test_who_is_not_confirmed_reads_the_sections_and_no_names(region: Region):
    approve(region)
    newcomer = region.cloud.member(region="SW", confirmed=False)
    bearer, annex = region.cloud.session(newcomer), {"annex": "yes"}
    for path in ("", "/versions", "/versions/1", "/print"):
        answer = region.cloud.call("GET", f"{TERMS}{path}", bearer=bearer, query=annex)
        assert answer.status == 200 and "Bhriain" not in answer.text
        assert region.ann.display_name not in answer.text


def test_a_signature_is_for_the_text_that_was_read(region: Region):
    region.done(region.chair, f"{TERMS}/submit")
    old = page(region)["revision"]
    save(region, region.ann, old, aim="Another aim.")
    region.done(region.chair, f"{TERMS}/submit")
    stale = region.ask(region.chair, "POST", f"{TERMS}/sign", NAME | {"revision": old})
    assert stale.status == 409


def test_approved_terms_outlive_joining_leaving_and_new_co_chairs(region: Region):
    approve(region)
    region.cloud.member(region="SW")
    region.done(region.ben, "/me/leave", {})
    region.meeting()
    ids = [region.ann.id, region.cian.id]
    region.done(OFFICE, "/communities/SW/chairs", {"members": ids})
    assert page(region, region.ann)["approved"] and figure(region) == 1


def test_a_community_with_one_co_chair_can_sign(region: Region):
    region.done(region.other_chair, "/me/leave", {})
    region.done(region.chair, f"{TERMS}/submit")
    region.done(region.chair, f"{TERMS}/sign", NAME)
    assert region.done(OFFICE, f"{TERMS}/sign", NAME)["status"] == "approved"


def test_a_co_chair_who_leaves_after_all_others_signed_is_not_waited_for(region: Region):
    region.done(region.chair, f"{TERMS}/submit")
    region.done(region.chair, f"{TERMS}/sign", NAME)
    region.done(OFFICE, f"{TERMS}/sign", NAME)
    region.done(region.other_chair, "/me/leave", {})
    assert page(region)["waiting_for"] == []
    region.at(2027, 1, 12, 9)
    assert page(region)["status"] == "approved"


def test_if_all_who_were_asked_left_the_new_co_chairs_can_sign(region: Region):
    region.done(region.chair, f"{TERMS}/submit")
    ids = [region.ann.id, region.cian.id]
    region.done(OFFICE, "/communities/SW/chairs", {"members": ids})
    for who in (OFFICE, region.ann, region.cian):
        region.done(who, f"{TERMS}/sign", NAME)
    assert page(region, region.ann)["status"] == "approved"


def test_one_word_ends_the_approval_and_tells_who_signed(region: Region):
    approve(region)
    before = page(region)["sections"]["aim"]
    region.at(2027, 1, 20, 10)
    save(region, region.ann, page(region)["revision"], aim=f"{before} Indeed.")
    region.cloud.post_letters()
    terms = page(region)
    assert (terms["status"], terms["approved"], terms["ended_on"]) == (
        "changed",
        False,
        "2027-01-20",
    )
    assert figure(region) == 0
    for who in (region.chair, region.other_chair):
        assert len(region.mail(who, "terms of reference changed")) == 1
    version = region.ask(region.ann, "GET", f"{TERMS}/versions/1").json
    assert version["sections"]["aim"] == before and len(version["signatures"]) == 3
    assert page(region)["signatures"] == []
    approve(region)
    changed = region.ask(region.ann, "GET", f"{TERMS}/versions/2").json["changes"]
    pieces = [(each["kind"], each["text"]) for each in changed["aim"]]
    assert pieces == [("same", before), ("added", " Indeed.")]


def test_versions_are_listed_newest_first_and_there_are_no_others(region: Region):
    approve(region)
    save(region, region.ann, page(region)["revision"], aim="Another aim.")
    approve(region)
    listed = region.ask(region.ann, "GET", f"{TERMS}/versions").json["versions"]
    assert [each["number"] for each in listed] == [2, 1]
    assert [each["ended_on"] for each in listed] == [None, "2027-01-11"]
    for number in ("0", "3", "02", "x", "²"):
        assert region.ask(region.ann, "GET", f"{TERMS}/versions/{number}").status == 404, number


def test_spelling_keeps_the_approval_and_shows_both_texts(region: Region):
    approve(region)
    body = {"sections": {"aim": "Our corrected aim."}, "same_meaning": ["yes"]}
    region.done(region.ann, TERMS, body | {"revision": page(region)["revision"]})
    region.cloud.post_letters()
    assert page(region)["approved"] and figure(region) == 1
    assert page(region)["sections"]["aim"] == "Our corrected aim."
    (correction,) = region.ask(region.ben, "GET", f"{TERMS}/versions").json["corrections"]
    assert correction["name"] == region.ann.display_name
    assert correction["sections"][0]["after"] == "Our corrected aim."
    added = [
        each["text"] for each in correction["sections"][0]["changes"] if each["kind"] == "added"
    ]
    assert "corrected" in " ".join(added)
    first = region.ask(region.ben, "GET", f"{TERMS}/versions/1").json
    assert first["corrections"] == [correction] and first["sections"]["aim"] != "Our corrected aim."
    (letter,) = region.mail(region.chair, "terms of reference corrected")
    assert "leave out the tick under “Only spelling?”" in " ".join(text(letter).split())


def test_a_change_while_waiting_makes_a_draft_and_tells_who_was_asked(region: Region):
    region.done(region.chair, f"{TERMS}/submit")
    region.done(region.chair, f"{TERMS}/sign", NAME)
    save(region, region.ann, page(region)["revision"], aim="Another aim.")
    region.cloud.post_letters()
    assert page(region)["status"] == "draft" and page(region)["signatures"] == []
    (letter,) = region.mail(region.chair, "terms of reference changed")
    assert "are a draft again" in text(letter)


def test_four_weeks_before_the_end_co_chairs_are_reminded_once_and_can_renew(region: Region):
    approve(region)
    region.done(
        OFFICE,
        "/communities/SW/chairs",
        {"members": [region.ann.id, region.ben.id], "term_months": 12},
    )
    assert region.ask(region.ann, "POST", f"{TERMS}/submit").status == 409
    region.at(2027, 12, 14, 10)
    region.at(2027, 12, 15, 10)
    assert len(region.mail(region.ann, "approve again")) == 1
    region.done(region.ann, f"{TERMS}/submit")
    assert page(region, region.ann)["approved"]
    region.cloud.now = region.cloud.now.replace(year=2028, month=1, day=11)
    assert figure(region) == 0


def test_an_erased_signatory_loses_the_name_and_the_approval_stays(region: Region):
    approve(region)
    rows = terms_repository.export(wiring.table(), "SW", region.chair.id)["signatures"]
    assert [each["name"] for each in rows] == [NAME["name"]]
    person = ErasedPerson(region.chair.id, (), ("SW",), "former-1")
    for writes in terms_repository.erase_writes(wiring.table(), "SW", person):
        wiring.table().transact(writes)
    stored = str(wiring.table().query("REGION#SW", "TERMS").items)
    assert region.chair.id not in stored and "former-1" in stored
    names = [each["name"] for each in page(region, region.ann)["signatures"]]
    assert names == ["Former member", NAME["name"], NAME["name"]]
    assert page(region, region.ann)["approved"]


def test_two_who_signed_and_are_erased_at_once_both_go_from_the_versions(region: Region):
    approve(region)
    table = wiring.table()
    first, second = (
        ErasedPerson(each.id, (), ("SW",), f"former-{n}")
        for n, each in enumerate((region.chair, region.other_chair))
    )
    late = list(terms_repository.erase_writes(table, "SW", first))
    for writes in terms_repository.erase_writes(table, "SW", second):
        table.transact(writes)
    for writes in late:
        with pytest.raises(ConditionFailed):
            table.transact(writes)
    assert region.other_chair.id not in str(table.query("REGION#SW", "TERMS").items)


def test_nothing_that_eight_people_save_at_once_is_lost(region: Region):
    """What a save answered with 200 is in the text, or was shown to who came after."""
    people = [region.ann, region.ben, region.cian, region.chair, region.other_chair]
    people += [region.cloud.member(region="SW") for _ in range(3)]
    keys = [each["key"] for each in sections.outline()]
    saved: set[str] = set()
    clashed: set[str] = set()

    def write(person: int, number: int, revision: int) -> None:
        """Writes into one's text until it is saved, with what others wrote put before it."""
        key, words = keys[(person + number) % 3], f"<{number}-{person}>"
        own = words
        ctx = wiring.context(people[person])
        for _ in range(20):
            try:
                form = terms_forms.Terms(sections={key: own}, revision=revision)
                terms_service.save("SW", form, ctx)
            except terms_model.TermsChanged as clash:
                theirs = clash.more["sections"][key]["theirs"]
                clashed.update(theirs.split())
                revision, own = clash.more["revision"], f"{theirs} {words}"
            else:
                saved.add(words)
                return

    for number in range(10 if OVER_DYNOXIDE else sized(2, 200)):  # a call there takes both
        revision = page(region)["revision"]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda each: write(each, number, revision), range(8)))  # noqa: B023
        text_now = terms_repository.get_terms(wiring.table(), "SW", region.cloud.now)[1]
        there = set(" ".join(text_now.sections.values()).split())
        own = {words for words in saved if words.startswith(f"<{number}-")}
        assert len(own) == 8
        assert own <= there | clashed


def test_a_save_between_the_reads_of_another_one_is_not_undone(
    region: Region, monkeypatch: pytest.MonkeyPatch
):
    ctx = wiring.context(region.ben)
    form = terms_forms.Terms(sections={"aim": "Ben's aim."}, revision=0)
    tear_next_batch(monkeypatch, lambda: save(region, region.ann, 0, aim="Ann's aim."))
    with pytest.raises(terms_model.TermsChanged) as clash:
        terms_service.save("SW", form, ctx)
    assert clash.value.more["sections"]["aim"]["theirs"] == "Ann's aim."
    assert page(region)["sections"]["aim"] == "Ann's aim."


def test_the_summary_says_what_other_pages_need(region: Region):
    assert terms_model.summary(None, date(2027, 1, 11))["status"] == "draft"
    approve(region)
    item = wiring.table().get(terms_repository.key("SW"))
    found = terms_model.summary(item, date(2027, 1, 11))
    assert found == {
        "status": "approved",
        "approved": True,
        "version": 1,
        "until": "2028-01-11",
        "begun": True,
    }
