"""`recommender db upgrade`."""

from recommender.cli import run
from recommender.store.engine import make_engine
from recommender.store.migrations import check_schema, newest_version


def test_it_says_from_which_version_to_which(data_dir, capsys):
    assert run(["db", "upgrade"]) == 0
    assert f"went from no tables to version {newest_version()}" in capsys.readouterr().err
    engine = make_engine()
    check_schema(engine)
    engine.dispose()


def test_a_second_time_changes_nothing(data_dir, capsys):
    assert run(["db", "upgrade"]) == 0
    assert run(["db", "upgrade"]) == 0
    assert f"is at version {newest_version()} already" in capsys.readouterr().err


def test_a_password_is_never_shown(postgres_cluster, monkeypatch, capsys):
    url = postgres_cluster.new_database().replace("recommender@", "recommender:hunter2@")
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", url)
    assert run(["db", "upgrade"]) == 0
    shown = capsys.readouterr().err
    assert f"at version {newest_version()}" in shown
    assert "hunter2" not in shown
