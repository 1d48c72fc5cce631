"""Use cases of holds: list them, put one on records, change it, lift it."""

import re
from typing import get_args

from comhar import deletion_holds
from comhar.aws.conditions import Item, conflict_as
from comhar.context import Context
from comhar.dates.dublin_time import local_date, unstamp
from comhar.deletion_holds import Kind
from comhar.errors import NotFound
from comhar.formatting import format_day, get_title
from comhar.holds import forms, model, repository, views
from comhar.meetings import repository as meetings_repository
from comhar.membership import repository as membership_repository
from comhar.membership.repository import audit_write

_THING = r"[\w-]{1,100}"
_PAGES = {"person": "/members/", "mail": "/inbox/", "meeting": "/meetings/"}


def list_holds(ctx: Context) -> views.Holds:
    """Every hold that lasts, the one that ends first at the top; two reads."""
    holds = deletion_holds.list_lasting(ctx.table, ctx.now)
    holds.sort(key=lambda hold: (hold["until"], hold["sk"]))
    records = repository.list_records(ctx.table, [(hold["kind"], hold["thing"]) for hold in holds])
    return views.Holds(
        holds=[
            views.Hold(**_place(hold["kind"], hold["thing"], record), **_terms(hold))
            for hold, record in zip(holds, records, strict=True)
        ]
    )


def get_hold(kind: str, thing: str, ctx: Context) -> views.HoldPage:
    """The hold on these records, or none yet; two reads.

    Raises:
        NotFound: there are no such records.
    """
    record, hold = _read(kind, thing, ctx)
    return views.HoldPage(**_place(kind, thing, record), **(_terms(hold) if hold else {}))


def set_hold(kind: str, thing: str, form: forms.SetHold, ctx: Context) -> views.HoldPage:
    """Put a hold on records, or change its reason and its last day.

    Raises:
        NotFound: there are no such records.
        Invalid: a hold cannot last until that day.
    """
    record, before = _read(kind, thing, ctx)
    assert form.reason is not None and form.until is not None
    model.require_last_day(form.until, local_date(ctx.now))
    write = repository.hold_write(before, kind, thing, form.reason, form.until, ctx.now)
    action = "change_hold" if before else "set_hold"
    line = audit_write(
        ctx.user, action, _subject(kind, record), ctx.now, until=form.until.isoformat()
    )
    ctx.table.transact([write, line])
    return views.HoldPage(**_place(kind, thing, record), **_terms(write.item))


def lift_hold(kind: str, thing: str, ctx: Context) -> views.Lifted:
    """End a hold now: what was due to be deleted meanwhile is deleted then.

    Raises:
        NotFound: there are no such records.
        NoHold: there is no hold on them.
    """
    record, hold = _read(kind, thing, ctx)
    if hold is None:
        raise model.NoHold
    line = audit_write(ctx.user, "lift_hold", _subject(kind, record), ctx.now)
    with conflict_as(model.NoHold):
        ctx.table.transact([repository.lift_write(hold, ctx.now), line])
    return views.Lifted.model_validate({"kind": kind, "thing": thing})


def _read(kind: str, thing: str, ctx: Context) -> tuple[Item, Item | None]:
    """The records, and the hold on them."""
    if kind not in get_args(Kind) or not re.fullmatch(_THING, thing, re.ASCII):
        raise NotFound
    (record,) = repository.list_records(ctx.table, [(kind, thing)])
    if record is None:
        raise NotFound
    hold = ctx.table.get(deletion_holds.key(kind, thing))
    return record, hold if hold and deletion_holds.is_lasting(hold, ctx.now) else None


def _place(kind: str, thing: str, record: Item | None) -> Item:
    return {
        "kind": kind,
        "thing": thing,
        "what": _describe(kind, record) if record else thing,
        "href": f"{_PAGES[kind]}{thing}",
    }


def _describe(kind: str, record: Item) -> str:
    if kind == "person":
        return membership_repository.display_name(record)
    if kind == "mail":
        return f"Email of {format_day(local_date(unstamp(record['at'])))}"
    meeting = meetings_repository.from_item(record)
    day = format_day(meeting.starts_at.date())
    return f"{get_title(meeting.region)}: {get_title(meeting.kind).lower()}, {day}"


def _terms(hold: Item) -> Item:
    return {name: hold[name] for name in ("reason", "until", "since")}


def _subject(kind: str, record: Item) -> str:
    """What the audit calls the records."""
    if kind == "person":
        return str(record.get("alias") or record["id"])
    return f"mail-{record['id']}" if kind == "mail" else str(record["id"])
