"""Owns the place in a list that is read page by page: `cursor`, as the list itself gave it."""

import re

from comhar.errors import Malformed


def page_after(cursor: str | None, form: str) -> str | None:
    """The cursor, if it has the form that this list gives; none for a blank one: the first page.

    Raises Malformed. Request with the place in another list, DynamoDB would call it our fault.
    """
    if not cursor:
        return None
    if not re.fullmatch(form, cursor, re.ASCII):
        raise Malformed("This page of the list does not exist.", next="Start from the first page.")
    return cursor
