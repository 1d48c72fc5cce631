"""What the page templates read with: the words filters, and what was typed into a form field."""

from typing import Any

from comhar import words


def typed(form: Any, name: str, first: Any = "") -> Any:
    """What stands in the field of this dotted name (`actions.0.what`).

    Before anything was typed (no form), that is what the page puts there at `first`; afterwards a
    field that was left blank is blank.
    """
    if not form:
        return first
    for part in name.split("."):
        if isinstance(form, list) and part.isdigit() and int(part) < len(form):
            form = form[int(part)]
        elif isinstance(form, dict):
            form = form.get(part)
        else:
            return ""
    return "" if form is None else form


def picked(form: Any, name: str, first: Any = ()) -> list[str]:
    """The codes ticked in the group of this dotted name, as text."""
    chosen = typed(form, name, first)
    many = chosen if isinstance(chosen, list | tuple) else [chosen]
    return [str(one) for one in many]


def complaint(errors: Any, name: str) -> str:
    """The first message on this field, or on a field inside it; blank when there is none."""
    for error in errors or ():
        if error["field"] == name or error["field"].startswith(name + "."):
            return str(error["message"])
    return ""


FILTERS = {**words.FILTERS, "typed": typed, "picked": picked, "complaint": complaint}
