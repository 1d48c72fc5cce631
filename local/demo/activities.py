"""What members do between meetings: reflect, end actions, answer surveys' results.

They reflect, finish actions, and answer what surveys said.
"""

from local.demo import texts
from local.demo.state import Activity, State

# How many people of a region reflect in a quarter, for each quarter in turn.
_REFLECTING = {
    "DNE": (7, 8, 6, 9),
    "DML": (6, 5, 6, 7),
    "DSE": (3, 6, 5, 7),
    "SW": (8, 7, 9, 8),
    "WNW": (6, 3, 7, 6),
    "MW": (5, 6, 2, 6),
}
_VISIBILITIES = ("community", "community", "counted", "private")


def reflect(state: State, region: str, quarter: int) -> Activity:
    """Some members write a reflection, one of them a second.

    Shared are only those of members whom the co-chairs know.
    """
    community = state.communities[region]
    wanted = min(_REFLECTING[region][quarter % 4], len(community.active) - 1)
    writing = state.dice.sample(list(community.active.values()), wanted)
    yield [one.email for one in writing]
    sent = []
    for number, one in enumerate([*writing, writing[0]]):
        visibility = state.dice.choice(_VISIBILITIES)
        if visibility == "community" and one.id not in community.known:
            visibility = "counted"
        form = texts.reflection(state.dice.randrange(9)) | {"visibility": visibility}
        if number % 3 == 0:
            form["kind"] = "seeking_experiences"
        sent.append((one, form))
    for one, form in sent:
        state.client.post("/reflections", form, one.email)
        line = {"region": region, "member": one.id, "visibility": form["visibility"]}
        state.journal.reflections.append(line | {"at": state.stamp()})
    state.report(f"{region}: {len(sent)} reflections")


def finish(state: State, region: str) -> Activity:
    """The co-chair ticks off what has been done: the older half of what is open."""
    chair = state.communities[region].chair
    yield [chair]
    path = f"/communities/{region}/actions"
    opened = state.client.request("GET", path, who=chair)["actions"]
    known = [one for one in state.journal.actions if one["region"] == region and not one["done_on"]]
    for each in opened[: (len(opened) + 1) // 2]:
        state.client.post(f"{path}/{each['id']}/done", None, chair)
        line = next(one for one in known if (one["what"], one["by"]) == (each["what"], each["by"]))
        line["done_on"] = state.today().isoformat()
        known.remove(line)


def heed(state: State, region: str, quarter: int) -> Activity:
    """The co-chair answers the newest survey that has results.

    What was heard in it, and what is done.
    """
    chair = state.communities[region].chair
    yield [chair]
    path = f"/communities/{region}/surveys"
    surveys = state.client.request("GET", path, who=chair)["surveys"]
    for each in [one for one in surveys if one["state"] == "closed" and one["responses"]][:1]:
        answer = texts.HEARD[quarter % len(texts.HEARD)]
        state.client.post(f"{path}/{each['id']}/said", answer, chair)
