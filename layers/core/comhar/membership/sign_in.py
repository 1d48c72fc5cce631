"""Use cases of signing in and out: ask for a link, use it or its code, sign out."""

from dataclasses import replace
from datetime import datetime

from comhar import email_links
from comhar.address_digests import address_digest, is_digest_of
from comhar.aws.conditions import Check, Delete, Item, Key, Write, absent, conflict_as
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.membership import (
    claims,
    codes,
    email_addresses,
    forms,
    link_requests,
    repository,
    sessions,
    views,
)
from comhar.membership.devices import Browser
from comhar.membership.model import SESSION, Member
from comhar.tokens import digest, new_secret

type AnyUser = Context[Member | None]

SIGN_IN_AGAIN = "Ask for a new sign-in link; it takes a minute."
CODE_AGAIN = "Use the link in the newest email, or ask for a new one."


def request_link(
    email: str, next: str, asked_by: str, known: str, crowded: datetime | None, ctx: AnyUser
) -> views.SignInSent:
    """Send a sign-in email, whatever the address, unless an unused one lies there.

    One read, one transaction. `next` is the path to go on to. `request` in the answer is for the browser
    that asked: with it the code in the letter can be typed, so one that asks again (`asked_by`) keeps the
    request of its letter. A browser in which the holder of the address signed in (`known`) is counted
    apart, and gets a letter for whatever it asks, five while their links work.
    """
    address, browser_request = address_digest(email), digest(asked_by)
    item, code_place, *existing_claims = ctx.table.batch_get(
        [
            link_requests.key(address),
            email_links.code_key(browser_request),
            *claims.keys(email, ctx.table),
        ]
    )
    browser = sessions.find_browser_mark(known, address)
    stranger = link_requests.counter_name("sign_in", email, existing_claims)
    name = f"sign_in {digest(browser)}" if browser else stranger
    link_request = link_requests.LinkRequest(address, name, link_requests.SIGN_IN, item)
    newest, now = link_request.newest_note(ctx.now), ctx.now
    if (
        link_request.is_early(now)
        and newest
        and newest["request"] == browser_request
        and codes.is_usable(code_place, now)
    ):
        ctx.table.transact([link_request.unchanged_write(now)])
        return views.SignInSent(request=asked_by)
    request = new_secret()
    facts = {"request": digest(request), "next": next, **link_requests.wait_facts(crowded)}
    link_requests.write_unless_early(
        ctx.table,
        replace(link_request, pace=link_requests.KNOWN_BROWSER) if browser else link_request,
        email_addresses.link_letter_write("sign_in", email, facts, now),
        now,
        codes.code_place_write(digest(request), "sign_in", address, now),
        request=digest(request),
    )
    return views.SignInSent(request=request)


def get_link_page(token: str, browser: Browser, ctx: AnyUser) -> views.SignInLink:
    """Whom the link signs in, and whether they can stay signed in on this device.

    Raises:
        LinkSpent: the link was used, or has run out.
    """
    link = _get_link(token, ctx)
    email = link["facts"].get("email")
    if email is None:
        member = repository.find_member(ctx.table, ctx.settings, link["person"])
        email = member.email if member else ""
    may_stay = not link["facts"].get("office")
    stays = may_stay and _stays_until(link["person"], browser)
    return views.SignInLink(
        email=email, may_stay=may_stay, stays_until=stamp(stays) if stays else None
    )


def sign_in(token: str, form: forms.Stay, browser: Browser, ctx: AnyUser) -> views.SignedIn:
    """Open a session for who holds the link.

    Raises:
        LinkSpent: the link was used, or has run out.
    """
    return _open_session(_get_link(token, ctx), form.stay, browser, ctx)


def sign_in_by_code(
    form: forms.SignInCode, request: str, browser: Browser, ctx: AnyUser
) -> views.SignedIn:
    """Open a session for the browser that asked, when the code is right.

    Raises:
        CodeSpent: the request is unknown, used, out of date or out of tries.
        CodesPaused: too many wrong codes this hour.
        Invalid: the code is wrong.
    """
    code = codes.get_typed_code(ctx.table, form, "sign_in", request, ctx.now, CODE_AGAIN)
    return _open_session(code, form.stay, browser, ctx)


def sign_out(session: str | None, ctx: AnyUser) -> views.SignedOut:
    """End the session."""
    key = repository.session_key(session or "")
    if key:
        ctx.table.transact([Delete(key)])
    return views.SignedOut()


def _get_link(token: str, ctx: AnyUser) -> Item:
    return email_links.get_link(ctx.table, token, "sign_in", ctx.now, SIGN_IN_AGAIN)


def _stays_until(member_id: str, browser: Browser) -> datetime | None:
    """Until when the person chose to stay signed in there, if they did."""
    session = browser.session
    if session is None or not (session.stays and session.is_of(member_id)):
        return None
    return session.until


def _open_session(link: Item, stay: bool, browser: Browser, ctx: AnyUser) -> views.SignedIn:
    """Spends the link with its code and opens the session, in one transaction.

    It takes the place of an earlier one of the same person in the same browser, and lasts as long as that
    would have where they chose so. The office's lasts a day.

    Raises:
        LinkSpent: it was used, the address that the letter went to is the person's no longer, or they are
            being erased.
    """
    address = link["facts"]["address"]
    until = ctx.now + sessions.STAY if stay else _stays_until(link["person"], browser)
    if link["facts"].get("office"):
        until = None
    session, session_write = sessions.new_session(link["person"], ctx.now, browser.device, until)
    writes: list[Write] = [*email_links.spend_both_writes(link, ctx.now), session_write]
    if browser.session and browser.session.is_of(link["person"]):
        writes.append(Delete(browser.session.key))
    writes += link_requests.reset_writes(address)
    writes.append(Delete(sessions.entered_by_office_key(link["person"])))
    if link["facts"].get("office"):
        writes.append(repository.office_person_write(link["facts"]["email"]))
    else:
        unchanged = {"member": link["person"], "erasing": absent}
        writes.append(Check(_claim_key(link, ctx), condition=unchanged))
    with conflict_as(email_links.LinkSpent(next=SIGN_IN_AGAIN)):
        ctx.table.transact(writes)
    known = sessions.new_browser_mark(address)
    lasts = (until or ctx.now + SESSION) - ctx.now
    return views.SignedIn(
        session=session,
        expires_in=int(lasts.total_seconds()),
        known=known,
        next=link["facts"]["next"],
    )


def _claim_key(link: Item, ctx: AnyUser) -> Key:
    """The key of the claim on the address that the letter went to.

    The link says so itself, but for one that the office sent, and one from before addresses were keyed.

    Raises:
        LinkSpent: the address is the person's no longer.
    """
    facts = link["facts"]
    if "claim" in facts:
        return claims.claim_key(facts["claim"])
    member = repository.find_member(ctx.table, ctx.settings, link["person"])
    if member is not None and is_digest_of(facts["address"], member.email):
        claim = claims.find_claim(ctx.table, member.email)
        if claim is not None:
            return claim["pk"], claim["sk"]
    raise email_links.LinkSpent(next=SIGN_IN_AGAIN)
