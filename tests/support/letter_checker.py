"""Stands where letters go out, and sees of each whether it may: once, to whom it concerns, not stale."""

import email
import email.policy
from collections import Counter
from dataclasses import replace
from typing import Any

from comhar import wiring
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.letters import repository as letters_repository
from comhar.letters.model import LetterId
from comhar.meetings import repository as meetings_repository
from comhar.membership import repository as membership_repository
from comhar.regions import NATIONAL

ASKING = ("call_for_items", "answer_reminder")  # of one date a member gets one of them
TO_ORGANISERS = ("time_proposed", "agenda_nudge", "undecided_items", "did_it_happen", "bounced")


class LetterChecker:
    """In the place of `wiring.letter_sender()`. What is wrong is raised where the letter goes out.

    It reads by `table`, since the mailer, in whose place it stands, may not read all that it looks at.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self.sent: Counter[LetterId] = Counter()

    def send(self, message: bytes, to: str, tag: str, stranger: bool) -> str:
        pointer = self._table.get(letters_repository.tag_key(tag))
        assert pointer is not None
        letter = letters_repository.from_tag_item(pointer)
        self.sent[letter] += 1
        assert self.sent[letter] == 1, f"{letter} twice"
        if letter.subject.partition("-")[0] in ("SW", "MW", "IE"):
            self._about_a_meeting(letter, message, to)
        return tag[:32]

    def _about_a_meeting(self, letter: LetterId, message: bytes, to: str) -> None:
        table = self._table
        item, person = table.batch_get(
            [meetings_repository.key(letter.subject), membership_repository.key(letter.person)]
        )
        if item is None:
            return
        meeting = meetings_repository.from_item(item)
        if meeting.region == NATIONAL and to in wiring.settings().office_emails:
            assert letter.purpose in TO_ORGANISERS and meeting.state == "scheduled", letter
            return
        assert person and person["status"] == "active" and person["email"] == to, letter
        assert meeting.is_for(person["region"]), f"{letter} to another region"
        if letter.purpose == "cancellation":
            assert meeting.state == "cancelled" and str(meeting.sequence) == letter.version, letter
            return
        if letter.purpose == "item_declined":
            assert meeting.state != "cancelled", f"{letter} of a meeting that is off"
            return
        if letter.purpose == "meeting_record":
            assert meeting.state == "held", f"{letter} of a meeting that is {meeting.state}"
            others = [each for each in self.sent if replace(each, version=letter.version) == letter]
            assert len(others) == 1, f"{letter} after another"
            return
        assert meeting.state == "scheduled", f"{letter} of a meeting that is {meeting.state}"
        if letter.purpose in ("did_it_happen", "bounced"):
            return
        assert meeting.start > wiring.clock(), f"{letter} after its start {stamp(meeting.start)}"
        if letter.purpose == "agenda":
            assert meeting.agenda_issued and str(meeting.agenda_version) == letter.version, letter
            self._whole(letter, message)
        elif letter.purpose == "lead_named":
            assert meeting.lead == letter.person, f"{letter} to who leads it no more"
        elif letter.purpose == "invitation":
            assert str(meeting.sequence) == letter.version, f"{letter} is stale"
        else:  # of the date, wherever it is held
            assert str(meeting.dated) == letter.version.partition(".")[0], f"{letter} is stale"
            both = [replace(letter, purpose=each) for each in ASKING]
            assert sum(self.sent[each] for each in both) <= 1, f"{letter} after the other of {both}"
        if letter.purpose == "invitation":
            day = f"{meeting.starts_at.day} {meeting.starts_at:%B} {meeting.starts_at.year}"
            assert day in _text(message), f"{letter} names another day than {day}"

    def _whole(self, letter: LetterId, message: bytes) -> None:
        """An agenda says each of its lines."""
        item: Any = self._table.get(
            (f"MEETING#{letter.subject}", f"AGENDA#{int(letter.version):04d}")
        )
        words = " ".join(_text(message).split())
        for line in item["lines"]:
            assert " ".join(line["title"].split()) in words, f"{letter} leaves out {line['title']}"


def _text(message: bytes) -> str:
    read = email.message_from_bytes(message, policy=email.policy.default)
    body = read.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
