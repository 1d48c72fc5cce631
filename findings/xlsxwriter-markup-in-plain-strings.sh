#!/usr/bin/env bash
# XlsxWriter writes a plain string that begins with <r> and ends with </r> as markup, unescaped.
#
# One would guess: write_string() stores any text as text; only write_rich_string() writes runs of markup.
# Seen: such a text goes into sharedStrings.xml as it is. With a bare "&" in it the workbook is not
#   well-formed and no reader opens it; without one the cell comes back empty.
# Versions: XlsxWriter 3.3.1, openpyxl 3.1.5, Python 3.13. Date: 2026-12-01.
# Why it matters to us: people's names and reflections go into workbooks as typed. A name in that shape made
#   the register's workbook unreadable for everybody in it. We write such a text as a rich string of two runs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check XlsxWriter==3.3.1 openpyxl==3.1.5
cd "$folder"
venv/bin/python - <<'PYTHON'
import zipfile
from importlib.metadata import version
from xml.etree import ElementTree

import openpyxl
import xlsxwriter


def written(name, text):
    with xlsxwriter.Workbook(name) as book:
        book.add_worksheet().write_string(0, 0, text)
    return zipfile.ZipFile(name).read("xl/sharedStrings.xml").decode()


def read(name):
    return openpyxl.load_workbook(name).active["A1"].value


print("XlsxWriter", version("XlsxWriter"), "openpyxl", version("openpyxl"))
ordinary = written("ordinary.xlsx", "<i>A & B</i>")
assert "&lt;i&gt;A &amp; B&lt;/i&gt;" in ordinary and read("ordinary.xlsx") == "<i>A & B</i>"
print("another element's name: escaped, and read back as written")

plain = written("plain.xlsx", "<r>A B</r>")
assert "<si><r>A B</r></si>" in plain, plain
back = read("plain.xlsx")
assert back != "<r>A B</r>", back
print("<r>A B</r>: stored as markup, read back as", repr(back))

broken = written("broken.xlsx", "<r>A & B</r>")
assert "<si><r>A & B</r></si>" in broken, broken
try:
    read("broken.xlsx")
except ElementTree.ParseError as error:
    print("<r>A & B</r>: the workbook cannot be read:", error)
else:
    raise SystemExit("it can be read now")
PYTHON
