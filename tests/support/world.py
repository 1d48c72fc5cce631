"""A small community in being, made through the public routes: one of everything a route names."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from comhar.membership.model import Member
from tests.support import post
from tests.support.cloud import Answer, Cloud

OFFICE = "office@example.com"
ENTERED = {"email": "phoned@hse.ie", "name": "Nóra", "region": "MW", "role": "peer_educator"}
SIX = ("description", "feelings", "evaluation", "analysis", "conclusion", "action_plan")


@dataclass
class World:
    """`addresses` fills the parts of a path, by the path's own beginning where they differ."""

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
            found[name] = self.addresses.get(before + name) or self.addresses[name]
        return found


def made(cloud: Cloud) -> World:
    """Two co-chairs, two members and one waiting; a meeting to come and one closed, with letters."""
    members = [cloud.member(chair_of=("SW",)), cloud.member(chair_of=("SW",)), cloud.member()]
    cloud.member(status="pending", confirmed=False)
    chair, office = cloud.session(members[0]), cloud.session(OFFICE)
    held = _meeting(cloud, chair, "2027-01-12T10:00")
    coming = _meeting(cloud, chair, "2027-02-18T10:00")
    item = _sent(cloud, chair, f"/meetings/{coming}/items", {"title": "Biscuits"})["id"]
    _sent(cloud, "", "/join", {"email": "new@hse.ie"})
    cloud.post_letters()
    cloud.now += timedelta(days=2)
    chair, office = cloud.session(members[0]), cloud.session(OFFICE)
    _close(cloud, chair, held, members)
    cloud.post_letters()
    _sent(cloud, "", "/sign-in", {"email": members[2].email})
    _sent(cloud, cloud.session(members[2]), "/me/address", {"email": "newer@hse.ie"})
    _sent(cloud, office, "/members", ENTERED)
    new = cloud.member(confirmed=False)
    reflection = {name: "We talked." for name in SIX} | {"visibility": "community"}
    written = _sent(cloud, chair, "/reflections", reflection)["id"]
    _erased(cloud, cloud.member(), confirmed=True)
    _erased(cloud, cloud.member(), confirmed=False)
    newest = "\n".join(sorted(letters(cloud), key=lambda letter: "18 February" in letter))
    kinds = "sign-up|sign-in|answer|surveys|not-me|me/address|pause|erase|keep"
    links = dict(re.findall(rf"/({kinds})/([\w-]+\.?[\w-]{{20,}})", newest))
    post.arrive(post.eml("attachments"), "world", cloud.now)
    mails = cloud.call("GET", "/inbox", bearer=office).json["messages"]
    _sent(cloud, office, "/invitations", {"emails": ["asked@example.org"]})
    asked = cloud.call("GET", "/invitations", bearer=office).json["invitations"]
    listed = _sent(cloud, office, "/invitations/lists", {"text": "listed@example.org\nx"})
    actions = cloud.call("GET", "/communities/SW/actions", bearer=chair).json["actions"]
    surveys = cloud.call("GET", "/communities/SW/surveys", bearer=chair).json["surveys"]
    return World(
        cloud,
        office,
        chair,
        cloud.session(members[2]),
        {
            "region": "SW",
            "quarter": "2027-Q1",
            "answer": "yes",
            "step": "feelings",
            "item": item,
            "action": actions[0]["id"],
            "message": mails[0]["id"],
            "number": "1",
            "list_id": listed["id"],
            "invitation": asked[0]["id"],
            "/meetings/id": coming,
            "/members/id": new.id,
            "/reflections/id": written,
            "/communities/{region}/surveys/id": surveys[0]["id"],
            "/sign-up/{token}/step": "name",
            "/sign-up/token": links["sign-up"],
            "/sign-in/token": links["sign-in"],
            "/not-me/token": links["not-me"],
            "/answer/token": links["answer"],
            "/surveys/token": links["surveys"],
            "/me/address/token": links["me/address"],
            "/pause/token": links["pause"],
            "/erase/token": links["erase"],
            "/keep/token": links["keep"],
            "text": "roles",
        },
    )


def office(cloud: Cloud, method: str, path: str, body: Any = None, **more: Any) -> Answer:
    """What a person of the national office is answered."""
    return cloud.call(method, path, body, bearer=cloud.session(OFFICE), **more)


def letters(cloud: Cloud) -> list[str]:
    """All letters so far, each as plain text."""
    found = (
        email.message_from_string(raw, policy=email.policy.default) for raw in cloud.post_letters()
    )
    bodies = (message.get_body(("plain",)) for message in found)
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


def _erased(cloud: Cloud, member: Member, confirmed: bool) -> None:
    """Somebody who asked for everything to be deleted, and perhaps used the letter's link."""
    _sent(cloud, cloud.session(member), "/me/erase", {})
    if confirmed:
        (token,) = re.findall(r"/erase/([\w-]{20,})", text(cloud))
        _sent(cloud, "", f"/erase/{token}", {})


def _sent(cloud: Cloud, bearer: str, path: str, body: Any) -> Any:
    answer: Answer = cloud.call("POST", path, body, bearer=bearer)
    assert answer.status < 300, answer
    return answer.json
