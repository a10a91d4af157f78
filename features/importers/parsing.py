"""Pure parsers of single cells: text to a value, or `NotAcceptable` with the rule that was broken.

Each takes a stripped cell that is not empty; what an empty cell means is the column's `default`.
A rule is a phrase that follows the column's name ('level is not a number') and never holds the
value itself.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from recommender import clock

Parser = Callable[[str], object]

MAX_KEY: Final = 200
"""Characters of an id or a code: what fits an index of every database."""

FIRST_YEAR: Final = 1900

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|z|[+-]\d{2}(:?\d{2})?)?", re.ASCII
)
_UTC_TIME: Final = re.compile(
    r"[T ]((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d)?(?:Z|z|[+]00(?::?00)?)?", re.ASCII
)
_MOMENT_LENGTH: Final = len("2026-05-31 16:41:10.000000")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_SHORT: Final = len("2026-05-31")
_NOT_RATED: Final = frozenset(
    {"not rated", "not demonstrated", "not observed", "nr", "nd", "n/a", "na"}
)
_YES_NO: Final = {
    "yes": True,
    "y": True,
    "true": True,
    "1": True,
    "no": False,
    "n": False,
    "false": False,
    "0": False,
}


class NotAcceptable(ValueError):
    """A cell breaks its column's rule; the message is the rule."""


def text(cell: str) -> str:
    """Return any text as it is."""
    return cell


def key(cell: str) -> str:
    """Return an id or a code: short, and nothing unprintable in it."""
    if len(cell) > MAX_KEY:
        raise NotAcceptable(f"is longer than {MAX_KEY} characters")
    if not cell.isprintable():
        raise NotAcceptable("holds a character that cannot be printed")
    return cell


def email(cell: str) -> str:
    """Return an e-mail address; only its form is looked at."""
    if len(cell) > MAX_KEY or not _EMAIL.fullmatch(cell):
        raise NotAcceptable("is not an e-mail address")
    return cell


def text_list(cell: str) -> str:
    """Return a list separated by '|' without blanks and repeats, in the same order."""
    return "|".join(dict.fromkeys(part for item in cell.split("|") if (part := item.strip())))


def number(cell: str) -> float:
    """Return a finite number, zero or more."""
    if not _NUMBER.fullmatch(cell):
        raise NotAcceptable("is not a number")
    value = float(cell)
    if not math.isfinite(value):
        raise NotAcceptable("is not a finite number")
    if value < 0:
        raise NotAcceptable("is below zero")
    return value + 0.0


def strength(cell: str) -> float:
    """Return a strength: above 0, at most 1."""
    value = number(cell)
    if not 0 < value <= 1:
        raise NotAcceptable("is not above 0 and at most 1")
    return value


def level(cell: str) -> float | None:
    """Return a rating's level; the usual words for 'not rated' mean None: unknown, not low."""
    return None if cell.casefold() in _NOT_RATED else number(cell)


def yes_no(cell: str) -> bool:
    """Return the meaning of yes or no (true, false, 1, 0)."""
    try:
        return _YES_NO[cell.casefold()]
    except KeyError:
        raise NotAcceptable("is not yes or no") from None


def day(cell: str) -> date:
    """Return an ISO date."""
    try:
        value = date.fromisoformat(cell) if _DATE.fullmatch(cell) else None
    except ValueError:
        value = None
    if value is None:
        raise NotAcceptable("is not a date like 2026-05-31")
    if value.year < FIRST_YEAR:
        raise NotAcceptable(f"is before the year {FIRST_YEAR}")
    return value


def past_day(cell: str) -> date:
    """Return the ISO date of a fact: at the latest tomorrow, for zones ahead of UTC."""
    value = day(cell)
    if value > clock.today() + timedelta(days=1):
        raise NotAcceptable("is later than tomorrow")
    return value


def past_moment(cell: str) -> datetime:
    """Return the moment of a fact in UTC: an ISO date (its first moment) or date and time.

    A time without a zone is taken as UTC. Digits beyond the microsecond are dropped.
    """
    if len(cell) == _SHORT and _DATE.fullmatch(cell):
        value = past_day(cell)
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    try:
        # Python 3.11 does not take a small z; without a zone it is UTC as well.
        known = _MOMENT.fullmatch(cell)
        moment = datetime.fromisoformat(cell.removesuffix("z")) if known else None
        if moment is not None and moment.tzinfo is not UTC:
            moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise NotAcceptable("is not a moment like 2026-05-31T16:41:10Z")
    if moment.year < FIRST_YEAR:
        raise NotAcceptable(f"is before the year {FIRST_YEAR}")
    if moment > _after_tomorrow(clock.today()):
        raise NotAcceptable("is later than tomorrow")
    return moment


def moment_text(moment: datetime) -> str:
    """Return a moment in UTC as the store's databases read it, and as SQLite keeps it."""
    return moment.isoformat(" ", "microseconds")[:_MOMENT_LENGTH]


class Days(dict[str, str]):
    """The day of a past moment as it stands in a cell; each is judged once."""

    def __missing__(self, day: str) -> str:
        past_day(day)
        self[day] = day
        return day


class Times(dict[str, str]):
    """What follows the day in a cell with a whole second in UTC, as `moment_text` has it."""

    def __missing__(self, rest: str) -> str:
        found = _UTC_TIME.fullmatch(rest)
        if found is None:
            raise NotAcceptable("is not a whole second in UTC")
        time = self[rest] = f" {found[1]}{found[2] or ':00'}.000000"
        return time


@lru_cache(maxsize=4)
def _after_tomorrow(today: date) -> datetime:
    """Return the last moment of tomorrow."""
    return datetime.combine(today + timedelta(days=1), time.max, UTC)


def one_of(words: Mapping[str, str]) -> Parser:
    """Return a parser of a fixed choice: each word as it may stand in a file, and its value."""
    allowed = ", ".join(words)

    def choice(cell: str) -> str:
        try:
            return words[cell.casefold()]
        except KeyError:
            raise NotAcceptable(f"is not one of {allowed}") from None

    return choice
