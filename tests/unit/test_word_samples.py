"""What is kept of words at closing: samples by chance, apart from one another, that fit in a page."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from comhar.surveys import ballots, samples
from comhar.surveys.model import Definition
from comhar.surveys.samples import ITEM_BYTES, MOST_TEXTS, Reservoir, Samples, pack_texts
from tests.support.memory_tables import memory_table

LONGEST = "Dá fhada an lá, tagann an tráthnóna 😔 " * 250  # near 10,000 characters


def sampled(*sheets: dict[str, str], keys: tuple[str, ...] = ("a", "b")) -> dict[str, list[str]]:
    """What is kept of these answer sheets to questions in words."""
    questions = [{"key": key, "kind": "long", "text": key} for key in keys]
    definition = Definition.model_validate({"title": "t", "intro": "i", "questions": questions})
    taken = Samples(definition)
    assert list(taken.collect(sheets)) == list(sheets)
    return taken.select()


def test_of_a_question_that_fewer_than_five_answered_no_word_is_kept() -> None:
    sheets = [{"a": f"a{n}", "b": f"b{n}"} for n in range(4)]
    assert sampled(*sheets) == {}
    assert sampled(*sheets, {"a": "a4"}).keys() == {"a"}


def test_up_to_500_texts_every_one_is_kept_once_and_from_there_500() -> None:
    for count in (5, MOST_TEXTS, MOST_TEXTS + 1, 3 * MOST_TEXTS):
        texts = sampled(*({"a": f"Text {n}"} for n in range(count)))["a"]
        assert len(texts) == len({*texts}) == min(count, MOST_TEXTS)
        assert {*texts} <= {f"Text {n}" for n in range(count)}


def test_each_text_is_as_likely_to_be_kept_as_any_other() -> None:
    counts: Counter[str] = Counter()
    for _ in range(4_000):
        reservoir = Reservoir(size=10)
        for n in range(40):
            reservoir.add(str(n))
        counts.update(reservoir.texts)
    assert len(counts) == 40
    assert all(abs(each - 1_000) < 200 for each in counts.values())  # a deviation of 27 is usual


def test_no_order_joins_the_questions_or_follows_the_answers() -> None:
    texts = sampled(*({"a": str(n), "b": str(n)} for n in range(400)))
    in_order = [str(n) for n in range(400)]
    for one, other in ((texts["a"], texts["b"]), (texts["a"], in_order), (texts["b"], in_order)):
        assert sum(map(str.__eq__, one, other)) < 15  # one by chance


@given(some.lists(some.text('aé😔\n"', min_size=1, max_size=60).map(lambda each: each * 900)))
def test_packed_texts_come_out_as_they_went_in(texts: list[str]) -> None:
    parts = pack_texts(texts)
    assert [text for part in parts for text in part] == texts
    assert all(parts)
    for part in parts:
        assert len(part) == 1 or sum(len(each.encode()) for each in part) <= ITEM_BYTES


def test_what_one_item_holds_lies_in_one() -> None:
    assert pack_texts([]) == []
    assert len(pack_texts(["Bhí sé go maith"] * MOST_TEXTS)) == 1
    assert len(pack_texts([LONGEST] * 30)) == 2


@pytest.mark.parametrize("count", [1, 2, 20])
def test_the_longest_texts_of_all_questions_are_read_in_one_call(count: int) -> None:
    keys = tuple(f"q{n}" for n in range(count))
    stored = sampled(*[dict.fromkeys(keys, LONGEST)] * MOST_TEXTS, keys=keys)
    total = sum(len(each.encode()) for texts in stored.values() for each in texts)
    assert 0.85 * samples.SURVEY_BYTES < total <= samples.SURVEY_BYTES
    table = memory_table()
    puts = ballots.text_writes("SW-1", stored)
    table.transact(puts.values())
    answer = table._client.query(
        TableName="ballots",
        KeyConditionExpression="#pk = :pk",
        ExpressionAttributeNames={"#pk": "pk"},
        ExpressionAttributeValues={":pk": {"S": "RESULT#SW-1"}},
    )
    assert len(answer["Items"]) == len(puts) and "LastEvaluatedKey" not in answer
    assert ballots.get_texts(table, "SW-1") == stored


def test_short_texts_lose_nothing_to_long_ones() -> None:
    texts = sampled(*({"a": f"{n} {LONGEST}", "b": f"Short {n}"} for n in range(300)))
    assert len(texts["b"]) == 300
    assert 80 < len(texts["a"]) < 110
