"""Prerequisites: which of them a teacher lacks, and what to begin with in place of what asks."""

import numpy as np
from numpy.typing import NDArray

from recommender.catalog import Catalog
from recommender.eligibility import Exclusion, Mask, held
from recommender.teacher_state import TeacherStates


def missing_prerequisites(state: TeacherStates, catalog: Catalog, column: int) -> list[int]:
    """Return the columns of what one teacher must hold before a credential and does not."""
    asked = catalog.prerequisites.of(column)
    return [int(first) for first in asked[~held(state, len(catalog))[asked]]]


def first_steps(
    scores: NDArray[np.float32], codes: NDArray[np.int8], state: TeacherStates, catalog: Catalog
) -> tuple[NDArray[np.float32], dict[int, int]]:
    """Let a missing prerequisite stand in the place of what it leads to.

    A credential that nothing but prerequisites keeps out gives its score to those that are missing,
    where each of them may be suggested or is led to in the same way; the greatest score counts.

    Parameters
    ----------
    scores
        Of every credential, float32[m].
    codes
        Of `exclusions`, int8[m].
    state, catalog
        One teacher's state and the catalog.

    Returns
    -------
    Scores by which to place credentials, float32[m], and for each column that was raised the column
    of what it leads to.
    """
    blocked = codes == Exclusion.PREREQUISITE_MISSING.code
    if not blocked.any():
        return scores, {}
    asked = catalog.prerequisites
    open_ = blocked[asked.owner] & ~held(state, len(catalog))[asked.rows]
    owners, firsts = asked.owner[open_], asked.rows[open_]
    within_reach = _within_reach(owners, firsts, codes == Exclusion.ELIGIBLE.code)
    led = within_reach[owners]
    missing: dict[int, list[int]] = {}
    for column, first in zip(owners[led].tolist(), firsts[led].tolist(), strict=True):
        missing.setdefault(column, []).append(first)
    placed, leads_to = scores.copy(), dict[int, int]()
    best = scores.tolist()
    # What scores no higher than all that it asks for raises nothing.
    raising = led & (scores[owners] > scores[firsts])
    aims = np.flatnonzero(np.bincount(owners[raising], minlength=len(scores)))
    for aim in aims[np.argsort(-scores[aims], kind="stable")].tolist():
        stack = [aim]
        while stack:
            for first in missing.get(stack.pop(), ()):
                if best[aim] > placed[first]:
                    placed[first], leads_to[first] = best[aim], aim
                    stack.append(first)
    return placed, {c: aim for c, aim in leads_to.items() if not within_reach[c]}


def _within_reach(owners: NDArray[np.intp], firsts: NDArray[np.int32], eligible: Mask) -> Mask:
    """Return what is asked for first and can be had, all of it, whatever that asks for in turn.

    Parameters
    ----------
    owners, firsts
        Columns of what asks for something that is missing, and of what it asks for; shape (e,).
    eligible
        Which credentials can be had as they are, bool[m].
    """
    reached = np.zeros(len(eligible), dtype=bool)
    asking = np.bincount(owners, minlength=len(eligible))
    while True:
        at_hand = (eligible | reached)[firsts]
        found = (np.bincount(owners[at_hand], minlength=len(eligible)) == asking) & (asking > 0)
        if np.array_equal(found, reached):
            return reached
        reached = found
