import numpy as np
import pandas as pd

from features.jobs.evaluations import evaluations_job
from features.jobs.frames import Numbering

ONE = Numbering.of(np.array([1]))


def rated(level, low, high):
    raw = pd.DataFrame(
        {"teacher_id": [1], "standard_id": 1, "level": level, "low": low, "high": high, "on": 5}
    )
    return evaluations_job(raw, 5, ONE, ONE).iloc[0]


def test_scales_of_different_states_meet_on_one_axis():
    assert rated(2.0, 1.0, 3.0)["level"] == rated(3.0, 1.0, 5.0)["level"] == 0.5


def test_the_scale_is_kept_beside_the_level():
    row = rated(2.0, 1.0, 5.0)
    assert (row["low"], row["high"]) == (1.0, 5.0)


def test_not_rated_is_kept_and_is_not_low():
    assert np.isnan(rated(np.nan, 1.0, 4.0)["level"])
