"""Splits: what a model may learn from, whom it is asked about, and what came next for them.

A credential is *taken up* by its first record that says enrolled, submitted or earned; what is
expired or revoked later is no news of that kind. Only a credential that is not in the learner's
history at the query counts as relevant. What a query may see comes from `Snapshot.states` at a
moment of its own, so that no later rating, goal, event or roster entry reaches it either.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from features.training_data import TrainingData
from recommender.axes import TeacherKey
from recommender.catalog import Catalog
from recommender.clock import ms_to_date
from recommender.errors import NotEnoughData
from recommender.teacher_state import UNDATED_MS, Ragged, TeacherStates
from training.gains import Gains, gains_of, held_now, new_at, without_gains

DAY_MS: Final = 86_400_000
NO_DATES: Final = (
    "No record has a date, so a dated split is not possible; use `--protocol random`, "
    "or `--protocol given --heldout FILE`."
)


class DatedFacts(Protocol):
    """What a dated split asks of a snapshot: the states of everybody at any moment."""

    @property
    def as_of(self) -> int:
        """Moment up to which facts were let in."""

    @property
    def catalog(self) -> Catalog:
        """The m credentials."""

    @property
    def teachers(self) -> tuple[TeacherKey, ...]:
        """Whom each of the n rows stands for."""

    def states(self, as_of: int | NDArray[np.int64] | None = None) -> TeacherStates:
        """Return the states of all n teachers at one moment, or at one a teacher."""


def everything(snapshot: DatedFacts) -> TrainingData:
    """Return all that a snapshot holds, nothing held out."""
    return TrainingData(snapshot.catalog, snapshot.states(), snapshot.as_of)


class SplitProtocol(StrEnum):
    """How held-out records are chosen."""

    DATE = "date"
    LAST_OUT = "last-out"
    RANDOM = "random"
    GIVEN = "given"


@dataclass(frozen=True)
class Split:
    """A model fitted on `train` is asked about the q learners of `queries`."""

    train: TrainingData
    queries: TeacherStates
    relevant: Ragged
    """Columns (int32) of what each of the q learners took up next; at least one each."""
    teachers: NDArray[np.int64]
    """Row of each of the q learners in the snapshot; shape (q,)."""
    protocol: SplitProtocol
    note: str
    """One sentence on how the split was made, to be shown beside its figures."""


def cut_leaving(states: TeacherStates, share: float) -> int:
    """Return the end of a day after which at least `share` of the dated gains lie.

    Raises
    ------
    NotEnoughData
        No record is dated, or every dated one is of the same day.
    """
    gains = gains_of(states)
    moments = np.sort(gains.on[gains.dated])
    if not len(moments):
        raise NotEnoughData(NO_DATES)
    chosen = int(moments[min(int(len(moments) * (1.0 - share)), len(moments) - 1)])
    cut = chosen - chosen % DAY_MS - 1
    if moments[0] > cut:
        day = ms_to_date(int(moments[0]))
        raise NotEnoughData(
            f"Nearly all records are of the first day on record, {day}; a dated split needs "
            "records of more days."
        )
    return cut


def date_split(snapshot: DatedFacts, cut: int, until: int | None = None) -> Split:
    """Split all learners at one moment, as a back-test does.

    Learned from: every fact up to `cut`. Queries: the states at `cut`. Relevant: what was taken up
    after it, and not after `until` (the snapshot's own moment where None). Undated records are in
    every history and never relevant.

    Raises
    ------
    NotEnoughData
        No record is dated, or nobody took up anything new after the cut.
    """
    later = snapshot.states(until)
    gains = gains_of(later)
    if not gains.dated.any():
        raise NotEnoughData(NO_DATES)
    states = snapshot.states(cut)
    size = len(snapshot.catalog)
    relevant = gains.keep((gains.on > cut) & new_at(gains, states, size))
    day = ms_to_date(cut)
    if not len(relevant):
        raise NotEnoughData(f"Nobody took up a new micro-credential after {day}.")
    undated = int((~gains.dated).sum())
    note = f"Learned from facts up to {day}, judged on what was taken up after it"
    note += f" and by {ms_to_date(until)}." if until is not None else "."
    if undated:
        note += f" {undated} undated records are in every history and never judged."
    train = TrainingData(snapshot.catalog, states, cut)
    return _of(train, relevant, SplitProtocol.DATE, note)


def last_out_split(snapshot: DatedFacts, seed: int, data: TrainingData | None = None) -> Split:
    """Hold out one of the newest credentials of each learner with two or more dated ones.

    The newest *day* on which a learner took up anything is found, and one of that day's gains is
    chosen by `seed`. The query sees every fact up to the end of the day before, and of that day
    nothing but the records of other credentials (many are written in the same second, so their
    order says little). The model learns from these same states, and from everything of learners
    of whom nothing was held out. It has therefore seen what others did later on: figures are for
    comparing models, not a forecast.

    Parameters
    ----------
    snapshot
        Where facts up to a moment are asked for.
    seed
        Chooses among the gains of the newest day.
    data
        A part of the snapshot to split again; the whole where None.

    Raises
    ------
    NotEnoughData
        No record is dated, or no learner has two dated credentials.
    """
    states = snapshot.states() if data is None else data.states
    held = _newest(gains_of(states), len(states), seed)
    start = held.on - held.on % DAY_MS
    as_of = states.as_of.copy()
    as_of[held.owner] = start - 1
    before = snapshot.states(as_of)
    records, latest = _with_same_day(before, states, held)
    train = TrainingData(
        snapshot.catalog,
        replace(before, records=records, as_of=np.maximum(as_of, latest)),
        snapshot.as_of if data is None else data.as_of,
    )
    relevant = held.keep(new_at(held, train.states, len(snapshot.catalog)))
    note = (
        "One credential of each learner's newest day held out; the model has seen what others "
        "did later, so this compares models and is no forecast."
    )
    return _of(train, relevant, SplitProtocol.LAST_OUT, note)


def _newest(gains: Gains, learners: int, seed: int) -> Gains:
    """Return one gain of the newest day of each learner with two or more dated ones."""
    gains = gains.keep(gains.dated)
    if not len(gains):
        raise NotEnoughData(NO_DATES)
    counts = np.bincount(gains.owner, minlength=learners)
    day = gains.on // DAY_MS
    newest = np.full(learners, UNDATED_MS)
    np.maximum.at(newest, gains.owner, day)
    gains = gains.keep((day == newest[gains.owner]) & (counts[gains.owner] > 1))
    if not len(gains):
        raise NotEnoughData("No learner has two dated records, which last-out needs.")
    order = np.lexsort((np.random.default_rng(seed).random(len(gains)), gains.owner))
    _, first = np.unique(gains.owner[order], return_index=True)
    chosen = np.zeros(len(gains), dtype=bool)
    chosen[order[first]] = True
    return gains.keep(chosen)


def _with_same_day(
    before: TeacherStates, states: TeacherStates, held: Gains
) -> tuple[Ragged, NDArray[np.int64]]:
    """Return the records before, with those of the held-out day of other credentials.

    Also returns the latest moment of these for each learner, `UNDATED_MS` where there is none.
    """
    owner, rows = states.records.owner, states.records.rows
    day = np.full(len(states), -1)
    credential = np.full(len(states), -1)
    day[held.owner], credential[held.owner] = held.on // DAY_MS, held.credential
    same = (rows["on"] // DAY_MS == day[owner]) & (credential[owner] >= 0)
    same &= rows["credential"] != credential[owner]
    latest = np.full(len(states), UNDATED_MS)
    np.maximum.at(latest, owner[same], rows["on"][same])
    merged = Ragged.group(
        np.concatenate([before.records.owner, owner[same]]),
        np.concatenate([before.records.rows, rows[same]]),
        len(states),
    )
    return merged, latest


def random_split(data: TrainingData, share: float, seed: int) -> Split:
    """Hold out a share of each learner's credentials by seed; for records without dates.

    At least one credential is held out of two or more, and at least one is kept; a learner with a
    single one is learned from and not judged. The records and events of what is held out are taken
    away, whatever their date; ratings and goals stay.

    Raises
    ------
    NotEnoughData
        No learner has two credentials.
    """
    gains = held_now(data.states, len(data.catalog))
    counts = np.bincount(gains.owner, minlength=len(data.states))
    wanted = np.clip(np.rint(counts * share), 1, np.maximum(counts - 1, 0))[gains.owner]
    order = np.lexsort((np.random.default_rng(seed).random(len(gains)), gains.owner))
    place = gains.places(order)
    held = gains.keep(place < wanted)
    if not len(held):
        raise NotEnoughData("No learner has two records, which holding out at random needs.")
    note = f"{share:.0%} of each learner's credentials held out at random by seed {seed}"
    note += "; dates are not heeded, so this is no forecast." if gains.dated.any() else "."
    return without(data, held, SplitProtocol.RANDOM, note)


def without(data: TrainingData, held: Gains, protocol: SplitProtocol, note: str) -> Split:
    """Return the split that takes the records and events of the held-out pairs away."""
    states = without_gains(data.states, held, len(data.catalog))
    return _of(replace(data, states=states), held, protocol, note)


def _of(train: TrainingData, relevant: Gains, protocol: SplitProtocol, note: str) -> Split:
    teachers, rows = np.unique(relevant.owner, return_inverse=True)
    return Split(
        train=train,
        queries=train.states.take(teachers),
        relevant=Ragged.group(rows, relevant.credential, len(teachers)),
        teachers=teachers,
        protocol=protocol,
        note=note,
    )
