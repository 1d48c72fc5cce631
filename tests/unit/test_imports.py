"""Who may import whom: functions → routes → service → repository → aws, over a pure model; topics in one
direction.

Each rule is a function of a graph, `{module: the modules it imports}`: the house's own, read from its
sources, and a small one that shows what the rule finds. It answers `{what is wrong: why}`.
"""

import ast
import sys
from collections import defaultdict
from functools import cache

import pytest

from tests.support.syntax_trees import read_trees, role, stem

Graph = dict[str, set[str]]
Found = dict[str, str]

BASE = {"aws", "data", "dates", "due_work", "web"}  # packages of the layer that are no topics
SHARED = {"model", "repository", "views", "data"}  # of a topic, with any other

# What is of a topic's own and another needs all the same.
EXTRAS = {
    "comhar.absence.forms": "the office says until when a member is away as the member does",
    "comhar.communities.pulse": "what a community's page reads by key is noted where it changes",
    "comhar.letters.mime": "the preview of an agenda is its letter, rendered",
    "comhar.meetings.date_warnings": "what speaks against a date, asked before a poll offers it",
    "comhar.meetings.letter_context": "a poll's letters tell of the meeting it became",
    "comhar.meetings.planned_meetings": "what else meets then, asked before a poll offers a date",
    "comhar.meetings.replies": "one's own page knows what one answered",
    "comhar.meetings.reply_counts": "one's own page says how many come",
    "comhar.meetings.rows": "which meeting is next and when one ends, for whoever lists them",
    "comhar.meetings.timeline": "rules: what is due when, before and after a meeting",
    "comhar.membership.directory": "people by name, for whatever shows or chooses them",
    "comhar.membership.member_fields": "what a member answers, in the forms of whoever asks",
    "comhar.membership.member_counts": "how many members there are, for whatever says so",
    "comhar.membership.link_requests": "who changes or erases an address asks for a link as a visitor does",
    "comhar.membership.chair_terms": "rules: who leads a community on a day",
    "comhar.membership.claims": "an address is one member's, whoever writes it: claimed and let go here",
    "comhar.membership.confirmations": "the clock asks the office about whom no co-chair has confirmed",
    "comhar.membership.codes": "the office confirms an export by a code, as it signs in by one",
    "comhar.membership.email_addresses": "what lies under an address, and whether a letter to it still holds",
    "comhar.membership.follow_up_work": "whoever changes a member plans what follows of it",
    "comhar.membership.forms": "the office's form for a new member is theirs and more",
    "comhar.membership.history": "what was done to a member's record, for the office and the member",
    "comhar.membership.name_requests": "a member asks for another name, and the office decides",
    "comhar.polls.votes": "one's own page knows which polls one answered",
    "comhar.membership.role_peers": "people in one role find each other in the rows that change with them",
    "comhar.membership.sessions": "whoever loses an address or the membership is signed out",
    "comhar.reflections.keys": "a community's page reads by key what was shared last",
    "comhar.results.charts": "the picture of a group is drawn as that of a survey",
    "comhar.surveys.audience": "how many can be asked, said before a survey begins",
    "comhar.surveys.ballots": "the words of a closed survey lie beside its ballots",
    "comhar.surveys.disclosure": "rules: which figure of a small group may be shown",
    "comhar.surveys.quarter_row": "the KPI report counts surveys by it, and by older rows as it would",
    "comhar.recurring_surveys.service": "starting a questionnaire can also make it recur",
}
# What a model may reach beside other models: no input, no output, no AWS.
RULES = {
    "comhar.data": "fixed lists",
    "comhar.dates": "dates",
    "comhar.errors": "errors",
    "comhar.fields": "types of texts, and the base classes of forms and views",
    "comhar.formatting": "dates and numbers as people read them",
    "comhar.person_names": "names of people",
    "comhar.regions": "regions",
    "comhar.retention": "for how long what is kept",
    "comhar.settings": "the type of what a deployment sets",
    "comhar.tokens": "ids",
    "comhar.meetings.timeline": "the steps before and after a meeting",
    "comhar.membership.chair_terms": "who leads a community on a day",
    "comhar.membership.member_fields": "what a member answers in any form",
    "comhar.questionnaires.lines": "a questionnaire as lines of text",
    "comhar.reports.aggregate": "sums of rows",
    "comhar.reports.source_rows": "what is counted",
    "comhar.surveys.disclosure": "what may be shown of few answers",
    "comhar.text_merge": "what two people changed in one text",
}
LAZY = {"email_validator", "icalendar"}  # imported where an address is typed, a file is made
EVENTS = "aws_lambda_powertools"
AWS = {"boto3", "botocore"}


# The house's own graph


def trees() -> dict[str, ast.Module]:
    """The syntax of each module of the layer, the functions and the embedded stack."""
    return read_trees("comhar", "functions", "local")


