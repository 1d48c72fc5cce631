"""How people join: invited or by themselves, admitted, declined, confirmed."""

from collections.abc import Generator, Iterable, Sequence
from typing import Any

from local.demo.journal import Joined
from local.demo.people import Person
from local.demo.state import Activity, State


def found(state: State) -> Activity:
    """The founders sign up, some of them invited by the office.

    The others have heard of it.
    """
    yield [state.office]
    founders = [one for people in state.cast.members.values() for one in people if not one.comes]
    invited = [f"{one.name} <{one.email}>" for one in founders if one.way == "invited"]
    client = state.client
    client.post("/invitations", {"emails": [*invited, state.cast.silent]}, state.office)
    yield from come(state, [*founders, *state.cast.others])


def come(state: State, people: Sequence[Person]) -> Generator[Sequence[str], None, list[Joined]]:
    """These people sign up; the office looks at those whose address tells it nothing."""
    client = state.client
    alone = [one.email for one in people if one.way != "invited"]
    state.report(
        f"{len(people)} people ask to join; {len(people) - len(alone)} of them were invited"
    )
    client.map(lambda email: client.post("/join", {"email": email}, by=email), alone)
    yield [state.office]
    answers = client.map(lambda person: sign_up(state, person), people)
    joined = [state.join(person, answer) for person, answer in zip(people, answers, strict=True)]
    for person, one in zip(people, joined, strict=True):
        if one.active_on is None and person.admitted:
            client.post(f"/members/{one.id}/admit", None, state.office)
            state.admit(one)
        elif one.active_on is None and person.admitted is False:
            reason = {
                "reason": "We could not find out where you work. Write to us if we are wrong."
            }
            client.post(f"/members/{one.id}/decline", reason, state.office)
    return joined


def sign_up(state: State, person: Person) -> dict[str, Any]:
    path = state.client.link(person.email, "sign-up")
    form = {"name": person.name, "region": person.region, "role": person.role}
    if person.role == "other":
        form["role_other"] = "Volunteer"
    answer: dict[str, Any] = state.client.post(path, form, by=person.email)
    return answer


def invite(state: State, people: Sequence[Person]) -> Activity:
    """Late-comers join, some invited; the office confirms those it knows by then."""
    yield [state.office]
    invited = [one.email for one in people if one.way == "invited"]
    if invited:
        state.client.post("/invitations", {"emails": invited}, state.office)
    joined = yield from come(state, people)
    confirm(state, [one for one in joined if one.active_on], state.office)


def choose_chairs(state: State, regions: Sequence[str], first: int, months: int) -> Activity:
    """The office notes the two co-chairs on whom the members have agreed.

    They are the region's members from that place on.
    """
    yield [state.office]
    for region in regions:
        community = state.communities[region]
        community.chairs = list(community.active.values())[first : first + 2]
        pair = [one.id for one in community.chairs]
        form = {"members": pair, "term_months": months}
        state.client.post(f"/communities/{region}/chairs", form, state.office)
        on = state.today().isoformat()
        state.journal.chairs.append({"region": region, "on": on, "months": months, "members": pair})
        community.confirmed.update(pair)
        community.known.update(pair)
        state.report(f"{region} is led by {' and '.join(one.name for one in community.chairs)}")


def get_to_know(state: State, region: str) -> None:
    """The co-chair, signed in, knows most of the others by now, and confirms them."""
    community = state.communities[region]
    unknown = [one for one in community.active.values() if one.id not in community.known]
    known: list[Joined] = state.some(unknown, 0.85)
    confirm(state, known, community.chair)
    community.known.update(one.id for one in known)


def confirm(state: State, people: Iterable[Joined], by: str) -> None:
    """The office or a co-chair, signed in, confirms those not confirmed yet."""
    waiting = [one for one in people if one.id not in state.communities[one.region].confirmed]
    state.client.map(lambda one: state.client.post(f"/members/{one.id}/confirm", None, by), waiting)
    for one in waiting:
        state.communities[one.region].confirmed.add(one.id)
