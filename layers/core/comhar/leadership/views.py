"""Responses: a community's co-chairs and their terms, and who starts one without."""

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
