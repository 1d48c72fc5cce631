"""Owns the log: one structured line for what happened, never who wrote or what they wrote."""

from aws_lambda_powertools import Logger

logger = Logger(log_uncaught_exceptions=False)
