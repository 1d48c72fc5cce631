"""Owns the use cases of joining, signing in and the register: one verb each."""

from datetime import datetime

from comhar import data, links
from comhar.calendar import local_date
from comhar.errors import FieldError, Invalid, NotFound
from comhar.letters import records as letters
from comhar.letters.model import Letter, LetterId
from comhar.membership import model, records, views
from comhar.membership.model import Member
from comhar.membership.records import Members
from comhar.settings import Settings
from comhar.table import Item, Key, Lost, Put, Write
from comhar.tokens import digest, new_id, same, secret

ASK_AGAIN = "Ask for a new link on the page “Join”; it takes a minute."
REGISTER_PAGE = 50
SIGN_IN_AGAIN = "Ask for a new sign-in link; it takes a minute."


def ask_to_join(form: model.Join, now: datetime, members: Members) -> model.Sent:
    """Writes one letter, whatever the address; the mailer decides what it says."""
    members.table.transact(_letter("join", form.email, {}, now))
    return model.Sent()


def answer_mail(message: str, email: str, now: datetime, members: Members) -> None:
    """Answers a mail to the office with a sign-up link, once a message however often SES tells."""
    letter = LetterId("join", digest(email)[:16], f"mail-{digest(message)[:16]}", digest(email))
    try:
        members.table.transact(letters.put(Letter(letter, {"email": email}), now))
    except Lost:
        return


def ask_to_sign_in(form: model.SignIn, now: datetime, members: Members) -> model.Sent:
    """Writes one letter, whatever the address. `request` is for the browser that asked: with it the
    code in the letter can be typed."""
    request = secret()
    facts = {"request": digest(request), "next": model.local_path(form.next)}
    members.table.transact(_letter("sign_in", form.email, facts, now))
    return model.Sent(minutes=model.SIGN_IN_MINUTES, request=request)


def _letter(purpose: str, email: str, facts: Item, now: datetime) -> Put:
    """A letter to an address that may be nobody's; a random version, or asking twice is once."""
    person = digest(email)
    letter = LetterId(purpose, person[:16], new_id(now), person)
    return letters.put(Letter(letter, {"email": email, **facts}), now)


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


def admit(member_id: str, me: Member, now: datetime, members: Members) -> Member:
    """Raises NotFound, NotWaiting, Conflict when somebody changed the member meanwhile."""
    before = existing(member_id, members)
    after = model.admitted(before, now)
    change(before, after, "admit", me, now, members, records.catch_up(after, now))
    return after


def decline(
    member_id: str, reason: str | None, me: Member, now: datetime, members: Members
) -> Member:
    before = existing(member_id, members)
    after = model.declined(before)
    told = Letter(LetterId("declined", member_id, "1", member_id), {"reason": reason})
    change(before, after, "decline", me, now, members, letters.put(told, now), welcome=False)
    return after


def confirm(member_id: str, me: Member, now: datetime, members: Members) -> Member:
    """Opens what colleagues share to the member. For the office and the region's co-chairs.

    Raises NotFound (also where it is not for this co-chair to know).
    """
    before = existing(member_id, members)
    if not (before.region and me.chairs(before.region)):
        raise NotFound
    after = before.model_copy(update={"confirmed": True})
    if not before.confirmed:
        change(before, after, "confirm", me, now, members, welcome=False)
    return after


def register(
    region: str | None, status: str | None, cursor: str | None, members: Members
) -> views.Register:
    """One page of the register, by region and time of joining. Raises Invalid for no such region."""
    if region:
        model.region_named(region)
    found, after = members.page(region, status, cursor, REGISTER_PAGE)
    return views.Register(
        members=[views.person(each) for each in found],
        next=after,
        region=region,
        status=status,
        regions=data.load("regions"),
    )


def show(member_id: str, me: Member, members: Members) -> views.Person:
    """One member, to the office and to the co-chairs of the member's region. Raises NotFound."""
    member = existing(member_id, members)
    if not (member.region and me.chairs(member.region)):
        raise NotFound
    return views.person(member)


def existing(member_id: str, members: Members) -> Member:
    member = members.by_id(member_id)
    if member is None or member.status == "office":
        raise NotFound
    return member


def change(
    before: Member,
    after: Member,
    what: str,
    me: Member,
    now: datetime,
    members: Members,
    *more: Write,
    welcome: bool = True,
) -> None:
    """Writes a member as changed, with the audit line. Raises ChangedMeanwhile."""
    changes = {
        name: getattr(after, name)
        for name in ("status", "confirmed", "joined_on", "periods", "chair_of")
    }
    writes = [*records.changed(before, **changes), records.audit(me.id, what, before.id, now)]
    if welcome:
        writes.append(records.welcome(after, now))
    try:
        members.table.transact(*writes, *more)
    except Lost as lost:
        raise model.ChangedMeanwhile from lost


def invite(form: model.Invite, me: Member, now: datetime, members: Members) -> model.Invited:
    """Sends a sign-up link to each new address. Each entry counts once: sent, already (a member, or
    twice in the list) or invalid."""
    fresh: list[str] = []
    already, invalid = 0, []
    for entry in model.entries(form.emails):
        try:
            email = model.read_entry(entry)
        except ValueError:
            invalid.append(entry)
            continue
        if email in fresh:
            already += 1
        else:
            fresh.append(email)
    known = members.claimed(fresh)
    wanted = [email for email in fresh if email not in known]
    for start in range(0, len(wanted), 50):
        members.table.transact(*_invitations(wanted[start : start + 50], me, now))
    return model.Invited(sent=len(wanted), already=already + len(known), invalid=invalid)


def _invitations(emails: list[str], me: Member, now: datetime) -> list[Write]:
    facts = {"invited": True}
    line = records.audit(me.id, "invite", me.id, now, count=len(emails))
    return [line, *(_letter("join", email, facts, now) for email in emails)]
