"""Pages of a list: how many lines, and the cursor that goes on behind the last one."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Final

from fastapi import Query
from pydantic import TypeAdapter

from recommender.errors import InvalidInput

MOST_LINES: Final = 200
DEFAULT_LINES: Final = 50
MAX_CURSOR: Final = 2000

Limit = Annotated[int, Query(ge=1, le=MOST_LINES, description="At most so many lines.")]
After = Annotated[
    str | None,
    Query(
        max_length=MAX_CURSOR,
        description="The `next` of the page before this one; leave it out for the first page.",
    ),
]

_PARTS: Final = TypeAdapter(list[str])


def cursor_of(*parts: str) -> str:
    """Return the opaque cursor of the line with this key."""
    return urlsafe_b64encode(_PARTS.dump_json(list(parts))).decode().rstrip("=")


def read_cursor(cursor: str, parts: int) -> list[str]:
    """Return the key that a cursor stands for.

    Raises
    ------
    InvalidInput
        It is none of ours.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        key = _PARTS.validate_json(urlsafe_b64decode(padded))
    except ValueError:
        key = []
    if len(key) != parts or any("\x00" in part for part in key):
        raise InvalidInput("`after` must be the `next` of an earlier page.")
    return key
