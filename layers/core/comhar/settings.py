"""Owns the settings of a deployment, as `template.yaml` declares them in each function's environment."""

import os
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """One deployment's settings. Numbers of days are working days.

    `client_limit` is how many links one client may ask for in ten minutes before letters to addresses that
    we do not know wait; the others say how many such letters go out in an hour: to all trusted domains, to
    all other domains, and to each of these.
    """

    model_config = ConfigDict(frozen=True)

    public_url: str
    office_emails: tuple[str, ...]
    trusted_domains: tuple[str, ...]
    mail_from: str
    agenda_days: int
    agenda_floor_days: int
    origin_secret: str
    client_limit: int
    trusted_letters: int
    other_letters: int
    domain_letters: int

    def trusts(self, email: str) -> bool:
        """Whether who holds this address is active at once: its domain is the HSE's, say."""
        return email.rpartition("@")[2] in self.trusted_domains


def from_environment(env: Mapping[str, str] = os.environ) -> Settings:
    """Reads the settings; raises KeyError for one that the template does not declare."""
    return Settings(
        public_url=env["PUBLIC_URL"].rstrip("/"),
        office_emails=_list(env["OFFICE_EMAILS"]),
        trusted_domains=trusted_domains(env),
        mail_from=env["MAIL_FROM"],
        agenda_days=int(env["AGENDA_DAYS"]),
        agenda_floor_days=int(env["AGENDA_FLOOR_DAYS"]),
        origin_secret=env["ORIGIN_SECRET"],
        client_limit=int(env["CLIENT_LIMIT"]),
        trusted_letters=int(env["TRUSTED_LETTERS"]),
        other_letters=int(env["OTHER_LETTERS"]),
        domain_letters=int(env["DOMAIN_LETTERS"]),
    )


def trusted_domains(env: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The domains of `TRUSTED_DOMAINS`, in lower case; raises KeyError where it is not declared."""
    return _list(env["TRUSTED_DOMAINS"])


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in text.split(",") if part.strip())
