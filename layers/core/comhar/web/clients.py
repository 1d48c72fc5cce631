"""What a route can ask for besides its Context: one service's client each, made when it is first used."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.aws.buckets import Exports, Letterbox, Papers
from comhar.aws.encryption import Seal
from comhar.saved_forms import KeptForms


def _papers() -> Papers:
    return wiring.papers()


def _exports() -> Exports:
    return wiring.exports()


def _letterbox() -> Letterbox:
    return wiring.letterbox()


def _encryption() -> Seal:
    return wiring.seal()


def sealed_forms() -> KeptForms:
    """What keeps the forms of reflections."""
    return wiring.sealed_forms()


PaperBucket = Annotated[Papers, Depends(_papers)]
ExportBucket = Annotated[Exports, Depends(_exports)]
InboxBucket = Annotated[Letterbox, Depends(_letterbox)]
Encryption = Annotated[Seal, Depends(_encryption)]
