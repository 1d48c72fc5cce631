"""Routes of being away, for members themselves."""

from comhar.absence import forms, service, views
from comhar.web import App, UserContext

app = App("absence")


@app.get("/me/away", title="Until when one is away")
def away_page(ctx: UserContext) -> views.Away:
    return service.get_away(ctx)


@app.post("/me/away", then="/me/away?done=away", title="Say until when one is away")
def set_away(form: forms.SetAway, ctx: UserContext) -> views.Away:
    """`until` is the day back; null ends it."""
    return service.set_away(form, ctx)
