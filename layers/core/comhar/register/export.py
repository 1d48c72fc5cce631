"""The register as a file to download, with a fresh code from an email.

It is made at once and stored nowhere.
"""

from comhar import email_links
from comhar.address_digests import address_digest
from comhar.aws.conditions import Item
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.errors import FieldError, Invalid
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.membership import codes, member_fields
from comhar.membership import model as membership_model
from comhar.membership import repository as membership_repository
from comhar.membership.model import SIGN_IN_MINUTES
from comhar.register import export_files, forms, member_list, views
from comhar.tokens import digest, new_id, new_secret

CODE_AGAIN = "Ask for a new code; it takes a minute."


def get_export_form(region: str | None, status: str | None, ctx: Context) -> views.ExportForm:
    """The page to download from.

    Raises:
        Invalid: there is no such region or status.
    """
    if region:
        member_fields.require_region(region)
    member_list.require_status(status)
    return views.ExportForm(
        email=ctx.user.email,
        minutes=SIGN_IN_MINUTES,
        region=region or None,
        status=status or None,
        regions=member_fields.region_choices(),
    )


def send_code(ctx: Context) -> views.CodeSent:
    """Write a letter with a code to the person's own address."""
    user, request = ctx.user, new_secret()
    letter_id = LetterId("export_code", user.id, new_id(ctx.now), user.id)
    letter = Letter(letter_id, {"request": digest(request)})
    ctx.table.transact(
        [
            letters_repository.insert_write(letter, ctx.now),
            codes.code_place_write(digest(request), "export", address_digest(user.email), ctx.now),
            membership_repository.audit_write(
                user, "export_code", membership_repository.REGISTER, ctx.now
            ),
        ]
    )
    return views.CodeSent(minutes=SIGN_IN_MINUTES, request=request)


def export_register(form: forms.ExportRegister, request: str, ctx: Context) -> tuple[str, bytes]:
    """Name and bytes of the file, for who typed the code of the newest letter.

    Five tries; a code is good for one file.

    Raises:
        CodeSpent: the code was used, is out of date or out of tries.
        CodesPaused: too many wrong codes this hour.
        Invalid: the code is wrong, or another person's; or there is no such status.
    """
    member_list.require_status(form.status)
    code = _get_code(form, request, ctx)
    today = local_date(ctx.now)
    rows = (
        membership_repository.from_item(row, ctx.settings).as_of(today)
        for row in membership_repository.list_rows(ctx.table, form.region, None)
        if row["status"] == (form.status or row["status"]) and row["status"] != "erasing"
    )
    count, body = export_files.FILES[form.format](rows)
    facts = {"region": form.region, "status": form.status, "format": form.format}
    audit_line = membership_repository.audit_write(
        ctx.user, "export_register", membership_repository.REGISTER, ctx.now, **facts, rows=count
    )
    spent = membership_model.CodeSpent(next=CODE_AGAIN)
    ctx.table.transact([*email_links.spend_both_writes(code, ctx.now, conflict=spent), audit_line])
    region = f"-{form.region}" if form.region else ""
    return f"comhar-members{region}-{today}.{form.format}", body


def _get_code(form: forms.ExportRegister, request: str, ctx: Context) -> Item:
    """The code's item, if it is this person's, with one try counted."""
    item = codes.get_typed_code(ctx.table, form, "export", request, ctx.now, CODE_AGAIN)
    if item["person"] != ctx.user.id:
        raise Invalid(FieldError("code", codes.WRONG_CODE))
    return item
