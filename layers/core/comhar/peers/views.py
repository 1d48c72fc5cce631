"""Responses: who can be found in one's role in other regions."""

from comhar.aws.conditions import Item
from comhar.fields import View


class Peer(View):
    """What people in the same role in other regions see."""

    id: str
    name: str
    region: str
    ask_about: str | None = None


class Peers(View):
    """`own` is what others see; `people` are none while one cannot be found oneself."""

    role: str | None
    findable: bool
    own: Peer
    people: list[Peer]
    next: str | None = None


class PeerForm(View):
    peer: Peer


class PeerMessage(View):
    """A message to a peer, which goes out then."""

    id: str
    sends_at: str


def peer(item: Item) -> Peer:
    name = item.get("preferred_name") or item["name"]
    return Peer(id=item["id"], name=name, region=item["region"], ask_about=item.get("ask_about"))
