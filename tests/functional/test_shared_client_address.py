"""Many people behind one internet address, as a health service's are, and a stranger behind it too."""

import itertools
import random
import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from comhar import wiring
from comhar.aws.conditions import Put
from comhar.letters.model import Draft, Link
from comhar.letters.service import mint
from comhar.meetings import letter_context
from comhar.meetings import repository as meetings_repository
from comhar.membership.model import Member
from comhar.surveys import ballots
from comhar.surveys import repository as surveys_repository
from comhar.tokens import digest, new_secret
from tests.support import cloud as clouds
from tests.support import past_surveys
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.proof_sizes import sized
from tests.support.sample_community import letters
from tests.support.sample_region import Region, build_region

PEOPLE = sized(25, 250)
POSTS = 2 * PEOPLE  # of the stranger
LIMIT = 600 * PEOPLE // 250  # what one client may ask for in ten minutes, on the same scale
BEHIND = {"cloudfront-viewer-address": "198.51.100.7:443"}
FORM = {"name": "Tadhg Ó Sé", "region": "SW", "role": "ips_worker"}


@pytest.fixture
def region(emptied: Cloud, monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setenv("CLIENT_LIMIT", str(LIMIT))
    clouds.forget()
    return build_region(emptied, "SW")


def post(cloud: Cloud, path: str, body: object) -> GatewayResponse:
    return cloud.call("POST", path, body, headers=BEHIND)


def surveys(people: list[Member], cloud: Cloud) -> list[str]:
    """A survey that is open, and each person's link to it."""
    survey = past_surveys.make_survey(cloud.now, people=tuple(each.id for each in people))
    table = wiring.table()
    table.transact(surveys_repository.insert_survey_writes(survey))
    item = table.get(surveys_repository.key(survey.id))
    table.transact([Put({**item, "state": "open"}), ballots.insert_secret_write(survey.id)])
    stored = ballots.get_secret(table, survey.id)
    each_ones = [ballots.derive_token(stored, each.id) for each in people]
    for ballot in each_ones:
        table.transact([ballots.ballot_write(survey.id, digest(ballot))])
    return [f"/surveys/{survey.id}.{ballot}" for ballot in each_ones]


def minted(link: Link) -> str:
    """The path of a link, as the mailer mints it."""
    draft, writes = mint(Draft("", "", "", {}, link), wiring.clock(), "")
    wiring.table().transact(writes)
    return str(draft.context["link"])


def sign_up(email: str) -> Link:
    return Link("sign_up", "/sign-up/{token}", "s", "p", 24, {"email": email})


def stranger(cloud: Cloud, people: list[Member]) -> Callable[[], None]:
    """Posts whatever anybody may post, one after another: for the people's own addresses, for invented
    ones, with tokens and codes that are none."""
    kinds = itertools.cycle(
        [
            lambda n: ("/sign-in", {"email": random.choice(people).email}),
            lambda n: ("/join", {"email": f"invented{n}@d{n}.example"}),
            lambda n: ("/join", {"email": f"invented{n}@hse.ie"}),
            lambda n: (f"/answer/{new_secret()}", {"answer": "no"}),
            lambda n: (f"/sign-up/{new_secret()}", FORM),
            lambda n: (f"/sign-in/{new_secret()}", {}),
            lambda n: ("/sign-in/code", {"code": "123456", "request": new_secret()}),
            lambda n: (f"/surveys/{new_secret()}", {"answers": {}}),
        ]
    )
    numbers = itertools.count()

    def posts() -> None:
        path, body = next(kinds)(next(numbers))
        assert post(cloud, path, body).status in (202, 410), path

    return posts


def test_all_behind_one_address_get_through_though_a_stranger_there_posts_twice_as_often(
    region: Region,
):
    """In ten minutes each answers a survey and an invitation, signs up, or signs in."""
    cloud = region.cloud
    item = wiring.table().get(meetings_repository.key(region.meeting().rpartition("/")[2]))
    meeting = meetings_repository.from_item(item)
    people = [cloud.member() for _ in range(PEOPLE)]
    survey = surveys(people, cloud)
    replies = [minted(letter_context.answer_link(meeting, each.id, cloud.now)) for each in people]
    newcomers = [minted(sign_up(f"new{n}@hse.ie")) for n in range(PEOPLE)]
    disturb = stranger(cloud, people)
    begun, statuses = cloud.now, []
    for number in range(POSTS):
        disturb()
        if number % 2:
            place = number // 2
            cloud.now = begun + timedelta(minutes=9) * place / PEOPLE
            statuses += [
                post(cloud, survey[place], {"answers": past_surveys.GOOD}).status,
                post(cloud, replies[place], {"answer": "yes"}).status,
                post(cloud, newcomers[place], FORM).status,
                post(cloud, "/sign-in", {"email": people[place].email}).status,
            ]
    assert statuses == [201, 200, 201, 202] * PEOPLE
    sent = {
        re.search(r"/sign-in/[\w-]{43}", each)[0] for each in letters(cloud) if "/sign-in/" in each
    }
    who = set()
    for path in sent:
        session = post(cloud, path, {}).json["session"]
        who.add(cloud.call("GET", "/me", bearer=session).json["id"])
    assert who == {each.id for each in people}
