#!/usr/bin/env bash
# Python's email: a parsed header is a str, and holds some hundred times the memory of its text as long as it lives.
#
# One would guess: a header of a message with a modern policy is a str (isinstance says so), so that to keep ten
#   thousand of them, in a cache or with the messages of a queue, costs about what their texts cost.
# Seen: each keeps the whole tree that it was parsed into. An address of 35 characters takes about 19 kB, a subject
#   of 23 about 7 kB; str(header) is a plain copy without it. Messages hold the parsed ones.
# Versions: Python 3.13 (email.headerregistry, as email.policy.SMTP and default use it). Date: 2026-12-02.
# Why it matters to us: the mailer remembered 256 headers that were the same in many letters, and of a mailing's
#   own memory most was that. It remembers 32 now.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo 3.13 > .python-version
python3 - <<'PYTHON'
import gc
import platform
import tracemalloc
from email.headerregistry import HeaderRegistry

HEADERS = {"To": "Aoife Murphy {} <aoife{}@example.com>", "Subject": "Agenda for Thursday {}"}
COUNT = 500
parse = HeaderRegistry()


def kept_bytes(name, as_text):
    """What one header, or its plain text, holds in memory."""
    parse(name, HEADERS[name].format("x", "x"))  # what is made once only
    gc.collect()
    tracemalloc.start()
    headers = [parse(name, HEADERS[name].format(n, n)) for n in range(COUNT)]
    assert all(isinstance(header, str) for header in headers)
    if as_text:
        headers = [str(header) for header in headers]
    gc.collect()
    size = tracemalloc.get_traced_memory()[0] / len(headers)
    tracemalloc.stop()
    return size


print("Python", platform.python_version())
for name, value in HEADERS.items():
    header, text = kept_bytes(name, False), kept_bytes(name, True)
    print(f"{name}: {header:.0f} bytes a header of {len(value)} characters, {text:.0f} as plain text")
    assert header > 40 * text, (name, header, text)
PYTHON
echo "a parsed header keeps its parse tree"
