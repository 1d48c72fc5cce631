"""Makes a quarter's KPI report, at 09:00 on the first working day after it."""

from typing import Any

from comhar import wiring
from comhar.reports import service as reports_service
from comhar.telemetry import logger


def handler(event: dict[str, Any], context: Any) -> dict[str, str | None]:
    """Makes the last quarter's report if it is due.

    Called every morning at 09:00 Dublin.
    """
    report = reports_service.export_last_quarter(wiring.context(None), wiring.export_bucket())
    quarter = report.quarter if report else None
    logger.info("exported", quarter=quarter)
    return {"quarter": quarter}
