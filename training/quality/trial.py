"""A trial: what is learned, on what the choices are made, whom is asked, by one protocol."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput, NotEnoughData
from training.plan import Heldout, Plan, PlanConfig, make_plan, natural_protocol
from training.quality.data import BenchmarkData
from training.quality.heldout_credentials import hold_out_credentials
from training.quality.heldout_learners import REVEALED, LearnersOut, hold_out_learners
from training.quality.leaks import refuse_leaks
from training.splits import Split, SplitProtocol, everything

COLD: Final = (0,)
"""Records revealed of a cold teacher."""


class QualityProtocol(StrEnum):
    """How a benchmark holds records out."""

    LAST_OUT = "last-out"
    DATE = "date"
    GIVEN = "given"
    FOLD_IN = "fold-in"
    COLD_TEACHERS = "cold-start teachers"
    COLD_CREDENTIALS = "cold-start credentials"


@dataclass(frozen=True)
class Trial:
    """Everything that systems are tuned and judged on.

    `plan.judged` and `plan.weights` are of the same make: what is chosen on the second is meant for
    queries like those of the first.
    """

    protocol: QualityProtocol
    plan: Plan
    judged: Split
    revealed: NDArray[np.int64] | None
    """Records revealed of each query of `judged`, ascending; None where the protocol reveals all
    but some."""
    validation_revealed: NDArray[np.int64] | None
    """The same of `plan.weights`."""

    @property
    def validation(self) -> Split | None:
        """The inner split; None where there are too few learners for one."""
        return self.plan.weights


def make_trial(
    data: BenchmarkData, protocol: QualityProtocol, config: PlanConfig, seed: int, most: int
) -> Trial:
    """Split the data by a protocol, and once more inside what may be learned from.

    Parameters
    ----------
    most
        Queries of the inner split are at most so many, drawn by seed: the same for all systems.

    Raises
    ------
    NotEnoughData, NotFound, InvalidInput
        The data does not allow the protocol.
    ValueError
        A split leaks.
    """
    if protocol is QualityProtocol.FOLD_IN:
        trial = _by_learners(data, protocol, REVEALED, config, seed)
    elif protocol is QualityProtocol.COLD_TEACHERS:
        trial = _by_learners(data, protocol, COLD, config, seed)
    elif protocol is QualityProtocol.COLD_CREDENTIALS:
        trial = _by_credentials(data, config, seed)
    else:
        trial = _by_records(data, protocol, config, seed)
    return _sampled(trial, seed, most)


def _by_records(
    data: BenchmarkData, protocol: QualityProtocol, config: PlanConfig, seed: int
) -> Trial:
    heldout = Heldout(data.heldout, data.district) if protocol is QualityProtocol.GIVEN else None
    plan = make_plan(data.snapshot, SplitProtocol(protocol.value), config, seed, heldout)
    if plan.judged is None:
        raise NotEnoughData(" ".join(["There is nothing to judge on.", *plan.notes]))
    everybody = np.arange(len(data.snapshot.teachers))
    for split in (plan.judged, plan.weights):
        if split is not None:
            refuse_leaks(split, everybody)
    return Trial(protocol, plan, plan.judged, None, None)


def _by_learners(
    data: BenchmarkData,
    protocol: QualityProtocol,
    revealed: tuple[int, ...],
    config: PlanConfig,
    seed: int,
) -> Trial:
    snapshot = data.snapshot
    outer = hold_out_learners(snapshot, np.arange(len(snapshot.teachers)), revealed, seed)
    refuse_leaks(outer.split, outer.learned_from)
    inner: LearnersOut | None = None
    notes = [outer.split.note]
    try:
        inner = hold_out_learners(snapshot, outer.learned_from, revealed, seed + 1)
        refuse_leaks(inner.split, inner.learned_from)
        _refuse_few(inner.split, config)
    except NotEnoughData as error:
        inner = None
        notes.append(f"Every evidence has the same weight: {error.detail}")
    plan = Plan(None if inner is None else inner.split, outer.split, tuple(notes))
    inside = None if inner is None else inner.revealed
    return Trial(protocol, plan, outer.split, outer.revealed, inside)


def _by_credentials(data: BenchmarkData, config: PlanConfig, seed: int) -> Trial:
    judged = hold_out_credentials(everything(data.snapshot), seed)
    weights: Split | None = None
    notes = [judged.note]
    try:
        weights = hold_out_credentials(judged.train, seed + 1)
        _refuse_few(weights, config)
    except NotEnoughData as error:
        weights = None
        notes.append(f"Every evidence has the same weight: {error.detail}")
    everybody = np.arange(len(data.snapshot.teachers))
    for split in (judged, weights):
        if split is not None:
            refuse_leaks(split, everybody)
    plan = Plan(weights, judged, tuple(notes))
    return Trial(QualityProtocol.COLD_CREDENTIALS, plan, judged, None, None)


def _refuse_few(split: Split, config: PlanConfig) -> None:
    if len(split.teachers) < config.least_learners:
        raise NotEnoughData(
            f"Only {len(split.teachers)} learners have records to learn the weights on, "
            f"and {config.least_learners} are needed."
        )


def _sampled(trial: Trial, seed: int, most: int) -> Trial:
    split = trial.validation
    if split is None or len(split.queries) <= most:
        return trial
    rows = np.sort(
        np.random.default_rng(seed).choice(len(split.queries), most, replace=False)
    ).astype(np.int64)
    fewer = replace(
        split,
        queries=split.queries.take(rows),
        relevant=split.relevant.take(rows),
        teachers=split.teachers[rows],
    )
    inside = trial.validation_revealed
    return replace(
        trial,
        plan=replace(trial.plan, weights=fewer),
        validation_revealed=None if inside is None else inside[rows],
    )


def chosen_protocol(
    data: BenchmarkData, asked: str | None, cold_start: str | None
) -> QualityProtocol:
    """Return the protocol that was asked for, or the one that suits the data.

    Without a wish it is `given` where there is a file of held-out records, `last-out` where records
    have dates, `fold-in` otherwise.

    Raises
    ------
    InvalidInput
        There is no protocol of this name, or it cannot be together with a cold start.
    """
    if cold_start is not None:
        kinds = {"teachers", "credentials"}
        if cold_start not in kinds:
            raise InvalidInput(
                f"--cold-start must be 'teachers' or 'credentials', not '{cold_start}'."
            )
        if asked is not None:
            raise InvalidInput("--cold-start is a protocol of its own; leave --protocol out.")
        return QualityProtocol(f"cold-start {cold_start}")
    names = [one.value for one in QualityProtocol if not one.value.startswith("cold-start")]
    if asked is not None:
        if asked not in names:
            raise InvalidInput(f"--protocol must be one of {', '.join(names)}, not '{asked}'.")
        return QualityProtocol(asked)
    if data.heldout.is_file():
        return QualityProtocol.GIVEN
    dated = natural_protocol(data.snapshot) is SplitProtocol.DATE
    return QualityProtocol.LAST_OUT if dated else QualityProtocol.FOLD_IN
