"""Fitting of the three kinds of need evidence: pull, usual levels, and the scale."""

from dataclasses import replace
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from features.training_data import TrainingData
from models.choice_set import ChoiceSet
from models.fitting.options import TrainingOptions
from models.fitting.scale import spread_of
from models.growth_area import GrowthArea, GrowthAreaConfig
from models.growth_goal import GrowthGoal, GrowthGoalConfig
from models.need import NeedEvidence, PullConfig
from models.self_assessed_need import SelfAssessedNeed, SelfAssessedNeedConfig
from recommender.catalog import Catalog
from recommender.teacher_state import UNDATED_MS, Ragged, TeacherStates

N = TypeVar("N", bound=NeedEvidence)

_MIDDLE: Final = 0.5
"""Usual level where there is no rating at all."""

_OCCASIONS: Final = 4_000
"""Beginnings that tell how often each credential could have been taken up."""

_PRIOR: Final = 20.0
"""Ratings' worth of the framework in the usual level of a standard, of all in a framework's."""


def fit_growth_area(
    data: TrainingData, config: GrowthAreaConfig, options: TrainingOptions
) -> GrowthArea:
    """Learn the pull of every credential, and the usual rating on every standard."""
    ratings = data.states.ratings
    usual = usual_levels(ratings, data.catalog)
    pull, choices = _pull(data, ratings, config, options)
    return _scaled(GrowthArea(pull, choices, 1.0, config, usual), data, ratings, options)


def fit_self_assessed_need(
    data: TrainingData, config: SelfAssessedNeedConfig, options: TrainingOptions
) -> SelfAssessedNeed:
    """Learn the pull of every credential, and the usual self-assessment on every standard."""
    said = data.states.assessments
    usual = usual_levels(said, data.catalog)
    pull, choices = _pull(data, said, config, options)
    return _scaled(SelfAssessedNeed(pull, choices, 1.0, config, usual), data, said, options)


def fit_growth_goal(
    data: TrainingData, config: GrowthGoalConfig, options: TrainingOptions
) -> GrowthGoal:
    """Learn the pull of every credential on standards chosen as goals."""
    pull, choices = _pull(data, data.states.goals, config, options)
    return _scaled(GrowthGoal(pull, choices, 1.0, config), data, data.states.goals, options)


def _pull(
    data: TrainingData, told: Ragged, config: PullConfig, options: TrainingOptions
) -> tuple[NDArray[np.float32], ChoiceSet]:
    """Return the pull of every credential, and what is free to whom.

    Where nobody `told` of a need, nothing is asked of the records.
    """
    choices = ChoiceSet.of(data.catalog)
    if not len(told.rows):
        return pull_of(data.catalog, np.ones(len(data.catalog)), config), choices
    taken, expected = data.once(
        ("takings", options.seed), lambda: takings(data.states, choices, options)
    )
    appeal = (taken + config.few) / (expected + config.few)
    return pull_of(data.catalog, appeal, config), choices


def takings(
    states: TeacherStates, choices: ChoiceSet, options: TrainingOptions
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return how often each credential was taken up, and could be expected to be; shape (m,) each.

    Expected is what it would be if, whenever somebody took something up, all that was free to them
    just before had been as likely. A sample of these occasions is looked at.
    """
    records = states.records
    owner, credential, on = records.owner, records.rows["credential"], records.rows["on"]
    # Rows of one teacher are in order of moment: the first of each credential is its beginning.
    _, first = np.unique(owner * np.int64(1 << 32) + credential, return_index=True)
    size = len(choices.opens)
    taken = np.bincount(credential[first], minlength=size)
    dated = first[on[first] != UNDATED_MS]
    if len(dated) > _OCCASIONS:
        dated = np.sort(options.rng().choice(dated, _OCCASIONS, replace=False))
    before = states.take(owner[dated])
    moments = on[dated] - 1
    earlier = before.records.rows["on"] <= moments[before.records.owner]
    before = replace(before, as_of=moments, records=before.records.keep(earlier))
    free = choices.free(before).sum(axis=0, dtype=np.float64)
    if not free.any():
        free = np.ones(size)
    return taken, free * (taken.sum() / free.sum())


def pull_of(
    catalog: Catalog, appeal: NDArray[np.float64], config: PullConfig
) -> NDArray[np.float32]:
    """Return how much each credential answers to a need on each standard, float32[m, s].

    Parameters
    ----------
    appeal
        How often each is taken up, beside how often it could be expected to be; shape (m,).
    config
        Has the formula.
    """
    reach = catalog.reach * np.where(_named(catalog), 1.0, config.inferred)
    frameworks = _framework_numbers(catalog)
    total = np.zeros((len(reach), int(frameworks.max(initial=-1)) + 1))
    np.add.at(total.T, frameworks, reach.T)
    depth = reach / _or_one(total)[:, frameworks] ** config.breadth
    return np.asarray(depth * appeal[:, None] ** config.appeal, dtype=np.float32)


def _named(catalog: Catalog) -> NDArray[np.bool_]:
    """Return which standards each credential is itself aligned to, bool[m, s]: all if unknown."""
    if not catalog.aligned:
        return np.ones(catalog.reach.shape, dtype=bool)
    named = np.zeros(catalog.reach.shape, dtype=bool)
    columns = catalog.axes.standard_columns
    for credential, standards in enumerate(catalog.aligned):
        named[credential, [columns[one] for one in standards if one in columns]] = True
    return named


def usual_levels(ratings: Ragged, catalog: Catalog) -> NDArray[np.float32]:
    """Return the mean level on each standard, float32[s].

    Where a standard has few ratings it is drawn to the mean of its framework, that to the mean of
    all, and that to the middle of the scale.
    """
    rows = ratings.rows[~np.isnan(ratings.rows["level"])]
    frameworks = _framework_numbers(catalog)
    size = len(frameworks)
    count = np.bincount(rows["standard"], minlength=size).astype(np.float64)
    summed = np.bincount(rows["standard"], rows["level"], minlength=size).astype(np.float64)
    usual = np.full(size, _MIDDLE)
    for group in (np.zeros(size, dtype=np.int64), frameworks, np.arange(size)):
        usual = _drawn(summed, count, group, usual)
    return usual.astype(np.float32)


def _drawn(
    summed: NDArray[np.float64],
    count: NDArray[np.float64],
    group: NDArray[np.int64],
    to: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the mean of each standard's group, drawn to `to` by `_PRIOR`; shape (s,)."""
    total = np.bincount(group, summed)[group] + _PRIOR * to
    return np.asarray(total / (np.bincount(group, count)[group] + _PRIOR))


def _framework_numbers(catalog: Catalog) -> NDArray[np.int64]:
    """Return a number for the framework of each standard, shape (s,)."""
    names = [framework for framework, _ in catalog.axes.standards]
    places = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([places[name] for name in names], dtype=np.int64)


def _or_one(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(values > 0, values, 1.0)


def _scaled(evidence: N, data: TrainingData, rows: Ragged, options: TrainingOptions) -> N:
    """Give evidence the scale that makes its usual spread 1."""
    scale = spread_of(evidence.score, data.states, rows.counts > 0, options)
    return replace(evidence, scale=scale)
