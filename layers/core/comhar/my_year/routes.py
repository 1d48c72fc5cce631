"""The route of a member's year."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from comhar.my_year import service, views
from comhar.web import App, UserContext

app = App("my_year", sensitive=True)


@app.get("/me/year", title="One's own year in the community, for oneself")
def my_year(ctx: UserContext, year: Annotated[int | None, Query()] = None) -> views.MyYear:
    """The running year (Dublin) unless another one is named."""
    return service.get_my_year(year, ctx)
