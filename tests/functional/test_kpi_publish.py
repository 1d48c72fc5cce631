"""Publishing a quarter's figures: final versions, what changed between them, and who gets an email of it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Put, Update
from comhar.context import Context
from comhar.dates.quarters import Quarter
from comhar.membership.model import Member
from comhar.reports import choose_reasons, publish, publish_forms
from comhar.reports import repository as reports_repository
from comhar.reports import service as reports_service
from comhar.reports.model import Change, KpiReport
from tests.support import sample_quarter
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.kpi_export import export_last_quarter
from tests.support.page import Page
from tests.support.sample_community import OFFICE
from tests.support.snapshots import built_once

DUE = datetime(2027, 4, 1, 8, tzinfo=UTC)
REPORT = "/reports/kpi/2027-Q1"
LATE = "2027-03-03T10:00"  # of a meeting that is recorded after the provisional report


class Publisher:
    """The office, which publishes the first quarter of 2027; the South West has two co-chairs."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> GatewayResponse:
        return self.cloud.call(method, path, body, bearer=self.cloud.session(OFFICE), **more)

    def publish(self, version: int | None = None, **reasons: str) -> GatewayResponse:
        """`SW__meetings_held` names a figure."""
        texts = {name.replace("__", "/"): text for name, text in reasons.items()}
        body = {"version": version, "reasons": texts} if version else {"reasons": texts}
        return self.call("POST", f"{REPORT}/publish", body)

    def preview(self) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self.call("GET", f"{REPORT}/publish").json
        return answer

    def page(self) -> str:
        text = self.call("GET", f"{REPORT}/publish", html=True).text
        assert Page(text).faults() == []
        return text

    def newest(self) -> KpiReport:
        return KpiReport.model_validate(self.call("GET", REPORT).json)

    def mails(self, *begin: str) -> list[tuple[str, str]]:
        """Whom each email went to whose subject begins so, and the subject, in order."""
        sent = [(message["To"], str(message["Subject"])) for message in self.cloud.mail()]
        return sorted(each for each in sent if each[1].startswith(begin))


@pytest.fixture
@built_once
def office(emptied: Cloud) -> Publisher:
    """The sample quarter with its provisional report."""
    sample_quarter.write()
    for region in ("SW", "MW"):
        add_chairs(emptied, region)
    export_last_quarter(DUE)
    emptied.now = DUE + timedelta(hours=1)
    return Publisher(emptied)


def add_chairs(cloud: Cloud, region: str) -> None:
    """Two people, who have led the region all the quarter."""
    since = ({"from": "2026-12-01", "until": "2026-12-01", "region": region},)
    pair = [
        cloud.member(name=name, region=region, chair_of=(region,), periods=since)
        for name in ("Bríd Ní Shé", "Seán Ó Sé")
    ]
    chairs = [{"id": each.id, "name": each.name} for each in pair]
    terms = [
        {"member": each.id, "from": "2027-01-01", "until": "2028-01-01", "ended_on": None}
        for each in pair
    ]
    item = {"pk": f"REGION#{region}", "sk": "COMMUNITY", "chairs": chairs, "terms": terms}
    wiring.table().transact([Put(item)])


def record_late_meeting(region: str = "MW") -> None:
    meeting = {"kind": "quarterly", "starts_at": LATE, "state": "held", "attended": []}
    sample_quarter.put(f"REGION#{region}", f"MEETING#{LATE}#{region}-late", **meeting)


def protected(report: KpiReport) -> list[Any]:
    begin = ("reflections", "survey_", "satisfaction_", "members_by_role.")
    return [row for row in report.rows if row.kpi.startswith(begin)]


