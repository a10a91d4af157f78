"""What a teacher would consider at all: a need is shared out among that, and nothing else answers.

A credential is *free* to a teacher if it can be started that day, suits the teacher's grade bands
and subjects (what is not known suits), and was not begun yet. What asks for others first is free:
a need that it answers to leads to these. None of this depends on what evaluations or teachers
themselves said. What a district's policy or reviews of quality leave out is for eligibility.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.blocks import BLOCK
from models.evidence import Arrays
from models.learned import learned_array
from recommender.catalog import Catalog
from recommender.once import Remembered
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import RecordStatus

_PREFIX: Final = "free_"
"""Before the names of the arrays."""

MOST_ALIKE: Final = 500
"""What is open is remembered for so many kinds of teachers."""

_ARRAYS: Final = ("grade_bands", "subjects", "opens", "closes")


@dataclass(frozen=True)
class ChoiceSet:
    """What m credentials ask of a teacher and of a day."""

    grade_bands: NDArray[np.bool_]
    """bool[m, g]; a row without any suits every grade band."""
    subjects: NDArray[np.bool_]
    """bool[m, u]; a row without any suits every subject."""
    opens: NDArray[np.int64]
    """Moment from which each may be started; shape (m,)."""
    closes: NDArray[np.int64]
    """Moment from which it no longer may; shape (m,)."""

    @classmethod
    def of(cls, catalog: Catalog) -> Self:
        """Take them from a catalog."""
        return cls(catalog.grade_bands, catalog.subjects, catalog.valid_from, catalog.retired_on)

    def free(self, states: TeacherStates) -> NDArray[np.float32]:
        """Return 1 for what is free to each of n teachers, else 0; float32[n, m].

        Not to be written to.
        """
        return states.once_by_teacher(("free", self._content), lambda: self._find_free(states))

    @cached_property
    def _content(self) -> int:
        """Return the same for choice sets of the same content: the needs of a model have one."""
        return hash(tuple(array.tobytes() for array in self.arrays().values()))

    def _find_free(self, states: TeacherStates) -> NDArray[np.float32]:
        told = (states.as_of, states.grade_bands, states.subjects)
        if 0 < len(states) <= BLOCK:
            free = np.array([self._open_to(*one) for one in zip(*told, strict=True)])
        else:
            free = self._open_to_each(*told)
        begun = states.history.rows["status"] != RecordStatus.EXPIRED.code
        owner, rows = states.history.owner[begun], states.history.rows[begun]
        free[owner, rows["credential"]] = 0.0
        return free

    def _open_to(
        self, now: np.int64, bands: NDArray[np.bool_], subjects: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Return what is open to whoever teaches the same on the same day; not to be written to."""
        alike = (int(now), bands.tobytes(), subjects.tobytes())
        told = (np.array([now]), bands[None], subjects[None])
        return self._known.find(alike, lambda: self._open_to_each(*told)[0])

    @cached_property
    def _known(self) -> Remembered[NDArray[np.float32]]:
        return Remembered(MOST_ALIKE)

    def _open_to_each(
        self,
        as_of: NDArray[np.int64],
        grade_bands: NDArray[np.bool_],
        subjects: NDArray[np.bool_],
    ) -> NDArray[np.float32]:
        """Return 1 for what can be started that day and suits; float32[n, m]."""
        moments, place = np.unique(as_of, return_inverse=True)
        now = moments[:, None]
        free = ((self.opens <= now) & (now < self.closes))[place]
        for own, asked in zip((grade_bands, subjects), self._asked, strict=True):
            unknown = ~own.any(axis=1)
            free &= np.column_stack([own, unknown]).astype(np.float32) @ asked > 0
        return free.astype(np.float32)

    @cached_property
    def _asked(self) -> tuple[NDArray[np.float32], ...]:
        """Return 1 where a group, or in the last row one who is in none, is suited; (g + 1, m)."""
        return tuple(
            np.vstack([(asked | ~asked.any(axis=1, keepdims=True)).T, np.ones(len(asked))]).astype(
                np.float32
            )
            for asked in (self.grade_bands, self.subjects)
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what each asks for."""
        return {f"{_PREFIX}{name}": getattr(self, name) for name in _ARRAYS}

    @classmethod
    def restore(cls, arrays: Arrays, catalog_size: int) -> Self:
        """Rebuild from what `arrays` gave."""

        def read(name: str, *shape: int | None) -> NDArray[Any]:
            return learned_array(arrays, f"{_PREFIX}{name}", (catalog_size, *shape))

        return cls(read("grade_bands", None), read("subjects", None), read("opens"), read("closes"))
