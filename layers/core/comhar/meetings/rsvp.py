"""Use cases of answers: whether members come, and what to arrange for them.

They answer on the page, by the emailed link or in a calendar; or a co-chair records it for them.
"""

from datetime import datetime
from itertools import islice

from comhar import email_links
from comhar.aws.conditions import Item, Write
from comhar.context import Context
from comhar.dates.ics import find_meeting_id
from comhar.errors import Conflict, Gone, NotFound
from comhar.meetings import forms, model, repository, views
from comhar.meetings.model import Choice, Meeting
from comhar.membership import repository as membership_repository
from comhar.membership.model import ChairsOnly, Member, disambiguate_names
from comhar.regions import NATIONAL

PAGE_SIZE = 50  # of a national meeting's members on one page
ANSWER_INSTEAD = (
    "Until the meeting starts, you can answer, or change your answer, on its page after signing in. After"
    " that, tell your co-chairs."
)


class MeetingMoved(Gone):
    kind = "moved-since"
    title = "This meeting has been moved since that letter was written."
    next = "Answer by the letter that tells of the new date, or on the meeting’s page after signing in."


def answer_invitation(meeting_id: str, form: forms.Answer, ctx: Context) -> views.Answered:
    """Records whether the member comes; the last answer counts.

    Raises:
        NotFound: there is no such meeting.
        MembersOnly: the meeting does not concern them.
        NotUpcoming: it has begun, or is closed or cancelled.
    """
    meeting = repository.get_meeting(ctx.table, meeting_id)
    _require_may_answer(ctx.user, meeting, ctx.now)
    ctx.table.transact(_answer_writes(meeting, ctx.user, form, ctx.now))
    return views.Answered(meeting=meeting.id, answer=form.answer)


def get_invitation(token: str, chosen: str, ctx: Context[Member | None]) -> views.Invitation:
    """The page of an emailed answer link, with the answer that the link named.

    Raises:
        LinkSpent …: as `answer_by_link`.
    """
    meeting, member, answer = _get_by_link(token, ctx)
    return views.invitation(meeting, member, answer, chosen, ctx.user)


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
    meeting, member, _ = _get_by_link(token, ctx)
    ctx.table.transact(_answer_writes(meeting, member, form, ctx.now))
    return views.Answered(meeting=meeting.id, answer=form.answer)


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
        meeting = repository.get_meeting(ctx.table, meeting_id)
        _require_may_answer(member, meeting, ctx.now)
    except (NotFound, Conflict, model.MembersOnly):
        return False
    if sequence is not None and sequence < meeting.dated:
        return False
    ctx.table.transact(_answer_writes(meeting, member, forms.Answer(answer=answer), ctx.now))
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
    meeting = repository.get_meeting(ctx.table, meeting_id)
    needs = model.parse_access_needs(form.needs, form.arrange)
    if needs:
        _require_may_answer(ctx.user, meeting, ctx.now)
        ctx.table.transact(repository.needs_writes(meeting, ctx.user.id, needs))
    else:
        ctx.table.transact([repository.delete_needs_write(meeting.id, ctx.user.id)])
    chosen = list(needs.choices) if needs else []
    return views.Needs(meeting=meeting.id, needs=chosen, arrange=form.arrange)


def get_answers_page(meeting_id: str, after: str | None, ctx: Context) -> views.AttendingPage:
    """All active members whom the meeting concerns, with their answers.

    Of a national meeting one page, after that row of the register.

    Raises:
        NotFound: there is no such meeting.
        ChairsOnly: the user is no co-chair of its region.
    """
    region, rest = meeting_id.partition("-")[0], None
    if region == NATIONAL:
        named, rest = _national_members(after, ctx)
    else:
        active = membership_repository.list_members(ctx.table, ctx.settings, region, "active")
        named = disambiguate_names(active)
    ids = [member.id for member, _ in named]
    meeting, answers = repository.get_meeting_with_answers(ctx.table, meeting_id, ids)
    if not ctx.user.may_chair(meeting.region):
        raise ChairsOnly
    return views.AttendingPage(
        meeting=meeting.id,
        **meeting.model_dump(include={"region", "kind", "minutes", "state"}),
        starts_at=repository.format_local(meeting.starts_at),
        over=meeting.start <= ctx.now,
        people=[
            views.member_answer(member, name, answers.get(member.id)) for member, name in named
        ],
        next=rest,
    )


