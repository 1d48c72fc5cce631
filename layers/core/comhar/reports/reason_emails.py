"""Saves reasons together with the emails that tell co-chairs of them."""

from collections.abc import Mapping

from comhar import regions
from comhar.aws.conditions import Write
from comhar.aws.dynamodb import TRANSACTION_LIMIT
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.errors import FieldError, Invalid
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.membership.repository import audit_write
from comhar.reports import reasons
from comhar.reports.reasons import ChosenReasons, Reason

PURPOSE = "kpi_reasons"
_MOST_WRITES = TRANSACTION_LIMIT - 10  # which leaves room for those of publishing


def save_writes(
    chosen: ChosenReasons, changed: Mapping[tuple[str, str], Reason | None], ctx: Context
) -> list[Write]:
    """Stores changed reasons, and one email to each co-chair of their regions.

    Where nothing changed, only checks that nobody saved others meanwhile. One batch of communities.

    Raises:
        Invalid: they are too many for one transaction.
    """
    if not changed:
        return [reasons.unchanged_check(chosen)]
    subject = f"report-{chosen.quarter}"
    writes = [
        *reasons.change_writes(chosen, changed, ctx.now),
        audit_write(ctx.user, "choose_reasons", subject, ctx.now, changed=len(changed)),
        *_letter_writes(chosen, {region for region, _ in changed}, ctx),
    ]
    if len(writes) > _MOST_WRITES:
        raise Invalid(FieldError("reasons", "Send fewer reasons at a time."))
    return writes


def _letter_writes(before: ChosenReasons, changed: set[str], ctx: Context) -> list[Write]:
    version = str(before.revision + 1)
    codes = [code for code in regions.codes() if code in changed]
    chairs = communities_repository.list_chairs(ctx.table, codes, ctx.now)
    return [
        letters_repository.insert_write(
            Letter(LetterId(PURPOSE, f"{before.quarter}.{region}", version, chair)), ctx.now
        )
        for region, members in chairs.items()
        for chair in members
    ]
