"""Routes of erasure: retention times, and having everything about oneself deleted."""

from comhar.erasure import service, views
from comhar.web import App, PublicContext, UserContext

app = App("erasure")


@app.get("/retention", title="How long each kind of thing is kept")
def retention_page(ctx: PublicContext) -> views.Retention:
    return views.kinds()


@app.get("/me/erase", title="The page to have everything about oneself deleted")
def erase_page(ctx: UserContext) -> views.Erasure:
    return service.get_erase_page(ctx)


@app.post(
    "/me/erase",
    status=202,
    then="/me/erase?done=erase_sent",
    title="Ask for the email that confirms it",
)
def erase(ctx: UserContext) -> views.EraseSent:
    return service.request_erasure(ctx)


@app.get("/erase/<token>", title="The page behind the emailed link")
def erase_link_page(token: str, ctx: PublicContext) -> views.ErasureOf:
    return service.get_link_page(token, ctx)


@app.post(
    "/erase/<token>", then="/?done=erasing", title="Delete everything; it can be undone for a while"
)
def erase_by_link(token: str, ctx: PublicContext) -> views.Erasing:
    return service.confirm_erasure(token, ctx)


@app.get("/keep/<token>", title="The page behind the link that undoes it")
def keep_link_page(token: str, ctx: PublicContext) -> views.Undoing:
    return service.get_undo_page(token, ctx)


@app.post("/keep/<token>", then="/sign-in?done=stays", title="Undo the deletion")
def keep_by_link(token: str, ctx: PublicContext) -> views.Undone:
    return service.undo_erasure(token, ctx)
