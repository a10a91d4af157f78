"""Ids that a query names: databases take only so many parameters at once."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

Id = TypeVar("Id")

IDS_A_QUERY: Final = 500
"""SQLite allows 32,766 parameters, PostgreSQL 65,535."""


def by_query(ids: Sequence[Id]) -> Iterator[Sequence[Id]]:
    """Yield the ids that one query after the other names, at most `IDS_A_QUERY` at a time."""
    for start in range(0, len(ids), IDS_A_QUERY):
        yield ids[start : start + IDS_A_QUERY]
