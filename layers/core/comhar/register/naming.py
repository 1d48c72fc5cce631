"""Owns what the office decides of changes of name that wait for it."""

from datetime import datetime

from comhar.aws.conditions import Delete, Write
from comhar.communities import repository as communities
from comhar.errors import Conflict
from comhar.letters import repository as letters
from comhar.letters.model import Letter, LetterId
from comhar.membership import model, repository
from comhar.membership.model import Member
from comhar.membership.repository import Members
from comhar.profile.views import AskedName
from comhar.register import forms, member_page, service, views


class NameDecided(Conflict):
    title = "This change of name does not wait any more, or another name was asked for since."
    next = "Look at the member’s page: it shows what was decided, or what waits now."


def waiting(me: Member, now: datetime, members: Members) -> views.NamesToCheck:
    """The changes of name that wait, the oldest first; that somebody looked is noted."""
    items = sorted(repository.names_waiting(members.table), key=lambda item: str(item["since"]))
    people = [
        each
        for start in range(0, len(items), 100)
        for each in members.by_ids([item["member"] for item in items[start : start + 100]])
    ]
    found = [(each, each.name_asked) for each in people if each and each.name_asked]
    line = repository.audit(me, "read_register", repository.REGISTER, now, rows=len(found))
    members.table.transact([line])
    return views.NamesToCheck(
        names=[
            views.NameToCheck(
                **each.model_dump(include={"id", "region", "status", "name", "preferred_name"}),
                asked=AskedName(**asked),
            )
            for each, asked in found
        ]
    )


def decide(
    member_id: str, form: forms.DecideName, me: Member, now: datetime, members: Members
) -> Member:
    """Makes the change, or leaves the name as it is; the person is told by email either way.

    Raises NotFound, BeingErased, NameDecided, ChangedMeanwhile.
    """
    before = member_page.existing(member_id, now, members)
    if before.status == "erasing":
        raise model.BeingErased
    asked = before.name_asked
    wanted = {"name": form.name, "preferred_name": form.preferred_name}
    if asked is None or any(asked[each] != wanted[each] for each in wanted):
        raise NameDecided
    approved = form.decision == "approve"
    after = before.model_copy(update={"name_asked": None, **(wanted if approved else {})})
    told = LetterId("name_checked", before.id, str(before.revision + 1), before.id)
    facts = {"approved": approved, "reason": None if approved else form.reason}
    writes: list[Write] = [
        Delete(repository.name_waits_key(before.id)),
        letters.put(Letter(told, facts), now),
    ]
    if after.known_as != before.known_as:
        writes += communities.called(members.table, before, after.known_as, now)
    what = "approve_name" if approved else "decline_name"
    service.change(before, after, what, me, now, members, *writes)
    return after
