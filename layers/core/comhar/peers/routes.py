"""Routes of peers: people in one's role in other regions, and a message to one."""

from comhar.peers import forms, service, views
from comhar.web import App, Once, UserContext

app = App("peers", sensitive=True)


@app.get("/me/peers", title="People in one’s role in other regions")
def peers(ctx: UserContext, cursor: str | None = None) -> views.Peers:
    """For who lets them find oneself, too."""
    return service.list_peers(cursor, ctx)


@app.post(
    "/me/peers", then="/me/peers?done=saved", title="Be found by people in one’s role, or not"
)
def be_found(form: forms.BeFound, ctx: UserContext) -> views.Peers:
    return service.choose(form, ctx)


@app.get("/me/peers/<person>/message", title="The form to write to somebody in one’s role")
def peer_form(person: str, ctx: UserContext) -> views.PeerForm:
    return service.get_form(person, ctx)


@app.post(
    "/me/peers/<person>/message",
    status=201,
    then="/me/peers?done=peer_message",
    title="Write to somebody in one’s role",
    creates=True,
)
def write_to_peer(
    person: str, form: forms.WriteToPeer, ctx: UserContext, once: Once
) -> views.PeerMessage:
    """The answer comes by a link, or by the office: no address is shown."""
    return service.write(person, form, ctx, once)
