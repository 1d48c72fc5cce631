"""Ballots: one person's right to answer one survey, once, without a name.

A ballot is derived from the survey's secret and the person, and stands in the link of their letter. Only
its digest is stored, and nothing joins it with the answer that takes its place. The table `ballots` has a
survey's secret, its unused ballots and its answers, and once it is closed the texts of its answers, by
question.
"""

import base64
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence

from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Check,
    Delete,
    Item,
    Key,
    Put,
    Write,
    present,
)
from comhar.aws.dynamodb import Page, Table
from comhar.dates.quarters import Quarter
from comhar.surveys.model import RESPONSE_THRESHOLD, Answers, Survey, SurveyClosed
from comhar.surveys.samples import pack_texts
from comhar.tokens import digest, new_secret

BALLOTS = "ballots"
PAGE_SIZE = 100  # answers held in memory while they are counted
_ID = r"[A-Z]{2,3}-[0-9a-z]{1,40}"
_LINK = re.compile(rf"({_ID})\.([A-Za-z0-9_-]{{43}})")


def derive_token(secret: str, member_id: str) -> str:
    """The ballot in a person's link, which whoever has the secret can derive.

    It is 43 characters of `A-Za-z0-9_-`.
    """
    code = hmac.digest(secret.encode(), member_id.encode(), "sha256")
    return base64.urlsafe_b64encode(code).rstrip(b"=").decode()


def make_link(survey_id: str, stored: Item, member_id: str, public_url: str) -> str:
    """A person's link to the questions; `stored` has the survey's secret."""
    return f"{public_url}/surveys/{survey_id}.{derive_token(stored['secret'], member_id)}"


def is_survey_id(text: str) -> bool:
    """Whether this can be the id of a survey."""
    return bool(re.fullmatch(_ID, text))


def parse_link(token: str) -> tuple[str, str] | None:
    """Survey and digest of the ballot in `<survey>.<ballot>`; None for anything else."""
    match = _LINK.fullmatch(token)
    return (match[1], digest(match[2])) if match else None


def secret_key(survey_id: str) -> Key:
    return f"SURVEY#{survey_id}", "SECRET"


def ballot_key(survey_id: str, digest: str) -> Key:
    return f"SURVEY#{survey_id}", f"BALLOT#{digest}"


def find_ballot(table: Table, survey_id: str, digest: str) -> tuple[Survey | None, bool]:
    """The survey, if there is one, and whether this ballot is unused.

    One batch. The secret is not read.
    """
    survey_key = f"SURVEY#{survey_id}", "SURVEY"
    item, ballot = table.batch_get([survey_key], ballots=[ballot_key(survey_id, digest)])
    return (Survey.model_validate(item) if item else None), ballot is not None


def insert_secret_write(survey_id: str) -> Put:
    pk, sk = secret_key(survey_id)
    return Put({"pk": pk, "sk": sk, "secret": new_secret()}, condition=UNLESS_EXISTS, table=BALLOTS)


def get_secret(table: Table, survey_id: str) -> str:
    item = table.get(secret_key(survey_id), table=BALLOTS)
    assert item is not None, "a survey is opened only by who holds it"
    return item["secret"]


def destroy_secret_write(survey_id: str) -> Delete:
    return Delete(secret_key(survey_id), table=BALLOTS)


def ballot_write(survey_id: str, digest: str) -> Put:
    """Stores one ballot: its digest alone, no time and no order."""
    pk, sk = ballot_key(survey_id, digest)
    return Put({"pk": pk, "sk": sk}, table=BALLOTS)


def list_keys(table: Table, survey_id: str, limit: int) -> list[Key]:
    """Up to `limit` keys of what a survey has under `SURVEY#`: all but its texts."""
    page = table.query(f"SURVEY#{survey_id}", limit=limit, table=BALLOTS)
    return [(item["pk"], item["sk"]) for item in page.items]


def count_answers(table: Table, survey_id: str) -> int:
    """How many have answered, counted up to five."""
    return len(_query_answers(table, survey_id, RESPONSE_THRESHOLD).items)


def delete_write(key: Key) -> Delete:
    """Deletes whatever lies under this key."""
    return Delete(key, table=BALLOTS)


def cast_writes(survey_id: str, digest: str, answers: Answers, quarter: Quarter) -> list[Write]:
    """Replaces a ballot by an answer.

    The answer has a random id, its survey and the quarter: nothing that says who or when. Refused when
    the ballot is used, and with SurveyClosed when the survey is closed.
    """
    answer = {
        "pk": f"SURVEY#{survey_id}",
        "sk": f"ANSWER#{new_secret()}",
        "answers": answers,
        "survey": survey_id,
        "quarter": str(quarter),
    }
    return [
        Delete(ballot_key(survey_id, digest), condition={"pk": present}, table=BALLOTS),
        Check(
            secret_key(survey_id), condition={"pk": present}, table=BALLOTS, conflict=SurveyClosed
        ),
        Put(answer, condition=UNLESS_EXISTS, table=BALLOTS),
    ]


def list_answers(table: Table, survey_id: str) -> Iterator[Answers]:
    """Every answer sheet, in the order of their random ids, a page at a time."""
    after = None
    while True:
        page = _query_answers(table, survey_id, PAGE_SIZE, after)
        yield from (item["answers"] for item in page.items)
        if page.next is None:
            return
        after = page.next


def _query_answers(table: Table, survey_id: str, limit: int, after: str | None = None) -> Page:
    pk = f"SURVEY#{survey_id}"
    return table.query(pk, "ANSWER#", after=after, limit=limit, table=BALLOTS)


def text_writes(survey_id: str, texts: Mapping[str, Sequence[str]]) -> dict[Key, Put]:
    """By key the items of a survey's texts.

    Each question has one, or several if its texts do not fit.
    """
    puts = {}
    for question, its_texts in texts.items():
        for number, part in enumerate(pack_texts(its_texts)):
            pk, sk = f"RESULT#{survey_id}", f"{question}#{number}"
            puts[pk, sk] = Put({"pk": pk, "sk": sk, "texts": part}, table=BALLOTS)
    return puts


def list_text_keys(table: Table, survey_id: str) -> list[Key]:
    """The keys of the items of a survey's texts; one read."""
    items = table.query(f"RESULT#{survey_id}", table=BALLOTS).items
    return [(item["pk"], item["sk"]) for item in items]


def get_texts(table: Table, survey_id: str) -> dict[str, list[str]]:
    """By question the texts that a closed survey shows, in no order; one read."""
    texts: dict[str, list[str]] = {}
    for item in table.query(f"RESULT#{survey_id}", table=BALLOTS).items:
        texts.setdefault(item["sk"].rpartition("#")[0], []).extend(item["texts"])
    return texts
