"""Putting groups of teachers below each other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from recommender.renewal.profiles import Licences
from recommender.teacher_state import PATHWAY, PathwayGoals, Ragged, TeacherStates, starts_of


def join_ragged(blocks: Sequence[Ragged]) -> Ragged:
    """Put the rows of several groups of teachers below each other."""
    counts = np.concatenate([block.counts for block in blocks])
    return Ragged(starts_of(counts), np.concatenate([block.rows for block in blocks]))


def join_states(blocks: Sequence[TeacherStates]) -> TeacherStates:
    """Put several groups of teachers below each other.

    Each of them knows the same kinds of things, but for pathways, which are None where nobody of a
    group chose one.
    """
    if len(blocks) == 1:
        return blocks[0]
    found = {
        field.name: [getattr(block, field.name) for block in blocks]
        for field in fields(TeacherStates)
    }
    found["pathways"] = _alike(found["pathways"], [len(block) for block in blocks])
    states = TeacherStates(**{name: _joined(values) for name, values in found.items()})
    if all(len(block) == 1 for block in blocks):
        states.remember(blocks)
    return states


def _alike(chosen: Sequence[PathwayGoals | None], sizes: Sequence[int]) -> list[Any]:
    """Return the pathways of each group, empty ones in place of None where others have any."""
    rules = next((one.rules for one in chosen if one is not None), None)
    if rules is None:
        return [*chosen]
    none = np.zeros(0, dtype=PATHWAY)
    return [
        PathwayGoals(Ragged(np.zeros(size + 1, dtype=np.int64), none), rules)
        if goals is None
        else goals
        for goals, size in zip(chosen, sizes, strict=True)
    ]


def _joined(values: Sequence[Any]) -> Any:  # noqa: ANN401 - one function for every field's type
    """Put the values of one field below each other."""
    join = _JOINS.get(type(values[0]), np.concatenate)
    return join(values)


_JOINS: Final[Mapping[type, Callable[[Sequence[Any]], Any]]] = MappingProxyType(
    {
        type(None): lambda _: None,
        Ragged: join_ragged,
        Licences: Licences.join,
        PathwayGoals: lambda goals: PathwayGoals(
            join_ragged([one.rows for one in goals]), goals[0].rules
        ),
    }
)
