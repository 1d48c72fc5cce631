"""Owns what a route declares of itself, and refuses one that declares no guard."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from aws_lambda_powertools.event_handler.depends import Depends

from comhar.web import guards


@dataclass(frozen=True)
class Route:
    """One route: its guard, its template, where an HTML post goes and which page holds its form; or
    whether a post only `shows` something, because what it asks for must not stand in an address. With
    `upload` it takes files; what it `creates` it creates once, however often it is sent; where it can
    be made `anew` nonetheless, who sent it twice is offered that."""

    method: str
    rule: str
    guard: Callable[..., Any]
    template: str
    then: str | None
    form: str | None
    shows_page: bool = False
    upload: bool = False
    creates: bool = False
    repeatable: bool = True

    @cached_property
    def path(self) -> str:
        """The rule as API Gateway and data/routes.json write it, `/meetings/{id}`."""
        return re.sub(r"<(\w+)>", r"{\1}", self.rule)

    @property
    def is_open(self) -> bool:
        """Whether it is on the public list: who is not signed in may pass."""
        return self.guard in guards.open_guards


def get_guard(function: Callable[..., Any], rule: str, creates: bool) -> Callable[..., Any]:
    """The route's one guard. Raises TypeError where there is none: nothing is open by mistake; and where
    a route that creates does not take what makes it create once, or who asks it is not known."""
    hints = get_type_hints(function, include_extras=True)
    marks = [mark for hint in hints.values() for mark in getattr(hint, "__metadata__", ())]
    dependencies = [mark.dependency for mark in marks if isinstance(mark, Depends)]
    guards_of_route = [each for each in dependencies if each in guards.guards]
    if len(guards_of_route) != 1:
        raise TypeError(f"{function.__name__} needs exactly one guard, has {len(guards_of_route)}")
    if missing := set(re.findall(r"<(\w+)>", rule)) - set(hints):
        raise TypeError(f"{function.__name__} must take the path's {sorted(missing)}")
    if creates is not (guards.sent_once in dependencies):
        raise TypeError(f"{function.__name__} must take Once, and with it only what creates")
    if creates and guards_of_route[0] in guards.open_guards:
        raise TypeError(f"{function.__name__} creates, so it must know who asks")
    return guards_of_route[0]
