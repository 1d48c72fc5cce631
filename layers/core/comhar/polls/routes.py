"""Routes of polls for a date: open, answer, remind, pick a date, end."""

from comhar.polls import forms, responses, service, views
from comhar.web import App, ChairContext, MemberContext, Once, PublicContext

app = App("polls")


@app.get("/communities/<region>/polls", title="A region's polls for a date")
def polls(region: str, ctx: MemberContext) -> views.Polls:
    return service.list_polls(region, ctx)


@app.get("/communities/<region>/polls/new", title="The form to ask which date suits")
def poll_form(region: str, ctx: ChairContext) -> views.PollForm:
    return service.get_form(region, ctx)


@app.post(
    "/communities/<region>/polls/check",
    page="poll_form",
    form="/communities/{region}/polls/new",
    title="Check the dates before asking",
)
def check_dates(region: str, form: forms.OpenPoll, ctx: ChairContext) -> views.PollForm:
    return service.check_dates(region, form, ctx)


@app.post(
    "/communities/<region>/polls",
    status=201,
    then="/polls/{id}?done=poll_opened",
    title="Ask every member which date suits",
    creates=True,
)
def open_poll(region: str, form: forms.OpenPoll, ctx: ChairContext, once: Once) -> views.PollOpened:
    return service.open_poll(region, form, ctx, once)


@app.get("/polls/<id>", title="A poll for a date")
def poll(id: str, ctx: MemberContext) -> views.PollView:
    return service.get_poll(id, ctx)


@app.post(
    "/polls/<id>/vote",
    then="/polls/{poll}?done=dates_answered",
    form="/polls/{id}",
    title="Say which dates suit",
)
def answer_dates(id: str, form: forms.DateVotes, ctx: MemberContext) -> views.DatesAnswered:
    return responses.answer_poll(id, form, ctx)


@app.get("/poll/<token>", title="The page behind an emailed link to a poll")
def poll_page(token: str, ctx: PublicContext) -> views.PollView:
    return responses.get_page_by_link(token, ctx)


@app.post(
    "/poll/<token>",
    then="/poll/{token}?done=dates_answered",
    title="Say which dates suit by an emailed link",
)
def answer_dates_by_link(
    token: str, form: forms.DateVotes, ctx: PublicContext
) -> views.DatesAnswered:
    return responses.answer_by_link(token, form, ctx)


@app.post(
    "/polls/<id>/remind",
    then="/polls/{poll}?done=reminded",
    form="/polls/{id}",
    title="Remind who has not answered a poll",
)
def remind(id: str, ctx: ChairContext) -> views.Reminding:
    return service.remind_poll(id, ctx)


@app.get("/polls/<id>/pick", title="The form to pick a date")
def pick_form(id: str, ctx: ChairContext) -> views.PickForm:
    return service.get_pick_form(id, ctx)


@app.post(
    "/polls/<id>/pick",
    status=201,
    then="/meetings/{meeting}?done=scheduled",
    title="Pick a date and schedule the meeting",
    creates=True,
    repeatable=False,
)
def pick(id: str, form: forms.PickDate, ctx: ChairContext, once: Once) -> views.Picked:
    return service.pick_date(id, form, ctx, once)


@app.get("/polls/<id>/end", title="The form to end a poll without a meeting")
def end_form(id: str, ctx: ChairContext) -> views.PollView:
    return service.get_poll(id, ctx)


@app.post(
    "/polls/<id>/end", then="/polls/{poll}?done=poll_ended", title="End a poll without a meeting"
)
def end_poll(id: str, form: forms.EndPoll, ctx: ChairContext) -> views.PollEnded:
    return service.end_poll(id, form, ctx)
