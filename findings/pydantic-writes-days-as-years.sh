#!/usr/bin/env bash
# pydantic: a timedelta of 365 days is written to JSON as one year, which another reader takes for 366 days.
#
# One would guess: a timedelta knows days, seconds and microseconds, so that 365 days leave pydantic as P365D, and
#   every reader of ISO 8601 gets back as many days as were written.
# Seen: days are gathered into years of 365: P1Y, and P1Y35D for 400 days. pydantic itself reads a year as 365
#   days and a month as 30, so that its own round trip hides it; isodate reads a calendar year, and from 1
#   February 2028 on that is 366 days. One day less, P364D, is the same to both.
# Versions: pydantic 2.14.3, isodate 0.7.2, Python 3.13. Date: 2026-12-02.
# Why it matters to us: how long things are kept is counted in days, some of them 365 and more. Durations of ours
#   that leave in JSON are numbers of days; and where one comes in (the embedded stack's clock), years and months
#   are refused, which pydantic alone would let in.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -q --disable-pip-version-check pydantic==2.14.3 isodate==0.7.2
venv/bin/python - <<'PYTHON'
from datetime import datetime, timedelta
from importlib.metadata import version

import isodate
from pydantic import TypeAdapter

START = datetime(2028, 2, 1)
EXPECTED = {364: ("P364D", 364), 365: ("P1Y", 366), 400: ("P1Y35D", 401)}

print("pydantic", version("pydantic"), "isodate", version("isodate"))
durations = TypeAdapter(timedelta)
for days, (text, elsewhere) in EXPECTED.items():
    written = durations.dump_json(timedelta(days=days)).decode().strip('"')
    again = durations.validate_python(written)
    read = START + isodate.parse_duration(written) - START
    print(f"{days} days: written {written}, read again {again.days}, read by isodate {read.days} days")
    assert written == text, written
    assert again.days == days, again
    assert read.days == elsewhere, read
assert durations.validate_python("P1M") == timedelta(days=30)
print("pydantic reads P1M as", durations.validate_python("P1M").days, "days, whatever the month")
PYTHON
