"""Credentials that few had the time to take up: what their content lets expect of them.

Ridge regression maps content (text, grade bands, subjects) to log(1 + n), n the records of each.
With e the number that the map expects, x the share of the records' span in which the credential
could be started, and k the prior, the expected rate is that of a Poisson number with a gamma prior,

    rate = e (n + k) / (e x + k),    lift = (1 - x) (log(1 + rate) - log(1 + n))

which is 0 for what had its time, and that of e for what was listed today. What nobody took up in
all the time that it stood there is not lifted: it would push aside what teachers of a role do take
up.

Beside how many take it up, whom it suits: `place_newcomers` puts what is new among the credentials
closest to it in content, as far as it is new,

    newness = (1 - x) k / (n + k)
    weight of a source = newness * chance * likeness^sharpness / sum of these

A mean of many scores varies less from teacher to teacher than a score of one credential, and would
hardly ever come to the top; `chance` gives that back.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from features.training_data import TrainingData
from models.colleagues.placing import Placing
from models.fitting.encoders import TfidfEncoder
from models.fitting.options import TrainingOptions, blas_threads
from models.fitting.similar_content import text_of
from recommender.catalog import Catalog
from recommender.teacher_state import UNDATED_MS

Floats = NDArray[np.float64]

_FEWEST: Final = 10
"""From fewer credentials with a content nothing is learned."""

_SPAN_MS: Final = 365 * 86_400_000
"""Span in which something counts as new where no record has a date."""

_NEW: Final = 0.25
"""What is less new than this is not placed."""


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
    chance: float = 1.5

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


def content_of(catalog: Catalog, options: TrainingOptions) -> Floats:
    """Return text vectors beside grade bands and subjects, float64[m, d]; 0 where nothing is said.

    Tags stand by themselves too, since whom a credential is for must not drown in its text.
    """
    with blas_threads(options.threads):
        texts = TfidfEncoder().encode([text_of(card) for card in catalog.cards], options.seed)
    return np.concatenate([texts, catalog.grade_bands, catalog.subjects], axis=1, dtype=np.float64)


def lift_of_newcomers(
    data: TrainingData, counts: Floats, content: Floats, *, prior: float, ridge: float
) -> Floats:
    """Return how far log(1 + n) of each credential is to be lifted, float64[m], not below 0.

    Stubs and credentials without content are not lifted.
    """
    told = content.any(axis=1) & data.catalog.known
    lift = np.zeros(len(counts))
    if int((told & (counts > 0)).sum()) < _FEWEST:
        return lift
    seen = told & (counts > 0)
    learned = Ridge(alpha=ridge).fit(content[seen], np.log1p(counts[seen]))
    expected = np.expm1(np.maximum(learned.predict(content[told]), 0.0))
    own = counts[told]
    time = _time_to_start(data)[told]
    rate = expected * (own + prior) / (expected * time + prior)
    lift[told] = (1.0 - time) * np.maximum(np.log1p(rate) - np.log1p(own), 0.0)
    return lift


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
    newness = (1.0 - _time_to_start(data)) * config.few / (counts + config.few)
    if not (newness >= _NEW).any():
        return Placing.nothing()
    texts = [text_of(card) for card in data.catalog.cards]
    with blas_threads(options.threads):
        vectors = TfidfEncoder().encode(texts, options.seed)
    told = vectors.any(axis=1) & data.catalog.known
    new = np.flatnonzero(told & (newness >= _NEW))
    settled = np.flatnonzero(told & (newness < _NEW) & (counts >= config.fewest))
    if not len(new) or not len(settled):
        return Placing.nothing()
    sources, weights = _nearest(vectors[new] @ vectors[settled].T, config)
    share = newness[new]
    return Placing(
        columns=new.astype(np.int64),
        sources=settled[sources].astype(np.int64),
        weights=(config.chance * share[:, None] * weights).astype(np.float32),
        own=(1.0 - share).astype(np.float32),
    )


def _nearest(
    likeness: NDArray[np.float32], config: PlacingConfig
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the columns that are most alike and their weights, both of shape (c, k).

    The weights of a row sum to 1, or are 0 where nothing is alike.
    """
    kept = min(config.neighbours, likeness.shape[1])
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :kept]
    strength = np.maximum(np.take_along_axis(likeness, nearest, axis=1), 0.0) ** config.sharpness
    total = strength.sum(axis=1, keepdims=True)
    return nearest, np.divide(strength, total, out=np.zeros_like(strength), where=total > 0)
