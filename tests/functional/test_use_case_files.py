"""How many files of ours one use case runs through: who changes it reads these, and no more."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.support.cloud import GatewayResponse
from tests.support.sample_region import Region, text
from tests.support.snapshots import built_once

LAYER = f"{Path(__file__).parents[2] / 'layers/core/comhar'}/"


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    return region.meeting()


def traced(ask: Callable[[], GatewayResponse]) -> tuple[GatewayResponse, set[str]]:
    """The answer, and in which files of the layer any function ran for it; the function's own `app.py` is
    one more. What is loaded or made once in a process does not count: it is asked a second time."""
    files: set[str] = set()

    def called(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(LAYER) and code.co_name != "<module>":
            files.add(code.co_filename.removeprefix(LAYER))

    sys.setprofile(called)
    try:
        answer = ask()
    finally:
        sys.setprofile(None)
    return answer, files


def test_proposing_an_item(region: Region, meeting: str) -> None:
    bearer = region.cloud.session(region.ann)

    def propose() -> GatewayResponse:
        return region.cloud.call("POST", f"{meeting}/items", {"title": "Rooms"}, bearer=bearer)

    assert propose().status == 201
    answer, files = traced(propose)
    assert answer.status == 201
    assert len(files) <= 20, " ".join(sorted(files))


def test_closing_a_meeting(region: Region, meeting: str) -> None:
    earlier = region.meeting(starts_at="2027-01-28T10:00")
    region.at(2027, 2, 18, 12)
    bearer = region.cloud.session(region.chair)
    action = {"what": "Ring the library", "who": region.ann.id, "by": "2027-03-15"}
    there = [region.ann.id, region.ben.id]
    form = {"attended": there, "actions": [action], "next_topic": "Peers", "next_lead": there[1]}

    def close(path: str) -> GatewayResponse:
        return region.cloud.call("POST", f"{path}/close", form, bearer=bearer)

    assert close(earlier).status == 200
    answer, files = traced(lambda: close(meeting))
    assert (answer.status, answer.json["actions"]) == (200, 1)
    assert answer.json["survey"]
    assert len(files) <= 27, " ".join(sorted(files))


def test_answering_a_survey(region: Region, meeting: str) -> None:
    region.at(2027, 2, 18, 12)
    region.done(region.chair, f"{meeting}/close", {"attended": [region.ann.id]})
    region.at(2027, 2, 19, 9)
    letter = text(region.mail(region.ann, "")[-1])
    [path] = re.findall(r"https://comhar\.example(/surveys/[\w.-]+)", letter)

    def answers(**given: Any) -> GatewayResponse:
        return region.cloud.call("POST", path, {"answers": given})

    assert answers(no_question=1).status == 422
    answer, files = traced(lambda: answers(satisfaction=4, welcome=5, went_well="The tea"))
    assert answer.status == 201
    assert len(files) <= 14, " ".join(sorted(files))
