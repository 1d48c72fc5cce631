#!/usr/bin/env bash
# WebTest's set_cookie sends every value in double quotes.
#
# One would guess: set_cookie("session", "abc") sends what a browser would that was given "session=abc".
# Seen: it sends session="abc", though nothing in the value needs quotes; a cookie that the application set
#   by Set-Cookie comes back as it was given.
# Versions: WebTest 3.0.7, Python 3.13. Date: 2026-12-01.
# Why it matters to us: our functions read cookies as API Gateway hands them over, quotes and all, so that a
#   session set this way is nobody's. People of our tests sign in by their link instead.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -q --disable-pip-version-check WebTest==3.0.7
venv/bin/python - <<'PYTHON'
from importlib.metadata import version

from webtest import TestApp

cookies = []


def application(environ, start):
    cookies.append(environ.get("HTTP_COOKIE", ""))
    start("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "given=abc; Path=/")])
    return [b"ok"]


person = TestApp(application)
person.set_cookie("session", "abc")
person.get("/")
person.get("/")
print("WebTest", version("WebTest"), cookies)
assert cookies[0] == 'session="abc"', cookies
assert "given=abc" in cookies[1].split("; "), cookies
PYTHON