@pytest.mark.parametrize("quarter", ["2026-Q4", "2027-Q2", "2027-Q5", "latest"])
def test_without_a_provisional_version_there_is_nothing_to_publish(
    office: Publisher, quarter: str
) -> None:
    before = office.cloud.written()[-1]
    for method, body in (("GET", None), ("POST", {})):
        answer = office.call(method, f"/reports/kpi/{quarter}/publish", body)
        assert answer.status == 404, answer.text
    assert office.cloud.written()[-1] == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reasons": {"XX/meetings_held": "Other"}}, "reasons.XX/meetings_held"),
        ({"reasons": {"SW/nothing": "Other"}}, "reasons.SW/nothing"),
        ({"reasons": {"SW/meetings_held": "other: " + "x" * 201}}, "reasons.SW/meetings_held"),
        ({"version": 0}, "version"),
        ({"version": "two"}, "version"),
        ({"regions": []}, "regions"),
    ],
)
def test_what_cannot_be_published_is_refused_by_its_name(
    office: Publisher, body: Any, field: str
) -> None:
    answer = office.call("POST", f"{REPORT}/publish", body)
    assert answer.status == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]
    assert office.newest().version == 1


@pytest.mark.parametrize("version", [1, 3, 9999])
def test_another_version_than_the_newest_final_one_is_refused(
    office: Publisher, version: int
) -> None:
    assert office.publish(version).status == 409  # there is no final version yet
    assert office.publish().status == 201
    record_late_meeting()
    for seen in (None, version):
        answer = office.publish(seen, MW__meetings_held="Other")
        assert answer.status == 409
        assert answer.json["title"] == "A newer version of these figures is published already."
    assert office.newest().version == 2
    assert office.publish(2).json["version"] == 3


def test_where_nothing_changed_nothing_is_published_and_the_page_says_so(office: Publisher) -> None:
    assert office.publish().status == 201
    answer = office.publish(2)
    assert (answer.status, answer.json["title"]) == (
        409,
        "The figures are the same as in the published version.",
    )
    assert office.preview()["may_publish"] is False
    text = office.page()
    assert "Nothing has changed since version 2" in text
    assert "Publish version" not in text and "Check before" not in text
    form = office.call("POST", f"{REPORT}/publish", form={"version": "2"}, html=True)
    assert form.status == 409
    assert "The figures are the same" in form.text
    assert office.newest().version == 2


def test_provisional_figures_become_final_though_they_are_the_same(office: Publisher) -> None:
    provisional = office.newest()
    assert "The figures are the same as in version 1" in office.page()
    answer = office.publish()
    assert answer.status == 201
    final = office.newest()
    assert (final.version, final.status, final.changes) == (2, "final", [])
    assert final.made_at == office.cloud.now
    assert final.rows == provisional.rows
    assert {**answer.json, "warnings": None} == {
        **final.model_dump(mode="json"),
        "warnings": None,
    }
    listed = office.call("GET", "/reports/kpi").json["reports"]
    assert ("2027-Q1", 2, "final") in {
        (each["quarter"], each["version"], each["status"]) for each in listed
    }


def test_what_is_recorded_late_makes_a_version_that_says_what_changed(office: Publisher) -> None:
    office.publish()
    record_late_meeting()
    changes = {
        ("MW", "meetings_held"): ("0", "1"),
        ("ALL", "meetings_held"): ("1", "2"),
        ("MW", "quarters_met"): ("0", "1"),
        ("ALL", "quarters_met"): ("1", "2"),
        ("MW", "agendas_on_time"): ("No data", "0.0% (0 of 1)"),
        ("ALL", "agendas_on_time"): ("100.0% (1 of 1)", "50.0% (1 of 2)"),
    }
    preview = office.preview()
    assert by_figure(Change.model_validate(each) for each in preview["changes"]) == changes
    assert (preview["version"], preview["before"], preview["seen"], preview["may_publish"]) == (
        3,
        2,
        2,
        True,
    )
    text = office.page()
    assert "What changed since version 2" in text
    assert "50.0% (1 of 2)" in text
    ctx = Context(officer(), office.cloud.now, wiring.table(), wiring.settings())
    found = publish.find_changes("2027-Q1", ctx)
    assert office.publish(2).status == 201
    report = office.newest()
    assert by_figure(report.changes) == changes
    assert report.changes == found
    assert reports_repository.find_version(wiring.table(), "2027-Q1", 2) != report


