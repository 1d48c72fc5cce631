"""Routes of the page of who is signed in, and of what waits for them."""

from comhar.home import service, views
from comhar.web import App, UserContext

app = App("home")


@app.get("/me", page="me", counts_waiting=True, title="Who is signed in, and what waits for them")
def own_page(ctx: UserContext) -> views.Home:
    return service.get_own_page(ctx)


@app.get("/me/waiting", counts_waiting=True, title="All that waits for who is signed in")
def waiting(ctx: UserContext) -> views.WaitingList:
    return service.get_waiting(ctx)
