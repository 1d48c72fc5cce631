"""Hears all that is logged, with what goes along."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _RecordingHandler(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(repr(vars(record)))


@contextmanager
def capture_logs() -> Iterator[list[str]]:
    """What was said so far, a line each."""
    ear = _RecordingHandler()
    logging.getLogger().addHandler(ear)
    try:
        yield ear.lines
    finally:
        logging.getLogger().removeHandler(ear)
