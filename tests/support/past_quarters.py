"""Quarter after quarter of a small community: what its years leave behind.

Each has a poll, a meeting closed with notes and actions, two surveys with results, reflections, mail to the
office, and somebody who leaves or moves.
"""

from datetime import timedelta
from typing import Any

from comhar import data, wiring
from comhar.aws.conditions import Put
from comhar.context import Context
from comhar.letters import repository as letters_repository
from comhar.letters.model import LetterId
from comhar.membership.model import Member
from comhar.surveys import jobs as surveys_jobs
from comhar.surveys import repository as surveys_repository
from comhar.tokens import new_secret
from tests.support import cloud as clouds
from tests.support import office_mail
from tests.support.cloud import Cloud
from tests.support.long_community import OFFICE, PRESENT, RARE_NAME, REGIONS, LongCommunity
from tests.support.past_surveys import run_survey

QUARTER = timedelta(days=91)
SMALL = 12  # members of a region while it met
_SIX = ("description", "feelings", "evaluation", "analysis", "conclusion", "action_plan")


def build_long_community(cloud: Cloud, members: int, years: int) -> LongCommunity:
    """So many members in all regions, after so many years; the clock stands at `PRESENT`."""
    community = LongCommunity(cloud)
    cloud.now = PRESENT - 4 * years * QUARTER
    for number in range(SMALL * len(REGIONS)):
        community.join(REGIONS[number % len(REGIONS)])
    for quarter in range(4 * years):
        cloud.now = PRESENT - (4 * years - quarter) * QUARTER
        if quarter % 4 == 0:
            chairs = [member.id for member in community.people[:2]]
            community.post(OFFICE, "/communities/SW/chairs", {"members": chairs})
        if quarter % 2 == 0:
            _approve_terms(community, quarter)
        _live_through(community, quarter)
    cloud.now = PRESENT
    for number in range(SMALL * len(REGIONS), members - 1):
        community.join(REGIONS[number % len(REGIONS)])
    community.join("SW", name=RARE_NAME)
    community.parts["member"] = community.people[2].id
    _delete_expired(cloud)
    community.fill_present()
    return community


def _delete_expired(cloud: Cloud) -> None:
    """What DynamoDB itself has deleted by now."""
    now = cloud.now.timestamp()
    for rows in cloud.fake_aws.memory.tables.values():
        for item in rows.items():
            if "expires" in item and float(item["expires"]["N"]) < now:
                rows.delete(item["pk"]["S"], item["sk"]["S"])


def _approve_terms(community: LongCommunity, quarter: int) -> None:
    """Terms with another aim, signed by all: a version more."""
    terms, (chair, other) = "/communities/SW/terms", community.people[:2]
    form = {"sections": {"aim": f"We meet and learn, quarter {quarter}."}, "revision": 9_999}
    community.post(chair, terms, form)
    community.post(chair, f"{terms}/submit", None)
    for who in (chair, other, OFFICE):
        community.post(who, f"{terms}/sign", {"name": "Áine Walsh", "title": "Lead"})
    community.parts["number"] = "2"


def _live_through(community: LongCommunity, quarter: int) -> None:
    cloud, begins = community.cloud, community.cloud.now
    chair, member = community.people[0], community.people[2]
    poll = community.open_poll(begins + timedelta(days=40), begins + timedelta(days=7))
    for person in community.people[:8]:
        community.post(person, f"/polls/{poll}/vote", {"votes": {"a": "yes", "b": "no"}})
    cloud.now = begins + timedelta(days=8)
    meeting = community.post(chair, f"/polls/{poll}/pick", {"option": "a"})["meeting"]
    community.prepare(meeting, community.people[:8])
    cloud.now = begins + timedelta(days=33)
    community.post(chair, f"/meetings/{meeting}/agenda/issue", {})
    cloud.now = begins + timedelta(days=40, hours=2)
    community.post(chair, f"/meetings/{meeting}/notes/welcome", {"text": "We met."})
    community.post(member, f"/meetings/{meeting}/statement", {"text": "Thank you all."})
    _end_actions(community)
    if survey := community.close(meeting):
        _count_survey(cloud, survey)
    for author in (member, chair):
        _reflect(community, author)
        _note_letter(cloud, LetterId("invitation", meeting, "0", author.id))
    cloud.now += timedelta(days=10)
    _compare(community)
    _write_to_office(community, quarter)
    _change_people(community, quarter)


