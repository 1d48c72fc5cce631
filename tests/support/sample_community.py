"""A small community in being, made through the public routes: one of everything a route names."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from comhar import wiring
from comhar.letters.model import Draft, Link
from comhar.letters.service import mint
from comhar.membership.model import Member
from comhar.membership.repository import session_key
from comhar.terms_of_reference import model as terms_model
from comhar.terms_of_reference import repository as terms_repository
from comhar.terms_of_reference import sections
from comhar.vision import model as vision_model
from comhar.vision import repository as vision_repository
from tests.support import office_mail, past_surveys
from tests.support.cloud import Cloud, GatewayResponse

OFFICE = "office@example.com"
ENTERED = {"email": "phoned@hse.ie", "name": "Nóra", "region": "MW", "role": "peer_educator"}
POLL = {
    "kind": "quarterly", "mode": "online", "closes_on": "2027-02-26",
    "options": ["2027-03-09T10:00", "2027-03-17T10:00"],
}  # fmt: skip
VOTES = {"votes": {"a": "yes", "b": "no"}}
FIRST = {"kind": "first", "starts_at": "2027-03-24T10:00", "mode": "online"}
FIRST |= {"facilitator_name": "Máire", "facilitator_email": "maire@example.com"}
YEARLY = {"cop_review": {"next_on": "2027-07-12"}, "annual_value": {"next_on": "2028-01-11"}}
TOGETHER = ("reflection", "reflection/delete", "reflection/share", "reflection/{step}")
MESSAGE = {"to": "members", "subject": "Thursday: bring a mug", "text": "Tea at 10."}
OFFICE_MESSAGE = {
    "to": "regions",
    "regions": ["SW"],
    "purpose": "events",
    "subject": "Tea",
    "text": "Tea at 10.",
}
WHEEL = {"ratings": {"vision": 4, "convening": 2}, "note": "Two hours are short.", "revision": 0}
ON_THE_DAY = (
    *TOGETHER,
    "run",
    "notes/{line}",
    "attendance",
    "statement",
    "statements",
    "statements/new",
)
CLOSED = (
    "record",
    "reopen",
    "attendance/correct",
    "wheel",
    "wheel/remove",
)  # said of a closed meeting
COUNTED = (
    "said",
    "said/new",
    "said/{entry}/edit",
    "said/{entry}/remove",
    "over-time",
    "over-time.svg",
)
SIX = ("description", "feelings", "evaluation", "analysis", "conclusion", "action_plan")


@dataclass
class SampleCommunity:
    """`addresses` fills the parts of a path, by the path's own beginning or the whole route where they
    differ."""

    cloud: Cloud
    office: str
    chair: str
    colleague: str
    addresses: dict[str, str]

    def path(self, template: str) -> str:
        """The address of a route, with everything it names in being."""
        for name, value in self.parts(template).items():
            template = template.replace(f"{{{name}}}", value)
        return template

    def parts(self, template: str) -> dict[str, str]:
        """What stands for each name of the route's path."""
        found = {}
        for name in re.findall(r"{(\w+)}", template):
            before = template[: template.index(f"{{{name}}}")]
            own = self.addresses.get(f"{name} of {template}") or self.addresses.get(before + name)
            found[name] = own or self.addresses[name]
        return found


def _mint_pause_link(cloud: Cloud, member: Member) -> str:
    """The token by which a member pauses letters, as one of these has it."""
    link = Link("pause", "{token}", member.id, member.id, 24)
    made, writes = mint(Draft(member.email, "", "", {}, link), cloud.now, "")
    wiring.table().transact(writes)
    return str(made.context["link"])


