import json

import pytest

from recommender.settings import Settings
from training.mlflow_client import EXPERIMENT
from training.tracking import RunTracker, environment, flat


@pytest.fixture
def bundle(tmp_path):
    folder = tmp_path / "some-bundle"
    folder.mkdir()
    (folder / "manifest.json").write_text("{}")
    return folder


def test_a_run_holds_what_was_asked_done_and_found(tracked, client, bundle):
    tracker = RunTracker(tracked)
    tracker.start("as of 2026-06-30", {"blend": {"sample": 40}}, {"snapshot_hash": "abc"})
    for epoch, loss in enumerate([3.0, 2.0, 1.5]):
        tracker.epoch("loss.colleagues.als.final", epoch, loss)
    tracker.finish({"ndcg_at_10": 0.25, "mrr.segment_10_plus": 0.5}, {"notes": ["x"]}, bundle)

    run = client.get_run(tracker.run_id)
    assert run.info.status == "FINISHED"
    assert run.info.run_name == "as of 2026-06-30"
    assert run.data.params["blend.sample"] == "40"
    assert run.data.tags["snapshot_hash"] == "abc"
    assert run.data.metrics["ndcg_at_10"] == 0.25
    assert run.data.metrics["mrr.segment_10_plus"] == 0.5
    history = client.get_metric_history(tracker.run_id, "loss.colleagues.als.final")
    assert [(point.step, point.value) for point in history] == [(0, 3.0), (1, 2.0), (2, 1.5)]


def test_artifacts_lie_in_the_data_directory(tracked, client, bundle, data_dir):
    tracker = RunTracker(tracked)
    tracker.start("run", {}, {})
    tracker.finish({}, {"figures": {"blend": {}}}, bundle)
    folder = data_dir / "artifacts" / "mlflow" / tracker.run_id / "artifacts"
    assert json.loads((folder / "evaluation.json").read_text()) == {"figures": {"blend": {}}}
    assert json.loads((folder / "environment.json").read_text()) == environment()
    assert (folder / "bundle" / "manifest.json").is_file()


def test_runs_share_one_experiment(tracked, client):
    for _ in range(2):
        RunTracker(tracked).start("run", {}, {})
    experiment = client.get_experiment_by_name(EXPERIMENT)
    assert len(client.search_runs([experiment.experiment_id])) == 2


def test_a_failed_run_is_closed_as_failed(tracked, client):
    tracker = RunTracker(tracked)
    tracker.start("run", {}, {})
    tracker.fail()
    assert client.get_run(tracker.run_id).info.status == "FAILED"


def test_a_broken_database_is_one_warning(tmp_path, bundle, capsys):
    (tmp_path / "mlflow.db").write_text("this is no database, " * 100)
    tracker = RunTracker(Settings(data_dir=tmp_path))
    tracker.start("run", {}, {})
    tracker.epoch("loss", 0, 1.0)
    tracker.finish({"ndcg_at_10": 0.5}, {}, bundle)
    tracker.fail()
    assert tracker.run_id == ""
    assert capsys.readouterr().err.count("Warning: Opening a run in MLflow did not work") == 1


def test_an_unreachable_server_is_one_warning_without_its_address(tmp_path, capsys):
    uri = "http://user:secret@127.0.0.1:9/"
    tracker = RunTracker(Settings(data_dir=tmp_path, mlflow_tracking_uri=uri))
    tracker.start("run", {}, {})
    said = capsys.readouterr().err
    assert said.count("Warning") == 1
    assert "secret" not in said


def test_a_fault_on_the_way_ends_recording_and_nothing_else(tracked, client, tmp_path, capsys):
    tracker = RunTracker(tracked)
    tracker.start("run", {}, {})
    tracker.finish({"no+such=name": 1.0}, {}, tmp_path)
    tracker.epoch("loss", 0, 1.0)
    assert capsys.readouterr().err.count("Warning") == 1
    assert "loss" not in client.get_run(tracker.run_id).data.metrics


def test_configuration_is_flattened():
    assert flat({"a": {"b": 1, "c": {"d": None}}, "e": (1, 2)}) == {
        "a.b": 1,
        "a.c.d": None,
        "e": (1, 2),
    }
