"""Responses: a community as a member may see it, and its people."""

from collections.abc import Mapping
from typing import Any

from comhar.community_home.board_views import Board, board
from comhar.community_home.checklist import Checklist
from comhar.community_home.repository import Reading, Rows
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.fields import View
from comhar.membership.model import Member, last_day_of_grace


class Colleague(View):
    """What members see of each other; the id is for co-chairs and the office.

    `role_other` names a role that is not of the list. `workplace` and `ask_about` are there only where
    the member shows them.
    """

    id: str | None = None
    name: str
    role: str | None
    role_other: str | None = None
    workplace: str | None = None
    ask_about: str | None = None
    chair: bool
    confirmed: bool | None = None


class People(View):
    """Members of a community: a page of all, or the first of `found_count` that were looked for by `name`."""

    region: str
    count: int
    members: list[Colleague]
    next: str | None = None
    hidden: bool
    sign_in_again: bool = False
    name: str | None = None
    found_count: int | None = None


class Overview(View):
    """`hidden` says that names open once the reader is confirmed, `sign_in_again` once they signed in again;
    counts are for everyone. `members` is a
    page of `count`, the co-chairs first; `next` is its cursor.

    `term_ends` is the day on which the co-chairs' term ends, or ended where `grace_until`, the last day on
    which they go on, is there. `led_before` says that there were co-chairs at some time.

    `start` are the steps of starting the community while some are to do; else, or a year after its first
    co-chairs, they are at /start. `terms_until` is the last day of approved terms. `vision_agreed` of
    `confirmed` members agreed to the vision, if there is one. `board` is what the community does, on the
    first page.
    """

    region: str
    chairs: list[str]
    chair_count: int
    count: int
    members: list[Colleague]
    next: str | None = None
    may_chair: bool
    hidden: bool
    sign_in_again: bool = False
    next_topic: str | None = None
    led_before: bool = False
    term_ends: str | None = None
    grace_until: str | None = None
    started: bool = False
    starter: str | None = None
    may_start: bool = False
    may_release: bool = False
    start: Checklist | None = None
    terms_status: str | None = None
    terms_until: str | None = None
    vision_agreed: int | None = None
    confirmed: int | None = None
    phase: str | None = None
    resting_until: str | None = None
    closed_on: str | None = None
    board: Board | None = None


def overview(
    reading: Reading,
    rows: Rows | None,
    members: list[Member],
    next: str | None,
    starter: str | None,
    steps: Checklist | None,
    ctx: Context,
) -> Overview:
    """The community as this member may see it, with these of its people.

    Names once they are confirmed, ids for co-chairs. `starter` is the name of who brings people together.
    `rows` are None where only people are shown.
    """
    community, terms, vision = reading.community, reading.terms, reading.vision
    user, today = ctx.user, local_date(ctx.now)
    may_chair, open_ = user.may_chair(community.region), user.confirmed or user.office
    chair_ids = {co_chair["id"] for co_chair in community.chairs}
    term = community.term_on(today)
    grace = term and term.is_in_grace_on(today)
    rest = community.rest_on(today)
    is_open = community.closed_on is None
    unled = is_open and not community.chairs and not community.starter
    return Overview(
        region=community.region,
        chairs=[co_chair["name"] for co_chair in community.chairs] if open_ else [],
        chair_count=len(community.chairs),
        count=reading.active,
        members=[_colleague(member, chair_ids, may_chair) for member in members],
        next=next,
        may_chair=may_chair,
        hidden=not open_,
        sign_in_again=open_ and ctx.stale,
        next_topic=community.next_topic,
        led_before=bool(community.terms),
        term_ends=term.until.isoformat() if term else None,
        grace_until=last_day_of_grace(term.until).isoformat() if term and grace else None,
        started=community.starter is not None,
        starter=starter,
        may_start=unled and user.active and user.region == community.region,
        may_release=community.starter is not None and (user.office or user.id == community.starter),
        start=steps if steps and is_open and steps.done_count < steps.step_count else None,
        terms_status=_terms_status(terms),
        terms_until=terms["until"],
        vision_agreed=vision["count"] if vision["begun"] else None,
        confirmed=vision["members"],
        phase=community.phases[-1]["phase"] if community.phases else None,
        resting_until=rest.until.isoformat() if rest else None,
        closed_on=community.closed_on.isoformat() if community.closed_on else None,
        board=board(reading, rows, ctx) if rows else None,
    )


def people(
    reading: Reading,
    members: list[Member],
    next: str | None,
    ctx: Context,
    name: str | None = None,
    found_count: int | None = None,
) -> People:
    """These members as this member may see them."""
    community, user = reading.community, ctx.user
    may_chair, open_ = user.may_chair(community.region), user.confirmed or user.office
    chair_ids = {co_chair["id"] for co_chair in community.chairs}
    return People(
        region=community.region,
        count=reading.active,
        members=[_colleague(member, chair_ids, may_chair) for member in members],
        next=next,
        hidden=not open_,
        sign_in_again=open_ and ctx.stale,
        name=name,
        found_count=found_count,
    )


def _terms_status(terms: Mapping[str, Any]) -> str:
    """The status, or that nobody has begun, or that the approved period is over."""
    if not terms["begun"]:
        return "sample"
    over = terms["status"] == "approved" and not terms["approved"]
    return "ended" if over else str(terms["status"])


def _colleague(member: Member, leading: set[str], chair: bool) -> Colleague:
    return Colleague(
        id=member.id if chair else None,
        name=member.display_name,
        role=member.role,
        role_other=member.role_other if member.role == "other" else None,
        chair=member.id in leading,
        confirmed=member.confirmed if chair else None,
        **{name: getattr(member, name) for name in member.shows},
    )
