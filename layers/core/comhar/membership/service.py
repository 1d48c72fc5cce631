"""Owns the use cases of signing in and out: one verb each."""

from contextlib import suppress
from datetime import datetime

from comhar import links
from comhar.membership import addresses, forms, records, signing, views
from comhar.membership.records import Members
from comhar.table import Lost
from comhar.tokens import digest, secret
from comhar.writes import Check, Delete, Item, Write, absent

SIGN_IN_AGAIN = "Ask for a new sign-in link; it takes a minute."
CODE_AGAIN = "Ask for a new sign-in letter; it takes a minute."


def ask_to_sign_in(form: forms.SignIn, now: datetime, members: Members) -> forms.SignInSent:
    """Writes one letter, whatever the address. `request` is for the browser that asked: with it the
    code in the letter can be typed."""
    request = secret()
    facts = {"request": digest(request), "next": forms.local_path(form.next)}
    letter = addresses.link_letter("sign_in", form.email, facts, now)
    place = signing.await_code(digest(request), "sign_in", now)
    with suppress(addresses.EnoughLetters):
        addresses.send_counted(members.table, letter, form.email, now, place, stranger=True)
    return forms.SignInSent(request=request)


def sign_in_link(token: str, now: datetime, members: Members) -> Item:
    """The sign-in link's item. Raises LinkSpent."""
    return links.get_link(members.table, token, "sign_in", now, SIGN_IN_AGAIN)


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
    """Opens a session for the browser that asked, when the code is right. Raises CodeSpent, Invalid."""
    item = signing.typed(members.table, form, "sign_in", request, now, CODE_AGAIN)
    return _open(item, now, members)


def _open(link: Item, now: datetime, members: Members) -> forms.Session:
    """Spends the link with its code and opens the session, all at once; refused where the address that
    the letter went to is the person's no longer, and while they are being erased."""
    session, opened = signing.open_session(link["person"], now)
    writes: list[Write] = [*links.spend_both(link, now), opened]
    writes.append(addresses.count_anew(link["facts"]["address"], stranger=True))
    writes.append(Delete(signing.entered_key(link["person"])))
    if link["facts"].get("office"):
        writes.append(records.office_person(link["facts"]["email"]))
    else:
        claim = addresses.claim_key(link["facts"]["address"])
        writes.append(Check(claim, when={"member": link["person"], "erasing": absent}))
    try:
        members.table.transact(*writes)
    except Lost as lost:
        raise links.LinkSpent(next=SIGN_IN_AGAIN) from lost
    return forms.Session(session=session, next=link["facts"]["next"])


def sign_out(session: str | None, members: Members) -> None:
    key = signing.session_key(session or "")
    if key:
        members.table.transact(Delete(key))
