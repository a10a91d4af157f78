"""CSV files written column by column: labels are looked up in bulk, rows joined by `csv` in C."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.demo.arrays import Ints

CHUNK: Final = 200_000
"""Rows turned into text at a time, so that memory stays bounded."""


@dataclass(frozen=True)
class Labels:
    """A column of few different texts: `labels[places[i]]` stands in row i.

    A place of -1 is the last label: where that can be, it is the empty text.
    """

    labels: Sequence[str]
    places: NDArray[Any]

    def __len__(self) -> int:
        return len(self.places)

    def texts(self, start: int, stop: int) -> list[str]:
        """Return the texts of some rows."""
        return list(np.array(self.labels, dtype=object)[self.places[start:stop]])


@dataclass(frozen=True)
class Texts:
    """A column of ready texts."""

    values: Sequence[str]

    def __len__(self) -> int:
        return len(self.values)

    def texts(self, start: int, stop: int) -> list[str]:
        """Return the texts of some rows."""
        return list(self.values[start:stop])


@dataclass(frozen=True)
class Days:
    """A column of days since 1970 as ISO dates; a negative day is an empty cell."""

    days: Ints

    def __len__(self) -> int:
        return len(self.days)

    def texts(self, start: int, stop: int) -> list[str]:
        """Return the texts of some rows."""
        days, places = np.unique(self.days[start:stop], return_inverse=True)
        dates = np.datetime_as_string(days.astype("datetime64[D]")).astype(object)
        dates[days < 0] = ""
        return list(dates[places])


@dataclass(frozen=True)
class Moments:
    """A column of seconds since 1970 as moments in UTC."""

    seconds: Ints

    def __len__(self) -> int:
        return len(self.seconds)

    def texts(self, start: int, stop: int) -> list[str]:
        """Return the texts of some rows."""
        moments = self.seconds[start:stop].astype("datetime64[s]")
        return list(np.datetime_as_string(moments, unit="s", timezone="UTC").tolist())


Column = Labels | Texts | Days | Moments
Table = dict[str, Column]


def write_table(path: Path, table: Table) -> int:
    """Write a header and the rows (UTF-8, LF); returns the number of rows.

    Raises
    ------
    ValueError
        Columns are not of one length.
    """
    lengths = {len(column) for column in table.values()}
    if len(lengths) != 1:
        raise ValueError(f"{path.name}: columns of different lengths")
    rows = lengths.pop()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table)
        for start in range(0, rows, CHUNK):
            parts = [column.texts(start, start + CHUNK) for column in table.values()]
            writer.writerows(zip(*parts, strict=True))
    return rows


def constant(value: str, rows: int) -> Labels:
    """Return a column that is the same in every row."""
    return Labels([value], np.zeros(rows, dtype=np.int8))


def numbers(values: NDArray[Any]) -> Texts:
    """Return a column of numbers in their shortest form; nan is an empty cell."""
    return Texts(["" if value != value else f"{value:g}" for value in values.tolist()])  # noqa: PLR0124 - nan is unlike itself
