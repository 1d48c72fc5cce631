"""Routes of the emailed link that ends a membership which the office entered."""

from comhar.register import add_member, views
from comhar.web import App, PublicContext

app = App("register")


@app.get("/not-me/<token>", title="The page behind the link to end what the office entered")
def not_me_page(token: str, ctx: PublicContext) -> views.NotMeLink:
    return add_member.get_not_me_page(token, ctx)


@app.post("/not-me/<token>", then="/?done=not_me", title="End what the office entered")
def not_me(token: str, ctx: PublicContext) -> views.NotMe:
    return add_member.end_by_link(token, ctx)
