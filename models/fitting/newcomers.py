"""Credentials that few had the time to take up: what their content lets expect of them.

Ridge regression maps content (text, grade bands, subjects) to log(1 + n), n the records of each.
With e the number that the map expects, x the share of the records' span in which the credential
could be started, and k the prior, the expected rate is that of a Poisson number with a gamma prior,

    rate = e (n + k) / (e x + k),    lift = log(1 + rate) - log(1 + n)

which is about n, and a lift of about 0, where e x is large, and e where it is nothing yet. Of what
nobody has, x is taken to be 0: how long it stood there unnoticed says little of it.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from features.training_data import TrainingData
from models.fitting.encoders import TfidfEncoder
from models.fitting.options import TrainingOptions, blas_threads
from models.fitting.similar_content import text_of
from recommender.catalog import Catalog
from recommender.teacher_state import UNDATED_MS

Floats = NDArray[np.float64]

_FEWEST: Final = 10
"""From fewer credentials with a content nothing is learned."""


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
    time = np.where(own > 0, _time_to_start(data)[told], 0.0)
    rate = expected * (own + prior) / (expected * time + prior)
    lift[told] = np.maximum(np.log1p(rate) - np.log1p(own), 0.0)
    return lift


def _time_to_start(data: TrainingData) -> Floats:
    """Return in which share of the span of all dated records each could be started, 0..1."""
    on = data.states.records.rows["on"]
    dated = on[on != UNDATED_MS]
    if not len(dated):
        return np.ones(len(data.catalog))
    # the middle half, drawn out: a single early or late record must not make the span
    early, late = np.quantile(dated, [0.25, 0.75])
    span = max(2.0 * float(late - early), 1.0)
    since = float(data.as_of) - data.catalog.valid_from.astype(np.float64)
    time: Floats = np.clip(since / span, 0.0, 1.0)
    return time
