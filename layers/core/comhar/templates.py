"""The Jinja environments of pages and letters, and their filters for forms.

Templates are compiled once: when the layer is built, not at every cold start, where it takes 15 to 40 ms a
topic.
"""

import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    select_autoescape,
)
from jinja2.bccache import Bucket

from comhar import formatting

_ROOM = Path(__file__).parent
_OURS = FileSystemLoader(_ROOM)


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates beside their sources; Jinja compiles anew what changed since."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """By the name alone: the layer lies elsewhere in the cloud than where it is built."""
        return super().get_cache_key(name)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """In the cloud the layer cannot be written to."""
        with suppress(OSError):
            os.makedirs(self.directory, exist_ok=True)
            super().dump_bytecode(bucket)


def field_value(form: Any, name: str, first: Any = "") -> Any:
    """The value of the form field of this dotted name (`actions.0.what`).

    Before anything was typed (no form), that is what the page puts there at `first`; afterwards a
    field that was left blank is blank.
    """
    if not form:
        return first
    for part in name.split("."):
        if isinstance(form, list) and part.isdigit() and int(part) < len(form):
            form = form[int(part)]
        elif isinstance(form, dict):
            form = form.get(part)
        else:
            return ""
    return "" if form is None else form


def chosen_codes(form: Any, name: str, first: Any = ()) -> list[str]:
    """The codes ticked in the group of this dotted name, as text."""
    chosen = field_value(form, name, first)
    many = chosen if isinstance(chosen, list | tuple) else [chosen]
    return [str(one) for one in many]


def field_error(errors: Any, name: str) -> str:
    """The first message on this field, or on a field inside it; else blank."""
    for error in errors or ():
        if error["field"] == name or error["field"].startswith(name + "."):
            return str(error["message"])
    return ""


@cache
def page_environment() -> Environment:
    """The environment of our pages and of the NHS.UK frontend's macros.

    The macros want ChainableUndefined.
    """
    environment = Environment(
        loader=ChoiceLoader([_OURS, PackageLoader("nhsuk_frontend_jinja")]),
        bytecode_cache=_Compiled(str(_ROOM / "__jinja__/pages")),
        undefined=ChainableUndefined,
        autoescape=True,
        trim_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        **formatting.FILTERS,
        "typed": field_value,
        "picked": chosen_codes,
        "complaint": field_error,
    }
    return _with_first_help(environment)


@cache
def letter_environment() -> Environment:
    """The environment of letters, which fail on a name that they do not know.

    Rather than leave a gap for a person to see.
    """
    environment = Environment(
        loader=_OURS,
        bytecode_cache=_Compiled(str(_ROOM / "__jinja__/letters")),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html.j2"], default=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= formatting.FILTERS
    return _with_first_help(environment)


def _with_first_help(environment: Environment) -> Environment:
    environment.globals["first_help"] = formatting.list_first_help()
    return environment


def compile_all() -> None:
    """Compiles every template, when the layer is built.

    No binary of the layer runs there: only Jinja is imported.
    """
    for environment, of_letters in ((page_environment(), False), (letter_environment(), True)):
        for name in environment.list_templates(extensions=["j2", "jinja"]):
            if ("letters/" in name) == of_letters:
                environment.get_template(name)


if __name__ == "__main__":
    compile_all()
