"""Routes of a meeting's day and after: notes, votes, close, record, actions."""

from comhar.meetings.day import (
    action_views,
    attendance,
    forms,
    meeting_day,
    minutes,
    support_statements,
    topic_votes,
    views,
)
from comhar.meetings.day import actions as day_actions
from comhar.meetings.day import close as day_close
from comhar.web import App, ChairContext, MemberContext, OfficeContext, Once

app = App("meetings/day")


@app.get("/meetings/unconfirmed", title="Meetings of which nobody said whether they happened")
def unconfirmed_meetings(ctx: OfficeContext) -> views.UnconfirmedMeetings:
    return minutes.list_unconfirmed_meetings(ctx)


@app.get("/meetings/<id>/run", title="What who runs a meeting has before them", sensitive=True)
def run_page(id: str, ctx: MemberContext) -> views.Running:
    return meeting_day.get_run_page(id, ctx)


@app.get("/meetings/<id>/notes/<line>", title="The form for the notes on one line of the agenda")
def note_page(id: str, line: str, ctx: MemberContext) -> views.Note:
    return meeting_day.get_note_page(id, line, ctx)


@app.post(
    "/meetings/<id>/notes/<line>",
    then="/meetings/{id}/run?done=saved",
    title="Save the notes on one line of the agenda",
)
def write_note(id: str, line: str, form: forms.WriteNote, ctx: MemberContext) -> views.NoteSaved:
    return meeting_day.write_note(id, line, form, ctx)


@app.get("/meetings/<id>/attendance", title="The form to tick who is there", sensitive=True)
def attendance_page(id: str, ctx: MemberContext) -> views.AttendancePage:
    return meeting_day.get_attendance_page(id, ctx)


@app.post(
    "/meetings/<id>/attendance",
    then="/meetings/{id}/run?done=saved",
    title="Save who is there",
    sensitive=True,
)
def save_attendance(id: str, form: forms.Attendance, ctx: MemberContext) -> views.AttendanceSaved:
    return meeting_day.save_attendance(id, form, ctx)


@app.get("/meetings/<id>/scribe", title="The form to name a scribe", sensitive=True)
def scribe_page(id: str, ctx: MemberContext) -> views.ScribePage:
    return meeting_day.get_scribe_page(id, ctx)


@app.post(
    "/meetings/<id>/scribe", then="/meetings/{id}?done=saved", title="Name a scribe", sensitive=True
)
def name_scribe(id: str, form: forms.Scribe, ctx: MemberContext) -> views.Scribe:
    return meeting_day.name_scribe(id, form, ctx)


@app.get(
    "/meetings/<id>/statement", title="The form for one's own support statement", sensitive=True
)
def statement_page(id: str, ctx: MemberContext) -> views.StatementPage:
    return support_statements.get_statement_page(id, ctx)


@app.post(
    "/meetings/<id>/statement",
    then="/meetings/{id}/statement?done=saved",
    title="Enter, change or take back one's own support statement",
    sensitive=True,
)
def say(id: str, form: forms.Statement, ctx: MemberContext) -> views.Said:
    return support_statements.enter_statement(id, form, ctx)


@app.get(
    "/meetings/<id>/statements/new", title="The form to enter what somebody says", sensitive=True
)
def statement_for_page(id: str, ctx: MemberContext) -> views.StatementForPage:
    return support_statements.get_statement_for_page(id, ctx)


@app.post(
    "/meetings/<id>/statements",
    then="/meetings/{id}/run?done=saved",
    title="Enter the support statement of somebody who is there",
    sensitive=True,
)
def say_for(id: str, form: forms.StatementFor, ctx: MemberContext) -> views.Said:
    return support_statements.enter_statement_for(id, form, ctx)


@app.get("/meetings/<id>/topics", title="Topics for the next meeting, and one's own vote")
def topics(id: str, ctx: MemberContext) -> views.Topics:
    return topic_votes.get_topics(id, ctx)


@app.post(
    "/meetings/<id>/topics",
    then="/meetings/{id}/topics?done=voted",
    title="Vote for up to three topics",
)
def vote(id: str, form: forms.Vote, ctx: MemberContext) -> views.Voted:
    return topic_votes.vote_for_topics(id, form, ctx)


@app.post(
    "/meetings/<id>/ideas",
    status=201,
    then="/meetings/{meeting}/topics?done=idea",
    form="/meetings/{id}/topics",
    title="Add an idea for a topic to the list",
    creates=True,
    repeatable=False,
)
def propose_topic(id: str, form: forms.Idea, ctx: MemberContext, once: Once) -> views.IdeaMade:
    return topic_votes.propose_topic(id, form, ctx, once)


