"""The demo's first day: everybody comes in at once, and nobody is turned away."""

import random
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from local.demo.__main__ import MEMBERS, QUARTERS, SEED
from local.demo.client import Client
from local.demo.people import make_people
from local.demo.progress import Progress
from local.demo.state import State
from local.demo.year import Year
from tests.support.proof_sizes import sized
from tests.support.stack import Stack
from tests.support.stack_users import OFFICE

PEOPLE = sized(84, MEMBERS)


def test_all_founders_are_members_by_the_evening(own_stack: Stack) -> None:
    dice = random.Random(SEED)
    people = make_people(PEOPLE, QUARTERS, dice)
    progress: list[str] = []
    state = State(Client(own_stack.url), people, OFFICE, dice, progress.append)
    Year(state, QUARTERS, Progress({}, progress.append)).first_day()
    own_stack.settle()

    founders = [one for some in people.members.values() for one in some if not one.comes]
    assert len(founders) > PEOPLE * 0.6
    active = {one.email for one in state.journal.members if one.active_on}
    assert active == {one.email for one in founders}
    welcomed = {letter["to"] for letter in own_stack.mail(subject="Welcome")}
    assert active <= welcomed


def test_everybody_calls_from_an_address_of_their_own() -> None:
    """As people all over the country do, where the machine has the whole loopback network."""
    callers: list[str] = []

    class Callee(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            callers.append(self.client_address[0])
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Callee) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        client = Client(f"http://127.0.0.1:{server.server_port}")
        for email in ("aoife@hse.ie", "sean@hse.ie", "aoife@hse.ie"):
            client.post("/join", {"email": email}, by=email)
        server.shutdown()
    assert callers[0] == callers[2]
    assert len(set(callers)) == (2 if sys.platform == "linux" else 1)
