"""Writes data/routes.json: every route, its function, and its module.

`python -m local.routes --check` only says whether the file is as the routes are.
"""

import json
import sys

from local import openapi

TARGET = openapi.ROOT / "layers/core/comhar/data/routes.json"


def rows() -> list[tuple[str, str, str, str]]:
    """Method, path as API Gateway writes it, function, module; in the order of paths."""
    functions = openapi.served()
    found = [
        (route.method, route.path, functions[module], module)
        for module, app in openapi.list_apps()
        for route in app.routes.values()
    ]
    return sorted(found, key=lambda row: (row[1], row[0]))


def text() -> str:
    """The file as it should be, a route a line."""
    lines = ",\n".join(json.dumps(row) for row in rows())
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    wanted = text()
    if "--check" not in sys.argv:
        TARGET.write_text(wanted, encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != wanted:
        sys.exit("routes.json is not as the routes are: run make routes.")
