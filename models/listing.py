"""From one teacher's scores to the list: who stands where, what it rests on, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.suggestions import EVERYTHING, Suggestion, SuggestionList, Wanted
from recommender.axes import ABSENT, CredentialKey
from recommender.catalog import Catalog
from recommender.clock import ms_to_date
from recommender.eligibility import Exclusion, excluded_counts
from recommender.errors import InvalidInput
from recommender.facts import Fact
from recommender.policy import Policy
from recommender.reasons import Contribution, Reason, basis_of, give_reasons, speaking
from recommender.slate import Arranging, Slate, slate
from recommender.steering import front_of, put_in_front
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import ActKind, Basis, EvidenceName, Segment


@dataclass(frozen=True)
class ScoredBlock:
    """Scores of n teachers and what they are made of."""

    names: tuple[EvidenceName, ...]
    """The J kinds of evidence that were worked out; no other has a weight for any of these."""
    values: NDArray[np.float32]
    """float32[J, n, m]"""
    weights: NDArray[np.float32]
    """float32[n, J]"""
    scores: NDArray[np.float32]
    """float32[n, m]"""


@dataclass(frozen=True)
class LaidOut:
    """All that the lists of n teachers are taken from."""

    bundle: Bundle
    catalog: Catalog
    policy: Policy
    states: TeacherStates
    """As the policy lets them be seen."""
    block: ScoredBlock
    codes: NDArray[np.int8]
    """Codes of `Exclusion`, int8[n, m]."""
    placed: NDArray[np.float32]
    """Scores by which credentials are placed, float32[n, m]."""
    aims: NDArray[np.int32]
    """What each that was raised leads to, `ABSENT` elsewhere; int32[n, m]."""

    def eligible(self, row: int) -> NDArray[np.bool_]:
        """Return what may be suggested to one teacher, bool[m]."""
        eligible: NDArray[np.bool_] = self.codes[row] == Exclusion.ELIGIBLE.code
        return eligible

    def state(self, row: int) -> TeacherStates:
        """Return the state of one teacher."""
        return self.states.one(row)

    def front(self, row: int) -> dict[int, ActKind]:
        """Return what coaches put in front of one teacher's list."""
        acts = self.states.acts
        if acts is None or not acts.counts[row]:
            return {}
        return front_of(self.state(row), self.block.scores[row], self.eligible(row))


def with_last_shown(codes: NDArray[np.int8], columns: Sequence[int | None]) -> NDArray[np.int8]:
    """Return the codes as if what each list goes on behind could still be suggested."""
    shown = [(row, column) for row, column in enumerate(columns) if column is not None]
    if not shown:
        return codes
    opened = codes.copy()
    opened[tuple(zip(*shown, strict=True))] = Exclusion.ELIGIBLE.code
    return opened


def column_of(bundle: Bundle, after: CredentialKey | None) -> int | None:
    """Return the column of the credential that a list goes on behind.

    Raises
    ------
    InvalidInput
        The model lacks it.
    """
    if after is None:
        return None
    column = bundle.axes.credential_columns.get(after)
    if column is None:
        raise InvalidInput("The list cannot go on there: the model lacks that micro-credential.")
    return column


def list_of(laid: LaidOut, row: int, k: int, wanted: Wanted) -> SuggestionList:
    """Return the list of one of the teachers."""
    eligible, front = laid.eligible(row), laid.front(row)
    shown, ahead = _slate_of(laid, row, k, wanted, eligible, front)
    columns = np.array(shown.columns, dtype=np.intp)
    keys = laid.bundle.axes.credentials
    leads_to = laid.aims[row, columns].tolist()
    scores = laid.block.scores[row, columns].tolist()
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
                leads_to=None if aim == ABSENT else keys[aim],
                act=front.get(column),
                explores=column == shown.trial.column,
                propensity=(
                    1.0 if column in front else shown.trial.propensity(rank - ahead, column)
                ),
            )
            for rank, column, score, aim, one in zip(
                count(shown.first_rank),
                shown.columns,
                scores,
                leads_to,
                _reasoned(laid, row, columns, eligible, wanted),
                strict=False,
            )
        ),
        policy=laid.policy,
        segment=Segment.from_code(int(laid.states.segments[row])),
        as_of=int(laid.states.as_of[row]),
        excluded=excluded_counts(laid.codes[row]),
        total=shown.total,
    )


