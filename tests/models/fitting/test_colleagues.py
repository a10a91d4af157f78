from dataclasses import replace

import numpy as np
import pytest

from models.colleagues import PARTS
from models.colleagues.history import StatusConfidence
from models.fitting.colleagues import (
    FITS,
    ColleaguesConfig,
    fit_colleagues,
    record_matrix,
    without_idle,
)
from models.fitting.options import TrainingOptions
from recommender.vocabulary import RecordStatus
from tests.models.small_district import NOW, earned, small_district, states


def test_every_part_is_fitted_by_a_function_of_its_name():
    assert list(FITS) == list(PARTS)


def test_the_matrix_holds_confidence_by_status():
    made = states(2, records=[earned(0, 1), earned(1, 2, NOW, RecordStatus.ENROLLED)])
    matrix = record_matrix(made, 4, StatusConfidence(enrolled=0.5))
    np.testing.assert_array_equal(matrix.toarray(), [[0, 1, 0, 0], [0, 0, 0.5, 0]])


def test_parts_are_brought_to_one_scale():
    data = small_district()
    parts = fit_colleagues(data, ColleaguesConfig(), TrainingOptions()).score_parts(data.states)
    for scores in parts.values():
        variances = scores.var(axis=1, dtype=np.float64)
        assert np.sqrt(variances[variances > 0].mean()) == pytest.approx(1.0, rel=1e-3)


def test_a_config_says_what_is_allowed():
    with pytest.raises(ValueError, match="part_weights must be of als, ease"):
        ColleaguesConfig(part_weights={"magic": 1.0})


def test_what_earned_no_weight_in_any_segment_is_idle():
    config = ColleaguesConfig(part_weights={"ease": 0.5, "short": 0.5})
    fitted = fit_colleagues(small_district(), config, TrainingOptions())
    needed = without_idle(config, fitted)
    assert needed == replace(config, als=None, ease_light=None)
    weights = fitted.part_weights.copy()
    weights[3, 0] = 0.1
    assert without_idle(config, replace(fitted, part_weights=weights)).als == config.als
