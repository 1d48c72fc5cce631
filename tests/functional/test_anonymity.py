"""An attack on anonymity: whoever copies every table after each answer names no better than by chance.

The adversary has each table as it was before the first answer and after each, without the live secret;
all letters as they are stored; all that was logged; and everything after the closing. What the house does
not promise, and says so: to withstand who holds the live secret, live code or a mailbox meanwhile.
"""

import hmac
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest

from comhar import wiring
from comhar.surveys import audience, ballots
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import new_meeting_feedback
from comhar.tokens import digest, new_id
from tests.support import ballot_links
from tests.support.captured_logs import capture_logs
from tests.support.cloud import Cloud, open_cloud
from tests.support.proof_sizes import sized

PEOPLE = sized(60, 200)
ANSWERED = PEOPLE * 3 // 4
# A guess at random of who gave each answer hits 0.75 on average, and 8 or more once in ten million.
BY_CHANCE = 7

Key = tuple[str, str]
Copy = dict[Key, Any]  # every item, which none changes, in the order in which the table holds them


@dataclass
class ObservedSurvey:
    """What happened, and what the adversary holds of it."""

    survey: str = ""
    secret: str = ""  # which the adversary has not
    people: list[str] = field(default_factory=list)  # in the order in which they were asked
    emails: dict[str, str] = field(default_factory=dict)
    truth: list[str] = field(default_factory=list)  # who gave the first answer, the second …
    copies: list[Copy] = field(default_factory=list)  # before the first answer, and after each
    closed: Copy = field(default_factory=dict)
    logs: list[str] = field(default_factory=list)  # of each answer

    def ballots(self) -> list[str]:
        """The digest that went with each answer: so much is there to be seen."""
        removed = [before.keys() - after.keys() for before, after in pairwise(self.copies)]
        return [sk.removeprefix("BALLOT#") for each in removed for _, sk in each]


def copy_tables(cloud: Cloud) -> Copy:
    """Every item of every table, but the live secret."""
    return {(pk, sk): item for (_, pk, sk), item in cloud.items().items() if sk != "SECRET"}


def text(item: Any) -> str:
    return json.dumps(item, sort_keys=True)


@pytest.fixture(scope="module", params=["those present", "everyone, questions of one's own"])
def lived(request: pytest.FixtureRequest) -> Iterator[ObservedSurvey]:
    with capture_logs() as log_lines, open_cloud() as cloud:
        found = ObservedSurvey()
        links = open_survey(cloud, found, request.param == "those present")
        found.secret = ballots.get_secret(wiring.table(), found.survey)
        found.copies.append(copy_tables(cloud))
        found.truth = random.Random(7).sample(found.people, ANSWERED)
        for number, person in enumerate(found.truth):
            cloud.now += timedelta(seconds=61)
            log_lines.clear()
            answers = {"satisfaction": number % 5 + 1, "went_well": f"Sheet {number}"}
            sent = cloud.call("POST", links[person], {"answers": answers})
            assert sent.status == 201, sent.text
            assert (
                cloud.call("GET", "/surveys/thanks", query={"survey": found.survey}).status == 200
            )
            found.copies.append(copy_tables(cloud))
            found.logs.append("\n".join(log_lines))
        survey = surveys_repository.find_survey(wiring.table(), found.survey)
        assert survey is not None
        cloud.now = survey.closes_at
        cloud.post_letters()
        found.closed = copy_tables(cloud)
        yield found


def open_survey(cloud: Cloud, found: ObservedSurvey, present: bool) -> dict[str, str]:
    """Opens a survey of those named, as of those present, or one that asks whoever is active as it opens.

    Both write letters of their own; the path of each person's link.
    """
    for _ in range(PEOPLE):
        member = cloud.member()
        found.people.append(member.id)
        found.emails[member.id] = member.email
    found.survey = new_id(cloud.now, "SW")
    about = datetime(2027, 1, 11, 8)
    survey = new_meeting_feedback(found.survey, "SW", "SW-m", about, found.people, cloud.now)
    own = {"kind": "SW-own", "version": 1, "people": (), "everyone": True} if not present else {}
    survey = survey.model_copy(update={**own, "meeting": None, "about": None})
    wiring.table().transact(surveys_repository.insert_survey_writes(survey))
    cloud.post_letters()
    stored_survey = surveys_repository.find_survey(wiring.table(), found.survey)
    assert stored_survey is not None
    recipients = audience.list_invited_ids(wiring.table(), stored_survey)
    assert sorted(recipients) == sorted(found.people)
    found.people = list(recipients)
    links = ballot_links.list_links(found.survey, found.people)
    return dict(zip(found.people, links, strict=True))


# What there is to be seen


