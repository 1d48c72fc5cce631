"""Answers the surveys that run by themselves, as most recipients would."""

import random
from typing import Any

from comhar.surveys.model import get_built_in
from local.demo import texts
from local.demo.state import REVIEWS, Activity, State

_ANSWERING = 0.65


def answer(state: State) -> Activity:
    """Whoever answers has a ballot in a letter. The dice are of each survey's own."""
    yield ()
    for review in state.journal.reviews:
        if review["answers"]:
            continue
        dice = random.Random(f"{review['region']} {review['kind']} {review['opened_at']}")
        people = dice.sample(sorted(review["asked"]), round(len(review["asked"]) * _ANSWERING))
        review["answers"] = [_opinion(review["kind"], dice) for _ in people]
        links = [state.client.link(one, "surveys", review["id"]) for one in people]
        given = zip(people, links, review["answers"], strict=True)
        state.client.map(lambda it: state.client.post(it[1], {"answers": it[2]}, by=it[0]), given)
        state.report(f"{review['region']}: {len(people)} answer “{REVIEWS[review['kind']]}”")


def _opinion(kind: str, dice: random.Random) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for question in get_built_in(kind).questions:
        values = [each.value for each in question.choices]
        if not question.required and dice.random() < 0.2:
            continue
        match question.kind:
            case "rating":
                answers[question.key] = dice.choices((2, 3, 4, 5), (1, 3, 6, 4))[0]
            case "single":
                answers[question.key] = dice.choice(values)
            case "many":
                answers[question.key] = dice.sample(values, min(2, len(values)))
            case "long" if dice.random() < 0.4:
                answers[question.key] = dice.choice((*texts.WELL, *texts.BETTER))
    return answers
