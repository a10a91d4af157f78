"""What holds of every job that makes dated facts tidy."""

import numpy as np
import pandas as pd
import pytest

from features.jobs.evaluations import evaluations_job
from features.jobs.events import events_job
from features.jobs.frames import Numbering
from features.jobs.goals import goals_job
from features.jobs.records import records_job
from features.jobs.self_assessments import self_assessments_job

TEACHERS = Numbering.of(np.array([10, 20]))
THINGS = Numbering.of(np.array([7, 8]))
WHO = {"teacher_id": [20, 10, 20]}
SCALE = {"level": [1.0, np.nan, 4.0], "low": [1.0] * 3, "high": [4.0] * 3}
ON = {"on": [300, 200, 100]}

JOBS = {
    "records": (records_job, {"credential_id": [7, 8, 7], "status": [2, 0, 2]}),
    "events": (events_job, {"credential_id": [7, 8, 7], "kind": [1, 2, 1]}),
    "ratings": (evaluations_job, {"standard_id": [7, 8, 7], **SCALE}),
    "assessments": (
        self_assessments_job,
        {"standard_id": [7, 8, 7], **SCALE, "wants": [True, False, True]},
    ),
    "goals": (
        goals_job,
        {
            "standard_id": [7, -1, 8],
            "set_by": [0, 1, 1],
            "until": [900, 900, 150],
            "pathway": ["", "mentor", ""],
        },
    ),
}


@pytest.fixture(params=JOBS)
def job(request):
    run, columns = JOBS[request.param]
    return run, pd.DataFrame({**WHO, **columns, **ON})


def moments(tidy):
    return tidy["on"].to_numpy().view(np.int64).tolist()


def test_no_facts_are_an_empty_table(job):
    run, raw = job
    assert len(run(raw.iloc[:0], 300, TEACHERS, THINGS)) == 0


def test_what_came_later_is_left_out_and_the_day_itself_is_in(job):
    run, raw = job
    assert moments(run(raw, 300, TEACHERS, THINGS)) == [200, 100, 300]
    assert moments(run(raw, 299, TEACHERS, THINGS)) == [200, 100]
    assert moments(run(raw, 99, TEACHERS, THINGS)) == []


def test_rows_are_by_teacher_and_moment_whatever_the_order_read(job):
    run, raw = job
    tidy = run(raw, 300, TEACHERS, THINGS)
    assert tidy["teacher"].tolist() == [0, 1, 1]
    pd.testing.assert_frame_equal(run(raw.iloc[[2, 0, 1]], 300, TEACHERS, THINGS), tidy)


def test_the_frame_read_is_left_as_it_was(job):
    run, raw = job
    before = raw.copy()
    run(raw, 200, TEACHERS, THINGS)
    pd.testing.assert_frame_equal(raw, before)
