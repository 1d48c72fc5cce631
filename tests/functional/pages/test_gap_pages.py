"""Gaps before a quarter ends and figures after it: the pages and emails of office, co-chairs and members."""

from collections.abc import Callable

from comhar.reports.gap_letters import PURPOSES
from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.published_quarters import publish
from tests.support.stack_users import OFFICE

AOIFE, SEAN, UNA = "aoife@hse.ie", "sean@hse.ie", "una@hse.ie"
MEETING = {"kind": "quarterly", "starts_at": "2027-02-18T10:00", "mode": "online"}


def with_meeting(stack: InProcess) -> str:
    """Two co-chairs and a confirmed member of the South West, with a meeting; its path."""
    people = [
        stack.join(email, name) for email, name in ((AOIFE, "Aoife"), (SEAN, "Seán"), (UNA, "Úna"))
    ]
    office = stack.sign_in(OFFICE)
    chairs = {"members": [each["id"] for each in people[:2]]}
    assert stack.post("/communities/SW/chairs", chairs, session=office).status == 200
    assert stack.post(f"/members/{people[2]['id']}/confirm", {}, session=office).status == 200
    made = stack.post("/communities/SW/meetings", MEETING, session=people[0]["session"])
    assert made.status == 201, made.text
    return f"/meetings/{made.json['id']}"


def test_a_gap_is_seen_asked_about_filled_and_published(
    visit: Callable[..., PageUser], stack: InProcess
) -> None:
    meeting = with_meeting(stack)
    stack.cloud.now = stack.cloud.now.replace(month=2, day=19)
    stack.settle()
    office = visit(OFFICE).sign_in().open("/reports/kpi/2027-Q1/readiness")
    office.reads("The meeting on Thursday 18 February 2027 is not recorded yet.")
    office.press("Ask the co-chairs").reads("An email is on its way to the co-chairs.")
    office.reads("Asked on Friday 19 February 2027")
    aoife = visit(AOIFE).sign_in().letter("A question about the figures")
    aoife.follow("Record or cancel the meeting")
    assert aoife.path == f"{meeting}/close"
    aoife.open("/me").follow("Our figures").reads("No figures are published yet.")
    aoife.reads("Gaps to fill").follow("Record or cancel the meeting")
    stack.cloud.now = stack.cloud.now.replace(month=3, day=15, hour=8, minute=59)
    stack.advance(to="2027-03-15T09:00:00+00:00")
    aoife.letter("what we do not have yet").reads("If you do nothing")
    office.letter("gaps to fill by 31 March").follow("See the gaps").sign_in_here()
    office.reads("Mid West")
    publish("2026-Q4", meetings_held=0, reasons={"meetings_held": "Venue or weather: Stoirm Éowyn"})
    una = visit(UNA).sign_in().follow("Our figures").follow("October to December 2026")
    una.reads("Not met").reads("Venue or weather: Stoirm Éowyn").reads("No data").reads(
        "Other figures"
    )
    una.follow("Our figures")
    assert "Gaps to fill" not in una.text()


def test_every_letter_about_gaps_was_looked_at() -> None:
    assert set(PURPOSES) == {"kpi_gaps", "kpi_gap"}
