"""Counts how many links each client asks for in ten minutes.

Clients are known by the digest of their address.
"""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from comhar.aws.conditions import ConditionFailed, Key, Update, absent_or_at_most
from comhar.aws.dynamodb import Table
from comhar.settings import Settings
from comhar.tokens import keyed_digest

WINDOW = timedelta(minutes=10)


def client_network(viewer: str) -> str:
    """The network that counts as one client, of an address as CloudFront writes it.

    `198.51.100.7:443` is an IPv4 address; of `2001:db8::1:443` it is the network of 64 bits, because one
    household has all of it. "" for none.
    """
    host = viewer.rpartition(":")[0].strip("[]")
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)


def count_ask(table: Table, settings: Settings, client: str, now: datetime) -> datetime | None:
    """Counts one ask of the client.

    Beyond the limit: until when its letters to strangers wait. One write.
    """
    window = int(now.timestamp() // WINDOW.total_seconds())
    ends = datetime.fromtimestamp((window + 1) * WINDOW.total_seconds(), UTC)
    counted = Update(
        _key(client, window),
        set={"expires": int(ends.timestamp())},
        add={"calls": 1},
        condition={"calls": absent_or_at_most(settings.client_limit - 1)},
    )
    try:
        table.transact([counted])
    except ConditionFailed:
        return ends
    return None


def _key(client: str, window: int) -> Key:
    """Digested with a secret, because there are few enough addresses to try them all."""
    return f"CLIENT#{keyed_digest(client)}", f"WINDOW#{window}"
