"""Requests: whom to look for in a community."""

from comhar.fields import Form, Line


class FindPeople(Form):
    """Part of a name or of a role, which must not stand in a link."""

    name: Line
