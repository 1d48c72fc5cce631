"""Responses: holds, and the records each is on."""

from datetime import date

from comhar.deletion_holds import Kind
from comhar.fields import View


class Hold(View):
    """A hold until the end of `until` (Dublin), and `what` it is on, in words."""

    kind: Kind
    thing: str
    what: str
    href: str
    reason: str
    until: date
    since: date


class Holds(View):
    holds: list[Hold]


class HoldPage(View):
    """What a hold can be on, and the hold where there is one."""

    kind: Kind
    thing: str
    what: str
    href: str
    reason: str | None = None
    until: date | None = None
    since: date | None = None


class Lifted(View):
    kind: Kind
    thing: str
