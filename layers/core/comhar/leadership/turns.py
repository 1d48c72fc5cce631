"""Use cases of the leadership page: terms that were, whose turn it is to lead."""

from collections.abc import Iterable
from datetime import date, timedelta

from comhar import data
from comhar.aws.conditions import Check, Item, conflict_as
from comhar.communities import model as communities_model
from comhar.communities import repository as communities_repository
from comhar.communities.model import Community, Turns
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.leadership import forms, model, views
from comhar.membership import directory
from comhar.membership import repository as membership_repository
from comhar.membership.chair_terms import Term
from comhar.membership.model import MemberChanged, may_be_asked_to_act

MOST_TERMS = 40  # shown; two each time co-chairs are chosen
MOST_TURNS = 20


def get_leadership(region: str, ctx: Context) -> views.Leadership:
    """The terms that were, and whose turn it is to lead a meeting; three reads.

    Names are for confirmed members. That the office looked is noted.
    """
    keys = [communities_repository.key(region), communities_repository.turns_key(region)]
    item, turns_item = ctx.table.batch_get(keys)
    user, today = ctx.user, local_date(ctx.now)
    community = communities_repository.from_item(item, region, today)
    turns = communities_repository.turns_from_item(turns_item)
    hidden = not (user.confirmed or user.office)
    lasted = [term for term in community.terms if term.ends_on > term.since]  # no slip of a day
    terms = sorted(lasted, key=lambda term: term.since, reverse=True)[:MOST_TERMS]
    active: list[Item] = [] if hidden else directory.list_all_active(ctx.table, region)
    names = {person["id"]: person["name"] for person in active}
    former = {term.member for term in terms} - names.keys()
    if former and not hidden:
        found = ctx.table.batch_get([membership_repository.key(each) for each in sorted(former)])
        names |= {
            each["id"]: membership_repository.display_name(each)
            for each in found
            if each and each["status"] != "erasing"
        }
    look = {"region": region, "status": "active", "rows": len(names)}
    ctx.table.transact(membership_repository.register_look_writes(user, ctx.now, **look))
    term = community.term_on(today)
    ids = [person["id"] for person in active if may_be_asked_to_act(person, today)]
    return views.Leadership(
        region=region,
        closed=community.closed_on is not None,
        hidden=hidden,
        chair=region in user.chair_of,
        term_ends=term.until.isoformat() if term else None,
        review=_list_review_questions(term, today) if region in user.chair_of else [],
        terms=[_past_term(each, community, names, hidden, today) for each in terms],
        turns=_list_turns(turns, ids, names),
        never_led=sum(member_id not in turns.led for member_id in ids),
        may_offer=user.active
        and user.confirmed
        and user.region == region
        and community.closed_on is None,
        offered=user.id in turns.offered,
    )


def _list_review_questions(term: Term | None, today: date) -> list[str]:
    """The questions to look back on, from six months on, where the term is longer."""
    review = communities_model.review_on(term.since, term.until) if term else None
    questions: list[str] = data.load("leadership")["review"]
    return questions if review and review <= today else []


def _past_term(
    term: Term, community: Community, names: dict[str, str], hidden: bool, today: date
) -> views.PastTerm:
    name = None if hidden else names.get(term.member, "A former member")
    over = not term.is_leading_on(today)
    later = {other.since for other in community.terms if other.since > term.since}
    ended = "running"
    if over:
        ended = "replaced" if term.ends_on in later else "early"
        ended = "ran_out" if term.ends_on >= term.until and ended == "early" else ended
    return views.PastTerm(
        name=name,
        since=term.since.isoformat(),
        until=term.until.isoformat(),
        last_day=(term.ends_on - timedelta(days=1)).isoformat() if over else None,
        ended=ended,
    )


def _list_turns(turns: Turns, ids: Iterable[str], names: dict[str, str]) -> list[views.Turn]:
    return [
        views.Turn(
            name=names[member_id],
            led=turns.led.get(member_id),
            offered=member_id in turns.offered,
        )
        for member_id in turns.sort(ids)[:MOST_TURNS]
    ]


def offer_turn(region: str, form: forms.Offer, ctx: Context) -> views.Offered:
    """Say that one would like to lead a meeting, or take it back.

    Raises:
        ConfirmedOnly: the user is no confirmed member of this community.
        MemberChanged: the member was changed meanwhile.
    """
    model.require_confirmed(ctx.user, region)
    day = local_date(ctx.now) if form.offered else None
    unchanged = Check(membership_repository.key(ctx.user.id), {"revision": ctx.user.revision})
    with conflict_as(MemberChanged):
        ctx.table.transact(
            [communities_repository.offer_turn_write(region, ctx.user.id, day), unchanged]
        )
    return views.Offered(region=region, offered=form.offered)