def top_of(laid: LaidOut, row: int, k: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the columns of one teacher's list, and their scores."""
    shown, _ = _slate_of(laid, row, k, EVERYTHING, laid.eligible(row), laid.front(row))
    columns = np.array(shown.columns, dtype=np.intp)
    return columns, laid.block.scores[row, columns]


def _slate_of(
    laid: LaidOut,
    row: int,
    k: int,
    wanted: Wanted,
    eligible: NDArray[np.bool_],
    front: Mapping[int, ActKind],
) -> tuple[Slate, int]:
    """Return the slate, and how many of all coaches put in front."""
    day = ms_to_date(int(laid.states.as_of[row]))
    arranging = Arranging(
        price=laid.policy.diversity,
        exploration=laid.policy.exploration,
        seed=f"{wanted.seed}\0{day}\0{laid.bundle.hash}" if wanted.seed else "",
        new=laid.bundle.newcomers,
    )
    others = eligible
    if front:
        others = eligible.copy()
        others[list(front)] = False

    def rest(count: int, after: int | None) -> Slate:
        return slate(
            laid.placed[row],
            others,
            laid.catalog,
            count,
            after,
            only=wanted.only,
            arranging=arranging,
        )

    after = column_of(laid.bundle, wanted.after)
    if not front:
        return rest(k, after), 0
    listed = eligible if wanted.only is None else eligible & wanted.only
    return put_in_front(list(front), listed, k, after, rest)


class _Reasoned(NamedTuple):
    """What a suggestion rests on."""

    basis: Basis
    contributions: tuple[Contribution, ...]
    reasons: tuple[Reason, ...]


def _reasoned(
    laid: LaidOut,
    row: int,
    columns: NDArray[np.intp],
    eligible: NDArray[np.bool_],
    wanted: Wanted,
) -> Iterator[_Reasoned]:
    """Yield what each of some columns of one teacher's list rests on."""
    by_name = dict(zip(laid.bundle.blend.names, laid.bundle.evidence, strict=True))
    state = laid.state(row) if wanted.reasons else laid.states
    told = _contributions(laid, row, columns, eligible)
    for column, parts in zip(columns.tolist(), told, strict=True):

        def facts_of(name: EvidenceName, column: int = column) -> tuple[Fact, ...]:
            return by_name[name].facts(state, column)

        spoken = speaking(parts)
        reasons = (
            give_reasons(spoken, facts_of, laid.catalog, wanted.voice) if wanted.reasons else ()
        )
        yield _Reasoned(basis_of(spoken), parts, reasons)


def _contributions(
    laid: LaidOut, row: int, columns: NDArray[np.intp], eligible: NDArray[np.bool_]
) -> Iterator[tuple[Contribution, ...]]:
    """Yield `weight * (value - mean over the eligible set)` of all evidence for each column.

    What was not worked out has no weight: it gives nothing.
    """
    block, names = laid.block, laid.bundle.blend.names
    values = block.values[:, row].astype(np.float64)
    weights = block.weights[row].astype(np.float64)
    mean = values @ eligible.astype(np.float64) / max(int(np.count_nonzero(eligible)), 1)
    own = values[:, columns]
    margins = weights[:, None] * (own - mean[:, None])
    told = [names.index(name) for name in block.names]
    parts = [Contribution(name, 0.0, 0.0, 0.0) for name in names]
    weighted = list(zip(told, block.names, weights.tolist(), strict=True))
    for value, margin in zip(own.T.tolist(), margins.T.tolist(), strict=True):
        for (place, name, weight), one, apart in zip(weighted, value, margin, strict=True):
            parts[place] = Contribution(name, weight, one, apart)
        yield tuple(parts)
