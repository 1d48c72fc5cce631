"""Freezes a quarter's KPI report, at 09:00 on the first working day after it.

The clock makes its files.
"""

from typing import Any

from comhar import wiring
from comhar.reports import service as reports_service
from comhar.telemetry import logger


def handler(event: dict[str, Any], context: Any) -> dict[str, str | None]:
    """Freezes the last quarter's report if it is due.

    Called every morning at 09:00 Dublin.
    """
    report = reports_service.freeze_last_quarter(wiring.context(None))
    quarter = report.quarter if report else None
    logger.info("frozen", quarter=quarter)
    return {"quarter": quarter}
