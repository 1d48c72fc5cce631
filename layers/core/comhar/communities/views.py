"""Responses: texts of the office; closure days; about."""

from typing import Any

from comhar.fields import View


class Help(View):
    title: str
    intro: str
    entries: list[dict[str, Any]]


class About(View):
    """`purpose` says what a community is for."""

    purpose: str
    office_email: str


class Accessibility(View):
    """`contact` says how to tell of a problem, and when there is an answer."""

    contact: str
    office_email: str


class Privacy(View):
    """`times` says in words how long some kinds of data/retention.json are kept."""

    responsible: str
    legal_basis: str
    times: dict[str, str]


class Roles(View):
    roles: list[dict[str, str]]


class Principles(View):
    """Each with a sentence or two, and a question to think about."""

    principles: list[dict[str, str]]


class FirstDay(View):
    """What a newcomer does first; a step may have a link, as `href` and its words."""

    title: str
    intro: str
    steps: list[dict[str, str]]


class Closure(View):
    """A day on which the office is closed."""

    day: str
    note: str | None = None


class Closures(View):
    """Those from today on."""

    closures: list[Closure]


class Texts(View):
    """The texts that the office can change, each with the day it last did.

    `unchecked` is how many places of help are to be checked now.
    """

    texts: list[dict[str, str | None]]
    unchecked: int


class Text(View):
    """One text as it stands now: of `roles`, `paragraph`, `irish` and `entries` the one that it is made of.

    `page` is where a paragraph stands; `note` is what to mind when changing it. `unchecked` are the numbers,
    from 0, of the entries that are to be checked now.
    """

    text: str
    revision: int
    changed_at: str | None = None
    roles: list[dict[str, str]] | None = None
    paragraph: str | None = None
    irish: list[dict[str, str]] | None = None
    entries: list[dict[str, Any]] | None = None
    unchecked: list[int] | None = None
    page: str | None = None
    page_title: str | None = None
    note: str | None = None


class Worded(View):
    text: str
    revision: int
