"""Settings of a deployment, from the environment that `template.yaml` declares."""

import os
from collections.abc import Mapping
from datetime import time
from functools import cached_property


class Settings:
    """One deployment's settings, each read when it is first used.

    Numbers of days are working days.

    Raises:
        KeyError: with its name, when it is used, for one that the template does not declare.
    """

    def __init__(self, env: Mapping[str, str] = os.environ) -> None:
        self._env = env

    @cached_property
    def core_table(self) -> str:
        return self._env["CORE_TABLE"]

    @cached_property
    def ballots_table(self) -> str:
        return self._env["BALLOTS_TABLE"]

    @cached_property
    def audit_table(self) -> str:
        return self._env["AUDIT_TABLE"]

    @cached_property
    def public_url(self) -> str:
        return self._env["PUBLIC_URL"].rstrip("/")

    @cached_property
    def office_emails(self) -> tuple[str, ...]:
        return _list(self._env["OFFICE_EMAILS"])

    @cached_property
    def trusted_domains(self) -> tuple[str, ...]:
        return trusted_domains(self._env)

    @cached_property
    def mail_from(self) -> str:
        return self._env["MAIL_FROM"]

    @cached_property
    def agenda_days(self) -> int:
        return int(self._env["AGENDA_DAYS"])

    @cached_property
    def agenda_floor_days(self) -> int:
        return int(self._env["AGENDA_FLOOR_DAYS"])

    @cached_property
    def office_hours(self) -> tuple[time, time]:
        """When the office opens and closes on working days, Dublin wall time.

        Raises:
            ValueError: it closes before it opens.
        """
        opens, closes = map(time.fromisoformat, self._env["OFFICE_HOURS"].split("-"))
        if not opens < closes:
            raise ValueError("the office closes before it opens")
        return opens, closes

    @cached_property
    def origin_secret(self) -> str:
        return self._env["ORIGIN_SECRET"]

    @cached_property
    def client_limit(self) -> int:
        """Links a client may ask for in ten minutes before letters to strangers wait."""
        return int(self._env["CLIENT_LIMIT"])

    @cached_property
    def trusted_letters(self) -> int:
        """Letters an hour to unknown addresses of all trusted domains."""
        return int(self._env["TRUSTED_LETTERS"])

    @cached_property
    def other_letters(self) -> int:
        """Letters an hour to unknown addresses of all other domains."""
        return int(self._env["OTHER_LETTERS"])

    @cached_property
    def domain_letters(self) -> int:
        """Letters an hour to unknown addresses of one other domain."""
        return int(self._env["DOMAIN_LETTERS"])

    def is_trusted(self, email: str) -> bool:
        """True if who holds this address is active at once: its domain is the HSE's, say."""
        return email.rpartition("@")[2] in self.trusted_domains


def trusted_domains(env: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The domains of `TRUSTED_DOMAINS`, in lower case. Raises KeyError."""
    return _list(env["TRUSTED_DOMAINS"])


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in text.split(",") if part.strip())
