"""A calendar as other calendars read it (RFC 5545): lines folded at 75 octets, texts escaped, instants in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

PRODUCT = "-//Guichet//Committee calendar//FR"
LONGEST_LINE = 75  # octets, without the line break (section 3.1)
CONFIRMED, CANCELLED = "CONFIRMED", "CANCELLED"
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class Event:
    """One event; whoever holds an older copy knows it by its `uid` and takes the higher `sequence`."""

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    url: str
    status: str = CONFIRMED


def calendar(name: str, events: Iterable[Event]) -> str:
    """The whole calendar, with the line breaks that the format wants."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    head += [f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT12H"]
    lines = [*head, *(line for event in events for line in _lines(event)), "END:VCALENDAR"]
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _lines(event: Event) -> list[str]:
    told = {
        "UID": escaped(event.uid),
        "SEQUENCE": str(event.sequence),
        "DTSTAMP": in_utc(event.changed_at),
        "LAST-MODIFIED": in_utc(event.changed_at),
        "DTSTART": in_utc(event.starts_at),
        "DTEND": in_utc(event.ends_at),
        "SUMMARY": escaped(event.summary),
        "DESCRIPTION": escaped(event.description),
        "URL": event.url,
        "STATUS": event.status,
    }
    return ["BEGIN:VEVENT", *(f"{name}:{value}" for name, value in told.items() if value), "END:VEVENT"]


def in_utc(moment: datetime) -> str:
    """An instant in UTC, so that no reader needs to know when Paris changes its clocks."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line break do not speak for themselves (section 3.3.11)."""
    return text.replace("\r\n", "\n").translate(_ESCAPED)


def folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, each further one begun with a space; no letter is cut in two."""
    piece, size = "", 0
    for letter in line:
        weight = len(letter.encode())
        if size + weight > LONGEST_LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + weight
    yield piece
