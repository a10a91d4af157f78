"""Looks for held-out facts in what a split may learn from or be told."""

import numpy as np

from recommender.teacher_state import Ragged
from training.gains import pair_numbers
from training.splits import Split


def find_leaks(split: Split, learned_from: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[str]:
    """Return what leaks, as sentences; an empty list where nothing does.

    Parameters
    ----------
    split
        What is learned and asked.
    learned_from
        Row in the snapshot of each learner of `split.train`.
    """
    found = []
    size = len(split.train.catalog)
    queries, train = split.queries, split.train.states
    own = pair_numbers(split.relevant.owner, split.relevant.rows, size)
    shown = pair_numbers(queries.history.owner, queries.history.rows["credential"], size)
    if np.isin(own, shown).any():
        found.append("a query's history holds what is relevant to it")
    held = pair_numbers(split.teachers[split.relevant.owner], split.relevant.rows, size)
    learned = pair_numbers(
        learned_from[train.history.owner], train.history.rows["credential"], size
    )
    if np.isin(held, learned).any():
        found.append("a held-out record is among those learned from")
    if any(_later(ragged, queries.as_of) for ragged in _dated(split)):
        found.append("a query knows a fact that is later than its moment")
    return found


def refuse_leaks(split: Split, learned_from: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    """Stop where a split leaks: no figure may come of it.

    Raises
    ------
    ValueError
        Something held out is seen.
    """
    found = find_leaks(split, learned_from)
    if found:
        raise ValueError(f"the split leaks: {'; '.join(found)}")


def _dated(split: Split) -> tuple[Ragged, ...]:
    states = split.queries
    return (states.records, states.ratings, states.assessments, states.goals, states.events)


def _later(ragged: Ragged, as_of: np.ndarray[tuple[int], np.dtype[np.int64]]) -> bool:
    return bool((ragged.rows["on"] > as_of[ragged.owner]).any())
