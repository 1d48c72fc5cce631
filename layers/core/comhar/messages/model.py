"""Rules of messages: when one goes out, how many a week, and who may read it."""

from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from comhar.dates.dublin_time import to_instant, to_wall
from comhar.dates.working_days import is_working_day, next_working_day_after
from comhar.errors import Conflict
from comhar.formatting import format_moment
from comhar.membership.model import Member

Audience = Literal["members", "coming", "not_replied"]
State = Literal["waiting", "sent", "cancelled"]
UNDO = timedelta(minutes=10)
WEEK = timedelta(days=7)
MOST_A_WEEK = 2  # by the co-chairs of a community together
OPENS, ENDS = time(8), time(19)  # when emails of this kind go out on working days, Dublin
REPLY_HOURS = 60 * 24  # how long the link to reply works


class TooManyMessages(Conflict):
    title = "The co-chairs of a community can send two messages in seven days."


class MessageGone(Conflict):
    title = "This message can no longer be stopped."
    next = "Open the message to see what became of it."


class MessagesChanged(Conflict):
    title = "Somebody else wrote to this community a moment ago."
    next = "Look at the messages, then send yours again."


class Message(BaseModel):
    """What one person wrote to a community.

    `people` is to how many it went, as counted when it was written.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    region: str
    to: Audience
    meeting: str | None = None
    subject: str
    text: str
    writer: str
    writer_name: str
    by_office: bool = False
    people: int
    written_at: datetime
    sends_at: datetime
    state: State = "waiting"


def choose_sends_at(now: datetime, closures: AbstractSet[date]) -> datetime:
    """When a message that is written now goes out.

    After ten minutes from 08:00 to 19:00 on a working day, else at 08:00 on the next one.
    """
    wall = to_wall(now + UNDO)
    day = wall.date()
    if is_working_day(day, closures) and wall.time() <= ENDS:
        return now + UNDO if wall.time() >= OPENS else _morning(day)
    return _morning(next_working_day_after(day, closures))


def _morning(day: date) -> datetime:
    return to_instant(datetime.combine(day, OPENS))


def count_in_week(recent: dict[str, datetime], now: datetime) -> dict[str, datetime]:
    """The messages of the last seven days: id and when it was written."""
    return {message: at for message, at in recent.items() if at > now - WEEK}


def require_room(recent: dict[str, datetime], now: datetime) -> None:
    """Refuses a third message in seven days.

    Raises:
        TooManyMessages: it says when the next can be sent.
    """
    if len(recent) >= MOST_A_WEEK:
        free_at = sorted(recent.values())[-MOST_A_WEEK] + WEEK
        raise TooManyMessages(next=f"You can send the next one from {format_moment(free_at)}.")


def is_reachable(writer: Member | None, message: Message) -> bool:
    """Whether a reply still reaches who wrote the message."""
    return bool(writer and (writer.active or writer.office) and writer.id == message.writer)


def may_cancel(message: Message, user: Member) -> bool:
    """Co-chairs stop each other's messages, the office any."""
    return user.office or not message.by_office
