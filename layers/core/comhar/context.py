"""The Context that every use case is handed: user, time, table and settings."""

from dataclasses import dataclass
from datetime import datetime

from comhar.aws.dynamodb import Table
from comhar.membership.model import Member
from comhar.settings import Settings


@dataclass(frozen=True)
class Context[User: Member | None = Member]:
    """Who asks, the instant (UTC), the table and the deployment's settings.

    `stale` says that the device was not used for 12 hours: what is sensitive is left out of the page.

    `Context[Member | None]` is of a page that anybody may see, `Context[None]` of the clock's work and of
    what nobody's name belongs to.
    """

    user: User
    now: datetime
    table: Table
    settings: Settings
    stale: bool = False
