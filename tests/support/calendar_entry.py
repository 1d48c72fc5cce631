"""The calendar entry that a letter carries."""

from email.message import EmailMessage


def entry(letter: EmailMessage) -> dict[str, str]:
    """The properties of the entry and of the file, without their parameters."""
    part = next(each for each in letter.walk() if each.get_content_type() == "text/calendar")
    unfolded = part.get_content().replace("\r\n", "\n").replace("\n ", "")
    zone, event = unfolded.partition("BEGIN:VEVENT")[::2]
    lines = [*zone.splitlines()[:6], *event.splitlines()]
    pairs = (line.partition(":") for line in lines)
    return {name.partition(";")[0]: value for name, _, value in pairs}
