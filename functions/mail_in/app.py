"""Takes in mail to the office, as SES brings it; the only function that strangers' words reach unasked."""

from typing import Any

from comhar.cold_start import importing

with importing():
    from comhar import wiring
    from comhar.inbox import intake
    from comhar.inbox.model import Reply
    from comhar.meetings import rsvp
    from comhar.telemetry import log_error


class NotTakenIn(Exception):
    """Some mail could not be taken in: SES's event comes again, and then somebody should look."""


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Takes in each mail of a receipt of SES; how many were answered.

    Raises NotTakenIn, bare: Lambda writes an error's words to the log, and they may hold an address.
    """
    taken = [_taken_in(record["ses"]) for record in event["Records"]]
    failed = taken.count(None)
    if failed:
        raise NotTakenIn(f"{failed} mails could not be taken in")
    return {"sent": taken.count(True)}


def _taken_in(ses: dict[str, Any]) -> bool | None:
    """Whether the mail was answered; None where it could not be taken in."""
    now, members = wiring.clock(), wiring.members()

    def answer(reply: Reply) -> bool:
        who, said = reply.attendee, reply.answer
        return rsvp.by_calendar(reply.uid, who, said, now, members, reply.sequence)

    try:
        return intake.take_in(ses, now, members, wiring.letterbox(), answer)
    except Exception as error:
        log_error("mail_failed", error)
        return None
