"""Every letter has two forms that say the same, in the layouts that carry the help lines."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import nodes

from comhar import formatting, templates

ROOM = Path(formatting.__file__).parent
LETTERS = sorted(
    str(path.relative_to(ROOM)).removesuffix(".txt.j2")
    for path in ROOM.rglob("letters/*.txt.j2")
    if "letters/letters/" not in str(path)
)
SHARED = sorted(
    str(path.relative_to(ROOM))
    for path in ROOM.rglob("letters/*.j2")
    if not path.name.endswith((".txt.j2", ".html.j2"))
)


def template_words(name: str) -> list[str]:
    """The words of a template's own sentences, those in its expressions too, without its tags."""
    tree = templates.letter_environment().parse((ROOM / name).read_text(encoding="utf-8"))
    texts = [each.data for each in tree.find_all(nodes.TemplateData)]
    quoted = [str(each.value) for each in tree.find_all(nodes.Const)]
    text = " ".join(texts + [each for each in quoted if not each.endswith(".j2")])
    return re.findall(r"\w+", re.sub(r"<[^>]*>", " ", text))


@pytest.mark.parametrize("letter", LETTERS)
def test_text_and_html_say_the_same(letter: str):
    assert sorted(template_words(f"{letter}.txt.j2")) == sorted(template_words(f"{letter}.html.j2"))


def list_open_outputs(node: nodes.Node) -> list[nodes.Node]:
    """What an expression can put out beside words of the template and names of regions."""
    match node:
        case nodes.TemplateData() | nodes.Const() | nodes.Filter(name="named"):
            return []
        case nodes.CondExpr(expr1=one, expr2=other):
            return [*list_open_outputs(one), *list_open_outputs(other)]
        case nodes.Concat(nodes=parts):
            return [found for part in parts for found in list_open_outputs(part)]
        case nodes.Getitem(node=nodes.Dict(items=pairs)):
            return [found for pair in pairs for found in list_open_outputs(pair.value)]
        case nodes.Call(node=nodes.Name()):  # a macro, which is looked at where it stands
            return []
    return [node]


@pytest.mark.parametrize("name", SHARED)
def test_what_both_forms_share_holds_no_word_that_somebody_wrote(name: str):
    """Jinja 3.1.6 escapes in a macro as its own file says, and takes what it gives as its caller says: a
    name in a macro of a plain file would stand in the HTML form as it was typed."""
    tree = templates.letter_environment().parse((ROOM / name).read_text(encoding="utf-8"))
    outputs = [part for output in tree.find_all(nodes.Output) for part in output.nodes]
    assert outputs
    assert [found for part in outputs for found in list_open_outputs(part)] == []


def test_a_word_that_somebody_wrote_is_found_in_what_both_forms_share():
    for text in ("{{ name }}", '{{ "Dear " ~ name }}', '{{ "x" if name else name | upper }}'):
        [output] = templates.letter_environment().parse(text).find_all(nodes.Output)
        assert list_open_outputs(output.nodes[0])


@pytest.mark.parametrize("kind", ["txt", "html"])
def test_every_layout_says_where_to_find_help(kind: str):
    layout = templates.letter_environment().get_template(f"letters/letters/layout.{kind}.j2")
    blanks = {"lang": "en-IE", "subject": "", "office": "", "pause": None, "irish": ()}
    words = layout.render(public_url="https://comhar.example", **blanks)
    assert all(each in words for each in ("112", "116 123", "50808", "https://comhar.example/help"))


def test_the_layout_holds_the_style_sheet_as_it_is_now():
    made = subprocess.run([sys.executable, "-m", "local.build_letters", "--check"], check=False)
    assert made.returncode == 0


def test_text_is_folded_and_addresses_are_not():
    address = "https://comhar.example/sign-in/" + "x" * 60
    text = formatting.wrap_text("1. " + "word " * 30 + "\n\n\n\n" + address)
    first, *_ = text.split("\n\n")
    assert all(len(line) <= 72 for line in first.splitlines())
    assert first.splitlines()[1].startswith("   word")
    assert text.endswith(f"\n\n{address}\n")


def test_a_quarter_is_said_by_its_months():
    assert formatting.format_period("2027-Q4") == "October to December 2027"
    assert formatting.format_period("2027-Q3-ytd") == "January to September 2027"
    assert formatting.format_period("2027") == "2027"


def test_times_are_said_as_on_the_clock_in_ireland():
    assert formatting.format_moment("2027-07-01T09:00:00+00:00") == "Thursday 1 July 2027, 10am"
    assert formatting.format_moment("2027-02-18T10:00") == "Thursday 18 February 2027, 10am"
    assert formatting.format_end_hour("2027-02-18T23:30", 60) == "12.30am"
    assert [
        formatting.format_hour(f"2027-02-18T{at}") for at in ("00:00", "12:00", "12:05", "14:30")
    ] == [
        "midnight",
        "midday",
        "12.05pm",
        "2.30pm",
    ]
    assert [formatting.format_count(n, "person", "people") for n in (1, 2)] == [
        "1 person",
        "2 people",
    ]
    assert [formatting.get_title(code) for code in ("SW", "no_code", None)] == [
        "South West",
        "no code",
        "",
    ]
