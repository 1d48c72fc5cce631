"""Owns the log and the metrics: one structured line for what happened, never who wrote or what."""

from aws_lambda_powertools import Logger

logger = Logger(log_uncaught_exceptions=False)


def measure_seconds(name: str, seconds: float) -> None:
    """One figure for CloudWatch, in the log's embedded metric format."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name=name, unit=MetricUnit.Seconds, value=seconds, namespace="Comhar"):
        pass
