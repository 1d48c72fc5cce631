"""The text of a mail that was written in HTML."""

import re
from html import unescape
from html.parser import HTMLParser

_BLOCKS = ("p", "h1", "h2", "h3", "h4", "ul", "ol", "blockquote", "table", "hr")
_LINES = ("br", "div", "tr", "li")
_UNSEEN = ("script", "style", "head", "title", "template")
_TOO_LONG = re.compile(r"&(?=#\d{4000})")  # a number of more digits than Python reads
_BROKEN = 200  # tags without an end that are passed over: each costs a look at all that follows


def words(page: str) -> str:
    """The words of a page, a line for each block; links without where they lead.

    Takes time in proportion to the page, whatever was sent: `close`, which in some versions of Python
    does not, is not called, and what the parser leaves unread at a tag without an end is read from there.
    """
    rest = _TOO_LONG.sub("&amp;", re.sub(r"\s+", " ", page)).replace("<![", "<!")
    reader = _Reader()
    for _ in range(_BROKEN):
        reader.reset()
        reader.feed(rest)
        rest = reader.unread(rest[reader.getpos()[1] :])
        if not rest:
            break
    return "\n".join(line.strip() for line in "".join(reader.texts).splitlines())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unseen = ""  # the element within which nothing is to be seen

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if self._unseen:
            if (self._unseen, tag) == ("head", "body"):
                self._unseen = ""
        elif tag in _UNSEEN:
            self._unseen = tag
        elif tag in _BLOCKS:
            self.texts.append("\n\n")
        elif tag in _LINES:
            self.texts.append("\n")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = ""
        elif not self._unseen and tag in _BLOCKS:
            self.texts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.texts.append(data)

    def unread(self, rest: str) -> str:
        """What is to be read of what the parser left at the end: a tag without an end is passed over."""
        if rest.startswith("<!--") or self._unseen in ("script", "style"):
            return ""
        if rest.startswith("<") and rest != "<":
            return rest.partition(">")[2]
        self.handle_data(unescape(rest))
        return ""
