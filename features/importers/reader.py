"""Reads a CSV file that may be hostile: row by row, with the physical line of each.

What breaks one row is told with that row; what makes the rest of the file unreadable (its
encoding, a quote that is never closed, a limit) is raised.
"""

import csv
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import IO, Final

from features.importers.sources import LINE, RawRow
from recommender.errors import ImportRefused, InvalidInput

MAX_FIELD: Final = 1024 * 1024
"""Characters in one cell."""
MAX_ROW: Final = 8 * 1024 * 1024
"""Characters in one row, quotes and line ends included."""
MAX_FILE: Final = 8 * 1024**3
"""Bytes in one file."""

_MARK: Final = "\ufeff"


class _Lines(Iterator[str]):
    """Lines of a text stream, counted and limited; notices a NUL in the current row."""

    def __init__(self, stream: TextIOWrapper, name: str) -> None:
        self.number = 0
        self.nul = False
        self._stream = stream
        self._name = name
        self._room = MAX_ROW

    def __next__(self) -> str:
        line = self._stream.readline(self._room + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self._room -= len(line)
        if self._room < 0:
            raise ImportRefused(
                f"{self._name}, line {self.number}: one row has more than {MAX_ROW:,} characters; "
                "is a quote never closed?"
            )
        if "\0" in line:
            self.nul = True
        return line.removeprefix(_MARK) if self.number == 1 else line

    def start_row(self) -> int:
        """Forget the last row; return the line on which the next one starts."""
        self.nul = False
        self._room = MAX_ROW
        return self.number + 1


@dataclass
class CsvFile:
    """An open CSV file whose header row has been read."""

    name: str
    header: list[str]
    _lines: _Lines
    _binary: IO[bytes]
    unit: str = LINE
    set_aside: Mapping[str, int] = field(default_factory=dict)

    @property
    def position(self) -> int:
        """Bytes read so far, somewhat ahead of the row that was yielded last."""
        return self._binary.tell()

    def rows(self) -> Iterator[RawRow]:
        """Yield each row after the header; blank lines are passed over."""
        reader = csv.reader(self._lines, strict=True)
        width = len(self.header)
        while True:
            line = self._lines.start_row()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield RawRow(line, [], self._quotes(line, error))
                continue
            if len(cells) != width and cells:
                yield RawRow(line, cells, f"the row has {len(cells)} cells, the header {width}")
            elif self._lines.nul:
                yield RawRow(line, cells, "the row holds a NUL character")
            elif cells:
                yield RawRow(line, cells, "")

    def _quotes(self, line: int, error: csv.Error) -> str:
        """Return the rule of a row with broken quotes, or refuse a file that ends inside them."""
        if "field larger" in str(error):
            raise ImportRefused(
                f"{self.name}, line {line}: a cell has more than {MAX_FIELD:,} characters; "
                "is a quote never closed?"
            )
        if "unexpected end" in str(error):
            raise ImportRefused(
                f"{self.name}: a quote opened in the row that starts on line {line} is never "
                "closed."
            )
        last = self._lines.number
        return "quotes do not match" + (f" (lines {line} to {last} are one row)" * (last > line))


@contextmanager
def open_csv(path: Path) -> Iterator[CsvFile]:
    """Open a CSV file and read its header.

    Raises
    ------
    InvalidInput
        It is not there, or not a regular file.
    ImportRefused
        It is empty, not UTF-8, over a limit, or its header is malformed.
    """
    with read_csv(path.name, lambda: open_limited(path)) as file:
        yield file


@contextmanager
def read_csv(
    name: str, reopen: Callable[[], AbstractContextManager[IO[bytes]]]
) -> Iterator[CsvFile]:
    """Read a CSV file's header from a binary stream, as `open_csv` does.

    `reopen` gives the stream; once more where a byte that is not UTF-8 has to be found.
    """
    # The limit is the process's: another importer may have changed it.
    csv.field_size_limit(MAX_FIELD)
    with reopen() as binary:
        stream = TextIOWrapper(binary, encoding="utf-8", errors="strict", newline="")
        lines = _Lines(stream, name)
        try:
            yield CsvFile(name, _header(lines, name), lines, binary)
        except UnicodeDecodeError:
            with reopen() as again:
                line, byte = _bad_byte(again)
            raise ImportRefused(
                f"{name} is not UTF-8: line {line}, byte {byte} of that line."
            ) from None


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file; nothing else, and no symbolic link.

    Raises
    ------
    InvalidInput
        It is not there, or something else.
    """
    try:
        # O_NONBLOCK: a pipe without a writer must not hold us up before it is refused.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if path.is_symlink():
            raise InvalidInput(f"{path} is a symbolic link; name the file itself.") from None
        reason = os.strerror(error.errno or 0)
        raise InvalidInput(f"{path} cannot be read: {reason}.") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise InvalidInput(f"{path} is not a regular file.")
    return os.fdopen(handle, "rb")


def open_limited(path: Path) -> BufferedReader:
    """Open a regular file that is within the limit of size.

    Raises
    ------
    InvalidInput
        It is not there, or something else.
    ImportRefused
        It is over the limit.
    """
    binary = open_regular(path)
    if os.fstat(binary.fileno()).st_size > MAX_FILE:
        binary.close()
        raise ImportRefused(f"{path.name} has more than {MAX_FILE:,} bytes.")
    return binary


def _header(lines: _Lines, name: str) -> list[str]:
    try:
        names = [cell.strip().casefold() for cell in next(csv.reader(lines, strict=True))]
    except StopIteration:
        raise ImportRefused(f"{name} is empty; it needs a header row.") from None
    except csv.Error:
        raise ImportRefused(f"{name}: the header row cannot be read.") from None
    if lines.nul or not any(names):
        raise ImportRefused(f"{name}: the header row cannot be read.")
    twice = sorted({column for column in names if column and names.count(column) > 1})
    if twice:
        raise ImportRefused(f"{name}: the header names {_listed(twice)} more than once.")
    return names


def first_cells(head: bytes) -> tuple[str, ...]:
    """Return the cells of a file's first line in small letters, so far as it is CSV at all."""
    line = head.removeprefix(_MARK.encode()).replace(b"\r", b"\n").split(b"\n", 1)[0]
    csv.field_size_limit(MAX_FIELD)
    try:
        cells = next(csv.reader([line.decode("utf-8", "replace").replace("\0", "")]), [])
    except csv.Error:
        return ()
    return tuple(cell.strip().casefold() for cell in cells)


def _listed(names: list[str]) -> str:
    return ", ".join(repr(name[:80]) for name in names[:10])


def _bad_byte(binary: IO[bytes]) -> tuple[int, int]:
    """Return line and byte (both from 1) of the first byte that is not UTF-8."""
    line = 1
    while chunk := binary.readline(MAX_ROW):
        try:
            chunk.decode("utf-8")
        except UnicodeDecodeError as error:
            before = _plain_ends(chunk[: error.start])
            return line + before.count(b"\n"), len(before) - before.rfind(b"\n")
        line += _plain_ends(chunk).count(b"\n")
    return line, 1


def _plain_ends(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
