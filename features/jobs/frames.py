"""What every job does: read columns in chunks, leave out what came later, number and order rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, Select

from features.state import share_of_scale
from recommender.axes import ABSENT
from recommender.clock import day_end_ms
from recommender.store.columns import FOREVER
from recommender.vocabulary import Coded

CHUNK: Final = 50_000
"""So many rows are Python objects at a time."""

FOREVER_MS: Final = day_end_ms(FOREVER)

Convert = Callable[[Sequence[Any]], NDArray[Any]]


def integers(values: Sequence[int]) -> NDArray[np.int64]:
    """Return whole numbers as they are."""
    return np.array(values, dtype=np.int64)


def texts(values: Sequence[str]) -> NDArray[Any]:
    """Return texts as objects."""
    return np.array(values, dtype=object)


def flags(values: Sequence[bool]) -> NDArray[np.bool_]:
    """Return truth values."""
    return np.array(values, dtype=bool)


def read_frame(
    connection: Connection,
    statement: Select[*tuple[Any, ...]],
    columns: Mapping[str, Convert],
) -> pd.DataFrame:
    """Read a statement's columns chunk by chunk, each made numbers at once.

    Parameters
    ----------
    connection
        A connection to the store.
    statement
        Selects as many columns as `columns` names, in that order.
    columns
        Name and conversion of each column.
    """
    parts: list[list[NDArray[Any]]] = [[convert([])] for convert in columns.values()]
    streamed = connection.execute(statement, execution_options={"yield_per": CHUNK})
    for chunk in streamed.partitions(CHUNK):
        values = zip(*chunk, strict=True)
        for part, convert, column in zip(parts, columns.values(), values, strict=True):
            part.append(convert(column))
    joined = {name: np.concatenate(part) for name, part in zip(columns, parts, strict=True)}
    return pd.DataFrame(joined)


def known_by(raw: pd.DataFrame, as_of: int, column: str = "on") -> pd.DataFrame:
    """Return the rows whose moment is `as_of` or before; undated ones are."""
    mask = raw[column].to_numpy() <= as_of
    return raw if mask.all() else raw.loc[mask].reset_index(drop=True)


@dataclass(frozen=True)
class Numbering:
    """Row of a snapshot's table for each key of the store's table; `ids` ascend."""

    ids: NDArray[np.int64]
    rows: NDArray[np.int32]

    @classmethod
    def of(cls, ids: NDArray[np.int64]) -> "Numbering":
        """Give each id the row in which it stands."""
        order = np.argsort(ids)
        return cls(ids[order], order.astype(np.int32))

    def __call__(self, ids: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the row of each id, `ABSENT` where it has none."""
        if not len(self.ids):
            return np.full(len(ids), ABSENT, dtype=np.int32)
        place = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[place] == ids, self.rows[place], ABSENT).astype(np.int32)


def timestamps(moments: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Return moments as `datetime64[ms]`; an undated one becomes 'not a time'."""
    return moments.view("datetime64[ms]")


def coded(codes: NDArray[Any], words: type[Coded]) -> "pd.Categorical[Any]":
    """Return codes of an enumeration as its words."""
    categories = pd.CategoricalDtype([word.value for word in words])
    return pd.Categorical.from_codes(codes.astype(np.int64), dtype=categories)


def plain(column: "pd.Series[Any]") -> NDArray[Any]:
    """Return a column as plain numbers that sort as the column should; 'not a time' comes first."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy()
    if pd.api.types.is_datetime64_dtype(column.dtype):
        return column.to_numpy().astype("datetime64[ms]").view(np.int64)
    if pd.api.types.is_string_dtype(column.dtype):
        return pd.factorize(column, sort=True)[0]
    return column.to_numpy()


def in_order(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the rows ordered by some columns and then all others, numbered anew.

    The order is of the content alone, so two stores with the same facts give the same rows.
    """
    names = [*by, *(name for name in frame.columns if name not in by)]
    order = np.lexsort([plain(frame[name]) for name in reversed(names)])
    return frame.iloc[order].reset_index(drop=True)


def level_columns(known: pd.DataFrame, teachers: Numbering, standards: Numbering) -> dict[str, Any]:
    """Return the columns that a rating and a self-assessment share, by name.

    The level is the share of its own scale above the lowest level, NaN where not given.
    """
    return {
        "teacher": teachers(known["teacher_id"].to_numpy()),
        "standard": standards(known["standard_id"].to_numpy()),
        "level": share_of_scale(known["level"], known["low"], known["high"]),
        "low": known["low"].to_numpy(),
        "high": known["high"].to_numpy(),
        "on": timestamps(known["on"].to_numpy()),
    }
