"""Use cases of letters: write a mailing, post a letter, take in a receipt."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from comhar import email_links, irish_texts, retention
from comhar.address_digests import address_digest
from comhar.aws.conditions import ConditionFailed, Delete, Item, Key, Put, Update, Write
from comhar.aws.dynamodb import TRANSACTION_LIMIT, Table
from comhar.aws.ses import LetterSender, OutcomeUnknown, PermanentlyRefused, RefusedForNow
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp, unstamp
from comhar.dates.working_days import at_once
from comhar.due_work import leases
from comhar.letters import budget, mime, repository
from comhar.letters.budget import Budget, BudgetSpent
from comhar.letters.model import (
    Draft,
    Dropped,
    Letter,
    LetterId,
    Link,
    Place,
    Purpose,
    Reach,
    backoff,
)
from comhar.settings import Settings
from comhar.telemetry import measure_percent
from comhar.tokens import digest, new_code, new_secret

BATCH = TRANSACTION_LIMIT - 1  # a mailing's cursor moves in the same transaction
PAUSE_HOURS = 365 * 24  # how long the link works by which optional letters are paused


Audience = Callable[[Table, str, str, int], list[Place]]  # of a region, after a cursor, so many


def write_letters(item: Item, audience: Audience, ctx: Context[None]) -> None:
    """Write the letters of a claimed mailing, to everyone active, and end it.

    Each transaction also moves the cursor, so that a crash goes on where it stopped, and a worker
    that lost its lease stops at its next step. Letters that exist already are left alone.
    """
    mailing = repository.mailing_from_item(item)
    with suppress(ConditionFailed):  # another worker's by now
        while places := _next(item, audience, ctx.table):
            letters = [
                repository.insert_write(Letter(mailing.letter_id(person), mailing.facts), ctx.now)
                for _, person in places
                if person
            ]
            cursor = places[-1].cursor
            moved = repository.advance_write(item, cursor, len(letters), ctx.now)
            ctx.table.transact(required=[moved], optional=letters)
            item = {**item, "cursor": cursor, **leases.lease_attributes(ctx.now)}
        ctx.table.transact([repository.finish_write(item)])


def _next(item: Item, audience: Audience, table: Table) -> list[Place]:
    """Who comes after the cursor, at most one transaction's: the people named, or those of the region."""
    if not item["people"]:
        return audience(table, item["region"], item["cursor"], BATCH)
    rest = sorted(person for person in item["people"] if person > item["cursor"])
    return [Place(person, person) for person in rest[:BATCH]]


class Posted(NamedTuple):
    """How one attempt ended, and for how many seconds the letter had been waiting."""

    state: str
    waited: float = 0.0


def _unknown(letter: Letter, items: list[Any], now: datetime, settings: Settings) -> Dropped:
    raise LookupError(letter.id.purpose)


_UNKNOWN = Purpose(lambda letter: [], _unknown)


