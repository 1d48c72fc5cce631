"""Which errors a route may answer with, as its guard and its use cases tell.

What they raise stands in their docstrings, in the lines below "Raises".
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, get_type_hints

from aws_lambda_powertools.event_handler.depends import Depends

from comhar import errors
from comhar.errors import AppError
from comhar.web import dispatch, guards
from comhar.web.route import Route

_NAMES = r"[A-Z]\w+(?:(?:, | or | and )[A-Z]\w+)*"
_READING = {
    errors.Malformed,
    dispatch.CrossSite,
    errors.TooLarge,
    errors.Unsupported,
    errors.Invalid,
}


def list_refusals(function: Callable[..., Any], route: Route) -> set[type[AppError]]:
    """The errors of a route: of any route, its guard, and what its function calls.

    The text of a query is looked at on every route; a path without parameters is found.
    """
    found: set[type[AppError]] = {errors.Malformed}
    if route.method == "POST":
        found |= _READING
    for dependency in _dependencies(function):
        found |= _declared(dependency)
    if not re.search("<(region|id)>", route.rule):  # then the guard looks for no region
        found -= {errors.NotFound, guards.OtherRegion}
    if "<" in route.rule:
        found.add(errors.NotFound)
    if route.sensitive:
        found.add(guards.SignInAgain)
    for called in (function, *_called(function)):
        found |= _declared(called)
    return found


@cache
def _by_name() -> dict[str, type[AppError]]:
    def below(kind: type[AppError]) -> Iterator[type[AppError]]:
        yield kind
        for each in kind.__subclasses__():
            yield from below(each)

    return {kind.__name__: kind for kind in below(AppError)}


def _declared(function: Any) -> set[type[AppError]]:
    """The errors that its docstring names, and those of what it names with "as"."""
    names = getattr(function, "__globals__", {})
    _, _, text = (inspect.getdoc(function) or "").partition("Raises")
    pattern = rf"^\s+({_NAMES})(?: …)?:" if text.startswith(":") else rf"^ ({_NAMES})"
    heads = " ".join(re.findall(pattern, text, re.MULTILINE))
    found = {_find(each, names) for each in re.findall(r"\w+", heads) if each in _by_name()}
    for same in re.findall(r"\bas `([\w.]+)`", text):
        first, _, rest = same.partition(".")
        found |= _declared(getattr(names.get(first), rest, None) if rest else names.get(first))
    return found


def _find(name: str, names: dict[str, Any]) -> type[AppError]:
    """The error of this name, as the module knows it, itself or by another module."""
    modules = (each for each in names.values() if inspect.ismodule(each))
    known = [names, *map(vars, modules), _by_name()]
    kind: type[AppError] = next(each[name] for each in known if name in each)
    return kind


def _dependencies(function: Any) -> Iterator[Callable[..., Any]]:
    for hint in get_type_hints(function, include_extras=True).values():
        for mark in getattr(hint, "__metadata__", ()):
            if isinstance(mark, Depends):
                yield mark.dependency


def _called(function: Any) -> Iterator[Any]:
    """What a route's function names: `service.schedule_meeting`, and its own helpers' as well."""
    names = function.__globals__
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield getattr(names.get(node.value.id), node.attr, None)
        elif isinstance(node, ast.Name):
            yield names.get(node.id)
