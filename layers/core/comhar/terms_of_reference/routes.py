"""Routes of a community's terms of reference: read, write together, submit, sign."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from comhar.terms_of_reference import forms, service, views
from comhar.web import App, MemberContext

app = App("terms_of_reference")
HERE = "/communities/{region}/terms"


@app.get("/communities/<region>/terms", title="A community's terms of reference")
def terms(region: str, ctx: MemberContext) -> views.Terms:
    return service.get_page(region, ctx)


@app.get("/communities/<region>/terms/edit", title="The form to change the terms of reference")
def terms_edit(region: str, ctx: MemberContext) -> views.Terms:
    return service.get_form(region, ctx)


@app.post(
    "/communities/<region>/terms",
    then=f"{HERE}?done=terms_saved",
    form=f"{HERE}/edit",
    title="Save sections of the terms of reference",
)
def terms_save(region: str, form: forms.Terms, ctx: MemberContext) -> views.TermsSaved:
    return service.save(region, form, ctx)


@app.post(
    "/communities/<region>/terms/submit",
    then=f"{HERE}?done=terms_submitted",
    form=HERE,
    title="Send the terms of reference for approval",
)
def terms_submit(region: str, ctx: MemberContext) -> views.TermsSubmitted:
    return service.submit(region, ctx)


@app.post(
    "/communities/<region>/terms/sign",
    then=f"{HERE}?done=terms_signed",
    form=HERE,
    title="Sign the terms of reference",
)
def terms_sign(region: str, form: forms.Signature, ctx: MemberContext) -> views.TermsSigned:
    return service.sign(region, form, ctx)


@app.get("/communities/<region>/terms/versions", title="Versions of the terms of reference")
def terms_versions(region: str, ctx: MemberContext) -> views.Versions:
    return service.list_versions(region, ctx)


@app.get("/communities/<region>/terms/versions/<number>", title="One version of the terms")
def terms_version(region: str, number: str, ctx: MemberContext) -> views.Version:
    return service.get_version(region, number, ctx)


@app.get(
    "/communities/<region>/terms/print", title="The terms of reference to print", sensitive=True
)
def terms_print(
    region: str, ctx: MemberContext, annex: Annotated[Literal["yes"] | None, Query()] = None
) -> views.PrintedTerms:
    """`annex` adds the members with their roles, for confirmed members."""
    return service.get_print(region, annex == "yes", ctx)
