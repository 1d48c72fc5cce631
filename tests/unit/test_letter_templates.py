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
WHOLE = [each for each in LETTERS if not each.endswith("/parts")]
SHARED = sorted(
    str(path.relative_to(ROOM))
    for path in ROOM.rglob("letters/*.j2")
    if not path.name.endswith((".txt.j2", ".html.j2"))
)


PREHEADER = re.compile(r"\{% block preheader %\}(.*?)\{% endblock %\}", re.DOTALL)
BUTTONS = re.compile(r"^\{\{ (?:answers\(|button\()[^\n]*", re.MULTILINE)


def template_words(name: str) -> list[str]:
    """The words of a template's own sentences, those in its expressions too, without its tags."""
    source = PREHEADER.sub("", (ROOM / name).read_text(encoding="utf-8"))
    tree = templates.letter_environment().parse(source)
    texts = [each.data for each in tree.find_all(nodes.TemplateData)]
    constants = [each.value for each in tree.find_all(nodes.Const)]
    quoted = [str(each) for each in constants if not isinstance(each, bool)]
    text = " ".join(texts + [each for each in quoted if not each.endswith(".j2")])
    return re.findall(r"\w+", re.sub(r"<[^>]*>", " ", text))


@pytest.mark.parametrize("letter", LETTERS)
def test_text_and_html_say_the_same(letter: str):
    assert sorted(template_words(f"{letter}.txt.j2")) == sorted(template_words(f"{letter}.html.j2"))


@pytest.mark.parametrize("letter", WHOLE)
def test_a_list_of_emails_shows_the_point_after_the_subject_and_nothing_personal(letter: str):
    [point] = PREHEADER.findall((ROOM / f"{letter}.html.j2").read_text(encoding="utf-8"))
    assert point
    personal = (
        r"\b(name|writer|by|member|person|candidate|region|role|topic|reason|text|title|code)\b"
    )
    for expression in re.findall(r"\{\{(.*?)\}\}", point):
        names = re.sub(r'"[^"]*"|by \| day', "", expression)
        assert not re.search(personal, names.replace("not name", "")), expression


@pytest.mark.parametrize("letter", WHOLE)
def test_an_email_has_one_filled_button_where_it_has_several(letter: str):
    source = (ROOM / f"{letter}.html.j2").read_text(encoding="utf-8")
    branches = re.split(r"\{% else %\}", source)  # of which a reader gets one
    for branch in branches:
        filled = [each for each in BUTTONS.findall(branch) if "second=" not in each]
        assert len(filled) <= 1, filled


def test_only_the_first_answer_is_a_filled_button():
    parts = templates.letter_environment().get_template("letters/letters/parts.html.j2")
    looks = re.findall(r'class="(button|outlined)"[^>]*>([^<]*)<', parts.module.answers("/r"))
    assert looks == [
        ("button", "Yes, I am coming"),
        ("outlined", "Maybe"),
        ("outlined", "No, I am not coming"),
    ]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_what_an_email_says_reads_well_on_a_dark_screen_and_on_paper():
    layout = templates.letter_environment().get_template("letters/letters/layout.html.j2")
    blanks = {"lang": "en-IE", "subject": "", "office": "", "pause": None, "irish": ()}
    html = layout.render(public_url="https://comhar.example", **blanks)
    assert '<meta name="color-scheme" content="light dark">' in html
    dark, paper = html.partition("@media (prefers-color-scheme: dark)")[2].split("@media print")
    rules = re.findall(r"([^{}]+)\{ ([^}]*)\}", dark)
    text = {
        each.strip(): re.findall(r"(?<!-)color: (#\w{6})", rule)[0]
        for names, rule in rules
        for each in names.split(",")
        if re.search(r"(?<![-\w])color: #", rule)
    }
    grounds = {
        each.strip(): re.findall(r"background-color: (#\w{6})", rule)[0]
        for names, rule in rules
        for each in names.split(",")
        if "background-color" in rule
    }
    assert contrast(text.pop(".button"), grounds[".press"]) >= 4.5
    assert text.keys() >= {".body", ".title", ".key", ".value", ".foot", ".address", "a", ".quiet"}
    assert all(contrast(each, grounds[".letter"]) >= 4.5 for each in text.values())
    assert ".button" in paper and ".head" in paper  # white on a ground that printers leave out


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
