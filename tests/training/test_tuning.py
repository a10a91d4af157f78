import json
from dataclasses import replace

import numpy as np
import optuna
import pytest

from features.snapshot import Snapshot, latest_snapshot
from recommender.cli import run as command
from recommender.errors import InvalidInput
from recommender.settings import settings
from training.evaluation import evaluate
from training.judging import PipelineConfig, Run
from training.mlflow_client import open_client
from training.plan import Plan, automatic_plan
from training.search_space import SPACE, with_values
from training.tracking import RunTracker
from training.tuning import METRIC, SearchBudget, _halves, search


class _Bar:
    def __init__(self):
        self.told = []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def update(self, done, total=None):
        self.told.append((done, total))


@pytest.fixture
def prepared_search(home, tmp_path):
    """A function that searches on the dated district, and the tracker of its run."""
    home("dated")
    snapshot = Snapshot.load(latest_snapshot(settings().snapshots_dir))
    bar = _Bar()
    run = Run(PipelineConfig(), 0, 1, lambda _title: bar)
    plan = automatic_plan(snapshot, run.config.plan, 0)
    tracker = RunTracker(settings())
    tracker.start("run", {}, {})

    def go(trials, *, folder=tmp_path / "searches"):
        return search(plan, run, SearchBudget(5.0, trials), tracker, folder, "some snapshot")

    return go, tracker, bar, run, plan


def _nested(tracker):
    client = open_client(settings())
    experiment = client.get_run(tracker.run_id).info.experiment_id
    return client.search_runs([experiment], f"tags.`mlflow.parentRunId` = '{tracker.run_id}'")


def test_the_first_is_the_package_s_own_and_the_best_is_not_worse(prepared_search):
    go, tracker, bar, run, _ = prepared_search
    found = go(4)
    assert found.tried == 4
    assert found.best >= found.first > 0
    assert found.config == with_values(run.config, found.values)
    assert bar.told[0] == (0, 300)
    inside = {one.info.run_name: one for one in _nested(tracker)}
    assert set(inside) == {f"configuration {place}" for place in range(4)}
    own = inside["configuration 0"]
    for one in SPACE:
        assert one.path in own.data.params
    assert own.data.metrics[METRIC] == pytest.approx(found.first)
    assert {one.info.status for one in inside.values()} == {"FINISHED"}
    assert {one.data.tags["outcome"] for one in inside.values()} <= {"finished", "given up"}


def test_the_same_seed_searches_the_same(prepared_search, tmp_path):
    go, *_ = prepared_search
    one, other = go(4, folder=tmp_path / "a"), go(4, folder=tmp_path / "b")
    assert one == other


def test_a_search_goes_on_where_it_was_stopped(prepared_search, monkeypatch):
    go, tracker, *_ = prepared_search
    asked = []

    def stopped(trial, *arguments):
        asked.append(trial)
        if len(asked) == 9:
            raise KeyboardInterrupt
        return report(trial, *arguments)

    report = optuna.Trial.report
    monkeypatch.setattr(optuna.Trial, "report", stopped)
    with pytest.raises(KeyboardInterrupt):
        go(3)
    assert [one.data.tags["outcome"] for one in _nested(tracker)].count("stopped") == 1
    assert {one.info.status for one in _nested(tracker)} == {"FINISHED", "KILLED"}
    monkeypatch.setattr(optuna.Trial, "report", report)
    found = go(3)
    assert found.resumed == 1
    assert found.tried == 3
    again = go(3)
    assert again.resumed == again.tried == 3
    assert again.values == found.values


def test_what_falls_behind_is_given_up(prepared_search, monkeypatch):
    go, tracker, *_ = prepared_search
    judged = []

    def falling(name, scorer, split):
        judged.append(len(split.queries))
        told = evaluate(name, scorer, split)
        # the first four are judged to the end, five chunks each
        worse = replace(told.all, ndcg_at_10=0.0)
        return told if len(judged) <= 20 else replace(told, all=worse)

    monkeypatch.setattr("training.tuning.evaluate", falling)
    found = go(6)
    outcomes = [one.data.tags["outcome"] for one in _nested(tracker)]
    assert outcomes.count("given up") == found.given_up == 2
    assert len(judged) == 22


def test_nobody_both_teaches_and_judges(prepared_search):
    *_, plan = prepared_search
    teaching, chunks = _halves(plan.weights, 0)
    judging = np.concatenate([chunk.teachers for chunk in chunks])
    assert not set(teaching.teachers.tolist()) & set(judging.tolist())
    assert len(teaching.queries) + len(judging) == len(plan.weights.queries)


def test_without_a_validation_nothing_is_searched(prepared_search, tmp_path):
    _, tracker, _, run, _ = prepared_search
    empty = Plan(None, None, ())
    assert search(empty, run, SearchBudget(1.0), tracker, tmp_path, "x") is None


@pytest.mark.parametrize(("minutes", "trials"), [(0.0, None), (1.0, 0)])
def test_a_budget_of_nothing_is_refused(minutes, trials):
    with pytest.raises(InvalidInput, match="more than 0 minutes"):
        SearchBudget(minutes, trials)


def test_the_best_goes_into_the_fit_and_the_manifest(home, capsys):
    data_dir = home("dated")
    asked = ["train", "--search-minutes", "5", "--search-trials", "3", "--json"]
    assert command(asked) == 0
    told = json.loads(capsys.readouterr().out)
    found = told["search"]
    assert found["tried"] == 3
    assert found["seed"] == 0
    (bundle,) = (data_dir / "artifacts" / "bundles").iterdir()
    manifest = json.loads((bundle / "manifest.json").read_text())
    details = json.dumps(manifest)
    assert METRIC in details
    for value in found["values"].values():
        assert str(value) in details
    params = open_client(settings()).get_run(told["run_id"]).data.params
    path = "evidence.colleagues.ease.ridge"
    assert float(params[f"search.{path}"]) == found["values"][path]


def test_a_search_is_told_in_a_sentence(home, capsys):
    home("dated")
    assert command(["train", "--search-minutes", "5", "--search-trials", "1"]) == 0
    assert "found none better than the package's own" in capsys.readouterr().err


def test_trials_without_minutes_are_refused(home, capsys):
    home("tiny")
    assert command(["train", "--search-trials", "3"]) == 2
    assert "--search-minutes" in capsys.readouterr().err
