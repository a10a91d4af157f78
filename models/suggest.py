"""The last steps from evidence to a list, written once: scores, eligibility, slate, reasons.

Training's evaluation takes `ranked_scores`; the command, the endpoint and the pages take `suggest`.
Both walk through `_score_block`, the only caller of the blend.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.blend import with_need_share
from models.bundle import Bundle
from recommender.axes import CredentialKey
from recommender.catalog import Catalog
from recommender.clock import ms_to_date
from recommender.eligibility import Exclusion, excluded_counts, exclusions
from recommender.errors import InvalidInput
from recommender.facts import Fact
from recommender.policy import Policy
from recommender.prerequisites import first_steps
from recommender.reasons import (
    Contribution,
    Reason,
    basis_of,
    give_reasons,
)
from recommender.slate import Arranging, Slate, slate
from recommender.steering import front_of, put_in_front
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import ActKind, Basis, EvidenceName, Segment
from recommender.voice import Voice

MOST_SUGGESTIONS: Final = 100
"""A list is at most so long."""


@dataclass(frozen=True)
class Suggestion:
    """One suggested credential: its place, what it rests on, and why."""

    rank: int
    key: CredentialKey
    column: int
    score: float
    basis: Basis
    contributions: tuple[Contribution, ...]
    """Of every evidence, in the blend's order; they sum to the score less its mean over the
    eligible set."""
    reasons: tuple[Reason, ...]
    leads_to: CredentialKey | None = None
    """What it stands in the place of: it is asked for first."""
    explores: bool = False
    """Whether it stands here to be tried, not for its score."""
    act: ActKind | None = None
    """What a coach did that put it in front of the list."""
    propensity: float = 1.0
    """Chance at which it stands here: below 1 where the place might have explored or did."""


@dataclass(frozen=True)
class SuggestionList:
    """What is suggested to one teacher, best first, under which policy."""

    items: tuple[Suggestion, ...]
    policy: Policy
    segment: Segment
    as_of: int
    """Moment in ms of the teacher's state."""
    excluded: Mapping[Exclusion, int]
    """How many credentials each rule of eligibility took away."""
    total: int
    """How many are eligible and wanted, on this page or not."""

    @property
    def last(self) -> CredentialKey | None:
        """The credential to go on behind, None where nothing follows."""
        goes_on = self.items and self.items[-1].rank < self.total
        return self.items[-1].key if goes_on else None


@dataclass(frozen=True)
class Wanted:
    """What a list is asked to hold.

    Parameters
    ----------
    only
        Which credentials may be listed, bool[m]; all where None. It takes lines out of the list
        and leaves scores, ranks' order and reasons as they are without it.
    after
        The list goes on behind this credential, which need not be eligible any more.
    reasons
        Whether to tell the reasons.
    voice
        To whom the reasons speak.
    seed
        Whose list it is; one place may explore by it. Evaluations give none, so nothing explores.
    counting
        Which credentials count toward the renewal of the licence, bool[m], where the teacher asks
        for those alone.
    """

    only: NDArray[np.bool_] | None = None
    after: CredentialKey | None = None
    reasons: bool = True
    voice: Voice = Voice.TO_TEACHER
    seed: str = ""
    counting: NDArray[np.bool_] | None = None


EVERYTHING: Final = Wanted()


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
        _list_of(
            bundle, block.of(row), codes[row], _as_allowed(state, policy), catalog, policy, k, one
        )
        for row, (state, one) in enumerate(zip(each, wanted, strict=True))
    ]


def _list_of(
    bundle: Bundle,
    block: "_Block",
    codes: NDArray[np.int8],
    state: TeacherStates,
    catalog: Catalog,
    policy: Policy,
    k: int,
    wanted: Wanted,
) -> SuggestionList:
    """Return the list of one teacher from the scores of a block of one."""
    eligible = codes == Exclusion.ELIGIBLE.code
    margins = _margins(block, eligible)
    front = front_of(state, block.scores[0], eligible)
    shown, ahead, leads_to = _laid_out(
        bundle, block.scores[0], codes, front, state, catalog, policy, k, wanted
    )
    return SuggestionList(
        items=tuple(
            replace(
                _suggestion(rank, column, block, margins, bundle, state, catalog, wanted),
                leads_to=leads_to.get(column),
                act=front.get(column),
                explores=column == shown.trial.column,
                propensity=(
                    1.0 if column in front else shown.trial.propensity(rank - ahead, column)
                ),
            )
            for rank, column in enumerate(shown.columns, start=shown.first_rank)
        ),
        policy=policy,
        segment=Segment.from_code(int(state.segments[0])),
        as_of=int(state.as_of[0]),
        excluded=excluded_counts(codes),
        total=shown.total,
    )


