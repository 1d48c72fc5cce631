"""What stands in front of the embedded API: files, compressed for who takes it, and a limit of size."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from local.front import Front, TooLarge
from tests.support import event_loops

ROOT = Path(__file__).parents[2]
SHEET = ROOT / "static/comhar.css"


class Api:
    """The HTTP API, which says only that it was asked."""

    async def answer(self, request: web.Request) -> web.Response:
        return web.Response(status=404, text=f"api {len(await request.read())}")


def ask(method: str, path: str, data: bytes | None = None, **headers: str) -> Any:
    """The answer of a front over static/ that takes 4 bytes: status, headers and bytes as they came."""

    async def request() -> Any:
        app = web.Application()
        too_large = TooLarge(4, "<p>{back}</p>", {"status": 413})
        app.add_routes(Front(ROOT / "static", Api(), too_large).routes())  # type: ignore[arg-type]
        async with TestClient(TestServer(app), auto_decompress=False) as client:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            async with client.request(
                method, path, data=data, headers=sent, skip_auto_headers=["Accept-Encoding"]
            ) as answer:
                return answer.status, answer.headers, await answer.read()

    return event_loops.run(request())


@pytest.mark.parametrize("path", ["/static/none.css", "/static/../pyproject.toml", "/favicon.png"])
def test_what_is_no_file_is_the_apis_to_answer(path: str) -> None:
    assert ask("GET", path)[2] == b"api 0"


@pytest.mark.parametrize("accepted", ["", "br", "identity", "gzip;q=0", "gzip; q=0.0, br"])
def test_a_file_is_sent_as_it_is_to_who_does_not_take_gzip(accepted: str) -> None:
    status, headers, body = ask("GET", "/static/comhar.css", Accept_Encoding=accepted)
    assert (status, "Content-Encoding" in headers) == (200, False)
    assert body == SHEET.read_bytes()
    assert headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br, zstd", "br;q=1.0, gzip;q=0.8, *"])
def test_a_file_of_text_is_compressed_for_who_takes_gzip(accepted: str) -> None:
    status, headers, body = ask("GET", "/static/comhar.css", Accept_Encoding=accepted)
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    assert gzip.decompress(body) == SHEET.read_bytes()
    assert len(body) < SHEET.stat().st_size / 2
    assert headers["Content-Type"] == "text/css; charset=utf-8"
    assert headers["Vary"] == "Accept-Encoding"


def test_both_forms_of_a_file_have_a_tag_of_their_own_and_are_not_sent_again() -> None:
    tags = {}
    for accepted in ("gzip", "identity"):
        _, headers, _ = ask("GET", "/static/comhar.css", Accept_Encoding=accepted)
        tags[accepted] = headers["ETag"]
    assert len(set(tags.values())) == 2
    for accepted, tag in tags.items():
        again = ask("GET", "/static/comhar.css", Accept_Encoding=accepted, If_None_Match=tag)
        assert (again[0], again[2]) == (304, b"")
        assert again[1]["ETag"] == tag
    crossed = {"Accept_Encoding": "identity", "If_None_Match": tags["gzip"]}
    assert ask("GET", "/static/comhar.css", **crossed)[0] == 200


def test_what_is_looked_for_at_the_root_is_there() -> None:
    status, headers, body = ask("GET", "/favicon.ico")
    assert (status, headers["Content-Type"], body[:4]) == (200, "image/x-icon", b"\0\0\1\0")
    status, headers, body = ask("GET", "/robots.txt")
    assert (status, headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert b"\nDisallow: /\n" in body
    assert ask("HEAD", "/robots.txt")[0] == 200


@pytest.mark.parametrize("path", ["/", "/anything"])
def test_what_is_too_large_never_reaches_the_api(path: str) -> None:
    status, headers, body = ask("POST", path, b"12345", Accept="text/html")
    assert (status, body) == (413, b"<p>/me</p>")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    status, headers, _ = ask("POST", path, b"12345", Accept="*/*")
    assert (status, headers["Content-Type"]) == (413, "application/problem+json")
    assert ask("POST", path, b"1234")[2] == b"api 4"
