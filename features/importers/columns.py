"""Columns, references and checks that several contracts share."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from sqlalchemy import Boolean, Double, Table
from sqlmodel import SQLModel

from features.importers import parsing as p
from features.importers.contracts import Column, Entity, Presence, Reference, Row, RowRejected

DISTRICT: Final = Column("district_id", p.key, default=None)
"""May stand in every file whose rows belong to a district."""

STRENGTH: Final = Column("strength", p.strength, default=1.0, type=Double)
VERIFIED: Final = Column("verified", p.yes_no, default=False, type=Boolean)
TEACHER: Final = Reference(Entity.TEACHER, ("teacher_id",), "teacher_id")
COACH: Final = Reference(Entity.COACH, ("coach_id",), "coach_id")
CREDENTIAL: Final = Reference(Entity.CREDENTIAL, ("credential_id",), "credential_id")
STANDARD: Final = Reference(Entity.STANDARD, ("framework", "standard_code"), "standard_id")


def words(members: Iterable[StrEnum]) -> dict[str, str]:
    """Return the words of an enumeration, each standing for itself."""
    return {member.value: member.value for member in members}


def table_of(model: type[SQLModel]) -> Table:
    """Return a model's table."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def key_column(name: str) -> Column:
    """Return a column with an id in each cell."""
    return Column(name, p.key, Presence.CELL)


def code_column(name: str) -> Column:
    """Code of a standard; empty means the framework's root."""
    return Column(name, p.key, Presence.HEADER)


def number_column(name: str) -> Column:
    """Return a column of numbers; empty means unknown."""
    return Column(name, p.number, default=None, type=Double)


def texts(*names: str) -> tuple[Column, ...]:
    """Return columns of any text."""
    return tuple(Column(name) for name in names)


def lists(*names: str) -> tuple[Column, ...]:
    """Return columns of lists separated by '|'."""
    return tuple(Column(name, p.text_list) for name in names)


def same(*names: str) -> dict[str, str]:
    """Return fields whose columns have the same name in the file and in the table."""
    return {name: name for name in names}


def fill_root(row: Row, framework: str, code: str) -> None:
    """Take an empty code for the framework's root."""
    row[code] = row[code] or row[framework]


def check_period(row: Row, first: str, last: str) -> None:
    """Refuse a period that ends before it begins."""
    if row[last] < row[first]:
        raise RowRejected(last, f"is before {first}", str(row[last]))
