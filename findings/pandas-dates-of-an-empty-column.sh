#!/usr/bin/env bash
# pandas gives a column of dates another type in each file, by whether the file has dates in it.
#
# One would guess: read_csv() with parse_dates for a column, and even with its format, gives one type whatever the
#   file holds.
# Seen: a column with a date is datetime64[us], one whose every cell is empty datetime64[s], one of a file that is
#   its head alone object.
# Versions: pandas 3.1.1, Python 3.13. Date: 2026-12-03.
# Why it matters to us: `closes_on` of a survey that has not run in any community, and `Member since` in a list of
#   people who wait, are such columns. Our tests read them as texts and turn them into datetime64[s] themselves; a
#   Table Schema stands beside each CSV, because the file alone cannot say what an empty column is.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check pandas==3.1.1
cd "$folder"
venv/bin/python - <<'PYTHON'
import io

import pandas

print("pandas", pandas.__version__)


def kind(text, **more):
    return str(pandas.read_csv(io.StringIO(text), parse_dates=["day"], **more)["day"].dtype)


FILES = {"a date": "day,n\n2027-01-31,1\n", "no date": "day,n\n,1\n", "no line": "day,n\n"}
for more in ({}, {"date_format": "%Y-%m-%d"}):
    found = {name: kind(text, **more) for name, text in FILES.items()}
    print(more or "without a format", found)
    assert found == {"a date": "datetime64[us]", "no date": "datetime64[s]", "no line": "object"}

texts = [pandas.read_csv(io.StringIO(text), dtype={"day": "str"})["day"] for text in FILES.values()]
same = {str(pandas.to_datetime(each).astype("datetime64[s]").dtype) for each in texts}
assert same == {"datetime64[s]"}, same
print("read as texts and turned afterwards:", *same)
PYTHON
