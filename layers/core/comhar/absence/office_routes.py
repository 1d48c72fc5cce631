"""Routes by which the office sets who is away, and stops emails to a person."""

from comhar.absence import forms, service, views
from comhar.web import App, OfficeContext

app = App("register", folder="absence")


@app.get("/members/<id>/away", title="The form to say until when a member is away")
def member_away_page(id: str, ctx: OfficeContext) -> views.MemberAway:
    return service.get_member_away(id, ctx)


@app.post(
    "/members/<id>/away",
    then="/members/{id}?done=member_away",
    title="Say until when a member is away",
)
def set_member_away(id: str, form: forms.SetAway, ctx: OfficeContext) -> views.MemberAway:
    """`until` is the day back; null ends it."""
    return service.set_member_away(id, form, ctx)


@app.get("/members/<id>/emails", title="What happens when the emails to a person stop")
def emails_page(id: str, ctx: OfficeContext) -> views.Emails:
    return service.get_emails(id, ctx)


@app.post(
    "/members/<id>/emails",
    then="/members/{id}?done=emails",
    title="Stop all scheduled emails to a person, or begin them again",
)
def stop_emails(id: str, form: forms.StopEmails, ctx: OfficeContext) -> views.Emails:
    return service.stop_emails(id, form, ctx)
