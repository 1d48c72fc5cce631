"""Request bodies of peers: be found or not, and a message to one."""

from comhar.fields import Form
from comhar.messages.model import Words


class BeFound(Form):
    findable: bool


class WriteToPeer(Form):
    text: Words
