"""The office chooses reasons and publishes figures, twice; the pages and emails of all who hear of it."""

from collections.abc import Callable
from datetime import UTC, datetime

from comhar.reports.publish_letters import PURPOSES
from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.stack_users import OFFICE

AOIFE, SEAN = "aoife@hse.ie", "sean@hse.ie"
MEETING = {"kind": "quarterly", "starts_at": "2027-02-18T10:00", "mode": "online"}


def with_meeting(stack: InProcess) -> str:
    """Two co-chairs of the South West, and a meeting that nobody has recorded; its path."""
    people = [stack.join(email, name) for email, name in ((AOIFE, "Aoife"), (SEAN, "Seán Ó Sé"))]
    office = stack.sign_in(OFFICE)
    chairs = {"members": [each["id"] for each in people]}
    assert stack.post("/communities/SW/chairs", chairs, session=office).status == 200
    made = stack.post("/communities/SW/meetings", MEETING, session=people[0]["session"])
    assert made.status == 201, made.text
    return f"/meetings/{made.json['id']}"


def test_figures_are_given_reasons_published_corrected_and_published_anew(
    visit: Callable[..., PageUser], stack: InProcess
) -> None:
    meeting = with_meeting(stack)
    stack.cloud.now = datetime(2027, 4, 1, 7, 59, tzinfo=UTC)
    stack.advance(to="2027-04-01T08:00:00+00:00")
    office, aoife = visit(OFFICE), visit(AOIFE)
    office.letter("The KPI report").reads("1 meeting in these months is not recorded yet")
    office.follow("Open the report").sign_in_here().follow("Publish")
    office.reads("The figures are the same as in version 1").reads(
        "no reason is chosen for “Meetings held”"
    )
    office.follow("Choose reasons").fill("Meetings held, South West: sentence", "Stoirm Éowyn")
    office.press("Save reasons").reads("There is a problem").reads("Choose a reason.")
    office.select("Meetings held, South West", "Venue or weather")
    office.press("Save reasons").reads("The reasons are saved.").reads(
        "since Thursday 1 April 2027"
    )
    aoife.letter("Check the reasons").reads("within three working days")
    office.follow("Go to publishing").reads("0, reason: Venue or weather").reads(
        "three working days"
    )
    office.press("Publish version 2").reads("The figures are published.")
    stack.settle()
    office.letter("Final figures").reads("What changed since version 1")
    office.open("/reports/kpi/2027-Q1/publish").reads("There is nothing to publish.")
    aoife.letter("Figures published").reads("Confirmed members can see them")
    aoife.follow("Open our figures").sign_in_here().reads("Reason: Venue or weather")
    closed = stack.post(f"{meeting}/close", {"attended": []}, session=stack.sign_in(AOIFE))
    assert closed.status == 200, closed.text
    office.open("/reports/kpi/2027-Q1/publish").reads("What changed since version 2")
    office.press("Publish version 3").reads("The figures are published.")
    stack.settle()
    office.letter("version 3").reads("Co-chairs get an email if their figures changed.")
    aoife.letter("Corrected figures").reads(
        "What changed for your community since the version before"
    )


def test_every_letter_of_publishing_was_looked_at() -> None:
    assert set(PURPOSES) == {"kpi_final", "kpi_published", "kpi_reasons"}
