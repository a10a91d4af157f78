import numpy as np
import pandas as pd

from features.jobs.frames import Numbering
from features.jobs.records import records_job
from recommender.teacher_state import UNDATED_MS

ONE = Numbering.of(np.array([1]))


def test_an_undated_record_is_always_in_it_first_and_flagged():
    raw = pd.DataFrame(
        {"teacher_id": 1, "credential_id": 1, "status": [2, 0], "on": [5, UNDATED_MS]}
    )
    tidy = records_job(raw, 5, ONE, ONE)
    assert tidy["undated"].tolist() == [True, False]
    assert tidy["on"].isna().tolist() == [True, False]
    assert records_job(raw, 4, ONE, ONE)["undated"].tolist() == [True]


def test_a_status_is_a_word():
    raw = pd.DataFrame({"teacher_id": [1], "credential_id": 1, "status": 3, "on": 5})
    assert records_job(raw, 5, ONE, ONE)["status"].tolist() == ["expired"]
