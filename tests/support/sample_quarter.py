"""A believable quarter in the tables, written by hand: what the tests of reports count on."""

from datetime import UTC, datetime
from typing import Any

from comhar import wiring
from comhar.aws.conditions import Put
from comhar.tokens import new_id

SW = "REGION#SW"
SIX = {"satisfaction_count": 6, "satisfaction_sum": 27, "invited": 10, "responses": 6}
FEW = {"satisfaction_few": True, "invited": 9, "few": True}


def put(pk: str, sk: str, **attributes: Any) -> None:
    wiring.table().transact([Put({"pk": pk, "sk": sk, **attributes})])


def write() -> None:
    """2027-Q1: seven members of the South West, one meeting, a survey of six answers; in the Mid
    West a survey of a few. What lies beside the quarter is there too, and counts nowhere."""
    _people_and_meetings()
    _reflections()
    _surveys()
    put(SW, "QUARTER#2027-Q1#OPENED#SW-a")
    put(SW, "QUARTER#2027-Q1#DONE#SW-a")
    put(SW, "QUARTER#2027-Q2#OPENED#SW-b")


def write_as_before() -> None:
    """The same quarter as versions stored it in which nothing had a row of the quarter."""
    _people_and_meetings()
    for n in range(6):
        _share_as_before(datetime(2027, 1 + n % 3, 15, tzinfo=UTC), n % 5, "2027-Q1", n < 5)
    put(SW, "COUNTED#2027-Q1#x", first_of_quarter=False)
    put(SW, "COUNTED#2026-Q4#y", first_of_quarter=True)
    _share_as_before(datetime(2027, 4, 2, tzinfo=UTC), 0, "2027-Q2", True)
    _surveys_as_before()
    _actions_as_before()


def _people_and_meetings() -> None:
    _members()
    _meetings()
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
    put(SW, "QUARTER#2027-Q1#SURVEY#SW-s", **SIX)
    put("REGION#MW", "QUARTER#2027-Q1#SURVEY#MW-s", **FEW)


def _share_as_before(at: datetime, who: int, quarter: str, first: bool) -> None:
    """A reflection of the member's with this number, shared, and the list of those that count."""
    reflection_id, author = new_id(at, "SW"), {"id": f"m{who}", "name": "Nora"}
    shared = f"REFLECTION#{reflection_id}"
    facts = {"id": reflection_id, "author": author, "region": "SW"}
    put(SW, shared, **facts, quarter=quarter, first_of_quarter=first)
    put(f"MEMBER#m{who}", shared, **facts, visibility="community")
    tally = f"MEMBER#m{who}", f"TALLY#SW#{quarter}"
    rows = (wiring.table().get(tally) or {"rows": []})["rows"]
    put(*tally, rows=[*rows, shared])


def _surveys_as_before() -> None:
    for pk, closed_on, sums in (
        (SW, "2027-03-04", SIX),
        (SW, "2026-12-31", SIX),
        (SW, "2027-04-01", SIX),
        ("REGION#MW", "2027-03-31", FEW),
    ):
        survey = f"{pk[-2:]}-s{closed_on}"
        row = {"id": survey, "closed_on": closed_on, **sums}
        put(pk, f"SURVEY#{closed_on}#{survey}", **row)
    put(SW, "SURVEY#2027-03-31#SW-open", id="SW-open", invited=7)


def _actions_as_before() -> None:
    for action, opened_on, done_on in (
        ("SW-a", "2027-02-18", "2027-03-01"),
        ("SW-b", "2026-12-31", "2027-04-01"),
        ("SW-c", "2027-04-01", None),
    ):
        facts = {"id": action, "what": "Bake", "who": "m0", "by": "2027-05-01", "meeting": "SW-1"}
        put(SW, f"ACTION#{action}", **facts, opened_on=opened_on, done_on=done_on)
