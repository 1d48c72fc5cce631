"""Use cases of terms of reference: read, save together, submit, sign, look back."""

import re

from comhar.aws.conditions import Write, retry_conflicts
from comhar.communities.model import Community
from comhar.context import Context
from comhar.dates.dublin_time import local_date, to_wall
from comhar.errors import NotFound
from comhar.meetings import repository as meetings_repository
from comhar.membership import directory
from comhar.membership.repository import audit_write
from comhar.terms_of_reference import forms, model, notices, repository, sections, views
from comhar.terms_of_reference.model import Head
from comhar.terms_of_reference.sections import Text

TRIES = 40  # each lost one means that somebody else saved, signed or submitted
COMING = 8  # meetings in the annex: two years of quarters


def get_page(region: str, ctx: Context) -> views.Terms:
    """The terms as this user may see them; one read."""
    head, text, community = repository.get_terms(ctx.table, region, ctx.now)
    return views.Terms(**views.terms(head, text, community, ctx.user, local_date(ctx.now)))


def get_form(region: str, ctx: Context) -> views.Terms:
    """The same, for who may change them.

    Raises:
        EditorsOnly: the user may not.
    """
    _require_editor(region, ctx)
    return get_page(region, ctx)


def save(region: str, form: forms.Terms, ctx: Context) -> views.TermsSaved:
    """Saves the sections that the form changes, beside those of others.

    What changes nothing is not saved. A change of meaning ends what was signed, and tells who signed.

    Raises:
        EditorsOnly: the user may not.
        TermsChanged: others changed one of the same sections; nothing is saved.
    """
    _require_editor(region, ctx)
    return retry_conflicts(lambda: _save(region, form, ctx), TRIES)


def _save(region: str, form: forms.Terms, ctx: Context) -> views.TermsSaved:
    head, text, _ = repository.get_terms(ctx.table, region, ctx.now)
    today = local_date(ctx.now)
    written = {
        name: words for name, words in form.sections.items() if form.theirs.get(name) != "yes"
    }
    period = form.period_months or head.period_months
    try:
        changes = sections.merge_sections(text, form.revision, written, head.revision)
    except model.TermsChanged as clash:
        typed = {"period_months": period, "same_meaning": form.same_meaning}
        clash.form = {**(clash.form or {}), **typed}
        raise
    merged = [name for name in text.sections if text.last_change(name) > form.revision]
    if not changes and period == head.period_months:
        return _saved(head, changes, merged)
    spelling = head.status == "approved" and bool(form.same_meaning)
    moved = period != head.period_months and head.status == "submitted"
    after = head
    if changes or moved:
        after = model.change(head, today, same_meaning=spelling)
    else:
        after = head.model_copy(update={"lock": head.lock + 1})
    after = after.model_copy(update={"period_months": period})
    text_after = sections.change_text(text, changes, after.revision)
    writes: list[Write] = [
        *repository.head_writes(after),
        repository.text_write(region, text_after),
        repository.due_write(after, ctx.now),
    ]
    if changes and spelling:
        writes.append(repository.correction_write(after, text, changes, ctx.user, ctx.now))
    ctx.table.transact(
        required=writes, optional=notices.change_writes(head, after, list(changes), ctx)
    )
    return _saved(after, changes, [name for name in merged if name not in changes])


def _saved(head: Head, changes: dict[str, str], merged: list[str]) -> views.TermsSaved:
    return views.TermsSaved(
        region=head.region,
        revision=head.revision,
        status=head.status,
        changed=sorted(changes),
        merged=merged,
    )


def submit(region: str, ctx: Context) -> views.TermsSubmitted:
    """Sends the terms for approval to everyone who is co-chair now, and to the office.

    Raises:
        SubmittersOnly: the user is no co-chair.
        NoCoChairs, TermsSubmitted, TermsApproved: see `model.submit`.
    """
    return retry_conflicts(lambda: _submit(region, ctx), TRIES)


def _submit(region: str, ctx: Context) -> views.TermsSubmitted:
    head, text, community = repository.get_terms(ctx.table, region, ctx.now)
    chairs = _chairs(community)
    if ctx.user.office or not ctx.user.may_chair(region):
        raise model.SubmittersOnly
    after = model.submit(head, chairs, local_date(ctx.now))
    if after.revision == 0:  # the sample is adopted as it stands
        after = after.model_copy(update={"revision": 1})
    missing = after.list_missing(chairs)
    writes: list[Write] = []
    letters: list[Write] = []
    if missing:
        letters = notices.signature_writes(after, missing, ctx)
        writes = [*repository.head_writes(after), repository.due_write(after, ctx.now)]
    else:
        after, writes, letters = _approve_writes(after, text, ctx)
    if head.revision == 0:
        writes.append(repository.text_write(region, sections.change_text(text, {}, after.revision)))
    ctx.table.transact(required=writes, optional=letters)
    return views.TermsSubmitted(region=region, status=after.status, waiting_for=len(missing))


