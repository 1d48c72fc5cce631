"""The checklist of starting a community: its steps in words, and where each leads."""

from comhar.community_home.model import Facts, State, Step, list_steps
from comhar.fields import View
from comhar.formatting import format_count, format_day
from comhar.membership.model import Member

_TERMS = {
    "draft": "A draft that the members can edit together.",
    "submitted": "Sent for approval. Not everybody has signed yet.",
    "changed": "The text has changed since it was approved. It needs to be signed again.",
    "approved": "The agreed period is over. The terms need to be approved again.",
}


class StepView(View):
    """`state` is `done`, `next`, `open`, or `passed` where its time has gone by without it."""

    key: str
    title: str
    done: bool
    state: State
    by: str
    detail: str
    href: str


class Checklist(View):
    """The steps in order, and how many are done of those that have not passed.

    In a community that was closed they lead nowhere.
    """

    region: str
    closed_on: str | None = None
    steps: list[StepView]
    done_count: int
    step_count: int


def view(facts: Facts, user: Member) -> Checklist:
    """The steps as this person may follow them."""
    steps = [_step(step, facts, user) for step in list_steps(facts)]
    needed = [step for step in steps if step.state != "passed"]
    done = sum(step.done for step in needed)
    closed_on = facts.community.closed_on
    return Checklist(
        region=facts.community.region,
        closed_on=closed_on.isoformat() if closed_on else None,
        steps=steps,
        done_count=done,
        step_count=len(needed),
    )


def _step(step: Step, facts: Facts, user: Member) -> StepView:
    return StepView(
        **step.model_dump(),
        done=step.state == "done",
        detail=_DETAILS[step.key](facts),
        href=_link(step.key, facts, user),
    )


def _starter(facts: Facts) -> str:
    community = facts.community
    if community.chairs:
        return "Co-chairs lead this community."
    if community.starter:
        return "A member has offered to do this."
    return "One member gathers the people of the region, with help from the National Office."


def _members(facts: Facts) -> str:
    if not facts.active:
        return "Nobody has joined yet."
    if facts.active == facts.confirmed == 1:
        return "1 member, confirmed. It takes two to begin."
    waiting = facts.active - facts.confirmed
    joined = format_count(facts.active, "member")
    return (
        f"{joined}, {waiting} of them to be confirmed." if waiting else f"{joined}, all confirmed."
    )


def _facilitator(facts: Facts) -> str:
    row = facts.first_held or facts.first_meeting or {}
    if row.get("facilitator_agreed"):
        training = row.get("training_agreed")
        return f"Booked. Training is {'part of the meeting' if training else 'not noted yet'}."
    if row.get("facilitator_asked_on"):
        return f"Asked on {format_day(row['facilitator_asked_on'])}. No answer is noted yet."
    return "Nobody is noted." if facts.first_held else "Nobody has been asked yet."


def _first_meeting(facts: Facts) -> str:
    row = facts.first_held or facts.first_meeting
    if row is None:
        return "There is no date yet."
    day = format_day(row["starts_at"])
    return f"It took place on {day}." if facts.first_held else f"Planned for {day}."


def _terms(facts: Facts) -> str:
    if facts.terms["approved"]:
        return f"Approved until {format_day(facts.terms['until'])}."
    if not facts.terms["begun"]:
        return "A sample is there to start from."
    return _TERMS[facts.terms["status"]]


def _vision(facts: Facts) -> str:
    if not facts.vision["begun"]:
        return "Nobody has begun to write it yet."
    count = f"Agreed by {facts.vision['count']} of {facts.vision['members']}."
    return count if facts.vision["agreed"] else f"{count} It takes more than half."


def _chairs(facts: Facts) -> str:
    count = len(facts.community.chairs)
    return {0: "Nobody is chosen yet.", 1: "There is one co-chair. A second is needed."}.get(
        count, "Two co-chairs lead together."
    )


def _schedule(facts: Facts) -> str:
    if facts.planned is None:
        return "No meeting is planned."
    return f"The next one is on {format_day(facts.planned)}."


_DETAILS = {
    "starter": _starter,
    "members": _members,
    "facilitator": _facilitator,
    "first_meeting": _first_meeting,
    "terms": _terms,
    "vision": _vision,
    "chairs": _chairs,
    "schedule": _schedule,
}


def _link(key: str, facts: Facts, user: Member) -> str:
    """Where the step is taken or, for who cannot take it, seen; in a closed community, its page."""
    region = facts.community.region
    home = f"/communities/{region}"
    if facts.community.closed_on:
        return home
    first = facts.first_held or facts.first_meeting
    if key == "members" and user.office:
        return f"/members?region={region}"
    if key == "facilitator" and user.office and first and first["kind"] == "first":
        return f"/meetings/{first['id']}/facilitator"
    if key in ("facilitator", "first_meeting"):
        if first:
            return f"/meetings/{first['id']}"
        return f"{home}/meetings/new" if user.may_chair(region) else f"{home}/meetings"
    if key == "schedule":
        return f"{home}/meetings"
    pages = {"terms": "terms", "vision": "vision", "chairs": "nominations"}
    return f"{home}/{pages[key]}" if key in pages else home
