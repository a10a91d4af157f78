"""The store's dates, levels and words as numbers; one way for snapshot and live alike."""

from collections.abc import Iterable
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from recommender.clock import day_end_ms, day_start_ms, to_ms
from recommender.store.columns import UNDATED
from recommender.teacher_state import UNDATED_MS
from recommender.vocabulary import Coded


def moments(values: Iterable[datetime]) -> NDArray[np.int64]:
    """Return moments in ms, `UNDATED_MS` for `UNDATED`; shape (len(values),)."""
    return np.fromiter(
        (UNDATED_MS if value == UNDATED else to_ms(value) for value in values), dtype=np.int64
    )


def day_starts(values: Iterable[date]) -> NDArray[np.int64]:
    """Return the first moment of each day."""
    return np.fromiter((day_start_ms(value) for value in values), dtype=np.int64)


def day_ends(values: Iterable[date]) -> NDArray[np.int64]:
    """Return the last moment of each day."""
    return np.fromiter((day_end_ms(value) for value in values), dtype=np.int64)


def numbers(values: Iterable[float | None]) -> NDArray[np.float64]:
    """Return numbers, NaN where there is none."""
    return np.fromiter((np.nan if value is None else value for value in values), dtype=np.float64)


def codes(values: Iterable[str], words: type[Coded]) -> NDArray[np.int8]:
    """Return the code of each word of an enumeration."""
    position = {word.value: word.code for word in words}
    return np.fromiter((position[value] for value in values), dtype=np.int8)
