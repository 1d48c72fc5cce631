"""The menu: its entries for who is signed in, and which of them is the page's own."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from comhar.membership.model import Member

# Which parts of the site an address belongs to: of those in a person's menu the first one is marked.
_MEETINGS = r"/(meetings|polls|national/meetings)|/communities/[^/]+/(meetings|polls|actions)"
_PARTS = (
    ("meetings", _MEETINGS),
    ("surveys", r"/(surveys|questionnaires)|/national/(surveys|questionnaires)"),
    ("surveys", r"/communities/[^/]+/(surveys|questionnaires|evaluations)"),
    ("community", r"/(communities|surveys|questionnaires|reports/regions)"),
    ("all_meetings", _MEETINGS),
    ("communities", r"/communities"),
    ("reflections", r"/reflections"),
    ("members", r"/(members|invitations)"),
    ("reports", r"/reports"),
    ("join", r"/(join|sign-up)"),
    ("first", r"/"),
    ("home", r"/.*"),
)


class MenuEntry(NamedTuple):
    """One entry; `part` is the part of the site that it leads to.

    `current` is "page" where it leads to the page itself, "true" where the page lies within its part.
    """

    part: str
    href: str
    text: str
    current: str = ""


def list_entries(who: Member | None, path: str, is_known: bool = True) -> list[MenuEntry]:
    """The menu of a page, in which the entry that it belongs to is marked.

    `is_known` says whether anybody has looked who it is.
    """
    entries = list(_entries(who) if who else _entries_for_visitors(is_known))
    there = {entry.part for entry in entries}
    parts = [entry.part for entry in entries if entry.href == path]
    parts += [part for part, pattern in _PARTS if part in there and _matches(pattern, path)]
    marked = parts[0] if parts else None
    return [
        entry._replace(current="page" if entry.href == path else "true")
        if entry.part == marked
        else entry
        for entry in entries
    ]


def _matches(pattern: str, path: str) -> bool:
    return re.fullmatch(f"(?:{pattern})(?:/.*)?", path) is not None


def _entries(who: Member) -> Iterator[MenuEntry]:
    yield MenuEntry("home", "/me", "Desk" if who.office else "Home")
    is_member = bool(who.region and who.status == "active")
    if is_member:
        community = f"/communities/{who.region}"
        yield MenuEntry("meetings", f"{community}/meetings", "Meetings")
        yield MenuEntry("community", community, "Community")
        yield MenuEntry("reflections", "/reflections", "Reflections")
    if who.office:
        yield MenuEntry("members", "/members", "Members")
        yield MenuEntry("communities", "/communities", "Communities")
        yield MenuEntry("all_meetings", "/meetings", "All meetings" if is_member else "Meetings")
        yield MenuEntry("surveys", "/national/questionnaires", "Surveys")
        yield MenuEntry("reports", "/reports/kpi", "KPI reports")


def _entries_for_visitors(is_known: bool) -> Iterator[MenuEntry]:
    if is_known:
        yield MenuEntry("first", "/", "About Comhar")
        yield MenuEntry("join", "/join", "Join")
    else:
        yield MenuEntry("first", "/", "First page")
