"""Owns how the words of a mail that was written as a page are found, in one pass whatever was sent."""

import html
import re

_BLOCKS = ("p", "h1", "h2", "h3", "h4", "ul", "ol", "blockquote", "table", "hr")
_LINES = ("br", "div", "tr", "li")
_UNSEEN = ("script", "style", "head", "title", "template")
_NAME = re.compile(r"/?[a-z][a-z0-9]*", re.IGNORECASE)
# What was matched is never tried again (`+`): a tag without an end costs its own length and no more.
_TAG = re.compile(r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")


def words(page: str) -> str:
    """The words of a page, a line for each block; links without where they lead."""
    first, *rest = re.sub(r"\s+", " ", page).split("<")
    found, unseen = [_said(first)], ""
    for piece in rest:
        unseen, text = _hidden(unseen, piece) if unseen else _seen(piece)
        found.append(text)
    return "\n".join(line.strip() for line in "".join(found).splitlines())


def _seen(piece: str) -> tuple[str, str]:
    """What of all that follows is not to be seen (a comment, a style), and the words of this piece."""
    if piece.startswith("!--"):
        return _hidden("!--", piece[3:])
    name = _name(piece)
    if name in _UNSEEN:
        return name, ""
    if name or piece.startswith(("!", "?", "/")):
        return "", _break(name) + _said(_after(piece))
    return "", _said("<" + piece)  # no tag: somebody wrote it


def _hidden(unseen: str, piece: str) -> tuple[str, str]:
    """The same, within what is not to be seen."""
    if unseen == "!--":
        _, ended, rest = piece.partition("-->")
        return ("", _said(rest)) if ended else (unseen, "")
    name = _name(piece)
    if name == f"/{unseen}" or (unseen == "head" and name == "body"):
        return "", _said(_after(piece))
    return unseen, ""


def _name(piece: str) -> str:
    named = _NAME.match(piece)
    return named[0].lower() if named else ""


def _after(piece: str) -> str:
    """What comes after a tag, of which a ">" within quotes is not the end."""
    ended = _TAG.match(piece)
    return piece[ended.end() :] if ended else piece.partition(">")[2]


def _break(name: str) -> str:
    if name.removeprefix("/") in _BLOCKS:
        return "\n\n"
    return "\n" if name in _LINES else ""


def _said(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # the number of a letter, with more digits than Python reads
        return text
