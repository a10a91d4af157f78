"""Which splits a model is learned and judged on: time-ordered where the records have dates.

    records ... | T1 ... | T2 ... now
    evidence    | blend  | judged          then evidence once more, on everything

Without dates the same shares are held out at random by seed, one within the other. Where one of
each learner's newest is held out, halves of the learners teach each other (`training.crossing`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recommender.errors import InvalidInput, NotEnoughData
from recommender.vocabulary import DEFAULT_DISTRICT
from training.crossing import CROSSED, Half, halves_of
from training.gains import gains_of
from training.heldout import given_split
from training.short_histories import with_short_histories
from training.splits import (
    DatedFacts,
    Split,
    SplitProtocol,
    cut_leaving,
    date_split,
    everything,
    last_out_split,
    random_split,
)

MOSTLY: Final = 0.5
"""Share of dated records from which on the records count as dated."""
LARGEST_SHARE: Final = 0.5


@dataclass(frozen=True)
class PlanConfig:
    """How much is held out.

    Parameters
    ----------
    judged_share
        Share of the credentials taken up that models are judged on: the last ones, or chosen at
        random where there are no dates.
    weights_share
        Share that the blend's weights are learned on.
    least_learners
        With fewer learners to rank for, figures are noise: weights stay equal, nothing is judged.
    """

    judged_share: float = 0.1
    weights_share: float = 0.1
    least_learners: int = 20

    def __post_init__(self) -> None:
        for name in ("judged_share", "weights_share"):
            value = getattr(self, name)
            if not 0.0 < value < LARGEST_SHARE:
                raise ValueError(f"{name} must be between 0 and {LARGEST_SHARE}, got {value}")


@dataclass(frozen=True)
class Plan:
    """What is learned and judged on; None where there is too little, and `notes` say why."""

    weights: Split | None
    judged: Split | None
    notes: tuple[str, ...]
    halves: tuple[Half, ...] = ()
    """Instead of `weights`, where the judged learners teach each other."""


@dataclass(frozen=True)
class Heldout:
    """A file of held-out records, and the district whose teachers it names."""

    file: Path
    district_id: str = DEFAULT_DISTRICT


def natural_protocol(snapshot: DatedFacts) -> SplitProtocol:
    """Return `date` where most credentials taken up have a date, `random` otherwise."""
    gains = gains_of(snapshot.states())
    dated = int(gains.dated.sum())
    return SplitProtocol.DATE if dated and dated >= MOSTLY * len(gains) else SplitProtocol.RANDOM


def judged_split(
    snapshot: DatedFacts,
    protocol: SplitProtocol,
    config: PlanConfig,
    seed: int,
    heldout: Heldout | None = None,
) -> Split:
    """Return the outer split, which models are judged on.

    Raises
    ------
    InvalidInput
        The protocol `given` without a file.
    NotEnoughData
        There is nothing to hold out.
    """
    if protocol is SplitProtocol.DATE:
        return date_split(snapshot, cut_leaving(snapshot.states(), config.judged_share))
    if protocol is SplitProtocol.LAST_OUT:
        return last_out_split(snapshot, seed)
    if protocol is SplitProtocol.RANDOM:
        return random_split(everything(snapshot), config.judged_share, seed)
    if heldout is None:
        raise InvalidInput("The protocol 'given' needs a file of held-out records: --heldout FILE.")
    return given_split(everything(snapshot), snapshot.teachers, heldout.file, heldout.district_id)


def weights_split(snapshot: DatedFacts, judged: Split, config: PlanConfig, seed: int) -> Split:
    """Return the inner split, of the same kind, inside what the outer one may learn from.

    Raises
    ------
    NotEnoughData
        There is nothing more to hold out, or of too few learners.
    """
    split = _inner(snapshot, judged, config, seed)
    learners = len(split.teachers)
    if learners < config.least_learners:
        raise NotEnoughData(_few(learners, config))
    return split


def _few(learners: int, config: PlanConfig) -> str:
    return (
        f"Only {learners} learners have records to learn the weights on, "
        f"and {config.least_learners} are needed."
    )


def _inner(snapshot: DatedFacts, judged: Split, config: PlanConfig, seed: int) -> Split:
    if judged.protocol is SplitProtocol.DATE:
        cut = cut_leaving(snapshot.states(), config.judged_share + config.weights_share)
        return date_split(snapshot, cut, until=judged.train.as_of)
    share = config.weights_share
    if judged.protocol is SplitProtocol.GIVEN:
        # the validation should look like what is asked later: as much held out of each learner
        held, left = len(judged.relevant.rows), len(judged.queries.history.rows)
        share = min(held / max(held + left, 1), LARGEST_SHARE)
    return random_split(judged.train, share, seed + 1)


def make_plan(
    snapshot: DatedFacts,
    protocol: SplitProtocol,
    config: PlanConfig,
    seed: int,
    heldout: Heldout | None = None,
) -> Plan:
    """Return both splits; what has too few learners is left out, with a note.

    Raises
    ------
    InvalidInput, NotEnoughData
        Nothing can be held out by this protocol.
    """
    judged = judged_split(snapshot, protocol, config, seed, heldout)
    notes = [judged.note]
    weights: Split | None = None
    halves: tuple[Half, ...] = ()
    try:
        if judged.protocol is SplitProtocol.LAST_OUT:
            halves = _halves(judged, config, seed)
            notes.append(CROSSED)
        else:
            weights = weights_split(snapshot, judged, config, seed)
    except NotEnoughData as error:
        notes.append(f"Every evidence has the same weight: {error.detail}")
    if len(judged.teachers) < config.least_learners:
        notes.append(
            f"Only {len(judged.teachers)} learners could be judged on: the figures are noise."
        )
    return Plan(weights, judged, tuple(notes), halves)


def _halves(judged: Split, config: PlanConfig, seed: int) -> tuple[Half, ...]:
    halves = halves_of(judged, config.least_learners, seed)
    if not halves:
        raise NotEnoughData(_few(len(judged.teachers) // 2, config))
    return halves


def automatic_plan(snapshot: DatedFacts, config: PlanConfig, seed: int) -> Plan:
    """Return the plan that suits the data: by date where most records have one, else at random.

    Too little data for any split leaves both empty, with a note.
    """
    protocols = [SplitProtocol.RANDOM]
    if natural_protocol(snapshot) is SplitProtocol.DATE:
        protocols.insert(0, SplitProtocol.DATE)
    notes: list[str] = []
    for protocol in protocols:
        try:
            plan = make_plan(snapshot, protocol, config, seed)
        except NotEnoughData as error:
            notes.append(error.detail)
        else:
            weights = plan.weights
            if weights is not None:
                weights = with_short_histories(weights, seed)
            return Plan(weights, plan.judged, (*notes, *plan.notes))
    notes.append("Every evidence has the same weight, and the model was not judged.")
    return Plan(None, None, tuple(notes))