class Mailer:
    """Posts letters; nothing else does.

    It has what posting needs, and no state of its own. `withhold` says of a member's item why a letter of
    that reach does not go to them on that day, or None.
    """

    def __init__(
        self,
        table: Table,
        post: LetterSender,
        purposes: Mapping[str, Purpose],
        settings: Settings,
        clock: Callable[[], datetime],
        withhold: Callable[[Item, Reach, date], str | None],
        closures: Callable[[], AbstractSet[date]] = frozenset,
    ):
        self._table = table
        self._post = post
        self._purposes = purposes
        self._settings = settings
        self._clock = clock
        self._withhold = withhold
        self._closures = closures

    @property
    def purposes(self) -> set[str]:
        return {*self._purposes}

    def post(self, key: Key, image: Item | None = None) -> Posted:
        """Tries to post the letter once.

        `image` is the item where the caller has it already (from the stream), else it is read with
        what the letter depends on; the recipient always is. What fails in our own making of the letter is
        raised, after the letter was put off: it must not hold up those behind it.
        """
        letter_id = repository.identify(*key)
        purpose = self._purposes.get(letter_id.purpose, _UNKNOWN)
        if purpose.by_facts and image is None:
            (image,) = self._table.batch_get([key])
        wanted = [] if image else [key]
        more = (
            purpose.by_facts(repository.from_item(image), self._table)
            if purpose.by_facts and image and "facts" in image  # else it is settled
            else []
        )
        recipient, *found = self._table.batch_get(
            [repository.recipient_key(letter_id), *wanted, *purpose.reads(letter_id), *more],
            ballots=purpose.ballots(letter_id),
        )
        item = image or found[0]
        now = self._clock()
        if item is None or item.get("due_at", "~") > stamp(now):  # settled, or leased to another
            return Posted("taken")
        since: str = item.get("waits_until") or item["written_at"]
        waited = (now - unstamp(since)).total_seconds()
        try:
            state = self._attempt(item, recipient, found[len(wanted) :], purpose, now)
            return Posted(state, waited)
        except ConditionFailed:
            return Posted("taken")

    def _attempt(
        self, item: Item, recipient: Item | None, found: list[Any], purpose: Purpose, now: datetime
    ) -> str:
        letter = repository.from_item(item)
        if letter.state == "sending":  # its worker died: whether SES has it is not known
            self._table.transact(
                [repository.await_send_event_write(letter, leases.still_leased(item), now)]
            )
            return "uncertain"
        try:
            draft = purpose.compose(letter, found, now, self._settings)
            if recipient and purpose.optional and recipient.get("paused"):
                draft = Dropped("paused")
            if recipient and (why := self._withhold(recipient, purpose.reach, local_date(now))):
                draft = Dropped(why)
            if isinstance(draft, Dropped):
                if recipient is None and repository.recipient_key(letter.id) in purpose.reads(
                    letter.id
                ):  # a member whom there is no more: nothing of the letter is stored
                    self._table.transact(
                        [Delete(repository.key(letter.id), condition=leases.still_leased(item))]
                    )
                    return "dropped"
                return self._drop(letter, draft, item)
            if purpose.in_hours:
                at = at_once(now, self._closures())
                if at > now:
                    return self._put_off(letter, at, item)
            room = self._room(draft, item, now)
            if isinstance(room, Dropped):
                return self._drop(letter, room, item)
            if isinstance(room, datetime):
                return self._put_off(letter, room, item)
            draft = self._with_irish(draft, letter.id.purpose, recipient)
            draft, minted = self._with_links(draft, letter.id.person, purpose, now)
            message = mime.message(draft, self._settings, now)
        except Exception:
            later = repository.wait_write(
                letter.id, letter.state, now + backoff(letter.attempts), item
            )
            self._table.transact([later])
            raise
        claim = repository.claim_writes(item, now, counted=draft.stranger)
        note = repository.note_write(letter.id, item["expires"], minted)
        counts = room.count_writes(now) if room else []
        try:
            self._table.transact([*claim, note, *minted, *counts])
        except BudgetSpent:
            return self._put_off(letter, budget.next_turn(letter.id, now), item)
        if room:
            measure_percent("StrangerLettersShare", room.percent)
        return self._send(replace(letter, claimed_at=now), message, draft)

    def _room(self, draft: Draft, item: Item, now: datetime) -> Dropped | datetime | Budget | None:
        """Whether the letter may go: counted so; at once (None); not before that time; or never.

        Raises nothing: what is over the budget waits.
        """
        if not draft.stranger:
            return None
        if unstamp(item["written_at"]) + budget.TOO_OLD < now:
            return Dropped("too old")
        crowded = unstamp(item["facts"].get("waits_until", item["written_at"]))
        if crowded > now:
            return crowded
        if item.get("counted"):
            return None
        room = budget.read_budget(self._table, draft.to, now, self._settings)
        if not room.is_spent:
            return room
        measure_percent("StrangerLettersShare", room.percent)
        return budget.next_turn(repository.from_item(item).id, now)

    def _put_off(self, letter: Letter, until: datetime, item: Item) -> str:
        self._table.transact([repository.postpone_write(letter.id, until, item)])
        return "waiting"

    def _with_irish(self, draft: Draft, purpose: str, recipient: Item | None) -> Draft:
        """The draft with the office's Irish words for it, where its recipient prefers Irish."""
        if draft.irish or (recipient or {}).get("language") != "ga":
            return draft
        (item,) = self._table.batch_get([irish_texts.KEY])
        return replace(draft, irish=irish_texts.read(purpose, item))

    def _with_links(
        self, draft: Draft, person: str, purpose: Purpose, now: datetime
    ) -> tuple[Draft, list[Write]]:
        """The draft with its link and, where it is optional, the one to pause letters of its kind."""
        linked, minted = mint(draft, now, self._settings.public_url)
        if not purpose.optional:
            return linked, minted
        pause = Link("pause", "/pause/{token}", person, person, PAUSE_HOURS)
        alone = replace(draft, context={}, link=pause)
        made, more = mint(alone, now, self._settings.public_url)
        return replace(linked, pause=made.context["link"]), [*minted, *more]

    def _drop(self, letter: Letter, dropped: Dropped, item: Item) -> str:
        condition = leases.still_leased(item)
        dropped_write = repository.settle_write(letter.id, "dropped", condition, why=dropped.why)
        self._table.transact([dropped_write, repository.note_write(letter.id, item["expires"])])
        return "dropped"

    def _send(self, letter: Letter, message: bytes, draft: Draft) -> str:
        now = self._clock()
        ours = {"state": "sending", "claimed_at": stamp(letter.claimed_at or now)}
        try:
            sent = self._post.send(message, draft.to, repository.tag(letter.id), draft.stranger)
        except RefusedForNow:
            update = repository.release_write(letter.id, now + backoff(letter.attempts), ours)
            return self._record(update, "queued")
        except OutcomeUnknown:
            return self._record(repository.await_send_event_write(letter, ours, now), "uncertain")
        except PermanentlyRefused as error:
            update = repository.settle_write(letter.id, "failed", ours, why=error.why)
            return self._record(update, "failed")
        return self._record(
            repository.settle_write(letter.id, "sent", ours, message_id=sent), "sent"
        )

    def _record(self, update: Write, state: str) -> str:
        try:
            self._table.transact([update])
        except ConditionFailed:  # the receipt was here before us
            return "sent"
        return state


