"""`/_local` serves this machine alone: other sites and other names are refused at every route."""

import re

import pytest

from local.loopback import is_own
from tests.support.stack import ROOT

_DECLARED = re.compile(r'web\.(get|post)\(\s*"(/_local[^"]*)"')
ROUTES = sorted(
    (method.upper(), re.sub(r"\{[^}]*\}", "0", path))
    for source in (ROOT / "local").glob("*.py")
    for method, path in _DECLARED.findall(source.read_text())
)
FOREIGN = (
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example:8000"},
    {"Host": "192.168.1.7:8000"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


def test_every_way_in_is_known():
    paths = {path for _, path in ROUTES}
    assert {"/_local/clock", "/_local/mail", "/_local/mail.json", "/_local/inbox"} <= paths
    assert {method for method, _ in ROUTES} == {"GET", "POST"}


@pytest.mark.parametrize("path", sorted({path for _, path in ROUTES}))
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT"])
def test_another_sites_page_reaches_no_local_route(stack, method, path):
    for headers in FOREIGN:
        answer = stack.ask(method, path, body=b"{}", headers=headers)
        assert answer.status == 403, headers


def test_no_spelling_of_the_path_gets_around_it(stack):
    for path in ("/%5Flocal/mail.json", "/%5flocal/clock", "/_local%2Fmail.json"):
        assert stack.get(path, headers=FOREIGN[0]).status in (403, 404)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_programs_and_the_stacks_own_pages_reach_every_local_route(stack, method, path):
    """What is sent is wrong, so that nothing changes: it is answered, and not refused as foreign."""
    for headers in (
        {},
        {"Origin": stack.url, "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Host": f"localhost:{stack.port}", "Origin": f"http://localhost:{stack.port}"},
    ):
        answer = stack.ask(method, f"{path}?spf=wrong", body=b"[]", headers=headers)
        assert answer.status in (200, 400, 404), answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.1.2.3:80", "[::1]:80"]
)
def test_this_machine_has_these_names(host):
    assert is_own({"Host": host})


@pytest.mark.parametrize("host", ["", "localhost.evil.example", "[::2]:80", "[", "0.0.0.0"])
def test_other_names_are_foreign(host):
    assert not is_own({"Host": host})
