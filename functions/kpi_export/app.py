"""The worker that makes a quarter's KPI report, on the first working day after it at 09:00."""

from typing import Any

from comhar import wiring
from comhar.reports import service as reports_service
from comhar.telemetry import logger


def handler(event: dict[str, Any], context: Any) -> dict[str, str | None]:
    """Called every morning at 09:00 Dublin; does nothing until the quarter's report is due."""
    report = reports_service.export_last_quarter(wiring.context(None), wiring.export_bucket())
    quarter = report.quarter if report else None
    logger.info("exported", quarter=quarter)
    return {"quarter": quarter}
