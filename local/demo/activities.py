"""Owns what members do between meetings: reflect, get things done, and answer what surveys said."""

from local.demo import texts
from local.demo.town import Deed, Town

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


def reflect(town: Town, region: str, quarter: int) -> Deed:
    """Some write one, one of them a second; shared ones by those whom the co-chairs know."""
    community = town.communities[region]
    wanted = min(_REFLECTING[region][quarter % 4], len(community.active) - 1)
    writing = town.dice.sample(list(community.active.values()), wanted)
    yield [one.email for one in writing]
    sent = []
    for number, one in enumerate([*writing, writing[0]]):
        visibility = town.dice.choice(_VISIBILITIES)
        if visibility == "community" and one.id not in community.known:
            visibility = "counted"
        form = texts.reflection(town.dice.randrange(9)) | {"visibility": visibility}
        if number % 3 == 0:
            form["kind"] = "seeking_experiences"
        sent.append((one, form))
    for one, form in sent:
        town.visitor.post("/reflections", form, one.email)
        line = {"region": region, "member": one.id, "visibility": form["visibility"]}
        town.journal.reflections.append(line | {"at": town.stamp()})
    town.tell(f"{region}: {len(sent)} reflections")


def finish(town: Town, region: str) -> Deed:
    """The co-chair ticks off what has been done: the older half of what is open."""
    chair = town.communities[region].chair
    yield [chair]
    path = f"/communities/{region}/actions"
    opened = town.visitor.ask("GET", path, who=chair)["actions"]
    known = [one for one in town.journal.actions if one["region"] == region and not one["done_on"]]
    for each in opened[: (len(opened) + 1) // 2]:
        town.visitor.post(f"{path}/{each['id']}/done", None, chair)
        line = next(one for one in known if (one["what"], one["by"]) == (each["what"], each["by"]))
        line["done_on"] = town.today().isoformat()
        known.remove(line)


def heed(town: Town, region: str, quarter: int) -> Deed:
    """The co-chair says what was heard in the newest survey that has results, and what is done."""
    chair = town.communities[region].chair
    yield [chair]
    path = f"/communities/{region}/surveys"
    listed = town.visitor.ask("GET", path, who=chair)["surveys"]
    for each in [one for one in listed if one["state"] == "closed" and one["responses"]][:1]:
        said = texts.HEARD[quarter % len(texts.HEARD)]
        town.visitor.post(f"{path}/{each['id']}/said", said, chair)