def sign(region: str, form: forms.Signature, ctx: Context) -> views.TermsSigned:
    """Signs for the user; the last signature approves the terms.

    Signature, version and mailing are one transaction.

    Raises:
        SignedTextChanged: the text is not the one that the form was made of.
        NotSubmitted, SignersOnly: see `model.sign`.
    """
    return retry_conflicts(lambda: _sign(region, form, ctx), TRIES)


def _sign(region: str, form: forms.Signature, ctx: Context) -> views.TermsSigned:
    head, text, community = repository.get_terms(ctx.table, region, ctx.now)
    today = local_date(ctx.now)
    if _has_signed(head, ctx.user.id):
        return _signed(head)
    if not ctx.user.may_chair(region):
        raise model.SignersOnly
    if form.revision is not None and form.revision != head.revision:
        raise model.SignedTextChanged
    name, title = form.name or "", form.title or ""
    chairs = _chairs(community)
    after = model.sign(head, ctx.user, chairs, name, title, today)
    if after is head:
        return _signed(head)
    writes: list[Write] = repository.head_writes(after)
    letters: list[Write] = []
    if not after.list_missing(chairs):
        after, writes, letters = _approve_writes(after, text, ctx)
    if ctx.user.office:
        writes.append(audit_write(ctx.user, "sign_terms", region, ctx.now))
    ctx.table.transact(required=writes, optional=letters)
    return _signed(after)


def approve_if_complete(
    head: Head, text: Text, community: Community, ctx: Context[None]
) -> tuple[Head, list[Write], list[Write]] | None:
    """The writes of an approval, where nobody's signature is missing any more."""
    if head.status != "submitted" or head.list_missing(_chairs(community)):
        return None
    before = head.model_copy(update={"lock": head.lock + 1})
    return _approve_writes(before, text, ctx)


def _approve_writes(
    signed: Head, text: Text, ctx: Context[None] | Context
) -> tuple[Head, list[Write], list[Write]]:
    """Head, version and mailing, with the last signature already in `signed`."""
    approved = model.approve(signed, local_date(ctx.now)).model_copy(update={"lock": signed.lock})
    writes: list[Write] = [
        *repository.head_writes(approved),
        repository.version_write(approved, text),
        repository.due_write(approved, ctx.now),
    ]
    return approved, writes, notices.approved_writes(approved, ctx)


def _has_signed(head: Head, person: str) -> bool:
    return any(each.person == person for each in head.signatures)


def _signed(head: Head) -> views.TermsSigned:
    approval = head.approval if head.status == "approved" else None
    return views.TermsSigned(
        region=head.region,
        status=head.status,
        approved_on=approval.approved_on.isoformat() if approval else None,
        until=approval.until.isoformat() if approval else None,
    )


def list_versions(region: str, ctx: Context) -> views.Versions:
    """Every approved version, the newest first.

    With what was corrected in the newest one; two reads.
    """
    head = repository.get_head(ctx.table, region)
    corrections = repository.list_corrections(ctx.table, region, head.version)
    return views.versions(head, corrections, ctx.user)


def get_version(region: str, number: str, ctx: Context) -> views.Version:
    """One version whole, and what changed since the one before; two reads.

    Raises:
        NotFound: there is no such version.
    """
    if not re.fullmatch(r"[1-9][0-9]{0,3}", number):
        raise NotFound
    head, version, before = repository.get_versions(ctx.table, region, int(number))
    if version is None:
        raise NotFound
    corrections = repository.list_corrections(ctx.table, region, int(number))
    return views.version(head, version, before, corrections, ctx.user)


def get_print(region: str, annex: bool, ctx: Context) -> views.PrintedTerms:
    """The terms as a document.

    With the annex for confirmed members who ask for it; one read, with it three.
    """
    head, text, community = repository.get_terms(ctx.table, region, ctx.now)
    fields = views.terms(head, text, community, ctx.user, local_date(ctx.now))
    wanted = annex and views.sees_names(ctx.user)
    return views.PrintedTerms(**fields, annex=_annex(region, community, ctx) if wanted else None)


def _annex(region: str, community: Community, ctx: Context) -> views.Annex:
    leading = _chairs(community)
    people = directory.list_all_active(ctx.table, region)
    rows = meetings_repository.list_rows_from(ctx.table, region, to_wall(ctx.now), limit=COMING)
    return views.Annex(
        members=[
            {
                "name": row["name"],
                "role": row.get("role"),
                "chair": "yes" if row["id"] in leading else None,
            }
            for row in people
        ],
        meetings=[row["starts_at"] for row in rows if row["state"] == "scheduled"],
    )


def _chairs(community: Community) -> list[str]:
    return [chair["id"] for chair in community.chairs]


def _require_editor(region: str, ctx: Context) -> None:
    if not model.may_edit(ctx.user, region):
        raise model.EditorsOnly
