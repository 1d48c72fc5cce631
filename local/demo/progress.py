"""Prints the demo's progress: the letters of each day, in a line or two."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from comhar.dates.dublin_time import local_date
from local.demo.client import Received

_KINDS = {
    "Welcome": "members were welcomed",
    "Invitation": "invitations to a meeting",
    "New date": "letters about a new date",
    "Agenda": "agendas",
    "Cancelled": "cancellations",
    "Did it go ahead": "co-chairs were asked “Did it go ahead?”",
    "Which date suits you": "members were asked which date suits them",
    "What was agreed": "what was agreed, and ballots of a survey",
    "How is our community": "members were asked to review their community",
    "What has the community": "members were asked what the year was worth",
}


class Progress:
    """`say` takes one line at a time."""

    def __init__(self, regions: dict[str, str], say: Callable[[str], None]) -> None:
        self._regions = regions
        self._say = say

    def letters(self, came: Iterable[Received]) -> None:
        """Each day's letters of each kind, and of which regions."""
        counts: Counter[tuple[str, str]] = Counter()
        where: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for letter in came:
            day = local_date(letter.at).isoformat()
            if letter.subject.startswith("The KPI report"):
                self._say(f"{day}  {letter.subject}")
            for kind in _KINDS:
                if letter.subject.startswith(kind):
                    counts[day, kind] += 1
                    if letter.to in self._regions:
                        where[day, kind].add(self._regions[letter.to])
        for (day, kind), many in sorted(counts.items()):
            regions = ", ".join(sorted(where[day, kind]))
            self._say(f"{day}  {many:>4} {_KINDS[kind]} ({regions})")
