"""What an import tells: counts per file, what was left alone, and the report of rejected rows."""

import csv
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any, Final

from features.importers.sources import LINE
from recommender.errors import InvalidInput

REPORT_COLUMNS: Final = ("file", "line", "column", "value", "rule")
SHOWN: Final = 200
"""Characters of a value that a report shows."""
EXAMPLES: Final = 5
"""Rejected rows that are told at once."""
KEPT: Final = 200
"""Rejected rows whose places the store keeps, without their values."""

_FORMULA_START: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_EMAIL: Final = re.compile(r"\S*@\S*")


@dataclass
class FileSummary:
    """What came of one file; every row is counted once, in one of the six counts after `rows`."""

    file: str
    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    repeats: int = 0
    """Rows equal to another row of this import."""
    overridden: int = 0
    """Rows with the key of a later row, but other values: the later one counts."""
    rejected: int = 0
    closed: int = 0
    """Alignments that are no longer named and end with this import."""
    stubs: dict[str, int] = field(default_factory=dict)
    """Unknown ids that this file was the first to name, by what they name."""
    unknown_columns: tuple[str, ...] = ()
    """Columns that no contract knows; they were not read."""
    format: str = "plain CSV"
    """What the file was recognised as."""
    contract: str = ""
    """The contract that its rows were brought into."""
    set_aside: dict[str, int] = field(default_factory=dict)
    """What was understood and not taken, by reason."""


@dataclass
class ImportSummary:
    """What came of one import."""

    district: str
    as_of: date
    dry_run: bool
    files: list[FileSummary] = field(default_factory=list)
    left_alone: dict[str, str] = field(default_factory=dict)
    """Files that were not read, and why."""
    examples: list[str] = field(default_factory=list)
    """The first rejected rows as sentences."""
    rejections: list[dict[str, Any]] = field(default_factory=list)
    """Where the first rejected rows broke which rule; no value of a row."""
    report: Path | None = None
    """Where every rejected row stands."""

    @property
    def rejected(self) -> int:
        """Rejected rows of all files."""
        return sum(item.rejected for item in self.files)

    @property
    def stubs(self) -> int:
        """Stubs of all files."""
        return sum(sum(item.stubs.values()) for item in self.files)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values for JSON; no value of a row is in it."""
        plain = asdict(self)
        del plain["examples"]
        return plain | {
            "as_of": self.as_of.isoformat(),
            "report": None if self.report is None else str(self.report),
        }


@dataclass(frozen=True)
class Rejection:
    """One broken rule: where, and what may be shown of it."""

    file: str
    line: int
    column: str
    value: str
    rule: str
    unit: str = LINE
    """What `line` counts."""

    def place(self) -> dict[str, Any]:
        """Return where which rule was broken, without the value."""
        return {
            "file": self.file,
            "line": self.line,
            "unit": self.unit,
            "column": self.column,
            "rule": self.rule,
        }

    def sentence(self) -> str:
        """Return it as one sentence for a person, without the value."""
        return f"{self.file}, {self.unit} {self.line}: {f'{self.column} {self.rule}'.strip()}."


class RejectedRows:
    """Writes rejected rows to a CSV file as they are found; the file is made with the first one.

    It is written beside its place and moved there by `keep`; `discard` leaves nothing behind.
    """

    def __init__(self, path: Path, *, always: bool) -> None:
        self.path = path
        self.examples: list[str] = []
        self.places: list[dict[str, Any]] = []
        self._always = always
        self._partial = path.with_name(path.name + ".partial")
        self._stream: IO[str] | None = None
        self._made_folder = False

    def add(self, rejection: Rejection) -> None:
        """Write one rejected row."""
        if len(self.examples) < EXAMPLES:
            self.examples.append(rejection.sentence())
        if len(self.places) < KEPT:
            self.places.append(rejection.place())
        self._write(
            (
                rejection.file,
                rejection.line,
                rejection.column,
                _EMAIL.sub("(e-mail)", rejection.value)[:SHOWN],
                rejection.rule,
            )
        )

    @property
    def planned(self) -> Path | None:
        """Where the report will stand; None where there is nothing to report."""
        return self.path if self._always or self._stream is not None else None

    def keep(self) -> None:
        """Move the report to its place."""
        if self.planned is not None:
            self.open().close()
            self._partial.replace(self.path)

    def discard(self) -> None:
        """Take the unfinished report away."""
        if self._stream is not None:
            self._stream.close()
            self._partial.unlink(missing_ok=True)
            if self._made_folder:
                self.path.parent.rmdir()

    def _write(self, cells: Sequence[object]) -> None:
        csv.writer(self.open(), lineterminator="\n").writerow(
            [cell if isinstance(cell, int) else spreadsheet_safe(str(cell)) for cell in cells]
        )

    def open(self) -> IO[str]:
        """Make the file, once."""
        if self._stream is None:
            if self.path.is_dir():
                raise InvalidInput(f"The report cannot be written to {self.path}: it is a folder.")
            self._made_folder = not self.path.parent.exists()
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._stream = self._partial.open("w", encoding="utf-8", newline="")
            except OSError as error:
                raise InvalidInput(
                    f"The report cannot be written to {self.path}: {os.strerror(error.errno or 0)}."
                ) from None
            csv.writer(self._stream, lineterminator="\n").writerow(REPORT_COLUMNS)
        return self._stream


@contextmanager
def rejected_rows(path: Path, *, always: bool) -> Iterator[RejectedRows]:
    """Yield a report that leaves nothing behind unless it was kept."""
    report = RejectedRows(path, always=always)
    try:
        if always:
            report.open()
        yield report
    except BaseException:
        report.discard()
        raise


def write_json_report(summary: ImportSummary, path: Path) -> None:
    """Write what came of an import as JSON, beside its place first.

    Raises
    ------
    InvalidInput
        It cannot be written.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(summary.as_dict(), indent=2) + "\n", encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise InvalidInput(
            f"The report cannot be written to {path}: {os.strerror(error.errno or 0)}."
        ) from None


def spreadsheet_safe(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_START) else cell
