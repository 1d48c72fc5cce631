"""Rules of co-chairs' terms: who leads on a day, and when a term ended."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field

from comhar.membership.model import last_day_of_grace


class Term(BaseModel):
    """One co-chair's term, and the one answer to who leads a community on a day.

    Days are Dublin's. It runs up to, and without, the day `until`, and where nobody was chosen for 28 days
    more, the last one included (DOMAIN.md, "Co-chairs"). `ended_on` is the first day on which it gives no
    rights any more, written on that day when somebody leaves, moves, is replaced, ended or erased.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    member: str
    since: date = Field(alias="from")
    until: date
    ended_on: date | None = None

    @property
    def ends_on(self) -> date:
        """The first day on which it gives no rights any more, as far as is known."""
        return self.ended_on or last_day_of_grace(self.until) + timedelta(days=1)

    def is_leading_on(self, day: date) -> bool:
        return self.since <= day < self.ends_on

    def is_in_grace_on(self, day: date) -> bool:
        return self.is_leading_on(day) and day >= self.until

    def end(self, day: date) -> "Term":
        """The term ended on that day, unless it ended before."""
        return self.model_copy(update={"ended_on": min(day, self.ends_on)})


Terms = tuple[Term, ...]


def leading_terms(terms: Iterable[Term], day: date) -> list[Term]:
    """The terms of those who lead on that day, the latest of each member."""
    return list({term.member: term for term in terms if term.is_leading_on(day)}.values())


def add_missing_ends(terms: Terms, chairs: Collection[str]) -> Terms:
    """The terms with the ends that were not written down before there was a grace.

    Nothing was written of a term that had run out when others were chosen (it ended that day), or when the
    co-chair left (its last day). `chairs` are the ids of those who were not replaced.
    """
    ends = ((term, _missing_end(term, terms, chairs)) for term in terms)
    return tuple(term.end(day) if day else term for term, day in ends)


def _missing_end(term: Term, terms: Terms, chairs: Collection[str]) -> date | None:
    if term.ended_on:
        return None
    chosen = [other.since for other in terms if other.since >= term.until]
    if chosen:
        return min(chosen)
    return None if term.member in chairs else term.until
