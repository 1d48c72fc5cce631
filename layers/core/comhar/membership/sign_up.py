"""Owns the use cases of joining: ask for a link, fill in the form behind it, become a member."""

from datetime import datetime
from itertools import batched
from typing import NoReturn

from comhar import data, email_links
from comhar.aws.conditions import Delete, Item, Write
from comhar.aws.dynamodb import TRANSACTION_LIMIT, ConditionFailed
from comhar.communities import repository as communities
from comhar.dates.dublin_time import local_date
from comhar.mailboxes import address_digest, under_address
from comhar.membership import (
    asks,
    claims,
    email_addresses,
    forms,
    model,
    repository,
    sessions,
    sign_up_draft,
    views,
)
from comhar.membership.asks import Ask
from comhar.membership.model import Member
from comhar.membership.repository import Members
from comhar.settings import Settings
from comhar.tokens import new_alias, new_id

ASK_AGAIN = (
    "If you have joined already, sign in. Else ask for a new link on the page “Join”; it takes a"
    " minute."
)
SIGN_IN_SENT = (
    "An email with a link to sign in is on its way to this address, or came within the last 10 minutes."
    f" The link works for {model.SIGN_IN_MINUTES} minutes."
)
_VOID_AT_ONCE = 50  # other links to the address, in the transaction that makes the member


def ask_to_join(
    form: forms.Join, crowded: datetime | None, now: datetime, members: Members
) -> forms.Sent:
    """Writes a letter, whatever the address, unless one lies there; the mailer decides what it says."""
    letter = email_addresses.link_letter("join", form.email, asks.waiting(crowded), now)
    asks.write_unless_early(members.table, _ask(form.email, members), letter, now)
    return forms.Sent()


def _ask(email: str, members: Members) -> Ask:
    """One read. What a member is sent is a link to sign in, so they may ask again as soon."""
    address = address_digest(email)
    item, *there = members.table.batch_get([asks.key(address), *claims.keys(email, members.table)])
    known = any(there) or email in members.settings.office_emails
    name = asks.name("join", email, there)
    return Ask(address, name, asks.SIGN_IN if known else asks.JOIN, item)


def sign_up_link(token: str, now: datetime, members: Members) -> Item:
    """The sign-up link's item. Raises LinkSpent, also where the office took its invitation back."""
    link = email_links.get_link(members.table, token, "sign_up", now, ASK_AGAIN)
    if link["facts"].get("invited") and not _invited(link, now, members):
        raise email_links.LinkSpent(next=ASK_AGAIN)
    return link


def _invited(link: Item, now: datetime, members: Members) -> bool:
    """Whether the office's invitation of the address stands, whatever letter the link was in."""
    email = link["facts"]["email"]
    return email_addresses.open_invitation(
        email_addresses.invitations(members.table, [email]).get(email), now
    )


def start(token: str, now: datetime, members: Members) -> views.SignUpStart:
    """What the form is for, and where to begin or go on. Raises LinkSpent."""
    link = sign_up_link(token, now, members)
    unsaved = [step for step in sign_up_draft.STEPS if not sign_up_draft.saved(link, step)]
    return views.SignUpStart(
        email=link["facts"]["email"],
        until=link["expires_at"],
        begun="draft" in link,
        next=_page(token, unsaved[0] if unsaved else "check"),
        legal_basis=communities.text(members.table, "legal_basis"),
    )


def show(token: str, step: str, now: datetime, members: Members) -> views.SignUpStep:
    """One page of the form, with what was answered on it. Raises NotFound, LinkSpent."""
    number = sign_up_draft.place(step)
    link = sign_up_link(token, now, members)
    back = _page(token, sign_up_draft.STEPS[number - 1]) if number else f"/sign-up/{token}"
    return views.SignUpStep(
        step=step,
        number=number + 1,
        of=len(sign_up_draft.STEPS),
        back=back,
        answers=views.Answers(**sign_up_draft.so_far(link)),
        regions=views.regions(_led(members, now)) if step == "region" else [],
        roles=communities.roles(members.table) if step == "role" else [],
    )


def save(
    token: str, step: str, form: forms.SignUp, now: datetime, members: Members
) -> views.SignUpSaved:
    """Keeps the answers of one page in the draft; who only changes a page goes back to the last one.

    Raises NotFound, LinkSpent, Invalid.
    """
    number = sign_up_draft.place(step)
    link = sign_up_link(token, now, members)
    try:
        for write in sign_up_draft.keep(link, step, sign_up_draft.of_page(step, form)):
            members.table.transact([write])
    except ConditionFailed as lost:
        raise email_links.LinkSpent(next=ASK_AGAIN) from lost
    through = all(sign_up_draft.saved(link, each) for each in sign_up_draft.STEPS)
    following = [] if through else sign_up_draft.STEPS[number + 1 :]
    return views.SignUpSaved(next=_page(token, following[0] if following else "check"))


