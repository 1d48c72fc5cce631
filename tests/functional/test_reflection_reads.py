"""What pages of reflections read and ask KMS for: as much after many as after a few."""

import json
import os
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comhar import wiring
from comhar.aws.conditions import Update
from comhar.membership.model import Member
from comhar.reflections.keys import shared_key
from comhar.reflections.model import STEPS
from tests.support import fake_aws
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.read_counter import Reads, count_reads

WORDS = {step: f"about {step}" for step in STEPS}
PAGES = (
    "/reflections",
    "/reflections?region=SW",
    "/reflections/print",
    "/reflections/{shared}",
    "/reflections/{own}",
    "/reflections/{own}/versions",
    "/reflections/{own}/delete",
    "/reflections/new",
    "/reflections/new/feelings",
    "/reflections/new/review",
)


class Authors:
    """Two members of one community, who both write, share, change and add."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.ann, self.ben = (cloud.member(name=name) for name in ("Ann", "Ben"))
        self.paths: dict[str, str] = {}

    def ask(self, member: Member, method: str, path: str, body: Any = None) -> GatewayResponse:
        path, _, query = path.partition("?")
        parameters = dict(part.split("=") for part in query.split("&")) if query else {}
        bearer = self.cloud.session(member)
        return self.cloud.call(method, path, body, bearer=bearer, query=parameters)

    def write(self, member: Member, visibility: str) -> str:
        made = self.ask(member, "POST", "/reflections", WORDS | {"visibility": visibility})
        assert made.status == 201, made.text
        self.cloud.now += timedelta(minutes=1)
        return str(made.json["id"])

    def live(self, count: int) -> None:
        """So many more of each: own and shared ones, versions of one, additions to one."""
        for _ in range(count):
            for member, visibility in ((self.ann, "private"), (self.ben, "community")):
                self.write(member, visibility)
        own = self.paths.setdefault("own", self.write(self.ann, "community"))
        for number in range(count):
            self.ask(self.ann, "POST", f"/reflections/{own}/change")
            self.ask(self.ann, "POST", "/reflections/new/feelings", {"text": str(number)})
            draft = self.ask(self.ann, "GET", "/reflections/new/review").json["draft"]
            saved = {"draft": draft, "visibility": "community"}
            assert self.ask(self.ann, "POST", "/reflections/new/review", saved).status == 201
        shared = self.paths.setdefault("shared", self.write(self.ben, "community"))
        for number in range(count):
            text = {"text": f"line {number} at {self.cloud.now}"}
            assert (
                self.ask(self.ann, "POST", f"/reflections/{shared}/additions", text).status == 201
            )
        for step in STEPS:
            self.ask(self.ann, "POST", f"/reflections/new/{step}", {"text": step})

    def reads(self, path: str) -> Reads:
        self.cloud.session(self.ann)
        with count_reads(self.cloud) as reads:
            answer = self.ask(self.ann, "GET", path.format(**self.paths))
        assert answer.status == 200, answer.text
        return reads


@pytest.fixture
def authors(emptied: Cloud) -> Authors:
    return Authors(emptied)


def test_pages_read_and_open_no_more_after_many_than_after_a_few_nor_of_more_members(
    authors: Authors,
) -> None:
    authors.live(21)
    for _ in range(40):  # enough for every shard of their counts
        authors.cloud.member()
    few = {path: authors.reads(path) for path in PAGES}
    added = authors.paths["shared"]
    authors.live(19)
    for _ in range(30):
        authors.cloud.member()
    assert len(authors.ask(authors.ann, "GET", f"/reflections/{added}").json["additions"]) == 40
    for path in PAGES:
        many = authors.reads(path)
        assert many.calls == few[path].calls <= 3, path
        assert many.kms == few[path].kms <= 1, path
        more = 19 if path == "/reflections/{shared}" else 0  # the page shows each that was added
        assert many.items <= few[path].items + more, path
    readers = authors.ask(authors.ann, "GET", "/reflections/new/review").json["readers"]
    assert readers["people"] == 71


@pytest.mark.parametrize("path", PAGES[:4])
def test_a_list_opens_with_one_call_of_kms(authors: Authors, path: str) -> None:
    authors.live(20)
    answer = authors.ask(authors.ann, "GET", path.format(**authors.paths)).json
    assert len(answer.get("reflections") or answer["additions"]) == 20
    assert authors.reads(path).kms == 1


def test_each_of_before_costs_a_call_more(authors: Authors) -> None:
    authors.live(3)
    listed = authors.ask(authors.ann, "GET", "/reflections?region=SW").json["reflections"]
    for row in listed[:2]:
        seal_as_before(authors.cloud, row["id"])
    assert authors.reads("/reflections?region=SW").kms == 1 + 2
    again = authors.ask(authors.ann, "GET", "/reflections?region=SW").json["reflections"]
    assert [row["id"] for row in again] == [row["id"] for row in listed]
    assert {row["opening"] for row in again} == {WORDS["description"], "sealed before"}


def seal_as_before(cloud: Cloud, reflection: str) -> None:
    """Seals a shared copy as an earlier version did: with a key of its own, bound to owner and item."""
    bound = {"owner": "SW", "item": reflection}
    key = fake_aws.client("kms").generate_data_key(
        KeyId=cloud.template.keys[0], KeySpec="AES_256", EncryptionContext=bound
    )
    words = WORDS | {"description": "sealed before", "meeting": None, "kind": None}
    nonce, about = os.urandom(12), json.dumps(bound, sort_keys=True).encode()
    text = AESGCM(key["Plaintext"]).encrypt(nonce, json.dumps(words).encode(), about)
    sealed = {"key": key["CiphertextBlob"], "nonce": nonce, "text": text}
    wiring.table().transact([Update(shared_key("SW", reflection), set={"sealed": sealed})])


@pytest.mark.parametrize(
    "damage", ["moved to another item", "changed by a byte", "another owner's"]
)
def test_a_text_that_does_not_open_is_our_fault_and_said_so(authors: Authors, damage: str) -> None:
    """And nothing of it is shown, nor of what it was replaced by."""
    authors.live(1)
    table, ann = wiring.table(), authors.ann
    listed = authors.ask(ann, "GET", "/reflections?region=SW").json["reflections"]
    shared = [row["id"] for row in listed if not row["mine"]]
    own = table.query(f"MEMBER#{ann.id}", "REFLECTION#").items[0]
    first, other = (table.get(shared_key("SW", each)) or {} for each in shared[:2])
    text = first["sealed"]["text"]
    sealed = {
        "moved to another item": other["sealed"],
        "changed by a byte": first["sealed"] | {"text": text[:-1] + bytes([text[-1] ^ 1])},
        "another owner's": own["sealed"],
    }[damage]
    table.transact([Update(shared_key("SW", shared[0]), set={"sealed": sealed})])
    for path in (f"/reflections/{shared[0]}", "/reflections?region=SW"):
        answer = authors.ask(ann, "GET", path)
        assert (answer.status, "about" in answer.text) == (500, False)
        assert answer.json["next"].startswith("Try again in a few minutes.")
