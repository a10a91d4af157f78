"""Putting groups of teachers below each other."""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from recommender.teacher_state import Ragged, TeacherStates, starts_of


def join_ragged(blocks: Sequence[Ragged]) -> Ragged:
    """Put the rows of several groups of teachers below each other."""
    counts = np.concatenate([block.counts for block in blocks])
    return Ragged(starts_of(counts), np.concatenate([block.rows for block in blocks]))


def join_states(blocks: Sequence[TeacherStates]) -> TeacherStates:
    """Put several groups of teachers below each other."""

    def joined(name: str) -> Ragged | NDArray[np.generic] | None:
        values = [getattr(block, name) for block in blocks]
        if values[0] is None:
            return None
        return join_ragged(values) if isinstance(values[0], Ragged) else np.concatenate(values)

    return TeacherStates(**{field.name: joined(field.name) for field in fields(TeacherStates)})  # type: ignore[arg-type]
