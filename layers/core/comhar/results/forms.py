"""Owns what is sent to the doors of results."""

from comhar.fields import Form, Note, Revision


class YouSaid(Form):
    """What was said in a survey, and, as soon as it is known, what is done about it."""

    said: Note
    did: Note | None = None


class ChangeSaid(YouSaid):
    """`revision` is that of what it was changed from."""

    revision: Revision
