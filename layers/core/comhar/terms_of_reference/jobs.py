"""Jobs of the terms of reference: complete an approval, remind before it ends."""

from contextlib import suppress

from comhar.aws.conditions import ConditionFailed, Item
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.terms_of_reference import model, notices, repository, service


def do_due_work(item: Item, ctx: Context[None]) -> None:
    """Approves what lacks no signature any more; reminds of the end.

    A co-chair who left after all others signed is not waited for. Done again it changes nothing.
    """
    region, today = item["pk"].partition("#")[2], local_date(ctx.now)
    head, text, community = repository.get_terms(ctx.table, region, ctx.now)
    with suppress(ConditionFailed):  # somebody wrote meanwhile: the lease brings it back
        if approval := service.approve_if_complete(head, text, community, ctx):
            _, writes, letters = approval
            ctx.table.transact(required=writes, optional=letters)
            return
        if not (model.is_reminder_due(head, today) and head.approval):
            ctx.table.transact([repository.due_write(head, ctx.now)])
            return
        chairs = [chair["id"] for chair in community.chairs]
        reminded = {"reminded": head.approval.until, "lock": head.lock + 1}
        after = head.model_copy(update=reminded)
        ctx.table.transact(
            required=[*repository.head_writes(after), repository.due_write(after, ctx.now)],
            optional=notices.ending_writes(after, chairs, ctx),
        )
