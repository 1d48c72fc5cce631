"""Use cases of answers: whether members come, and what to arrange for them.

They answer on the page, by the emailed link or in a calendar; or a co-chair records it for them.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from comhar import email_links, regions
from comhar.aws.conditions import Item, Key, Write, conflict_as, retry_conflicts
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.dates.ics import find_meeting_id
from comhar.errors import Conflict, Gone, NotFound
from comhar.meetings import forms, model, replies, repository, views
from comhar.meetings.model import AccessNeeds, Choice, Meeting
from comhar.membership import directory
from comhar.membership import repository as membership_repository
from comhar.membership.model import ChairsOnly, Member
from comhar.regions import NATIONAL

PAGE_SIZE = 45  # members on one page; their answers and access needs are one batch
TRIES = 20  # against others who record the same answer
ANSWER_INSTEAD = (
    "Until the meeting starts, you can answer, or change your answer, on its page after signing in. After"
    " that, tell your co-chairs."
)


class MeetingMoved(Gone):
    kind = "moved-since"
    title = "This meeting has been moved since that email was written."
    next = (
        "Answer by the email that tells of the new date, or on the meeting’s page after signing in."
    )


def answer_invitation(meeting_id: str, form: forms.Answer, ctx: Context) -> views.Answered:
    """Records whether the member comes; the last answer counts.

    One read, one transaction.

    Raises:
        NotFound: there is no such meeting.
        MembersOnly: the meeting does not concern them.
        NotUpcoming: it has begun, or is closed or cancelled.
    """
    _save_answer(meeting_id, ctx.user, form, ctx)
    pages = {"yes": "/me", "community": f"/communities/{ctx.user.region}"}
    page = pages.get(form.home or "", f"/meetings/{meeting_id}")
    return views.Answered(meeting=meeting_id, answer=form.answer, next=f"{page}?done=answered")


def get_invitation(token: str, chosen: str, ctx: Context[Member | None]) -> views.Invitation:
    """The page of an emailed answer link, with the answer that the link named.

    Raises:
        LinkSpent …: as `answer_by_link`.
    """
    meeting, member, stored = _get_by_link(token, ctx)
    answer = replies.find_answer(meeting, stored)
    earlier_answer = answer["answer"] if answer else None
    return views.invitation(meeting, member, earlier_answer, chosen, ctx.user)


def answer_by_link(token: str, form: forms.Answer, ctx: Context[Member | None]) -> views.Answered:
    """Records the answer of the member whom the letter was for.

    The link stays good until the meeting starts, so that the answer can be changed.

    Raises:
        LinkSpent: the link is unknown, or its time is over.
        MeetingMoved: the meeting has another date now.
        NotFound: there is no such meeting.
        MembersOnly: it does not concern them any more.
        NotUpcoming: it has begun, or is closed or cancelled.
    """

    def save() -> Meeting:
        meeting, member, stored = _get_by_link(token, ctx)
        ctx.table.transact(_answer_writes(meeting, member, form, stored, ctx))
        return meeting

    with conflict_as(model.MeetingChanged):
        meeting = retry_conflicts(save, TRIES)
    page = f"/answer/{token}?done=answered"
    return views.Answered(meeting=meeting.id, answer=form.answer, next=page)


def get_meeting_by_link(token: str, ctx: Context[Member | None]) -> tuple[Meeting, Member]:
    """The meeting of an emailed answer link, and whom the link was for.

    Raises:
        LinkSpent …: as `answer_by_link`.
    """
    meeting, member, _ = _get_by_link(token, ctx)
    return meeting, member


def answer_by_calendar(
    uid: str, email: str, answer: Choice, ctx: Context[None], sequence: int | None = None
) -> bool:
    """Records a calendar program's reply (RFC 5546, METHOD:REPLY).

    Whether it was recorded. Hand in the calendar entry's UID, and the sender's address as
    `fields.address` writes it, which the caller has checked to be the replying attendee's. Nothing
    is recorded for what is no meeting of ours, for who is no active member of its region, for a
    meeting cancelled, closed or begun, and where `sequence` is older than the present date's: that
    person has not seen the new date.
    """
    meeting_id = find_meeting_id(uid)
    member = membership_repository.find_by_address(ctx.table, ctx.settings, email)
    if not (meeting_id and member):
        return False
    try:
        _save_answer(meeting_id, member, forms.Answer(answer=answer), ctx, sequence)
    except (NotFound, Conflict, MeetingMoved, model.MembersOnly):
        return False
    return True


def request_access_needs(meeting_id: str, form: forms.Needs, ctx: Context) -> views.Needs:
    """Asks for something to be arranged, or takes it back.

    Taking back can be done at any time.

    Raises:
        NotFound: there is no such meeting.
        MembersOnly: the meeting does not concern them.
        Invalid: "other" was chosen without words.
        NotUpcoming: it has begun, or is closed or cancelled.
    """
    needs = model.parse_access_needs(form.needs, form.arrange)
    retry_conflicts(partial(_save_needs, meeting_id, needs, ctx))
    chosen = list(needs.choices) if needs else []
    return views.Needs(meeting=meeting_id, needs=chosen, arrange=form.arrange)


def _save_needs(meeting_id: str, needs: AccessNeeds | None, ctx: Context) -> None:
    meeting, stored = _get_with_stored(meeting_id, [], ctx.table)
    if needs is None:
        return ctx.table.transact(replies.delete_needs_writes(ctx.table, meeting_id, ctx.user.id))
    _require_may_answer(ctx.user, meeting, ctx.now)
    ctx.table.transact(replies.needs_writes(ctx.table, meeting, ctx.user.id, needs, stored))


def get_answers_page(meeting_id: str, after: str | None, ctx: Context) -> views.AttendingPage:
    """A page of the members whom the meeting concerns, with answers and access needs.

    Active ones by name, after the member of that id; of a national meeting region by region. Three reads,
    where the first region in turn fills the page.

    Raises:
        NotFound: there is no such meeting.
        ChairsOnly: the user is no co-chair of its region.
    """
    region = meeting_id.partition("-")[0]
    rows, next_page = _list_members(region, after, ctx.table)
    names = Counter(row["name"] for row in rows if region != NATIONAL)
    marks = {
        row["id"]: row.get("workplace") or row.get("joined_on")
        for row in rows
        if names[row["name"]] > 1
    }
    ids = [row["id"] for row in rows]
    item, *stored = ctx.table.batch_get(
        [
            repository.key(meeting_id),
            *replies.keys(ctx.table, "ANSWER", meeting_id, ids),
            *replies.keys(ctx.table, "NEEDS", meeting_id, ids),
        ]
    )
    if item is None:
        raise NotFound
    meeting = repository.from_item(item)
    if not ctx.user.may_chair(meeting.region):
        raise ChairsOnly
    answers = replies.answers_by_member(meeting, stored)
    needs = replies.needs_by_member(filter(None, stored))
    return views.AttendingPage(
        meeting=meeting.id,
        **meeting.model_dump(include={"region", "kind", "minutes", "state"}),
        starts_at=repository.format_local(meeting.starts_at),
        over=meeting.start <= ctx.now,
        people=[
            views.member_answer(
                row,
                marks.get(row["id"]),
                answers.get(row["id"]),
                needs.get(row["id"]),
                local_date(ctx.now),
            )
            for row in rows
        ],
        cursor=after,
        next=next_page,
        is_part=bool(after or next_page),
    )


def _list_members(region: str, after: str | None, table: Table) -> tuple[list[Item], str | None]:
    """One page of active members, and the id of its last one where there are more."""
    codes = regions.codes() if region == NATIONAL else (region,)
    last = table.get(membership_repository.key(after)) if after else None
    first = codes.index(last["region"]) if last and last.get("region") in codes else 0
    rows: list[Item] = []
    for code in codes[first:]:
        room = PAGE_SIZE + 1 - len(rows)
        if room:
            rows += directory.list_active_after(table, code, last, room).items
        last = None
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1]["id"] if len(rows) > PAGE_SIZE else None


def record_answer(
    meeting_id: str, member_id: str, form: forms.AnswerFor, ctx: Context
) -> views.RecordedAnswer:
    """Records what a member told a co-chair; what the member answers later counts.

    Raises:
        NotFound: there is no such meeting, or no such member whom it concerns.
        ChairsOnly: the user is no co-chair of its region.
        NotUpcoming: it has begun, or is closed or cancelled.
    """
    with conflict_as(model.MeetingChanged):
        retry_conflicts(partial(_record_answer, meeting_id, member_id, form, ctx), TRIES)
    return views.RecordedAnswer(
        meeting=meeting_id, member=member_id, answer=form.answer, cursor=form.cursor or ""
    )


def _record_answer(meeting_id: str, member_id: str, form: forms.AnswerFor, ctx: Context) -> None:
    places = replies.keys(ctx.table, "ANSWER", meeting_id, [member_id])
    person = membership_repository.key(member_id)
    meeting, stored = _get_with_stored(meeting_id, [person, *places], ctx.table)
    if not ctx.user.may_chair(meeting.region):
        raise ChairsOnly
    member = stored[0] and membership_repository.from_item(stored[0], ctx.settings)
    if not member or not (member.active and meeting.is_for(member.region)):
        raise NotFound("There is no such member here.")
    _require_may_answer(member, meeting, ctx.now)
    audit = membership_repository.audit_write
    answer, recorded = forms.Answer(answer=form.answer), member.id != ctx.user.id
    ctx.table.transact(
        [
            *_answer_writes(meeting, member, answer, stored, ctx, recorded),
            audit(ctx.user, "answer_for", member, ctx.now, meeting=meeting.id),
        ]
    )


def _save_answer(
    meeting_id: str,
    member: Member,
    form: forms.Answer,
    ctx: Context[Any],
    sequence: int | None = None,
) -> None:
    """Saves a member's answer; again where they answered in another place meanwhile.

    `sequence` is that of the calendar entry that was answered. Raises as `answer_by_link`.
    """
    places = replies.keys(ctx.table, "ANSWER", meeting_id, [member.id])

    def save() -> None:
        meeting, stored = _get_with_stored(meeting_id, places, ctx.table)
        _require_may_answer(member, meeting, ctx.now)
        if sequence is not None and sequence < meeting.dated:
            raise MeetingMoved
        ctx.table.transact(_answer_writes(meeting, member, form, stored, ctx))

    with conflict_as(model.MeetingChanged):
        retry_conflicts(save, TRIES)


def _answer_writes(
    meeting: Meeting,
    member: Member,
    form: forms.Answer,
    stored: Sequence[Item | None],
    ctx: Context[Any],
    recorded: bool = False,
) -> list[Write]:
    """The answer, with what to arrange where the form names it; a "no" deletes that."""
    answer = replies.answer_writes(meeting, member, form.answer, stored, ctx.now, recorded)
    if form.answer == "no":
        return [*answer, *replies.delete_needs_writes(ctx.table, meeting.id, member.id)]
    needs = model.parse_access_needs(form.needs, form.arrange)
    if needs is None:
        return answer
    return [*answer, *replies.needs_writes(ctx.table, meeting, member.id, needs, stored)]


def _get_with_stored(
    meeting_id: str, places: Sequence[Key], table: Table
) -> tuple[Meeting, list[Item | None]]:
    """The meeting, and the items of those keys, then the work that deletes access needs; one read."""
    keys = [repository.key(meeting_id), *places, repository.needs_deletion_key(meeting_id)]
    item, *stored = table.batch_get(keys)
    if item is None:
        raise NotFound
    return repository.from_item(item), stored


def _get_by_link(
    token: str, ctx: Context[Member | None]
) -> tuple[Meeting, Member, list[Item | None]]:
    """The meeting and member of a link, and what is stored of the member's answer.

    Two reads. Raises as `answer_by_link`.
    """
    link = email_links.get_link(ctx.table, token, "answer", ctx.now, ANSWER_INSTEAD)
    subject, person = link["subject"], link["person"]
    places = replies.keys(ctx.table, "ANSWER", subject, [person])
    keys = [membership_repository.key(person), *places]
    meeting, (member_item, *stored) = _get_with_stored(subject, keys, ctx.table)
    if member_item is None:
        raise model.MembersOnly
    member = membership_repository.from_item(member_item, ctx.settings)
    _require_may_answer(member, meeting, ctx.now)
    if link["facts"]["dated"] != meeting.dated:
        raise MeetingMoved
    return meeting, member, stored


def _require_may_answer(member: Member, meeting: Meeting, now: datetime) -> None:
    """Raises NotUpcoming, or MembersOnly where the member is not concerned."""
    meeting.require_upcoming(now)
    if not (member.active and meeting.is_for(member.region)):
        raise model.MembersOnly
