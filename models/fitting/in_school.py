"""Fitting of `in_school`: what each school and district took up of late."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix

from features.training_data import TrainingData
from models.fitting.newcomers import newcomers_of
from models.fitting.options import TrainingOptions
from models.fitting.scale import spread_of
from models.in_school import InSchool, InSchoolConfig
from models.popular import SMALLEST_COUNT
from models.recency import recency
from recommender.axes import NO_SCHOOL
from recommender.vocabulary import RecordStatus


def fit_in_school(data: TrainingData, config: InSchoolConfig, options: TrainingOptions) -> InSchool:
    """Learn the shares of all schools and districts."""
    states = data.states
    keys = states.schools
    if keys is None:
        keys = np.full((len(states), 2), NO_SCHOOL, dtype=np.int64)
    late = _of_late(data, config)
    districts, of_district = _known(keys[:, 1], 1)
    everybody = np.asarray(late.sum(axis=0), dtype=np.float64).ravel()
    of_all = everybody / max(float(everybody.sum()), 1.0)
    by_district = np.asarray((of_district @ late).todense(), dtype=np.float64)
    prior = config.few_in_district
    table = (by_district + prior * of_all) / (by_district.sum(axis=1, keepdims=True) + prior)
    schools, of_school = _known(keys[:, 0], config.fewest)
    by_school = csr_matrix(of_school @ late)
    by_school.sort_indices()
    weight = np.asarray(by_school.sum(axis=1), dtype=np.float64).ravel()
    total = np.repeat(weight, np.diff(by_school.indptr)) + config.few
    unscaled = InSchool(
        schools=schools,
        rest=(config.few / (weight + config.few)).astype(np.float32),
        start=by_school.indptr.astype(np.int64),
        column=by_school.indices.astype(np.int32),
        share=(by_school.data / total).astype(np.float32),
        earned_by=_earned_by(data, of_school, by_school),
        districts=districts,
        table=np.vstack([table, of_all]).astype(np.float32),
        scale=1.0,
        config=config,
        placing=newcomers_of(data, options),
    )
    known = keys[:, 1] != NO_SCHOOL
    return replace(unscaled, scale=spread_of(unscaled.score, states, known, options))


def _of_late(data: TrainingData, config: InSchoolConfig) -> csr_matrix:
    """Return how much each record counts today; float64[n, m]."""
    history = data.states.history
    rows, owner = history.rows, history.owner
    aged = recency(rows["on"], data.states.as_of[owner], config.half_life_days, 0.0)
    held = rows["status"] >= RecordStatus.EARNED.code
    weights = np.where(held, 1.0, config.under_way) * aged
    shape = (len(data.states), len(data.catalog))
    return csr_matrix(coo_matrix((weights, (owner, rows["credential"])), shape=shape))


def _known(keys: NDArray[np.int64], fewest: int) -> tuple[NDArray[np.int64], csr_matrix]:
    """Return the keys that at least so many teachers have, and who has them; bool[p, n]."""
    found, place, count = np.unique(keys, return_inverse=True, return_counts=True)
    kept = (found != NO_SCHOOL) & (count >= fewest)
    number = np.cumsum(kept) - 1
    members = np.flatnonzero(kept[place])
    ones = np.ones(len(members))
    shape = (int(kept.sum()), len(keys))
    return found[kept], csr_matrix((ones, (number[place[members]], members)), shape=shape)


def _earned_by(
    data: TrainingData, of_school: csr_matrix, by_school: csr_matrix
) -> NDArray[np.int32]:
    """Return how many teachers of each school hold each of its credentials, 0 where few do."""
    history = data.states.history
    held = history.rows["status"] >= RecordStatus.EARNED.code
    cells = (history.owner[held], history.rows["credential"][held])
    shape = (len(data.states), len(data.catalog))
    counts = (of_school @ csr_matrix((np.ones(int(held.sum())), cells), shape=shape)).tocsr()
    school = np.repeat(np.arange(by_school.shape[0]), np.diff(by_school.indptr))
    if not len(school):
        return np.zeros(0, dtype=np.int32)
    found = np.asarray(counts[school, by_school.indices], dtype=np.float64).ravel()
    return np.where(found >= SMALLEST_COUNT, found, 0).astype(np.int32)
