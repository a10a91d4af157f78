"""From one teacher's scores to the list: who stands where, what it rests on, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import NamedTuple

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
from recommender.reasons import Contribution, Reason, basis_of, give_reasons, speaking
from recommender.slate import Arranging, Slate, slate
from recommender.steering import front_of, put_in_front
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import ActKind, Basis, EvidenceName, Segment


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
    front = front_of(state, block.scores[0], eligible)
    shown, ahead, leads_to = _laid_out(
        bundle, block.scores[0], codes, front, state, catalog, policy, k, wanted
    )
    told = _reasoned(shown.columns, block, eligible, bundle, state, catalog, wanted)
    scores = block.scores[0, list(shown.columns)].tolist()
    keys = bundle.axes.credentials
    return SuggestionList(
        items=tuple(
            Suggestion(
                rank=rank,
                key=keys[column],
                column=column,
                score=score,
                basis=one.basis,
                contributions=one.contributions,
                reasons=one.reasons,
                leads_to=leads_to.get(column),
                act=front.get(column),
                explores=column == shown.trial.column,
                propensity=(
                    1.0 if column in front else shown.trial.propensity(rank - ahead, column)
                ),
            )
            for rank, column, score, one in zip(
                count(shown.first_rank), shown.columns, scores, told, strict=False
            )
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
        Arranging(policy.diversity, policy.exploration, seed, bundle.newcomers),
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


def _margins(
    block: ScoredBlock, eligible: NDArray[np.bool_], columns: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return `weight * (value - mean over the eligible set)` of one teacher, float64[J, k].

    Parameters
    ----------
    block
        Of one teacher.
    eligible
        bool[m].
    columns
        The k columns to tell it of.
    """
    values = block.values[:, 0, :]
    weights = block.weights[0].astype(np.float64)
    mean = np.zeros(len(values))
    if eligible.any():
        mean = values[:, eligible].astype(np.float64).mean(axis=1)
    margins: NDArray[np.float64] = weights[:, None] * (values[:, columns] - mean[:, None])
    return margins


class _Reasoned(NamedTuple):
    """What a suggestion rests on."""

    basis: Basis
    contributions: tuple[Contribution, ...]
    reasons: tuple[Reason, ...]


def _reasoned(
    shown: Sequence[int],
    block: ScoredBlock,
    eligible: NDArray[np.bool_],
    bundle: Bundle,
    state: TeacherStates,
    catalog: Catalog,
    wanted: Wanted,
) -> Iterator[_Reasoned]:
    """Yield what each of some columns of one teacher's list rests on."""
    columns = np.array(shown, dtype=np.intp)
    weights = block.weights[0].tolist()
    values = block.values[:, 0, columns].T.tolist()
    margins = _margins(block, eligible, columns).T.tolist()
    by_name = dict(zip(block.names, bundle.evidence, strict=True))
    for column, value, margin in zip(shown, values, margins, strict=True):

        def facts_of(name: EvidenceName, column: int = column) -> tuple[Fact, ...]:
            return by_name[name].facts(state, column)

        parts = tuple(map(Contribution, block.names, weights, value, margin))
        spoken = speaking(parts)
        reasons = give_reasons(spoken, facts_of, catalog, wanted.voice) if wanted.reasons else ()
        yield _Reasoned(basis_of(spoken), parts, reasons)
