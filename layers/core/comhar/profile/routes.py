"""Routes of a member's own page: what is held about them, changed by themselves."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.membership.model import Member
from comhar.profile import change_email, email_preferences, forms, names, service, views
from comhar.web import App, crowded_until, own_session, public, signed_in

app = App("profile")
Anyone = Annotated[Member | None, Depends(public)]
Me = Annotated[Member, Depends(signed_in)]
Crowded = Annotated[datetime | None, Depends(crowded_until)]


@app.get("/me/details", title="What is held about the signed-in person")
def details(me: Me) -> views.Details:
    return views.details(me)


@app.get("/me/details/edit", title="The form to change it")
def details_page(me: Me) -> views.DetailsForm:
    return service.details_form(me, wiring.members())


@app.post("/me/details/edit", then="/me/details?done=saved", title="Change what is held")
def change_details(form: forms.ChangeDetails, me: Me) -> views.Details:
    return service.change_details(form, me, wiring.clock(), wiring.members())


@app.post(
    "/me/details/name/withdraw",
    then="/me/details?done=name_withdrawn",
    form="/me/details",
    title="Take back a change of name that waits for the office",
)
def withdraw_name(me: Me) -> views.Details:
    return names.withdraw(me, wiring.clock(), wiring.members())


@app.get("/me/region", title="The form to move to another region")
def region_page(me: Me) -> views.RegionForm:
    return service.region_form(me)


@app.post("/me/region", then="/me?done=moved_region", title="Move to another region")
def move_region(form: forms.MoveRegion, me: Me) -> views.Standing:
    return service.move(form, me, wiring.clock(), wiring.members())


@app.get("/me/address", title="The form to change one's email address")
def address_page(me: Me) -> views.AddressForm:
    return change_email.address_form(me)


@app.post(
    "/me/address", status=202, then="/me/address/sent", title="Ask for a letter to a new address"
)
def change_address(form: forms.NewAddress, me: Me, crowded: Crowded) -> views.AddressAsked:
    return change_email.ask(form, me, crowded, wiring.clock(), wiring.members())


@app.get("/me/address/sent")
def address_sent(me: Me) -> views.AddressAsked:
    return views.AddressAsked()


@app.get("/me/address/<token>", title="The page behind the letter to a new address")
def address_link_page(token: str, me: Anyone) -> views.AddressLink:
    return change_email.shown(token, me, wiring.clock(), wiring.members())


@app.post(
    "/me/address/<token>", then="/me/details?done=address_changed", title="Confirm a new address"
)
def confirm_address(
    token: str, me: Me, session: Annotated[str | None, Depends(own_session)]
) -> views.AddressLink:
    return change_email.confirm(token, me, session, wiring.clock(), wiring.members())


@app.get("/me/mail", title="Which letters one gets")
def mail_page(me: Me) -> views.Mail:
    return views.Mail(paused=me.paused)


@app.post("/me/mail", then="/me/mail?done=mail", title="Pause optional letters, or get them again")
def choose_mail(form: forms.ChooseMail, me: Me) -> views.Mail:
    return email_preferences.choose(form, me, wiring.clock(), wiring.members())


@app.get("/pause/<token>", title="The page behind an optional letter’s link to pause its kind")
def pause_page(token: str, me: Anyone) -> views.MailOf:
    return email_preferences.shown(token, wiring.clock(), wiring.members())


@app.post("/pause/<token>", then="/pause/{token}", title="Pause optional letters (RFC 8058)")
def pause_by_link(token: str, form: forms.OneClick, me: Anyone) -> views.Mail:
    return email_preferences.pause(token, wiring.clock(), wiring.members())


@app.get("/me/leave", title="What leaving means")
def leave_page(me: Me) -> views.Leaving:
    return service.leaving(me)


@app.post("/me/leave", then="/me?done=left", title="Leave the community")
def leave(me: Me) -> views.Standing:
    return service.leave(me, wiring.clock(), wiring.members())


@app.get("/me/rejoin", title="What coming back means")
def rejoin_page(me: Me) -> views.Returning:
    return service.returning(me)


@app.post("/me/rejoin", then="/me?done=rejoined", title="Come back")
def rejoin(me: Me) -> views.Standing:
    return service.rejoin(me, wiring.clock(), wiring.members())
