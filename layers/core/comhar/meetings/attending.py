"""Owns the use cases of the co-chairs: see who has answered, and record what a member said to them."""

from datetime import datetime
from itertools import islice

from comhar.aws.conditions import Item, Write
from comhar.errors import NotFound
from comhar.meetings import access_needs, forms, repository, views
from comhar.meetings.rsvp import open_to
from comhar.membership.model import ChairsOnly, Member, told_apart
from comhar.membership.repository import Members, audit, from_item
from comhar.membership.repository import row_key as register_key
from comhar.regions import NATIONAL

AT_A_TIME = 50  # of a national meeting's members on one page


def page(
    meeting_id: str, me: Member, now: datetime, members: Members, after: str | None
) -> views.AttendingPage:
    """All active members whom it concerns with their answers; of a national meeting so many after that
    row of the register. Raises NotFound, ChairsOnly."""
    region, rest = meeting_id.partition("-")[0], None
    if region == NATIONAL:
        people, rest = _national(members, after)
    else:
        active = members.of_region(region, "active")
        people = told_apart(active)
    ids = [each.id for each, _ in people]
    meeting, answers = repository.with_answers(members.table, meeting_id, ids)
    if not me.chairs(meeting.region):
        raise ChairsOnly
    return views.AttendingPage(
        meeting=meeting.id,
        **meeting.model_dump(include={"region", "kind", "minutes", "state"}),
        starts_at=repository.wall(meeting.starts_at),
        over=meeting.start <= now,
        people=[_attending(each, name, answers) for each, name in people],
        next=rest,
    )


def _attending(member: Member, name: str, answers: dict[str, Item]) -> views.Attending:
    said = answers.get(member.id, {})
    held = {name: said[name] for name in ("answer", "recorded") if name in said}
    return views.Attending(id=member.id, name=name, **held)


def _national(members: Members, after: str | None) -> tuple[list[tuple[Member, str]], str | None]:
    """Active members in the register's order, and where to go on, None at its end."""
    rows = (row for row in members.rows(None, after) if row["status"] == "active")
    some = [from_item(row, members.settings) for row in islice(rows, AT_A_TIME + 1)]
    last = some[AT_A_TIME - 1] if len(some) > AT_A_TIME else None
    rest = register_key(str(last.region), last.id)[1] if last else None
    return [(each, each.known_as) for each in some[:AT_A_TIME]], rest


def record(
    meeting_id: str,
    member_id: str,
    form: forms.AnswerFor,
    me: Member,
    now: datetime,
    members: Members,
) -> views.RecordedAnswer:
    """Records what a member said to a co-chair; what the member answers later counts.

    Raises NotFound, ChairsOnly, MeetingOver and its kin.
    """
    meeting, member = repository.by_id(members.table, meeting_id), members.by_id(member_id)
    if not me.chairs(meeting.region):
        raise ChairsOnly
    if member is None or not (member.active and meeting.concerns(member.region)):
        raise NotFound("There is no such member here.")
    open_to(member, meeting, now)
    writes: list[Write] = [
        repository.put_answer(meeting, member, form.answer, now, recorded=member.id != me.id),
        audit(me, "answer_for", member, now, meeting=meeting.id),
    ]
    if form.answer == "no":
        writes.append(access_needs.taken_back(meeting.id, member.id))
    members.table.transact(writes)
    return views.RecordedAnswer(meeting=meeting.id, member=member.id, answer=form.answer)
