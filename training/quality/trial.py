"""A trial: what is learned, on what the choices are made, whom is asked, by one protocol."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput, NotEnoughData
from recommender.teacher_state import Ragged
from training.crossing import CROSSED, halves_of, only
from training.heldout import heldout_gains
from training.plan import Heldout, PlanConfig, make_plan, natural_protocol
from training.quality.data import BenchmarkData
from training.quality.heldout_credentials import hold_out_credentials
from training.quality.heldout_learners import REVEALED, hold_out_learners
from training.quality.leaks import refuse_leaks
from training.quality.school_years import school_year_splits
from training.splits import Split, SplitProtocol, everything, last_out_split

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
class Fold:
    """What is chosen on one validation, and the judged queries that are answered with it."""

    validation: Split | None
    """Of the same make as the judged split; None where there are too few learners for one."""
    revealed: NDArray[np.int64] | None
    """Records revealed of each query of the validation."""
    answers: NDArray[np.bool_]
    """Which judged queries are answered with what it teaches; shape (q,)."""
    rest: Ragged | None = None
    """As `Trial.rest`, of the queries of the validation."""


@dataclass(frozen=True)
class Cell:
    """Judged queries that are answered by one configuration of a peer."""

    fold: int
    revealed: int | None
    rows: NDArray[np.int64]


@dataclass(frozen=True)
class Trial:
    """Everything that systems are tuned and judged on."""

    protocol: QualityProtocol
    judged: Split
    revealed: NDArray[np.int64] | None
    """Records revealed of each judged query; None where the protocol reveals all but some."""
    folds: tuple[Fold, ...]
    """Every judged query is answered by exactly one."""
    notes: tuple[str, ...]
    rest: Ragged | None = None
    """Where new credentials are asked for: columns of what else was held out of each query."""

    @property
    def numbers(self) -> tuple[int | None, ...]:
        """Numbers of records revealed, ascending; None alone where there are none."""
        return (None,) if self.revealed is None else tuple(np.unique(self.revealed).tolist())

    def cells(self) -> Iterator[Cell]:
        """Yield the judged queries by fold and by number of records revealed."""
        for number in self.numbers:
            inside = of_number(self.revealed, number, len(self.judged.queries))
            for place, fold in enumerate(self.folds):
                yield Cell(place, number, np.flatnonzero(fold.answers & inside))


def of_number(
    revealed: NDArray[np.int64] | None, number: int | None, queries: int
) -> NDArray[np.bool_]:
    """Return which queries have so many records revealed: all where there are no numbers."""
    if number is None or revealed is None:
        return np.ones(queries, dtype=bool)
    inside: NDArray[np.bool_] = revealed == number
    return inside


def make_trial(
    data: BenchmarkData, protocol: QualityProtocol, config: PlanConfig, seed: int, most: int
) -> Trial:
    """Split the data by a protocol, and find what choices may be made on.

    Parameters
    ----------
    most
        Queries of a validation are at most so many, drawn by seed: the same for all systems.

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
    elif protocol is QualityProtocol.LAST_OUT:
        trial = _crossed(last_out_split(data.snapshot, seed), config, seed)
    elif protocol is QualityProtocol.DATE:
        trial = _by_school_year(data, config, seed)
    else:
        trial = _by_plan(data, protocol, config, seed)
    return replace(trial, folds=tuple(_sampled(fold, seed, most) for fold in trial.folds))


