"""A growth plan as a calendar file (iCalendar, RFC 5545): an event a micro-credential."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

LINE: Final = 75
"""Longest line in bytes; a longer one is folded."""


@dataclass(frozen=True)
class Entry:
    """Whole days of a calendar; `last` is in it."""

    uid: str
    title: str
    first: date
    last: date
    description: str = ""


def calendar_of(name: str, entries: Sequence[Entry], made_at: datetime, version: int = 0) -> str:
    """Return the calendar; a later version of an entry takes the earlier one's place."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//microcredential-recommender//growth plan//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for entry in entries:
        lines += _event(entry, made_at, version)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(entry: Entry, made_at: datetime, version: int) -> list[str]:
    after = entry.last + timedelta(days=1)
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(entry.uid)}",
        f"DTSTAMP:{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{version}",
        f"DTSTART;VALUE=DATE:{entry.first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"SUMMARY:{_text(entry.title)}",
        *([f"DESCRIPTION:{_text(entry.description)}"] if entry.description else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(value: str) -> str:
    """Return a text with what the format gives a meaning escaped."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,")):
        value = value.replace(plain, escaped)
    return "\\n".join(value.splitlines())


def _folded(line: str) -> Iterator[str]:
    """Yield the parts of a line; one after the first begins with a space that does not count."""
    part, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > LINE:
            yield part
            part, size = " ", 1
        part, size = part + character, size + width
    yield part
