"""Fitting of `peers_in_role`: what groups take up more often than usual, by records and content.

With N how often a group took a credential up and E how often it would have, had it chosen as all
do, N is a Poisson number around E r, and r has a gamma prior of strength k around exp(p):

    table = p + log((N + k) / (E exp(p) + k))

p is what ridge regression makes of the content, and k is chosen for grade bands, subjects and
experience each by the likelihood of all N (an empirical Bayes estimate): what says nothing, as
experience often does, is drawn to 0 by itself.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import gammaln
from sklearn.linear_model import Ridge

from features.training_data import TrainingData
from models.colleagues.history import StatusConfidence
from models.fitting.colleagues import record_matrix
from models.fitting.in_school import fit_in_school
from models.fitting.newcomers import content_of, newcomers_of
from models.fitting.options import TrainingOptions
from models.fitting.scale import spread_of
from models.in_school import InSchoolConfig
from models.peers_in_role import PeersInRole, PeersInRoleConfig, context_features
from models.placing import Placing
from models.popular import SMALLEST_COUNT
from recommender.vocabulary import RecordStatus

Floats = NDArray[np.float64]

_LEAST_TEACHERS: Final = 20
"""With fewer teachers of whom records and context are known, groups say nothing."""

_ALL_YEARS: Final = 1e6
"""Half-life in days by which every record counts alike."""

_STRENGTHS: Final = tuple(2.0**power for power in range(10))
"""Strengths of the prior that are tried."""

_SURE: Final = 50.0
"""Records from which on a credential counts in full when content is mapped."""


def fit_peers_in_role(
    data: TrainingData, config: PeersInRoleConfig, options: TrainingOptions
) -> PeersInRole:
    """Learn the table of all groups."""
    states = data.states
    features = context_features(states)
    told = np.asarray(features.any(axis=1))
    known = told & (states.history.counts > 0)
    table = np.zeros((features.shape[1], len(data.catalog)))
    matrix = record_matrix(states, len(data.catalog), StatusConfidence())
    if int(known.sum()) >= _LEAST_TEACHERS:
        content = content_of(data.catalog, options)
        table += _ratios(_kinds(data), features[known] > 0, matrix[known], content, config)
    usual = np.log1p(np.asarray(matrix.sum(axis=0), dtype=np.float64).ravel())
    around = InSchoolConfig(_ALL_YEARS, few=config.few, few_in_district=config.few_in_district)
    unscaled = PeersInRole(
        table=table.astype(np.float32),
        usual=usual.astype(np.float32),
        earned_by=_earned_by(data, features > 0),
        place=replace(fit_in_school(data, around, options), placing=Placing.nothing()),
        grade_bands=states.grade_bands.shape[1],
        subjects=states.subjects.shape[1],
        scale=1.0,
        config=config,
        placing=newcomers_of(data, options),
    )
    said = told | unscaled.place.knows(states)
    scale = spread_of(unscaled.score, states, said, options)
    return replace(unscaled, scale=scale)


def _kinds(data: TrainingData) -> tuple[slice, ...]:
    """Return which groups are grade bands, which subjects and which bands of experience."""
    bands = data.states.grade_bands.shape[1]
    subjects = bands + data.states.subjects.shape[1]
    return slice(0, bands), slice(bands, subjects), slice(subjects, None)


def _ratios(
    kinds: tuple[slice, ...],
    members: NDArray[np.bool_],
    matrix: csr_matrix,
    content: Floats,
    config: PeersInRoleConfig,
) -> Floats:
    """Return the logarithms of the ratios of all groups and credentials, float64[groups, m]."""
    taken = np.asarray(matrix.T @ members.astype(np.float64)).T
    usual = np.asarray(matrix.sum(axis=0), dtype=np.float64).ravel()
    expected = taken.sum(axis=1, keepdims=True) * usual / max(float(usual.sum()), 1.0)
    table = np.zeros_like(taken)
    for kind in kinds:
        if taken[kind].size:
            by_records = shrunk(taken[kind], expected[kind], np.zeros_like(taken[kind]))
            by_content = _by_content(by_records, usual, content, config.ridge)
            table[kind] = shrunk(taken[kind], expected[kind], by_content)
    return table


def shrunk(taken: Floats, expected: Floats, prior: Floats) -> Floats:
    """Return p + log((N + k) / (E exp(p) + k)) with the likeliest strength k.

    Parameters
    ----------
    taken, expected, prior
        N, E and p, float64[groups, m].
    """
    around = expected * np.exp(prior)
    likely = [_log_likelihood(taken, around, strength) for strength in _STRENGTHS]
    strength = _STRENGTHS[int(np.argmax(likely))]
    logs: Floats = prior + np.log((taken + strength) / (around + strength))
    return logs


def _log_likelihood(taken: Floats, around: Floats, strength: float) -> float:
    """Return that of all N under a negative binomial, without the terms that k does not move."""
    seen = around > 0
    n, e = taken[seen], around[seen]
    terms = gammaln(n + strength) - gammaln(strength) - strength * np.log1p(e / strength)
    return float((terms - n * np.log(e + strength)).sum())


def _by_content(by_records: Floats, usual: Floats, content: Floats, ridge: float) -> Floats:
    """Return what content lets expect of each group, float64[groups, m]; 0 without any."""
    told = content.any(axis=1)
    seen = told & (usual > 0)
    mapped = np.zeros_like(by_records)
    if seen.any():
        weights = np.minimum(usual[seen], _SURE)
        learned = Ridge(alpha=ridge).fit(content[seen], by_records[:, seen].T, weights)
        predicted = np.asarray(learned.predict(content[told]))
        mapped[:, told] = predicted.reshape(int(told.sum()), -1).T
    return mapped


def _earned_by(data: TrainingData, members: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return how many of each group earned each credential, int32[groups, m]; 0 where few did."""
    history = data.states.history
    held = history.rows["status"] >= RecordStatus.EARNED.code
    shape = (len(data.states), len(data.catalog))
    owner, credential = history.owner[held], history.rows["credential"][held]
    earned = csr_matrix((np.ones(len(owner)), (owner, credential)), shape=shape)
    counts = np.asarray(earned.T @ members.astype(np.float64)).T
    return np.where(counts >= SMALLEST_COUNT, counts, 0).astype(np.int32)
