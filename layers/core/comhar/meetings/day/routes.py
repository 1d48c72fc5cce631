"""Routes of what comes of meetings: running them, votes, the close, the record, the actions."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar.context import Context
from comhar.meetings.day import actions as agreed
from comhar.meetings.day import (
    adding,
    day_views,
    forms,
    minutes,
    running,
    service,
    support_statements,
    views,
)
from comhar.meetings.day import topic_votes as voting
from comhar.membership.repository import Members
from comhar.web import App, Once, chair, member_of, office

app = App("outcomes", folder="meetings/day")
Mine = Annotated[Context, Depends(member_of)]
Chair = Annotated[Context, Depends(chair)]
Office = Annotated[Context, Depends(office)]


@app.get("/meetings/unconfirmed", title="Meetings of which nobody said whether they happened")
def unconfirmed_meetings(ctx: Office) -> views.UnconfirmedMeetings:
    return minutes.unconfirmed(ctx.now, ctx.table, ctx.settings)


@app.get("/meetings/<id>/run", title="What who runs a meeting has before them")
def run_page(id: str, ctx: Mine) -> day_views.Running:
    return running.page(id, ctx.user, ctx.now, Members(ctx.table, ctx.settings))


@app.get("/meetings/<id>/notes/<line>", title="The form for the notes on one line of the agenda")
def note_page(id: str, line: str, ctx: Mine) -> day_views.Note:
    return running.note_page(id, line, ctx.user, ctx.now, ctx.table)


@app.post(
    "/meetings/<id>/notes/<line>",
    then="/meetings/{id}/run?done=saved",
    title="Save the notes on one line of the agenda",
)
def write_note(id: str, line: str, form: forms.WriteNote, ctx: Mine) -> day_views.NoteSaved:
    return running.write_note(id, line, form, ctx.user, ctx.now, ctx.table)


@app.get("/meetings/<id>/attendance", title="The form to tick who is there")
def attendance_page(id: str, ctx: Mine) -> day_views.AttendancePage:
    return running.attendance_page(id, ctx.user, ctx.now, Members(ctx.table, ctx.settings))


@app.post(
    "/meetings/<id>/attendance", then="/meetings/{id}/run?done=saved", title="Save who is there"
)
def save_attendance(id: str, form: forms.Attendance, ctx: Mine) -> day_views.AttendanceSaved:
    return running.save_attendance(id, form, ctx.user, ctx.now, Members(ctx.table, ctx.settings))


@app.get("/meetings/<id>/scribe", title="The form to name a scribe")
def scribe_page(id: str, ctx: Mine) -> day_views.ScribePage:
    return running.scribe_page(id, ctx.user, Members(ctx.table, ctx.settings))


@app.post("/meetings/<id>/scribe", then="/meetings/{id}?done=saved", title="Name a scribe")
def name_scribe(id: str, form: forms.Scribe, ctx: Mine) -> day_views.Scribe:
    return running.name_scribe(id, form, ctx.user, ctx.now, Members(ctx.table, ctx.settings))


@app.get("/meetings/<id>/statement", title="The form for one's own support statement")
def statement_page(id: str, ctx: Mine) -> day_views.StatementPage:
    return support_statements.statement_page(id, ctx.user, ctx.now, ctx.table)


@app.post(
    "/meetings/<id>/statement",
    then="/meetings/{id}/statement?done=saved",
    title="Enter, change or take back one's own support statement",
)
def say(id: str, form: forms.Statement, ctx: Mine) -> day_views.Said:
    return support_statements.say(id, form, ctx.user, ctx.now, ctx.table)


@app.get("/meetings/<id>/statements/new", title="The form to enter what somebody says")
def statement_for_page(id: str, ctx: Mine) -> day_views.StatementForPage:
    return support_statements.statement_for_page(
        id, ctx.user, ctx.now, Members(ctx.table, ctx.settings)
    )


@app.post(
    "/meetings/<id>/statements",
    then="/meetings/{id}/run?done=saved",
    title="Enter the support statement of somebody who is there",
)
def say_for(id: str, form: forms.StatementFor, ctx: Mine) -> day_views.Said:
    return support_statements.say_for(id, form, ctx.user, ctx.now, Members(ctx.table, ctx.settings))


@app.get("/meetings/<id>/topics", title="Topics for the next meeting, and one's own vote")
def topics(id: str, ctx: Mine) -> day_views.Topics:
    return voting.page(id, ctx.user, ctx.table)


@app.post(
    "/meetings/<id>/topics",
    then="/meetings/{id}/topics?done=voted",
    title="Vote for up to three topics",
)
def vote(id: str, form: forms.Vote, ctx: Mine) -> day_views.Voted:
    return voting.vote(id, form, ctx.user, ctx.table)


@app.post(
    "/meetings/<id>/ideas",
    status=201,
    then="/meetings/{meeting}/topics?done=idea",
    form="/meetings/{id}/topics",
    title="Put an idea for a topic on the list",
    creates=True,
    anew=False,
)
def propose_topic(id: str, form: forms.Idea, ctx: Mine, once: Once) -> day_views.IdeaMade:
    return voting.propose(id, form, ctx.user, ctx.now, ctx.table, once)


@app.post(
    "/meetings/<id>/ideas/<idea>/withdraw",
    then="/meetings/{meeting}/topics?done=idea_withdrawn",
    form="/meetings/{id}/topics",
    title="Take an idea off the list",
)
def withdraw_idea(id: str, idea: str, ctx: Mine) -> day_views.Withdrawn:
    return voting.withdraw(id, idea, ctx.user, ctx.now, ctx.table)


@app.get("/meetings/<id>/close", title="The form to close a meeting")
def close_page(id: str, ctx: Mine) -> views.Closing:
    return service.form(id, ctx.user, ctx.now, Members(ctx.table, ctx.settings))


@app.post("/meetings/<id>/close", then="/meetings/{id}/record?done=closed", title="Close a meeting")
def close(id: str, form: forms.Close, ctx: Mine) -> views.Closed:
    return service.close(id, form, ctx.user, ctx.now, Members(ctx.table, ctx.settings))


@app.get("/meetings/<id>/record", title="The record of a closed meeting")
def record(id: str, ctx: Mine) -> views.Record:
    return minutes.record(id, ctx.user, ctx.now, Members(ctx.table, ctx.settings))


@app.get("/meetings/<id>/reopen", title="The form to reopen a closed meeting")
def reopen_page(id: str, ctx: Chair) -> views.ReopenPage:
    return minutes.reopen_page(id, ctx.now, ctx.table)


@app.post("/meetings/<id>/reopen", then="/meetings/{id}?done=reopened", title="Reopen a meeting")
def reopen(id: str, form: forms.Reopen, ctx: Chair) -> views.Reopened:
    now, table, settings = ctx.now, ctx.table, ctx.settings
    return minutes.reopen(id, form, ctx.user, now, table, settings)


@app.get("/communities/<region>/actions", title="A region's actions, open and lately done")
def actions(region: str, ctx: Mine) -> views.Actions:
    return agreed.listed(region, ctx.user, ctx.now, ctx.table)


@app.get("/communities/<region>/actions/new", title="The form to add an action beside a meeting")
def add_action_page(region: str, ctx: Chair) -> views.NewAction:
    return adding.page(region, Members(ctx.table, ctx.settings))


@app.post(
    "/communities/<region>/actions",
    status=201,
    then="/communities/{region}/actions?done=action_added",
    form="/communities/{region}/actions/new",
    title="Add an action beside a meeting",
    creates=True,
    anew=False,
)
def add_action(region: str, form: forms.Action, ctx: Chair, once: Once) -> views.Done:
    return adding.add(region, form, ctx.user, ctx.now, Members(ctx.table, ctx.settings), once)


@app.post(
    "/communities/<region>/actions/<action>/done",
    then="/communities/{region}/actions?done=saved",
    form="/communities/{region}/actions",
    title="Mark an action as done",
)
def action_done(region: str, action: str, ctx: Mine) -> views.Done:
    now, table, settings = ctx.now, ctx.table, ctx.settings
    return agreed.end(region, action, ctx.user, now, table, settings)


@app.post(
    "/communities/<region>/actions/<action>/undo",
    then="/communities/{region}/actions?done=saved",
    form="/communities/{region}/actions",
    title="Say that an action is not done after all",
)
def action_undone(region: str, action: str, ctx: Mine) -> views.Done:
    now, table, settings = ctx.now, ctx.table, ctx.settings
    return agreed.undo(region, action, ctx.user, now, table, settings)


@app.get("/communities/<region>/actions/<action>/carry", title="The form to carry an action over")
def carry_page(region: str, action: str, ctx: Mine) -> views.ActionPage:
    return agreed.one(region, action, ctx.user, ctx.now, ctx.table)


@app.post(
    "/communities/<region>/actions/<action>/carry",
    then="/communities/{region}/actions?done=carried",
    title="Carry an action over to a new day",
)
def carry(region: str, action: str, form: forms.Carry, ctx: Mine) -> views.Done:
    now, table, settings = ctx.now, ctx.table, ctx.settings
    return agreed.carry(region, action, form, ctx.user, now, table, settings)


@app.get("/communities/<region>/actions/<action>/edit", title="The form to change an action")
def edit_action_page(region: str, action: str, ctx: Chair) -> views.ActionForm:
    return agreed.edit_page(region, action, ctx.user, Members(ctx.table, ctx.settings))


@app.post(
    "/communities/<region>/actions/<action>/edit",
    then="/communities/{region}/actions?done=saved",
    title="Change an action",
)
def edit_action(region: str, action: str, form: forms.EditAction, ctx: Chair) -> views.Done:
    return agreed.edit(region, action, form, ctx.user, ctx.now, Members(ctx.table, ctx.settings))
