"""Makes a request that is sent twice create once, by a mark of the first.

The mark stands beside what is created, in the same transaction (the first, where there are several). A
request that is refused leaves none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from comhar import retention
from comhar.aws.conditions import Item, Key, Put, Write, absent_or_at_most
from comhar.dates.dublin_time import stamp
from comhar.errors import Conflict

FORM_TIME = timedelta(minutes=15)
KEY_TIME = retention.period("sent")  # 24 hours


class SentBefore(Conflict):
    """The mark of the same request is there already."""

    title = "This was sent a moment ago."


@dataclass(frozen=True)
class Mark:
    """Where one request's mark lies, until when it holds, and where it leads.

    `body` is a digest of what was sent under an `Idempotency-Key`.
    """

    key: Key
    at: datetime
    until: datetime
    address: Callable[[Item], str]
    body: str | None = None


@dataclass(frozen=True)
class Once:
    """Handed to a use case that creates something; writes the request's mark.

    Without a mark its request may be repeated.
    """

    mark: Mark | None = None

    def writes(self, record: str, /, **parts: str) -> list[Write]:
        """The mark's write, for the end of the transaction that creates the record.

        `parts` are what the address of its page names beside the path's own; `id` is the record's, unless
        it is given. The table raises SentBefore where the mark is there; one that has run out, and is not
        deleted yet, is none.
        """
        if self.mark is None:
            return []
        pk, sk = self.mark.key
        item = {
            "pk": pk,
            "sk": sk,
            "id": record,
            "location": self.mark.address({"id": record, **parts}),
            "at": stamp(self.mark.at),
            "body": self.mark.body,
            "expires_at": stamp(self.mark.until),
            "expires": int(self.mark.until.timestamp()) + 1,
        }
        free = {"expires_at": absent_or_at_most(stamp(self.mark.at))}
        return [Put(item, condition=free, conflict=SentBefore)]


REPEATABLE = Once()


def mark_key(member_id: str, digest: str) -> Key:
    return f"MEMBER#{member_id}", f"ONCE#{digest}"