def _crossed(judged: Split, config: PlanConfig, seed: int) -> Trial:
    """Let each half of the learners be answered with what the other half's records chose."""
    refuse_leaks(judged, np.arange(len(judged.train.states)))
    halves = halves_of(judged, config.least_learners, seed)
    folds = tuple(Fold(half.validation, None, half.answers) for half in halves)
    if not folds:
        folds = (Fold(None, None, np.ones(len(judged.teachers), dtype=bool)),)
    note = CROSSED if halves else few_learners(len(judged.teachers) // 2, config)
    notes = (judged.note, note)
    return Trial(QualityProtocol.LAST_OUT, judged, None, folds, notes)


def _by_school_year(data: BenchmarkData, config: PlanConfig, seed: int) -> Trial:
    """Judge on the next school year, choose on the one before; else on the last tenths."""
    protocol = QualityProtocol.DATE
    try:
        judged, before = school_year_splits(data.snapshot, config.least_learners)
    except NotEnoughData as error:
        trial = _by_plan(data, protocol, config, seed)
        return replace(trial, notes=(error.detail, *trial.notes))
    for split in (judged, before):
        refuse_leaks(split, np.arange(len(data.snapshot.teachers)))
    return _single(protocol, judged, before, [judged.note])


def _by_plan(
    data: BenchmarkData, protocol: QualityProtocol, config: PlanConfig, seed: int
) -> Trial:
    heldout = Heldout(data.heldout, data.district) if protocol is QualityProtocol.GIVEN else None
    plan = make_plan(data.snapshot, SplitProtocol(protocol.value), config, seed, heldout)
    if plan.judged is None:
        raise NotEnoughData(" ".join(["There is nothing to judge on.", *plan.notes]))
    for split in (plan.judged, plan.weights):
        if split is not None:
            refuse_leaks(split, np.arange(len(data.snapshot.teachers)))
    return _single(protocol, plan.judged, plan.weights, list(plan.notes))


def _single(
    protocol: QualityProtocol,
    judged: Split,
    validation: Split | None,
    notes: list[str],
    revealed: tuple[NDArray[np.int64], NDArray[np.int64] | None] | None = None,
) -> Trial:
    outer, inner = revealed or (None, None)
    everybody = np.ones(len(judged.queries), dtype=bool)
    folds = (Fold(validation, inner, everybody),)
    return Trial(protocol, judged, outer, folds, tuple(notes))


def _by_learners(
    data: BenchmarkData,
    protocol: QualityProtocol,
    numbers: tuple[int, ...],
    config: PlanConfig,
    seed: int,
) -> Trial:
    snapshot = data.snapshot
    beside = None
    notes = []
    if data.heldout.is_file():
        beside, _ = heldout_gains(
            snapshot.catalog.axes, snapshot.teachers, data.heldout, data.district
        )
        notes.append(
            f"{len(beside)} records of {data.heldout.name} count among what held-out learners took "
            "up; nobody's are learned from."
        )
    everybody = np.arange(len(snapshot.teachers))
    outer = hold_out_learners(snapshot, everybody, numbers, seed, beside)
    refuse_leaks(outer.split, outer.learned_from)
    notes.insert(0, outer.split.note)
    try:
        inner = hold_out_learners(snapshot, outer.learned_from, numbers, seed + 1, beside)
        _refuse_few(inner.split, config)
    except NotEnoughData as error:
        notes.append(f"Every evidence has the same weight: {error.detail}")
        return _single(protocol, outer.split, None, notes, (outer.revealed, None))
    refuse_leaks(inner.split, inner.learned_from)
    return _single(protocol, outer.split, inner.split, notes, (outer.revealed, inner.revealed))


def _by_credentials(data: BenchmarkData, config: PlanConfig, seed: int) -> Trial:
    protocol, everybody = QualityProtocol.COLD_CREDENTIALS, np.arange(len(data.snapshot.teachers))
    outer = hold_out_credentials(everything(data.snapshot), seed)
    refuse_leaks(outer.split, everybody)
    notes = [outer.split.note]
    try:
        inner = hold_out_credentials(outer.split.train, seed + 1)
        _refuse_few(inner.split, config)
    except NotEnoughData as error:
        notes.append(f"Every evidence has the same weight: {error.detail}")
        return replace(_single(protocol, outer.split, None, notes), rest=outer.rest)
    refuse_leaks(inner.split, everybody)
    trial = _single(protocol, outer.split, inner.split, notes)
    (fold,) = trial.folds
    return replace(trial, folds=(replace(fold, rest=inner.rest),), rest=outer.rest)


def _refuse_few(split: Split, config: PlanConfig) -> None:
    learners = len(np.unique(split.teachers))
    if learners < config.least_learners:
        raise NotEnoughData(few_learners(learners, config))


def few_learners(learners: int, config: PlanConfig) -> str:
    """Return the sentence that says that there are too few to choose anything on."""
    return (
        f"Only {learners} learners have records to learn the weights on, "
        f"and {config.least_learners} are needed."
    )


def _sampled(fold: Fold, seed: int, most: int) -> Fold:
    split = fold.validation
    if split is None or len(split.queries) <= most:
        return fold
    drawn = np.random.default_rng(seed).choice(len(split.queries), most, replace=False)
    rows = np.sort(drawn).astype(np.int64)
    revealed = None if fold.revealed is None else fold.revealed[rows]
    rest = None if fold.rest is None else fold.rest.take(rows)
    return replace(fold, validation=only(split, rows), revealed=revealed, rest=rest)


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
