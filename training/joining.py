"""Putting groups of teachers below each other."""

from collections.abc import Sequence
from dataclasses import fields
from functools import reduce
from typing import Any

import numpy as np

from recommender.renewal.profiles import Licences
from recommender.teacher_state import PathwayGoals, Ragged, TeacherStates, starts_of


def join_ragged(blocks: Sequence[Ragged]) -> Ragged:
    """Put the rows of several groups of teachers below each other."""
    counts = np.concatenate([block.counts for block in blocks])
    return Ragged(starts_of(counts), np.concatenate([block.rows for block in blocks]))


def join_states(blocks: Sequence[TeacherStates]) -> TeacherStates:
    """Put several groups of teachers below each other."""
    return TeacherStates(
        **{
            field.name: _joined([getattr(block, field.name) for block in blocks])
            for field in fields(TeacherStates)
        }
    )


def _joined(values: Sequence[Any]) -> Any:  # noqa: ANN401 - one function for every field's type
    """Put the values of one field below each other."""
    if values[0] is None:
        return None
    if isinstance(values[0], Ragged):
        return join_ragged(values)
    if isinstance(values[0], Licences):
        return reduce(Licences.join, values)
    if isinstance(values[0], PathwayGoals):
        return PathwayGoals(join_ragged([one.rows for one in values]), values[0].rules)
    return np.concatenate(values)
