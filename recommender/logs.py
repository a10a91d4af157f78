"""Logs: one JSON object a line on stderr, without anything that must not be kept.

Evaluation ratings, e-mail addresses and tokens never reach a log. Keys that hold them are blanked
wherever they stand, addresses and tokens inside a text too, and an exception is told by its class
and its lines of code; its own words only when it is one of our family, whose words are safe.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from types import TracebackType
from typing import Any, Final

import msgspec
import structlog
from structlog.types import EventDict, Processor

from recommender.errors import RecommenderError

BLANK: Final = "[withheld]"

SECRET_WORDS: Final = frozenset(
    {"email", "emails", "mail", "given", "family"}
    | {"rating", "ratings", "level", "levels"}
    | {"token", "tokens", "jwt", "assertion", "authorization", "cookie", "cookies"}
    | {"password", "secret", "secrets"}
)
"""A key is blanked when one of its words (parted by '_', '-' or '.') is among these."""

_SECRET_TEXT: Final = re.compile(
    r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
    r"|\beyJ[\w-]+(?:\.[\w-]*){1,4}"  # a signed or encrypted token
    r"|(?<=Bearer )\S+",
)
_PART: Final = re.compile(r"[^a-z0-9]+")


class StderrHandler(logging.Handler):
    """Writes to the stderr of the moment, which a test or a supervisor may exchange."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        try:
            sys.stderr.write(self.format(record) + "\n")
        except Exception:  # noqa: BLE001 - a log line that fails must not stop the work
            self.handleError(record)


class StderrLines:
    """Takes our own lines, whole as they are; the libraries' come by `StderrHandler`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def msg(self, line: str) -> None:
        """Write one line."""
        with suppress(OSError, ValueError):  # a log line that fails must not stop the work
            sys.stderr.write(line + "\n")

    debug = info = warning = error = critical = msg


def withhold(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Blank what must not be kept, at any depth; `event` and `severity` keep their names."""
    return {str(key): _clean(key, value) for key, value in event.items()}


def _clean(key: object, value: object) -> Any:  # noqa: ANN401 - any value may stand in a log line
    if _is_secret(str(key)):
        return BLANK
    if isinstance(value, str):
        # Each pattern of a secret has one of these in it; most lines have none.
        suspect = "@" in value or "eyJ" in value or "Bearer " in value
        return _SECRET_TEXT.sub(BLANK, value) if suspect else value
    if isinstance(value, Mapping):
        return {str(inner): _clean(inner, item) for inner, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _SECRET_TEXT.sub(BLANK, str(value))


@lru_cache(maxsize=1024)
def _is_secret(key: str) -> bool:
    return not SECRET_WORDS.isdisjoint(_PART.split(key.lower()))


def _as_json(event: EventDict, **_options: object) -> str:
    return msgspec.json.encode(event).decode()


def tell_exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by the exception's class and its lines of code."""
    info = event.pop("exc_info", None)
    error = _exception_of(info)
    if error is None:
        return event
    event["exception"] = type(error).__name__
    if isinstance(error, RecommenderError):
        event["detail"] = error.detail
    event["lines"] = _lines(error.__traceback__)
    return event


def _exception_of(info: object) -> BaseException | None:
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple):
        return info[1] if isinstance(info[1], BaseException) else None
    return sys.exc_info()[1] if info else None


def _lines(frames: TracebackType | None) -> list[str]:
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(frames)
    ]


def _say_severity(_logger: object, method: str, event: EventDict) -> EventDict:
    """Put the severity beside the event (`level` would be a rating's word)."""
    event["severity"] = "warning" if method == "warn" else method
    return event


def _at_or_above(severity: str) -> Processor:
    """Return what drops lines below a severity; a processor, so that captured lines are whole."""
    levels = logging.getLevelNamesMapping()

    def keep(_logger: object, method: str, event: EventDict) -> EventDict:
        if levels.get(method.upper(), logging.ERROR) < levels[severity]:
            raise structlog.DropEvent
        return event

    return keep


def configure_logs(severity: str = "INFO") -> None:
    """Send every log line at or above `severity`, ours and the libraries', to stderr as JSON."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        _say_severity,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = [
        tell_exception,
        withhold,
        structlog.processors.JSONRenderer(_as_json),
    ]
    # Our own lines do not go by way of `logging`, which looks up who called and locks: one line a
    # request is some of what a request costs.
    structlog.configure(
        processors=[_at_or_above(severity), *shared, *last],
        logger_factory=StderrLines,
        wrapper_class=structlog.make_filtering_bound_logger(0),
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    handler = StderrHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [old for old in root.handlers if not isinstance(old, StderrHandler)]
    root.addHandler(handler)
    root.setLevel(severity)
