"""What the office sends to choose reasons and to publish a report."""

from typing import Annotated

from pydantic import Field

from comhar.fields import Form, Note, Revision
from comhar.reports.reasons import LONGEST_SENTENCE

_Name = Annotated[str, Field(max_length=80)]
_Text = Annotated[Note, Field(max_length=LONGEST_SENTENCE + 50)]
Texts = Annotated[dict[_Name, _Text], Field(max_length=600)]


class ChooseReasons(Form):
    """Reasons by `region/figure`: a label or key, `label: sentence`, or `remove`.

    `sentences` are those of a page's fields beside the reasons; `revision` is that of the page.
    """

    reasons: Texts = {}
    sentences: Texts = {}
    revision: Revision | None = None


class Publish(Form):
    """`version` is the final version that the sender saw; without one there was none.

    `reasons` are saved with it, as in ChooseReasons.
    """

    version: Annotated[int, Field(ge=1, le=9999)] | None = None
    reasons: Texts = {}
