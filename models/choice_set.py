"""What a teacher would consider at all: a need is shared out among that, and nothing else answers.

A credential is *free* to a teacher if it can be started that day, suits the teacher's grade bands
and subjects (what is not known suits), was not begun yet, and all that it asks for is held. None
of this depends on what evaluations or teachers themselves said. What a district's policy leaves
out is for eligibility.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.evidence import Arrays
from models.learned import learned_array
from recommender.asking import Asking
from recommender.catalog import Catalog
from recommender.eligibility import held
from recommender.teacher_state import Ragged, TeacherStates
from recommender.vocabulary import QualityStatus, RecordStatus

_PREFIX: Final = "free_"
"""Before the names of the arrays."""


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
    after: NDArray[np.int32]
    """Credentials with prerequisites, one entry a prerequisite, ascending; shape (e,)."""
    before: NDArray[np.int32]
    """The prerequisite of each entry; shape (e,)."""

    @classmethod
    def of(cls, catalog: Catalog) -> Self:
        """Take them from a catalog; what did not meet the standards of quality is never open."""
        unfit = catalog.quality == QualityStatus.NOT_MET.code
        known = catalog.prerequisites.rows >= 0
        return cls(
            grade_bands=catalog.grade_bands,
            subjects=catalog.subjects,
            opens=catalog.valid_from,
            closes=np.where(unfit, catalog.valid_from, catalog.retired_on),
            after=catalog.prerequisites.owner[known].astype(np.int32),
            before=catalog.prerequisites.rows[known].astype(np.int32),
        )

    def free(self, states: TeacherStates) -> NDArray[np.bool_]:
        """Return what is free to each of n teachers, bool[n, m]; not to be written to."""
        return states.once(("free", self._content), lambda: self._find_free(states))

    @cached_property
    def _content(self) -> int:
        """Return the same for choice sets of the same content: the needs of a model have one."""
        return hash(tuple(array.tobytes() for array in self.arrays().values()))

    def _find_free(self, states: TeacherStates) -> NDArray[np.bool_]:
        moments, place = np.unique(states.as_of, return_inverse=True)
        now = moments[:, None]
        free = ((self.opens <= now) & (now < self.closes))[place]
        for own, asked in zip((states.grade_bands, states.subjects), self._asked, strict=True):
            unknown = ~own.any(axis=1)
            free &= np.column_stack([own, unknown]).astype(np.float32) @ asked > 0
        begun = states.history.rows["status"] != RecordStatus.EXPIRED.code
        owner, rows = states.history.owner[begun], states.history.rows[begun]
        free[owner, rows["credential"]] = False
        if len(self._asking.columns):
            answered = self._asking.answered(held(states, len(self.opens)))
            free[:, self._asking.columns] &= answered
        return free

    @cached_property
    def _asking(self) -> Asking:
        return Asking.of(Ragged.group(self.after.astype(np.int64), self.before, len(self.opens)))

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
        return {
            f"{_PREFIX}{name}": getattr(self, name)
            for name in ("grade_bands", "subjects", "opens", "closes", "after", "before")
        }

    @classmethod
    def restore(cls, arrays: Arrays, catalog_size: int) -> Self:
        """Rebuild from what `arrays` gave."""

        def read(name: str, *shape: int | None) -> NDArray[Any]:
            return learned_array(arrays, f"{_PREFIX}{name}", shape)

        after = read("after", None)
        before = read("before", len(after))
        columns = np.concatenate([after, before])
        if len(columns) and not 0 <= columns.min() <= columns.max() < catalog_size:
            raise ValueError(f"prerequisites must be columns of {catalog_size} credentials")
        return cls(
            grade_bands=read("grade_bands", catalog_size, None),
            subjects=read("subjects", catalog_size, None),
            opens=read("opens", catalog_size),
            closes=read("closes", catalog_size),
            after=after,
            before=before,
        )
