"""The pulse of a community: what its page reads by key.

It is noted in the transactions that change it. It names items, and holds nothing of theirs but the title of
a survey: who reads it skips what is there no more. Of what an earlier version stored it names nothing, until
that changes.
"""

from comhar.aws.conditions import Item, Key, Update
from comhar.aws.dynamodb import Table
from comhar.communities.model import Community

PULSE = "PULSE"
_SHARED = "reflection_"  # begins the attributes of reflections
_MOST_SHARED = 8  # of which more are taken back than shown, before one is missing


def key(region: str) -> Key:
    return f"REGION#{region}", PULSE


def leads_write(community: Community) -> Update:
    """Who leads or starts the community, to be written with it."""
    ids = [chair["id"] for chair in community.chairs]
    leads = [*ids, *([community.starter] if community.starter else [])]
    return Update(key(community.region), set={"leads": leads})


def share_writes(table: Table, region: str, reflection_id: str) -> list[Update]:
    """That a reflection is shared; only the newest stay. One read."""
    added, before = f"{_SHARED}{reflection_id}", table.get(key(region)) or {}
    names = sorted({added, *(name for name in before if name.startswith(_SHARED))})
    newest, older = names[-_MOST_SHARED:], names[:-_MOST_SHARED]
    if added not in newest:
        return []
    return [Update(key(region), set={added: True}, remove=older)]


def unshare_write(region: str, reflection_id: str) -> Update:
    return Update(key(region), remove=[f"{_SHARED}{reflection_id}"])


def survey_write(region: str, survey: Item) -> Update:
    """Which survey closed last: `id`, `title` and `closed_on`."""
    return Update(key(region), set={"survey": survey})


def list_shared(pulse: Item, limit: int) -> list[str]:
    """The ids of the reflections that were shared last, newest first."""
    names = sorted((name for name in pulse if name.startswith(_SHARED)), reverse=True)
    return [name.removeprefix(_SHARED) for name in names[:limit]]
