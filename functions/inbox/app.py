"""The door of the inbox: a mail to the office from a trusted domain is answered with a sign-up link."""

from typing import Any

from comhar import wiring
from comhar.membership import service
from comhar.membership.inbound import Inbound


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Reads SES receipts. The mail itself stays in its bucket, for a person of the office to read."""
    sent = 0
    for record in event["Records"]:
        mail = Inbound.of(record["ses"])
        if mail.answerable and wiring.settings().trusts(mail.sender):
            service.answer_mail(mail.message_id, mail.sender, wiring.clock(), wiring.members())
            sent += 1
    return {"sent": sent}
