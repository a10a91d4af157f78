"""Fitting of the three kinds of need evidence: the pull of every credential, and the scale."""

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from features.training_data import TrainingData
from models.fitting.options import TrainingOptions
from models.fitting.scale import spread_of
from models.growth_area import GrowthArea, GrowthAreaConfig
from models.growth_goal import GrowthGoal, GrowthGoalConfig
from models.need import NeedEvidence
from models.self_assessed_need import SelfAssessedNeed, SelfAssessedNeedConfig
from recommender.catalog import Catalog
from recommender.teacher_state import Ragged

N = TypeVar("N", bound=NeedEvidence)


def fit_growth_area(
    data: TrainingData, config: GrowthAreaConfig, options: TrainingOptions
) -> GrowthArea:
    """Learn the pull of every credential on evaluated standards."""
    evidence = GrowthArea(pull_of(data.catalog, config.breadth), 1.0, config)
    return _scaled(evidence, data, data.states.ratings, options)


def fit_self_assessed_need(
    data: TrainingData, config: SelfAssessedNeedConfig, options: TrainingOptions
) -> SelfAssessedNeed:
    """Learn the pull of every credential on self-assessed standards."""
    evidence = SelfAssessedNeed(pull_of(data.catalog, config.breadth), 1.0, config)
    return _scaled(evidence, data, data.states.assessments, options)


def fit_growth_goal(
    data: TrainingData, config: GrowthGoalConfig, options: TrainingOptions
) -> GrowthGoal:
    """Learn the pull of every credential on standards chosen as goals."""
    evidence = GrowthGoal(pull_of(data.catalog, config.breadth), 1.0, config)
    return _scaled(evidence, data, data.states.goals, options)


def pull_of(catalog: Catalog, breadth: float) -> NDArray[np.float32]:
    """Return reach over (total reach in the standard's framework) ** breadth, float32[m, s].

    Parameters
    ----------
    breadth
        0 (every standard reached adds in full) to 1 (a credential's reach is shared out).
    """
    frameworks = [framework for framework, _ in catalog.axes.standards]
    pull = np.zeros_like(catalog.reach, dtype=np.float32)
    for framework in set(frameworks):
        columns = np.array([name == framework for name in frameworks], dtype=bool)
        reach = catalog.reach[:, columns]
        total = reach.sum(axis=1, keepdims=True)
        pull[:, columns] = reach / np.where(total > 0, total, 1.0) ** breadth
    return pull


def _scaled(evidence: N, data: TrainingData, rows: Ragged, options: TrainingOptions) -> N:
    """Give evidence the scale that makes its usual spread 1."""
    scale = spread_of(evidence.score, data.states, rows.counts > 0, options)
    return replace(evidence, scale=scale)
