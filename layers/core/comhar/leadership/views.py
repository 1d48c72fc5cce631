"""What the routes of a community's leadership answer with."""

from comhar.fields import View


class ChairsPage(View):
    region: str
    members: list[dict[str, str]]


class Led(View):
    region: str
    chairs: list[str]
    until: str


class Started(View):
    """`started` says whether the community has a starter now."""

    region: str
    started: bool
