"""Growth areas that a list can be narrowed to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.catalog import Catalog
from recommender.teacher_state import TeacherStates


@dataclass(frozen=True)
class Area:
    """A standard as a choice of a form."""

    value: str
    framework: str
    title: str


def growth_areas(state: TeacherStates, catalog: Catalog) -> list[Area]:
    """Return the standards that some micro-credential develops, by framework and code.

    Those alone that a rating, a goal or a self-assessment of the teacher names; all of them for a
    teacher of whom there is none.
    """
    reachable = catalog.reach.max(axis=0, initial=0) > 0
    named = reachable & _named(state, reachable.size)
    columns = np.flatnonzero(named if named.any() else reachable)
    return [_area(int(column), catalog) for column in columns]


def _named(state: TeacherStates, standards: int) -> NDArray[np.bool_]:
    mask = np.zeros(standards, dtype=bool)
    for facts in (state.ratings, state.goals, state.assessments):
        mask[facts.rows["standard"][facts.rows["standard"] >= 0]] = True
    return mask


def _area(column: int, catalog: Catalog) -> Area:
    framework, code = catalog.axes.standards[column]
    title = catalog.standard_titles[column]
    return Area(f"{framework}:{code}", framework, f"{code} {title}" if title else code)