def by_figure(changes: Iterable[Change]) -> dict[tuple[str, str], tuple[str, str]]:
    return {(each.region, each.kpi): (each.before, each.after) for each in changes}


def officer() -> Member:
    return Member(id="office-1", name="Office", email=OFFICE, office=True)


def test_corrected_attendance_is_a_change(office: Publisher) -> None:
    office.publish()
    key = ("REGION#SW", "MEETING#2027-02-18T10:00#SW-1")
    wiring.table().transact([Update(key, set={"attended": [f"m{n}" for n in range(6)]})])
    changes = office.publish(2).json["changes"]
    assert [(each["region"], each["before"], each["after"]) for each in changes] == [
        ("SW", "71.4% (5 of 7)", "85.7% (6 of 7)"),
        ("ALL", "71.4% (5 of 7)", "85.7% (6 of 7)"),
    ]


def test_protected_figures_stay_as_they_were_first_counted(office: Publisher) -> None:
    first = office.newest()
    sample_quarter.put("REGION#SW", "QUARTER#2027-Q1#REFLECTION#late", first_of_quarter=True)
    sample_quarter.put("REGION#SW", "QUARTER#2027-Q1#SURVEY#SW-late", **sample_quarter.SIX)
    row = wiring.table().get(("REGISTER", "SW#m0"))
    wiring.table().transact([Put({**(row or {}), "role": "occupational_therapist"})])
    for seen in (None, 2):
        record_late_meeting("MW" if seen else "DNE")
        assert office.publish(seen).status == 201
        assert protected(office.newest()) == protected(first)
        assert not {each.kpi for each in office.newest().changes} & {
            row.kpi for row in protected(first)
        }


def test_a_reason_stands_on_a_figure_only_where_its_target_is_not_met(office: Publisher) -> None:
    answer = office.publish(
        MW__meetings_held="Venue or weather: The hall was flooded.",
        SW__meetings_held="Other",
        ALL__meetings_held="date_moved",
    )
    assert answer.status == 201
    row = office.newest().row("meetings_held")
    assert row.values["MW"].reason == "Venue or weather: The hall was flooded."
    assert row.values["SW"].reason is None
    assert row.national.reason == "Date moved"
    record_late_meeting()
    changes = office.publish(2).json["changes"]
    assert changes[0]["before"] == "0, reason: Venue or weather: The hall was flooded."
    assert changes[0]["after"] == "1, no reason"
    assert office.newest().row("meetings_held").values["MW"].reason is None


def test_another_reason_alone_is_a_change(office: Publisher) -> None:
    office.publish(MW__meetings_held="Other")
    answer = office.publish(2, MW__meetings_held="COP resting")
    assert answer.json["changes"] == [
        {
            **{"region": "MW", "kpi": "meetings_held"},
            **{"before": "0, reason: Other", "after": "0, reason: COP resting"},
        }
    ]
    assert office.publish(3).status == 409
    assert (
        office.publish(3, MW__meetings_held="remove").json["changes"][0]["after"] == "0, no reason"
    )


def test_missing_reasons_and_those_chosen_lately_are_warned_of_and_never_refused(
    office: Publisher,
) -> None:
    body = {"reasons": {"MW/meetings_held": "Other", "MW/quarters_met": "Other"}}
    office.call("POST", f"{REPORT}/reasons", body)
    warnings = [each for each in office.preview()["warnings"] if each.startswith("Mid West")]
    late = "“Meetings held”, “Quarters with a meeting, this year so far”"
    assert warnings == [
        f"Mid West: co-chairs have not had the reasons for {late} for three working days."
    ]
    others = [
        each for each in office.preview()["warnings"] if each.startswith("West and North West")
    ]
    assert "no reason is chosen for “Meetings held”" in others[0]
    assert warnings[0] in office.page()
    office.cloud.now = datetime(2027, 4, 5, 22, 59, tzinfo=UTC)  # Friday to Monday
    assert warnings[0] in office.preview()["warnings"]
    office.cloud.now = datetime(2027, 4, 5, 23, 1, tzinfo=UTC)  # Tuesday in Dublin
    assert not [each for each in office.preview()["warnings"] if each.startswith("Mid West")]
    assert office.publish().json["warnings"] == office.preview()["warnings"]