def build_community(cloud: Cloud) -> SampleCommunity:
    """Two co-chairs, two members and one waiting; a meeting to come, one about to begin and one closed,
    with letters."""
    members = [cloud.member(chair_of=("SW",)), cloud.member(chair_of=("SW",)), cloud.member()]
    cloud.member(status="pending", confirmed=False)
    chair, office = cloud.session(members[0]), cloud.session(OFFICE)
    meeting = _meeting(cloud, chair, "2027-01-12T10:00")
    coming = _meeting(cloud, chair, "2027-02-18T10:00")
    today = _meeting(cloud, chair, "2027-01-13T09:30")
    _sent(cloud, office, "/communities/SW/meetings", FIRST)
    _sent(cloud, office, "/closures", {"day": "2027-05-20", "note": "Moving house"})
    _sent(cloud, chair, "/communities/SW/evaluations", YEARLY)
    item = _sent(cloud, chair, f"/meetings/{coming}/items", {"title": "Biscuits"})["id"]
    file = {"filename": "biscuits.txt", "base64": "QQ=="}
    _sent(cloud, chair, f"/meetings/{coming}/items/{item}/file", {"file": file})
    _approve_terms()
    _write_vision(cloud)
    poll = _sent(cloud, chair, "/communities/SW/polls", POLL)["id"]
    message = _sent(cloud, chair, "/communities/SW/messages", MESSAGE)["id"]
    peer = cloud.member(region="MW", findable=True, ask_about="Recovery plans")
    _sent(cloud, chair, "/me/peers", {"findable": True})
    member = cloud.session(members[2])
    idea = _sent(cloud, member, f"/meetings/{coming}/ideas", {"title": "Tea"})["id"]
    _sent(cloud, "", "/join", {"email": "new@hse.ie"})
    cloud.post_letters()
    cloud.now += timedelta(days=1, hours=3)
    _close(cloud, cloud.session(members[0]), meeting, members)
    cloud.post_letters()
    cloud.now += timedelta(hours=21)  # the next working day: the email after the meeting
    chair, office = cloud.session(members[0]), cloud.session(OFFICE)
    _sent(cloud, chair, f"/meetings/{meeting}/wheel", WHEEL)
    cloud.post_letters()
    _sent(cloud, "", "/sign-in", {"email": members[2].email})
    _sent(cloud, cloud.session(members[2]), "/me/address", {"email": "newer@hse.ie"})
    _sent(cloud, office, "/members", ENTERED)
    new = cloud.member(confirmed=False)
    reflection = {name: "We talked." for name in SIX} | {"visibility": "community"}
    written = _sent(cloud, chair, "/reflections", reflection)["id"]
    group = _shared_by_the_group(cloud, chair, meeting)
    plan = f"/reflections/{group}/additions"
    addition = _sent(cloud, chair, plan, {"text": "Ask three groups"})["id"]
    _sent(cloud, chair, f"/meetings/{today}/reflection/description", {"text": "We met."})
    _erased(cloud, cloud.member(), confirmed=True)
    _erased(cloud, cloud.member(), confirmed=False)
    newest = "\n".join(sorted(letters(cloud), key=lambda letter: "18 February" in letter))
    kinds = "sign-up|sign-in|answer|pack|surveys|not-me|me/address|erase|keep|poll|reply"
    links = dict(re.findall(rf"/({kinds})/([\w-]+\.?[\w-]{{20,}})", newest))
    office_mail.deliver(office_mail.read_message("attachments"), "world", cloud.now)
    mails = cloud.call("GET", "/inbox", bearer=office).json["messages"]
    _sent(cloud, office, "/invitations", {"emails": ["asked@example.org"]})
    emails = cloud.call("GET", "/invitations", bearer=office).json["invitations"]
    listed = _sent(cloud, office, "/invitations/lists", {"text": "listed@example.org\nx"})
    questions = _sent(
        cloud, chair, "/communities/SW/questionnaires", {"title": "Tea", "start_from": "needs"}
    )["questionnaire"]
    waiting = _sent(
        cloud,
        chair,
        f"/communities/SW/questionnaires/{questions}/start",
        {"opens_on": "2027-03-01", "closes_on": "2027-03-15"},
    )["surveys"][0]["survey"]
    lines = cloud.call("GET", f"/questionnaires/{questions}", bearer=chair).json["lines"]
    counted = [
        past_surveys.run_survey(cloud.now - timedelta(weeks=n), [past_surveys.GOOD] * 6)
        for n in (30, 4)
    ][1]
    about = f"/communities/SW/surveys/{counted}/said"
    entry = _sent(cloud, chair, about, {"said": "More time", "did": "Two hours now"})["entry"]
    actions = cloud.call("GET", "/communities/SW/actions", bearer=chair).json["actions"]
    surveys = cloud.call("GET", "/communities/SW/surveys", bearer=chair).json["surveys"]
    return SampleCommunity(
        cloud,
        office,
        chair,
        cloud.session(members[2]),
        {
            "region": "SW",
            "quarter": "2027-Q1",
            "kpi": "meetings_held",
            "answer": "yes",
            "step": "feelings",
            "item": item,
            "action": actions[0]["id"],
            "message": mails[0]["id"],
            "number": "1",
            "list_id": listed["id"],
            "invitation": emails[0]["id"],
            "idea": idea,
            "device": str(session_key(cloud.session(members[0]))[1]).removeprefix("SESSION#"),
            "line": "welcome",
            "/meetings/id": coming,
            **{f"id of /meetings/{{id}}/{each}": today for each in ON_THE_DAY},
            **{f"id of /meetings/{{id}}/{each}": meeting for each in CLOSED},
            "/members/id": new.id,
            "/reflections/id": written,
            "id of /reflections/{id}/additions": group,
            "id of /reflections/{id}/additions/{addition}/withdraw": group,
            "addition": addition,
            "/communities/{region}/surveys/id": next(e["id"] for e in surveys if e["about"]),
            "id of /communities/{region}/surveys/{id}/cancel": waiting,
            **{f"id of /communities/{{region}}/surveys/{{id}}/{each}": counted for each in COUNTED},
            "entry": entry,
            "/questionnaires/id": questions,
            "/questionnaires/{id}/lines/line": lines[0]["key"],
            "/questionnaires/built-in/key": "cop_review",
            "/communities/{region}/questionnaires/key": "annual_value",
            "/national/questionnaires/key": "needs",
            "/communities/{region}/evaluations/kind": "annual_value",
            "/national/surveys/kind": "cop_review",
            "/sign-up/token": links["sign-up"],
            "/sign-in/token": links["sign-in"],
            "/not-me/token": links["not-me"],
            "/answer/token": links["answer"],
            "/pack/token": links["pack"],
            "day": "2027-05-20",
            "member": members[2].id,
            "/surveys/token": links["surveys"],
            "/me/address/token": links["me/address"],
            "/poll/token": links["poll"],
            "/polls/id": poll,
            "/messages/id": message,
            "person": peer.id,
            "/reply/token": links["reply"],
            "year": "2027",
            "/communities/{region}/terms/versions/number": "1",
            "/communities/{region}/vision/versions/number": "1",
            "/pause/token": _mint_pause_link(cloud, members[2]),
            "/erase/token": links["erase"],
            "/keep/token": links["keep"],
            "text": "roles",
            "/holds/kind": "person",
            "/holds/{kind}/thing": members[2].id,
        },
    )


