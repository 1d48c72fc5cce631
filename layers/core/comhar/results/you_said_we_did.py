"""“You said, we did”: what was said in a survey, and what is done about it.

Everyone who may see the results reads the entries. They hold nobody's name: who wrote one stands in the
audit alone.
"""

from contextlib import suppress
from typing import Annotated

from comhar.aws.conditions import ConditionFailed, Item, conflict_as
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.errors import NotFound
from comhar.fields import Form, Note, Revision, json_name
from comhar.idempotency import REPEATABLE, Once
from comhar.membership.repository import audit_write
from comhar.results import model, repository, service, views
from comhar.surveys.model import Survey

_TRIES = model.MAX_ENTRIES + 1  # each that is lost means that another entry was added


class YouSaid(Form):
    """What was said in a survey, and, as soon as it is known, what is done about it."""

    you_said: Annotated[Note, json_name("said")]
    did: Note | None = None


class ChangeSaid(YouSaid):
    """`revision` is that of what it was changed from."""

    revision: Revision


def get_new_page(region: str, survey_id: str, ctx: Context) -> views.SaidForm:
    """The form for a new entry.

    Raises:
        NotFound: the community has no such survey.
        SurveyWithoutResults: it has no results.
    """
    return views.said_form(_get_record_with_results(region, survey_id, ctx.table).survey)


def add_entry(
    region: str, survey_id: str, form: YouSaid, ctx: Context, once: Once = REPEATABLE
) -> views.SaidKept:
    """Adds an entry, once however often it is sent.

    Raises:
        NotFound: the community has no such survey.
        SurveyWithoutResults: it has no results.
        TooManyEntries: there is no room for another entry.
    """
    for _ in range(_TRIES):
        record = _get_record_with_results(region, survey_id, ctx.table)
        if same := next((item["id"] for item in record.entries if _is_same(item, form)), None):
            return views.SaidKept(region=region, survey=survey_id, entry=same)
        if len(record.entries) >= model.MAX_ENTRIES:
            raise model.TooManyEntries
        entry, writes = repository.add_entry_writes(record, form.you_said, form.did)
        line = audit_write(ctx.user, "add_said", survey_id, ctx.now, entry=entry)
        with suppress(ConditionFailed):
            ctx.table.transact([*writes, line, *once.writes(entry, id=survey_id)])
            return views.SaidKept(region=region, survey=survey_id, entry=entry)
    raise model.EntryChanged


def get_entry_page(region: str, survey_id: str, entry: str, ctx: Context) -> views.SaidPage:
    """An entry as it stands, to be changed or taken away.

    Raises:
        NotFound: there is no such survey, or no such entry.
    """
    survey, item = _find_entry(region, survey_id, entry, ctx.table)
    if item is None:
        raise NotFound
    return views.said_page(survey, item)


def change_entry(
    region: str, survey_id: str, entry: str, form: ChangeSaid, ctx: Context
) -> views.SaidKept:
    """Stores an entry in other words; one that is the same already is left alone.

    Raises:
        NotFound: the community has no such survey.
        EntryRemoved: the entry was taken away.
        EntryChanged: the entry was changed since it was shown.
    """
    _, before = _find_entry(region, survey_id, entry, ctx.table)
    if before is None:
        raise model.EntryRemoved
    if not _is_same(before, form):
        if form.revision != before["revision"]:
            raise model.EntryChanged
        line = audit_write(ctx.user, "change_said", survey_id, ctx.now, entry=entry)
        with conflict_as(model.EntryChanged):
            ctx.table.transact(
                [repository.change_entry_write(before, form.you_said, form.did), line]
            )
    return views.SaidKept(region=region, survey=survey_id, entry=entry)


def remove_entry(region: str, survey_id: str, entry: str, ctx: Context) -> views.SaidKept:
    """Deletes an entry; where somebody did already, nothing is written.

    Raises:
        NotFound: the community has no such survey.
    """
    _, before = _find_entry(region, survey_id, entry, ctx.table)
    if before:
        line = audit_write(ctx.user, "remove_said", survey_id, ctx.now, entry=entry)
        with suppress(ConditionFailed):
            ctx.table.transact([repository.remove_entry_write(survey_id, entry), line])
    return views.SaidKept(region=region, survey=survey_id, entry=entry)


def _get_record_with_results(region: str, survey_id: str, table: Table) -> repository.SurveyRecord:
    record = service.get_record(region, survey_id, table)
    model.require_results(record.survey)
    return record


def _find_entry(
    region: str, survey_id: str, entry: str, table: Table
) -> tuple[Survey, Item | None]:
    record = service.get_record(region, survey_id, table)
    return record.survey, next((item for item in record.entries if item["id"] == entry), None)


def _is_same(item: Item, form: YouSaid) -> bool:
    return (item["said"], item.get("did")) == (form.you_said, form.did)
