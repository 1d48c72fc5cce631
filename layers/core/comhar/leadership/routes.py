"""Routes of a community's leadership: its two co-chairs, and who starts it."""

from comhar.leadership import forms, handover, nominations, service, turns, views
from comhar.web import App, ChairContext, MemberContext

app = App("leadership")


@app.get("/communities/<region>/chairs", title="The form to choose two co-chairs", sensitive=True)
def chairs_page(region: str, ctx: MemberContext) -> views.ChairsPage:
    return service.get_chairs_page(region, ctx)


@app.post(
    "/communities/<region>/chairs/check",
    page="chairs_check",
    form="/communities/{region}/chairs",
    title="See what choosing two co-chairs does",
    sensitive=True,
)
def check_chairs(region: str, form: forms.Chairs, ctx: MemberContext) -> views.ChairsCheck:
    return service.check_chairs(region, form, ctx)


@app.post(
    "/communities/<region>/chairs",
    then="/communities/{region}?done=chairs",
    title="Choose two co-chairs",
    sensitive=True,
)
def chairs(region: str, form: forms.Chairs, ctx: MemberContext) -> views.Led:
    """For the office, co-chairs, and who leads a meeting: until a week after its close."""
    return service.appoint_chairs(region, form, ctx)


@app.get("/communities/<region>/chairs/step-down", title="What happens when a co-chair steps down")
def step_down_page(region: str, ctx: ChairContext) -> views.StepDownPage:
    return service.get_step_down_page(region, ctx)


@app.post(
    "/communities/<region>/chairs/step-down",
    then="/communities/{region}?done=stepped_down",
    title="Step down as co-chair",
)
def step_down(region: str, ctx: ChairContext) -> views.SteppedDown:
    return service.step_down(region, ctx)


@app.get(
    "/communities/<region>/nominations",
    page="nominations",
    title="Who stands as co-chair",
    sensitive=True,
)
def nominations_page(region: str, ctx: MemberContext) -> views.Nominations:
    return nominations.get_nominations(region, ctx)


@app.post(
    "/communities/<region>/nominations",
    then="/communities/{region}/nominations?done={state}",
    title="Stand as co-chair, or ask another member to",
    sensitive=True,
)
def nominate(region: str, form: forms.Proposal, ctx: MemberContext) -> views.Proposed:
    return nominations.propose(region, form, ctx)


@app.post(
    "/communities/<region>/nominations/accept",
    then="/communities/{region}/nominations?done=standing",
    form="/communities/{region}/nominations",
    title="Say yes to standing as co-chair",
    sensitive=True,
)
def accept_nomination(region: str, ctx: MemberContext) -> views.Proposed:
    return nominations.accept(region, ctx)


@app.post(
    "/communities/<region>/nominations/decline",
    then="/communities/{region}/nominations?done=not_standing",
    form="/communities/{region}/nominations",
    title="Say no to standing as co-chair, or stand no more",
    sensitive=True,
)
def decline_nomination(region: str, ctx: MemberContext) -> views.Proposed:
    return nominations.decline(region, ctx)


@app.post(
    "/communities/<region>/nominations/withdraw",
    then="/communities/{region}/nominations?done=question_withdrawn",
    form="/communities/{region}/nominations",
    title="Take back a question whether somebody would stand",
    sensitive=True,
)
def withdraw_nomination(region: str, ctx: MemberContext) -> views.Proposed:
    return nominations.take_back(region, ctx)


@app.get(
    "/communities/<region>/handover",
    page="handover",
    title="All that is open in a community",
    sensitive=True,
)
def handover_page(region: str, ctx: ChairContext) -> views.Handover:
    return handover.get_handover(region, ctx)


@app.get(
    "/communities/<region>/leadership",
    page="leadership",
    title="Who led, and whose turn it is",
    sensitive=True,
)
def leadership_page(region: str, ctx: MemberContext) -> views.Leadership:
    return turns.get_leadership(region, ctx)


@app.post(
    "/communities/<region>/leadership/turn",
    then="/communities/{region}/leadership?done=turn",
    form="/communities/{region}/leadership",
    title="Offer to lead a meeting, or take it back",
    sensitive=True,
)
def offer_turn(region: str, form: forms.Offer, ctx: MemberContext) -> views.Offered:
    return turns.offer_turn(region, form, ctx)


@app.post(
    "/communities/<region>/starter",
    then="/communities/{region}?done=starter",
    form="/communities/{region}",
    title="Offer to bring people together where nobody leads yet",
)
def start_community(region: str, ctx: MemberContext) -> views.Started:
    return service.start_community(region, ctx)


@app.post(
    "/communities/<region>/starter/release",
    then="/communities/{region}?done=released",
    form="/communities/{region}",
    title="Take back that a member brings people together",
)
def release_starter(region: str, ctx: MemberContext) -> views.Started:
    return service.release_starter(region, ctx)
