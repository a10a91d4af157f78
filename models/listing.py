"""From one teacher's scores to the list: who stands where, what it rests on, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.suggestions import Suggestion, SuggestionList, Wanted
from recommender.axes import CredentialKey
from recommender.catalog import Catalog
from recommender.clock import ms_to_date
from recommender.eligibility import Exclusion, excluded_counts
from recommender.errors import InvalidInput
from recommender.facts import Fact
from recommender.policy import Policy
from recommender.prerequisites import first_steps
from recommender.reasons import Contribution, basis_of, give_reasons
from recommender.slate import Arranging, Slate, slate
from recommender.steering import front_of, put_in_front
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import ActKind, EvidenceName, Segment


@dataclass(frozen=True)
class ScoredBlock:
    """Scores of n teachers and what they are made of."""

    names: tuple[EvidenceName, ...]
    values: NDArray[np.float32]
    """float32[J, n, m]"""
    weights: NDArray[np.float32]
    """float32[n, J]"""
    scores: NDArray[np.float32]
    """float32[n, m]"""

    def of(self, row: int) -> "ScoredBlock":
        """Return the block of one of the teachers."""
        if len(self.scores) == 1:
            return self
        own = slice(row, row + 1)
        return ScoredBlock(self.names, self.values[:, own], self.weights[own], self.scores[own])


def list_of(
    bundle: Bundle,
    block: ScoredBlock,
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


def _column(bundle: Bundle, after: CredentialKey | None) -> int | None:
    if after is None:
        return None
    column = bundle.axes.credential_columns.get(after)
    if column is None:
        raise InvalidInput("The list cannot go on there: the model lacks that micro-credential.")
    return column


def _margins(block: ScoredBlock, eligible: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return `weight * (value - mean over the eligible set)` of one teacher, float64[J, m]."""
    values = block.values[:, 0, :].astype(np.float64)
    weights = block.weights[0].astype(np.float64)
    mean = values[:, eligible].mean(axis=1) if eligible.any() else np.zeros(len(values))
    margins: NDArray[np.float64] = weights[:, None] * (values - mean[:, None])
    return margins


def _suggestion(
    rank: int,
    column: int,
    block: ScoredBlock,
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
