"""Routes of meetings: schedule, change, cancel, answer, facilitator and lead."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from comhar.context import Context
from comhar.dates import ics
from comhar.meetings import changes, facilitator, forms, repository, rsvp, service, views
from comhar.meetings.letter_context import calendar_entry
from comhar.meetings.model import Meeting
from comhar.membership.model import Member
from comhar.regions import NATIONAL
from comhar.web import App, ChairContext, MemberContext, OfficeContext, Once, PublicContext
from comhar.web.pagination import page_after

app = App("meetings")


@app.get("/communities/<region>/meetings", title="A region's meetings")
def programme(region: str, ctx: MemberContext) -> views.Programme:
    return service.get_programme(region, ctx)


@app.get("/communities/<region>/meetings/new", title="The form to schedule a meeting")
def schedule_page(region: str, ctx: ChairContext) -> views.SchedulePage:
    return service.get_schedule_page(region, ctx)


@app.post(
    "/communities/<region>/meetings",
    status=201,
    then="/meetings/{id}?done=scheduled",
    title="Schedule a meeting",
    creates=True,
)
def schedule(region: str, form: forms.Schedule, ctx: ChairContext, once: Once) -> views.Scheduled:
    return service.schedule_meeting(region, form, ctx, once)


@app.get("/national/meetings", page="programme", title="The meetings of all regions")
def national_meetings(ctx: MemberContext) -> views.Programme:
    return service.get_programme(NATIONAL, ctx)


@app.get("/national/meetings/new", title="The form for a meeting of all regions")
def national_page(ctx: OfficeContext) -> views.SchedulePage:
    return service.get_schedule_page(NATIONAL, ctx)


@app.post(
    "/national/meetings",
    status=201,
    then="/meetings/{id}?done=scheduled",
    title="Schedule a meeting of all regions",
    creates=True,
)
def schedule_national(form: forms.NationalEvent, ctx: OfficeContext, once: Once) -> views.Scheduled:
    return service.schedule_national_meeting(form, ctx, once)


@app.get(
    "/meetings/<id>/calendar.ics", title="A meeting as a calendar file", files=["text/calendar"]
)
def calendar_file(id: str, ctx: MemberContext) -> Response:
    return _calendar_file(repository.get_meeting(ctx.table, id), ctx.user, ctx)


def _calendar_file(meeting: Meeting, member: Member, ctx: Context[Any]) -> Response:
    entry = calendar_entry(meeting, member.email, ctx.settings)
    file = ics.make_calendar_file(entry, method="PUBLISH", now=ctx.now)
    headers = {"Content-Disposition": 'attachment; filename="comhar-meeting.ics"'}
    return Response(200, "text/calendar; charset=utf-8", file.decode(), headers)


@app.post(
    "/meetings/<id>/answer",
    then="{next}",
    form="/meetings/{id}",
    title="Say whether you come",
)
def answer(id: str, form: forms.Answer, ctx: MemberContext) -> views.Answered:
    return rsvp.answer_invitation(id, form, ctx)


@app.post(
    "/meetings/<id>/needs",
    then="/meetings/{meeting}?done=arrange",
    form="/meetings/{id}",
    title="Say what to arrange for you",
    sensitive=True,
)
def arrange(id: str, form: forms.Needs, ctx: MemberContext) -> views.Needs:
    return rsvp.request_access_needs(id, form, ctx)


@app.get("/answer/<token>", title="The page behind an emailed answer link")
def answer_page(token: str, ctx: PublicContext, answer: str = "") -> views.Invitation:
    return rsvp.get_invitation(token, answer, ctx)


@app.post("/answer/<token>", then="{next}", title="Answer by an emailed link")
def answer_by_link(token: str, form: forms.Answer, ctx: PublicContext) -> views.Answered:
    return rsvp.answer_by_link(token, form, ctx)


@app.get(
    "/answer/<token>/calendar.ics",
    title="The meeting of an emailed answer link as a calendar file",
    files=["text/calendar"],
)
def calendar_by_link(token: str, ctx: PublicContext) -> Response:
    meeting, member = rsvp.get_meeting_by_link(token, ctx)
    return _calendar_file(meeting, member, ctx)


@app.get("/meetings/<id>/reschedule", title="The form to move a meeting")
def reschedule_page(id: str, ctx: ChairContext) -> views.ChangePage:
    return changes.get_change_page(id, ctx)


@app.post("/meetings/<id>/reschedule", then="/meetings/{id}?done=moved", title="Move a meeting")
def reschedule(id: str, form: forms.Reschedule, ctx: ChairContext) -> views.Scheduled:
    return changes.reschedule_meeting(id, form, ctx)


@app.get("/meetings/<id>/place", title="The form to change how and where a meeting is held")
def place_page(id: str, ctx: ChairContext) -> views.ChangePage:
    return changes.get_change_page(id, ctx)


@app.post(
    "/meetings/<id>/place",
    then="/meetings/{id}?done=placed",
    title="Change how, where and how long a meeting is held",
)
def place(id: str, form: forms.Place, ctx: ChairContext) -> views.Scheduled:
    return changes.relocate_meeting(id, form, ctx)


@app.get("/meetings/<id>/answers", title="Who has answered, for who leads", sensitive=True)
def answers_page(id: str, ctx: MemberContext, cursor: str | None = None) -> views.AttendingPage:
    return rsvp.get_answers_page(id, page_after(cursor, r"[\w-]{1,64}"), ctx)


@app.post(
    "/meetings/<id>/answers/<member>",
    then="/meetings/{id}/answers?cursor={cursor}&done=recorded",
    form="/meetings/{id}/answers",
    title="Record what a member answered",
    sensitive=True,
)
def record_answer(
    id: str, member: str, form: forms.AnswerFor, ctx: MemberContext
) -> views.RecordedAnswer:
    return rsvp.record_answer(id, member, form, ctx)


@app.get("/meetings/<id>/facilitator", title="The form to name who hosts a first meeting")
def facilitator_page(id: str, ctx: OfficeContext) -> views.FacilitatorPage:
    return facilitator.get_facilitator_page(id, ctx)


@app.post(
    "/meetings/<id>/facilitator",
    then="/meetings/{id}?done=hosted",
    title="Name who hosts a first meeting",
)
def name_facilitator(id: str, form: forms.Facilitator, ctx: OfficeContext) -> views.Hosted:
    return facilitator.name_facilitator(id, form, ctx)


@app.post(
    "/meetings/<id>/facilitator/agreed",
    then="/meetings/{id}/facilitator?done=host_agreed",
    form="/meetings/{id}/facilitator",
    title="Note what the facilitator has agreed to",
)
def note_facilitator_agreed(
    id: str, form: forms.FacilitatorAgreed, ctx: OfficeContext
) -> views.HostAgreed:
    return facilitator.note_agreed(id, form, ctx)


@app.get("/meetings/<id>/lead", title="The form to choose who leads a meeting", sensitive=True)
def lead_page(id: str, ctx: ChairContext) -> views.LeadPage:
    return service.get_lead_page(id, ctx)


@app.post(
    "/meetings/<id>/lead",
    then="/meetings/{meeting}?done=led",
    title="Choose who leads a meeting",
    sensitive=True,
)
def name_lead(id: str, form: forms.Lead, ctx: ChairContext) -> views.LedBy:
    return service.name_lead(id, form, ctx)


@app.get("/meetings/<id>/cancel", title="The form to cancel a meeting")
def cancel_page(id: str, ctx: ChairContext) -> views.ChangePage:
    return changes.get_change_page(id, ctx)


@app.post("/meetings/<id>/cancel", then="/meetings/{id}?done=cancelled", title="Cancel a meeting")
def cancel(id: str, form: forms.Cancel, ctx: ChairContext) -> views.Scheduled:
    return changes.cancel_meeting(id, form, ctx)
