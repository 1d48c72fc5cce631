"""Owns the use cases of optional letters: pause them or not, on the page or by a letter's own link."""

from datetime import datetime

from comhar import email_links
from comhar.aws.conditions import Item
from comhar.membership import repository as people
from comhar.membership.model import ChangedMeanwhile, Member
from comhar.membership.repository import Members
from comhar.profile import forms, model, repository, views

INSTEAD = "Sign in, and choose on the page “Letters” which ones you get."
_TRIES = 5  # against whoever changes the member at the same moment


def choose(form: forms.ChooseMail, me: Member, now: datetime, members: Members) -> views.Mail:
    """Raises MembersOnly, ChangedMeanwhile."""
    if me.status == "office":
        raise model.MembersOnly
    _set(me, form.paused, now, members)
    return views.Mail(paused=form.paused)


def shown(token: str, now: datetime, members: Members) -> views.MailOf:
    """How whom the letter was for has chosen. Raises LinkSpent."""
    member = _whose(_link(token, now, members), members)
    return views.MailOf(paused=member.paused, whose=member.in_short)


def pause(token: str, now: datetime, members: Members) -> views.Mail:
    """Pauses optional letters for whom the letter was for. The link is never used up: a mail program
    may send twice. Raises LinkSpent, ChangedMeanwhile."""
    link = _link(token, now, members)
    for attempt in range(_TRIES):
        try:
            _set(_whose(link, members), True, now, members)
            break
        except ChangedMeanwhile:
            if attempt == _TRIES - 1:
                raise
    return views.Mail(paused=True)


def _set(member: Member, paused: bool, now: datetime, members: Members) -> None:
    if member.paused == paused:
        return
    line = people.audit(member, "edit", member, now, fields=["paused"])
    after = member.model_copy(update={"paused": paused})
    repository.write(members.table, *repository.changed(member, after), line)


def _whose(link: Item, members: Members) -> Member:
    member = members.by_id(link["person"])
    if member is None or member.status == "erasing":
        raise email_links.LinkSpent(next=INSTEAD)
    return member


def _link(token: str, now: datetime, members: Members) -> Item:
    return email_links.get_link(members.table, token, "pause", now, INSTEAD)
