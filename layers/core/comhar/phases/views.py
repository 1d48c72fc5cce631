"""Responses: the phases of a community, and how it stands."""

from datetime import date

from comhar import data
from comhar.communities.model import Community
from comhar.fields import View
from comhar.membership.model import Member


class PhaseView(View):
    key: str
    title: str
    description: str
    question: str


class PastPhase(View):
    """`since` is a Dublin day."""

    phase: str
    title: str
    since: str
    why: str | None = None


class Phases(View):
    """The five phases; `history` has the newest first.

    `resting_until` is the day on which the community goes on, `closed_on` that on which it was closed.
    """

    region: str
    phases: list[PhaseView]
    phase: str | None
    history: list[PastPhase]
    resting_until: str | None
    closed_on: str | None
    may_change: bool
    may_close: bool


class ClosePage(View):
    """What happens when a community is closed.

    Its `members`, so many, get an email. With meetings to come it is not closed.
    """

    region: str
    members: int
    has_meetings: bool


def phases_view(community: Community, user: Member, today: date) -> Phases:
    """The phases as this person may see and change them."""
    listed = data.load("phases")
    titles = {phase["key"]: phase["title"] for phase in listed}
    history = [
        PastPhase(title=titles[entry["phase"]], **entry) for entry in reversed(community.phases)
    ]
    rest = community.rest_on(today)
    return Phases(
        region=community.region,
        phases=[PhaseView(**phase) for phase in listed],
        phase=history[0].phase if history else None,
        history=history,
        resting_until=rest.until.isoformat() if rest else None,
        closed_on=community.closed_on.isoformat() if community.closed_on else None,
        may_change=user.may_chair(community.region) and not community.closed_on,
        may_close=user.office,
    )
