"""Fitting of `career` and `renewal`: what the catalog says, and the scale that makes spread 1."""

from dataclasses import replace

import numpy as np

from features.training_data import TrainingData
from models.career import Career, CareerConfig
from models.fitting.options import TrainingOptions
from models.fitting.scale import spread_of
from models.renewal import Renewal, RenewalConfig
from recommender.axes import ABSENT
from recommender.renewal.worth import Worth


def fit_career(data: TrainingData, config: CareerConfig, options: TrainingOptions) -> Career:
    """Keep what pathways see of every credential, and learn the scale."""
    catalog, goals = data.catalog, data.states.pathways
    known = catalog.prerequisites.rows != ABSENT
    evidence = Career(
        credentials=catalog.credential_facts,
        retired_on=catalog.retired_on,
        after=catalog.prerequisites.owner[known].astype(np.int32),
        before=catalog.prerequisites.rows[known].astype(np.int32),
        scale=1.0,
        config=config,
    )
    told = np.zeros(len(data.states), dtype=bool) if goals is None else goals.rows.counts > 0
    return replace(evidence, scale=spread_of(evidence.score, data.states, told, options))


def fit_renewal(data: TrainingData, config: RenewalConfig, options: TrainingOptions) -> Renewal:
    """Keep what the rules see of every credential, and learn the scale."""
    licences = data.states.licences
    evidence = Renewal(Worth(data.catalog.credential_facts), 1.0, config)
    told = np.zeros(len(data.states), bool) if licences is None else licences.profile != ABSENT
    return replace(evidence, scale=spread_of(evidence.score, data.states, told, options))
