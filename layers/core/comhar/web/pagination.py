"""Pages of a long list: the `cursor` that the list gives and takes."""

import re

from comhar.errors import Malformed


def page_after(cursor: str | None, form: str) -> str | None:
    """The cursor, if it has the form that this list gives; None for the first page.

    Of another form, DynamoDB would call the place our fault.

    Raises:
        Malformed: it has another form.
    """
    if not cursor:
        return None
    if not re.fullmatch(form, cursor, re.ASCII):
        raise Malformed("This page of the list does not exist.", next="Start from the first page.")
    return cursor