def take_receipt(pointer: Item, event: str, at: str, table: Table) -> LetterId:
    """Records one event of SES for the letter that its tag points to.

    Returns which letter that is.

    Early, late and doubled ones are taken alike.
    """
    letter = repository.from_tag_item(pointer)
    with suppress(ConditionFailed):  # noted before
        table.transact([repository.receipt_write(letter, event, at)])
    return letter


def mint(draft: Draft, now: datetime, public_url: str) -> tuple[Draft, list[Write]]:
    """The draft with its link (and code), and the writes that make them valid.

    Both are in its context.
    """
    link = draft.link
    if link is None:
        return draft, []
    token = new_secret()
    until = now + timedelta(hours=link.hours)
    record: Item = {
        "purpose": link.purpose,
        "subject": link.subject,
        "person": link.person,
        "facts": dict(link.facts),
        "expires_at": stamp(until),
        "expires": int((until + retention.period("link")).timestamp()),
    }
    pk, sk = email_links.link_key(token)
    context = {**draft.context, "link": public_url + link.path.format(token=token)}
    writes: list[Write] = [Put({"pk": pk, "sk": sk, **record, "code_for": link.code_for})]
    if "email" in link.facts:
        writes.append(_pointer(link.facts["email"], pk, record["expires"]))
    if link.code_for:
        context["code"] = new_code()
        typed = {"code": digest(context["code"], link.code_for), "link": pk}
        record |= {"code_for": link.code_for, **typed}
        writes.append(Update(email_links.code_key(link.code_for), set=record, add={"tries": 0}))
    return replace(draft, context=context), writes


def _pointer(email: str, pk: str, expires: int) -> Put:
    """By what an address finds the links that hold it, when it is to be forgotten."""
    return Put(
        {
            "pk": f"ADDRESS#{address_digest(email)}",
            "sk": pk.replace("TOKEN", "LINK"),
            "expires": expires,
        }
    )
