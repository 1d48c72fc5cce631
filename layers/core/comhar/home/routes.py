"""The route of the page of who is signed in."""

from comhar.home import service, views
from comhar.web import App, UserContext

app = App("membership", folder="home")


@app.get("/me", page="me", title="Who is signed in, and what waits for them")
def own_page(ctx: UserContext) -> views.Home:
    return service.get_own_page(ctx)
