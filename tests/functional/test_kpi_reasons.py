"""Reasons for figures: the office chooses them, co-chairs get an email and see them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Update, Write
from comhar.context import Context
from comhar.reports import choose_reasons, publish_forms, reason_emails, reasons
from comhar.reports.reasons import Reason
from tests.support import sample_quarter
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.kpi_export import export_last_quarter
from tests.support.page import Page
from tests.support.sample_community import OFFICE
from tests.support.snapshots import built_once
from tests.support.torn_reads import tear_next_query

DUE = datetime(2027, 4, 1, 8, tzinfo=UTC)
PATH = "/reports/kpi/2027-Q1/reasons"


class OfficeDesk:
    """The office, which chooses reasons for the first quarter of 2027."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.session = cloud, cloud.session(OFFICE)

    def page(self) -> Mapping[str, Any]:
        page: Mapping[str, Any] = self.cloud.call("GET", PATH, bearer=self.session).json
        return page

    def choose(self, texts: Mapping[str, str], **more: Any) -> GatewayResponse:
        return self.cloud.call("POST", PATH, {"reasons": texts, **more}, bearer=self.session)

    def send(self, **fields: str) -> GatewayResponse:
        """Sends the page's form; `reasons.` and `sentences.` begin the names of its fields."""
        return self.cloud.call("POST", PATH, form=fields, bearer=self.session, html=True)

    def html(self) -> str:
        return self.cloud.call("GET", PATH, bearer=self.session, html=True).text


@pytest.fixture
@built_once
def desk(emptied: Cloud) -> OfficeDesk:
    """The sample quarter with its provisional report; Seán leads the Mid West."""
    sample_quarter.write()
    sean = emptied.member(name="Seán Ó Sé", region="MW", chair_of=("MW",))
    other = emptied.member(name="Bríd Ní Shé", region="MW", chair_of=("MW",))
    chairs = [{"id": each.id, "name": each.name} for each in (sean, other)]
    terms = [
        {"member": each.id, "from": "2027-03-01", "until": "2028-03-01"} for each in (sean, other)
    ]
    wiring.table().transact(
        [Update(("REGION#MW", "COMMUNITY"), set={"chairs": chairs, "terms": terms})]
    )
    export_last_quarter(DUE)
    emptied.now = DUE
    return OfficeDesk(emptied)


def stored(region: str = "MW") -> list[Reason]:
    return reasons.list_reasons(wiring.table(), "2027-Q1", region)


def notices(cloud: Cloud) -> list[Any]:
    return [
        message
        for message in cloud.mail()
        if str(message["Subject"]).startswith("Check the reasons")
    ]


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        ("XX/meetings_held", "Date moved", "reasons.XX/meetings_held"),
        ("SW/meetings", "Date moved", "reasons.SW/meetings"),
        ("SW/members_active", "Date moved", "reasons.SW/members_active"),
        ("SW", "Date moved", "reasons.SW"),
        ("SW/meetings_held", "Other: " + "x" * 201, "reasons.SW/meetings_held"),
        ("SW/meetings_held", "x" * 260, "reasons.SW/meetings_held"),
        ("SW/meetings_held", " ", "reasons.SW/meetings_held"),
    ],
)
def test_a_reason_that_cannot_be_is_refused_by_its_name(
    desk: OfficeDesk, name: str, text: str, field: str
) -> None:
    answer = desk.choose({name: text, "MW/meetings_held": "Date moved"})
    assert answer.status == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]
    assert stored() == []


def test_there_are_no_reasons_before_there_is_a_report(desk: OfficeDesk) -> None:
    for quarter in ("2027-Q2", "2027-Q5", "2026-Q4"):
        path = f"/reports/kpi/{quarter}/reasons"
        assert desk.cloud.call("GET", path, bearer=desk.session).status == 404
        body = {"reasons": {"MW/meetings_held": "Date moved"}}
        assert desk.cloud.call("POST", path, body, bearer=desk.session).status == 404


def test_a_sentence_without_a_reason_is_refused_on_the_page(desk: OfficeDesk) -> None:
    answer = desk.send(**{"sentences.MW/meetings_held": "The hall was flooded."})
    assert answer.status == 422
    assert "Choose a reason." in answer.text
    assert "The hall was flooded." in answer.text
    assert Page(answer.text).faults() == []


