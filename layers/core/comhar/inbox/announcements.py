"""Announcements to the office that mail from people is waiting.

At once, in the hours of emails, and at most one in half an hour; once more after an hour of working time in
which nobody opened it (DOMAIN.md, "Mail from people").
"""

from contextlib import suppress
from datetime import datetime, timedelta

from comhar.address_digests import address_digest
from comhar.aws.conditions import ConditionFailed, Item, Key, Put, Update
from comhar.communities.repository import list_closed_days
from comhar.context import Context
from comhar.dates.dublin_time import stamp, unstamp
from comhar.dates.working_days import after_working_time, at_once
from comhar.due_work import leases
from comhar.inbox import model, repository
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId

ANNOUNCEMENT: Key = ("INBOX#announced", "ANNOUNCEMENT")
_BETWEEN = timedelta(minutes=30)
_UNREAD = timedelta(hours=1)  # of working time
_MOST = 200  # open mails that are looked at, the newest ones


def plan_write(item: Item, now: datetime) -> list[Update]:
    """Plans the announcement of a mail that was taken in, if it is to be announced."""
    if item["state"] != "open" or item["kind"] not in model.ANNOUNCED:
        return []
    return [Update(ANNOUNCEMENT, set={"due": "work", "due_at": stamp(now)})]


def announce(item: Item, ctx: Context[None]) -> None:
    """Announces by claimed work what is new, or has waited too long unread.

    It plans when to look again. The work has the ids of the mails that were `announced`, and of those that
    were announced `again`.
    """
    closures = list_closed_days(ctx.table)
    last = unstamp(item["sent_at"]) + _BETWEEN if "sent_at" in item else ctx.now
    earliest = max(at_once(ctx.now, closures), last)
    if earliest > ctx.now:
        return _finish(item, {"due_at": stamp(earliest)}, [], ctx)
    page = repository.list_page(ctx.table, "open", None, _MOST)
    unread = {mail["id"]: unstamp(mail["at"]) for mail in page.items if model.is_unread(mail)}
    announced, again = item.get("announced", ()), item.get("again", ())
    hour_over = {
        mail: after_working_time(at, _UNREAD, *ctx.settings.office_hours, closures)
        for mail, at in unread.items()
        if mail not in again
    }
    new = [mail for mail in unread if mail not in announced]
    late = [mail for mail in hour_over if mail in announced and hour_over[mail] <= ctx.now]
    later = [max(hour_over[mail], ctx.now + _BETWEEN) for mail in hour_over if mail not in late]
    after: Item = {
        "announced": [mail for mail in unread],
        "again": [mail for mail in unread if mail in again or mail in late],
        **({"sent_at": stamp(ctx.now)} if new or late else {}),
        **({"due_at": stamp(min(later))} if later else {}),
    }
    letters = _letter_writes(not new, ctx) if new or late else []
    _finish(item, after, letters, ctx)


def _finish(item: Item, after: Item, letters: list[Put], ctx: Context[None]) -> None:
    remove = () if "due_at" in after else ("due", "due_at")
    done = Update(ANNOUNCEMENT, set=after, remove=remove, condition=leases.still_leased(item))
    with suppress(ConditionFailed):  # another mail came meanwhile, and all is looked at again
        ctx.table.transact([done, *letters])


def _letter_writes(is_late: bool, ctx: Context[None]) -> list[Put]:
    return [
        letters_repository.insert_write(
            Letter(
                LetterId("mail_waiting", "INBOX", stamp(ctx.now), address_digest(email)),
                {"email": email, "late": is_late},
            ),
            ctx.now,
        )
        for email in ctx.settings.office_emails
    ]
