"""Owns the use cases of signing in and out: one verb each."""

from dataclasses import replace
from datetime import datetime

from comhar import email_links
from comhar.aws.conditions import Check, Delete, Item, Key, Write, absent
from comhar.aws.dynamodb import ConditionFailed
from comhar.mailboxes import address_digest, stands_for
from comhar.membership import (
    asks,
    claims,
    codes,
    email_addresses,
    forms,
    repository,
    sessions,
    views,
)
from comhar.membership.repository import Members
from comhar.tokens import digest, secret

SIGN_IN_AGAIN = "Ask for a new sign-in link; it takes a minute."
CODE_AGAIN = "Use the link in the newest email, or ask for a new one."


def ask_to_sign_in(
    form: forms.SignIn,
    asked_by: str,
    known: str,
    crowded: datetime | None,
    now: datetime,
    members: Members,
) -> forms.SignInSent:
    """Writes a letter, whatever the address, unless one lies there that was not used.

    One read, one transaction. `request` is for the browser that asked: with it the code in the letter
    can be typed, so one that asks again keeps the request of its letter. A browser in which the holder
    of the address signed in (`known`) is counted apart, and gets a letter for whatever it asks, five
    while their links work.
    """
    address, asker = address_digest(form.email), digest(asked_by)
    item, place, *there = members.table.batch_get(
        [asks.key(address), email_links.code_key(asker), *claims.keys(form.email, members.table)]
    )
    browser = sessions.find_browser(known, address)
    stranger = asks.name("sign_in", form.email, there)
    name = f"sign_in {digest(browser)}" if browser else stranger
    ask = asks.Ask(address, name, asks.SIGN_IN, item)
    newest = ask.newest(now)
    if ask.is_early(now) and newest and newest["request"] == asker and codes.is_usable(place, now):
        members.table.transact([ask.unchanged_write(now)])
        return forms.SignInSent(request=asked_by)
    request = secret()
    facts = {"request": digest(request), "next": forms.local_path(form.next)}
    facts |= asks.waiting(crowded)
    asks.write_unless_early(
        members.table,
        replace(ask, pace=asks.KNOWN) if browser else ask,
        email_addresses.link_letter("sign_in", form.email, facts, now),
        now,
        codes.place_put(digest(request), "sign_in", address, now),
        request=digest(request),
    )
    return forms.SignInSent(request=request)


def sign_in_link(token: str, now: datetime, members: Members) -> Item:
    """The sign-in link's item. Raises LinkSpent."""
    return email_links.get_link(members.table, token, "sign_in", now, SIGN_IN_AGAIN)


def show_sign_in_link(token: str, now: datetime, members: Members) -> views.SignInLink:
    """Whom the link signs in. Raises LinkSpent."""
    link = sign_in_link(token, now, members)
    email = link["facts"].get("email")
    if email is None:
        member = members.by_id(link["person"])
        email = member.email if member else ""
    return views.SignInLink(email=email)


def sign_in(token: str, now: datetime, members: Members) -> forms.Session:
    """Opens a session for who holds the link. Raises LinkSpent."""
    return _open(sign_in_link(token, now, members), now, members)


def sign_in_by_code(
    form: forms.Code, request: str, now: datetime, members: Members
) -> forms.Session:
    """Opens a session for the browser that asked, when the code is right.

    Raises CodeSpent, CodesPaused, Invalid.
    """
    item = codes.get_typed(members.table, form, "sign_in", request, now, CODE_AGAIN)
    return _open(item, now, members)


def _open(link: Item, now: datetime, members: Members) -> forms.Session:
    """Spends the link with its code and opens the session, all at once; refused where the address that
    the letter went to is the person's no longer, and while they are being erased."""
    address = link["facts"]["address"]
    session, opened = sessions.open_session(link["person"], now)
    writes: list[Write] = [*email_links.spend_both(link, now), opened]
    writes += asks.begin_anew_writes(address)
    writes.append(Delete(sessions.entered_key(link["person"])))
    if link["facts"].get("office"):
        writes.append(repository.office_person(link["facts"]["email"]))
    else:
        mine = {"member": link["person"], "erasing": absent}
        writes.append(Check(_claim(link, members), when=mine))
    try:
        members.table.transact(writes)
    except ConditionFailed as lost:
        raise email_links.LinkSpent(next=SIGN_IN_AGAIN) from lost
    known = sessions.known_browser(address)
    return forms.Session(session=session, known=known, next=link["facts"]["next"])


def _claim(link: Item, members: Members) -> Key:
    """Where the claim on the address stands that the letter went to. Raises LinkSpent where it is the
    person's no longer.

    The link says so itself, but for one that the office sent, and one from before addresses were keyed.
    """
    facts = link["facts"]
    if "claim" in facts:
        return email_addresses.claim_key(facts["claim"])
    member = members.by_id(link["person"])
    if member is not None and stands_for(facts["address"], member.email):
        claim = claims.find(members.table, member.email)
        if claim is not None:
            return claim["pk"], claim["sk"]
    raise email_links.LinkSpent(next=SIGN_IN_AGAIN)


def sign_out(session: str | None, members: Members) -> None:
    key = sessions.session_key(session or "")
    if key:
        members.table.transact([Delete(key)])
