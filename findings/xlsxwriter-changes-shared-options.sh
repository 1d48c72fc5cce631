#!/usr/bin/env bash
# XlsxWriter adds to the default_format_properties it is handed, and the next workbook differs.
#
# One would guess: a workbook's options are read; two workbooks of the same options, date and cells, made one
#   after the other in a process, have the same bytes.
# Seen: the constructor writes the theme's font into the caller's own dictionary. The first workbook is made
#   without that key and the second one with it, so that xl/styles.xml of the two differs.
# Versions: XlsxWriter 3.3.1, Python 3.13. Date: 2026-12-02.
# Why it matters to us: a version of a KPI report promises the same bytes whenever its file is made, and a warm
#   function makes several. We hand XlsxWriter a deep copy of our options.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check XlsxWriter==3.3.1
cd "$folder"
venv/bin/python - <<'PYTHON'
import io
import zipfile
from copy import deepcopy
from datetime import datetime
from importlib.metadata import version

import xlsxwriter

print("XlsxWriter", version("XlsxWriter"))


def parts(options):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        book.set_properties({"created": datetime(2027, 4, 1)})
        book.add_worksheet().write_string(0, 0, "text", book.add_format({"bold": True}))
    return {name: zipfile.ZipFile(file).read(name) for name in zipfile.ZipFile(file).namelist()}


ours = {"default_format_properties": {"font_name": "Arial", "font_size": 10}}
copies = [parts(deepcopy(ours)) for _ in range(2)]
assert copies[0] == copies[1]
print("each with a copy of its own: the same bytes")

before = deepcopy(ours)
first, second = parts(ours), parts(ours)
added = ours["default_format_properties"].keys() - before["default_format_properties"].keys()
print("added to the options it was handed:", sorted(added))
differing = sorted(name for name in first if first[name] != second[name])
print("parts that differ between the first and the second workbook:", differing)
assert added and differing == ["xl/styles.xml"], (added, differing)
PYTHON
