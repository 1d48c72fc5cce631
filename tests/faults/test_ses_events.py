"""What SES tells may come early, late, doubled or in any order: the end is the same."""

from datetime import timedelta
from itertools import permutations

import pytest

from comhar.letters import repository as letters_repository
from comhar.letters.model import delivery
from comhar.membership import repository as membership_repository
from tests.faults.faulty_system import FaultySystem, ses_event

EVENTS = ["Send", "Delivery", "Bounce"]


def welcome(system: FaultySystem):
    """One letter, due; its tag."""
    member = system.member(1)
    put = membership_repository.welcome_letter_write(member, system.now)
    system.table.transact([put])
    return letters_repository.identify(put.item["pk"], put.item["sk"])


def end(system: FaultySystem, letter) -> tuple:
    item = system.table.get(letters_repository.key(letter))
    return item["state"], "due_at" in item, delivery(item["state"], letters_repository.events(item))


@pytest.mark.parametrize("order", list(permutations(EVENTS)))
def test_receipts_in_any_order_and_doubled_end_the_same(system: FaultySystem, order):
    letter = welcome(system)
    system.run("mailer")
    for event in (*order, *reversed(order)):
        system.run("receipts", ses_event(letters_repository.tag(letter), event))
    assert end(system, letter) == ("sent", False, "bounced")


@pytest.mark.parametrize("order", list(permutations(EVENTS)))
def test_receipts_that_come_before_the_send_returned_end_the_same(system: FaultySystem, order):
    letter = welcome(system)

    def told_meanwhile() -> None:
        for event in order:
            system.run("receipts", ses_event(letters_repository.tag(letter), event))

    system.ses.faults = told_meanwhile
    system.run("mailer")
    assert end(system, letter) == ("sent", False, "bounced")
    assert len(system.ses.sent) == 1


def test_the_first_moment_of_an_event_stays_however_often_it_is_told(system: FaultySystem):
    letter = welcome(system)
    system.run("mailer")
    for minute in (5, 9):
        at = f"2027-02-11T09:{minute:02d}:00.000Z"
        system.run("receipts", ses_event(letters_repository.tag(letter), "Delivery", at))
    item = system.table.get(letters_repository.key(letter))
    assert letters_repository.events(item) == {"Delivery": "2027-02-11T09:05:00.000Z"}


def test_a_send_event_ends_the_wait_for_an_unknown_outcome(system: FaultySystem):
    letter = welcome(system)
    system.ses.faults = lambda: "answer lost"
    system.run("mailer")
    assert end(system, letter)[:2] == ("uncertain", True)
    system.tell("Send")
    assert end(system, letter) == ("sent", False, "sent")


def test_an_outcome_that_stays_unknown_is_tried_once_more_after_an_hour(system: FaultySystem):
    letter = welcome(system)
    system.ses.faults = lambda: "lost"
    system.run("mailer")
    system.ses.faults = lambda: None
    system.run_on(0, 5, 30, 59)
    assert system.ses.sent == []
    system.now += timedelta(minutes=2)
    system.run("mailer")
    assert len(system.ses.sent) == 1
    assert end(system, letter)[0] == "sent"


def test_a_receipt_for_a_letter_we_do_not_know_changes_nothing(system: FaultySystem):
    assert system.run("receipts", ses_event("0" * 64, "Bounce")) == {"taken": 1}
    assert system.every("LETTER#") == []
