"""Clients that a route can ask for besides its Context, made when first used."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.aws import buckets
from comhar.aws.encryption import Seal
from comhar.saved_forms import SavedForms


def _paper_bucket() -> buckets.PaperBucket:
    return wiring.paper_bucket()


def _export_bucket() -> buckets.ExportBucket:
    return wiring.export_bucket()


def _inbox_bucket() -> buckets.InboxBucket:
    return wiring.inbox_bucket()


def _encryption() -> Seal:
    return wiring.encryption()


def sealed_forms() -> SavedForms:
    """What keeps the forms of reflections."""
    return wiring.sealed_forms()


PaperBucket = Annotated[buckets.PaperBucket, Depends(_paper_bucket)]
ExportBucket = Annotated[buckets.ExportBucket, Depends(_export_bucket)]
InboxBucket = Annotated[buckets.InboxBucket, Depends(_inbox_bucket)]
Encryption = Annotated[Seal, Depends(_encryption)]
