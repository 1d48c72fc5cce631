"""Owns how the demo answers the surveys that run by themselves: most of those who were asked do."""

import random
from typing import Any

from comhar.surveys.model import get_built_in
from local.demo import texts
from local.demo.town import REVIEWS, Deed, Town

_ANSWERING = 0.65


def answer(town: Town) -> Deed:
    """Whoever answers has a ballot in a letter. The dice are of each survey's own."""
    yield ()
    for review in town.journal.reviews:
        if review["answers"]:
            continue
        dice = random.Random(f"{review['region']} {review['kind']} {review['opened_at']}")
        people = dice.sample(sorted(review["asked"]), round(len(review["asked"]) * _ANSWERING))
        review["answers"] = [_opinion(review["kind"], dice) for _ in people]
        links = [town.visitor.link(one, "surveys", review["id"]) for one in people]
        given = zip(people, links, review["answers"], strict=True)
        town.visitor.each(lambda it: town.visitor.post(it[1], {"answers": it[2]}, by=it[0]), given)
        town.tell(f"{review['region']}: {len(people)} answer “{REVIEWS[review['kind']]}”")


def _opinion(kind: str, dice: random.Random) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for question in get_built_in(kind).questions:
        values = [each.value for each in question.choices]
        if not question.required and dice.random() < 0.2:
            continue
        match question.kind:
            case "rating":
                told[question.key] = dice.choices((2, 3, 4, 5), (1, 3, 6, 4))[0]
            case "single":
                told[question.key] = dice.choice(values)
            case "many":
                told[question.key] = dice.sample(values, min(2, len(values)))
            case "long" if dice.random() < 0.4:
                told[question.key] = dice.choice((*texts.WELL, *texts.BETTER))
    return told
