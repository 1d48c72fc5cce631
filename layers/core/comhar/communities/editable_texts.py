"""Use cases of the texts that the office can change: read each where it stands, change one."""

from typing import Any

from comhar import retention
from comhar.aws.conditions import conflict_as
from comhar.communities import forms, repository, views
from comhar.communities.model import worded
from comhar.context import Context
from comhar.errors import Conflict, FieldError, Invalid, NotFound
from comhar.membership.model import Member
from comhar.membership.repository import audit

type AnyUser = Context[Member | None]

MADE_OF = {"roles": "roles", "legal_basis": "paragraph", "help": "entries"}
_KINDS = ("letter", "stranger_letter", "invitation", "inbound", "draft")  # on the page of privacy


class TextChangedMeanwhile(Conflict):
    title = "Somebody else changed this text a moment ago."
    next = "Check what it says now, and send yours again if it is still right."


def help_now(ctx: Context[None]) -> views.Help:
    return views.Help(**repository.text(ctx.table, "help"))


def privacy(ctx: AnyUser) -> views.Privacy:
    """Why details may be kept, and how long what the page names is."""
    times = {kind: retention.said(retention.kept(kind).days) for kind in _KINDS}
    return views.Privacy(legal_basis=repository.text(ctx.table, "legal_basis"), times=times)


def roles(ctx: AnyUser) -> views.Roles:
    return views.Roles(roles=repository.roles(ctx.table))


def list_texts(ctx: Context) -> views.Texts:
    changed = {item["sk"]: item["changed_at"] for item in repository.texts(ctx.table)}
    return views.Texts(texts=[{"text": name, "changed_at": changed.get(name)} for name in MADE_OF])


def show(name: str, ctx: Context) -> views.Text:
    """One text as it stands now.

    Raises:
        NotFound: there is no such text.
    """
    item = ctx.table.get(repository.text_key(_known(name))) or {}
    words = worded(name, item.get("words"))
    return views.Text(
        text=name,
        revision=item.get("revision", 0),
        changed_at=item.get("changed_at"),
        **{MADE_OF[name]: words["entries"] if name == "help" else words},
    )


def change(name: str, form: forms.Wording, ctx: Context) -> views.Worded:
    """Put a text in the office's words.

    Raises:
        NotFound: there is no such text.
        Invalid: another text is made of what was sent.
        TextChangedMeanwhile: somebody else changed it since this was read; tells what it says now.
    """
    sent = form.model_dump(include=set(MADE_OF.values()), exclude_none=True)
    kind = MADE_OF[_known(name)]
    _check(kind, sent)
    words = sent.get(kind) or None
    before = ctx.table.get(repository.text_key(name)) or {}
    if before and words == before.get("words"):
        return views.Worded(text=name, revision=before.get("revision", 0))
    put = repository.put_text(name, words, form.revision, ctx.now)
    try:
        with conflict_as(TextChangedMeanwhile):
            ctx.table.transact([put, audit(ctx.user, "edit_text", f"text-{name}", ctx.now)])
    except TextChangedMeanwhile as changed:
        changed.more = {"kept": show(name, ctx).model_dump(exclude_none=True)}
        raise
    return views.Worded(text=name, revision=form.revision + 1)


def _known(name: str) -> str:
    """Raises NotFound."""
    if name not in MADE_OF:
        raise NotFound
    return name


def _check(kind: str, sent: dict[str, Any]) -> None:
    """Raises Invalid for what another text is made of, and for a role that there is not."""
    wrong = [name for name in sent if name != kind]
    known = {each["key"] for each in worded("roles", None)}
    wrong += [f"roles.{key}" for key in sent.get("roles", {}) if key not in known]
    if wrong:
        raise Invalid(*(FieldError(name, f"There is no field called {name}.") for name in wrong))
