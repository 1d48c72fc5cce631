"""Owns the use cases of the texts that the office can change: read each where it stands, change one."""

from datetime import datetime
from typing import Any

from comhar import retention
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.communities import forms, repository, views
from comhar.communities.model import worded
from comhar.errors import Conflict, FieldError, Invalid, NotFound
from comhar.membership import repository as people
from comhar.membership.model import Member

MADE_OF = {"roles": "roles", "legal_basis": "paragraph", "help": "entries"}
_SAID = ("letter", "stranger_letter", "invitation", "inbound", "draft")  # on the page of privacy


class TextChangedMeanwhile(Conflict):
    title = "Somebody else changed this text a moment ago."
    next = "Check what it says now, and send yours again if it is still right."


def help_now(table: Table) -> views.Help:
    return views.Help(**repository.text(table, "help"))


def privacy(table: Table) -> views.Privacy:
    """Why details may be kept, and how long what the page names is."""
    times = {kind: retention.said(retention.kept(kind).days) for kind in _SAID}
    return views.Privacy(legal_basis=repository.text(table, "legal_basis"), times=times)


def roles(table: Table) -> views.Roles:
    return views.Roles(roles=repository.roles(table))


def listed(table: Table) -> views.Texts:
    changed = {item["sk"]: item["changed_at"] for item in repository.texts(table)}
    return views.Texts(texts=[{"text": name, "changed_at": changed.get(name)} for name in MADE_OF])


def shown(name: str, table: Table) -> views.Text:
    """One text as it stands now. Raises NotFound."""
    item = table.get(repository.text_key(_named(name))) or {}
    words = worded(name, item.get("words"))
    return views.Text(
        text=name,
        revision=item.get("revision", 0),
        changed_at=item.get("changed_at"),
        **{MADE_OF[name]: words["entries"] if name == "help" else words},
    )


def change(name: str, form: forms.Wording, me: Member, now: datetime, table: Table) -> views.Worded:
    """Raises NotFound, Invalid, TextChangedMeanwhile."""
    sent = form.model_dump(include=set(MADE_OF.values()), exclude_none=True)
    kind = MADE_OF[_named(name)]
    _check(kind, sent)
    words = sent.get(kind) or None
    before = table.get(repository.text_key(name)) or {}
    if before and words == before.get("words"):
        return views.Worded(text=name, revision=before.get("revision", 0))
    put = repository.put_text(name, words, form.revision, now)
    try:
        table.transact([put, people.audit(me, "edit_text", f"text-{name}", now)])
    except ConditionFailed as lost:
        changed = TextChangedMeanwhile()
        changed.more = {"kept": shown(name, table).model_dump(exclude_none=True)}
        raise changed from lost
    return views.Worded(text=name, revision=form.revision + 1)


def _named(name: str) -> str:
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
