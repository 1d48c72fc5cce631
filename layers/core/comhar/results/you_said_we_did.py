"""Owns the use cases of “you said, we did”: what was said in a survey, and what is done about it.

Who may see the results reads the entries. Nobody's name is kept in them: who wrote one stands in the
audit alone.
"""

from contextlib import suppress
from datetime import datetime

from comhar.aws.conditions import Item
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.errors import NotFound
from comhar.membership.model import Member
from comhar.membership.repository import audit
from comhar.once import REPEATABLE, Once
from comhar.results import forms, model, repository, service, views
from comhar.surveys.model import Survey

_TRIES = model.MOST_SAID + 1  # each that is lost means that another entry was added


def new_page(region: str, survey_id: str, table: Table) -> views.SaidForm:
    """The form of a new entry. Raises NotFound, NothingToSay."""
    return views.said_form(_counted(region, survey_id, table).survey)


def say(
    region: str,
    survey_id: str,
    form: forms.YouSaid,
    me: Member,
    now: datetime,
    table: Table,
    once: Once = REPEATABLE,
) -> views.SaidKept:
    """Adds an entry, once however often it is sent. Raises NotFound, NothingToSay, EnoughSaid."""
    for _ in range(_TRIES):
        held = _counted(region, survey_id, table)
        if found := next((each["id"] for each in held.said if _says(each, form)), None):
            return views.SaidKept(region=region, survey=survey_id, entry=found)
        if len(held.said) >= model.MOST_SAID:
            raise model.EnoughSaid
        entry, writes = repository.added(held, form.said, form.did)
        line = audit(me, "add_said", survey_id, now, entry=entry)
        try:
            table.transact([*writes, line, *once.writes(entry, id=survey_id)])
        except ConditionFailed:
            continue
        return views.SaidKept(region=region, survey=survey_id, entry=entry)
    raise model.SaidMeanwhile


def page(region: str, survey_id: str, entry: str, table: Table) -> views.SaidPage:
    """An entry as it stands, to be changed or taken away. Raises NotFound."""
    survey, item = _found(region, survey_id, entry, table)
    if item is None:
        raise NotFound
    return views.said_page(survey, item)


def change(
    region: str,
    survey_id: str,
    entry: str,
    form: forms.ChangeSaid,
    me: Member,
    now: datetime,
    table: Table,
) -> views.SaidKept:
    """Raises NotFound, SaidGone, SaidMeanwhile."""
    _, before = _found(region, survey_id, entry, table)
    if before is None:
        raise model.SaidGone
    if not _says(before, form):
        if form.revision != before["revision"]:
            raise model.SaidMeanwhile
        line = audit(me, "change_said", survey_id, now, entry=entry)
        try:
            table.transact([repository.changed(before, form.said, form.did), line])
        except ConditionFailed as lost:
            raise model.SaidMeanwhile from lost
    return views.SaidKept(region=region, survey=survey_id, entry=entry)


def remove(
    region: str, survey_id: str, entry: str, me: Member, now: datetime, table: Table
) -> views.SaidKept:
    """Takes an entry away; what is gone already stays gone. Raises NotFound."""
    _, before = _found(region, survey_id, entry, table)
    if before:
        line = audit(me, "remove_said", survey_id, now, entry=entry)
        with suppress(ConditionFailed):
            table.transact([repository.removed(survey_id, entry), line])
    return views.SaidKept(region=region, survey=survey_id, entry=entry)


def _counted(region: str, survey_id: str, table: Table) -> repository.Held:
    held = service.of(region, survey_id, table)
    model.may_be_answered(held.survey)
    return held


def _found(region: str, survey_id: str, entry: str, table: Table) -> tuple[Survey, Item | None]:
    held = service.of(region, survey_id, table)
    return held.survey, next((each for each in held.said if each["id"] == entry), None)


def _says(item: Item, form: forms.YouSaid) -> bool:
    return (item["said"], item.get("did")) == (form.said, form.did)