def house(at_start_only: bool = False) -> Graph:
    """Who imports whom, wherever the import stands, or where a module is imported itself."""
    return {name: imported(name, at_start_only) - {name} for name in trees()}


@cache
def imported(name: str, at_start_only: bool) -> set[str]:
    found = set()
    tree = trees()[name]
    for node in tree.body if at_start_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {known(alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports by a relative name"
            found |= {known(f"{node.module}.{alias.name}") for alias in node.names}
    return found


def known(name: str) -> str:
    """The module of ours that a dotted name lies in, else the package it comes from."""
    while name not in trees() and "." in name:
        name = name.rpartition(".")[0]
    return name


# What a module is


def folders(graph: Graph) -> set[str]:
    return {each.rpartition(".")[0] for each in graph}


def package(name: str, folders: set[str]) -> str:
    """The folder a module lies in, or itself where that is the layer's or the functions' own."""
    folder = name if name in folders else name.rpartition(".")[0]
    return name if folder in ("", "comhar", "functions") else folder


def topic(name: str) -> str:
    """`meetings` of `comhar.meetings.agenda.items`; nothing of a module that lies in no topic."""
    top, _, rest = name.partition(".")
    first, inside, _ = rest.partition(".")
    return first if top == "comhar" and inside and first not in BASE else ""


def is_at_the_edge(name: str) -> bool:
    """Whether it is a function, a module of routes, of `web` or of the embedded stack."""
    return name.startswith(("functions.", "local", "comhar.web")) or role(name) == "routes"


# The rules


def circles(graph: Graph) -> Found:
    """Folders and modules beside them that reach themselves; routes know `web` and `wiring`, which know all.

    Not counted is also that a Context names the type of its user.
    """
    parts, edges = folders(graph), defaultdict(set)
    why: dict[tuple[str, str], str] = {}
    for name, others in graph.items():
        for other in others & set(graph):
            near, far = package(name, parts), package(other, parts)
            to_web = far in ("comhar.web", "comhar.wiring") and role(name) == "routes"
            its_user = (name, other) == ("comhar.context", "comhar.membership.model")
            if near != far and name != "comhar.wiring" and not to_web and not its_user:
                edges[near].add(far)
                why[near, far] = f"{name} imports {other}"
    reach = {each: reached({each}, edges) for each in list(edges)}
    found = {}
    for each in reach:
        ring = sorted(other for other in reach[each] if each in reach.get(other, ()))
        if ring:
            ways = (why[a, b] for a in ring for b in ring if (a, b) in why)
            found[" ↔ ".join(ring)] = "; ".join(ways)
    return found


def reached(names: set[str], graph: dict[str, set[str]]) -> set[str]:
    """All that these import, and what that imports, and so on."""
    found: set[str] = set()
    ahead = set(names)
    while ahead:
        ahead = {far for near in ahead for far in graph.get(near, ())} - found
        found |= ahead
    return found


def knowing_aws(graph: Graph) -> Found:
    """Modules of the layer that import AWS's library, but for the folder that is made for it."""
    return {
        name: f"imports {each}"
        for name, others in graph.items()
        for each in others & AWS
        if name.startswith("comhar.") and not name.startswith(("comhar.aws.", "comhar.wiring"))
    }


def knowing_requests(graph: Graph) -> Found:
    """Modules below the routes that know requests, or where clients come from."""
    found = {}
    for name, others in graph.items():
        for each in others:
            outside = each == EVENTS and name != "comhar.telemetry" and name.startswith("comhar.")
            ours = each.startswith(("comhar.web", "comhar.wiring"))
            if (outside or ours) and not is_at_the_edge(name):
                found[name] = f"imports {each}"
    return found


def beyond_rules(graph: Graph, at_start: Graph) -> Found:
    """Models that reach more than rules and types."""
    pure = set(sys.stdlib_module_names) | {"pydantic"}
    found = {}
    for name in (each for each in graph if stem(each) == "model"):
        for each in reached({name}, graph):
            ours = stem(each) == "model" or {each, each.rpartition(".")[0]} & set(RULES)
            if not ours and each not in pure | LAZY:
                found[f"{name} → {each}"] = "a model reaches rules and types alone"
        for each in reached({name}, at_start) & LAZY:
            found[f"{name} → {each}"] = "slow to import: only where it is used"
    return found


def private_imports(graph: Graph) -> Found:
    """What a topic imports of another beside its model, repository and views."""
    return {
        f"{name} → {each}": "of another topic's own"
        for name, others in graph.items()
        for each in others
        if topic(name) and topic(each) and topic(name) != topic(each)
        if role(each) not in SHARED and each not in EXTRAS
    }


# The house keeps them


def wrong() -> Found:
    graph = house()
    return {
        **circles(graph),
        **knowing_aws(graph),
        **knowing_requests(graph),
        **beyond_rules(graph, house(at_start_only=True)),
        **private_imports(graph),
    }


def test_the_house_keeps_every_rule():
    assert wrong() == {}


def test_nothing_is_excused_that_is_not_there():
    graph = house()
    imports = {each for others in graph.values() for each in others}
    used = {
        each
        for name, others in graph.items()
        for each in others
        if topic(name) and topic(name) != topic(each)
    }
    assert set(EXTRAS) <= used
    assert set(RULES) <= imports | {each.rpartition(".")[0] for each in imports}


def test_routes_are_reached_by_their_address_alone():
    """A request imports its own topic and no other: nobody names a module of routes but data/routes.json."""
    for name, others in house().items():
        assert not {each for each in others if role(each) == "routes"} - {"local.routes"}, name


def test_time_is_read_in_one_place():
    for name, tree in trees().items():
        if name.startswith(("comhar", "functions")) and name != "comhar.wiring":
            called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
            calls = {node.attr for node in called if isinstance(node, ast.Attribute)}
            assert not calls & {"now", "utcnow", "today"}, name


# What each rule finds


@pytest.mark.parametrize(
    ("graph", "ring"),
    [
        (
            {
                "comhar.polls.service": {"comhar.meetings.repository"},
                "comhar.meetings.repository": set(),
                "comhar.meetings.jobs": {"comhar.polls.model"},
                "comhar.polls.model": set(),
            },
            "comhar.meetings ↔ comhar.polls",
        ),
        (
            {
                "comhar.meetings.service": {"comhar.meetings.agenda.model"},
                "comhar.meetings.agenda.model": {"comhar.meetings.model"},
                "comhar.meetings.model": set(),
            },
            "comhar.meetings ↔ comhar.meetings.agenda",
        ),
        (
            {
                "comhar.idempotency": {"comhar.polls.model"},
                "comhar.polls.model": {"comhar.surveys.model"},
                "comhar.surveys.model": {"comhar.idempotency"},
            },
            "comhar.idempotency ↔ comhar.polls ↔ comhar.surveys",
        ),
    ],
    ids=["two topics", "a folder within another", "by way of a third"],
)
def test_a_circle_is_found(graph, ring):
    assert list(circles(graph)) == [ring]


def test_what_goes_one_way_is_no_circle():
    assert not circles(
        {
            "comhar.wiring": {"comhar.polls.repository"},
            "comhar.web.guards": {"comhar.polls.model", "comhar.wiring"},
            "comhar.polls.routes": {"comhar.web", "comhar.wiring", "comhar.polls.service"},
            "comhar.polls.service": {"comhar.context"},
            "comhar.polls.model": set(),
            "comhar.polls.repository": set(),
            "comhar.context": {"comhar.membership.model"},
            "comhar.membership.model": set(),
            "comhar.membership.service": {"comhar.context"},
        }
    )


def test_a_service_that_imports_boto3_is_found():
    graph = {
        "comhar.polls.service": {"boto3"},
        "comhar.aws.dynamodb": {"botocore"},
        "comhar.wiring": {"boto3", "botocore"},
    }
    assert knowing_aws(graph) == {"comhar.polls.service": "imports boto3"}


@pytest.mark.parametrize("what", ["aws_lambda_powertools", "comhar.wiring", "comhar.web.guards"])
def test_a_use_case_that_knows_requests_is_found(what):
    graph: Graph = {
        "comhar.polls.responses": {what},
        "comhar.polls.routes": {what},
        "comhar.wiring": set(),
        "comhar.web.guards": {"comhar.wiring", "aws_lambda_powertools"},
        "functions.members.app": {what},
    }
    assert knowing_requests(graph) == {"comhar.polls.responses": f"imports {what}"}


@pytest.mark.parametrize(
    "what", ["comhar.polls.repository", "comhar.aws.conditions", "jinja2", "email_validator"]
)
def test_a_model_that_reaches_more_than_rules_is_found(what):
    graph: Graph = {
        "comhar.polls.model": {"comhar.dates.quarters", "pydantic", "datetime"},
        "comhar.dates.quarters": {what},
        "comhar.polls.repository": set(),
        "comhar.aws.conditions": set(),
    }
    assert list(beyond_rules(graph, graph)) == [f"comhar.polls.model → {what}"]
    graph["comhar.dates.quarters"] = {"functools", "comhar.errors"}
    assert not beyond_rules(graph, graph)


def test_an_address_is_checked_where_it_is_typed():
    graph: Graph = {"comhar.profile.model": {"email_validator"}}
    assert not beyond_rules(graph, {"comhar.profile.model": set()})


def test_another_topic_s_own_module_is_found():
    own = {"comhar.polls.date_warnings", "comhar.polls.model", "comhar.polls.draft_repository"}
    graph: Graph = {"comhar.surveys.service": own | {"comhar.dates.quarters"}}
    graph["comhar.polls.service"] = own
    found = private_imports(graph)
    assert list(found) == ["comhar.surveys.service → comhar.polls.date_warnings"]
