"""Forms of reports."""

from typing import Annotated

from pydantic import StringConstraints

from comhar.fields import Form
from comhar.membership.member_fields import RegionCode


class Question(Form):
    """Asks a region's co-chairs about a gap, by its code in the list of gaps."""

    region: RegionCode
    gap: Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z_]+(\.[A-Za-z0-9-]+)?$")]