def test_reasons_that_are_saved_while_it_is_published_are_not_passed_over(
    office: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = publish_forms.ChooseReasons(reasons={"MW/meetings_held": "Other"})
    count = reports_service.tally_regions

    def save_and_count(quarter: Quarter, ctx: Context) -> Any:
        choose_reasons.save_reasons(str(quarter), form, ctx)
        return count(quarter, ctx)

    monkeypatch.setattr(reports_service, "tally_regions", save_and_count)
    answer = office.publish()
    assert (answer.status, answer.json["title"]) == (
        409,
        "Somebody else changed the reasons a moment ago.",
    )
    monkeypatch.undo()
    assert office.newest().version == 1


def test_who_published_is_noted_in_the_audit(office: Publisher) -> None:
    office.publish()
    (line,) = wiring.table().query("SUBJECT#report-2027-Q1-0002", table="audit").items
    assert line["what"] == "publish_report"


def test_the_office_and_every_co_chair_get_one_email_when_figures_are_published(
    office: Publisher,
) -> None:
    assert office.mails("The KPI report") == [
        (OFFICE, "The KPI report for 2027-Q1 is ready: January to March 2027")
    ]
    assert office.mails("Figures published") == []
    office.publish()
    subject = "Figures published for your community: January to March 2027"
    chairs = [(each.email, subject) for each in office.cloud.people]
    assert len(chairs) == 4
    for _ in range(2):
        assert office.mails("Figures published") == chairs
        assert office.mails("Final") == [
            (OFFICE, "Final figures for January to March 2027: 2027-Q1, version 2")
        ]
    for kind in ("csv", "xlsx"):
        assert wiring.export_bucket().get(f"kpi/2027-Q1/0002.{kind}")


def test_of_a_later_version_only_co_chairs_whose_figures_changed_get_an_email(
    office: Publisher,
) -> None:
    office.publish()
    office.mails("Figures published")
    record_late_meeting()
    office.publish(2)
    corrected = "Corrected figures for your community: January to March 2027"
    led = [each.email for each in office.cloud.people if each.chair_of == ("MW",)]
    assert office.mails("Corrected") == [(email, corrected) for email in led]
    assert len(office.mails("Figures published")) == 4
    text = next(
        message.get_body(("plain",)).get_content()
        for message in office.cloud.mail()
        if message["Subject"] == corrected
    )
    assert "What changed for your community since the version before: 3 figures." in text
    assert "/reports/regions/MW/2027-Q1" in text
    assert "%" not in text


def test_who_leads_no_more_when_the_email_goes_out_gets_none(office: Publisher) -> None:
    office.publish()
    office.cloud.run("ClockFunction", {}, AllTheTime())
    wiring.table().transact([Update(("REGION#MW", "COMMUNITY"), set={"chairs": [], "terms": []})])
    assert len(office.mails("Figures published")) == 2


class AllTheTime:
    def get_remaining_time_in_millis(self) -> int:
        return 100_000


def test_from_signing_in_to_published_it_takes_five_clicks(office: Publisher) -> None:
    """The link of the email is opened (1); then menu, quarter, Publish, and the button."""
    session = office.cloud.session(OFFICE)

    def get(path: str) -> str:
        answer = office.cloud.call("GET", path.partition("?")[0], bearer=session, html=True)
        assert answer.status == 200
        return answer.text

    assert 'href="/reports/kpi"' in get("/me")
    assert f'href="{REPORT}"' in get("/reports/kpi")
    assert f'href="{REPORT}/publish"' in get(REPORT)
    assert ("POST", f"{REPORT}/publish") in Page(get(f"{REPORT}/publish")).forms
    answer = office.cloud.call("POST", f"{REPORT}/publish", form={}, bearer=session, html=True)
    assert (answer.status, answer.headers["Location"]) == (303, f"{REPORT}?done=published")
    done = office.cloud.call("GET", REPORT, bearer=session, html=True, query={"done": "published"})
    assert "The figures are published." in done.text