def _laid_out(
    bundle: Bundle,
    scores: NDArray[np.float32],
    codes: NDArray[np.int8],
    front: Mapping[int, ActKind],
    state: TeacherStates,
    catalog: Catalog,
    policy: Policy,
    k: int,
    wanted: Wanted,
) -> tuple[Slate, int, Mapping[int, CredentialKey]]:
    """Return the slate, how many of all coaches put in front, and what first steps lead to."""
    after = _column(bundle, wanted.after)
    eligible = codes == Exclusion.ELIGIBLE.code
    if after is not None:
        # It goes on as if the last one shown could still be suggested.
        codes = codes.copy()
        codes[after] = Exclusion.ELIGIBLE.code
    placed, aims = first_steps(scores, codes, state, catalog)
    seed = f"{wanted.seed}\0{ms_to_date(int(state.as_of[0]))}\0{bundle.hash}" if wanted.seed else ""
    others = eligible.copy()
    others[list(front)] = False
    rest = partial(
        _slate_of,
        placed,
        others,
        catalog,
        wanted.only,
        Arranging(policy.diversity, policy.exploration, seed),
    )
    listed = eligible if wanted.only is None else eligible & wanted.only
    shown, ahead = put_in_front(list(front), listed, k, after, rest)
    return shown, ahead, {column: catalog.axes.credentials[aim] for column, aim in aims.items()}


def _slate_of(
    scores: NDArray[np.float32],
    eligible: NDArray[np.bool_],
    catalog: Catalog,
    only: NDArray[np.bool_] | None,
    arranging: Arranging,
    k: int,
    after: int | None,
) -> Slate:
    return slate(scores, eligible, catalog, k, after, only=only, arranging=arranging)


def _as_allowed(states: TeacherStates, policy: Policy) -> TeacherStates:
    """Return the states without what the policy says may not change a suggestion."""
    if policy.use_evaluations:
        return states
    none = np.zeros(len(states.ratings.rows), dtype=bool)
    return replace(states, ratings=states.ratings.keep(none))


def seed_of(district_id: str, teacher_id: str) -> str:
    """Return whose list it is, for `Wanted.seed`."""
    return f"{district_id}\0{teacher_id}"


def _column(bundle: Bundle, after: CredentialKey | None) -> int | None:
    if after is None:
        return None
    column = bundle.axes.credential_columns.get(after)
    if column is None:
        raise InvalidInput("The list cannot go on there: the model lacks that micro-credential.")
    return column


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


@dataclass(frozen=True)
class _Block:
    """Scores of n teachers and what they are made of."""

    names: tuple[EvidenceName, ...]
    values: NDArray[np.float32]
    """float32[J, n, m]"""
    weights: NDArray[np.float32]
    """float32[n, J]"""
    scores: NDArray[np.float32]
    """float32[n, m]"""

    def of(self, row: int) -> "_Block":
        """Return the block of one of the teachers."""
        if len(self.scores) == 1:
            return self
        own = slice(row, row + 1)
        return _Block(self.names, self.values[:, own], self.weights[own], self.scores[own])


def _score_block(
    bundle: Bundle, states: TeacherStates, eligible: NDArray[np.bool_], policy: Policy
) -> _Block:
    """Score a block of n teachers; `eligible` is bool[n, m]."""
    names = bundle.blend.names
    values = np.stack([evidence.score(states) for evidence in bundle.evidence])
    learned = bundle.blend.weights_for(states.segments)
    weights = with_need_share(learned, values, eligible, names, policy.need_share)
    return _Block(names, values, weights, bundle.blend.combine(values, weights))


def _margins(block: _Block, eligible: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return `weight * (value - mean over the eligible set)` of one teacher, float64[J, m]."""
    values = block.values[:, 0, :].astype(np.float64)
    weights = block.weights[0].astype(np.float64)
    mean = values[:, eligible].mean(axis=1) if eligible.any() else np.zeros(len(values))
    margins: NDArray[np.float64] = weights[:, None] * (values - mean[:, None])
    return margins


def _suggestion(
    rank: int,
    column: int,
    block: _Block,
    margins: NDArray[np.float64],
    bundle: Bundle,
    state: TeacherStates,
    catalog: Catalog,
    wanted: Wanted,
) -> Suggestion:
    parts = tuple(
        Contribution(
            evidence=name,
            weight=float(block.weights[0, j]),
            value=float(block.values[j, 0, column]),
            contribution=float(margins[j, column]),
        )
        for j, name in enumerate(block.names)
    )
    by_name = dict(zip(block.names, bundle.evidence, strict=True))

    def facts_of(name: EvidenceName) -> tuple[Fact, ...]:
        return by_name[name].facts(state, column)

    return Suggestion(
        rank=rank,
        key=bundle.axes.credentials[column],
        column=column,
        score=float(block.scores[0, column]),
        basis=basis_of(parts),
        contributions=parts,
        reasons=give_reasons(parts, facts_of, catalog, wanted.voice) if wanted.reasons else (),
    )
