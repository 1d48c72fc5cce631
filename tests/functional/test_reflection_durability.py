"""On the whole stack: a reflection outlives the power going, and its words lie nowhere in the clear."""

from pathlib import Path

from comhar.reflections.model import STEPS
from tests.support.stack import Stack

CANARY = "kestrel-5527"
WORDS = {step: f"{step} {CANARY} – Ó Súilleabháin 👩🏽‍⚕️ ‏لا‏" for step in STEPS}


def test_it_can_be_read_after_a_kill_and_is_found_nowhere_in_the_clear(own_stack: Stack) -> None:
    stack = own_stack
    session = stack.join("aine@hse.ie", "Áine Ní Chléirigh")["session"]
    made = stack.post("/reflections", WORDS, session=session)
    assert made.status == 201, made.text
    saved = stack.post("/reflections/new/feelings", {"text": WORDS["feelings"]}, session=session)
    assert saved.status == 200, saved.text
    stack.post("/reflections", WORDS | {"feelings": CANARY * 1_000}, session=session)
    stack.kill()
    stack.start()
    found = stack.get(f"/reflections/{made.json['id']}", session=session).json
    assert {step: found[step] for step in STEPS} == WORDS
    draft = stack.get("/reflections/new/feelings", session=session).json
    assert draft["text"] == WORDS["feelings"]
    assert found_in(stack.data, "Áine Ní Chléirigh")
    assert not found_in(stack.data, CANARY)


def found_in(folder: Path, words: str) -> list[Path]:
    """Which of the files hold them: tables with their streams, letters, logs, state."""
    every = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in every if words.encode() in path.read_bytes()]
