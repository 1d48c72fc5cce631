"""Erasing somebody, killed after any write: whoever claims the work next ends it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from comhar import wiring
from comhar.address_digests import address_digest
from comhar.aws.conditions import Put
from comhar.dates.quarters import Quarter
from comhar.erasure import repository as erasure_repository
from comhar.inbox.repository import pointer_key
from comhar.meetings.day import close as day_close
from comhar.meetings.day import forms as day_forms
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.reports import figures as reports_figures
from comhar.reports import service as reports_service
from comhar.tokens import new_id
from tests.faults.faulty_system import OFFICE, AtWrites, FaultySystem, Fuse, Killed

NAME = "Sinéad Ní Dhomhnaill 0"


@dataclass
class Mail:
    """The letterbox: which files are left in it."""

    fuse: Fuse
    files: set[str] = field(default_factory=lambda: {"a mail"})

    def delete(self, message: str) -> None:
        self.files.discard(message)
        self.fuse.tick("after delete_object")


def lived(system: FaultySystem, monkeypatch: Any) -> Mail:
    """Somebody who was at a meeting, wrote, and whose time has come now."""
    one, other = system.members(2)
    system.meeting("2027-01-05T10:00")
    system.now += timedelta(days=2)
    (row,) = system.table.query("REGION#SW", "MEETING#").items
    sent = day_forms.Close(
        attended=[one.id, other.id],
        actions=[day_forms.Action(what="Bake", who=one.id, by="2027-02-01")],
    )
    day_close.close_meeting(row["id"], sent, wiring.context(OFFICE))
    _wrote(system, one)
    left = one.model_copy(update={"status": "erasing"})
    system.run_on(0, 1)
    system.table.transact(
        [
            *membership_repository.update_writes(one, left, system.now),
            erasure_repository.restart_write(left, system.now),
        ]
    )
    mail = Mail(system.fuse)
    monkeypatch.setattr(wiring, "inbox_bucket", lambda: mail)
    return mail


def _wrote(system: FaultySystem, one: Member) -> None:
    """A private reflection and one that was shared; a mail to the office."""
    ids = [new_id(system.now, "SW") for _ in range(2)]
    count = "QUARTER#2027-Q1#REFLECTION#secret"
    rows: list[dict[str, Any]] = [
        {"pk": f"MEMBER#{one.id}", "sk": f"REFLECTION#{each}", "id": each, "region": "SW",
         "visibility": visibility, "author": {"name": NAME}, "counted": count}
        for each, visibility in zip(ids, ("private", "community"), strict=True)
    ]  # fmt: skip
    rows += [
        {"pk": "REGION#SW", "sk": f"REFLECTION#{ids[1]}", "author": {"name": NAME}},
        {"pk": "REGION#SW", "sk": count, "first_of_quarter": True},
        {"pk": f"MEMBER#{one.id}", "sk": "TALLY#SW#2027-Q1", "rows": [count]},
    ]
    pk, sk = pointer_key(address_digest(one.email), "1")
    rows.append({"pk": pk, "sk": sk, "message": "a mail"})
    rows.append({"pk": "INBOX#open", "sk": "MAIL#1", "sender": one.email, "message": "a mail"})
    system.table.transact([Put(row) for row in rows])


def figures(system: FaultySystem) -> Any:
    quarter = Quarter.parse("2027-Q1")
    tallies = reports_service.tally_regions(quarter, wiring.context(None))
    return reports_figures.make_report(tallies, quarter, system.now).model_dump(exclude={"made_at"})


def run(system: FaultySystem, mail: Mail, fuse: Fuse) -> bool:
    """One call of the clock; whether it came to its end."""
    system.fuse = mail.fuse = fuse
    system.wire()
    try:
        system.run("clock")
    except Killed:
        return False
    finally:
        system.fuse = mail.fuse = Fuse()
        system.wire()
    return True


def test_erasing_killed_at_any_write_ends_with_nothing_left_and_the_same_figures(
    new_system: Callable[[], FaultySystem], monkeypatch: Any
) -> None:
    point, ended = 0, False
    while not ended:
        point += 1
        system = new_system()
        mail = lived(system, monkeypatch)
        before = figures(system)
        ended = run(system, mail, AtWrites(kill_at=point))
        if not ended:
            system.now += timedelta(minutes=6)
            assert run(system, mail, Fuse())
        left = [item for item in system.every("") if "Dhomhnaill 0" in str(item)]
        assert not left and not mail.files, f"killed at point {point}"
        assert "m0@hse.ie" not in str(system.every("")), f"killed at point {point}"
        assert not system.every("FORGET#"), f"killed at point {point}"
        assert figures(system) == before, f"killed at point {point}"
    assert point > 12


def test_killed_again_and_again_it_still_ends(
    new_system: Callable[[], FaultySystem], monkeypatch: Any
) -> None:
    system = new_system()
    mail = lived(system, monkeypatch)
    for point in range(3, 60):
        if run(system, mail, AtWrites(kill_at=point)):
            break
        system.now += timedelta(minutes=6)
    assert not system.every("FORGET#") and not system.every("MEMBER#m0000")
