"""Owns taking the register out as a file: only with a fresh code, made at once and kept nowhere."""

from datetime import datetime

from comhar import email_links
from comhar.aws.conditions import Item
from comhar.aws.dynamodb import ConditionFailed
from comhar.dates.dublin_time import local_date
from comhar.errors import FieldError, Invalid
from comhar.letters import repository as letters
from comhar.letters.model import Letter, LetterId
from comhar.mailboxes import address_digest
from comhar.membership import codes, model, repository
from comhar.membership.model import SIGN_IN_MINUTES, Member
from comhar.membership.repository import Members
from comhar.register import export_files, forms, member_list, views
from comhar.tokens import digest, new_id, secret

CODE_AGAIN = "Ask for a new code; it takes a minute."


def form(region: str | None, status: str | None, me: Member) -> views.ExportForm:
    """Raises Invalid for a filter there is not."""
    if region:
        model.region_named(region)
    member_list.check_status(status)
    return views.ExportForm(
        email=me.email,
        minutes=SIGN_IN_MINUTES,
        region=region or None,
        status=status or None,
        regions=model.regions(),
    )


def send_code(me: Member, now: datetime, members: Members) -> views.CodeSent:
    """Writes a letter with a code to the person's own address."""
    request = secret()
    place = codes.place_put(digest(request), "export", address_digest(me.email), now)
    told = Letter(LetterId("export_code", me.id, new_id(now), me.id), {"request": digest(request)})
    line = repository.audit(me, "export_code", repository.REGISTER, now)
    members.table.transact([letters.put(told, now), place, line])
    return views.CodeSent(minutes=SIGN_IN_MINUTES, request=request)


def export(
    asked: forms.ExportRegister, request: str, me: Member, now: datetime, members: Members
) -> tuple[str, bytes]:
    """Name and bytes of the file, for who typed the code of the newest letter; five tries, once.

    Raises CodeSpent, CodesPaused, Invalid.
    """
    member_list.check_status(asked.status)
    code = _code(asked, request, me, now, members)
    rows = (
        repository.from_item(row, members.settings).on(local_date(now))
        for row in members.rows(asked.region, None)
        if row["status"] == (asked.status or row["status"]) and row["status"] != "erasing"
    )
    count, made = export_files.FILES[asked.format](rows)
    facts = {"region": asked.region, "status": asked.status, "format": asked.format}
    line = repository.audit(me, "export_register", repository.REGISTER, now, **facts, rows=count)
    try:
        members.table.transact([*email_links.spend_both(code, now), line])
    except ConditionFailed as lost:
        raise model.CodeSpent(next=CODE_AGAIN) from lost
    named = f"-{asked.region}" if asked.region else ""
    return f"comhar-members{named}-{local_date(now)}.{asked.format}", made


def _code(
    asked: forms.ExportRegister, request: str, me: Member, now: datetime, members: Members
) -> Item:
    """The code's item, if it is this person's, one try counted. Raises CodeSpent, CodesPaused,
    Invalid."""
    item = codes.get_typed(members.table, asked, "export", request, now, CODE_AGAIN)
    if item["person"] != me.id:
        raise Invalid(FieldError("code", codes.NOT_THE_CODE))
    return item
