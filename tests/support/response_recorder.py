"""Records what every GET answers over a filled data folder, to compare two versions of the product.

`python -m tests.support.response_recorder FOLDER > recorded.json` works on a copy of the folder, at one
instant of its clock; paths after FOLDER are opened besides what links lead to.
`python -m tests.support.response_recorder --compare A B` prints what differs between two records, and fails
if anything does.
Only HTTP and /openapi.json are relied on, so that this file runs on a tree of before a change too.
"""

import hashlib
import io
import json
import re
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openpyxl

from local.clock import Clock
from tests.support.http_client import HttpResponse
from tests.support.stack import Stack
from tests.support.stack_users import OFFICE

ADDRESS = "http://127.0.0.1:8000"  # in what is answered, whatever the stack's port
LATER = timedelta(hours=1)  # what a new version does by itself with stored data is done by then
DEPTH = 6  # links to follow from the first page on: the pages of years lead to others for ever
UNLINKED = {"/reflections/new/feelings"}  # shown only after something was sent
_LINK = re.compile(r"""(?:href|action)="([^"]*)"|(https?://[^\s<>"')]+)""")

Recording = dict[str, dict[str, list[Any]]]  # reader → path → [status, body]


@contextmanager
def standing(folder: Path) -> Iterator[tuple[Stack, set[str]]]:
    """A stack over a copy of the folder whose clock stands still, and the links of its old letters."""
    with tempfile.TemporaryDirectory() as there:
        data = Path(there) / "stack"
        shutil.copytree(folder, data)
        clock = Clock(data / "clock")
        saved_at = clock.seen
        assert saved_at, f"no stack has run in {folder}"
        clock.run(saved_at)
        stack = Stack(data, PUBLIC_URL=ADDRESS)
        stack.start()
        try:
            links = {link for letter in stack.mail() for link in links_in(letter["text"])}
            instant = saved_at.replace(second=0, microsecond=0) + LATER
            stack.advance(to=instant)
            clock.stand(instant)
            yield stack, links
        finally:
            stack.stop()


def links_in(text: str) -> set[str]:
    """The paths, with their queries, that a page or a letter leads to."""
    parts = (urlsplit((one or other).replace("&amp;", "&")) for one, other in _LINK.findall(text))
    return {part.path + (f"?{part.query}" if part.query else "") for part in parts}


class Paths:
    """The paths of the API's GETs, filled with the ids that links have shown so far."""

    def __init__(self, description: dict[str, Any]) -> None:
        paths = description["paths"]
        ranked = sorted(paths, key=lambda one: [part[:1] == "{" for part in one.split("/")])
        self._templates = {one: re.compile(re.sub(r"{\w+}", "[^/]+", one)) for one in ranked}
        self._gets = {template for template in paths if "get" in paths[template]}
        self._filled: dict[str, set[str]] = defaultdict(set)  # "/meetings/{}" → "/meetings/SW-01…"
        self._queries: set[str] = set()

    def learn(self, links: Iterable[str]) -> None:
        """Keep the ids in these links; they may belong to forms, which are sent by POST."""
        for link in links:
            path = link.partition("?")[0]
            if template := self.template(path):
                pattern, filled = template.split("/"), path.split("/")
                for end, part in enumerate(pattern, 1):
                    if part.startswith("{"):
                        self._filled[_blank(pattern[:end])].add("/".join(filled[:end]))
                if path != link and template in self._gets:
                    self._queries.add(link)

    def template(self, path: str) -> str | None:
        """The template of a path; fixed words win over parameters."""
        fits = (one for one, pattern in self._templates.items() if pattern.fullmatch(path))
        return next(fits, None)

    def all(self) -> set[str]:
        """Every GET with every id known so far."""
        found = set(self._queries)
        for template in self._gets:
            parts = template.split("/")
            end = max((n for n, part in enumerate(parts, 1) if part[:1] == "{"), default=0)
            heads = self._filled[_blank(parts[:end])] if end else {""}
            found |= {"/".join([head, *parts[end or 1 :]]) for head in heads}
        return found


def _blank(parts: list[str]) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in parts)


