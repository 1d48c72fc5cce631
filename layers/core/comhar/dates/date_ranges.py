"""Any range of dates, for what is counted beside quarters."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DateRange:
    """From the first day to the last, both among them."""

    first: date
    last: date
