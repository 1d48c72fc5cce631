"""What a mailing takes of a worker's memory, which is not what it stores: the tables are elsewhere."""

import gc
import re
import tracemalloc
from collections import Counter
from collections.abc import Iterator

import pytest

from comhar import wiring
from local import openapi
from tests.support.cloud import Cloud, Context, open_cloud
from tests.support.sample_community import OFFICE
from tests.support.tables_process import moved_elsewhere

WARM, FEW, MANY = 20, 200, 300  # members; two pages of them are in a worker's hand at once
A_LETTER = 256  # bytes: what it says takes forty times as many
MEETING = {"kind": "quarterly", "starts_at": "2027-02-18T10:00", "mode": "online"}


class CountingSender:
    """In the place of `wiring.letter_sender()`: it counts the letters, and keeps none."""

    def __init__(self) -> None:
        self.sent: Counter[bool] = Counter()

    def send(self, message: bytes, to: str, tag: str, stranger: bool) -> str:
        self.sent[stranger] += 1
        return tag[:32]


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with open_cloud() as cloud, moved_elsewhere(cloud.fake_aws.memory.tables) as elsewhere:
        cloud.fake_aws.memory = elsewhere
        yield cloud


def test_a_mailing_takes_no_more_memory_the_more_letters_it_has(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
):
    sender = CountingSender()
    monkeypatch.setattr(wiring, "letter_sender", lambda: sender)
    for number in range(1000):  # Python remembers 512 of them, and each letter has its own
        re.compile(f"{number}")
    for members, region in ((WARM, "MW"), (FEW, "DNE"), (MANY, "SW")):
        for _ in range(members):
            cloud.member(region=region)
    peaks = [_mail(cloud, region) for region in ("MW", "DNE", "SW")]
    assert sender.sent.total() == WARM + FEW + MANY
    _, few, many = peaks
    assert many - few < (MANY - FEW) * A_LETTER


def _mail(cloud: Cloud, region: str) -> int:
    """Invites a region to a meeting; the most bytes that its workers needed at once beyond what was there."""
    bearer = cloud.session(OFFICE)
    answer = cloud.call("POST", f"/communities/{region}/meetings", MEETING, bearer=bearer)
    assert answer.status == 201, answer.text
    gc.collect()
    tracemalloc.start()
    try:
        for worker in ("clock", "mailer"):
            openapi.load(worker).handler({}, Context())
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
