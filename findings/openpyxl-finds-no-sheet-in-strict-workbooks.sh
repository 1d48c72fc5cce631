#!/usr/bin/env bash
# openpyxl opens a Strict Open XML workbook without an error, and finds no sheet in it.
#
# One would guess: a workbook in the other conformance class of the same standard is read, or refused with an error.
# Seen: load_workbook() returns a workbook without any sheet; sheetnames is [] and active is None. A warning speaks of
#   "an invalid specification for 0". Strict files have namespaces under purl.oclc.org; python-calamine reads them.
# Versions: openpyxl 3.1.5, python-calamine 0.9.1, XlsxWriter 3.3.1, Python 3.13. Date: 2026-12-03.
# Why it matters to us: Excel offers "Strict Open XML Spreadsheet (*.xlsx)" in its dialogue, and a list saved so was
#   "nothing in this workbook" to the office. We rename the two namespaces when we unpack a list.
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

NAMES = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships":
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
}
print("openpyxl", version("openpyxl"), "python-calamine", version("python-calamine"))
with xlsxwriter.Workbook("transitional.xlsx") as book:
    book.add_worksheet("People").write_row(0, 0, ["Name", "Email"])
with zipfile.ZipFile("transitional.xlsx") as old, zipfile.ZipFile("strict.xlsx", "w") as new:
    for name in old.namelist():
        part = old.read(name)
        for transitional, strict in NAMES.items():
            part = part.replace(transitional, strict)
        new.writestr(name, part)

for name in ("transitional.xlsx", "strict.xlsx"):
    found = openpyxl.load_workbook(name).sheetnames
    other = python_calamine.load_workbook(name).sheet_names
    print(f"{name}: openpyxl finds {found}, calamine finds {other}")
    assert other == ["People"], other
    assert found == ([] if name == "strict.xlsx" else ["People"]), found
assert openpyxl.load_workbook("strict.xlsx").active is None
print("no error, and no active sheet")
PYTHON
