"""The pages of a KPI report, whole, of a region and to print, and of metric IDs, as people see them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from comhar import regions, wiring
from comhar.reports import repository as reports_repository
from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.printed_pages import count_printed_pages
from tests.support.sample_reports import (
    earlier_reports,
    give_reasons,
    hide_protected,
    sample_report,
)
from tests.support.stack_users import OFFICE

Screen = Callable[..., Page]
Visit = Callable[..., PageUser]
PATH = "/reports/kpi/2027-Q1/print"
LONG = "Oirthear agus Iarthuaisceart Chúige Laighean"


def freeze_full_report(stack: InProcess) -> None:
    """One with all that the page has room for: reasons, and hidden figures in every region."""
    report = hide_protected(give_reasons(sample_report()))
    reports_repository.freeze(wiring.table(), report, stack.now)


@pytest.mark.parametrize("count", [6, 10, 40])
def test_the_fullest_report_prints_on_one_page(
    screen: Screen, stack: InProcess, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    names = {f"R{number}": f"{LONG} {number}" for number in range(count)}
    monkeypatch.setattr(regions, "names", lambda: names)
    monkeypatch.setattr(regions, "codes", lambda: tuple(names))
    freeze_full_report(stack)
    page = screen(PATH, stack.sign_in(OFFICE))
    assert "Hidden figures" in page.content()
    assert count_printed_pages(page) == 1
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_whole_report_is_3000_pixels_high_at_most_and_prints_on_two_pages(
    screen: Screen, stack: InProcess
) -> None:
    before = earlier_reports()
    for each in before:
        reports_repository.freeze(wiring.table(), each, stack.now)
    report = hide_protected(give_reasons(sample_report()))
    named = {"earlier": {each.quarter: each.version for each in before}}
    reports_repository.freeze(wiring.table(), report.model_copy(update=named), stack.now)
    page = screen("/reports/kpi/2027-Q1", stack.sign_in(OFFICE))
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.locator("svg.comhar-line").count() > 15
    assert page.get_by_text("Not met").count() > 5
    assert page.evaluate("document.documentElement.scrollHeight") <= 3000
    assert count_printed_pages(page) == 2


def test_our_figures_are_short_on_a_telephone(screen: Screen, stack: InProcess) -> None:
    for each in (*earlier_reports(1), hide_protected(give_reasons(sample_report()))):
        final = each.model_copy(update={"status": "final", "version": 2})
        reports_repository.freeze(wiring.table(), final, stack.now)
    page = screen("/reports/regions/DML/2027-Q1", stack.sign_in(OFFICE))
    page.set_viewport_size({"width": 360, "height": 800})
    assert "Reason:" in page.content()
    assert "Change since" in page.content()
    assert page.evaluate("document.documentElement.scrollHeight") < 3000


def test_a_region_s_details_lie_behind_its_name(visit: Visit, stack: InProcess) -> None:
    freeze_full_report(stack)
    office = visit(OFFICE).sign_in()
    office.open("/reports/kpi/2027-Q1").reads("Figures by region").follow("South West")
    office.reads("South West, January to March 2027").reads("Target: 1.").reads("Reason:")


def test_the_office_reads_and_fills_in(visit: Visit, stack: InProcess) -> None:
    freeze_full_report(stack)
    office = visit(OFFICE).sign_in()
    office.open(PATH).reads("0 not met").reads("more reasons: in the Excel file")
    office.reads("Provisional, version 1").reads("Reflections shared or counted")
    office.open("/reports/metrics").fill("Meetings held", "MHER-01").press("Save metric IDs")
    office.reads("The metric IDs are saved")
