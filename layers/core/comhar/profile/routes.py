"""Routes of a member's own page: see and change one's details, leave, come back."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar.dates.dublin_time import local_date
from comhar.profile import change_email, email_preferences, forms, service, views
from comhar.web import App, DelayedUntil, PublicContext, UserContext, own_session

app = App("profile")


@app.get("/me/details", title="What is held about the signed-in person")
def details(ctx: UserContext) -> views.Details:
    return views.details(ctx.user, local_date(ctx.now))


@app.get("/me/details/edit", title="The form to change it")
def details_page(ctx: UserContext) -> views.DetailsForm:
    return service.get_details_form(ctx)


@app.post("/me/details/edit", then="/me/details?done=saved", title="Change what is held")
def change_details(form: forms.ChangeDetails, ctx: UserContext) -> views.Details:
    return service.change_details(form, ctx)


@app.post(
    "/me/details/name/withdraw",
    then="/me/details?done=name_withdrawn",
    form="/me/details",
    title="Take back a change of name that waits for the office",
)
def withdraw_name(ctx: UserContext) -> views.Details:
    return service.withdraw_name(ctx)


@app.get("/me/region", title="The form to move to another region")
def region_page(ctx: UserContext) -> views.RegionForm:
    return service.get_region_form(ctx)


@app.post("/me/region", then="/me?done=moved_region", title="Move to another region")
def move_region(form: forms.MoveRegion, ctx: UserContext) -> views.Standing:
    return service.move_region(form, ctx)


@app.get("/me/address", title="The form to change one's email address", sensitive=True)
def address_page(ctx: UserContext) -> views.AddressForm:
    return views.AddressForm(email=ctx.user.email, fixed=ctx.user.office)


@app.post(
    "/me/address",
    status=202,
    then="/me/address/sent",
    title="Ask for an email to a new address",
    sensitive=True,
)
def change_address(
    form: forms.NewAddress, ctx: UserContext, crowded: DelayedUntil
) -> views.AddressAsked:
    return change_email.request_change(form, crowded, ctx)


@app.get("/me/address/sent")
def address_sent(ctx: UserContext) -> views.AddressAsked:
    return views.AddressAsked()


@app.get("/me/address/<token>", title="The page behind the email to a new address")
def address_link_page(token: str, ctx: PublicContext) -> views.AddressLink:
    return change_email.get_link_page(token, ctx)


@app.post(
    "/me/address/<token>",
    then="/me/details?done=address_changed",
    title="Confirm a new address",
    sensitive=True,
)
def confirm_address(
    token: str, ctx: UserContext, session: Annotated[str | None, Depends(own_session)]
) -> views.AddressLink:
    return change_email.confirm_change(token, session, ctx)


@app.get("/me/mail", title="Which emails you get")
def mail_page(ctx: UserContext) -> views.Mail:
    return views.Mail(paused=ctx.user.paused)


@app.post("/me/mail", then="/me/mail?done=mail", title="Pause optional emails, or get them again")
def choose_mail(form: forms.ChooseMail, ctx: UserContext) -> views.Mail:
    return email_preferences.set_paused(form, ctx)


@app.get("/pause/<token>", title="The page behind an optional email’s link to pause its kind")
def pause_page(token: str, ctx: PublicContext) -> views.MailOf:
    return email_preferences.get_pause_page(token, ctx)


@app.post("/pause/<token>", then="/pause/{token}", title="Pause optional emails (RFC 8058)")
def pause_by_link(token: str, form: forms.OneClick, ctx: PublicContext) -> views.Mail:
    return email_preferences.pause_by_link(token, ctx)


@app.get("/me/leave", title="What leaving means")
def leave_page(ctx: UserContext) -> views.Leaving:
    return service.get_leave_form(ctx)


@app.post("/me/leave", then="/me?done=left", title="Leave the community")
def leave(ctx: UserContext) -> views.Standing:
    return service.leave(ctx)


@app.get("/me/rejoin", title="What coming back means")
def rejoin_page(ctx: UserContext) -> views.Returning:
    return service.get_rejoin_form(ctx)


@app.post("/me/rejoin", then="/me?done=rejoined", title="Come back")
def rejoin(ctx: UserContext) -> views.Standing:
    return service.rejoin(ctx)
