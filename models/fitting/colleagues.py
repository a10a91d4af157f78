"""Fitting of `colleagues`: each part on the whole matrix of records."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from features.training_data import TrainingData
from models.colleagues import PARTS, Colleagues
from models.colleagues.ease import LightEasePart
from models.colleagues.history import StatusConfidence, weighted_history
from models.colleagues.part import Part
from models.fitting.als import AlsConfig, fit_als
from models.fitting.damping import commonness_of
from models.fitting.ease import EaseConfig, fit_ease
from models.fitting.newcomers import PlacingConfig, place_newcomers
from models.fitting.options import TrainingOptions
from models.fitting.scale import spread_of
from models.fitting.short import ShortConfig, fit_short
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import Segment

FITS: Final[dict[str, Callable[[csr_matrix, Any, TrainingOptions], Part]]] = {
    "als": fit_als,
    "ease": fit_ease,
    "ease_light": partial(fit_ease, kind=LightEasePart),
    "short": fit_short,
}
"""How each part of `PARTS` is fitted."""


@dataclass(frozen=True)
class ColleaguesConfig:
    """What may be set of `colleagues`.

    Parameters
    ----------
    confidence
        How much a record says by its status.
    als, ease, ease_light, short
        Configuration of each part; None leaves it out.
    part_weights
        Weight of each part, for every segment, until `models.fitting.blend` has learned better.
    placing
        How what is new is placed; None leaves it where nobody looks. Parts tell single credentials
        apart sharply, and a mean of many hardly ever comes to their top unless it is raised.
    """

    confidence: StatusConfidence = field(default_factory=StatusConfidence)
    als: AlsConfig | None = field(default_factory=AlsConfig)
    ease: EaseConfig | None = field(default_factory=EaseConfig)
    ease_light: EaseConfig | None = field(
        default_factory=lambda: EaseConfig(ridge=50.0, frequency=0.0)
    )
    short: ShortConfig | None = field(default_factory=ShortConfig)
    part_weights: Mapping[str, float] = field(default_factory=lambda: {"ease": 0.25, "short": 0.75})
    placing: PlacingConfig | None = field(default_factory=lambda: PlacingConfig(chance=1.0))

    def __post_init__(self) -> None:
        unknown = sorted(set(self.part_weights) - set(PARTS))
        if unknown or any(weight < 0 for weight in self.part_weights.values()):
            raise ValueError(
                f"part_weights must be of {', '.join(PARTS)} and not below 0, got "
                f"{dict(self.part_weights)}"
            )


def fit_colleagues(
    data: TrainingData, config: ColleaguesConfig, options: TrainingOptions
) -> Colleagues:
    """Fit every part and give each the scale that makes its usual spread 1."""
    matrix = record_matrix(data.states, len(data.catalog), config.confidence)
    wanted = {name: getattr(config, name) for name in PARTS if getattr(config, name) is not None}
    parts = tuple(FITS[name](matrix, own, options) for name, own in wanted.items())
    weights = [config.part_weights.get(name, 0.0) for name in wanted]
    unscaled = Colleagues(
        parts=parts,
        scales=np.ones(len(parts), dtype=np.float32),
        part_weights=np.tile(np.array(weights, dtype=np.float32), (len(Segment), 1)),
        damping=np.zeros(len(Segment), dtype=np.float32),
        commonness=commonness_of(matrix),
        confidence=config.confidence,
        catalog_size=len(data.catalog),
    )
    scaled = replace(unscaled, scales=_scales(unscaled, data.states, options))
    if config.placing is None:
        return scaled
    counts = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return replace(scaled, placing=place_newcomers(data, counts, config.placing, options))


def without_idle(config: ColleaguesConfig, learned: Colleagues) -> ColleaguesConfig:
    """Leave out what need not be fitted again: parts that earned no weight in any segment."""
    idle: dict[str, Any] = {
        part.name: None
        for part, weights in zip(learned.parts, learned.part_weights.T, strict=True)
        if not weights.any()
    }
    return replace(config, **idle)


def record_matrix(
    states: TeacherStates, catalog_size: int, confidence: StatusConfidence
) -> csr_matrix:
    """Return the confidence of every record, n teachers x m credentials.

    implicit refuses `csr_array`, hence the matrix.
    """
    history = weighted_history(states, confidence)
    shape = (len(states), catalog_size)
    return csr_matrix((history.confidence, history.credential, history.start), shape=shape)


def _scales(
    colleagues: Colleagues, states: TeacherStates, options: TrainingOptions
) -> NDArray[np.float32]:
    """Return the usual spread of each part's scores, float32[p]."""
    with_record = states.history.counts > 0

    def score_of(part: Part) -> Callable[[TeacherStates], NDArray[np.float32]]:
        return lambda block: part.score(weighted_history(block, colleagues.confidence))

    spreads = [spread_of(score_of(part), states, with_record, options) for part in colleagues.parts]
    return np.array(spreads, dtype=np.float32)
