"""The mailbox: every letter the stack sent, as plain pages and as JSON.

The pages work without JavaScript.
"""

import base64
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web

from local.mail_store import MailStore

_PAGE = 100  # letters a page
_LINK = re.compile(r"https?://[^\s<>\"')]+")


class Mailbox:
    def __init__(self, mail: MailStore) -> None:
        self._mail = mail
        loader = jinja2.FileSystemLoader(Path(__file__).parent / "pages")
        self._pages = jinja2.Environment(
            loader=loader, autoescape=True, undefined=jinja2.StrictUndefined
        )

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_local/mail.json", self._json),
            web.get("/_local/mail", self._list),
            web.get("/_local/mail/{id}", self._message),
            web.get("/_local/mail/{id}/html", self._html),
            web.get("/_local/mail/{id}/attachments/{number:[0-9]+}", self._attachment),
        ]

    async def _json(self, request: web.Request) -> web.StreamResponse:
        """Streamed message by message: a year's letters need not stand in memory at once.

        `?to=` keeps one person's, `?after=` those that came later than the letter of that id.
        """
        answer = web.StreamResponse(headers={"Content-Type": "application/json; charset=utf-8"})
        await answer.prepare(request)
        parts, size = [b"["], 1
        wanted = self._mail.list_messages(request.query.get("to"), request.query.get("after"))
        for number, message in enumerate(wanted):
            parts += [b",\n"] * bool(number) + [message]
            size += len(message)
            if size > 1 << 20:
                await answer.write(b"".join(parts))
                parts, size = [], 0
        await answer.write(b"".join([*parts, b"]"]))
        return answer

    async def _list(self, request: web.Request) -> web.Response:
        to = request.query.get("to") or None
        heads = self._mail.heads(to)
        address = request.query.get("from", "")
        start = min(int(address), len(heads)) if address.isdecimal() else 0
        newest = heads[::-1][start : start + _PAGE]
        older = start + _PAGE if start + _PAGE < len(heads) else None
        return self._page("list", heads=newest, total=len(heads), to=to or "", older=older)

    async def _message(self, request: web.Request) -> web.Response:
        message = self._find(request)
        links = links_of(message["html"]) or [
            {"href": one, "words": one} for one in _LINK.findall(message["text"])
        ]
        return self._page("message", message=message, links=links)

    async def _html(self, request: web.Request) -> web.Response:
        """The HTML part, for a sandboxed frame: no scripts, links open in the whole window."""
        html = self._find(request)["html"]
        framed = re.sub(
            r"(?i)<head[^>]*>", lambda head: head[0] + '<base target="_top">', html, count=1
        )
        if framed == html:
            framed = '<base target="_top">' + html
        policy = "default-src 'none'; img-src data: *; style-src 'unsafe-inline'"
        headers = {"Content-Security-Policy": policy}
        return web.Response(text=framed, content_type="text/html", headers=headers)

    async def _attachment(self, request: web.Request) -> web.Response:
        attachments = self._find(request)["attachments"]
        number = int(request.match_info["number"])
        if number >= len(attachments):
            raise web.HTTPNotFound
        found = attachments[number]
        name = re.sub(r"[^\w. -]", "_", found["filename"]).encode("ascii", "replace").decode()
        headers = {
            "Content-Type": found["content_type"],
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        return web.Response(body=base64.b64decode(found["base64"]), headers=headers)

    def _find(self, request: web.Request) -> dict[str, Any]:
        message = self._mail.message(request.match_info["id"])
        if message is None:
            raise web.HTTPNotFound(text="There is no such letter.")
        return message

    def _page(self, name: str, **context: Any) -> web.Response:
        text = self._pages.get_template(f"{name}.html.j2").render(context)
        return web.Response(
            text=text, content_type="text/html", headers={"Cache-Control": "no-store"}
        )


def links_of(html: str) -> list[dict[str, str]]:
    """The links of a letter in order: where they lead and what they say."""
    reader = _Links()
    reader.feed(html)
    return [one for one in reader.found if one["href"].startswith(("http:", "https:", "mailto:"))]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append({"href": dict(attrs).get("href") or "", "words": ""})
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1]["words"] = " ".join((self.found[-1]["words"] + data).split())
