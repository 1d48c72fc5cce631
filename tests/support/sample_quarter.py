"""A believable quarter in the tables, written by hand: what the tests of reports count on."""

from typing import Any

from comhar import wiring
from comhar.aws.conditions import Put

SW = "REGION#SW"


def put(pk: str, sk: str, **attributes: Any) -> None:
    wiring.table().transact([Put({"pk": pk, "sk": sk, **attributes})])


def write() -> None:
    """2027-Q1: seven members of the South West, one meeting, a survey of six answers; in the Mid
    West a survey of a few. What lies beside the quarter is there too, and counts nowhere."""
    _members()
    _meetings()
    _reflections()
    _surveys()
    put(SW, "QUARTER#2027-Q1#OPENED#SW-a")
    put(SW, "QUARTER#2027-Q1#DONE#SW-a")
    put(SW, "QUARTER#2027-Q2#OPENED#SW-b")
    terms = [
        {"member": f"m{n}", "from": "2027-01-10", "until": "2028-01-10", "ended_on": None}
        for n in range(2)
    ]
    chairs = [{"id": each["member"], "name": "Nora"} for each in terms]
    put(SW, "COMMUNITY", chairs=chairs, terms=terms)


def _members() -> None:
    for n in range(7):
        period = {"from": "2027-01-05", "until": None}
        facts = {"id": f"m{n}", "role": "peer_educator", "status": "active"}
        put("REGISTER", f"SW#m{n}", **facts, periods=[period])


def _meetings() -> None:
    put(
        SW,
        "MEETING#2027-02-18T10:00#SW-1",
        kind="quarterly",
        starts_at="2027-02-18T10:00",
        state="held",
        attended=[f"m{n}" for n in range(5)],
        agenda_issued_at="2027-02-11T09:00:00.000Z",
        agenda_late=False,
    )
    before = {"kind": "quarterly", "starts_at": "2026-11-18T10:00", "state": "held"}
    put(SW, "MEETING#2026-11-18T10:00#SW-0", **before)


def _reflections() -> None:
    for n in range(7):
        put(SW, f"QUARTER#2027-Q1#REFLECTION#{n}", first_of_quarter=n < 5)
    put(SW, "QUARTER#2026-Q4#REFLECTION#y", first_of_quarter=True)
    put(SW, "QUARTER#2027-Q2#REFLECTION#z", first_of_quarter=True)


def _surveys() -> None:
    six = {"satisfaction_count": 6, "satisfaction_sum": 27, "invited": 10, "responses": 6}
    put(SW, "QUARTER#2027-Q1#SURVEY#SW-s", **six)
    few = {"satisfaction_few": True, "invited": 9, "few": True}
    put("REGION#MW", "QUARTER#2027-Q1#SURVEY#MW-s", **few)
