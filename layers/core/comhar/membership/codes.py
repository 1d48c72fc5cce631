"""Codes to type: where one is stored for its browser, and limits on wrong tries."""

from datetime import datetime, timedelta

from comhar import email_links, hourly_counters, retention
from comhar.aws.conditions import Item, Key, OnConflict, Put, Update, at_most
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.errors import FieldError, Invalid, TooMany
from comhar.membership.forms import Code
from comhar.membership.model import SIGN_IN_MINUTES, CodeSpent
from comhar.telemetry import count_event
from comhar.tokens import digest, is_same_digest

MAX_TRIES = 5  # for one request
MAX_WRONG_OF_ACCOUNT = 20  # an hour
MAX_WRONG_IN_ALL = 200  # an hour
WRONG_CODE = "This code does not work here. Check it against the newest email, or use its link."


class CodesPaused(TooMany):
    title = "Codes cannot be used at the moment, because too many wrong ones were typed."
    next = "Use the link in the newest email instead. It works as always."


def code_place_write(request: str, purpose: str, address: str, now: datetime) -> Put:
    """Reserves the place of a code to come, for any address alike.

    So nobody learns by typing a code whether an address is a member's. `request` and `address` are digests;
    the mailer fills the place where the address is somebody's.
    """
    pk, sk = email_links.code_key(request)
    until = now + timedelta(minutes=SIGN_IN_MINUTES)
    place = {"purpose": purpose, "address": address, "tries": 0, "expires_at": stamp(until)}
    forgotten = until + retention.period("link")
    return Put({"pk": pk, "sk": sk, **place, "expires": int(forgotten.timestamp())})


def is_usable(place: Item | None, now: datetime) -> bool:
    """True if a code can still be typed at the place."""
    return (
        place is not None
        and "used_at" not in place
        and place["tries"] < MAX_TRIES
        and place["expires_at"] > stamp(now)
    )


def get_typed_code(
    table: Table, form: Code, purpose: str, asked_by: str, now: datetime, again: str
) -> Item:
    """The item of the code that was typed, with one try counted.

    The limits are read before they are written: tries made at the very same moment may be a few more.

    Raises:
        CodeSpent: with `again`; the request is unknown, used, out of date or out of tries.
        CodesPaused: too many wrong codes this hour, for this account or in all.
        Invalid: the code is wrong, or there is none because the address is nobody's.
    """
    request = digest(form.request or asked_by)
    key = email_links.code_key(request)
    try:
        item = email_links.require_live(table.get(key), purpose, now, again)
    except email_links.LinkSpent as error:
        raise CodeSpent(next=again) from error
    _require_no_pause(table, item, now)
    # Counted before the code is compared, or many tries at once would count as one.
    table.transact([count_try_write(key, conflict=CodeSpent(next=again))])
    if not is_same_digest(digest(form.code.replace(" ", ""), request), item.get("code", "")):
        for counter, _ in _counters(item, now):
            table.transact([hourly_counters.count_write(counter, now)])
        raise Invalid(FieldError("code", WRONG_CODE))
    return item


def count_try_write(code: Key, conflict: OnConflict = None) -> Update:
    """Counts one try, right or wrong; refused, with `conflict`, after the fifth."""
    return Update(
        code, add={"tries": 1}, condition={"tries": at_most(MAX_TRIES - 1)}, conflict=conflict
    )


def _counters(item: Item, now: datetime) -> list[tuple[Key, int]]:
    """This hour's counters of wrong codes with their limits: in all, and per account."""
    counters = [(hourly_counters.counter_key("BUDGET#codes", now), MAX_WRONG_IN_ALL)]
    if "address" in item:
        counters.append(
            (hourly_counters.counter_key(f"ADDRESS#{item['address']}", now), MAX_WRONG_OF_ACCOUNT)
        )
    return counters


def _require_no_pause(table: Table, item: Item, now: datetime) -> None:
    counters = _counters(item, now)
    counts = [
        hourly_counters.get_count(item) for item in table.batch_get([key for key, _ in counters])
    ]
    if counts[0] >= MAX_WRONG_IN_ALL:
        count_event("CodesPaused")
    if any(count >= most for count, (_, most) in zip(counts, counters, strict=True)):
        raise CodesPaused(retry_after=hourly_counters.seconds_left(now))
