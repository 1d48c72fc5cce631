"""250 members answer one meeting at the same moment: nobody is refused, and everybody is counted."""

import pytest

from comhar.sharded_counts import SHARDS
from tests.support.proof_sizes import sized
from tests.support.replies_at_once import reply_at_once

EVERYBODY = 250
MOST_SECONDS = 1.0  # that all but one of a hundred wait


@pytest.mark.parametrize("seed", range(sized(2, 20)))
def test_all_who_answer_at_once_are_counted_and_none_is_refused(seed: int) -> None:
    replies = reply_at_once(EVERYBODY, SHARDS, seed)
    assert not replies.refused
    assert replies.counted == replies.stored
    assert replies.stored == {"yes": 84, "maybe": 83, "no": 83}
    assert replies.percentile(99) < MOST_SECONDS


def test_in_one_item_they_would_stand_in_each_others_way() -> None:
    """What the shards are for, and that this would find it."""
    replies = reply_at_once(EVERYBODY, 1, seed=0)
    assert replies.refused
    assert replies.counted == replies.stored
