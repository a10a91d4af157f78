"""Reads JSON that may be hostile, one value after the other and within limits.

A file is one array, of which each element is yielded, or one value after the other (a single
object, JSON lines). Only one value is held in memory at a time, so that a file may be larger than
memory; no value may. A name that stands twice in an object is refused: readers differ on which
one counts.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import IO, Any, Final, NoReturn

from features.importers.reader import open_limited
from recommender.errors import ImportRefused

MAX_VALUE: Final = 24 * 1024 * 1024
"""Characters of one value: a statement, a record, or a document that is one whole."""
MAX_PARTS: Final = 1_000_000
"""Objects and arrays in one value."""
MAX_MEMBERS: Final = 3_000_000
"""Members of all objects and arrays in one value."""
MAX_DEPTH: Final = 64
"""Objects and arrays inside each other."""

CHUNK: Final = 1024 * 1024

Item = dict[str, Any]

_BLANK: Final = re.compile(r"[ \t\r\n]*")


class _NotAllowedError(ValueError):
    """Well-formed, but not taken; the message is the rule."""


def _object(pairs: list[tuple[str, Any]]) -> Item:
    made = dict(pairs)
    if len(made) != len(pairs):
        twice = next(iter(Counter(name for name, _ in pairs) - Counter(made.keys())))
        raise _NotAllowedError(f"names {twice[:80]!r} twice in one object")
    return made


def _constant(name: str) -> NoReturn:
    raise _NotAllowedError(f"holds {name}, which is no JSON")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)


class JsonFile:
    """An open JSON file."""

    def __init__(self, name: str, binary: IO[bytes]) -> None:
        self.name = name
        self._binary = binary
        self._stream = TextIOWrapper(binary, encoding="utf-8-sig", errors="strict", newline="")
        self._text = ""
        self._at = 0
        self._ended = False

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._binary.tell()

    def objects(self) -> Iterator[tuple[int, Item]]:
        """Yield each object and its number, from 1.

        Raises
        ------
        ImportRefused
            The file is not JSON in UTF-8, or over a limit, or an item is no object.
        """
        try:
            yield from self._objects()
        except UnicodeDecodeError:
            raise ImportRefused(f"{self.name} is not UTF-8, as JSON has to be.") from None

    def _objects(self) -> Iterator[tuple[int, Item]]:
        first = self._next_mark()
        in_array = first == "["
        self._at += in_array
        number = 0
        mark = self._next_mark()
        while mark and not (in_array and mark == "]"):
            number += 1
            if mark != "{":
                self._refuse(number, "is not an object")
            yield number, self._value(number)
            mark = self._next_mark()
            if in_array and mark == ",":
                self._at += 1
                mark = self._next_mark()
                if mark == "]":
                    self._refuse(number, "is followed by a comma without another item")
            elif in_array and mark and mark != "]":
                self._refuse(number, "is not followed by a comma or the end of the array")
        self._finish(in_array=in_array, mark=mark)

    def _finish(self, *, in_array: bool, mark: str) -> None:
        if not in_array:
            return
        if not mark:
            raise ImportRefused(f"{self.name} ends before its array does; is it cut off?")
        self._at += 1
        if self._next_mark():
            raise ImportRefused(f"{self.name} goes on after the end of its array.")

    def _next_mark(self) -> str:
        """Return the next character that is not blank, without passing it; empty at the end."""
        while True:
            found = _BLANK.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read():
                return ""

    def _read(self) -> bool:
        """Read on; what has been passed is forgotten. The more is held, the more is read."""
        if self._ended:
            return False
        held, self._text = self._text[self._at :], ""
        room = MAX_VALUE + 1 - len(held)
        more = self._stream.read(max(1, min(room, max(CHUNK, len(held)))))
        self._ended = not more
        self._text, self._at = held + more, 0
        return not self._ended

    def _value(self, number: int) -> Item:
        while True:
            self._check_parts(number)
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
                break
            except _NotAllowedError as error:
                self._refuse(number, str(error))
            except json.JSONDecodeError as error:
                rule = f"is not JSON: {error.msg.lower()}"
            except RecursionError:
                self._refuse(number, f"is nested more than {MAX_DEPTH} deep")
            except ValueError:
                self._refuse(number, "holds a number with too many digits")
            # Read on outside of the handler: the error holds all the text.
            if len(self._text) - self._at > MAX_VALUE:
                self._refuse(number, f"has more than {MAX_VALUE:,} characters, or no end")
            if not self._read():
                self._refuse(number, rule)
        opened = self._text.count("{", self._at, end) + self._text.count("[", self._at, end)
        if opened > MAX_DEPTH and _deeper_than(value, MAX_DEPTH):
            self._refuse(number, f"is nested more than {MAX_DEPTH} deep")
        self._at = end
        return dict(value)

    def _check_parts(self, number: int) -> None:
        """Refuse a value of very many parts before they take memory, many times their text's.

        Only a value that is larger than a chunk makes the text held larger than that.
        """
        if len(self._text) - self._at <= 2 * CHUNK:
            return
        count = self._text.count
        if count("{", self._at) + count("[", self._at) > MAX_PARTS:
            self._refuse(number, f"has more than {MAX_PARTS:,} parts")
        if count(",", self._at) > MAX_MEMBERS:
            self._refuse(number, f"has more than {MAX_MEMBERS:,} members")

    def _refuse(self, number: int, rule: str) -> NoReturn:
        raise ImportRefused(f"{self.name}: item {number} {rule}.")


def _deeper_than(value: object, depth: int) -> bool:
    """Return whether lists and objects lie inside each other more than `depth` deep."""
    level: list[Any] = [value]
    for _ in range(depth):
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


@contextmanager
def open_json(path: Path) -> Iterator[JsonFile]:
    """Open a JSON file.

    Raises
    ------
    InvalidInput
        It is not there, or not a regular file.
    ImportRefused
        It is over the limit of size.
    """
    with open_limited(path) as binary:
        yield JsonFile(path.name, binary)


def json_item(name: str, content: bytes) -> Item:
    """Return the one object that a text is, read by the same rules and limits as a file.

    Raises
    ------
    ImportRefused
        It is no JSON object in UTF-8, or over a limit.
    """
    items = [item for _, item in JsonFile(name, BytesIO(content)).objects()]
    if len(items) != 1:
        raise ImportRefused(f"{name} holds {len(items)} items instead of one.")
    return items[0]


def as_list(value: object) -> list[Any]:
    """Return a value that may stand alone or in a list as a list; what is missing is empty."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def cell(value: object) -> str:
    """Return a plain JSON value as the text of a cell; lists and objects are no cell.

    What no database takes (NUL, halves of surrogate pairs) becomes the replacement character.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return repr(value)
    if not isinstance(value, str):
        return ""
    text = value.strip()
    if text.isprintable():
        return text
    return _UNUSABLE.sub("\ufffd", text)


_UNUSABLE: Final = re.compile("[\0\ud800-\udfff]")


def list_cell(values: list[str]) -> str:
    """Return values as one cell, separated by '|'."""
    return "|".join(dict.fromkeys(value.replace("|", "/") for value in values if value))
