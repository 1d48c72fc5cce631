"""Names are the field's words, one word a thing, and docstrings and templates are short enough to read.

Each rule is a function of modules, `{module: its syntax}`, or of texts: the house's own, and a small one that
shows what the rule finds. It answers `{what is wrong: why}`.
"""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from textwrap import dedent
from typing import Any

import pytest

from comhar.data import load
from tests.support.syntax_trees import LAYER, read_trees, role, stem

Trees = dict[str, ast.Module]
Found = dict[str, str]

BANNED = {"held", "said", "told", "asked", "kept", "gone", "shown", "mine", "doings"}

# Words that are no nouns of the field, and those that only look like a participle.
STRANGE = BANNED | {
    *("made", "done", "taken", "sent", "written", "known", "across", "together", "between"),
    *("earlier", "later", "here", "there", "alone", "near", "each", "one", "given", "found"),
    *("zygote", "nursery", "lifeline"),
}
NOUNS = {"decoding", "formatting", "issuing", "meeting", "wiring"}
# Parts that many topics have, by the last word of a module's name.
ROLES = {"model", "service", "repository", "forms", "views", "letters", "jobs", "routes", "app"}
# Modules of one name that do the same in two places, though it is no part that every topic has.
ALIKE = {
    "close": "ends a meeting, ends a survey",
    "files": "a report, an export as files",
    "personal_data": "what of a person is exported and erased, beside a long repository",
    "ses": "AWS's service for emails, and what stands in for it on this machine",
}

LONGEST_LINE = 160  # of a template
BUILT = {
    path.parent.parent / path.name for path in LAYER.glob("comhar/letters/letters/source/*.j2")
}
LONGEST_SENTENCE = 80  # the first line of a docstring


def house() -> Trees:
    return read_trees("comhar", "functions", "local", "bench", "tests")


def product() -> Trees:
    return read_trees("comhar", "functions", "local")


# The rules


def banned_names(trees: Trees) -> Found:
    """Names that mean another thing in each place."""
    return {
        f"{module}:{line} {name}": "a banned name"
        for module, tree in trees.items()
        for name, line in [(stem(module), 0), *names_in(tree)]
        if name.strip("_") in BANNED
    }


