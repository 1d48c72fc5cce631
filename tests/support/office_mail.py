"""Mail to the office in the tests: the messages of tests/mail, put where SES puts them and told of."""

import base64
import os
import re
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from local import openapi
from local.inbound_mail import receipt_event
from tests.support import fake_aws
from tests.support.cloud import Cloud, Context

NEW, STILL = "A new message is waiting", "A message is still waiting"  # announced to the office
MAIL = Path(__file__).parents[1] / "mail"


def read_message(name: str, **replaced: str) -> bytes:
    """One of our messages. What is replaced is replaced within base64, too."""
    raw = (MAIL / f"{name}.eml").read_bytes()
    for old, new in replaced.items():
        mark = old.replace("_", "-").encode()
        raw = re.sub(
            rb"(base64\r\n\r\n)([A-Za-z0-9+/=\r\n]+)",
            lambda block, mark=mark, new=new: block[1] + _replaced(block[2], mark, new.encode()),
            raw,
        ).replace(mark, new.encode())
    return raw


def _replaced(block: bytes, mark: bytes, new: bytes) -> bytes:
    inside = base64.b64decode(block)
    if mark not in inside:
        return block
    body = base64.encodebytes(inside.replace(mark, new)).replace(b"\n", b"\r\n")
    return body + b"\r\n"


def deliver(raw: bytes, message: str, at: datetime, is_stored: bool = True, **verdicts: str) -> Any:
    """What the inbox says to a message; `kept` whether its file is there, too."""
    if is_stored:
        fake_aws.client("s3").put_object(Bucket=os.environ["INBOX_BUCKET"], Key=message, Body=raw)
    return openapi.load("mail_in").handler(receipt_event(raw, message, at, verdicts), Context())


def other_letters(cloud: Cloud) -> list[EmailMessage]:
    """All letters posted so far but the announcements to the office."""
    return [each for each in cloud.mail() if each["Subject"] not in (NEW, STILL)]
