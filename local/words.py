"""Lists every text that people read, page by page: `make words`.

Texts of templates stand without their code, those of the code without what is no sentence or label.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

_LAYER = Path(__file__).parents[1] / "layers/core/comhar"
_CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_STRING = re.compile(r'"([^"\n]*)"' + r"|'([^'\n]*)'")
_TAG = re.compile(r"<(?!a\b|/a\b|b\b|/b\b|strong\b|/strong\b|span\b|/span\b|abbr\b)[^>]*>")
_INLINE = re.compile(r"<[^>]*>")
_NO_PAGES = ("openapi", "routes", "office_names", "irish_words", "holidays")


def list_texts(folder: Path = _LAYER) -> Iterator[tuple[str, int, str]]:
    """Each text with the file it stands in, and its line."""
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.suffix == ".j2":
            found = _in_template(path.read_text("utf-8"))
        elif path.suffix == ".py":
            found = _in_module(path.read_text("utf-8"))
        elif path.suffix == ".json" and path.stem not in _NO_PAGES:
            found = ((1, text) for text in _in_data(json.loads(path.read_text("utf-8"))))
        else:
            continue
        for line, text in found:
            if _is_read(text):
                yield name, line, text


def _is_read(text: str) -> bool:
    """Whether it is a sentence or a label: two words, or one with a capital."""
    letters = re.sub(r"[^A-Za-zÁÉÍÓÚáéíóú]+", " ", text).split()
    is_code = re.search(r"[_#=]|[a-z]\.[a-z]|^[a-z-]+( [a-z-]+)*$|[a-z]-[a-z]+--", text)
    return bool(letters) and not is_code and (len(letters) > 1 or letters[0][0].isupper())


def _in_template(source: str) -> Iterator[tuple[int, str]]:
    """The words between the code, and the strings within it."""
    prose = _CODE.sub(lambda code: _blank(code[0]), source)
    words = _TAG.sub(lambda tag: "\0" + _blank(tag[0])[1:], prose)
    line = 1
    for piece in re.split(r"(\0|\n[ \t]*\n)", words):
        text = " ".join(unescape(_INLINE.sub("", piece)).split()).strip("\0… ")
        if text:
            yield line + piece[: len(piece) - len(piece.lstrip())].count("\n"), text
        line += piece.count("\n")
    for code in _CODE.finditer(source):
        if code[0].startswith("{#") or re.match(r"\{%-? *(extends|import|from|include)\b", code[0]):
            continue
        for string in _STRING.finditer(code[0]):
            text = " ".join((string[1] or string[2] or "").split())
            yield source.count("\n", 0, code.start() + string.start()) + 1, text


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _in_module(source: str) -> Iterator[tuple[int, str]]:
    """The strings of a module that are no docstrings."""
    tree = ast.parse(source)
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(node.value)  # a docstring, of an attribute too
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            text = " ".join(node.value.split())
            if re.search(r"[A-ZÁÉÍÓÚ“].*[ .?]|[a-z] [a-z]+ [a-z]", text):
                yield node.lineno, text


def _in_data(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _in_data(each)


if __name__ == "__main__":
    last = ""
    for name, line, text in list_texts():
        if name != last:
            print(f"\n{name}")
        last = name
        print(f"  {line:4} {text}")
    sys.exit()
