"""The letters of reports: the office is notified that a quarter's report is there."""

from datetime import datetime

from comhar.aws.conditions import Item, Key
from comhar.formatting import format_period
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.reports import gap_letters, publish_letters, repository
from comhar.settings import Settings


def _report(letter: LetterId) -> list[Key]:
    return [repository.key(letter.subject, int(letter.version))]


def kpi_ready(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """A link to the page of the report, which leads there through sign-in."""
    email = letter.facts["email"]
    if items[0] is None:
        return Dropped("gone")
    if email not in settings.office_emails:
        return Dropped("left")
    report = repository.from_item(items[0])
    context = {
        "quarter": report.quarter,
        "made_at": report.made_at,
        "gaps": report.row("meetings_unconfirmed").national.value,
        "page": f"{settings.public_url}/reports/kpi/{report.quarter}",
    }
    subject = f"The KPI report for {report.quarter} is ready: {format_period(report.quarter)}"
    return Draft(email, subject, "reports/letters/kpi_ready", context)


PURPOSES = {
    "kpi_ready": Purpose(_report, kpi_ready),
    **gap_letters.PURPOSES,
    **publish_letters.PURPOSES,
}
