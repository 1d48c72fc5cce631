"""Any survey through its routes, sent by a program or by a browser's form: stored and counted exactly, or
refused by the name of the field, on the page too."""

import json
from random import Random
from typing import Any

from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from comhar import wiring
from comhar.context import Context
from comhar.due_work import leases
from comhar.surveys import ballots
from comhar.surveys import jobs as surveys_jobs
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import Survey, default_closes_at
from comhar.tokens import new_id
from tests.support import random_surveys
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.proof_sizes import sized

SURVEYS = sized(20, 100)


def opened(cloud: Cloud, kinds: list[str], invited: int, dice: Random) -> Survey:
    """A survey of these kinds of questions, opened by the clock."""
    id = new_id(cloud.now, "SW")
    survey = Survey(
        id=id,
        kind=f"{id}q",
        version=1,
        definition=random_surveys.random_definition(kinds, dice),
        region="SW",
        people=tuple(f"m{n}" for n in range(invited)),
        opens_at=cloud.now,
        closes_at=default_closes_at(cloud.now),
    )
    wiring.table().transact(surveys_repository.insert_survey_writes(survey))
    worked(survey, cloud.now)
    return survey


def worked(survey: Survey, now: Any) -> None:
    item = wiring.table().claim(
        surveys_repository.key(survey.id), set=leases.lease_attributes(now), condition={}
    )
    surveys_jobs.take_next_step(item, Context(None, now, wiring.table(), wiring.settings()))


def fields(sent: dict[str, Any]) -> list[tuple[str, str]] | None:
    """The same as a browser sends it; None where no form can, for which everything is text."""
    found = []
    for key, value in sent.items():
        many = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) for each in many):
            return None
        name = f"answers.{key}[]" if isinstance(value, list) else f"answers.{key}"
        found += [(name, each.replace("\n", "\r\n")) for each in many]
    return found


def post(
    cloud: Cloud, path: str, sent: dict[str, Any], dice: Random
) -> tuple[GatewayResponse, bool]:
    """The answer, and whether a browser got it."""
    form = fields(sent)
    if form is not None and dice.random() < 0.5:
        return cloud.call("POST", path, form=form, html=True), True
    return cloud.call("POST", path, {"answers": sent}), False


def refused(answer: GatewayResponse, browser: bool, wrong: set[str]) -> None:
    """By the names of what is wrong, and of nothing else."""
    assert answer.status == 422, answer.text
    if browser:
        summary = BeautifulSoup(answer.text, "html.parser").select(".nhsuk-error-summary a")
        named = {str(each["href"]).removeprefix("#") for each in summary}
    else:
        named = {each["field"] for each in answer.json["errors"]}
    assert named == wrong


def as_text(sheets: list[dict]) -> list[str]:
    return sorted(json.dumps(each, sort_keys=True) for each in sheets)


@settings(max_examples=SURVEYS, deadline=None)
@given(
    kinds=st.lists(st.sampled_from(random_surveys.KINDS), min_size=1, max_size=6),
    invited=st.integers(1, 8),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_answers_through_the_routes_are_counted_exactly_or_refused_by_name(
    cloud: Cloud, kinds: list[str], invited: int, seed: int
) -> None:
    dice = Random(seed)
    survey = opened(cloud, kinds, invited, dice)
    secret = ballots.get_secret(wiring.table(), survey.id)
    stored = []
    for person in dice.sample(
        survey.people, max(dice.randint(0, invited), dice.randint(0, invited))
    ):
        path = f"/surveys/{survey.id}.{ballots.derive_token(secret, person)}"
        if dice.random() < 0.4:
            sheet = random_surveys.invalid_answers(survey.definition, dice)
            answer, browser = post(cloud, path, sheet.sent, dice)
            refused(answer, browser, sheet.refused)
        sheet = random_surveys.valid_answers(survey.definition, dice)
        answer, browser = post(cloud, path, sheet.sent, dice)
        assert answer.status == (303 if browser else 201), answer.text
        stored.append(sheet.stored)
    assert as_text(list(ballots.list_answers(wiring.table(), survey.id))) == as_text(stored)
    worked(survey, survey.closes_at)
    closed = surveys_repository.find_survey(wiring.table(), survey.id)
    assert closed is not None and closed.state == "closed"
    assert closed.results == (
        random_surveys.expected_counts(survey.definition, stored) if len(stored) > 4 else {}
    )
