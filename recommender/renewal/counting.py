"""Which credentials may count for a teacher's renewal: the one rule that lists narrow by."""

import numpy as np
from numpy.typing import NDArray

from recommender.axes import ABSENT
from recommender.catalog import Catalog
from recommender.renewal.left import in_window
from recommender.teacher_state import TeacherStates


def counts_for_renewal(state: TeacherStates, catalog: Catalog) -> NDArray[np.bool_]:
    """Return which credentials might give credit if they were earned now, bool[m].

    It is *possible* credit, whether or not the need is met already; what is unknown does not count.

    Parameters
    ----------
    state
        The state of exactly one teacher.
    catalog
        The m credentials.

    Raises
    ------
    ValueError
        The state is not of exactly one teacher.
    """
    if len(state) != 1:
        raise ValueError(f"state must be of exactly one teacher, got {len(state)}")
    licences = state.licences
    if licences is None or licences.profile[0] == ABSENT:
        return np.zeros(len(catalog), dtype=bool)
    profile = licences.profiles[licences.profile[0]]
    if not in_window(profile, state.as_of, licences.ends)[0]:
        return np.zeros(len(catalog), dtype=bool)
    return catalog.worth.of(profile).units > 0
