"""Rules of messages: when one goes out, how many a week, and who may read it."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from comhar import data
from comhar.errors import Conflict, NotYours
from comhar.fields import Paragraph
from comhar.formatting import format_moment
from comhar.membership.model import Member

Audience = Literal["members", "coming", "not_replied"]
PEERS = "PEERS"  # in place of a region, in ids of messages from one person to another
OfficeAudience = Literal["regions", "chairs", "people"]


def _require_short(text: str) -> str:
    if len(text) > 5_000:
        raise ValueError("Write at most 5,000 characters.")
    return text


Words = Annotated[Paragraph, AfterValidator(_require_short)]
State = Literal["unreleased", "waiting", "sent", "cancelled"]
UNDO = timedelta(minutes=10)  # in which a message can be stopped
WEEK = timedelta(days=7)
MOST_ALONE = 50  # people to whom one person of the office may write without a second one
MOST_A_WEEK = 2  # by the co-chairs of a community together
MOST_TO_PEERS = 10  # by one person in seven days
REPLY_HOURS = 60 * 24  # how long the link to reply works


class TooManyMessages(Conflict):
    title = "The co-chairs of a community can send two messages in seven days."


class TooManyToPeers(Conflict):
    title = "You can write ten such messages in seven days."


class MessageGone(Conflict):
    title = "This message can no longer be stopped."
    next = "Open the message to see what became of it."


class SecondPersonNeeded(NotYours):
    title = "A second person of the National Office has to release this message."
    next = "Ask a colleague to open it from their page and release it."


class NotToBeReleased(Conflict):
    title = "This message does not wait to be released."
    next = "Open the message to see what became of it."


class MessagesChanged(Conflict):
    title = "Somebody else wrote to this community a moment ago."
    next = "Look at the messages, then send yours again."


class Message(BaseModel):
    """What one person wrote to a community or, from the office, to several.

    `people` is to how many it went, as counted when it was written. `recipients` are the ids of co-chairs and
    of people chosen one by one; they are there until it goes out. `purpose` is what the office writes about.
    To a `peer` somebody writes who is in the same role in another region; `regions` is then the writer's.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    region: str
    to: Audience | OfficeAudience | Literal["peer"]
    meeting: str | None = None
    regions: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    purpose: str | None = None
    subject: str
    text: str
    writer: str
    writer_name: str
    by_office: bool = False
    people: int
    written_at: datetime
    sends_at: datetime
    state: State = "waiting"
    released_by: str | None = None

    def is_for(self, region: str | None, leads: bool) -> bool:
        """Whether it is for a member of that region, who leads a community or not."""
        if self.to == "chairs":
            return leads
        return self.to in ("people", "peer") or region in (self.region, *self.regions)


def count_in_week(recent: dict[str, datetime], now: datetime) -> dict[str, datetime]:
    """The messages of the last seven days: id and when it was written."""
    return {message: at for message, at in recent.items() if at > now - WEEK}


def require_room(
    recent: dict[str, datetime],
    most: int = MOST_A_WEEK,
    refusal: type[Conflict] = TooManyMessages,
) -> None:
    """Refuses one more message in seven days than are allowed.

    Raises:
        Conflict: the `refusal`, which says when the next can be sent.
    """
    if len(recent) >= most:
        free_at = sorted(recent.values())[-most] + WEEK
        raise refusal(next=f"You can send the next one from {format_moment(free_at)}.")


def is_reachable(writer: Member | None, message: Message) -> bool:
    """Whether a reply still reaches who wrote the message."""
    return bool(writer and (writer.active or writer.office) and writer.id == message.writer)


def get_purpose_title(key: str | None) -> str | None:
    """What a message of the office is about, in words; None for no such purpose."""
    purposes = data.load("message_purposes")
    return next((each["title"] for each in purposes if each["key"] == key), None)


def choose_state(by_office: bool, people: int) -> State:
    """What the office writes to many waits for a second person."""
    return "unreleased" if by_office and people > MOST_ALONE else "waiting"


def is_stoppable(message: Message) -> bool:
    return message.state in ("unreleased", "waiting")


def may_cancel(message: Message, user: Member) -> bool:
    """Co-chairs stop each other's messages, the office any."""
    return is_stoppable(message) and (user.office or not message.by_office)


def may_release(message: Message, user: Member) -> bool:
    """A second person of the office."""
    return message.state == "unreleased" and user.office and user.id != message.writer


def require_release(message: Message, user: Member) -> None:
    """Raises NotToBeReleased, SecondPersonNeeded."""
    if message.state != "unreleased":
        raise NotToBeReleased
    if not may_release(message, user):
        raise SecondPersonNeeded
