"""What SES tells may come early, late, doubled or in any order: the end is the same."""

from datetime import timedelta
from itertools import permutations

import pytest

from comhar.letters import repository as letters_repository
from comhar.letters.model import delivery
from comhar.membership import repository as membership_repository
from tests.faults.faulty_system import FaultySystem, ses_event

EVENTS = ["Send", "Delivery", "Bounce"]


def welcome(world: FaultySystem):
    """One letter, due; its tag."""
    member = world.member(1)
    put = membership_repository.welcome_letter_write(member, world.now)
    world.table.transact([put])
    return letters_repository.identify(put.item["pk"], put.item["sk"])


def end(world: FaultySystem, letter) -> tuple:
    item = world.table.get(letters_repository.key(letter))
    return item["state"], "due_at" in item, delivery(item["state"], letters_repository.events(item))


@pytest.mark.parametrize("order", list(permutations(EVENTS)))
def test_receipts_in_any_order_and_doubled_end_the_same(world: FaultySystem, order):
    letter = welcome(world)
    world.run("mailer")
    for event in (*order, *reversed(order)):
        world.run("receipts", ses_event(letters_repository.tag(letter), event))
    assert end(world, letter) == ("sent", False, "bounced")


@pytest.mark.parametrize("order", list(permutations(EVENTS)))
def test_receipts_that_come_before_the_send_returned_end_the_same(world: FaultySystem, order):
    letter = welcome(world)

    def told_meanwhile() -> None:
        for event in order:
            world.run("receipts", ses_event(letters_repository.tag(letter), event))

    world.ses.faults = told_meanwhile
    world.run("mailer")
    assert end(world, letter) == ("sent", False, "bounced")
    assert len(world.ses.sent) == 1


def test_the_first_moment_of_an_event_stays_however_often_it_is_told(world: FaultySystem):
    letter = welcome(world)
    world.run("mailer")
    for minute in (5, 9):
        at = f"2027-02-11T09:{minute:02d}:00.000Z"
        world.run("receipts", ses_event(letters_repository.tag(letter), "Delivery", at))
    item = world.table.get(letters_repository.key(letter))
    assert letters_repository.events(item) == {"Delivery": "2027-02-11T09:05:00.000Z"}


def test_a_send_event_ends_the_wait_for_an_unknown_outcome(world: FaultySystem):
    letter = welcome(world)
    world.ses.faults = lambda: "answer lost"
    world.run("mailer")
    assert end(world, letter)[:2] == ("uncertain", True)
    world.tell("Send")
    assert end(world, letter) == ("sent", False, "sent")


def test_an_outcome_that_stays_unknown_is_tried_once_more_after_an_hour(world: FaultySystem):
    letter = welcome(world)
    world.ses.faults = lambda: "lost"
    world.run("mailer")
    world.ses.faults = lambda: None
    world.run_on(0, 5, 30, 59)
    assert world.ses.sent == []
    world.now += timedelta(minutes=2)
    world.run("mailer")
    assert len(world.ses.sent) == 1
    assert end(world, letter)[0] == "sent"


def test_a_receipt_for_a_letter_we_do_not_know_changes_nothing(world: FaultySystem):
    assert world.run("receipts", ses_event("0" * 64, "Bounce")) == {"taken": 1}
    assert world.every("LETTER#") == []
