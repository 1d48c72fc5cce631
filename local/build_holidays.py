"""Writes data/holidays.json from the `holidays` library.

They are the Irish public holidays that the product knows.

The library takes half a second to import, which a function should not pay at each cold start.
"""

import json
import sys
from pathlib import Path

import holidays

FIRST, LAST = 2024, 2045
TARGET = Path(__file__).parents[1] / "layers/core/comhar/data/holidays.json"


def built() -> str:
    """The text of holidays.json as the installed library would have it."""
    # Without observed days: where a holiday falls on a weekend, Irish law moves no date
    # (Organisation of Working Time Act 1997, section 21); the office adds its closures.
    found = holidays.country_holidays(
        "IE", years=range(FIRST, LAST + 1), observed=False, language="en_IE"
    )
    days = {day.isoformat(): name for day, name in sorted(found.items())}
    content = {"from": FIRST, "to": LAST, "days": days}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Writes the file; with `--check` only compares it with the library."""
    if "--check" not in sys.argv:
        TARGET.write_text(built(), encoding="utf-8")
    elif TARGET.read_text(encoding="utf-8") != built():
        print(f"{TARGET.name} is not as the library has it: run make holidays", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
