"""Use cases of reasons: the office chooses why figures did not meet their target."""

from comhar.context import Context
from comhar.reports import publish, publish_forms, publish_views, reason_emails, reasons


def get_reasons(quarter: str, ctx: Context) -> publish_views.Reasons:
    """The figures that do not meet their target as recorded now, and their reasons.

    Four reads, and three a region.

    Raises:
        NoSuchReport: the quarter has no provisional version.
    """
    report = publish.count_now(quarter, ctx)
    return publish_views.reasons_page(report, reasons.get_chosen(ctx.table, quarter))


def save_reasons(
    quarter: str, form: publish_forms.ChooseReasons, ctx: Context
) -> publish_views.ReasonsSaved:
    """Saves reasons; co-chairs of the regions concerned see them, and get an email.

    What is as it was before changes nothing. Five reads, one transaction.

    Raises:
        NoSuchReport: the quarter has no provisional version.
        Invalid: a reason names no figure with a target, or too many were sent.
        ReasonsChanged: somebody saved others since the page was read.
    """
    publish.get_versions(quarter, ctx)
    choices = reasons.parse_choices(form.reasons, form.sentences, ctx.now)
    chosen = reasons.get_chosen(ctx.table, quarter)
    changed = reasons.list_changed(chosen, choices)
    if changed:
        if form.revision not in (None, chosen.revision):
            raise reasons.ReasonsChanged
        ctx.table.transact(reason_emails.save_writes(chosen, changed, ctx))
    return publish_views.ReasonsSaved(
        quarter=quarter,
        changed=len(changed),
        revision=chosen.revision + bool(changed),
        outcome="reasons_saved" if changed else "reasons_unchanged",
    )
