"""Owns what the doors of invitations answer with."""

from comhar.fields import View


class InvitationsPage(View):
    """After sending: how many went out, were there already, or could not be read."""

    sent: int | None = None
    already: int | None = None
    invalid: int | None = None
