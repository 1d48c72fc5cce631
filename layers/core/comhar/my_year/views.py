"""Responses: a member's year."""

from collections.abc import Collection, Sequence

from comhar.aws.conditions import Item
from comhar.fields import View
from comhar.meetings.day.model import Action


class AttendedMeeting(View):
    """A meeting at which one was present; `led` is true where it was one's turn."""

    id: str
    region: str
    kind: str
    starts_at: str
    minutes: int
    topic: str | None = None
    led: bool


class DoneAction(View):
    what: str
    done_on: str


class MyYear(View):
    """What one took part in, led, did and wrote; `minutes` are those of all the meetings.

    `earlier` and `later` are the years for which there is such a page, too.
    """

    year: int
    meetings: list[AttendedMeeting]
    minutes: int
    led: int
    actions: list[DoneAction]
    reflections: int
    earlier: int | None = None
    later: int | None = None


def my_year(
    year: int,
    *,
    rows: Sequence[Item],
    led: Collection[str],
    done: Sequence[Action],
    reflections: int,
    years: tuple[int, int],
) -> MyYear:
    """The page, from the rows of the meetings attended and the actions done.

    `years` are the first and the last year for which there is a page.
    """
    meetings = [
        AttendedMeeting(
            id=row["id"],
            region=row["id"].partition("-")[0],
            kind=row["kind"],
            starts_at=row["starts_at"],
            minutes=row["minutes"],
            topic=row.get("topic"),
            led=row["id"] in led,
        )
        for row in rows
    ]
    return MyYear(
        year=year,
        meetings=meetings,
        minutes=sum(meeting.minutes for meeting in meetings),
        led=len(led),
        actions=[
            DoneAction(what=action.what, done_on=action.done_on.isoformat())
            for action in sorted(done, key=lambda action: str(action.done_on))
            if action.done_on
        ],
        reflections=reflections,
        earlier=year - 1 if year > years[0] else None,
        later=year + 1 if year < years[1] else None,
    )
