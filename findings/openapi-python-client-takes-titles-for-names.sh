#!/usr/bin/env bash
# openapi-python-client names classes by schemas' titles, and of two with one title makes one, with exit code 0.
#
# One would guess: a class is called by its component's name, which is unique; a title is for people to read.
# Seen: the components CatProblem and DogProblem, both titled "Problem", become one class Problem. The second is left out
#   with a warning, and so is each answer that refers to it: the client parses that status to None. With titles left out
#   both are there. The command ends with 0 either way, unless it is told --fail-on-warning.
# Versions: openapi-python-client 0.29.1, Python 3.13. Date: 2026-12-03.
# Why it matters to us: pydantic gives every schema a title, and 13 of ours stood twice, so that a generated client knew
#   no Problem. Our description has no titles but the components' own names, and our test refuses a
#   warning.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -q --disable-pip-version-check openapi-python-client==0.29.1
venv/bin/python - <<'PYTHON'
import json
import subprocess
from importlib.metadata import version
from pathlib import Path


def schema(animal, titled):
    title = {"title": "Problem"} if titled else {}
    return {**title, "type": "object", "properties": {animal: {"type": "string"}}, "required": [animal]}


def answer(animal):
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{animal}Problem"}}}
    return {"description": animal, "content": content}


def generate(titled):
    """The classes of the client, and how the command ended."""
    description = {
        "openapi": "3.1.0",
        "info": {"title": "Animals", "version": "1"},
        "paths": {"/a": {"get": {"operationId": "a", "responses": {"404": answer("Cat"), "409": answer("Dog")}}}},
        "components": {"schemas": {"CatProblem": schema("cat", titled), "DogProblem": schema("dog", titled)}},
    }
    Path("api.json").write_text(json.dumps(description))
    where = Path("titled" if titled else "plain")
    command = ["venv/bin/openapi-python-client", "generate", "--path", "api.json", "--output-path", str(where)]
    ended = subprocess.run([*command, "--meta", "none"], capture_output=True, text=True)
    models = sorted(path.stem for path in where.glob("models/*problem*.py"))
    print("titled" if titled else "without titles", "->", models, "exit code", ended.returncode)
    return models, ended.returncode, ended.stdout + ended.stderr


print("openapi-python-client", version("openapi-python-client"))
models, code, said = generate(titled=True)
assert (models, code) == (["problem"], 0), said
assert "Attempted to generate duplicate models" in said, said
models, code, said = generate(titled=False)
assert (models, code) == (["cat_problem", "dog_problem"], 0), said
print("as seen on 2026-12-03")
PYTHON
