"""What coaches put in front of a list, or took out: pins, goals and vetoes.

A pin stands first, a goal next; behind them the list goes on as it would without them. What is not
eligible stands nowhere: what the teacher said, or what the rules say, goes before a pin.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from recommender.slate import Slate
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import ActKind


def acted_on(state: TeacherStates, kind: ActKind) -> NDArray[np.int32]:
    """Return the columns that coaches of one teacher pinned, vetoed or set as a goal."""
    if state.acts is None:
        return np.zeros(0, dtype=np.int32)
    rows = state.acts.rows
    columns: NDArray[np.int32] = rows["credential"][rows["kind"] == kind.code]
    return columns


def front_of(
    state: TeacherStates, scores: NDArray[np.float32], eligible: NDArray[np.bool_]
) -> dict[int, ActKind]:
    """Return the eligible columns that stand in front, in order: pins, then goals.

    Of either kind the higher score goes first, then the lower column.
    """
    return {
        int(column): kind
        for kind in (ActKind.PIN, ActKind.GOAL)
        for column in sorted(
            acted_on(state, kind), key=lambda column: (-float(scores[column]), int(column))
        )
        if eligible[column]
    }


def put_in_front(
    front: list[int],
    listed: NDArray[np.bool_],
    k: int,
    after: int | None,
    others: Callable[[int, int | None], Slate],
) -> tuple[Slate, int]:
    """Return the next k of a list that begins with some columns, and how many of these it has.

    Parameters
    ----------
    front
        The columns that stand first, in order.
    listed
        What the list may hold, bool[m].
    k, after
        At most so many, behind this column.
    others
        Gives the slate of the rest, so many behind a column (or from its beginning).
    """
    ahead = sum(bool(listed[column]) for column in front)
    if after is not None and after not in front:
        rest = others(k, after)
        return Slate(rest.columns, rest.first_rank + ahead, rest.total + ahead, rest.trial), ahead
    start = 0 if after is None else front.index(after) + 1
    left = [column for column in front[start:] if listed[column]]
    rest = others(max(k - len(left), 1), None)
    columns = (*left, *rest.columns)[:k]
    return Slate(columns, ahead - len(left) + 1, rest.total + ahead, rest.trial), ahead
