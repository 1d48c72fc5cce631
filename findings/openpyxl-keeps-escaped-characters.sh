#!/usr/bin/env bash
# openpyxl gives the escape _x000D_ of a workbook's text as seven visible characters.
#
# One would guess: a cell's value is its text. SpreadsheetML writes characters that XML cannot keep as _xHHHH_ (ECMA-376,
#   ST_Xstring), and a carriage return is often one: Excel writes what was pasted with CR LF so.
# Seen: the value of such a cell is "Una_x000D_\nBreen". python-calamine gives "Una\r\nBreen" for the same file, and
#   openpyxl.utils.escape.unescape() makes it that; neither reading nor read-only reading calls it.
# Versions: openpyxl 3.1.5, python-calamine 0.9.1, XlsxWriter 3.3.1, Python 3.13. Date: 2026-12-03.
# Why it matters to us: names and addresses of the lists that the office keeps are cells; an address with "_x000D_"
#   behind it was refused, and a name went into letters so. We call unescape() on each text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check openpyxl==3.1.5 python-calamine==0.9.1 XlsxWriter==3.3.1
cd "$folder"
venv/bin/python - <<'PYTHON'
import zipfile
from importlib.metadata import version

import openpyxl
import python_calamine
import xlsxwriter
from openpyxl.utils.escape import unescape

print("openpyxl", version("openpyxl"), "python-calamine", version("python-calamine"))
with xlsxwriter.Workbook("list.xlsx") as book:
    book.add_worksheet("People").write(0, 0, "Una\r\nBreen")
stored = zipfile.ZipFile("list.xlsx").read("xl/sharedStrings.xml").decode()
print("stored:", stored[stored.index("<t") : stored.index("</t>")].encode())
for read_only in (False, True):
    value = openpyxl.load_workbook("list.xlsx", read_only=read_only)["People"]["A1"].value
    print(f"openpyxl, read_only={read_only}:", ascii(value))
    assert "_x000D_" in value, value
    assert unescape(value) == "Una\r\nBreen", value
[[other]] = python_calamine.load_workbook("list.xlsx").get_sheet_by_index(0).to_python()
print("calamine:", ascii(other))
assert other == "Una\r\nBreen", other
PYTHON
