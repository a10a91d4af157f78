import numpy as np
import pandas as pd

from features.jobs.frames import Numbering
from features.jobs.goals import goals_job, read_goals
from recommender.axes import ABSENT
from tests.features.store_rows import small_district

ONE = Numbering.of(np.array([1]))
GOAL = {"teacher_id": [1], "set_by": 1, "on": 5, "until": 6, "pathway": ""}


def test_a_goal_that_ended_is_kept():
    raw = pd.DataFrame({**GOAL, "standard_id": 1})
    assert len(goals_job(raw, 100, ONE, ONE)) == 1


def test_a_goal_on_a_pathway_has_no_standard():
    raw = pd.DataFrame({**GOAL, "standard_id": ABSENT, "pathway": "mentor"})
    tidy = goals_job(raw, 100, ONE, ONE)
    assert tidy["standard"].tolist() == [ABSENT]
    assert tidy["pathway"].tolist() == ["mentor"]
    assert tidy["set_by"].tolist() == ["coach"]


def test_both_kinds_are_read(engine):
    small_district(engine)
    with engine.connect() as connection:
        found = read_goals(connection)
    assert sorted(found["pathway"]) == ["", "x"]
    assert (found["standard_id"] == ABSENT).sum() == 1