def test_reasons_that_somebody_else_changed_meanwhile_are_not_overwritten(desk: OfficeDesk) -> None:
    assert desk.choose({"MW/meetings_held": "Date moved"}, revision=0).status == 200
    late = desk.choose({"MW/meetings_held": "COP resting"}, revision=0)
    assert (late.status, late.json["title"]) == (
        409,
        "Somebody else changed the reasons a moment ago.",
    )
    assert [each.label for each in stored()] == ["Date moved"]


def test_of_two_who_save_at_once_one_is_refused(
    desk: OfficeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_writes = reason_emails.save_writes
    other = publish_forms.ChooseReasons(reasons={"MW/meetings_held": "COP resting"})

    def save_late(chosen: Any, changed: Any, ctx: Context) -> list[Write]:
        writes = save_writes(chosen, changed, ctx)
        monkeypatch.undo()
        choose_reasons.save_reasons("2027-Q1", other, ctx)
        return writes

    monkeypatch.setattr(reason_emails, "save_writes", save_late)
    assert desk.choose({"MW/meetings_held": "Date moved"}).status == 409
    assert [each.label for each in stored()] == ["COP resting"]


def test_who_was_shown_the_page_before_another_saved_overwrites_nothing(
    desk: OfficeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tear_next_query(
        monkeypatch,
        "REPORT#2027-Q1",
        "REASONS",
        lambda: desk.choose({"MW/meetings_held": "COP resting"}),
        begins="REASON",
    )
    revision = desk.page()["revision"]
    assert desk.choose({"MW/meetings_held": "Date moved"}, revision=revision).status == 409
    assert [each.label for each in stored()] == ["COP resting"]


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("No co-chairs yet", "no_chairs", "No co-chairs yet"),
        ("no_chairs", "no_chairs", "No co-chairs yet"),
        ("No co-chairs yet: the term ended.", "no_chairs", "No co-chairs yet: the term ended."),
        ("NO_CHAIRS:a\n b", "no_chairs", "No co-chairs yet: a b"),
        ("no_chairs:", "no_chairs", "No co-chairs yet"),
        ("Snow: the roads were closed", "other", "Other: Snow: the roads were closed"),
        ("Other", "other", "Other"),
        ("other: Fógra", "other", "Other: Fógra"),
        (
            "Staffing in the service: " + "x" * 200,
            "staffing",
            "Staffing in the service: " + "x" * 200,
        ),
    ],
)
def test_a_text_is_a_reasons_label_or_a_label_with_a_sentence_and_else_counts_as_other(
    desk: OfficeDesk, text: str, key: str, words: str
) -> None:
    assert desk.choose({"MW/meetings_held": text}).json["outcome"] == "reasons_saved"
    assert [(each.kpi, each.key, each.text) for each in stored()] == [("meetings_held", key, words)]


def test_the_page_lists_each_figure_that_does_not_meet_its_target_and_its_reason(
    desk: OfficeDesk,
) -> None:
    desk.choose({"MW/meetings_held": "too_few: Three had said yes."})
    page = desk.page()
    listed = {each["region"]: each["figures"] for each in page["regions"]}
    assert "MW" in listed and "ALL" not in listed
    figure = next(each for each in listed["MW"] if each["kpi"] == "meetings_held")
    assert figure == {
        "kpi": "meetings_held",
        "label": "Meetings held",
        "text": "0",
        "target": "1",
        "reason": "too_few",
        "sentence": "Three had said yes.",
        "chosen_at": "2027-04-01T08:00:00Z",
    }
    assert not any(each["kpi"] == "meetings_held" for each in listed.get("SW", []))
    text = desk.html()
    assert Page(text).faults() == []
    assert "Co-chairs can see this reason since Thursday 1 April 2027, 9am." in text
    assert "Do not say why a person was away or left. This will be published." in text


