"""Use cases of the texts that the office can change: read each, change one."""

from datetime import date
from typing import Any

from comhar import data, retention
from comhar.aws.conditions import conflict_as
from comhar.communities import forms, repository, views
from comhar.communities.model import apply_wording, list_unchecked
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.errors import Conflict, FieldError, Invalid, NotFound, changed_by_other
from comhar.membership.model import Member
from comhar.membership.repository import audit_write

type AnyUser = Context[Member | None]

FIELD_OF_TEXT = {
    "roles": "roles",
    **dict.fromkeys(data.load("texts"), "paragraph"),
    "irish": "irish",
    "help": "entries",
}
_KINDS = ("letter", "stranger_letter", "invitation", "inbound", "draft")  # on the page of privacy


class TextChanged(Conflict):
    kind = "text-changed-meanwhile"
    title = changed_by_other("this text")
    next = "Check what it says now, and send yours again if it is still right."


def get_help(ctx: Context[None]) -> views.Help:
    return views.Help(**repository.get_text(ctx.table, "help"))


def get_about(ctx: AnyUser) -> views.About:
    (purpose,) = repository.get_texts(ctx.table, "about")
    return views.About(purpose=purpose, office_email=ctx.settings.mail_from)


def get_accessibility(ctx: AnyUser) -> views.Accessibility:
    (contact,) = repository.get_texts(ctx.table, "accessibility")
    return views.Accessibility(contact=contact, office_email=ctx.settings.mail_from)


def get_privacy(ctx: AnyUser) -> views.Privacy:
    """Who is responsible, why details may be stored, and how long; one read."""
    responsible, legal_basis = repository.get_texts(ctx.table, "responsible", "legal_basis")
    times = {kind: retention.format_days(retention.period(kind).days) for kind in _KINDS}
    return views.Privacy(responsible=responsible, legal_basis=legal_basis, times=times)


def get_roles(ctx: AnyUser) -> views.Roles:
    return views.Roles(roles=repository.get_roles(ctx.table))


def list_texts(ctx: Context) -> views.Texts:
    """Each text, and how many places of help are to be checked; one read."""
    stored = {item["sk"]: item for item in repository.list_texts(ctx.table)}
    changed_at = {name: item["changed_at"] for name, item in stored.items()}
    places = apply_wording("help", stored.get("help", {}).get("words"))["entries"]
    return views.Texts(
        texts=[{"text": name, "changed_at": changed_at.get(name)} for name in FIELD_OF_TEXT],
        unchecked=len(list_unchecked(places, local_date(ctx.now))),
    )


def get_text(name: str, ctx: Context) -> views.Text:
    """One text as it stands now.

    Raises:
        NotFound: there is no such text.
    """
    item = ctx.table.get(repository.text_key(_require_text(name))) or {}
    words = apply_wording(name, item.get("words"))
    more = {key: value for key, value in data.load("texts").get(name, {}).items() if key != "text"}
    if name == "help":
        words = words["entries"]
        more["unchecked"] = list_unchecked(words, local_date(ctx.now))
    return views.Text(
        text=name,
        revision=item.get("revision", 0),
        changed_at=item.get("changed_at"),
        **{FIELD_OF_TEXT[name]: words},
        **more,
    )


def change_text(name: str, form: forms.Wording, ctx: Context) -> views.Worded:
    """Put a text in the office's words.

    Raises:
        NotFound: there is no such text.
        Invalid: another text is made of what was sent.
        TextChanged: somebody else changed it since this was read; tells what it says now.
    """
    fields = set(FIELD_OF_TEXT.values())
    sent = form.model_dump(mode="json", include=fields, exclude_none=True)
    kind = FIELD_OF_TEXT[_require_text(name)]
    _require_fields(kind, sent)
    _require_past_checks(form, local_date(ctx.now))
    words = sent.get(kind) or None
    before = ctx.table.get(repository.text_key(name)) or {}
    if before and words == before.get("words"):
        return views.Worded(text=name, revision=before.get("revision", 0))
    text_write = repository.text_write(name, words, form.revision, ctx.now)
    try:
        with conflict_as(TextChanged):
            ctx.table.transact(
                [text_write, audit_write(ctx.user, "edit_text", f"text-{name}", ctx.now)]
            )
    except TextChanged as error:
        error.more = {"kept": get_text(name, ctx).model_dump(exclude_none=True)}
        raise
    return views.Worded(text=name, revision=form.revision + 1)


def _require_text(name: str) -> str:
    if name not in FIELD_OF_TEXT:
        raise NotFound
    return name


def _require_past_checks(form: forms.Wording, today: date) -> None:
    late = [
        FieldError(f"entries.{number}.checked_on", "Enter today or a day before it.")
        for number, entry in enumerate(form.entries or ())
        if entry.checked_on and entry.checked_on > today
    ]
    if late:
        raise Invalid(*late)


def _require_fields(kind: str, sent: dict[str, Any]) -> None:
    """Refuses fields that make up another text, and roles and emails that do not exist."""
    unknown = [name for name in sent if name != kind]
    known = {role["key"] for role in apply_wording("roles", None)}
    unknown += [f"roles.{key}" for key in sent.get("roles", {}) if key not in known]
    emails = {email["key"] for email in data.load("irish_emails")}
    unknown += [f"irish.{key}" for key in sent.get("irish", {}) if key not in emails]
    if unknown:
        raise Invalid(*(FieldError(name, f"There is no field called {name}.") for name in unknown))
