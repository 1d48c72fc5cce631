"""Use cases of the data export: everything stored about a member, as files."""

from collections.abc import Iterator
from datetime import datetime

from comhar import data, saved_forms
from comhar.address_digests import address_digest
from comhar.aws.conditions import Item
from comhar.aws.encryption import Seal
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.data_export.views import DataPage
from comhar.formatting import Instant, get_title
from comhar.inbox import repository as inbox_repository
from comhar.leadership import repository as leadership_repository
from comhar.meetings import personal_data as meetings_personal_data
from comhar.meetings import repository as meetings_repository
from comhar.meetings.agenda import repository as agenda_repository
from comhar.meetings.day import personal_data as day_personal_data
from comhar.membership import personal_data as membership_personal_data
from comhar.membership.model import Member
from comhar.membership.repository import audit_write
from comhar.messages import repository as messages_repository
from comhar.messages.model import PEERS
from comhar.polls import personal_data as polls_personal_data
from comhar.reflections import personal_data as reflections_personal_data
from comhar.regions import NATIONAL
from comhar.terms_of_reference import repository as terms_repository
from comhar.vision import repository as vision_repository

Rows = dict[str, list[Item]]


def get_page() -> DataPage:
    return DataPage(**data.load("data_export"))


def export_everything(ctx: Context, seal: Seal) -> Rows:
    """All that is stored about the member, by the keys of data/data_export.json.

    That it was taken is noted. The reads are bounded by the member's own items, and by the meetings of the
    regions they were in.
    """
    ctx.table.transact([audit_write(ctx.user, "download_data", ctx.user, ctx.now)])
    parts: Rows = {part["key"]: [] for part in data.load("data_export")["parts"]}
    for exported in _export_topics(ctx, seal):
        for key, rows in exported.items():
            parts[key] += rows
    return parts


def _export_topics(ctx: Context, seal: Seal) -> Iterator[Rows]:
    """What each topic holds of the member."""
    table, user, now = ctx.table, ctx.user, ctx.now
    own_items = table.query(f"MEMBER#{user.id}").items
    yield membership_personal_data.export(table, user, own_items)
    yield saved_forms.export(table, seal, user.id, own_items, now)
    yield reflections_personal_data.export(table, seal, user.id, own_items)
    for region in _regions(user):
        yield communities_repository.export(table, region, user.id, now)
        yield leadership_repository.export(table, region, user.id)
        yield terms_repository.export(table, region, user.id)
        yield vision_repository.export(table, region, user.id)
        yield polls_personal_data.export(table, region, user.id, now)
        yield day_personal_data.export_actions(table, region, user.id)
    for place in (*_regions(user), NATIONAL, PEERS):
        yield messages_repository.export(table, place, user.id)
    for region in (*_regions(user), NATIONAL):
        yield from _export_meetings(region, ctx)
    yield from _export_mail(own_items, ctx)


def _regions(member: Member) -> list[str]:
    """Those in which the member was ever active."""
    return sorted({period["region"] for period in member.periods if period.get("region")})


def _export_meetings(region: str, ctx: Context) -> Iterator[Rows]:
    """What the member said and did at a region's meetings, since they first joined."""
    table, user = ctx.table, ctx.user
    since = min((period["from"] for period in user.periods), default="9999-01-01")
    for row in meetings_repository.list_rows_from(table, region, datetime.fromisoformat(since)):
        about = {"meeting": Instant(row["starts_at"]), "kind": get_title(row["kind"])}
        about["region"] = get_title(region)
        exported = {
            **meetings_personal_data.export(table, row, user.id),
            **agenda_repository.export(table, row["id"], user.id),
            **day_personal_data.export(table, row["id"], user.id),
        }
        yield {key: [about | row for row in rows] for key, rows in exported.items()}


def _export_mail(own_items: list[Item], ctx: Context) -> Iterator[Rows]:
    """Mail from the member's address, and from former ones while they had them."""
    notes = [
        note for note in own_items if note["sk"].startswith("ADDRESS#") and "asked" not in note
    ]
    until = {note["sk"].partition("#")[2]: note["at"] for note in notes}
    for address in (address_digest(ctx.user.email), *until):
        yield inbox_repository.export(ctx.table, address, until.get(address, "~"))
