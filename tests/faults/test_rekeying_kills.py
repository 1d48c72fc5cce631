"""Keying what lay under plain digests, killed after any write: the next run of the clock ends it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from comhar import wiring
from comhar.aws.conditions import ConditionFailed, Put
from comhar.dates.dublin_time import stamp
from comhar.inbox.repository import pointer_key
from comhar.membership import claims, email_addresses
from comhar.membership import repository as membership_repository
from comhar.tokens import digest
from tests.faults.faulty_system import AtWrites, FaultySystem
from tests.support.plain_digests import items_with_plain_digests, store_as_before_keys

FORMER, STRANGER = "m0.before@hse.ie", "sam@example.net"


def lived(system: FaultySystem) -> None:
    """Two members of one mailbox, a third with a tag; a mail, an invitation and a former address."""
    for number, email in enumerate(("m0@hse.ie", "m0+1@hse.ie", "m2+cop@hse.ie")):
        member = system.member(number).model_copy(update={"email": email})
        system.table.transact(
            [Put(membership_repository.to_item(member)), Put(membership_repository.to_row(member))]
        )
        store_as_before_keys(system.member_now(number), system.table)
    note = {"pk": "MEMBER#m0000", "sk": f"ADDRESS#{digest(FORMER)}", "at": stamp(system.now)}
    mails = [{"pk": "INBOX#open", "sk": f"MAIL#{n}", "sender": email, "message": f"file {n}"}
             for n, email in enumerate((FORMER, STRANGER))]  # fmt: skip
    pointers = [pointer_key(digest(each["sender"]), each["sk"][5:]) for each in mails]
    until = int((system.now + timedelta(days=9)).timestamp())
    invited = {
        "pk": "INVITATIONS",
        "sk": digest(STRANGER),
        "email": STRANGER,
        "at": stamp(system.now),
    }
    system.table.transact(
        [
            Put(note),
            *(Put(each) for each in mails),
            *(Put({"pk": pk, "sk": sk, "message": "file"}) for pk, sk in pointers),
            Put({**invited, "by": "office", "expires": until}),
            Put({"pk": f"ADDRESS#{digest('m0@hse.ie')}", "sk": "LINK#x", "expires": until}),
        ],
    )


def test_keying_killed_at_any_write_ends_with_nothing_plain_and_everybody_found(
    new_system: Callable[[], FaultySystem],
) -> None:
    point, ended = 0, False
    while not ended:
        point += 1
        system = new_system()
        lived(system)
        ended = system.completes_clock(AtWrites(kill_at=point))
        found = [claims.find_claim(wiring.table(), each) for each in ("m0@hse.ie", "m0+1@hse.ie")]
        assert [each and each["member"] for each in found] == ["m0000", "m0001"], point
        if not ended:
            system.now += timedelta(minutes=6)
            assert system.completes_clock()
        stored = [str(each) for each in system.every("")]
        emails = ("m0@hse.ie", "m0+1@hse.ie", "m2+cop@hse.ie", "m2@hse.ie", FORMER, STRANGER)
        assert not items_with_plain_digests(stored, *emails), point
        whose = {each: claims.find_claim(system.table, each) for each in (*emails, "m0+2@hse.ie")}
        members = {each: claim["member"][-1] for each, claim in whose.items() if claim}
        assert members == {
            "m0@hse.ie": "0", "m0+1@hse.ie": "1", "m0+2@hse.ie": "0",
            "m2+cop@hse.ie": "2", "m2@hse.ie": "2",
        }, point  # fmt: skip
        assert set(email_addresses.find_invitations(system.table, [STRANGER])) == {STRANGER}
        aliases = {system.member_now(number).alias for number in range(3)}
        assert len(aliases) == 3 and None not in aliases
        assert {each["pk"]["S"][6:] for each in system.every("ALIAS#")} == aliases, point
    assert point > 10


def test_who_was_read_before_the_alias_was_given_is_not_written_over_it(
    system: FaultySystem,
) -> None:
    lived(system)
    read = system.member_now(0)
    assert read.alias is None
    assert system.completes_clock()
    with pytest.raises(ConditionFailed):
        system.table.transact(
            membership_repository.change_writes(read, system.now, name="Meadhbh Ní Dhomhnaill")
        )
    assert system.member_now(0).alias
    system.table.transact(
        membership_repository.change_writes(
            system.member_now(0), system.now, name="Meadhbh Ní Dhomhnaill"
        )
    )
    assert {each["pk"]["S"][6:] for each in system.every("ALIAS#")} == {
        system.member_now(number).alias for number in range(3)
    }


def test_it_is_done_once_and_looked_for_no_more(system: FaultySystem) -> None:
    lived(system)
    assert system.completes_clock()
    stored = system.every("")
    system.now += timedelta(minutes=6)
    assert system.completes_clock()
    assert system.every("") == stored
    (work,) = system.every("ADDRESS#rekeying")
    assert "due" not in work and "done_at" in work
    table = wiring.table()
    assert claims.find_claim(table, "m0@hse.ie")
    assert len(claims.keys("m0@hse.ie", table)) == 1
