"""The last steps from evidence to a list, written once: scores, eligibility, slate, reasons.

Training's evaluation takes `ranked_scores`; the command, the endpoint and the pages take `suggest`.
Both walk through `_score_block`, the only caller of the blend; `models.listing` lays out what it
scored.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.blend import with_need_share
from models.bundle import Bundle
from models.listing import ScoredBlock, list_of
from models.suggestions import EVERYTHING, SuggestionList, Wanted
from recommender.catalog import Catalog
from recommender.eligibility import Exclusion, exclusions
from recommender.errors import InvalidInput
from recommender.policy import Policy
from recommender.teacher_state import TeacherStates

MOST_SUGGESTIONS: Final = 100
"""A list is at most so long."""


def suggest(
    bundle: Bundle,
    state: TeacherStates,
    catalog: Catalog,
    policy: Policy,
    k: int,
    *,
    district_id: str,
    wanted: Wanted = EVERYTHING,
) -> SuggestionList:
    """Return the k best eligible credentials for one teacher, with reasons.

    Parameters
    ----------
    bundle
        The model.
    state
        The state of exactly one teacher; its `as_of` is the 'now'.
    catalog
        Aligned to the bundle's axes.
    policy
        The district's policy.
    k
        At most so many, 1 to `MOST_SUGGESTIONS`; fewer where fewer are eligible.
    district_id
        District of the teacher.
    wanted
        Narrows the list, goes on in it, or says how to tell the reasons.

    Raises
    ------
    InvalidInput
        `k` is out of range, or the list shall go on behind a credential that the model lacks.
    ValueError
        The catalog is not aligned to the bundle, or the state is not of exactly one teacher.
    """
    if len(state) != 1:
        raise ValueError(f"state must be of exactly one teacher, got {len(state)}")
    (made,) = suggest_block(
        bundle, state, catalog, policy, k, district_id=district_id, wanted=[wanted]
    )
    return made


def suggest_block(
    bundle: Bundle,
    states: TeacherStates,
    catalog: Catalog,
    policy: Policy,
    k: int,
    *,
    district_id: str,
    wanted: Sequence[Wanted],
) -> list[SuggestionList]:
    """Return what `suggest` does for each of n teachers of one district, scored together.

    Parameters
    ----------
    bundle, catalog, policy, k, district_id
        As for `suggest`.
    states
        Of n teachers.
    wanted
        What each list is asked to hold, n in the order of the states.

    Raises
    ------
    InvalidInput, ValueError
        As for `suggest`.
    """
    check_k(k)
    if catalog.axes != bundle.axes:
        raise ValueError("catalog must be aligned to the bundle's axes")
    each = [states] if len(states) == 1 else [states.take([row]) for row in range(len(states))]
    codes = [
        exclusions(state, catalog, policy, district_id, counting=one.counting)
        for state, one in zip(each, wanted, strict=True)
    ]
    if not codes:
        return []
    eligible = np.stack(codes) == Exclusion.ELIGIBLE.code
    block = _score_block(bundle, _as_allowed(states, policy), eligible, policy)
    return [
        list_of(
            bundle, block.of(row), codes[row], _as_allowed(state, policy), catalog, policy, k, one
        )
        for row, (state, one) in enumerate(zip(each, wanted, strict=True))
    ]


def _as_allowed(states: TeacherStates, policy: Policy) -> TeacherStates:
    """Return the states without what the policy says may not change a suggestion."""
    if policy.use_evaluations:
        return states
    none = np.zeros(len(states.ratings.rows), dtype=bool)
    return replace(states, ratings=states.ratings.keep(none))


def ranked_scores(
    bundle: Bundle, states: TeacherStates, policy: Policy | None = None
) -> NDArray[np.float32]:
    """Return the blend's scores of n teachers for every credential, float32[n, m].

    Eligibility is off; the policy's need share (none by default) is measured over the credentials
    outside each teacher's history.
    """
    outside = np.ones((len(states), len(bundle.axes.credentials)), dtype=bool)
    outside[states.history.owner, states.history.rows["credential"]] = False
    asked = policy or Policy()
    return _score_block(bundle, _as_allowed(states, asked), outside, asked).scores


def check_k(k: int) -> None:
    """Refuse a length of list that is out of range (`InvalidInput`)."""
    if not 1 <= k <= MOST_SUGGESTIONS:
        raise InvalidInput(f"k must be from 1 to {MOST_SUGGESTIONS}, got {k}.")


def _score_block(
    bundle: Bundle, states: TeacherStates, eligible: NDArray[np.bool_], policy: Policy
) -> ScoredBlock:
    """Score a block of n teachers; `eligible` is bool[n, m]."""
    names = bundle.blend.names
    values = np.stack([evidence.score(states) for evidence in bundle.evidence])
    learned = bundle.blend.weights_for(states.segments)
    weights = with_need_share(learned, values, eligible, names, policy.need_share)
    return ScoredBlock(names, values, weights, bundle.blend.combine(values, weights))