def _national_members(
    after: str | None, ctx: Context
) -> tuple[list[tuple[Member, str]], str | None]:
    """One page of active members in the register's order, and the row to go on after."""
    rows = membership_repository.list_rows(ctx.table, None, after)
    active = (row for row in rows if row["status"] == "active")
    members = [
        membership_repository.from_item(row, ctx.settings) for row in islice(active, PAGE_SIZE + 1)
    ]
    last = members[PAGE_SIZE - 1] if len(members) > PAGE_SIZE else None
    rest = membership_repository.row_key(str(last.region), last.id)[1] if last else None
    return [(member, member.display_name) for member in members[:PAGE_SIZE]], rest


def record_answer(
    meeting_id: str, member_id: str, form: forms.AnswerFor, ctx: Context
) -> views.RecordedAnswer:
    """Records what a member told a co-chair; what the member answers later counts.

    Raises:
        NotFound: there is no such meeting, or no such member whom it concerns.
        ChairsOnly: the user is no co-chair of its region.
        NotUpcoming: it has begun, or is closed or cancelled.
    """
    meeting = repository.get_meeting(ctx.table, meeting_id)
    member = membership_repository.find_member(ctx.table, ctx.settings, member_id)
    if not ctx.user.may_chair(meeting.region):
        raise ChairsOnly
    if member is None or not (member.active and meeting.is_for(member.region)):
        raise NotFound("There is no such member here.")
    _require_may_answer(member, meeting, ctx.now)
    recorded = member.id != ctx.user.id
    audit = membership_repository.audit_write
    writes: list[Write] = [
        repository.answer_write(meeting, member, form.answer, ctx.now, recorded=recorded),
        audit(ctx.user, "answer_for", member, ctx.now, meeting=meeting.id),
    ]
    if form.answer == "no":
        writes.append(repository.delete_needs_write(meeting.id, member.id))
    ctx.table.transact(writes)
    return views.RecordedAnswer(meeting=meeting.id, member=member.id, answer=form.answer)


def _answer_writes(
    meeting: Meeting, member: Member, form: forms.Answer, now: datetime
) -> list[Write]:
    """The answer, with what to arrange where the form names it; a "no" deletes that."""
    answer: list[Write] = [repository.answer_write(meeting, member, form.answer, now)]
    if form.answer == "no":
        return [*answer, repository.delete_needs_write(meeting.id, member.id)]
    needs = model.parse_access_needs(form.needs, form.arrange)
    return [*answer, *(repository.needs_writes(meeting, member.id, needs) if needs else [])]


def _get_by_link(token: str, ctx: Context[Member | None]) -> tuple[Meeting, Member, str | None]:
    """The meeting and member of a link, and their answer to the date of its letter.

    Two reads. Raises as `answer_by_link`.
    """
    link = email_links.get_link(ctx.table, token, "answer", ctx.now, ANSWER_INSTEAD)
    subject, person = link["subject"], link["person"]
    keys = [
        repository.key(subject),
        membership_repository.key(person),
        repository.answer_key(subject, person),
    ]
    meeting_item, member_item, answer = ctx.table.batch_get(keys)
    if meeting_item is None:
        raise NotFound
    if member_item is None:
        raise model.MembersOnly
    member = membership_repository.from_item(member_item, ctx.settings)
    meeting = repository.from_item(meeting_item)
    _require_may_answer(member, meeting, ctx.now)
    if link["facts"]["dated"] != meeting.dated:
        raise MeetingMoved
    return meeting, member, _current_answer(meeting, answer)


def _current_answer(meeting: Meeting, answer: Item | None) -> str | None:
    """The answer to the present date."""
    return str(answer["answer"]) if answer and answer["dated"] == meeting.dated else None


def _require_may_answer(member: Member, meeting: Meeting, now: datetime) -> None:
    """Raises NotUpcoming, or MembersOnly where the member is not concerned."""
    meeting.require_upcoming(now)
    if not (member.active and meeting.is_for(member.region)):
        raise model.MembersOnly