def _end_actions(community: LongCommunity) -> None:
    """What the meeting before agreed on is done."""
    chair, path = community.people[0], "/communities/SW/actions"
    bearer = community.cloud.session(chair)
    for action in community.cloud.call("GET", path, bearer=bearer).json["actions"]:
        if action["done_on"] is None:
            community.post(chair, f"{path}/{action['id']}/done", {})


def _count_survey(cloud: Cloud, survey_id: str) -> None:
    """Answers a meeting's survey six times, and closes it as the clock does."""
    table = cloud.table()
    item = table.get(surveys_repository.key(survey_id))
    assert item is not None
    item |= {"state": "open"}
    for _ in range(6):
        sheet = {"pk": f"SURVEY#{survey_id}", "sk": f"ANSWER#{new_secret()}"}
        table.transact([Put(sheet | {"answers": {"satisfaction": 5}}, table="ballots")])
    table.transact([Put(item)])
    closes_at = surveys_repository.from_item(item).closes_at
    surveys_jobs.take_next_step(item, Context(None, closes_at, table, wiring.settings()))


def _compare(community: LongCommunity) -> None:
    """One more run of a survey that is compared over time, and what was done about it."""
    cloud = community.cloud
    opened = cloud.now - timedelta(days=20)
    questions = data.load("surveys")["cop_review"]["questions"]
    sheet = {question["key"]: 4 for question in questions if question["kind"] == "rating"}
    about = {"table": cloud.table(), "kind": "cop_review"}
    survey = run_survey(opened, [sheet] * 6, questions, **about)
    entry = {"said": "More time", "did": "Two hours now"}
    path = f"/communities/SW/surveys/{survey}/said"
    community.parts["entry"] = community.post(community.people[0], path, entry)["entry"]
    community.parts["survey"] = survey


def _reflect(community: LongCommunity, author: Member) -> None:
    """One for oneself, one that is counted and one that is shared."""
    for visibility in ("private", "counted", "community"):
        form: dict[str, Any] = {name: "We talked." for name in _SIX}
        form |= {"visibility": visibility}
        reflection = community.post(author, "/reflections", form)["id"]
        community.parts[visibility] = reflection


def _note_letter(cloud: Cloud, letter: LetterId) -> None:
    """What a letter leaves at its recipient."""
    expires = int((PRESENT + timedelta(days=90)).timestamp())
    cloud.table().transact([letters_repository.note_write(letter, expires)])


def _write_to_office(community: LongCommunity, quarter: int) -> None:
    """A mail, answered every other time, and three invitations; the report of the quarter before."""
    cloud = community.cloud
    raw = office_mail.read_message("attachments")
    office_mail.deliver(raw, f"mail{quarter}", cloud.now)
    mails = cloud.call("GET", "/inbox", bearer=cloud.session(OFFICE)).json["messages"]
    community.parts["message"] = mails[0]["id"]
    if quarter % 2:
        community.post(OFFICE, f"/inbox/{mails[0]['id']}/done", {})
    emails = [f"invited{quarter}.{n}@example.org" for n in range(3)]
    community.post(OFFICE, "/invitations", {"emails": emails})
    cloud.run("KpiExportFunction", {}, clouds.Context())


def _change_people(community: LongCommunity, quarter: int) -> None:
    """The newest but two of the region leaves it, or the register; another comes."""
    leaver = community.lose()
    if quarter % 2:
        community.post(OFFICE, f"/members/{leaver.id}/move", {"region": "MW"})
    else:
        community.post(OFFICE, f"/members/{leaver.id}/deactivate", {"reason": "Left the service"})
    community.join("SW")
