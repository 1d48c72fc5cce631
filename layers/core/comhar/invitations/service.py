"""Owns the use cases of invitations: send sign-up links to people the office names."""

from datetime import datetime

from comhar.invitations import forms
from comhar.membership import addresses, records
from comhar.membership.model import Member
from comhar.membership.records import Members
from comhar.tokens import digest
from comhar.writes import Write


def invite(form: forms.Invite, me: Member, now: datetime, members: Members) -> forms.Invited:
    """Sends a sign-up link to each new address. Each entry counts once: sent, already (a member, or
    twice in the list) or invalid."""
    fresh: list[str] = []
    already, invalid = 0, []
    for entry in forms.entries(form.emails):
        try:
            email = forms.read_entry(entry)
        except ValueError:
            invalid.append(entry)
            continue
        if email in fresh:
            already += 1
        else:
            fresh.append(email)
    known = _claimed(fresh, members) | (set(fresh) & set(members.settings.office_emails))
    wanted = [email for email in fresh if email not in known]
    for start in range(0, len(wanted), 50):
        members.table.transact(*_invitations(wanted[start : start + 50], me, now))
    return forms.Invited(sent=len(wanted), already=already + len(known), invalid=invalid)


def _invitations(emails: list[str], me: Member, now: datetime) -> list[Write]:
    facts = {"invited": True}
    line = records.audit(me.id, "invite", me.id, now, count=len(emails))
    return [line, *(addresses.link_letter("join", email, facts, now) for email in emails)]


def _claimed(emails: list[str], members: Members) -> set[str]:
    """Those of the addresses that are a member's."""
    found: set[str] = set()
    for start in range(0, len(emails), 100):
        some = emails[start : start + 100]
        items = members.table.batch_get([addresses.claim_key(digest(email)) for email in some])
        found |= {email for email, item in zip(some, items, strict=True) if item}
    return found
