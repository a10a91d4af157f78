"""What an import reads from: a source of rows, whatever its format, and the formats themselves."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import NamedTuple, Protocol

from features.importers.contracts import Contract

LINE = "line"
ITEM = "item"
"""What a JSON file's rows are counted in: it may be one single line."""


class RawRow(NamedTuple):
    """A row as it stands in the file; `problem` is the rule that it breaks, or empty."""

    line: int
    cells: Sequence[str]
    problem: str


class RowBlock(NamedTuple):
    """Many rows as they stand in the file."""

    lines: Sequence[int]
    rows: Sequence[Sequence[str]]
    problems: Sequence[str]
    """The rule that each row breaks, or empty; nothing at all where no row breaks one."""

    def each(self) -> Iterator[RawRow]:
        """Yield the rows one by one."""
        return map(RawRow, self.lines, self.rows, self.problems or repeat(""))


class RowTable(Protocol):
    """Rows in the columns of a contract, as text, read one after the other."""

    @property
    def name(self) -> str:
        """Name by which messages call it."""
        ...

    @property
    def header(self) -> Sequence[str]:
        """Names of the columns."""
        ...

    @property
    def unit(self) -> str:
        """What `RawRow.line` counts: lines or items."""
        ...

    @property
    def set_aside(self) -> Mapping[str, int]:
        """What was understood and not taken, by reason; complete once the rows have been read."""
        ...

    @property
    def position(self) -> int:
        """Bytes read so far."""
        ...

    def rows(self) -> Iterator[RawRow]:
        """Yield each row."""
        ...


class CatalogEntry(NamedTuple):
    """What tells a credential from others."""

    id: str
    title: str
    issuer: str
    url: str
    standards: frozenset[tuple[str, str]]
    """Framework and code of each standard that it is aligned to."""


class Lookups(Protocol):
    """What the store, and what is staged already, knows of other ids than ours."""

    def teacher_with_email(self, email: str) -> str | None:
        """Return the id of the teacher with this e-mail address."""
        ...

    def is_teacher(self, name: str) -> bool:
        """Return whether a teacher has this id."""
        ...

    def credential_known_as(self, address: str) -> str | None:
        """Return the id of the credential that has this id, or this page."""
        ...

    def addresses(self) -> Iterable[tuple[str, str]]:
        """Return the e-mail address and the id of each teacher of the district who has one."""
        ...

    def catalog(self) -> Iterable[CatalogEntry]:
        """Return what may be earned: shared credentials, and the district's own."""
        ...


class Asides(dict[str, int]):
    """Counts of what was understood and not taken, by reason."""

    def add(self, reason: str, number: int = 1) -> None:
        """Count what was not taken."""
        if number:
            self[reason] = self.get(reason, 0) + number


@dataclass
class Converted:
    """A `RowTable` whose rows a converter makes."""

    name: str
    header: Sequence[str]
    made: Iterable[RawRow]
    unit: str = ITEM
    set_aside: Asides = field(default_factory=Asides)
    at: Callable[[], int] = int

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self.at()

    def rows(self) -> Iterator[RawRow]:
        """Yield each row."""
        return iter(self.made)


@dataclass(frozen=True)
class Source:
    """Rows of one contract, in a file that is opened when its turn comes."""

    path: Path
    contract: Contract
    format: str
    """As an import names what it recognised: 'CASE 1.0'."""
    open: Callable[[Lookups], AbstractContextManager[RowTable]]

    @cached_property
    def size(self) -> int:
        """Bytes to be read."""
        return self.path.lstat().st_size

    @property
    def folder(self) -> Path:
        """Folder whose roster says the district."""
        return self.path.parent


@dataclass(frozen=True)
class Setting:
    """What a format may need to know of the import."""

    district: str | None
    """The one named with --district."""
    as_of: date
    """First day of what changes."""


class Sample(Protocol):
    """A file and its beginning."""

    @property
    def path(self) -> Path:
        """Where it stands."""
        ...

    @property
    def head(self) -> bytes:
        """Its first bytes."""
        ...

    @property
    def json_names(self) -> frozenset[str]:
        """Names of JSON members in the head; empty where it is no JSON."""
        ...

    @property
    def csv_header(self) -> tuple[str, ...]:
        """Names of the first row, in small letters; empty where it is no CSV."""
        ...


class Format(Protocol):
    """A kind of foreign file."""

    @property
    def name(self) -> str:
        """Name of the family: 'CASE'."""
        ...

    def recognise(self, sample: Sample) -> float:
        """Return how sure it is that the file is of this format, from 0 to 1."""
        ...

    def sources(self, samples: Sequence[Sample], setting: Setting) -> "Taken":
        """Return the sources of all files of this format, which may refer to each other."""
        ...


@dataclass(frozen=True)
class Taken:
    """What a format takes of the files given to it."""

    sources: tuple[Source, ...] = ()
    left_alone: Mapping[str, str] = field(default_factory=dict)
    """Files that are not read, and why."""
    districts: frozenset[tuple[Path, str]] = frozenset()
    """Folders, and the districts that a roster in them names."""
