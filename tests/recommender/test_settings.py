"""Settings from the environment."""

from pathlib import Path

import pytest

from recommender.errors import SettingsRefused
from recommender.settings import Environment, settings


def test_defaults_are_those_of_production_in_one_folder():
    assert settings().environment is Environment.PRODUCTION
    assert not settings().development
    assert settings().data_dir == Path("var")
    assert settings().resolved_database_url == f"sqlite:///{Path.cwd()}/var/recommender.db"
    assert settings().resolved_tracking_uri == f"sqlite:///{Path.cwd()}/var/mlflow.db"


def test_everything_follows_the_data_directory(data_dir):
    assert settings().resolved_database_url == f"sqlite:///{data_dir}/recommender.db"
    assert settings().resolved_tracking_uri == f"sqlite:///{data_dir}/mlflow.db"
    assert settings().artifacts_dir == data_dir / "artifacts"
    assert settings().snapshots_dir == data_dir / "snapshots"


def test_variables_are_read(monkeypatch):
    monkeypatch.setenv("RECOMMENDER_ENVIRONMENT", "development")
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", "postgresql://x/y")
    monkeypatch.setenv("RECOMMENDER_MLFLOW_TRACKING_URI", "http://127.0.0.1:5000")
    assert settings().development
    assert settings().resolved_database_url == "postgresql://x/y"
    assert settings().resolved_tracking_uri == "http://127.0.0.1:5000"


@pytest.mark.parametrize(
    ("name", "value"),
    [("NEED_SHARE", "1.5"), ("NEED_SHARE", "much"), ("ENVIRONMENT", "test"), ("TOKEN_ISSUER", "")],
)
def test_a_bad_value_is_refused_by_name(monkeypatch, name, value):
    monkeypatch.setenv(f"RECOMMENDER_{name}", value)
    with pytest.raises(SettingsRefused, match=f"^RECOMMENDER_{name}: "):
        settings()
