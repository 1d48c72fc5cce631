"""Owns what is sent to the doors of the register."""

from comhar.fields import Form, Line


class Decline(Form):
    reason: Line | None = None
