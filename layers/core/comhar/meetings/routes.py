"""Routes of meetings: plan, move, cancel, answer."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.dates import ics
from comhar.meetings import (
    attending,
    changes,
    facilitator,
    forms,
    leading,
    repository,
    rsvp,
    service,
    views,
)
from comhar.meetings.letter_context import entry
from comhar.meetings.model import Choice
from comhar.membership.model import NATIONAL, Member
from comhar.web import App, Once, chair, member_of, office, public
from comhar.web.pagination import page_after

app = App("meetings")
Anyone = Annotated[Member | None, Depends(public)]
Mine = Annotated[Member, Depends(member_of)]
Chair = Annotated[Member, Depends(chair)]
Office = Annotated[Member, Depends(office)]


@app.get("/communities/<region>/meetings", title="A region's meetings")
def programme(region: str, me: Mine) -> views.Programme:
    return service.programme(region, me, wiring.clock(), wiring.table())


@app.get("/communities/<region>/meetings/new", title="The form to schedule a meeting")
def schedule_page(region: str, me: Chair) -> views.SchedulePage:
    return service.schedule_page(region, wiring.clock(), wiring.table(), wiring.settings())


@app.post(
    "/communities/<region>/meetings",
    status=201,
    then="/meetings/{id}?done=scheduled",
    title="Schedule a meeting",
    creates=True,
)
def schedule(region: str, form: forms.Schedule, me: Chair, once: Once) -> views.Scheduled:
    return service.schedule(
        region, form, me, wiring.clock(), wiring.table(), wiring.settings(), once
    )


@app.get("/national/meetings", page="programme", title="The meetings of all regions")
def national_meetings(me: Mine) -> views.Programme:
    return service.programme(NATIONAL, me, wiring.clock(), wiring.table())


@app.get("/national/meetings/new", title="The form for a meeting of all regions")
def national_page(me: Office) -> views.SchedulePage:
    return service.schedule_page(NATIONAL, wiring.clock(), wiring.table(), wiring.settings())


@app.post(
    "/national/meetings",
    status=201,
    then="/meetings/{id}?done=scheduled",
    title="Schedule a meeting of all regions",
    creates=True,
)
def schedule_national(form: forms.NationalEvent, me: Office, once: Once) -> views.Scheduled:
    return service.schedule_national(
        form, me, wiring.clock(), wiring.table(), wiring.settings(), once
    )


@app.get("/meetings/<id>", title="A meeting")
def meeting(id: str, me: Mine) -> views.MeetingView:
    return service.show(id, me, wiring.clock(), wiring.members())


@app.get("/meetings/<id>/calendar.ics", title="A meeting as a calendar file")
def calendar_file(id: str, me: Mine) -> Response:
    one = entry(repository.by_id(wiring.table(), id), me.email, wiring.settings())
    file = ics.ics(one, method="PUBLISH", now=wiring.clock())
    headers = {"Content-Disposition": 'attachment; filename="comhar-meeting.ics"'}
    return Response(200, "text/calendar; charset=utf-8", file.decode(), headers)


@app.post(
    "/meetings/<id>/answer",
    then="/meetings/{meeting}?done=answered",
    form="/meetings/{id}",
    title="Say whether you come",
)
def answer(id: str, form: forms.Answer, me: Mine) -> views.Answered:
    return rsvp.answer(id, form, me, wiring.clock(), wiring.table())


@app.post(
    "/meetings/<id>/needs",
    then="/meetings/{meeting}?done=arrange",
    form="/meetings/{id}",
    title="Say what to arrange for you",
)
def arrange(id: str, form: forms.Needs, me: Mine) -> views.Needs:
    return rsvp.arrange(id, form, me, wiring.clock(), wiring.table())


@app.get("/answer/<token>", title="The page behind an emailed answer link")
def answer_page(token: str, me: Anyone, answer: str = "") -> views.Invitation:
    return rsvp.invitation(token, answer, me, wiring.clock(), wiring.members())


@app.post("/answer/<token>", then="/answered/{answer}", title="Answer by an emailed link")
def answer_by_link(token: str, form: forms.Answer, me: Anyone) -> views.Answered:
    return rsvp.answer_by_link(token, form, wiring.clock(), wiring.members())


@app.get("/answered/<answer>", title="What follows an answer by link")
def answered(answer: Choice, me: Anyone) -> views.Thanks:
    return views.Thanks(answer=answer)


@app.get("/meetings/<id>/reschedule", title="The form to move a meeting")
def reschedule_page(id: str, me: Chair) -> views.ChangePage:
    return changes.page(id, wiring.clock(), wiring.table())


@app.post("/meetings/<id>/reschedule", then="/meetings/{id}?done=moved", title="Move a meeting")
def reschedule(id: str, form: forms.Reschedule, me: Chair) -> views.Scheduled:
    return changes.reschedule(id, form, me, wiring.clock(), wiring.table(), wiring.settings())


@app.get("/meetings/<id>/place", title="The form to change how and where a meeting is held")
def place_page(id: str, me: Chair) -> views.ChangePage:
    return changes.page(id, wiring.clock(), wiring.table())


@app.post(
    "/meetings/<id>/place",
    then="/meetings/{id}?done=placed",
    title="Change how, where and how long a meeting is held",
)
def place(id: str, form: forms.Place, me: Chair) -> views.Scheduled:
    return changes.place(id, form, me, wiring.clock(), wiring.table(), wiring.settings())


@app.get("/meetings/<id>/answers", title="Who has answered, for who leads")
def answers_page(id: str, me: Mine, cursor: str | None = None) -> views.AttendingPage:
    after = page_after(cursor, r"[A-Z]{2,3}#[\w-]{1,64}")
    return attending.page(id, me, wiring.clock(), wiring.members(), after)


@app.post(
    "/meetings/<id>/answers/<member>",
    then="/meetings/{id}/answers?done=recorded",
    form="/meetings/{id}/answers",
    title="Record what a member answered",
)
def record_answer(id: str, member: str, form: forms.AnswerFor, me: Mine) -> views.RecordedAnswer:
    return attending.record(id, member, form, me, wiring.clock(), wiring.members())


@app.get("/meetings/<id>/facilitator", title="The form to name who hosts a first meeting")
def facilitator_page(id: str, me: Office) -> views.FacilitatorPage:
    return facilitator.page(id, wiring.table())


@app.post(
    "/meetings/<id>/facilitator",
    then="/meetings/{id}?done=hosted",
    title="Name who hosts a first meeting",
)
def name_facilitator(id: str, form: forms.Facilitator, me: Office) -> views.Hosted:
    return facilitator.name(id, form, me, wiring.clock(), wiring.table(), wiring.settings())


@app.get("/meetings/<id>/lead", title="The form to say who leads a meeting")
def lead_page(id: str, me: Chair) -> views.LeadPage:
    return leading.page(id, wiring.clock(), wiring.members())


@app.post(
    "/meetings/<id>/lead", then="/meetings/{meeting}?done=led", title="Say who leads a meeting"
)
def name_lead(id: str, form: forms.Lead, me: Chair) -> views.LedBy:
    return leading.name(id, form, me, wiring.clock(), wiring.members())


@app.get("/pack/<token>", title="The pack of a first meeting’s facilitator")
def pack(token: str, me: Anyone) -> views.Pack:
    return facilitator.pack(token, wiring.clock(), wiring.members())


@app.get("/meetings/<id>/cancel", title="The form to cancel a meeting")
def cancel_page(id: str, me: Chair) -> views.ChangePage:
    return changes.page(id, wiring.clock(), wiring.table())


@app.post("/meetings/<id>/cancel", then="/meetings/{id}?done=cancelled", title="Cancel a meeting")
def cancel(id: str, form: forms.Cancel, me: Chair) -> views.Scheduled:
    return changes.cancel(id, form, me, wiring.clock(), wiring.table(), wiring.settings())
