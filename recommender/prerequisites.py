"""Prerequisites: which of them a teacher lacks, and what to begin with in place of what asks."""

import numpy as np
from numpy.typing import NDArray

from recommender.asking import Asking
from recommender.axes import ABSENT
from recommender.catalog import Catalog
from recommender.eligibility import Exclusion, held
from recommender.teacher_state import TeacherStates
from recommender.words_said import Mask


def missing_prerequisites(state: TeacherStates, catalog: Catalog, column: int) -> list[int]:
    """Return the columns of what one teacher must hold before a credential and does not."""
    asked = catalog.prerequisites.of(column)
    return [int(first) for first in asked[~held(state, len(catalog))[0, asked]]]


def first_steps(
    scores: NDArray[np.float32],
    codes: NDArray[np.int8],
    states: TeacherStates,
    catalog: Catalog,
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Let a missing prerequisite stand in the place of what it leads to.

    A credential that nothing but prerequisites keeps out gives its score to those that are missing,
    where each of them may be suggested or is led to in the same way; the greatest score counts.

    Parameters
    ----------
    scores
        Of every credential for n teachers, float32[n, m].
    codes
        Of `exclusions_of`, int8[n, m].
    states, catalog
        The teachers' states and the catalog.

    Returns
    -------
    Scores by which to place credentials, float32[n, m], and of each that was raised the column of
    what it leads to, `ABSENT` elsewhere, int32[n, m].
    """
    aims = np.full(scores.shape, ABSENT, dtype=np.int32)
    asking = catalog.asking
    blocked = codes[:, asking.columns] == Exclusion.PREREQUISITE_MISSING.code
    if not blocked.any():
        return scores, aims
    own = held(states, len(catalog))
    reached = _within_reach(asking, blocked, own | (codes == Exclusion.ELIGIBLE.code))
    row, edge = np.nonzero(reached[:, asking.place] & ~own[:, asking.first])
    placed = _raised(scores, aims, row, asking.owner[edge], asking.first[edge])
    beyond = np.nonzero(reached)
    aims[beyond[0], asking.columns[beyond[1]]] = ABSENT
    return placed, aims


def _within_reach(asking: Asking, blocked: Mask, at_hand: Mask) -> Mask:
    """Return what is asked for first and can be had, all of it, whatever that asks for in turn.

    Parameters
    ----------
    asking
        The k credentials that ask for others.
    blocked
        Which of them nothing else keeps out, bool[n, k].
    at_hand
        What is held or can be had as it is, bool[n, m]; what comes into reach is added to it.
    """
    reached = blocked & asking.answered(at_hand)
    while True:
        at_hand[:, asking.columns] |= reached
        further = blocked & asking.answered(at_hand)
        if np.array_equal(further, reached):
            return reached
        reached = further


def _raised(
    scores: NDArray[np.float32],
    aims: NDArray[np.int32],
    row: NDArray[np.int64],
    owner: NDArray[np.int64],
    first: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Return the scores with each credential's given on to what it asks for; aims are written.

    Parameters
    ----------
    scores, aims
        Of n teachers, (n, m).
    row, owner, first
        The pairs along which scores are given on: teacher, what asks and what it asks for.
    """
    placed = scores.copy()
    while True:
        rises = placed[row, owner] > placed[row, first]
        if not rises.any():
            return placed
        at, giver, taker = row[rises], owner[rises], first[rises]
        value, aim = placed[at, giver], aims[at, giver]
        aim = np.where(aim == ABSENT, giver, aim)
        # Of repeated places the last assignment stays: the greatest score, then the first aim.
        order = np.lexsort((-aim, value))
        placed[at[order], taker[order]] = value[order]
        aims[at[order], taker[order]] = aim[order]
