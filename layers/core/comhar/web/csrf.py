"""Owns the rule against cross-site posts and against calls that go round the front door."""

import hmac

from comhar.errors import NotYours
from comhar.web.request import Asked

ORIGIN_HEADER = "x-comhar-origin"


class CrossSite(NotYours):
    """The browser says that another site made it send this."""

    title = "This was sent from another site, so we did not act on it."


class WrongDoor(NotYours):
    """The call did not come through CloudFront, where the firewall is."""

    title = "Calls are taken at the public address only."


def check_site(asked: Asked, public_url: str) -> None:
    """Raises CrossSite for an unsafe method that a browser sends for another site.

    With neither header it is no browser. Cookies play no part: posting a sign-in form into
    somebody's browser is an attack too (login CSRF).
    """
    if not asked.unsafe:
        return
    site, origin = asked.header("sec-fetch-site"), asked.header("origin")
    if (site and site != "same-origin") or (origin and origin.lower() != public_url.lower()):
        raise CrossSite(next=f"Open {public_url} and send the form from there.")


def check_door(asked: Asked, secret: str) -> None:
    """Raises WrongDoor for a call without the header that only CloudFront can add.

    An empty `secret` means that nothing stands in front: the embedded stack, and tests.
    """
    if secret and not hmac.compare_digest(asked.header(ORIGIN_HEADER).encode(), secret.encode()):
        raise WrongDoor()
