"""Owns how people come in: asked by the office or by themselves, admitted, declined, confirmed."""

from collections.abc import Generator, Iterable, Sequence
from typing import Any

from local.demo.cast import Person
from local.demo.journal import Joined
from local.demo.town import Deed, Town


def found(town: Town) -> Deed:
    """The office asks whom it knows, the others have heard of it; all founders sign up."""
    yield [town.office]
    founders = [one for people in town.cast.members.values() for one in people if not one.comes]
    asked = [f"{one.name} <{one.email}>" for one in founders if one.way == "invited"]
    visitor = town.visitor
    visitor.post("/invitations", {"emails": [*asked, town.cast.silent]}, town.office)
    yield from come(town, [*founders, *town.cast.others])


def come(town: Town, people: Sequence[Person]) -> Generator[Sequence[str], None, list[Joined]]:
    """These people sign up; the office looks at those whose address tells it nothing."""
    visitor = town.visitor
    alone = [one.email for one in people if one.way != "invited"]
    town.tell(f"{len(people)} people ask to join; {len(people) - len(alone)} of them were invited")
    visitor.each(lambda email: visitor.post("/join", {"email": email}, by=email), alone)
    yield [town.office]
    answers = visitor.each(lambda person: sign_up(town, person), people)
    joined = [town.join(person, answer) for person, answer in zip(people, answers, strict=True)]
    for person, one in zip(people, joined, strict=True):
        if one.active_on is None and person.admitted:
            visitor.post(f"/members/{one.id}/admit", None, town.office)
            town.admit(one)
        elif one.active_on is None and person.admitted is False:
            reason = {
                "reason": "We could not find out where you work. Write to us if we are wrong."
            }
            visitor.post(f"/members/{one.id}/decline", reason, town.office)
    return joined


def sign_up(town: Town, person: Person) -> dict[str, Any]:
    path = town.visitor.link(person.email, "sign-up")
    form = {"name": person.name, "region": person.region, "role": person.role}
    if person.role == "other":
        form["role_other"] = "Volunteer"
    answer: dict[str, Any] = town.visitor.post(path, form, by=person.email)
    return answer


def invite(town: Town, people: Sequence[Person]) -> Deed:
    """Late-comers: the office asks some of them first, and confirms all whom it knows by then."""
    yield [town.office]
    asked = [one.email for one in people if one.way == "invited"]
    if asked:
        town.visitor.post("/invitations", {"emails": asked}, town.office)
    joined = yield from come(town, people)
    confirm(town, [one for one in joined if one.active_on], town.office)


def choose_chairs(town: Town, regions: Sequence[str], first: int, months: int) -> Deed:
    """The members have agreed on two, and the office notes them: the region's members from that
    place on."""
    yield [town.office]
    for region in regions:
        community = town.communities[region]
        community.chairs = list(community.active.values())[first : first + 2]
        pair = [one.id for one in community.chairs]
        form = {"members": pair, "term_months": months}
        town.visitor.post(f"/communities/{region}/chairs", form, town.office)
        on = town.today().isoformat()
        town.journal.chairs.append({"region": region, "on": on, "months": months, "members": pair})
        community.confirmed.update(pair)
        community.known.update(pair)
        town.tell(f"{region} is led by {' and '.join(one.name for one in community.chairs)}")


def get_to_know(town: Town, region: str) -> None:
    """The co-chair, signed in, knows most of the others by now, and confirms them."""
    community = town.communities[region]
    unknown = [one for one in community.active.values() if one.id not in community.known]
    known: list[Joined] = town.some(unknown, 0.85)
    confirm(town, known, community.chair)
    community.known.update(one.id for one in known)


def confirm(town: Town, people: Iterable[Joined], by: str) -> None:
    """The office or a co-chair, signed in, confirms those of them who are not confirmed yet."""
    waiting = [one for one in people if one.id not in town.communities[one.region].confirmed]
    town.visitor.each(
        lambda one: town.visitor.post(f"/members/{one.id}/confirm", None, by), waiting
    )
    for one in waiting:
        town.communities[one.region].confirmed.add(one.id)
