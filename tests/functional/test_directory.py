"""The directory beside the register: whatever is done to members, its rows and counts are the register's."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from comhar import wiring
from comhar.membership import directory, member_counts
from tests.support.cloud import Cloud, Context
from tests.support.sample_community import office
from tests.support.sample_region import OFFICE, Region


def assert_directory_is_right() -> None:
    """Each person of the register is in the directory as they are there, and counted; nobody else is."""
    table = wiring.table()
    rows = [
        row for row in table.query("REGISTER").items if row["status"] not in directory.PAST_STATUSES
    ]
    assert all(row.get("listed") for row in rows)
    listed = sorted((directory.to_item(row) for row in rows), key=lambda item: item["sk"])
    assert table.query(directory.PEOPLE).items == listed
    for region in {row["region"] for row in rows} | {"SW", "MW", "IE"}:
        stored = member_counts.count_members(table, region)
        here = (row["status"] for row in rows if region in ("IE", row["region"]))
        assert {name: n for name, n in stored.items() if n} == Counter(here), region
        readers = (
            row.get("role") or "other"
            for row in rows
            if row["region"] == region and row["status"] == "active" and row.get("confirmed")
        )
        assert member_counts.count_readers(table, region) == Counter(readers), region


STEPS = ("admit", "decline", "deactivate", "reactivate", "move", "edit", "leave", "region", "rejoin",
         "erase", "enter", "join", "clock")  # fmt: skip


def step(cloud: Cloud, what: str, draw: random.Random, number: int) -> None:
    """One change through a route, refused or not."""
    member = draw.choice(cloud.people)
    path, region = f"/members/{member.id}", draw.choice(("SW", "MW", "DNE"))
    if what in ("admit", "decline", "deactivate", "reactivate"):
        office(cloud, "POST", f"{path}/{what}", {})
    elif what == "move":
        office(cloud, "POST", f"{path}/move", {"region": region})
    elif what == "edit":
        form = office(cloud, "GET", f"{path}/edit").json
        name = draw.choice(("Áine Ní Bhriain", "Zoë", "Łukasz Nowak", "O’Brien-Walsh"))
        fields = {"name": name, "role": "other", "role_other": "Poet"}
        office(cloud, "POST", f"{path}/edit", fields | {"revision": form.get("revision", 0)})
    elif what == "enter":
        about = {"name": "New", "email": f"new{number}@example.net", "region": region}
        office(cloud, "POST", "/members", about | {"role": "peer_educator"})
    elif what == "join":
        cloud.member(region=region, status=draw.choice(("active", "pending")))
    elif what == "clock":
        cloud.now += timedelta(days=draw.choice((1, 40, 800)))
        cloud.run("ClockFunction", {}, Context())
    else:
        bodies = {"leave": {}, "region": {"region": region}, "rejoin": {}, "erase": {}}
        cloud.call("POST", f"/me/{what}", bodies[what], bearer=cloud.session(member))


def test_rows_and_counts_are_the_registers_after_any_changes(cloud: Cloud) -> None:
    draw = random.Random(17)
    for status in ("active", "active", "pending", "pending", "left", "inactive", "declined"):
        cloud.member(status=status, region=draw.choice(("SW", "MW")), confirmed=draw.random() < 0.5)
    assert_directory_is_right()
    done: Counter[str] = Counter()
    for number in range(200):
        what = draw.choice(STEPS)
        before = cloud.written()
        step(cloud, what, draw, number)
        done[what] += cloud.written() != before
        assert_directory_is_right()
    assert all(done[what] for what in STEPS)
    assert wiring.table().query("ERASED", table="audit").items


def test_several_people_whom_one_shard_counts_are_confirmed_at_once(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DynamoDB refuses two writes for one item: naming co-chairs failed for every eighth pair, with a 500."""
    monkeypatch.setattr(member_counts, "_SHARDS", 1)
    before = member_counts.count_readers(wiring.table(), "SW").total()
    new = [region.cloud.member(confirmed=False) for _ in range(4)]
    chairs = {"members": [new[0].id, new[1].id], "term_months": 6}
    region.done(OFFICE, "/communities/SW/chairs", chairs)
    days = ("2027-02-18T10:00", "2027-05-20T10:00")
    rows = {
        f"q{n}": {"starts_at": day, "lead": new[n + 1].id} for n, day in enumerate(days, start=1)
    }
    region.done(OFFICE, "/communities/SW/year/2027", {"mode": "online", "minutes": 90, **rows})
    assert member_counts.count_readers(wiring.table(), "SW").total() == before + 4


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Mary O’Brien", "mary obrien"),
        ("Mary O’Brien", "Mary O'B"),
        ("Mary O’Brien", "mary o brien"),
        ("Mary-Kate Byrne", "Marykate Byrne"),
        ("Mary-Kate Byrne", "kate by"),
        ("Seán Ó Briain", "obriain"),
        ("Seán Ó Briain", "sean o bri"),
        ("Anne Mc Carthy", "anne mccarthy"),
        ("Anne McCarthy", "mc carthy"),
        ("Anne McCarthy", "mccarthy"),
        ("Colm MacDonagh", "mac donagh"),
        ("Anna de la Cruz", "delacruz"),
    ],
)
def test_a_name_is_found_with_its_signs_and_spaces_or_without(
    region: Region, name: str, typed: str
) -> None:
    member = region.cloud.member(name=name)
    assert directory.search(wiring.table(), typed) == [("SW", member.id)]
