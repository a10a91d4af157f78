"""Schools as evidence sees them: numbers, the same for a snapshot and live."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from recommender.axes import NO_SCHOOL, school_key


def school_keys(entries: Iterable[tuple[str, str]]) -> NDArray[np.int64]:
    """Return the keys of school and district of each (district, school), int64[r, 2].

    A school without a name is not known.
    """
    known: dict[tuple[str, str], tuple[int, int]] = {}
    found = []
    for district, school in entries:
        pair = (district, school.strip())
        if pair not in known:
            own = school_key(*pair) if pair[1] else NO_SCHOOL
            known[pair] = own, school_key(district)
        found.append(known[pair])
    return np.array(found, dtype=np.int64).reshape(-1, 2)