def _approve_terms() -> None:
    """The sample, as if all had signed it: a first version."""
    drafted = terms_model.Head(region="SW", revision=1, lock=1)
    head = terms_model.approve(drafted, date(2027, 1, 11)).model_copy(update={"lock": 1})
    text = sections.Text(sections=sections.sample())
    writes = [*terms_repository.head_writes(head), terms_repository.version_write(head, text)]
    wiring.table().transact([*writes, terms_repository.text_write("SW", text)])


def _write_vision(cloud: Cloud) -> None:
    """A vision with one objective, as somebody saved it."""
    before = vision_model.Vision(region="SW")
    after = before.save({}, {"purpose": "We learn.", "objectives.1.title": "Meet often"})
    wiring.table().transact(vision_repository.save_writes(before, after, cloud.now))


def office(cloud: Cloud, method: str, path: str, body: Any = None, **more: Any) -> GatewayResponse:
    """What a person of the National Office is answered."""
    return cloud.call(method, path, body, bearer=cloud.session(OFFICE), **more)


def letters(cloud: Cloud) -> list[str]:
    """All letters so far, each as plain text."""
    bodies = (message.get_body(("plain",)) for message in cloud.mail())
    return [body.get_content() for body in bodies if body]


def text(cloud: Cloud) -> str:
    """All letters so far, one after another."""
    return "\n".join(letters(cloud))


def _meeting(cloud: Cloud, chair: str, starts_at: str) -> str:
    wanted = {"kind": "quarterly", "starts_at": starts_at, "mode": "in_person", "venue": "Cork"}
    return str(_sent(cloud, chair, "/communities/SW/meetings", wanted)["id"])


def _close(cloud: Cloud, chair: str, meeting: str, members: list[Member]) -> None:
    ids = [member.id for member in members]
    action = {"what": "Bring biscuits", "who": ids[0], "by": "2027-02-01"}
    _sent(cloud, chair, f"/meetings/{meeting}/close", {"attended": ids, "actions": [action]})


def _shared_by_the_group(cloud: Cloud, chair: str, meeting: str) -> str:
    """The id of what a meeting's scribe wrote for all, and shared."""
    here = f"/meetings/{meeting}/reflection"
    for step in SIX:
        _sent(cloud, chair, f"{here}/{step}", {"text": "We talked."})
    return str(_sent(cloud, chair, f"{here}/share", {"revision": len(SIX)})["id"])


def _erased(cloud: Cloud, member: Member, confirmed: bool) -> None:
    """Somebody who asked for everything to be deleted, and perhaps used the letter's link."""
    _sent(cloud, cloud.session(member), "/me/erase", {})
    if confirmed:
        (token,) = re.findall(r"/erase/([\w-]{20,})", text(cloud))
        _sent(cloud, "", f"/erase/{token}", {})


def _sent(cloud: Cloud, bearer: str, path: str, body: Any) -> Any:
    answer: GatewayResponse = cloud.call("POST", path, body, bearer=bearer)
    assert answer.status < 300, answer
    return answer.json
