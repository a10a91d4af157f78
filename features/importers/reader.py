"""Reads a CSV file that may be hostile: row by row, with the physical line of each.

What breaks one row is told with that row; what makes the rest of the file unreadable (its
encoding, a quote that is never closed, a limit) is raised.
"""

import csv
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from io import BufferedReader, StringIO, TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from features.importers.sources import LINE, RawRow, RowBlock
from recommender.errors import ImportRefused, InvalidInput

if TYPE_CHECKING:
    from _csv import Reader

MAX_FIELD: Final = 1024 * 1024
"""Characters in one cell."""
MAX_ROW: Final = 8 * 1024 * 1024
"""Characters in one row, quotes and line ends included."""
MAX_FILE: Final = 8 * 1024**3
"""Bytes in one file."""

BLOCK: Final = 256 * 1024
"""Characters that are read at once."""

BATCH: Final = 1_000
"""Rows that are read at once where they are asked for one by one."""

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
class _Held:
    """Rows that have been read and not been looked at."""

    before: int
    """Lines of the file before them."""
    rows: list[list[str]] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    """The line after the header on which each one ends."""
    problems: dict[int, str] = field(default_factory=dict)
    """What is wrong with the quotes of some."""


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
        for block in self.blocks(BATCH, MAX_ROW):
            yield from block.each()

    def blocks(self, most: int, longest: int) -> Iterator[RowBlock]:
        """Yield the rows in blocks of at most `most`, and hardly more than `longest` characters.

        What refuses the file is raised once the rows before it have been yielded.
        """
        reader = csv.reader(self._lines, strict=True)
        while True:
            held = _Held(self._lines_of_header + reader.line_num)
            try:
                over = self._hold(reader, held, most, longest)
            except (ImportRefused, UnicodeDecodeError):
                yield from self._block(held)
                raise
            yield from self._block(held)
            if over:
                return

    def _hold(self, reader: "Reader", held: "_Held", most: int, longest: int) -> bool:
        """Read rows until there are enough; return whether the file is over."""
        lines, rows, ends = self._lines, held.rows, held.ends
        start, header = lines.characters, self._lines_of_header
        while True:
            try:
                # The loop is one step of Python a row: it is what the speed of an import rests on.
                for cells in reader:
                    lines.since = 0
                    rows.append(cells)
                    ends.append(reader.line_num)
                    if len(rows) >= most or lines.characters - start > longest:
                        return False
            except csv.Error as error:
                line = (header + ends[-1] if ends else held.before) + 1
                held.problems[len(rows)] = self._quotes(line, header + reader.line_num, error)
                lines.since = 0
                rows.append([])
                ends.append(reader.line_num)
                if len(rows) >= most:
                    return False
            else:
                return True

    def _block(self, held: "_Held") -> Iterator[RowBlock]:
        """Yield the rows with the lines on which they begin, without blank ones, if any is left."""
        rows, header = held.rows, self._lines_of_header
        if not rows:
            return
        last = header + held.ends[-1]
        lines: Sequence[int] = range(held.before + 1, last + 1)
        if len(lines) != len(rows):
            lines = [held.before + 1, *(header + end + 1 for end in held.ends[:-1])]
        sound = set(map(len, rows)) == {len(self.header)} and not self._lines.nul
        if sound and not held.problems:
            yield RowBlock(lines, rows, ())
            return
        judged = [
            (line, cells, held.problems.get(at) or self._judged(cells))
            for at, (line, cells) in enumerate(zip(lines, rows, strict=True))
            if cells or at in held.problems
        ]
        if judged:
            begins, cells, problems = zip(*judged, strict=True)
            yield RowBlock(begins, cells, problems if any(problems) else ())

    def _judged(self, cells: Sequence[str]) -> str:
        """Return the rule that a row breaks, if any."""
        width = len(self.header)
        if len(cells) != width:
            return f"the row has {len(cells)} cells, the header {width}"
        if self._lines.nul and any("\0" in cell for cell in cells):
            return "the row holds a NUL character"
        return ""

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
