"""Frameworks, their standards, and the crosswalk between them."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Standard(SQLModel, table=True):
    """A standard of a framework at some depth; the root's code is the framework's own name.

    A rating on the root (an overall result) says nothing about the standards below it.
    """

    __tablename__ = "standard"
    __table_args__ = (UniqueConstraint("framework", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    framework: str
    code: str
    title: str = ""
    parent: str = ""
    """Code of the parent in the same framework; empty for the root."""
    known: bool = True
    source: str = ""
    verified: bool = False


class CrosswalkLink(SQLModel, table=True):
    """A link from one framework's standard to another's, with where it comes from."""

    __tablename__ = "crosswalk_link"
    __table_args__ = (UniqueConstraint("from_standard_id", "to_standard_id"),)

    id: int | None = Field(default=None, primary_key=True)
    from_standard_id: int = Field(foreign_key="standard.id")
    to_standard_id: int = Field(foreign_key="standard.id")
    strength: float = 1.0
    source: str = ""
    verified: bool = False