def test_a_figure_that_meets_its_target_by_now_needs_no_reason(desk: OfficeDesk) -> None:
    """A meeting is recorded after the provisional report."""
    at = "2027-03-03T10:00"
    meeting = {"kind": "quarterly", "starts_at": at, "state": "held", "attended": []}
    sample_quarter.put("REGION#MW", f"MEETING#{at}#MW-1", **meeting)
    listed = {each["region"]: each["figures"] for each in desk.page()["regions"]}
    assert "meetings_held" not in {each["kpi"] for each in listed["MW"]}


def test_the_form_saves_a_choice_and_a_sentence_for_each_figure(desk: OfficeDesk) -> None:
    answer = desk.send(
        **{
            "revision": "0",
            "reasons.MW/meetings_held": "date_moved",
            "sentences.MW/meetings_held": "It is in April now.",
            "reasons.MW/chairs_in_term": "",
            "sentences.MW/chairs_in_term": "",
            "reasons.ALL/meetings_held": "other",
        }
    )
    assert (answer.status, answer.headers["Location"]) == (303, f"{PATH}?done=reasons_saved")
    assert [each.text for each in stored()] == ["Date moved: It is in April now."]
    assert [each.text for each in stored("ALL")] == ["Other"]
    assert [each["region"] for each in desk.page()["regions"]][-1] == "ALL"
    cleared = desk.send(**{"revision": "1", "reasons.MW/meetings_held": "date_moved"})
    assert cleared.status == 303
    assert [each.text for each in stored()] == ["Date moved"]


def test_a_reason_is_removed_where_the_office_says_so(desk: OfficeDesk) -> None:
    desk.choose({"MW/meetings_held": "Date moved", "MW/terms_approved": "Other"})
    assert "Remove this reason" in desk.html()
    assert desk.choose({"MW/meetings_held": "remove"}).json["changed"] == 1
    assert [each.kpi for each in stored()] == ["terms_approved"]
    assert desk.choose({"MW/meetings_held": "remove"}).json["outcome"] == "reasons_unchanged"


def test_saved_as_they_stand_reasons_change_nothing_and_nobody_is_written_to_again(
    desk: OfficeDesk,
) -> None:
    desk.choose({"MW/meetings_held": "Date moved"})
    before = desk.cloud.written()
    desk.cloud.now += timedelta(minutes=5)
    again = desk.choose({"MW/meetings_held": "date_moved"}, revision=0)
    assert again.json == {
        **{"quarter": "2027-Q1", "changed": 0, "revision": 1},
        "outcome": "reasons_unchanged",
    }
    assert desk.cloud.written() == before
    assert [each.chosen_at for each in stored()] == [DUE]


def test_the_co_chairs_of_the_region_get_one_email_each_time_its_reasons_change(
    desk: OfficeDesk,
) -> None:
    texts = {
        "MW/meetings_held": "Too few could come: Three.",
        "MW/terms_approved": "Other",
        "ALL/meetings_held": "Other",
    }
    desk.choose(texts)
    sent = notices(desk.cloud)
    assert sorted(message["To"] for message in sent) == ["person0@hse.ie", "person1@hse.ie"]
    assert {message["Subject"] for message in sent} == {
        "Check the reasons beside your figures for January to March 2027"
    }
    text = sent[0].get_body().get_content()
    assert "/reports/regions/MW/2027-Q1" in text
    assert "Three" not in text and "Too few" not in text
    desk.cloud.now += timedelta(minutes=5)
    desk.choose({**texts, "SW/agendas_on_time": "Other"})
    assert len(notices(desk.cloud)) == 2
    desk.choose({"MW/meetings_held": "Date moved"})
    assert len(notices(desk.cloud)) == 4


def test_who_leads_no_more_gets_no_email(desk: OfficeDesk) -> None:
    desk.choose({"MW/meetings_held": "Date moved"})
    wiring.table().transact([Update(("REGION#MW", "COMMUNITY"), set={"chairs": [], "terms": []})])
    assert notices(desk.cloud) == []


def test_who_chose_reasons_is_noted_in_the_audit(desk: OfficeDesk) -> None:
    desk.choose({"MW/meetings_held": "Date moved"})
    (line,) = wiring.table().query("SUBJECT#report-2027-Q1", table="audit").items
    assert (line["what"], line["changed"]) == ("choose_reasons", 1)