def test_an_answer_changes_nothing_but_its_ballot_and_itself(lived: ObservedSurvey) -> None:
    for before, after in pairwise(lived.copies):
        removed, new = before.keys() - after.keys(), after.keys() - before.keys()
        changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
        assert ([sk[:7] for _, sk in removed], [sk[:7] for _, sk in new]) == (
            ["BALLOT#"],
            ["ANSWER#"],
        )
        assert changed == set()


def test_what_is_logged_of_an_answer_is_the_same_for_everybody(lived: ObservedSurvey) -> None:
    for person, log_lines in zip(lived.truth, lived.logs, strict=True):
        assert person not in log_lines and lived.emails[person] not in log_lines
        assert lived.survey not in log_lines and "Sheet" not in log_lines


def test_after_the_closing_no_ballot_and_no_answer_is_left_but_words(lived: ObservedSurvey) -> None:
    assert ballots.list_keys(wiring.table(), lived.survey, 1) == []
    kinds = {sk.partition("#")[0] for _, sk in lived.closed}
    assert not {"BALLOT", "ANSWER"} & kinds
    words = [item for (pk, _), item in lived.closed.items() if pk.startswith("RESULT#")]
    assert [set(item) for item in words] == [{"pk", "sk", "texts"}]


# What a linker makes of it: whose ballot each digest was


def by_order_of_digests(lived: ObservedSurvey) -> list[str]:
    ranked = sorted(sk for _, sk in lived.copies[0] if sk.startswith("BALLOT#"))
    place = {sk.removeprefix("BALLOT#"): n for n, sk in enumerate(ranked)}
    return [lived.people[place[each]] for each in lived.ballots()]


def by_order_of_writing(lived: ObservedSurvey) -> list[str]:
    written = [sk.removeprefix("BALLOT#") for _, sk in lived.copies[0] if sk.startswith("BALLOT#")]
    return [lived.people[written.index(each)] for each in lived.ballots()]


def by_order_of_letters(lived: ObservedSurvey) -> list[str]:
    keys = [key for key in lived.copies[0] if key[0].startswith("LETTER#survey#")]
    written = [sk.removeprefix("BALLOT#") for _, sk in lived.copies[0] if sk.startswith("BALLOT#")]
    return [keys[written.index(each)][1] for each in lived.ballots()]


def by_order_of_tags(lived: ObservedSurvey) -> list[str]:
    """Letters lie under a digest of their own: ranks against ranks."""
    tags = sorted(key[0] for key in lived.copies[0] if key[0].startswith("TAG#"))
    whose = [
        next(each for each in lived.people if f'"{each}"' in text(lived.copies[0][(tag, "TAG")]))
        for tag in tags
    ]
    ranked = sorted(lived.ballots())
    return [whose[ranked.index(each)] for each in lived.ballots()]


def by_digests_of_what_is_known(lived: ObservedSurvey) -> list[str]:
    """Every digest that can be made of a person and of what is stored, with and without a key."""
    keys = {lived.survey, "", "ballot", "survey"}
    known = [*lived.copies[0].values()][:400]
    known.append(lived.closed[(f"SURVEY#{lived.survey}", "SURVEY")])
    keys |= {key for item in known for key in re.findall(r'"S": "([^"]{8,80})"', text(item))}
    made: dict[bytes, str] = {}
    for person in lived.people:
        for wording in (person, lived.emails[person]):
            for key in keys:
                made[hmac.digest(key.encode(), wording.encode(), "sha256")] = person
                for both in (
                    f"{key}{wording}",
                    f"{key}.{wording}",
                    f"{wording}#{key}",
                    f"{key}#{wording}",
                ):
                    made[sha256(both.encode()).digest()] = person
    return [made.get(bytes.fromhex(each), "") for each in lived.ballots()]


def by_order_of_words_after_the_closing(lived: ObservedSurvey) -> list[str]:
    words = lived.closed[f"RESULT#{lived.survey}", "went_well#0"]
    texts = re.findall(r"Sheet \d+", text(words))
    return [lived.people[texts.index(f"Sheet {n}")] for n in range(ANSWERED)]


@pytest.mark.parametrize(
    "linker",
    [
        by_order_of_digests,
        by_order_of_writing,
        by_order_of_letters,
        by_order_of_tags,
        by_digests_of_what_is_known,
        by_order_of_words_after_the_closing,
    ],
)
def test_no_linker_names_who_gave_an_answer_better_than_by_chance(
    lived: ObservedSurvey, linker: Callable[[ObservedSurvey], list[str]]
) -> None:
    guessed = linker(lived)
    hits = sum(map(str.__eq__, guessed, lived.truth))
    assert len(guessed) == ANSWERED and hits <= BY_CHANCE


def test_with_the_live_secret_the_same_copies_would_name_everybody(lived: ObservedSurvey) -> None:
    """So the attack sees what there is to be seen, and the secret is all that stands in its way."""
    whose = {digest(ballots.derive_token(lived.secret, person)): person for person in lived.people}
    assert [whose[each] for each in lived.ballots()] == lived.truth
