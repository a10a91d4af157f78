"""The measures of the answer itself can fail: each planted fault is counted."""

from dataclasses import replace

import numpy as np
import pytest
from msgspec.structs import replace as changed

from models.suggest import suggest
from training.judging import PipelineConfig, Run
from training.quality import extras
from training.quality.data import open_data
from training.quality.extras import NEED_SHARES, measure_answers, policy_price
from training.quality.ours import fit_ours
from training.quality.trial import QualityProtocol, make_trial


@pytest.fixture(scope="module")
def judged(folders, quietly):
    data = open_data(folders["dated"], quietly)
    run = Run(PipelineConfig(), 0, 1, quietly)
    trial = make_trial(data, QualityProtocol.LAST_OUT, run.config.plan, 0, 4000)
    return data, trial, fit_ours(trial, run)


@pytest.fixture
def measured(judged, monkeypatch):
    """A function that changes every list before it is looked at."""
    data, trial, ours = judged

    def with_fault(fault):
        def answered(bundle, state, *rest, **options):
            answer = suggest(bundle, state, *rest, **options)
            return replace(answer, items=fault(answer.items, state, bundle.axes))

        monkeypatch.setattr(extras, "suggest", answered)
        return measure_answers(trial, ours, data.snapshot.teachers, 0)

    return with_fault


def test_our_own_answers_have_no_fault(measured):
    found = measured(lambda items, _state, _axes: items)
    assert found["share_full"] == 1
    assert found["repeats"] == found["unknown"] == found["ineligible"] == 0


def test_a_short_list_is_counted(measured):
    found = measured(lambda items, _state, _axes: items[:-1])
    assert found["full"] == 0
    assert found["share_full"] == 0


def test_a_repeat_is_counted(measured):
    found = measured(lambda items, _state, _axes: (*items[:-1], items[0]))
    assert found["repeats"] == found["learners"]


def test_an_unknown_id_is_counted(measured):
    found = measured(
        lambda items, _state, _axes: (*items[:-1], changed(items[-1], key=("", "nobody knows")))
    )
    assert found["unknown"] == found["learners"]


def test_what_is_in_the_record_already_is_counted_as_not_eligible(measured):
    def with_own(items, state, axes):
        own = axes.credentials[int(state.history.rows["credential"][0])]
        return (*items[:-1], changed(items[-1], key=own))

    found = measured(with_own)
    assert found["ineligible"] == found["learners"]


def test_the_policy_s_price_is_told_at_every_share_and_never_a_gain_in_spread(judged):
    _, trial, ours = judged
    rows = [row for row in policy_price(trial, ours, 0) if row["segment"] == "all"]
    assert tuple(row["need_share"] for row in rows) == NEED_SHARES
    for row in rows:
        assert row["ndcg@10_low"] <= row["ndcg@10"] <= row["ndcg@10_high"]
    assert len(np.unique([row["ndcg@10"] for row in rows])) > 1
