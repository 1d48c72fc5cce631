"""On the whole stack: once an erasure is final, and what expires has expired, nothing is left."""

import contextlib
import sqlite3
import time
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

from comhar.reflections.model import STEPS
from comhar.tokens import digest
from tests.support.office_mail import read_message
from tests.support.stack import Stack
from tests.support.stack_users import OFFICE

NAME, ADDRESS, CANARY = "Gobnait Ní Fhloinn", "gobnait@hse.ie", "kestrel-5527"
MAIL = f"From: {NAME} <{ADDRESS}>\r\nTo: comhar@example.com\r\nSubject: Hello\r\n\r\n{CANARY}\r\n"
WORDS = {step: f"{step} {CANARY}" for step in STEPS}


def items(stack: Stack) -> list[dict[str, Any]]:
    """Every item of every table."""
    client = stack.dynamodb()
    pages = (
        page
        for name in client.list_tables()["TableNames"]
        for page in client.get_paginator("scan").paginate(TableName=name)
    )
    return [item for page in pages for item in page["Items"]]


def files(stack: Stack) -> list[Path]:
    """Stored objects, logs and what else the stack keeps, but for the mailbox, which plays the
    recipients' own, and DynamoDB's file, which is read item by item."""
    every = (path for path in stack.data.rglob("*") if path.is_file())
    apart = [stack.data / "mail", *stack.data.glob("dynamodb.sqlite*")]
    return [path for path in every if not {path, *path.parents} & set(apart)]


def found(stack: Stack) -> list[str]:
    words = (NAME, ADDRESS, CANARY, "Gobnait")
    stored = [item for item in items(stack) if any(word in str(item) for word in words)]
    places = [f"{item['pk']['S']} {item['sk']['S']}" for item in stored]
    for path in files(stack):
        body = path.read_bytes()
        if any(word.encode() in body for word in words):
            places.append(path.name)
    return places


def _streamed(stack: Stack, seconds: float = 30) -> bool:
    """Whether the stream still holds something of them, once what was handed on is forgotten."""
    deadline, words = time.monotonic() + seconds, (NAME, ADDRESS, CANARY)
    left = True
    while left and time.monotonic() < deadline:
        stack.settle()
        database = sqlite3.connect(f"file:{stack.data / 'dynamodb.sqlite'}?mode=ro", uri=True)
        with contextlib.closing(database):
            rows = database.execute("SELECT keys_json, new_image, old_image FROM _stream_records")
            left = any(word in str(row) for row in rows for word in words)
        time.sleep(0.5)
    return left


def _mails(stack: Stack) -> list[str]:
    known = [item["id"]["S"] for item in items(stack) if item["pk"]["S"] == "INBOX#open"]
    assert known
    return known


def _proposed(stack: Stack, office: str, session: str) -> str:
    """An item of theirs for a meeting to come, with a file; its path."""
    region = stack.get("/me", session=session).json["region"]
    day = (stack.now + timedelta(days=60)).date()
    body = {"kind": "quarterly", "starts_at": f"{day}T10:00", "minutes": 120, "mode": "online"}
    made = stack.post(f"/communities/{region}/meetings", body, session=office).json["id"]
    form = {"title": "Rooms", "why": CANARY}
    own = stack.post(f"/meetings/{made}/items", form, session=session).json["id"]
    path = f"/meetings/{made}/items/{own}"
    file = {"filename": f"{NAME}.txt", "base64": b64encode(CANARY.encode()).decode()}
    assert stack.post(f"{path}/file", {"file": file}, session=session).status == 200
    return path


def test_who_is_erased_is_found_nowhere_but_in_the_ledger(own_stack: Stack) -> None:
    stack = own_stack
    office = stack.sign_in(OFFICE)
    stack.post("/invitations", {"emails": [f"{NAME} <{ADDRESS}>"]}, session=office)
    session = stack.join(ADDRESS, NAME)["session"]
    assert stack.post("/reflections", WORDS, session=session).status == 201
    stack.post("/reflections/new/feelings", {"text": CANARY}, session=session)
    item = _proposed(stack, office, session)
    arrived = stack.post("/_local/inbox", body=MAIL.encode())
    assert arrived.status == 200, arrived.text
    before = found(stack)
    assert {f"INBOX#open MAIL#{one}" for one in _mails(stack)} <= {*before}
    assert (
        sum(place.endswith(".bin") for place in before) == 2
    )  # the mail's own file, and the item's
    assert stack.get(f"{item}/file", session=session).text == CANARY
    stack.post("/me/erase", session=session)
    link = stack.link(stack.letter(ADDRESS, "confirm"), "/erase/")
    assert stack.post(link).status == 200
    stack.advance("P8D")
    assert found(stack) == []
    assert not _streamed(stack)
    ledger = [item["sk"]["S"] for item in items(stack) if item["pk"]["S"] == "ERASED"]
    assert len(ledger) == 1 and ledger != [digest(session.partition(".")[0])]
    assert not any(item["sk"]["S"].startswith("SESSION#") for item in items(stack))


def test_mail_is_deleted_with_its_file_when_its_time_is_over(own_stack: Stack) -> None:
    assert own_stack.post("/_local/inbox", body=read_message("gmail")).status == 200
    stored = own_stack.data / "s3"
    assert any(b"my brother" in each.read_bytes() for each in stored.rglob("*.bin"))
    own_stack.advance("P91D")
    assert not list(stored.rglob("*.bin"))
    office = own_stack.sign_in(OFFICE)
    assert own_stack.get("/inbox", session=office).json["messages"] == []
