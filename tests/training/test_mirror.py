from datetime import date

import pytest

from recommender.settings import Settings
from recommender.store.engine import unit_of_work
from recommender.store.tables import Champion, ModelVersion
from training import mirror
from training.mirror import mend_mirror
from training.mlflow_client import REGISTERED_MODEL
from training.tracking import RunTracker


@pytest.fixture
def register(sqlite_engine):
    def make(number, run_id=""):
        with unit_of_work(sqlite_engine) as session:
            session.add(
                ModelVersion(
                    bundle_path=f"bundles/b{number}",
                    bundle_hash=f"hash{number}",
                    snapshot_hash="s",
                    as_of=date(2026, 6, 30),
                    run_id=run_id,
                )
            )

    return make


@pytest.fixture
def crown(sqlite_engine):
    def make(version):
        with unit_of_work(sqlite_engine) as session:
            session.merge(Champion(id=1, version=version))

    return make


def _alias(client):
    return client.get_model_version_by_alias(REGISTERED_MODEL, "champion").tags["version"]


def test_every_version_and_the_champion_are_shown(tracked, client, sqlite_engine, register, crown):
    tracker = RunTracker(tracked)
    tracker.start("run", {}, {})
    register(1, tracker.run_id)
    register(2)
    crown(1)
    assert mend_mirror(sqlite_engine, tracked)
    entries = client.search_model_versions(f"name='{REGISTERED_MODEL}'")
    by_hash = {entry.tags["bundle_hash"]: entry for entry in entries}
    assert by_hash["hash1"].run_id == tracker.run_id
    assert by_hash["hash1"].source.endswith(f"{tracker.run_id}/artifacts/bundle")
    assert by_hash["hash2"].source == (tracked.artifacts_dir / "bundles" / "b2").as_uri()
    assert _alias(client) == "1"
    crown(2)
    assert mend_mirror(sqlite_engine, tracked)
    assert _alias(client) == "2"
    assert len(client.search_model_versions(f"name='{REGISTERED_MODEL}'")) == 2


def test_a_mirror_in_order_does_not_even_load_mlflow(
    tracked, sqlite_engine, register, crown, monkeypatch
):
    register(1)
    crown(1)
    mend_mirror(sqlite_engine, tracked)
    monkeypatch.setattr(mirror, "open_client", lambda _: pytest.fail("opened MLflow"))
    assert mend_mirror(sqlite_engine, tracked)


def test_nothing_trained_leaves_mlflow_alone(tracked, sqlite_engine, monkeypatch):
    monkeypatch.setattr(mirror, "open_client", lambda _: pytest.fail("opened MLflow"))
    assert mend_mirror(sqlite_engine, tracked)


def test_a_broken_mirror_is_a_warning_and_mended_later(
    tracked, client, sqlite_engine, register, crown, tmp_path, capsys
):
    register(1)
    crown(1)
    away = Settings(data_dir=tmp_path, mlflow_tracking_uri="http://127.0.0.1:9/")
    assert not mend_mirror(sqlite_engine, away)
    assert "Warning: Mirroring the models in MLflow did not work" in capsys.readouterr().err
    assert mend_mirror(sqlite_engine, tracked)
    assert _alias(client) == "1"


def test_a_new_tracking_database_is_filled_again(
    tracked, sqlite_engine, register, crown, empty_mlflow, data_dir
):
    register(1, "a-run-that-is-gone")
    crown(1)
    (data_dir / "mlflow.db").unlink()
    assert not (data_dir / "mlflow.db").exists()
    (data_dir / "mlflow.db").write_bytes(empty_mlflow.read_bytes())
    assert mend_mirror(sqlite_engine, tracked)
    assert _alias(mirror.open_client(tracked)) == "1"


@pytest.mark.parametrize("text", ["", "[]", '{"tracking": 1}', "{"])
def test_a_spoilt_marker_is_as_none(tracked, client, sqlite_engine, register, crown, text):
    register(1)
    crown(1)
    marker = tracked.artifacts_dir / mirror.MARKER
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(text)
    assert mend_mirror(sqlite_engine, tracked)
    assert _alias(client) == "1"
