"""What a contract is: a file's columns, the table they go to, and how a row finds its place.

The contracts themselves stand in `plain_contracts`. Everything else in this folder is driven by
these declarations: `reader` and `rows` check a file against them, `staging` makes a table of them,
`merge` turns them into SQL.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import Any

from sqlalchemy import String, Table
from sqlalchemy.types import TypeEngine

from features.importers.parsing import Parser, text


class Presence(Enum):
    """What a file must have of a column."""

    CELL = auto()
    """The column, and something in each cell."""
    HEADER = auto()
    """The column; a cell may be empty."""
    OPTIONAL = auto()
    """Nothing; without the column, what the store holds stays as it is."""
    DERIVED = auto()
    """Not in the file: made from the row's other cells."""


class Scope(Enum):
    """Which district a row belongs to when the row itself does not say."""

    PEOPLE = auto()
    """The import's district; a folder that names several must say it in each row."""
    CATALOG = auto()
    """The import's district with `--local`, otherwise shared by all."""
    ABOUT_CATALOG = auto()
    """Says something of a credential: the district's own if it has one, else the shared one."""
    NONE = auto()
    """Belongs to no district."""


class Entity(Enum):
    """What a row may refer to by an outside id."""

    TEACHER = "teachers"
    COACH = "coaches"
    CREDENTIAL = "credentials"
    STANDARD = "standards"


class Style(Enum):
    """How a changed row enters a table."""

    IN_PLACE = auto()
    """The row is updated."""
    FACT = auto()
    """The old row is superseded and a new one added."""
    DATED = auto()
    """The old row's validity ends the day before; a new one begins."""


@dataclass(frozen=True)
class Column:
    """A column of a file and of its staging table."""

    name: str
    parse: Parser = text
    presence: Presence = Presence.OPTIONAL
    default: Any = ""
    """Value of an empty cell."""
    type: type[TypeEngine[Any]] | TypeEngine[Any] = String
    private: bool = False
    """Its value is never shown in a report (ratings, e-mail addresses)."""


@dataclass(frozen=True)
class Reference:
    """Cells that name a row of another table, and the target's column that holds its id."""

    entity: Entity
    columns: tuple[str, ...]
    into: str


@dataclass(frozen=True)
class Target:
    """A table that rows of a file end in."""

    table: Table
    style: Style
    key: tuple[str, ...]
    """The natural key, in the target's column names, without what `style` adds."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Target column -> staging column, for everything that is not a reference."""
    references: tuple[Reference, ...] = ()
    group: str = ""
    """DATED: what a file names whole (a credential's alignments); empty where rows stand alone."""
    ends: str = ""
    """DATED: the staging column that says no where a row only ends what is in force."""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every column of the table that comes from the file."""
        return (*(reference.into for reference in self.references), *self.fields)

    @cached_property
    def values(self) -> tuple[str, ...]:
        """Columns that are not of the key."""
        return tuple(name for name in self.columns if name not in self.key)


Row = dict[str, Any]


def no_check(_row: Row) -> None:
    """Find nothing wrong."""


@dataclass(frozen=True)
class Contract:
    """One kind of CSV file."""

    name: str
    columns: tuple[Column, ...]
    targets: tuple[Target, ...]
    scope: Scope = Scope.PEOPLE
    check: Callable[[Row], None] = no_check
    """Judges the parsed row as a whole and fills what is derived; raises `RowRejected`."""
    own_references: tuple[Reference, ...] = ()
    """References to rows of the same table: looked up once the file itself is merged."""
    holds_ratings: bool = False
    """Numbers found in any column of it are kept out of reports."""

    @property
    def file_name(self) -> str:
        """Name of the file."""
        return f"{self.name}.csv"

    @cached_property
    def in_file(self) -> tuple[Column, ...]:
        """Columns that may stand in the file, `district_id` left out."""
        return tuple(item for item in self.columns if item.presence is not Presence.DERIVED)

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """What a row refers to; a further target refers to the row of the first one."""
        return self.targets[0].references


class RowRejected(ValueError):
    """A row breaks its contract."""

    def __init__(self, column: str, rule: str, value: str = "") -> None:
        super().__init__(rule)
        self.column = column
        self.rule = rule
        self.value = value
