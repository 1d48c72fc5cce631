"""Owns the demo's poll: a co-chair asks which date suits, most answer by their letters, and it stays open."""

from datetime import date, datetime, time, timedelta

from local.demo import texts
from local.demo.plans import next_worked
from local.demo.town import Deed, Town

_APART = (0, 5, 12)  # days from the first date
_VOTES = ("yes", "if_need_be", "no")


def ask(town: Town, region: str, first: date) -> Deed:
    """Three dates for an additional meeting; the letters come before anybody answers."""
    community = town.communities[region]
    yield [community.chair]
    days = [next_worked(first + timedelta(days=apart)) for apart in _APART]
    options = [datetime.combine(day, time(14)).isoformat(timespec="minutes") for day in days]
    form = {"kind": "additional", "mode": "online", "topic": texts.POLLED, "options": options}
    town.visitor.post(f"/communities/{region}/polls", form, community.chair)
    yield ()
    given = []
    for one in town.some(list(community.active.values()), 0.6, 2):
        votes = dict(zip("abc", town.dice.choices(_VOTES, (5, 2, 2), k=len(options)), strict=True))
        given.append((one.email, town.visitor.link(one.email, "poll"), votes))
    town.visitor.each(lambda it: town.visitor.post(it[1], {"votes": it[2]}, by=it[0]), given)
    town.tell(f"{region} asks which date suits: {len(given)} have answered")
