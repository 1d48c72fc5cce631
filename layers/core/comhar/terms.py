"""The term of a co-chair: the one answer to who leads a community on a day.

Days are Dublin's. A term runs up to, and without, the day `until`. Where it ran out and nobody was chosen,
the co-chairs go on for 28 days more, the last one included (DOMAIN.md, "Co-chairs").
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field

GRACE = timedelta(days=28)


class Term(BaseModel):
    """One co-chair's term. `ended_on` is the first day on which it gives no rights any more.

    That is written on the day itself when somebody leaves, moves, is replaced, ended or erased.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    member: str
    since: date = Field(alias="from")
    until: date
    ended_on: date | None = None

    @property
    def ends(self) -> date:
        """The first day on which it gives no rights any more, as far as is known."""
        return self.ended_on or last_day(self.until) + timedelta(days=1)

    def leads_on(self, day: date) -> bool:
        return self.since <= day < self.ends

    def in_grace_on(self, day: date) -> bool:
        return self.leads_on(day) and day >= self.until

    def end(self, day: date) -> "Term":
        """The term ended on that day, or before it by itself; one that has ended stays as it is."""
        return self.model_copy(update={"ended_on": min(day, self.ends)})


Terms = tuple[Term, ...]


def last_day(until: date) -> date:
    """The last day on which the co-chairs of a term that ran out go on."""
    return until + GRACE


def leads_until(until: str | None, day: date) -> bool:
    """Whether a co-chair leads on that day, by the end of the term on the member's row (ISO).

    A row from before it stood there has none, and leads until the clock has noted it.
    """
    return until is None or day <= last_day(date.fromisoformat(until))


def leading(terms: Iterable[Term], day: date) -> list[Term]:
    """The terms of those who lead on that day, the latest of each member."""
    return list({each.member: each for each in terms if each.leads_on(day)}.values())


def completed(terms: Terms, chairs: Collection[str]) -> Terms:
    """The terms with the ends that were not written down before there was a grace.

    Nothing was written of a term that had run out when others were chosen (it ended that day), or when
    the co-chair left (it ended on its last day). `chairs` are the ids of those who were not replaced.
    """
    ends = ((each, _unwritten_end(each, terms, chairs)) for each in terms)
    return tuple(each.end(day) if day else each for each, day in ends)


def _unwritten_end(term: Term, terms: Terms, chairs: Collection[str]) -> date | None:
    if term.ended_on:
        return None
    chosen = [each.since for each in terms if each.since >= term.until]
    if chosen:
        return min(chosen)
    return None if term.member in chairs else term.until
