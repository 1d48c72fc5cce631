"""A route's declaration: guard, template and form; none is without a guard."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from aws_lambda_powertools.event_handler.depends import Depends

from comhar.web import guards


@dataclass(frozen=True)
class Route:
    """One declared route.

    Its guard, its template, where an HTML post goes (`then`) and which page holds its `form`. A post that
    `shows_page` only shows something, because what it asks for must not stand in an address. With `upload`
    it takes files; what it `creates` it creates once, however often it is sent; where it is `repeatable`,
    who sent it twice is offered to make a second one. What is `sensitive` asks for the link again on a device
    that was not used for 12 hours. A page `for_visitors` leads who is signed in to their own page. The
    `count` of one that `counts_waiting` stands in the menu. `files` are the content types of its answers
    that are no JSON of ours.
    """

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
    sensitive: bool = False
    for_visitors: bool = False
    counts_waiting: bool = False
    files: tuple[str, ...] = ()

    @cached_property
    def path(self) -> str:
        """The rule as API Gateway and data/routes.json write it, `/meetings/{id}`."""
        return re.sub(r"<(\w+)>", r"{\1}", self.rule)

    @property
    def is_open(self) -> bool:
        """True if it is on the public list: who is not signed in may pass."""
        return self.guard in guards.open_guards


def get_guard(function: Callable[..., Any], rule: str, creates: bool) -> Callable[..., Any]:
    """The route's one guard: nothing is open by mistake.

    Raises:
        TypeError: there is none, or more than one; or a route that creates does not take Once, or who asks
            is not known.
    """
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
