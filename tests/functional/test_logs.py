"""What the workers log of what failed: the kind of error and the place, never what people wrote."""

from typing import Any

import pytest

from comhar import wiring
from comhar.due_work import leases
from local import openapi
from tests.support.cloud import Cloud, Context
from tests.support.stack import Stack

pytestmark = pytest.mark.xdist_group("logs")
CANARY = "niamh@example.com"


def fail(*given: Any) -> None:
    raise ValueError(f"{CANARY} wrote this")


@pytest.fixture(autouse=True)
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One round only: what fails here is not put off, as it is in earnest."""
    monkeypatch.setattr(leases, "repeat_while_time", lambda context: iter([None]))


def get_log_line(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    """The one line of the log, which holds nothing of anybody's."""
    [line] = caplog.records
    assert CANARY not in str(line.__dict__) and line.exc_info is None
    assert (line.__dict__["error"], line.__dict__["at"][-1].split()[-1]) == ("ValueError", "fail")
    return line.__dict__


def test_a_letter_that_fails_is_logged_by_its_purpose(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cloud.call("POST", "/join", {"email": CANARY})
    monkeypatch.setattr(wiring.mailer(), "post", fail)
    mailer = openapi.load("mailer")
    caplog.clear()
    with pytest.raises(mailer.LettersFailed) as raised:
        mailer.handler({}, Context())
    assert get_log_line(caplog)["purpose"] == "join"
    assert CANARY not in str(raised.value)


def test_work_that_fails_is_logged_by_its_kind(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = openapi.load("clock")
    monkeypatch.setattr(
        leases, "claim_due_work", lambda *_: iter([{"pk": "MAILING#1", "sk": "MAILING"}])
    )
    monkeypatch.setattr(clock.letters_service, "write_letters", fail)
    with pytest.raises(clock.WorkFailed) as raised:
        clock.handler({}, Context())
    assert get_log_line(caplog)["kind"] == "MAILING"
    assert CANARY not in str(raised.value)


def test_a_request_leaves_one_line_in_the_log_of_the_stack(stack: Stack) -> None:
    """The runtime's own logger writes a second one where ours is made before it."""
    assert stack.get("/sign-in/sent").status == 200
    lines = [line for line in stack.log("members").splitlines() if "answered" in line]
    assert lines and all(line.startswith('{"level":"INFO"') for line in lines), lines
