"""Use cases of the office's messages: to regions, co-chairs, or people it chooses."""

from collections.abc import Iterable

from comhar import data, regions
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.dates.working_days import at_once
from comhar.errors import FieldError, Invalid, NotFound
from comhar.idempotency import REPEATABLE, Once
from comhar.membership import directory
from comhar.membership.model import Member, may_be_asked_to_act
from comhar.membership.repository import audit_write, find_members, to_item
from comhar.messages import forms, model, repository, service, views
from comhar.messages.model import Message
from comhar.regions import NATIONAL
from comhar.tokens import new_id

Groups = list[views.Group]


def list_messages(ctx: Context) -> views.Messages:
    """The newest messages of the office to several communities; one query."""
    rows = [views.row(message) for message in repository.list_messages(ctx.table, NATIONAL)]
    return views.Messages(
        region=NATIONAL, messages=[views.MessageRow.model_validate(row) for row in rows]
    )


def get_form(ctx: Context) -> views.OfficeForm:
    """What the form of the office starts from; no reads."""
    return views.OfficeForm(
        name=ctx.user.display_name,
        purposes=[views.Purpose(**each) for each in data.load("message_purposes")],
        regions=list(regions.codes()),
    )


def preview(form: forms.OfficeWrite, ctx: Context) -> views.OfficeForm:
    """The form with the names of who gets the message, or of whom to choose from.

    Raises:
        Invalid: as `write`, but for nobody chosen yet.
    """
    page = get_form(ctx)
    if form.to == "people":
        page = page.model_copy(update={"choices": _list_active(form.regions, ctx)})
        if not form.members:
            _require_purpose(form)
            return page
    message, groups = _prepare(form, ctx)
    counted = views.OfficePreview(
        people=message.people,
        groups=groups,
        sends_at=stamp(message.sends_at),
        needs_release=message.state == "unreleased",
    )
    return page.model_copy(update={"preview": counted})


def write(form: forms.OfficeWrite, ctx: Context, once: Once = REPEATABLE) -> views.MessageView:
    """Writes to regions, co-chairs or people; above 50 a second person releases it.

    Raises:
        Invalid: nobody is chosen, or somebody who is no active member, or no purpose of the list.
    """
    message, _ = _prepare(form, ctx)
    ctx.table.transact(
        [
            *repository.insert_writes(message, None, ctx.now),
            audit_write(ctx.user, "write_message", message.id, ctx.now, people=message.people),
            *once.writes(message.id),
        ]
    )
    return service.view(message, (), ctx)


def release(message_id: str, ctx: Context) -> views.MessageView:
    """Lets a message of a colleague to many people go out.

    Raises:
        NotFound: there is none.
        NotToBeReleased: it does not wait for that.
        SecondPersonNeeded: the user wrote it.
    """
    stored, closures = ctx.table.batch_get(
        [repository.key(message_id), communities_repository.CLOSURES]
    )
    if stored is None:
        raise NotFound
    message = repository.from_item(stored)
    model.require_release(message, ctx.user)
    closed = communities_repository.closed_days_from_item(closures)
    sends_at = at_once(ctx.now + model.UNDO, closed)
    by = ctx.user.display_name
    ctx.table.transact(
        [
            *repository.release_writes(message, by, sends_at),
            audit_write(ctx.user, "release_message", message.id, ctx.now, people=message.people),
        ]
    )
    now_waiting = {"state": "waiting", "sends_at": sends_at, "released_by": by}
    return service.view(message.model_copy(update=now_waiting), (), ctx)


def _prepare(form: forms.OfficeWrite, ctx: Context) -> tuple[Message, Groups]:
    """The message as it would be stored, and who gets it by name."""
    _require_purpose(form)
    groups = _list_recipients(form, ctx)
    ids = [person.id for group in groups for person in group.people]
    if not ids:
        raise Invalid(FieldError("to", "Nobody would get this. Choose others."))
    closures = ctx.table.get(communities_repository.CLOSURES)
    closed = communities_repository.closed_days_from_item(closures)
    message = Message(
        **form.model_dump(include={"to", "regions", "purpose", "subject", "text"}),
        id=new_id(ctx.now, NATIONAL),
        region=NATIONAL,
        recipients=() if form.to == "regions" else tuple(ids),
        writer=ctx.user.id,
        writer_name=ctx.user.display_name,
        by_office=True,
        people=len(ids),
        written_at=ctx.now,
        sends_at=at_once(ctx.now + model.UNDO, closed),
        state=model.choose_state(True, len(ids)),
    )
    return message, groups


def _require_purpose(form: forms.OfficeWrite) -> None:
    if model.get_purpose_title(form.purpose) is None:
        raise Invalid(FieldError("purpose", "Choose what it is about."))


def _list_recipients(form: forms.OfficeWrite, ctx: Context) -> Groups:
    if form.to == "regions":
        return _list_active(form.regions, ctx)
    if form.to == "chairs":
        codes = form.regions or regions.codes()
        chairs = communities_repository.list_chairs(ctx.table, codes, ctx.now)
        ids = [chair for code in codes for chair in chairs[code]]
    elif not form.members:
        raise Invalid(FieldError("members", "Choose at least one person."))
    else:
        ids = list(dict.fromkeys(form.members))
    members = find_members(ctx.table, ctx.settings, ids)
    active = [member for member in members if member and member.active]
    if form.to == "people" and len(active) < len(ids):
        raise Invalid(FieldError("members", "Choose people who are members now."))
    return _group_by_region(active, ctx)


def _list_active(codes: Iterable[str], ctx: Context) -> Groups:
    """The active members of these regions who may be written to; a query each.

    Raises:
        Invalid: there is no region.
    """
    chosen = [code for code in regions.codes() if code in set(codes)]
    if not chosen:
        raise Invalid(FieldError("regions", "Choose at least one region."))
    return [_list_region(code, ctx) for code in chosen]


def _list_region(code: str, ctx: Context) -> views.Group:
    today = local_date(ctx.now)
    rows = directory.list_all_active(ctx.table, code)
    names = directory.disambiguate_names([row for row in rows if may_be_asked_to_act(row, today)])
    people = [views.Recipient(id=member_id, name=name) for member_id, name in names.items()]
    return views.Group(region=code, people=people)


def _group_by_region(members: list[Member], ctx: Context) -> Groups:
    today = local_date(ctx.now)
    here = [each for each in members if may_be_asked_to_act(to_item(each), today)]
    return [
        views.Group(
            region=code,
            people=[
                views.Recipient(id=each.id, name=each.display_name)
                for each in here
                if each.region == code
            ],
        )
        for code in regions.codes()
        if any(each.region == code for each in here)
    ]
