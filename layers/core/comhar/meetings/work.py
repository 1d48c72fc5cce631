"""Owns what the clock does for meetings: issue the agenda, ask whether it happened, catch up, forget."""

from datetime import datetime

from comhar.calendar import wall
from comhar.communities import records as communities
from comhar.letters import records as letters
from comhar.letters.model import Letter, LetterId, Mailing
from comhar.meetings import agenda, model, needs, records
from comhar.meetings.model import Meeting
from comhar.settings import Settings
from comhar.table import Lost, Table
from comhar.writes import Item, Write


def meeting(item: Item, now: datetime, table: Table, settings: Settings) -> None:
    """Does what a claimed meeting is due for, once, and sets its next moment.

    Everything is written in one transaction that holds only while the claim and the revision do: a
    meeting moved or cancelled meanwhile, or a second worker, makes it nothing.
    """
    before = records.from_item(item)
    if before.issued or before.missed:
        writes = _ask(before, item, now, table, settings)
    elif before.start > now:
        writes = _issue(before, item, now, table, settings)
    else:
        missed = model.changed(before, missed=True)
        writes = records.changed(before, missed, settings, claimed=item)
    try:
        table.transact(*writes)
    except Lost:
        return


def _issue(
    before: Meeting, item: Item, now: datetime, table: Table, settings: Settings
) -> list[Write]:
    """The agenda as it stands now, in the co-chairs' names, to every active member of the region."""
    after = model.changed(
        before,
        agenda_version=before.agenda_version + 1,
        agenda_for=before.starts_at,
        agenda_issued_at=now,
        agenda_late=model.late(before, now, settings),
    )
    folder = records.folder(table, before.id)
    actions = [each["what"] for each in records.open_actions(table, before.region, now)]
    community = communities.by_region(table, before.region)
    lines = agenda.lines(after, folder.items, actions)
    told = Mailing("agenda", after.id, str(after.agenda_version), after.region)
    return [
        *records.changed(before, after, settings, claimed=item),
        records.put_agenda(after, lines, community.chairs),
        letters.mailing(told, now),
    ]


def _ask(
    before: Meeting, item: Item, now: datetime, table: Table, settings: Settings
) -> list[Write]:
    """Asks the co-chairs "Did it happen?" two working days after its day, and again after five."""
    times = before.times_asked + 1
    after = model.changed(before, times_asked=times)
    version = f"{before.sequence}.{times}"
    community = communities.by_region(table, before.region)
    asked = [
        letters.put(Letter(LetterId("did_it_happen", before.id, version, each["id"])), now)
        for each in community.chairs
    ]
    return [*records.changed(before, after, settings, claimed=item), *asked]


def forget_needs(item: Item, now: datetime, table: Table) -> None:
    """Deletes what people asked to be arranged, once it is time."""
    meeting = records.by_id(table, item["pk"].partition("#")[2])
    try:
        needs.forget(item, meeting, now, table)
    except Lost:
        return


def catch_up(item: Item, now: datetime, table: Table) -> None:
    """Gives who became active what the region was told before: invitations, and current agendas.

    The letters are those of the mailings (same ids), so that nobody gets one twice. A mailing that is
    written after this was read sees the new member; one written before is seen here.
    """
    person, region = item["member"], item["region"]
    for row in records.rows_from(table, region, wall(now)):
        if row["state"] != "scheduled":
            continue
        held = records.by_id(table, row["id"])
        _write_once(table, LetterId("invitation", held.id, str(held.sequence), person), now)
        if held.issued:
            agenda = LetterId("agenda", held.id, str(held.agenda_version), person)
            _write_once(table, agenda, now)
    table.transact(letters.finish(item))


def _write_once(table: Table, letter: LetterId, now: datetime) -> None:
    try:
        table.transact(letters.put(Letter(letter), now))
    except Lost:  # the mailing was here before us
        return
