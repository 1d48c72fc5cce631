"""Makes every client and reads the clock: the only place that does either."""

import os
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from comhar.aws.buckets import ExportBucket, InboxBucket, PaperBucket
from comhar.aws.dynamodb import CALLS_AT_ONCE, Table
from comhar.aws.encryption import Seal
from comhar.aws.ses import LetterSender
from comhar.cold_start import importing
from comhar.context import Context
from comhar.membership.model import Member
from comhar.saved_forms import SavedForms
from comhar.settings import Settings

if TYPE_CHECKING:
    from comhar.letters.service import Mailer


def clock() -> datetime:
    """Now, aware, UTC."""
    return datetime.now(UTC)


@cache
def settings() -> Settings:
    return Settings()


@cache
def table() -> Table:
    client = _Client("dynamodb", read_timeout=5, max_pool_connections=CALLS_AT_ONCE)
    return Table(client, _Tables())


def context[User: Member | None](user: User, stale: bool = False) -> Context[User]:
    """The Context of a use case that runs now; the clock's work has no user."""
    return Context(user, clock(), table(), settings(), stale)


def encryption() -> Seal:
    """A new one for each request: it has data keys as long as it lives."""
    return Seal(_kms(), os.environ["REFLECTIONS_KEY"], table())


@cache
def _kms() -> "_Client":
    return _Client("kms", read_timeout=5)


@cache
def saved_forms() -> SavedForms:
    return SavedForms(table())


def sealed_forms() -> SavedForms:
    """For the forms of reflections, of one request."""
    return SavedForms(table(), encryption())


@cache
def export_bucket() -> ExportBucket:
    return ExportBucket(_Client("s3", read_timeout=10), os.environ["EXPORT_BUCKET"])


@cache
def inbox_bucket() -> InboxBucket:
    return InboxBucket(_Client("s3", read_timeout=10), os.environ["INBOX_BUCKET"])


@cache
def paper_bucket() -> PaperBucket:
    return PaperBucket(_Client("s3", read_timeout=10), os.environ["PAPERS_BUCKET"])


@cache
def letter_sender() -> LetterSender:
    """One attempt a letter, and an answer before the function's own time runs out."""
    sets = os.environ["CONFIGURATION_SET"], os.environ["STRANGERS_CONFIGURATION_SET"]
    client = _Client("sesv2", connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 1})
    return LetterSender(client, *sets)


@cache
def mailer() -> "Mailer":
    """The mailer, with the purposes of all topics' letters.

    No other function needs them all.
    """
    from comhar.absence.letters import PURPOSES as absence
    from comhar.communities import repository as communities_repository
    from comhar.erasure.letters import PURPOSES as erasure
    from comhar.home.letters import PURPOSES as home
    from comhar.inbox.letters import PURPOSES as inbox
    from comhar.leadership.letters import PURPOSES as leadership
    from comhar.letters.service import Mailer
    from comhar.meetings.agenda.letters import PURPOSES as agendas
    from comhar.meetings.day.letters import PURPOSES as outcomes
    from comhar.meetings.letters import PURPOSES as meetings
    from comhar.membership.letters import PURPOSES as membership
    from comhar.membership.model import find_why_withheld
    from comhar.messages.letters import PURPOSES as messages
    from comhar.phases.letters import PURPOSES as phases
    from comhar.polls.letters import PURPOSES as polls
    from comhar.profile.letters import PURPOSES as profile
    from comhar.recurring_surveys.letters import PURPOSES as recurring_surveys
    from comhar.register.letters import PURPOSES as register
    from comhar.reports.letters import PURPOSES as reports
    from comhar.surveys.letters import PURPOSES as surveys
    from comhar.terms_of_reference.letters import PURPOSES as terms
    from comhar.vision.letters import PURPOSES as vision

    purposes = {**membership, **profile, **register, **inbox, **meetings, **surveys, **reports}
    purposes |= {
        **absence,
        **erasure,
        **agendas,
        **outcomes,
        **polls,
        **leadership,
        **terms,
        **vision,
        **phases,
        **messages,
        **home,
        **recurring_surveys,
    }

    def list_closed_days() -> frozenset[date]:
        (item,) = table().batch_get([communities_repository.CLOSURES])
        return communities_repository.closed_days_from_item(item)

    return Mailer(
        table(),
        letter_sender(),
        purposes,
        settings(),
        lambda: clock(),
        find_why_withheld,
        list_closed_days,
    )


class _Tables(dict[str, str]):
    """The tables' full names by their own (`core`, `ballots`, `audit`), when used."""

    def __missing__(self, name: str) -> str:
        self[name] = str(getattr(settings(), f"{name}_table"))
        return self[name]


class _Client:
    """A client of AWS that is made when it is first called. Timeouts are in seconds.

    Many requests call none, and boto3 takes longer to import than they do.
    """

    def __init__(self, service: str, **settings: Any) -> None:
        self._service, self._settings = service, settings

    def __getattr__(self, name: str) -> Any:
        if "_made" not in vars(self):
            self._made = _client(self._service, **self._settings)
        return getattr(self._made, name)


def _client(service: str, **settings: Any) -> Any:
    """Makes a client, faster than botocore does by itself.

    With a name of our own, which botocore would else put together anew for each call; and without a
    second look at arguments that the types have checked, and the service checks.
    """
    with importing():
        import boto3
        from botocore.config import Config

    client_settings = {"connect_timeout": 2, "retries": {"mode": "standard"}, **settings}
    ours = Config(user_agent="comhar", parameter_validation=False, **client_settings)
    # boto3's own session for all clients: another one would read botocore's data again, for 50 ms.
    return boto3.client(service, config=ours)
