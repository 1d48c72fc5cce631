"""Responses: who was invited, open invitations, and a checked list row by row."""

from typing import Literal

from comhar.fields import View

State = Literal["ready", "sending", "sent"]


class NotActive(View):
    """A member who is not active: an invitation is nothing to them, the office opens their record."""

    email: str
    member: str
    status: str


class Invited(View):
    """Each entry counts once. Of those who are `already` known, `not_active` are named."""

    sent: int
    already: int
    invalid: list[str]
    not_active: list[NotActive] = []


class OpenInvitation(View):
    """One that nobody took up yet: `by` whom, when, how long its link works and it is kept."""

    id: str
    email: str
    by: str
    at: str
    link_until: str
    link_works: bool
    until: str


class Invitations(View):
    """The page to invite from, with the open invitations, newest first: kept for `time`, their links
    good for `link_days`."""

    invitations: list[OpenInvitation]
    time: str
    link_days: int
    next: str | None = None
    first: bool = True


class Counts(View):
    """How many rows of a list are what by now: all but `rows` add up to `rows`."""

    rows: int
    new: int
    sent: int
    member: int
    invited: int
    repeat: int
    invalid: int
    blank: int


class ReadSheet(View):
    """A sheet of the file, and how many rows of it were read."""

    name: str
    rows: int


class ListedPerson(View):
    """`source` is the sheet the row is on, where there are several."""

    row: int
    source: str | None = None
    email: str
    name: str | None = None
    region: str | None = None
    role: str | None = None


class KnownRow(View):
    """`member` and `status` where it is a member who is not active."""

    row: int
    source: str | None = None
    email: str
    kind: Literal["member", "invited", "repeat"]
    member: str | None = None
    status: str | None = None


class Problem(View):
    row: int
    source: str | None = None
    text: str
    why: str


class CheckedList(View):
    """A list of people to invite, as it stands. `new` are shown page by page, the others whole, but
    for those that `more_…` says are left out. `sheets` were read; `notes` say what of the list is not used.
    `doubt` is a text whose letters we had to guess. `finished` of the `total` that were new when it was read
    have been seen to. The list is kept for `time`."""

    id: str
    state: State
    at: str
    time: str
    counts: Counts
    finished: int
    total: int
    sheets: list[ReadSheet] = []
    notes: list[str] = []
    doubt: str | None = None
    new: list[ListedPerson] = []
    next: str | None = None
    first: bool = True
    problems: list[Problem] = []
    more_problems: bool = False
    known: list[KnownRow] = []
    more_known: bool = False


class Discarded(View):
    discarded: bool = True


class Withdrawn(View):
    withdrawn: bool = True
