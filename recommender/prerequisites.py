"""Prerequisites: which of them a teacher lacks, and what to begin with in place of what asks."""

from collections.abc import Mapping

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
    missing: dict[int, list[int]] = {}
    for column, first in zip(asked.owner[open_].tolist(), asked.rows[open_].tolist(), strict=True):
        missing.setdefault(column, []).append(first)
    within_reach = _within_reach(missing, codes == Exclusion.ELIGIBLE.code)
    placed, leads_to = scores.copy(), {}
    for aim in sorted(within_reach, key=lambda column: (-float(scores[column]), column)):
        stack = [aim]
        while stack:
            for first in missing.get(stack.pop(), ()):
                if scores[aim] > placed[first]:
                    placed[first], leads_to[first] = scores[aim], aim
                    stack.append(first)
    return placed, {c: aim for c, aim in leads_to.items() if c not in within_reach}


def _within_reach(missing: Mapping[int, list[int]], eligible: Mask) -> frozenset[int]:
    """Return what is asked for first and can be had, all of it, whatever that asks for in turn."""
    reached: set[int] = set()
    more = True
    while more:
        new = {
            column
            for column, firsts in missing.items()
            if column not in reached and all(eligible[f] or f in reached for f in firsts)
        }
        reached |= new
        more = bool(new)
    return frozenset(reached)
