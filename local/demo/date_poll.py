"""The demo's poll for a date: a co-chair asks, and most members answer.

They answer by their letters, and it stays open.
"""

from datetime import date, datetime, time, timedelta

from local.demo import texts
from local.demo.schedule import next_worked
from local.demo.state import Activity, State

_APART = (0, 5, 12)  # days from the first date
_VOTES = ("yes", "if_need_be", "no")


def ask(state: State, region: str, first: date) -> Activity:
    """Three dates for an additional meeting; the letters come before anybody answers."""
    community = state.communities[region]
    yield [community.chair]
    days = [next_worked(first + timedelta(days=apart)) for apart in _APART]
    options = [datetime.combine(day, time(14)).isoformat(timespec="minutes") for day in days]
    form = {"kind": "additional", "mode": "online", "topic": texts.POLLED, "options": options}
    state.client.post(f"/communities/{region}/polls", form, community.chair)
    yield ()
    given = []
    for one in state.some(list(community.active.values()), 0.6, 2):
        votes = dict(zip("abc", state.dice.choices(_VOTES, (5, 2, 2), k=len(options)), strict=True))
        given.append((one.email, state.client.link(one.email, "poll"), votes))
    state.client.map(lambda it: state.client.post(it[1], {"votes": it[2]}, by=it[0]), given)
    state.report(f"{region} asks which date suits: {len(given)} have answered")