def names_in(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """What a module names itself, and on which line: no name of another's that it only uses."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                yield name, node.lineno
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, node.lineno
            case ast.arg(arg=name):
                yield name, node.lineno
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                yield name, node.lineno
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                yield from ((alias.asname, node.lineno) for alias in aliases if alias.asname)


def strange_modules(trees: Trees) -> Found:
    """Modules that are not named by a noun."""
    found = {}
    for module in trees:
        words = stem(module).split("_")
        participle = words[-1].endswith(("ing", "ed")) and words[-1] not in NOUNS
        if words[0] != "test" and (participle or {words[0], words[-1]} & STRANGE):
            found[module] = "named by a participle, a pronoun or an adverb"
    return found


def shared_names(trees: Trees) -> Found:
    """Modules of one name that do not do the same; a test has the name of its subject wherever it runs."""
    modules = defaultdict(list)
    for module in trees:
        name = stem(module) if "." in module else ""
        subject = name and name != "conftest" and not name.startswith(("__", "test_"))
        if subject and role(module) not in ROLES and name not in ALIKE:
            modules[name].append(module)
    return {
        " = ".join(sorted(same)): "two modules of one name"
        for same in modules.values()
        if len(same) > 1
    }


def aliases(trees: Trees) -> Found:
    """Modules under another name than their own in their package, or under two names elsewhere.

    Who names something else so, a route's function or a local, says in its own package what all others say.
    """
    packages = {module.rpartition(".")[0] for module in trees}
    outside: dict[str, dict[str, str]] = defaultdict(dict)  # module: {alias: a module that says so}
    found = {}
    for module, tree in trees.items():
        near = module if module in packages else module.rpartition(".")[0]
        own = {name for name, _ in names_in(tree)}
        for imported, name in imported_modules(tree, trees):
            taken = name != stem(imported) in own
            if taken or imported.rpartition(".")[0] != near:
                outside[imported].setdefault(name, module)
            elif name != stem(imported):
                found[f"{module}: {name}"] = f"is {imported}, bare in its own package"
    named = defaultdict(set)
    for imported, names in outside.items():
        if len(names) > 1:
            found[imported] = "; ".join(f"{name} in {module}" for name, module in names.items())
        for name in names:
            named[name].add(imported)
    for name, modules in named.items():
        if len(modules) > 1:
            found[name] = "stands for " + " and ".join(sorted(modules))
    return found


def imported_modules(tree: ast.Module, trees: Trees) -> Iterator[tuple[str, str]]:
    """The modules of ours that a module imports, and what it calls them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (module := f"{node.module}.{alias.name}") in trees:
                    yield module, alias.asname or alias.name


def long_docstrings(trees: Trees) -> Found:
    """Docstrings of what is public whose first line is no short plain sentence."""
    found = {}
    for module, tree in trees.items():
        for name, docstring in docstrings(module, tree):
            first = docstring.partition("\n")[0]
            if len(first) > LONGEST_SENTENCE:
                found[name] = f"{len(first)} characters: {first}"
            if first.startswith("Owns"):
                found[name] = f"does not say what it is: {first}"
    return found


def docstrings(
    name: str, node: ast.Module | ast.ClassDef | ast.FunctionDef
) -> Iterator[tuple[str, str]]:
    """Those of a module and of its public classes, functions and methods."""
    if docstring := ast.get_docstring(node):
        yield name, docstring
    for inner in node.body if not isinstance(node, ast.FunctionDef) else ():
        if isinstance(inner, ast.ClassDef | ast.FunctionDef) and not inner.name.startswith("_"):
            yield from docstrings(f"{name}.{inner.name}", inner)


def long_lines(templates: dict[str, str]) -> Found:
    """Lines of templates that nobody can read."""
    return {
        f"{name}:{number}": f"{len(line)} characters"
        for name, text in templates.items()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > LONGEST_LINE
    }


# The house keeps them


@pytest.mark.parametrize(
    "rule",
    [
        banned_names,
        strange_modules,
        shared_names,
        aliases,
    ],
)
def test_the_house_keeps_every_rule_of_names(rule: Callable[[Trees], Found]) -> None:
    assert rule(house()) == {}


def test_every_docstring_begins_with_a_short_sentence() -> None:
    """But for what the API description publishes of forms, views and routes: that stays as it is."""
    published = "\n".join(texts(load("openapi")))
    long = long_docstrings(product())
    assert {
        name for name, what in long.items() if what.partition(": ")[2] not in published
    } == set()


def texts(description: Any) -> Iterator[str]:
    """Every text in JSON."""
    match description:
        case str(text):
            yield text
        case dict(values):
            for value in values.values():
                yield from texts(value)
        case list(values):
            for value in values:
                yield from texts(value)


def test_no_line_of_a_template_is_too_long_to_read() -> None:
    templates = {
        str(path.relative_to(LAYER)): path.read_text("utf-8")
        for path in LAYER.rglob("*.j2")
        if path not in BUILT
    }
    assert templates
    assert long_lines(templates) == {}


def test_nothing_is_excused_that_is_not_there() -> None:
    stems = [stem(module) for module in house()]
    assert set(ALIKE) <= {name for name, same in pairwise(sorted(stems)) if name == same}
    assert {role(module) for module in house()} >= NOUNS | ROLES


# What each rule finds


def parsed(**sources: str) -> Trees:
    """Modules by their names, with two underscores for a dot."""
    return {name.replace("__", "."): ast.parse(dedent(source)) for name, source in sources.items()}


@pytest.mark.parametrize(
    "source",
    [
        "held = 1",
        "for held in (): pass",
        "with open('x') as held: pass",
        "def held(): pass",
        "async def _held(): pass",
        "class held: pass",
        "class Meeting:\n    held: int",
        "def close(*, held): pass",
        "lambda held: 1",
        "[1 for held in ()]",
        "self.held = 1",
        "try: pass\nexcept ValueError as held: pass",
        "import json as held",
        "(held := 1)",
    ],
)
def test_a_banned_name_is_found_wherever_it_stands(source: str) -> None:
    assert list(banned_names(parsed(comhar__polls__model=source)).values()) == ["a banned name"]


def test_a_banned_name_of_a_module_is_found_and_none_in_words_or_uses() -> None:
    words = "meeting.held; 'held'; {'said': 1}; withheld = 1; show(told=1)"
    trees = parsed(comhar__polls__shown="", comhar__polls__model=words)
    assert list(banned_names(trees)) == ["comhar.polls.shown:0 shown"]


@pytest.mark.parametrize(
    "name",
    [
        "comhar.polls.shown",
        "comhar.results.across_views",
        "comhar.meetings.leading",
        "local.zygote",
        "tests.support.heard_and_noted",
    ],
)
def test_a_module_that_is_no_noun_is_found(name: str) -> None:
    trees = {name: ast.Module(), "comhar.polls.responses": ast.Module()}
    assert list(strange_modules(trees)) == [name]


def test_two_modules_of_one_name_are_found_unless_it_is_a_role() -> None:
    trees = parsed(
        comhar__polls__schedule="",
        local__schedule="",
        comhar__polls__office_routes="",
        comhar__surveys__office_routes="",
        tests__unit__test_polls="",
        tests__functional__test_polls="",
    )
    assert list(shared_names(trees)) == ["comhar.polls.schedule = local.schedule"]


def test_a_module_of_two_names_is_found() -> None:
    trees = parsed(
        comhar__polls__repository="",
        comhar__home__service="from comhar.polls import repository as polls_repository",
        comhar__register__service="from comhar.polls import repository as polls",
    )
    assert aliases(trees) == {
        "comhar.polls.repository": "polls_repository in comhar.home.service; polls in comhar.register.service"
    }


def test_a_name_of_two_modules_is_found() -> None:
    trees = parsed(
        comhar__polls__repository="",
        comhar__surveys__repository="",
        comhar__home__service="from comhar.polls import repository",
        comhar__register__service="from comhar.surveys import repository",
    )
    both = "stands for comhar.polls.repository and comhar.surveys.repository"
    assert aliases(trees) == {"repository": both}


def test_a_module_is_imported_bare_in_its_own_package_alone() -> None:
    trees = parsed(
        comhar__polls="",
        comhar__polls__repository="",
        comhar__polls__service="from comhar.polls import repository",
        comhar__home__service="from comhar.polls import repository as polls_repository",
    )
    assert not aliases(trees)
    trees |= parsed(comhar__polls__jobs="from comhar.polls import repository as polls_repository")
    assert list(aliases(trees)) == ["comhar.polls.jobs: polls_repository"]
    trees["comhar.polls.jobs"].body += ast.parse("def repository(): pass").body
    assert not aliases(trees)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (f'"""{"x" * 81}"""', "comhar.polls.model"),
        ('"""Owns how a date is found."""', "comhar.polls.model"),
        (f'def pick():\n    """{"x" * 81}\n\n    More."""', "comhar.polls.model.pick"),
        (
            f'class Poll:\n    def pick(self):\n        """{"x" * 81}"""',
            "comhar.polls.model.Poll.pick",
        ),
    ],
)
def test_a_docstring_that_is_no_short_sentence_is_found(source: str, name: str) -> None:
    assert list(long_docstrings(parsed(comhar__polls__model=source))) == [name]


def test_a_docstring_may_go_on_and_what_is_private_may_be_long() -> None:
    source = f'"""{"x" * 80}\n\n{"x" * 110}"""\ndef _pick():\n    """{"x" * 81}"""'
    assert not long_docstrings(parsed(comhar__polls__model=source))


def test_a_long_line_of_a_template_is_found() -> None:
    assert list(long_lines({"polls/pages/poll.html.j2": f"{'x' * 160}\n{'x' * 161}"})) == [
        "polls/pages/poll.html.j2:2"
    ]
