"""Reads calendar files as khal does: a JSON object of texts comes in, what it saw goes out.

A process of its own, because importing khal makes icalendar use other time zones everywhere.
"""

import json
import sys

import pytz
from khal.khalendar.event import Event

LOCALE = {"default_timezone": pytz.UTC, "local_timezone": pytz.UTC}


def read(text: str) -> dict[str, str]:
    event = Event.fromString(text, locale=LOCALE)
    return {
        "start": event.start_local.isoformat(),
        "end": event.end_local.isoformat(),
        "status": event.status,
        "summary": event.summary,
        "description": event.description,
        "location": event.location,
        "organizer": event.organizer.partition(" (")[0],
    }


if __name__ == "__main__":
    json.dump({name: read(text) for name, text in json.load(sys.stdin).items()}, sys.stdout)
