"""Credentials that few had the time to take up, placed among those closest to them in content.

With n the records of a credential, x the share of the records' span in which it could be started,
and k the number of own records that count as much as its neighbours,

    newness = (1 - x) k / (n + k)
    weight of a source = newness * chance * likeness^sharpness / sum of these

so that its own history takes over as it comes in. What nobody took up in all the time that it stood
there is not new. All evidence that rests on what was taken up uses this one placing, so that
a new credential stands in the blend where those stand that are like it. A mean of many scores
varies less from teacher to teacher than a score of one credential, and would hardly ever come to
the top; `chance` gives that back.

Likeness is the cosine of texts beside grade bands and subjects. How much the latter count is chosen
by the records: where whom a credential is for says who takes it up, what is close by that is taken
up by the same teachers.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix
from sklearn.preprocessing import normalize

from features.training_data import TrainingData
from models.fitting.encoders import TfidfEncoder
from models.fitting.options import TrainingOptions, blas_threads
from models.fitting.similar_content import text_of
from models.placing import Placing
from recommender.catalog import Catalog
from recommender.teacher_state import UNDATED_MS, TeacherStates

Floats = NDArray[np.float64]

_SPAN_MS: Final = 365 * 86_400_000
"""Span in which something counts as new where no record has a date."""

_NEW: Final = 0.25
"""What is less new than this is not placed."""

_TAGS: Final = (0.0, 0.5, 1.0)
"""Weights of grade bands and subjects beside the text that are tried."""

_TRIED: Final = 200
"""Credentials on which they are tried."""


@dataclass(frozen=True)
class PlacingConfig:
    """How what is new is placed among what is close to it in content.

    Parameters
    ----------
    neighbours
        It is placed among so many.
    sharpness
        Power of the likeness by which they are weighted.
    fewest
        Records that a neighbour must have.
    few
        Own records that count as much as the neighbours.
    chance
        By how much the mean of the neighbours is raised, so that it varies from teacher to teacher
        as the score of one credential does; 1 raises nothing, 0 gives no chance at all.
    """

    neighbours: int = 20
    sharpness: float = 4.0
    fewest: int = 5
    few: float = 3.0
    chance: float = 0.7

    def __post_init__(self) -> None:
        if min(self.neighbours, self.fewest) < 1 or self.few <= 0:
            raise ValueError(
                "neighbours and fewest must be at least 1 and few above 0, got "
                f"{self.neighbours}, {self.fewest} and {self.few}"
            )
        if min(self.sharpness, self.chance) < 0:
            raise ValueError(
                f"sharpness and chance must not be below 0, got {self.sharpness} and {self.chance}"
            )


def content_of(catalog: Catalog, options: TrainingOptions, tags: float = 1.0) -> Floats:
    """Return text vectors beside grade bands and subjects, float64[m, d]; 0 where nothing is said.

    Tags stand by themselves too, since whom a credential is for must not drown in its text.
    """
    with blas_threads(options.threads):
        texts = TfidfEncoder().encode([text_of(card) for card in catalog.cards], options.seed)
    whom = np.concatenate([catalog.grade_bands, catalog.subjects], axis=1, dtype=np.float64)
    return np.concatenate([texts, tags * whom], axis=1, dtype=np.float64)


def newcomers_of(data: TrainingData, options: TrainingOptions) -> Placing:
    """Return the placing that all evidence shares."""
    counts = np.bincount(data.states.history.rows["credential"], minlength=len(data.catalog))
    return place_newcomers(data, counts, PlacingConfig(), options)


def place_newcomers(
    data: TrainingData,
    counts: NDArray[np.int64],
    config: PlacingConfig,
    options: TrainingOptions,
) -> Placing:
    """Place what is new and has a content among what is close to it.

    Parameters
    ----------
    counts
        Records of each credential, shape (m,).
    """
    key = ("newcomers", config, counts.tobytes(), options.seed)
    return data.once(key, lambda: _placed(data, counts, config, options))


def _placed(
    data: TrainingData,
    counts: NDArray[np.int64],
    config: PlacingConfig,
    options: TrainingOptions,
) -> Placing:
    newness = (1.0 - _time_to_start(data)) * config.few / (counts + config.few)
    if not (newness >= _NEW).any():
        return Placing.nothing()
    content = content_of(data.catalog, options)
    told = content.any(axis=1) & data.catalog.known
    new = np.flatnonzero(told & (newness >= _NEW))
    settled = np.flatnonzero(told & (newness < _NEW) & (counts >= config.fewest))
    if not len(new) or not len(settled):
        return Placing.nothing()
    whom = data.catalog.grade_bands.shape[1] + data.catalog.subjects.shape[1]
    unit = _closest_by_records(content, whom, data.states, settled, config, options)
    sources, weights = _nearest(unit[new] @ unit[settled].T, config)
    share = newness[new]
    return Placing(
        columns=new.astype(np.int64),
        sources=settled[sources].astype(np.int64),
        weights=(config.chance * share[:, None] * weights).astype(np.float32),
        own=(1.0 - share).astype(np.float32),
    )


def _closest_by_records(
    content: Floats,
    whom: int,
    states: TeacherStates,
    settled: NDArray[np.int64],
    config: PlacingConfig,
    options: TrainingOptions,
) -> Floats:
    """Return contents of length 1 in which what is close is taken up by the same teachers.

    The last `whom` columns of the content are grade bands and subjects.
    """
    taken = _taken_up(states, len(content))
    tried = settled
    if len(settled) > _TRIED:
        tried = np.sort(options.rng().choice(settled, _TRIED, replace=False))
    text, tags = np.split(content, [content.shape[1] - whom], axis=1)
    units = [normalize(np.hstack([text, weight * tags])) for weight in _TAGS]
    if not tags.any() or len(settled) == 1:
        return np.asarray(units[0])
    found = [_recovered(unit, taken, tried, settled, config) for unit in units]
    return np.asarray(units[int(np.argmax(found))])


def _taken_up(states: TeacherStates, size: int) -> csc_matrix:
    history = states.history
    ones = np.ones(len(history.rows), dtype=np.float64)
    columns = history.rows["credential"].astype(np.int64)
    return csc_matrix((ones, (history.owner, columns)), shape=(len(states), size))


def _recovered(
    unit: Floats,
    taken: csc_matrix,
    tried: NDArray[np.int64],
    settled: NDArray[np.int64],
    config: PlacingConfig,
) -> float:
    """Return the mean cosine of who took something up and who took up what is closest to it."""
    likeness = unit[tried] @ unit[settled].T
    likeness[np.arange(len(tried)), np.searchsorted(settled, tried)] = 0.0
    sources, weights = _nearest(likeness, config)
    found = []
    for column, near, weight in zip(tried, settled[sources], weights, strict=True):
        others = np.asarray(taken[:, near] @ weight).ravel()
        own = np.asarray(taken[:, [column]].sum(axis=1)).ravel()
        length = float(np.linalg.norm(others) * np.linalg.norm(own))
        found.append(float(own @ others) / length if length > 0 else 0.0)
    return float(np.mean(found))


def _time_to_start(data: TrainingData) -> Floats:
    """Return in which share of the span of all dated records each could be started, 0..1."""
    on = data.states.records.rows["on"]
    dated = on[on != UNDATED_MS]
    span = float(_SPAN_MS)
    if len(dated):
        # the middle half, drawn out: a single early or late record must not make the span
        early, late = np.quantile(dated, [0.25, 0.75])
        span = max(2.0 * float(late - early), 1.0)
    since = float(data.as_of) - data.catalog.valid_from.astype(np.float64)
    time: Floats = np.clip(since / span, 0.0, 1.0)
    return time


def _nearest(likeness: Floats, config: PlacingConfig) -> tuple[NDArray[np.int64], Floats]:
    """Return the columns that are most alike and their weights, both of shape (c, k).

    The weights of a row sum to 1, or are 0 where nothing is alike.
    """
    kept = min(config.neighbours, likeness.shape[1])
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :kept]
    strength = np.maximum(np.take_along_axis(likeness, nearest, axis=1), 0.0) ** config.sharpness
    total = strength.sum(axis=1, keepdims=True)
    return nearest, np.divide(strength, total, out=np.zeros_like(strength), where=total > 0)
