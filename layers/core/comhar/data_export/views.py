"""Responses: what is stored about a member, by part, and what is left out and why."""

from comhar.fields import View


class Part(View):
    key: str
    title: str
    about: str


class LeftOut(View):
    what: str
    why: str


class DataPage(View):
    """What the files hold, and what they do not."""

    parts: list[Part]
    left_out: list[LeftOut]