def check(token: str, now: datetime, members: Members) -> views.SignUpCheck:
    """All answers so far, and what is missing. Raises LinkSpent."""
    link = sign_up_link(token, now, members)
    said = sign_up_draft.so_far(link)
    region = said.get("region")
    return views.SignUpCheck(
        at=f"/sign-up/{token}",
        email=link["facts"]["email"],
        answers=views.Answers(**said),
        pages={field: step for step, fields in sign_up_draft.PAGES.items() for field in fields},
        missing=sign_up_draft.missing(said),
        led=not region or bool(communities.by_region(members.table, region, now).chairs),
    )


def sign_up(
    token: str, form: forms.SignUp, now: datetime, members: Members, settings: Settings
) -> forms.Welcome:
    """Makes the link's address a member, signed in: active at once when the domain is trusted or the
    office invited it, else pending (DOMAIN, "MHER collates and maintains the list of members"). Other
    links to join that went to the address are void. Whose address is a member's already gets a letter
    to sign in, and nothing of theirs is changed.

    Raises LinkSpent, Invalid, AlreadyMember, BeingErased.
    """
    link = sign_up_link(token, now, members)
    invited = link["facts"].get("invited") or _invited(link, now, members)
    member = _newcomer(form, link, bool(invited), now, settings)
    session, opened = sessions.open_session(member.id, now)
    void = _others(link, members)
    try:
        writes = [*_used(link, now), *_joined(member, now), opened]
        members.table.transact([*writes, *void[:_VOID_AT_ONCE]])
    except ConditionFailed as lost:
        if 0 in lost.failed:
            raise email_links.LinkSpent(next=ASK_AGAIN) from lost
        _sign_in_instead(link, now, members)
    for some in batched(void[_VOID_AT_ONCE:], TRANSACTION_LIMIT, strict=False):
        members.table.transact(some)
    shown = member.model_dump(include={"id", "status", "name", "region", "role"})
    known = sessions.known_browser(address_digest(member.email))
    return forms.Welcome(session=session, known=known, next="/me?done=joined", **shown)


def _newcomer(
    form: forms.SignUp, link: Item, invited: bool, now: datetime, settings: Settings
) -> Member:
    said = sign_up_draft.at_the_end(link, form)
    member = Member(
        **{**said, "shows": tuple(dict.fromkeys(said["shows"]))},
        id=new_id(now),
        alias=new_alias(),
        email=link["facts"]["email"],
        status="pending",
        confirmed=invited,
    )
    known = member.confirmed or settings.trusts(member.email)
    return model.activated(member, local_date(now)) if known else member


def _used(link: Item, now: datetime) -> list[Write]:
    """The link is spent, the address is invited no more, and may be asked for anew."""
    address = address_digest(link["facts"]["email"])
    invited = Delete(email_addresses.invitation_key(address))
    return [email_links.spend(link, now), *asks.begin_anew_writes(address), invited]


def _others(link: Item, members: Members) -> list[Delete]:
    """What takes away the other links that hold the address."""
    own, email = (link["pk"], link["sk"]), link["facts"]["email"]
    held = email_links.held_for(members.table, *under_address(email))
    return [each for each in held if each.key != own]


def _joined(member: Member, now: datetime) -> list[Write]:
    """All that a new member brings about, active or waiting."""
    waits = repository.catch_up if member.active else repository.forget_later
    return [
        *repository.born(member),
        repository.welcome(member, now),
        repository.audit(member, "sign_up", member, now, status=member.status),
        waits(member, now),
    ]


def _sign_in_instead(link: Item, now: datetime, members: Members) -> NoReturn:
    """A link to join is good for days, so it opens nothing of a member's: a letter that is good for
    minutes does, if they still read that mailbox. Raises AlreadyMember, BeingErased, and the rest."""
    email = link["facts"]["email"]
    member = members.by_address(email)
    if member is None:  # deleted or moved to another address between the two
        raise model.AlreadyMember
    if member.status == "erasing":
        raise model.BeingErased
    letter = email_addresses.link_letter("join", email, {}, now)
    spent: list[Write] = [
        email_links.spend(link, now),
        Delete(email_addresses.invitation_key(address_digest(email))),
    ]
    try:
        asks.write_unless_early(members.table, _ask(email, members), letter, now, *spent)
    except ConditionFailed as lost:
        raise email_links.LinkSpent(next=ASK_AGAIN) from lost
    raise model.AlreadyMember(next=SIGN_IN_SENT)


def _led(members: Members, now: datetime) -> set[str]:
    """The regions whose community has co-chairs; one batch."""
    codes = [each["code"] for each in data.load("regions")]
    items = members.table.batch_get([communities.key(code) for code in codes])
    found, today = zip(codes, items, strict=True), local_date(now)
    return {code for code, item in found if communities.from_item(item, code, today).chairs}


def _page(token: str, step: str) -> str:
    return f"/sign-up/{token}/{step}"
