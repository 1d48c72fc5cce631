"""Clients generated from the description: they join, sign up, read `/me` and get a typed 422.

With openapi-python-client 0.29, and openapi-typescript 7 with openapi-fetch, checked by `tsc --strict`.
"""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from comhar.meetings.agenda import attachments
from comhar.spreadsheets import CONTENT_TYPES
from local import openapi
from tests.support.stack import ROOT, Stack

NAME, REGION = "Sinéad Ní Dhomhnaill", "SW"
OWN = {"region": REGION, "role": "peer_support_worker"}
# Files that the generator has no types of its own for, and no ruff over what it wrote.
FILES = {kind: "application/octet-stream" for kind in attachments.TYPES.values()} | {
    CONTENT_TYPES["xlsx"]: "application/octet-stream",
    "image/svg+xml": "text/plain",
}
SETTINGS = {"post_hooks": [], "content_type_overrides": FILES}
NODE = ROOT / "node_modules/.bin"
STRICT = (
    "--strict",
    "--skipLibCheck",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--outDir",
    "out",
)


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_python_client_leaves_nothing_out_and_signs_up(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps(SETTINGS))
    generator = Path(sys.executable).parent / "openapi-python-client"
    made = ("--meta", "none", "--output-path", "comhar_client", "--config", settings)
    output = run(generator, "generate", "--path", openapi.TARGET, *made, cwd=tmp_path)
    assert "arning" not in output and "rror" not in output, output
    monkeypatch.syspath_prepend(tmp_path)
    client, models, join, sign_up, own_page = (
        import_module(f"comhar_client{name}")
        for name in (
            "",
            ".models",
            ".api.sign_up.join",
            ".api.sign_up.sign_up",
            ".api.home.own_page",
        )
    )
    email, visitor = "python@hse.ie", client.Client(base_url=stack.url)
    assert join.sync_detailed(client=visitor, body=models.Join(email)).status_code == 202
    token = stack.link(stack.letter(email, "link to join"), "/sign-up/").rpartition("/")[2]
    refused = sign_up.sync(token, client=visitor, body=models.SignUp(name="", **OWN))
    assert isinstance(refused, models.Problem)
    assert (refused.status, [each.field for each in refused.errors]) == (422, ["name"])
    member = sign_up.sync(token, client=visitor, body=models.SignUp(name=NAME, **OWN))
    assert isinstance(member, models.Welcome)
    own = client.AuthenticatedClient(base_url=stack.url, token=member.session)
    me = own_page.sync(client=own)
    assert isinstance(me, models.Home)
    assert (me.name, me.region, me.office) == (NAME, REGION, False)
    stranger = own_page.sync(client=visitor)
    assert isinstance(stranger, models.Problem) and stranger.status == 401


def test_a_typescript_client_is_strict_and_signs_up(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    program = (Path(__file__).parent / "clients/journey.ts").read_text("utf-8")
    (tmp_path / "journey.ts").write_text(program, "utf-8")
    run(NODE / "openapi-typescript", openapi.TARGET, "--output", "api.ts", cwd=tmp_path)
    run(NODE / "tsc", *STRICT, "journey.ts", cwd=tmp_path)
    seen = json.loads(run("node", "out/journey.js", stack.url, "typescript@hse.ie", cwd=tmp_path))
    assert seen == {
        "refused": [422, ["name"]],
        "me": [NAME, REGION, False],
        "stranger": 401,
    }
