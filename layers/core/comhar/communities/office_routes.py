"""Routes of the office's texts, and of the days on which it is closed."""

from comhar.communities import closure_days, editable_texts, forms, views
from comhar.web import App, OfficeContext, Once

app = App("communities")


@app.get("/texts", title="The texts that the office can change")
def texts_page(ctx: OfficeContext) -> views.Texts:
    return editable_texts.list_texts(ctx)


@app.get("/texts/<text>", title="One text, to be changed")
def text_page(text: str, ctx: OfficeContext) -> views.Text:
    return editable_texts.get_text(text, ctx)


@app.post("/texts/<text>", then="/texts?done=saved", title="Change a text")
def word_text(text: str, form: forms.Wording, ctx: OfficeContext) -> views.Worded:
    return editable_texts.change_text(text, form, ctx)


@app.get("/closures", title="The days on which the office is closed")
def closures_page(ctx: OfficeContext) -> views.Closures:
    return closure_days.list_closure_days(ctx)


@app.post(
    "/closures",
    status=201,
    then="/closures?done=closure_added",
    title="Note a closure day",
    creates=True,
    repeatable=False,
)
def add_closure(form: forms.Closure, ctx: OfficeContext, once: Once) -> views.Closure:
    return closure_days.add_closure_day(form, ctx, once)


@app.post(
    "/closures/<day>/remove",
    then="/closures?done=closure_removed",
    form="/closures",
    title="Take a closure day back",
)
def remove_closure(day: str, ctx: OfficeContext) -> views.Closure:
    return closure_days.remove_closure_day(day, ctx)