@app.post(
    "/meetings/<id>/ideas/<idea>/withdraw",
    then="/meetings/{meeting}/topics?done=idea_withdrawn",
    form="/meetings/{id}/topics",
    title="Remove an idea from the list",
)
def withdraw_idea(id: str, idea: str, ctx: MemberContext) -> views.Withdrawn:
    return topic_votes.withdraw_idea(id, idea, ctx)


@app.get("/meetings/<id>/close", title="The form to close a meeting", sensitive=True)
def close_page(id: str, ctx: MemberContext) -> views.Closing:
    return day_close.get_close_page(id, ctx)


@app.post(
    "/meetings/<id>/close",
    then="/meetings/{id}/record?done=closed",
    title="Close a meeting",
    sensitive=True,
)
def close(id: str, form: forms.Close, ctx: MemberContext) -> views.Closed:
    return day_close.close_meeting(id, form, ctx)


@app.get("/meetings/<id>/record", title="The record of a closed meeting")
def record(id: str, ctx: MemberContext) -> views.Record:
    return minutes.get_record(id, ctx)


@app.get(
    "/meetings/<id>/attendance/correct",
    title="The form to correct who was at a closed meeting",
    sensitive=True,
)
def correct_attendance_page(id: str, ctx: OfficeContext) -> views.CorrectionPage:
    return attendance.get_correction_page(id, ctx)


@app.post(
    "/meetings/<id>/attendance/correct",
    then="/meetings/{id}/record?done={outcome}",
    title="Correct who was at a closed meeting",
    sensitive=True,
)
def correct_attendance(
    id: str, form: forms.CorrectAttendance, ctx: OfficeContext
) -> views.AttendanceCorrected:
    return attendance.correct_attendance(id, form, ctx)


@app.get("/meetings/<id>/reopen", title="The form to reopen a closed meeting")
def reopen_page(id: str, ctx: ChairContext) -> views.ReopenPage:
    return minutes.get_reopen_page(id, ctx)


@app.post("/meetings/<id>/reopen", then="/meetings/{id}?done=reopened", title="Reopen a meeting")
def reopen(id: str, form: forms.Reopen, ctx: ChairContext) -> views.Reopened:
    return minutes.reopen_meeting(id, form, ctx)


@app.get("/communities/<region>/actions", title="A region's actions, open and lately done")
def actions(region: str, ctx: MemberContext) -> action_views.Actions:
    return day_actions.get_actions(region, ctx)


@app.get(
    "/communities/<region>/actions/new",
    title="The form to add an action beside a meeting",
    sensitive=True,
)
def add_action_page(region: str, ctx: ChairContext) -> views.NewAction:
    return day_actions.get_add_page(region, ctx)


@app.post(
    "/communities/<region>/actions",
    status=201,
    then="/communities/{region}/actions?done=action_added",
    form="/communities/{region}/actions/new",
    title="Add an action beside a meeting",
    creates=True,
    repeatable=False,
    sensitive=True,
)
def add_action(region: str, form: forms.Action, ctx: ChairContext, once: Once) -> action_views.Done:
    return day_actions.add_action(region, form, ctx, once)


@app.post(
    "/communities/<region>/actions/<action>/done",
    then="/communities/{region}/actions?done=saved",
    form="/communities/{region}/actions",
    title="Mark an action as done",
)
def action_done(region: str, action: str, ctx: MemberContext) -> action_views.Done:
    return day_actions.end_action(region, action, ctx)


@app.post(
    "/communities/<region>/actions/<action>/undo",
    then="/communities/{region}/actions?done=saved",
    form="/communities/{region}/actions",
    title="Say that an action is not done after all",
)
def action_undone(region: str, action: str, ctx: MemberContext) -> action_views.Done:
    return day_actions.undo_end(region, action, ctx)


@app.get("/communities/<region>/actions/<action>/carry", title="The form to carry an action over")
def carry_page(region: str, action: str, ctx: MemberContext) -> action_views.ActionPage:
    return day_actions.get_carry_page(region, action, ctx)


@app.post(
    "/communities/<region>/actions/<action>/carry",
    then="/communities/{region}/actions?done=carried",
    title="Carry an action over to a new day",
)
def carry(region: str, action: str, form: forms.Carry, ctx: MemberContext) -> action_views.Done:
    return day_actions.carry_action_over(region, action, form, ctx)


@app.get(
    "/communities/<region>/actions/<action>/edit",
    title="The form to change an action",
    sensitive=True,
)
def edit_action_page(region: str, action: str, ctx: ChairContext) -> views.ActionForm:
    return day_actions.get_edit_page(region, action, ctx)


@app.post(
    "/communities/<region>/actions/<action>/edit",
    then="/communities/{region}/actions?done=saved",
    title="Change an action",
    sensitive=True,
)
def edit_action(
    region: str, action: str, form: forms.EditAction, ctx: ChairContext
) -> action_views.Done:
    return day_actions.edit_action(region, action, form, ctx)
