"""The stack's clock: one time for all its processes, which tests can move.

Real time plus a stored offset, or standing still.
"""

from __future__ import annotations

import mmap
import os
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
# Three whole numbers of microseconds: the offset, the instant it stands at (0: it runs), and the
# last instant known to have been lived through. Each is written by one aligned store.
_OFFSET, _STANDING, _SEEN, _SIZE = 0, 8, 16, 24


class Clock:
    """One mapped file that the engine sets and every worker reads."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        if os.fstat(descriptor).st_size < _SIZE:
            os.ftruncate(descriptor, _SIZE)
        self._shared = mmap.mmap(descriptor, _SIZE)
        os.close(descriptor)

    def now(self) -> datetime:
        """The stack's present, aware UTC."""
        standing = self._read(_STANDING)
        micros = standing or time.time_ns() // 1000 + self._read(_OFFSET)
        return _EPOCH + timedelta(microseconds=micros)

    @property
    def standing(self) -> bool:
        return self._read(_STANDING) != 0

    @property
    def seen(self) -> datetime | None:
        """The last instant at which the stack was known to be alive."""
        micros = self._read(_SEEN)
        return _EPOCH + timedelta(microseconds=micros) if micros else None

    def stand(self, at: datetime) -> None:
        """Stand still at an instant, while what fell due then is worked off."""
        self._write(_STANDING, (at - _EPOCH) // _MICRO)

    def run(self, start: datetime | None = None) -> None:
        """Run on: from `start`, or with the offset there was before it stood still."""
        if start is not None:
            self._write(_OFFSET, (start - _EPOCH) // _MICRO - time.time_ns() // 1000)
        self._write(_STANDING, 0)

    def beat(self, at: datetime) -> None:
        """Stores that the stack was alive at `at`.

        After a kill it is known which moments were missed.
        """
        self._write(_SEEN, (at - _EPOCH) // _MICRO)

    def _read(self, at: int) -> int:
        return int(struct.unpack_from("<q", self._shared, at)[0])

    def _write(self, at: int, micros: int) -> None:
        struct.pack_into("<q", self._shared, at, micros)
