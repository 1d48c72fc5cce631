#!/usr/bin/env bash
# icalendar loses a letter where a line of a calendar file is folded within it, although all bytes are UTF-8.
#
# One would guess: Calendar.from_ical() takes bytes, so that it can do as RFC 5545 (3.1) asks of who reads: a line may
#   have been folded within a letter, and is to be put together before it is read as UTF-8.
# Seen: the bytes are decoded first, and each half of such a letter becomes U+FFFD, without an error. The same file
#   is read right when its lines are unfolded as bytes before. (That bytes in another charset are replaced as silently is
#   collective/icalendar#1793; these are in UTF-8.)
# Versions: icalendar 7.3.0, Python 3.13. Date: 2026-12-03.
# Why it matters to us: a member's note beside "not coming" lost its fadas, depending on where the line ended. We
#   unfold as bytes, decode by the charset of the mail's part, and hand icalendar text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check icalendar==7.3.0
cd "$folder"
venv/bin/python - <<'PYTHON'
import re
from importlib.metadata import version

from icalendar import Calendar

NOTE = "I cannot come: I have to be in Órán Mór"


def file(width):
    """A calendar file whose note is folded after so many bytes."""
    line = f"COMMENT:{NOTE}".encode()
    folded = b"\r\n ".join(line[at : at + width] for at in range(0, len(line), width))
    event = b"BEGIN:VEVENT\r\nUID:1@example.org\r\n" + folded + b"\r\nEND:VEVENT\r\n"
    return b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n" + event + b"END:VCALENDAR\r\n"


def note(calendar):
    return str(Calendar.from_ical(calendar).walk("VEVENT")[0]["comment"])


print("icalendar", version("icalendar"))
within = len("COMMENT:I cannot come: I have to be in ") + 1  # after the first of two bytes
for width in (within - 1, within):
    read, unfolded = note(file(width)), note(re.sub(rb"\r?\n[ \t]", b"", file(width)))
    print(f"folded after {width} bytes: {ascii(read)}; unfolded first: {ascii(unfolded)}")
    assert unfolded == NOTE
    assert ("\ufffd\ufffd" in read) is (width == within), read
PYTHON
echo "icalendar decodes before it unfolds"
