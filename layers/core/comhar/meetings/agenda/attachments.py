"""The one file that a member can add to an item: its kinds, readers and deletion.

The work that deletes a file is written before the file itself, and due within the hour: it then
checks whether an item names the file. So none outlives its item, wherever a step was interrupted.
"""

import io
import re
import zipfile
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from comhar import deletion_holds, retention
from comhar.aws.buckets import PaperBucket
from comhar.aws.conditions import ConditionFailed, Delete, Update, Write
from comhar.aws.conditions import Item as Stored
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.dates.working_days import issue_instant
from comhar.due_work import leases
from comhar.errors import Conflict, FieldError, Invalid, NotFound
from comhar.meetings.agenda import forms, items, model, repository, views
from comhar.meetings.agenda.model import File
from comhar.meetings.model import Meeting
from comhar.tokens import new_id

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "txt": "text/plain; charset=utf-8",
    "png": "image/png",
    "jpg": "image/jpeg",
}
_STARTS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}
_INSIDE = {"docx": "word/document.xml", "odt": "content.xml"}
_CHECKED_AFTER = timedelta(hours=1)


class FileContent(NamedTuple):
    """A file as it is downloaded."""

    name: str
    type: str
    body: bytes


def add_file(
    meeting_id: str, item_id: str, form: forms.AddPaper, ctx: Context, papers: PaperBucket
) -> views.ItemView:
    """Adds a file to one's own item, replacing the one it has.

    Raises:
        Invalid: its kind is not accepted, or it is not what its name says.
        ItemChanged: the item was changed or decided on a moment ago.
        NotFound, NotUpcoming, ItemDecided: as `items.get_own_item`.
    """
    before = items.get_own_item(meeting_id, item_id, ctx)
    name, body = strip_folders(form.file.filename), form.content
    kind = detect_kind(name, body)
    file = File(key=new_id(ctx.now), name=name, kind=kind, size=len(body))
    due_at = ctx.now + _CHECKED_AFTER
    deletion = repository.schedule_file_deletion_write(
        meeting_id, item_id, file.key, ctx.user.id, due_at
    )
    ctx.table.transact([deletion])
    papers.put(storage_key(meeting_id, item_id, file.key), body)
    return _replace_file(meeting_id, before, file, ctx)


def remove_file(meeting_id: str, item_id: str, ctx: Context) -> views.ItemView:
    """Removes the file from one's own item.

    Raises:
        Conflict: there is none.
        ItemChanged: the item was changed or decided on a moment ago.
        NotFound, NotUpcoming, ItemDecided: as `items.get_own_item`.
    """
    before = items.get_own_item(meeting_id, item_id, ctx)
    if before.file is None:
        raise Conflict("There is no file with this item.")
    return _replace_file(meeting_id, before, None, ctx)


def _replace_file(
    meeting_id: str, before: model.Item, file: File | None, ctx: Context
) -> views.ItemView:
    after = before.change(file=file)
    earlier_file = repository.delete_file_writes(meeting_id, before, ctx.now)
    items.save_own_item(
        ctx.table, *repository.update_item_writes(meeting_id, before, after), *earlier_file
    )
    return views.agenda_item(after, meeting_id, ctx.user)


def get_file(meeting_id: str, item_id: str, ctx: Context, papers: PaperBucket) -> FileContent:
    """The file of an item, for who may read it.

    Every member reads that of an accepted item; another, who proposed it and who leads.

    Raises:
        NotFound: there is no such meeting, item or file, or it is not for this person.
    """
    meeting, listed = repository.get_meeting_with_item(ctx.table, meeting_id, item_id)
    item = model.get_item(listed, item_id)
    leads = meeting.is_led_by(ctx.user)
    may_read = item.state == "accepted" or item.by == ctx.user.id or leads
    if item.file is None or not may_read:
        raise NotFound
    body = papers.get(storage_key(meeting_id, item_id, item.file.key))
    if body is None:
        raise NotFound("This file is not kept any more.")
    return FileContent(item.file.name, TYPES[item.file.kind], body)


def storage_key(meeting_id: str, item_id: str, key: str) -> str:
    return f"{meeting_id}/{item_id}/{key}"


def strip_folders(name: str) -> str:
    """A file's name without the folders that some programs send with it.

    Folders can name a person.
    """
    return re.split(r"[/\\]", name)[-1]


def detect_kind(name: str, body: bytes) -> str:
    """The kind of a file by its name, if its content begins like that. Raises Invalid."""
    ending = name.rpartition(".")[2].lower()
    kind = {"jpeg": "jpg"}.get(ending, ending)
    if kind not in TYPES:
        raise _invalid_file(
            "Choose a PDF, Word (.docx), OpenDocument (.odt), text, PNG or JPEG file."
        )
    if not body:
        raise _invalid_file("This file is empty. Choose another.")
    if not _is_of_kind(kind, body):
        raise _invalid_file(f"This is not what its name says, a .{ending} file. Choose another.")
    return kind


def _invalid_file(words: str) -> Invalid:
    return Invalid(FieldError("file", words))


def _is_of_kind(kind: str, body: bytes) -> bool:
    if kind in _STARTS:
        return body.startswith(_STARTS[kind])
    if kind in _INSIDE:
        try:
            return _INSIDE[kind] in zipfile.ZipFile(io.BytesIO(body)).namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
    try:
        return "\x00" not in body.decode("utf-8")
    except UnicodeDecodeError:
        return False


def file_deleted_at(meeting: Meeting) -> datetime:
    """When the file of an item is deleted.

    09:00 Dublin, so many days after the meeting's day (`paper` in data/retention.json).
    """
    period: timedelta = retention.period("paper")
    return issue_instant(meeting.starts_at.date() + period)


def delete_expired_file(work: Stored, ctx: Context[None], papers: PaperBucket) -> None:
    """Scheduled job: deletes a file once its time is over or no item names it.

    Else it sets the time to look again; so does a hold on the meeting. If somebody
    changed the item meanwhile, it runs again.
    """
    meeting_id = work["pk"].partition("#")[2]
    _, item_id, key = work["sk"].split("#")
    meeting, listed = repository.get_meeting_with_item(ctx.table, meeting_id, item_id)
    item = next(iter(listed), None)
    named = item is not None and item.file is not None and item.file.key == key
    until = file_deleted_at(meeting)
    place = (work["pk"], work["sk"])
    writes: list[Write] = [Delete(place, condition=leases.still_leased(work))]
    if named and until > ctx.now:
        writes = [Update(place, set={"due_at": stamp(until)}, condition=leases.still_leased(work))]
    elif deletion_holds.postpone(work, "meeting", meeting_id, ctx.table, ctx.now):
        return
    else:
        papers.delete(storage_key(meeting_id, item_id, key))
    if item is not None and named and until <= ctx.now:
        writes += repository.update_item_writes(meeting_id, item, item.change(file=None))
    with suppress(ConditionFailed):
        ctx.table.transact(writes)
