"""Responses: how long things are kept, and the steps of being erased."""

from datetime import date

from comhar import retention
from comhar.fields import View
from comhar.membership.model import Status


class Kind(View):
    """One kind of thing that is held: `days` as a number, `time` in words; none where no time is set."""

    key: str
    what: str
    days: int | None
    time: str | None
    since: str | None
    how: str


class Retention(View):
    kinds: list[Kind]


def kinds() -> Retention:
    """How long everything is stored here."""
    return Retention(
        kinds=[
            Kind(
                key=kind["key"],
                what=kind["what"],
                days=kind["days"],
                time=retention.format_days(kind["days"]) if kind["days"] else None,
                since=kind["from"] or None,
                how=kind["how"],
            )
            for kind in retention.list_kinds()
        ]
    )


class Erasure(View):
    """The page that asks; for `time` (`days`) it can be undone.

    The office has to keep the person's records until `on_hold_until` (Dublin), where it is given.
    """

    days: int
    time: str
    on_hold_until: date | None = None


def erasure(on_hold_until: date | None = None) -> Erasure:
    days = retention.period("erasing").days
    return Erasure(days=days, time=retention.format_days(days), on_hold_until=on_hold_until)


class ErasureOf(Erasure):
    """The same behind the emailed link: `whose` record it is, in short."""

    whose: str


class EraseSent(View):
    sent: bool = True


class Erasing(View):
    """Signed out everywhere; final at `final_at` (UTC), or once a hold until `on_hold_until` has ended."""

    status: Status
    final_at: str
    on_hold_until: date | None = None
    session: None = None


class Undoing(View):
    """The page behind the link that undoes it, and `whose` record it is, in short."""

    whose: str
    final_at: str


class Undone(View):
    status: Status
