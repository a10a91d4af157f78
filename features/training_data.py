"""What evidence is fitted on: a catalog and the states of many teachers."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from recommender.catalog import Catalog
from recommender.teacher_state import TeacherStates

T = TypeVar("T")


@dataclass(frozen=True)
class TrainingData:
    """A catalog of m credentials and the states of n teachers, all as of one moment or earlier.

    A split makes one of these with the held-out records taken out of `states`.
    """

    catalog: Catalog
    states: TeacherStates
    as_of: int
    """Moment in ms up to which facts were let in."""

    @cached_property
    def _worked_out(self) -> dict[Hashable, Any]:
        return {}

    def once(self, what: Hashable, work_out: Callable[[], T]) -> T:
        """Return what fits of several kinds of evidence share, worked out at the first asking."""
        found = self._worked_out
        if what not in found:
            found[what] = work_out()
        made: T = found[what]
        return made
