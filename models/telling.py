"""From what adds to a score to the facts that tell of it; for every kind of evidence alike."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from recommender.facts import Fact, FactKind
from recommender.teacher_state import UNDATED_MS

T = TypeVar("T")


def above_nothing(values: NDArray[np.float32]) -> list[tuple[int, float]]:
    """Return the places of the values that are not 0, and the values."""
    where = np.flatnonzero(values)
    return list(zip(where.tolist(), values[where].tolist(), strict=True))


def strongest_first(shares: NDArray[Any], things: Sequence[T]) -> list[T]:
    """Return the things that add something to a score, what adds most first.

    Parameters
    ----------
    shares
        What each of the r things adds, float[r].
    things
        In any order; of equals the first stays first.
    """
    pairs = zip(shares.tolist(), things, strict=True)
    adding = [(share, thing) for share, thing in pairs if share > 0]
    adding.sort(key=itemgetter(0), reverse=True)
    return [thing for _, thing in adding]


def dated_fact(kind: FactKind, credential: int, on: int) -> Fact:
    """Return what a teacher did with a credential, and when if that is known.

    Parameters
    ----------
    kind
        What was done.
    credential
        Its column.
    on
        The moment in ms, or `UNDATED_MS`.
    """
    return Fact(kind=kind, credential=credential, on=None if on == UNDATED_MS else on)
