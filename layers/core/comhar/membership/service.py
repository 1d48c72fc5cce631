"""Owns the use cases of joining and signing in: one verb each."""

from datetime import datetime

from comhar import links
from comhar.calendar import local_date
from comhar.errors import FieldError, Invalid
from comhar.letters import records as letters
from comhar.letters.model import Letter, LetterId
from comhar.membership import model, records
from comhar.membership.model import Member
from comhar.membership.records import Members
from comhar.settings import Settings
from comhar.table import Lost
from comhar.tokens import digest, new_id, same, secret
from comhar.writes import Item, Key, Write

ASK_AGAIN = "Ask for a new link on the page “Join”; it takes a minute."
SIGN_IN_AGAIN = "Ask for a new sign-in link; it takes a minute."


def ask_to_join(form: model.Join, now: datetime, members: Members) -> model.Sent:
    """Writes one letter, whatever the address; the mailer decides what it says."""
    members.table.transact(records.to_address("join", form.email, {}, now))
    return model.Sent()


def answer_mail(message: str, email: str, now: datetime, members: Members) -> None:
    """Answers a mail to the office with a sign-up link, once a message however often SES tells."""
    letter = LetterId("join", digest(email)[:16], f"mail-{digest(message)[:16]}", digest(email))
    try:
        members.table.transact(letters.put(Letter(letter, {"email": email}), now))
    except Lost:
        return


def ask_to_sign_in(form: model.SignIn, now: datetime, members: Members) -> model.SignInSent:
    """Writes one letter, whatever the address. `request` is for the browser that asked: with it the
    code in the letter can be typed."""
    request = secret()
    facts = {"request": digest(request), "next": model.local_path(form.next)}
    members.table.transact(records.to_address("sign_in", form.email, facts, now))
    return model.SignInSent(request=request)


def invitation(token: str, now: datetime, members: Members) -> Item:
    """The sign-up link's item. Raises LinkSpent."""
    return links.live(members.table.get(links.key(token)), "sign_up", now, ASK_AGAIN)


def sign_up(
    token: str, form: model.SignUp, now: datetime, members: Members, settings: Settings
) -> model.Welcome:
    """Makes the link's address a member, signed in: active at once when the domain is trusted or the
    office invited it, else pending (DOMAIN, "MHER collates and maintains the list of members").

    Raises LinkSpent, AlreadyMember, Invalid.
    """
    link = invitation(token, now, members)
    member = _newcomer(form, link, now, settings)
    session, opened = records.open_session(member.id, now)
    writes: list[Write] = [
        links.spend(link, now),
        *records.born(member),
        opened,
        records.welcome(member, now),
        records.audit(member.id, "sign_up", member.id, now, status=member.status),
    ]
    if member.active:
        writes.append(records.catch_up(member, now))
    try:
        members.table.transact(*writes)
    except Lost as lost:
        if 0 in lost.failed:
            raise links.LinkSpent(next=ASK_AGAIN) from lost
        raise model.AlreadyMember from lost
    shown = member.model_dump(include={"id", "status", "name", "region", "role"})
    return model.Welcome(session=session, **shown)


def _newcomer(form: model.SignUp, link: Item, now: datetime, settings: Settings) -> Member:
    member = Member(
        id=new_id(now),
        name=form.name,
        email=link["facts"]["email"],
        region=model.region_named(form.region),
        role=model.role_named(form.role),
        status="pending",
        confirmed=bool(link["facts"].get("invited")),
    )
    known = member.confirmed or settings.trusts(member.email)
    return model.activated(member, local_date(now)) if known else member


def sign_in_link(token: str, now: datetime, members: Members) -> Item:
    """The sign-in link's item. Raises LinkSpent."""
    return links.live(members.table.get(links.key(token)), "sign_in", now, SIGN_IN_AGAIN)


def sign_in(token: str, now: datetime, members: Members) -> model.Session:
    """Opens a session for who holds the link. Raises LinkSpent."""
    return _open(sign_in_link(token, now, members), now, members)


def sign_in_by_code(
    form: model.Code, request: str, now: datetime, members: Members
) -> model.Session:
    """Opens a session for the browser that asked, when the code is right; five tries.

    Raises LinkSpent when the request is unknown, used, out of date or out of tries, and Invalid when
    the code is wrong.
    """
    key = links.code_key(digest(request))
    item = links.live(members.table.get(key), "sign_in", now, SIGN_IN_AGAIN)
    if item["tries"] >= model.CODE_TRIES:
        raise links.LinkSpent(next=SIGN_IN_AGAIN)
    typed = digest(form.code.replace(" ", ""), item["code_for"])
    if not same(typed, item["code"]):
        _count_try(key, members)
        raise Invalid(FieldError("code", "This is not the code in the newest letter."))
    return _open(item, now, members)


def _count_try(key: Key, members: Members) -> None:
    try:
        members.table.transact(records.wrong_code(key))
    except Lost as lost:
        raise links.LinkSpent(next=SIGN_IN_AGAIN) from lost


def _open(link: Item, now: datetime, members: Members) -> model.Session:
    """Spends the link with its code and opens the session, all at once."""
    session, opened = records.open_session(link["person"], now)
    writes: list[Write] = [*links.spend_both(link, now), opened]
    if link["facts"].get("office"):
        writes.append(records.office_person(link["facts"]["email"]))
    try:
        members.table.transact(*writes)
    except Lost as lost:
        raise links.LinkSpent(next=SIGN_IN_AGAIN) from lost
    return model.Session(session=session, next=link["facts"]["next"])


def sign_out(session: str | None, members: Members) -> None:
    key = records.session_key(session or "")
    if key:
        members.table.transact(records.close_session(key))
