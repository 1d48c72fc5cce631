"""Freezes a quarter's KPI report once it has ended, and writes of gaps before.

The clock makes the report's files.
"""

from typing import Any

from comhar import wiring
from comhar.reports import gap_reminders
from comhar.reports import service as reports_service
from comhar.telemetry import logger


def handler(event: dict[str, Any], context: Any) -> dict[str, str | None]:
    """Freezes the last quarter's report, and writes of gaps, if either is due.

    Called at 09:00 Dublin on weekdays of a quarter's first and last month. What one could not do
    does not keep the other from being done.
    """
    ctx = wiring.context(None)
    try:
        report = reports_service.freeze_last_quarter(ctx)
    finally:
        step = gap_reminders.write_reminders(ctx)
    quarter = report.quarter if report else None
    logger.info("frozen", quarter=quarter, reminded=step)
    return {"quarter": quarter}
