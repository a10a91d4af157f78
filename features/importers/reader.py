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
from io import BufferedReader, StringIO, TextIOWrapper
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

BLOCK: Final = 256 * 1024
"""Characters that are read at once."""

_MARK: Final = "\ufeff"


class _Lines(Iterator[str]):
    """Lines of a text stream, read in blocks; says how far a row goes on, and whether NULs came.

    A line ends as `csv` wants it: at a line feed, a carriage return, or both.
    """

    def __init__(self, stream: TextIOWrapper, name: str) -> None:
        self.nul = False
        """Whether a NUL character has been read at all."""
        self.since = 0
        """Characters read since the current row began, but for the block in which it did."""
        self.characters = 0
        self._stream = stream
        self._name = name
        self._lines = self._read()

    def __iter__(self) -> Iterator[str]:  # noqa: PYI034 - csv iterates it once
        # csv asks this iterator itself, without a call of ours for each line.
        return self._lines

    def __next__(self) -> str:
        return next(self._lines)

    def _read(self) -> Iterator[str]:
        held = ""
        number = 0
        while block := self._block(number):
            block = held + block if number else block.removeprefix(_MARK)
            number += 1
            # A carriage return at the very end may be half of a line end.
            cut = block.rfind("\n") + 1 or block.rfind("\r", 0, len(block) - 1) + 1
            held = block[cut:]
            yield from StringIO(block[:cut], newline="")
        yield from StringIO(held, newline="")

    def _block(self, number: int) -> str:
        if self.since > MAX_ROW:
            raise ImportRefused(
                f"{self._name}: one row has more than {MAX_ROW:,} characters, after block "
                f"{number:,} of the file; is a quote never closed?"
            )
        block = self._stream.read(min(BLOCK, MAX_ROW // 4))
        self.since += len(block)
        self.characters += len(block)
        self.nul = self.nul or "\0" in block
        return block


@dataclass
class CsvFile:
    """An open CSV file whose header row has been read."""

    name: str
    header: list[str]
    _lines: _Lines
    _lines_of_header: int
    unit: str = LINE
    set_aside: Mapping[str, int] = field(default_factory=dict)

    @property
    def position(self) -> int:
        """Characters read so far, somewhat ahead of the row that was yielded last."""
        return self._lines.characters

    def rows(self) -> Iterator[RawRow]:
        """Yield each row after the header; blank lines are passed over."""
        lines, before, width = self._lines, self._lines_of_header, len(self.header)
        reader = csv.reader(lines, strict=True)
        while True:
            line = before + reader.line_num + 1
            lines.since = 0
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield RawRow(line, [], self._quotes(line, before + reader.line_num, error))
                continue
            if len(cells) != width and cells:
                yield RawRow(line, cells, f"the row has {len(cells)} cells, the header {width}")
            elif lines.nul and any("\0" in cell for cell in cells):
                yield RawRow(line, cells, "the row holds a NUL character")
            elif cells:
                yield RawRow(line, cells, "")

    def _quotes(self, line: int, last: int, error: csv.Error) -> str:
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
            header, used = _header(lines, name)
            yield CsvFile(name, header, lines, used)
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


def _header(lines: _Lines, name: str) -> tuple[list[str], int]:
    """Return the names of the columns, and the number of lines that they take."""
    reader = csv.reader(lines, strict=True)
    try:
        names = [cell.strip().casefold() for cell in next(reader)]
    except StopIteration:
        raise ImportRefused(f"{name} is empty; it needs a header row.") from None
    except csv.Error:
        raise ImportRefused(f"{name}: the header row cannot be read.") from None
    if any("\0" in column for column in names) or not any(names):
        raise ImportRefused(f"{name}: the header row cannot be read.")
    twice = sorted({column for column in names if column and names.count(column) > 1})
    if twice:
        raise ImportRefused(f"{name}: the header names {_listed(twice)} more than once.")
    return names, reader.line_num


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
