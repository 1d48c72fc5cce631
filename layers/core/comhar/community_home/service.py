"""Use cases of a community's page: its people, and the steps of its start."""

from collections.abc import Sequence

from comhar.aws.conditions import Item
from comhar.aws.dynamodb import Page
from comhar.community_home import checklist, forms, repository, views
from comhar.community_home.model import ESTABLISHED, Facts, is_established
from comhar.community_home.repository import Reading, Rows
from comhar.context import Context
from comhar.dates.dublin_time import local_date, to_wall
from comhar.meetings import repository as meetings_repository
from comhar.membership import directory
from comhar.membership import repository as membership_repository
from comhar.membership.member_fields import require_region
from comhar.membership.model import Member, sort_by_name

PAGE = 50


def get_overview(region: str, after: str | None, ctx: Context) -> views.Overview:
    """The community as this member may see it, with a page of its people.

    The co-chairs come first, then everybody by name, after the member with the id `after`; nobody is listed
    on a stale device. What the community does stands on the first page alone. That the office looked is
    noted. Three reads.
    """
    require_region(region)
    last = _find_last_listed(after, ctx)
    rows = Rows() if last else repository.list_rows(ctx.table, region, ctx.now)
    page = _list_page(region, last, ctx)
    ids = [row["id"] for row in page.items]
    reading = repository.read(region, ids, rows, ctx, with_text=last is None)
    if ids and not last:
        reading = repository.add_unnoted_leads(reading, rows, ctx)
    people, community = reading.people, reading.community
    starter = people.get(community.starter or "")
    members = _in_order(reading, page, is_first=last is None)
    _note_look(region, len(members), ctx)
    steps = None
    if not (after or is_established(community, len(rows.meetings), local_date(ctx.now))):
        steps = checklist.view(_facts(reading, rows.meetings, rows.meetings, ctx), ctx.user)
    name = starter.display_name if starter else None
    return views.overview(reading, None if last else rows, members, page.next, name, steps, ctx)


def get_people(region: str, after: str | None, ctx: Context) -> views.People:
    """The people of a community, the co-chairs first, a page each; three reads.

    Nobody is listed for who is not confirmed, nor on a stale device. That the office looked is noted.
    """
    require_region(region)
    last = _find_last_listed(after, ctx)
    rows = Rows() if last else Rows(pulse=repository.get_pulse(ctx.table, region))
    page = _list_page(region, last, ctx)
    reading = repository.read(region, [row["id"] for row in page.items], rows, ctx)
    if page.items and not last:
        reading = repository.add_unnoted_leads(reading, rows, ctx)
    members = _in_order(reading, page, is_first=last is None)
    _note_look(region, len(members), ctx)
    return views.people(reading, members, page.next, ctx)


def find_people(region: str, form: forms.FindPeople, ctx: Context) -> views.People:
    """The people of a community whose name or role has a text; two reads.

    Nobody is found for who is not confirmed, nor on a stale device. That the office looked is noted.
    """
    found = []
    if _shows_names(ctx):
        found = directory.find_active(ctx.table, require_region(region), form.name)
    reading = repository.read(region, [row["id"] for row in found[:PAGE]], Rows(), ctx)
    members = [reading.people[row["id"]] for row in found[:PAGE] if row["id"] in reading.people]
    _note_look(region, len(members), ctx)
    return views.people(reading, members, None, ctx, form.name, len(found))


def get_checklist(region: str, ctx: Context) -> checklist.Checklist:
    """The steps of starting a community, each derived from what is there; three reads."""
    reading = repository.read(require_region(region), [], Rows(), ctx)
    first = meetings_repository.list_first_rows(ctx.table, region, ESTABLISHED)
    coming = first
    if len(first) == ESTABLISHED:  # there may be later ones
        coming = meetings_repository.list_rows_from(ctx.table, region, to_wall(ctx.now), limit=4)
    return checklist.view(_facts(reading, first, coming, ctx), ctx.user)


def _shows_names(ctx: Context) -> bool:
    return (ctx.user.confirmed or ctx.user.office) and not ctx.stale


def _find_last_listed(after: str | None, ctx: Context) -> Item | None:
    """Whom a page goes on after; the list begins anew after somebody who was erased."""
    return ctx.table.get(membership_repository.key(after)) if after else None


def _list_page(region: str, last: Item | None, ctx: Context) -> Page:
    if not _shows_names(ctx):
        return Page([])
    return directory.list_active_after(ctx.table, region, last, PAGE)


def _in_order(reading: Reading, page: Page, *, is_first: bool) -> list[Member]:
    """The page's people, without co-chairs but on the first page, which begins with them."""
    leading = {chair["id"] for chair in reading.community.chairs}
    chairs = [reading.people[person] for person in leading if person in reading.people]
    listed = (row["id"] for row in page.items)
    others = [reading.people[each] for each in listed if each in reading.people.keys() - leading]
    return [*(member for member, _ in sort_by_name(chairs) if is_first), *others]


def _note_look(region: str, rows: int, ctx: Context) -> None:
    look = {"region": region, "status": "active", "rows": rows}
    ctx.table.transact(membership_repository.register_look_writes(ctx.user, ctx.now, **look))


def _facts(reading: Reading, first: Sequence[Item], coming: Sequence[Item], ctx: Context) -> Facts:
    now = meetings_repository.format_local(to_wall(ctx.now))
    starts = (
        row["starts_at"] for row in coming if row["state"] == "scheduled" and row["starts_at"] > now
    )
    return Facts(
        community=reading.community,
        active=reading.active,
        confirmed=reading.confirmed,
        meetings=tuple(first),
        planned=next(starts, None),
        terms=reading.terms,
        vision=reading.vision,
    )
