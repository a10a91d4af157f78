"""The last steps from evidence to a list, written once: scores, eligibility, slate, reasons.

Training's evaluation takes `ranked_scores`; the command, the endpoint and the pages take `suggest`.
Both walk through `_score_block`, the only caller of the blend; `models.listing` lays out what it
scored.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.blend import needs_among, with_need_share
from models.blocks import BLOCK
from models.bundle import Bundle
from models.listing import LaidOut, ScoredBlock, column_of, list_of, top_of, with_last_shown
from models.suggestions import EVERYTHING, SuggestionList, Wanted
from recommender.catalog import Catalog
from recommender.eligibility import Exclusion, exclusions_of
from recommender.errors import InvalidInput
from recommender.policy import Policy
from recommender.prerequisites import first_steps
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
    made: list[SuggestionList] = []
    for rows in _blocks(len(states)):
        some, asked = _of(states, rows), wanted[rows]
        laid = _laid_out(bundle, some, catalog, policy, district_id, asked)
        made += [list_of(laid, row, k, one) for row, one in enumerate(asked)]
    return made


def top_block(
    bundle: Bundle,
    states: TeacherStates,
    catalog: Catalog,
    policy: Policy,
    k: int,
    *,
    district_id: str,
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.float32]]]:
    """Yield columns and scores of the first k of each of n teachers of one district.

    They are those of `suggest_block`, without what is said of each, for whoever wants columns
    alone.
    """
    check_k(k)
    for rows in _blocks(len(states)):
        some = _of(states, rows)
        laid = _laid_out(bundle, some, catalog, policy, district_id, [EVERYTHING] * len(some))
        for row in range(len(some)):
            yield top_of(laid, row, k)


def _blocks(teachers: int) -> Iterator[slice]:
    """Yield the rows of so many teachers as are scored together."""
    for first in range(0, teachers, BLOCK):
        yield slice(first, min(first + BLOCK, teachers))


def _of(states: TeacherStates, rows: slice) -> TeacherStates:
    whole = rows.stop - rows.start == len(states)
    return states if whole else states.take(range(rows.start, rows.stop))


def _laid_out(
    bundle: Bundle,
    states: TeacherStates,
    catalog: Catalog,
    policy: Policy,
    district_id: str,
    wanted: Sequence[Wanted],
) -> LaidOut:
    """Return all that lists of n teachers are taken from."""
    counting = [one.counting for one in wanted]
    codes = exclusions_of(states, catalog, policy, district_id, counting=counting)
    allowed = _as_allowed(states, policy)
    block = _score_block(bundle, allowed, codes == Exclusion.ELIGIBLE.code, policy)
    opened = with_last_shown(codes, [column_of(bundle, one.after) for one in wanted])
    placed, aims = first_steps(block.scores, opened, states, catalog)
    return LaidOut(bundle, catalog, policy, allowed, block, codes, placed, aims)


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
    m, asked = len(bundle.axes.credentials), policy or Policy()
    scores = np.empty((len(states), m), dtype=np.float32)
    for rows in _blocks(len(states)):
        some = _of(states, rows)
        outside = np.ones((len(some), m), dtype=bool)
        outside[some.history.owner, some.history.rows["credential"]] = False
        scores[rows] = _score_block(bundle, _as_allowed(some, asked), outside, asked).scores
    return scores


def check_k(k: int) -> None:
    """Refuse a length of list that is out of range (`InvalidInput`)."""
    if not 1 <= k <= MOST_SUGGESTIONS:
        raise InvalidInput(f"k must be from 1 to {MOST_SUGGESTIONS}, got {k}.")


def _score_block(
    bundle: Bundle, states: TeacherStates, eligible: NDArray[np.bool_], policy: Policy
) -> ScoredBlock:
    """Score a block of n teachers; `eligible` is bool[n, m].

    Evidence that has no weight for any of them is not worked out, but for need evidence where the
    policy may raise it.
    """
    learned = bundle.blend.weights_for(states.segments)
    asked = learned.any(axis=0)
    if policy.need_share > 0:
        asked |= needs_among(bundle.blend.names)
    places = np.flatnonzero(asked).tolist()
    values = np.empty((len(places), *eligible.shape), dtype=np.float32)
    for value, place in zip(values, places, strict=True):
        value[:] = bundle.evidence[place].score(states)
    names = tuple(bundle.blend.names[place] for place in places)
    weights = with_need_share(learned[:, places], values, eligible, names, policy.need_share)
    return ScoredBlock(names, values, weights, bundle.blend.combine(values, weights))