def record(folder: Path, others: Iterable[str] = ()) -> Recording:
    """What each reader is answered. Links of letters are opened by nobody in particular."""
    with standing(folder) as (stack, letters):
        readers = sign_in(stack)
        paths = Paths(stack.get("/openapi.json").json)
        paths.learn(letters | UNLINKED | set(others))
        found: Recording = {reader: {} for reader in readers}
        for _ in range(DEPTH):
            known = sorted(paths.all(), key=_turn)
            for reader, session in readers.items():
                for path in known:
                    by_letter = "{token}" in (paths.template(path.partition("?")[0]) or "")
                    if path in found[reader] or (by_letter and session):
                        continue
                    answer = stack.get(path, session=session)
                    found[reader][path] = [answer.status, body(answer)]
                    if answer.status == 200:
                        page = stack.get(path, session=session, html=True)
                        if page.headers.get("Content-Type", "").startswith("text/html"):
                            paths.learn(links_in(page.text))
    return found


def _turn(path: str) -> tuple[bool, str]:
    """Who has looked at people is asked first: from then on this recording has, all at one instant."""
    return re.search("/(history|reads)", path) is None, path


def sign_in(stack: Stack) -> dict[str, str | None]:
    """The sessions of the office, of a co-chair, of a member of the same region, and of nobody."""
    office = _session(stack, OFFICE)
    members = stack.get("/members", session=office).json["members"]
    chair = min((each for each in members if each["chair_of"]), key=lambda each: each["id"])
    others = (
        each
        for each in members
        if (each["status"], each["region"]) == ("active", chair["region"]) and not each["chair_of"]
    )
    member = min(others, key=lambda each: each["id"])
    return {
        "office": office,
        "chair": _session(stack, chair["email"]),
        "member": _session(stack, member["email"]),
        "nobody": None,
    }


def _session(stack: Stack, email: str) -> str:
    before = len(stack.mail(email, "link to sign in"))
    assert stack.post("/sign-in", {"email": email}).status == 202
    letter = stack.letter(email, "link to sign in", after=before)
    found = re.search(r"/sign-in/[\w-]+", letter["text"])
    assert found
    return str(stack.post(found[0]).json["session"])


def body(answer: HttpResponse) -> Any:
    """The JSON of an answer, where it leads, a workbook's cells, or the digest of another file."""
    if answer.location:
        return {"location": answer.location}
    kind = answer.headers.get("Content-Type", "")
    if "json" in kind:
        return answer.json
    if "spreadsheet" in kind:
        return _columns(answer.body)
    return hashlib.sha256(answer.body).hexdigest()


def _columns(workbook: bytes) -> dict[str, list[Any]]:
    """The cells of each sheet, by column, sorted: DynamoDB gives the keys of a map in any order, and the
    columns of /me/data.xlsx follow it. The file itself also says when the machine made it."""
    book = openpyxl.load_workbook(io.BytesIO(workbook), read_only=True)
    sheets = {sheet.title: sheet.iter_rows(values_only=True) for sheet in book.worksheets}
    return {
        title: sorted([*map(str, cells)] for cells in zip(*rows, strict=True))
        for title, rows in sheets.items()
    }


def differences(one: Any, other: Any, where: str = "") -> Iterator[str]:
    """Where two recordings differ, a line each."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            there = f"{where} {key}"
            if key not in one or key not in other:
                yield f"{there}: only in the {'second' if key in other else 'first'}"
            else:
                yield from differences(one[key], other[key], there)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        if one != other and sorted(one, key=repr) == sorted(other, key=repr):
            yield f"{where}: in another order"
            return
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, f"{where} {number}")
    elif one != other:
        yield f"{where}: {one!r:.200} / {other!r:.200}"


def main() -> int:
    if sys.argv[1] == "--compare":
        one, other = (json.loads(Path(path).read_text()) for path in sys.argv[2:])
        lines = list(differences(one, other))
        print("\n".join(lines) or "no difference")
        return bool(lines)
    found = record(Path(sys.argv[1]), sys.argv[2:])
    json.dump(found, sys.stdout, indent=1, sort_keys=True, ensure_ascii=False)
    for reader, answers in found.items():
        print(f"{reader}: {len(answers)} paths", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
