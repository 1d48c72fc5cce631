"""A member's page: all that is stored, its history, and who has looked."""

import re

from comhar.aws.conditions import Item
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.errors import Malformed, NotFound
from comhar.invitations import repository as invitations_repository
from comhar.membership import confirmations, history, name_requests
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member, find_day_back
from comhar.person_names import FORMER_MEMBER
from comhar.register import views

HISTORY_PAGE = 20
SUBJECTS = {  # of the audit, other than members
    "list": membership_repository.REGISTER,
    "invitations": invitations_repository.INVITATIONS,
    "inbox": "INBOX",
    "roles": "text-roles",
    "legal_basis": "text-legal_basis",
    "help": "text-help",
}


def get_member(member_id: str, ctx: Context) -> Member:
    """The member as they stand now; people of the office are in no register.

    Raises:
        NotFound: there is no such member.
    """
    member = membership_repository.find_member(ctx.table, ctx.settings, member_id)
    if member is None or member.status == "office":
        raise NotFound
    return member.as_of(local_date(ctx.now))


def get_record(member_id: str, before: str | None, ctx: Context) -> views.Record:
    """One member: for the office with the history, for a co-chair without.

    `before` is the history's cursor. Each look is noted.

    Raises:
        NotFound: there is no such member, or it is not for this co-chair to know.
        Malformed: there is no such page of the history.
    """
    member = get_member(member_id, ctx)
    if ctx.user.office:
        record = views.record(member, *_history(member, before, ctx))
    elif member.active and member.region and ctx.user.may_chair(member.region):
        record = views.co_chairs_view(member)
    else:
        raise NotFound
    record_look(member, ctx)
    until = find_day_back(member.away, local_date(ctx.now))
    checks = {**_check_names(member, ctx), "not_known": _is_not_known(member, ctx)}
    return record.model_copy(update={"away_until": until, **checks})


def get_looks(member_id: str, before: str | None, ctx: Context) -> views.Reads:
    """Who has looked at the record before this look, newest first.

    Raises:
        NotFound: there is no such member.
        Malformed: there is no such page of the history.
    """
    member = get_member(member_id, ctx)
    lines, next = _history(member, before, ctx, looks=True)
    record_look(member, ctx)
    return views.Reads(id=member_id, name=member.name, history=lines, next=next)


def get_list_looks(of: str, before: str | None, ctx: Context) -> views.Looks:
    """Who looked at, downloaded or changed one of `SUBJECTS`, newest first.

    The list of members, the invitations, the mail, or a text: what is no single member's record.

    Raises:
        NotFound: there is no such list.
        Malformed: there is no such page of the history.
    """
    if of not in SUBJECTS:
        raise NotFound
    lines, next = _history(SUBJECTS[of], before, ctx)
    return views.Looks(of=of, history=lines, next=next)


def record_look(member: Member, ctx: Context) -> None:
    ctx.table.transact([history.look_write(ctx.user, member, ctx.now)])


def name_lines(items: list[Item], ctx: Context) -> list[views.Done]:
    """The audit's lines with names instead of ids, where there is one; two batches."""
    member_ids = history.find_member_ids(ctx.table, (item["who"] for item in items))
    ids = list(dict.fromkeys(member_ids.values()))
    members = membership_repository.find_members(ctx.table, ctx.settings, ids)
    people = dict(zip(ids, members, strict=True))
    return [_line(item, people.get(member_ids.get(item["who"], ""))) for item in items]


def _check_names(member: Member, ctx: Context) -> dict[str, bool]:
    """Whether others have this name, for who decides about it; one query.

    It helps to see whether the person is who they say, or whether they may have the name they ask for.
    """
    waiting = member.name_asked if ctx.user.office else None
    if not (waiting or member.status == "pending" or (member.active and not member.confirmed)):
        return {}
    new_name = waiting or {"name": member.name, "preferred_name": member.preferred_name}
    names = [wanted for wanted in (new_name["name"], new_name["preferred_name"]) if wanted]
    return {
        "namesake": name_requests.has_namesake(ctx.table, names, member.id),
        "office_name": name_requests.is_office_name(ctx.table, ctx.settings, names),
    }


def _is_not_known(member: Member, ctx: Context) -> bool:
    """Whether a co-chair does not know who is to be confirmed; one read."""
    if not member.active or member.confirmed:
        return False
    key = confirmations.not_known_key(str(member.region), member.id)
    return ctx.table.get(key) is not None


def _line(item: Item, author: Member | None) -> views.Done:
    return views.Done(
        at=item["at"],
        who=author.display_name if author else FORMER_MEMBER.capitalize(),
        office=bool(author and author.office),
        what=item["what"],
        fields=tuple(item.get("fields", ())),
        region=item.get("region"),
        to=item.get("to"),
        count=item.get("rows", item.get("count")),
    )


def _history(
    subject: Member | str, before: str | None, ctx: Context, looks: bool = False
) -> tuple[list[views.Done], str | None]:
    if before and not re.fullmatch(r"[0-9a-z]{1,40}", before):
        raise Malformed("This page of the history does not exist.")
    items, next = history.list_history(ctx.table, subject, before or None, HISTORY_PAGE, looks)
    return name_lines(items, ctx), next
