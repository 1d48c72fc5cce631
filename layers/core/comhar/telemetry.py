"""The log and the metrics: what happened, never who wrote or what."""

import traceback
from typing import Any

from aws_lambda_powertools import Logger

logger = Logger(log_uncaught_exceptions=False)
_FRAMES = 8  # the innermost ones of a traceback


def log_error(event: str, error: Exception, **facts: Any) -> None:
    """Logs what kind of error it was and where.

    Never its words: they may hold what a person wrote.
    """
    response = getattr(error, "response", None)  # botocore's, of which the code is AWS's own word
    reason = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    at = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    logger.error(event, error=type(error).__name__, reason=reason, at=at, **facts)


def measure_seconds(name: str, seconds: float) -> None:
    _measure(name, "Seconds", seconds)


def measure_percent(name: str, percent: float) -> None:
    _measure(name, "Percent", percent)


def count_event(name: str) -> None:
    """Counts one time that something happened."""
    _measure(name, "Count", 1)


def _measure(name: str, unit: str, value: float) -> None:
    """One figure for CloudWatch, in the log's embedded metric format."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name=name, unit=MetricUnit(unit), value=value, namespace="Comhar"):
        pass
