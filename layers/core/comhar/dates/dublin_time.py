"""Conversions between Dublin wall time, UTC instants and stored timestamps."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

DUBLIN = ZoneInfo("Europe/Dublin")
_STAMP = "%Y-%m-%dT%H:%M:%S"


def to_instant(wall: datetime) -> datetime:
    """The UTC instant of a naive Dublin wall time.

    A time that occurs twice (autumn) is taken the first time. One that the spring change leaves
    out moves forward by the hour left out: 01:30 becomes 02:30.
    """
    if wall.tzinfo is not None:
        raise ValueError("a wall time carries no zone")
    return wall.replace(tzinfo=DUBLIN, fold=0).astimezone(UTC)


def to_wall(at: datetime) -> datetime:
    """The naive Dublin wall time of an aware instant."""
    return at.astimezone(DUBLIN).replace(tzinfo=None)


def local_date(at: datetime) -> date:
    """The Dublin date of an aware instant."""
    return at.astimezone(DUBLIN).date()


def stamp(at: datetime) -> str:
    """An aware instant as fixed-width UTC, so that text order is time order."""
    if at.tzinfo is None:
        raise ValueError("an instant carries a zone")
    utc = at.astimezone(UTC)
    return f"{utc.strftime(_STAMP)}.{utc.microsecond // 1000:03d}Z"


def unstamp(text: str) -> datetime:
    """The aware UTC instant that `stamp` wrote."""
    return datetime.strptime(text, f"{_STAMP}.%fZ").replace(tzinfo=UTC)
