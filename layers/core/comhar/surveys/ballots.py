"""Owns what lies in the table `ballots`: a survey's secret, the ballots that are not used, the answers."""

from collections.abc import Iterator

from comhar.calendar import Quarter
from comhar.surveys.answers import Answers
from comhar.surveys.model import SHOWN_FROM
from comhar.table import Page, Table
from comhar.tokens import secret
from comhar.writes import UNLESS_EXISTS, Check, Delete, Key, Put, Write, present

BALLOTS = "ballots"
AT_ONCE = 500  # answers held in memory while they are counted


def secret_key(survey_id: str) -> Key:
    return f"SURVEY#{survey_id}", "SECRET"


def ballot_key(survey_id: str, digest: str) -> Key:
    return f"SURVEY#{survey_id}", f"BALLOT#{digest}"


def make_secret(survey_id: str) -> Put:
    pk, sk = secret_key(survey_id)
    return Put({"pk": pk, "sk": sk, "secret": secret()}, when=UNLESS_EXISTS, table=BALLOTS)


def read_secret(table: Table, survey_id: str) -> str:
    found = table.get(secret_key(survey_id), table=BALLOTS)
    assert found is not None, "a survey is opened only by who holds it"
    return found["secret"]


def destroy_secret(survey_id: str) -> Delete:
    return Delete(secret_key(survey_id), table=BALLOTS)


def ballot(survey_id: str, digest: str) -> Put:
    """One ballot: nothing but its digest, no time and no order."""
    pk, sk = ballot_key(survey_id, digest)
    return Put({"pk": pk, "sk": sk}, table=BALLOTS)


def unused(table: Table, survey_id: str) -> list[Key]:
    """Keys of the ballots that were not used."""
    found = table.query(f"SURVEY#{survey_id}", "BALLOT#", table=BALLOTS)
    return [(item["pk"], item["sk"]) for item in found.items]


def first_answers(table: Table, survey_id: str) -> list[Key]:
    """Keys of the answers, of five at the most: all of them where a small group answered."""
    found = some_answers(table, survey_id, SHOWN_FROM)
    return [(item["pk"], item["sk"]) for item in found.items]


def discard(key: Key) -> Delete:
    """Takes a ballot or an answer away."""
    return Delete(key, table=BALLOTS)


def cast(survey_id: str, digest: str, answers: Answers, quarter: Quarter) -> list[Write]:
    """Turns a ballot into an answer. The answer has a random id, its survey and the quarter:
    nothing that says who or when. Refused at 0 when the ballot is used, at 1 when all is closed."""
    answer = {
        "pk": f"SURVEY#{survey_id}",
        "sk": f"ANSWER#{secret()}",
        "answers": answers,
        "survey": survey_id,
        "quarter": str(quarter),
    }
    return [
        Delete(ballot_key(survey_id, digest), when={"pk": present}, table=BALLOTS),
        Check(secret_key(survey_id), when={"pk": present}, table=BALLOTS),
        Put(answer, when=UNLESS_EXISTS, table=BALLOTS),
    ]


def answers(table: Table, survey_id: str) -> Iterator[Answers]:
    """Every answer sheet, in the order of their random ids, some at a time."""
    after = None
    while True:
        page = some_answers(table, survey_id, AT_ONCE, after)
        yield from (item["answers"] for item in page.items)
        if page.next is None:
            return
        after = page.next


def some_answers(table: Table, survey_id: str, limit: int, after: str | None = None) -> Page:
    pk = f"SURVEY#{survey_id}"
    return table.query(pk, "ANSWER#", after=after, limit=limit, table=BALLOTS)
