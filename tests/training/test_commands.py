import json

import pytest
from sqlmodel import Session, select

from recommender.cli import run
from recommender.settings import settings
from recommender.store.engine import make_engine
from recommender.store.tables import Champion, ModelVersion, Promotion
from training.mlflow_client import REGISTERED_MODEL, open_client


def _json(capsys, *arguments):
    assert run([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def _fails(capsys, code, *arguments):
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    return err


class TestTrain:
    def test_a_dated_district_is_judged_on_what_came_next(self, home, capsys):
        home("dated")
        told = _json(capsys, "train")
        assert told["version"] == 1
        assert told["as_of"] == "2026-06-30"
        assert "judged on what was taken up after it" in told["notes"][0]
        figures = told["figures"]
        assert {
            "blend",
            "blend, need share 25%",
            "blend, eligible only",
            "growth_area alone",
            "als",
            "popularity",
        } <= set(figures)
        assert figures["blend"]["ndcg_at_10"] > figures["random"]["ndcg_at_10"]

    def test_the_run_is_tracked_and_registered(self, home, capsys):
        home("dated")
        told = _json(capsys, "train", "--seed", "3")
        client = open_client(settings())
        tracked = client.get_run(told["run_id"])
        assert tracked.info.status == "FINISHED"
        assert tracked.data.params["plan.judged_share"] == "0.1"
        assert tracked.data.tags["snapshot_hash"] == told["snapshot_hash"]
        assert tracked.data.metrics["ndcg_at_10"] == told["figures"]["blend"]["ndcg_at_10"]
        assert "popularity.mrr" in tracked.data.metrics
        curve = client.get_metric_history(told["run_id"], "loss.colleagues.als.weights")
        assert len(curve) > 5
        (entry,) = client.search_model_versions(f"name='{REGISTERED_MODEL}'")
        assert entry.tags["bundle_hash"] == told["bundle_hash"]

    def test_training_promotes_nothing(self, home, capsys):
        home("tiny")
        assert run(["train"]) == 0
        with Session(make_engine()) as session:
            assert session.get(Champion, 1) is None
            assert session.get(ModelVersion, 1) is not None

    def test_the_same_model_is_one_version(self, home, capsys):
        home("dated")
        first, second = _json(capsys, "train"), _json(capsys, "train")
        assert (first["version"], second["version"]) == (1, 1)
        assert (first["new"], second["new"]) == (True, False)
        assert second["figures"] == first["figures"]

    def test_undated_records_are_held_out_at_random(self, home, capsys):
        home("undated")
        told = _json(capsys, "train", "--seed", "5")
        assert "held out at random by seed 5." in told["notes"][0]
        assert told["figures"]["blend"]["learners"] > 20

    def test_three_teachers_get_a_model_that_says_it_was_not_judged(self, home, capsys):
        home("tiny")
        told = _json(capsys, "train")
        assert "Every evidence has the same weight" in " ".join(told["notes"])

    def test_single_records_still_make_a_model(self, home, capsys):
        home("single")
        told = _json(capsys, "train")
        assert told["figures"] == {}
        assert told["notes"][-1].endswith("the model was not judged.")
        assert run(["models", "list"]) == 0

    def test_a_dead_tracking_server_costs_a_warning_only(self, home, capsys, monkeypatch):
        home("tiny")
        monkeypatch.setenv("RECOMMENDER_MLFLOW_TRACKING_URI", "http://127.0.0.1:9/")
        settings.cache_clear()
        assert run(["train"]) == 0
        assert run(["models", "promote"]) == 0
        said = capsys.readouterr().err
        assert "Warning: Opening a run in MLflow did not work" in said
        assert "Version 1 is the champion now." in said

    def test_without_a_snapshot_says_what_to_run(self, data_dir, sqlite_engine, capsys):
        assert "`recommender snapshot`" in _fails(capsys, 4, "train")
        assert "There is no snapshot nowhere" in _fails(capsys, 4, "train", "--snapshot", "nowhere")


class TestEvaluate:
    @pytest.mark.parametrize(
        ("protocol", "said"),
        [
            ("auto", "Learned from facts up to"),
            ("date", "Learned from facts up to"),
            ("last-out", "each learner's newest day"),
            ("random", "held out at random by seed 0; dates are not heeded"),
        ],
    )
    def test_every_protocol_gives_figures(self, home, capsys, protocol, said):
        home("dated")
        told = _json(capsys, "evaluate", "--protocol", protocol)
        assert said in told["notes"][0]
        assert told["figures"]["blend"]["learners"] >= 20
        assert told["figures"]["largest_gap"]["ndcg_at_10"] > 0

    def test_a_given_file(self, home, capsys):
        folder = home("undated")
        file = folder / "heldout_records.csv"
        lines = (folder / "files" / "records.csv").read_text().splitlines()
        file.write_text("\n".join([lines[0], *lines[1::5]]))
        told = _json(capsys, "evaluate", "--heldout", str(file))
        assert told["protocol"] == "given"
        assert "held-out records of heldout_records.csv" in told["notes"][0]

    def test_prints_tables(self, home, capsys):
        home("dated")
        assert run(["evaluate"]) == 0
        out, err = capsys.readouterr()
        assert "The blend, by length of history" in out
        assert "recall_at_20" in out
        assert "Fitting evidence on the earlier part ..." in err
        assert "Learned from facts up to" in err

    def test_saves_nothing(self, home, capsys):
        folder = home("dated")
        assert run(["evaluate"]) == 0
        assert not (folder / "artifacts").exists()

    def test_an_undated_district_cannot_be_split_by_date(self, home, capsys):
        home("undated")
        for protocol in ("date", "last-out"):
            said = _fails(capsys, 8, "evaluate", "--protocol", protocol)
            assert "No record has a date" in said

    def test_single_records_leave_nothing_to_judge_on(self, home, capsys):
        home("single")
        said = _fails(capsys, 8, "evaluate")
        assert "There is nothing to judge on. No learner has two records" in said

    def test_wrong_arguments_are_named(self, home, capsys):
        home("dated")
        assert "must be one of auto, date" in _fails(capsys, 2, "evaluate", "--protocol", "dates")
        assert "needs a file" in _fails(capsys, 2, "evaluate", "--protocol", "given")
        assert "There is no file gone.csv" in _fails(capsys, 4, "evaluate", "--heldout", "gone.csv")
        said = _fails(capsys, 2, "evaluate", "--protocol", "date", "--heldout", "x.csv")
        assert "--heldout goes with the protocol 'given'" in said


class TestModels:
    def test_nothing_trained_says_what_to_run(self, data_dir, sqlite_engine, capsys):
        assert "run `recommender train` first" in _fails(capsys, 4, "models", "list")
        assert "run `recommender train` first" in _fails(capsys, 4, "models", "promote")
        assert "nothing to roll back" in _fails(capsys, 6, "models", "rollback")

    def test_promote_list_and_roll_back(self, home, capsys):
        home("tiny")
        for seed in ("0", "1"):
            assert run(["train", "--seed", seed]) == 0
        capsys.readouterr()
        assert run(["models", "promote", "1", "--by", "Ada"]) == 0
        assert run(["models", "promote"]) == 0
        said = capsys.readouterr().err
        assert "Version 2 is the champion now. It replaces version 1." in said
        listed = _json(capsys, "models", "list")
        assert [(row["version"], row["champion"]) for row in listed] == [(2, "yes"), (1, "")]
        client = open_client(settings())
        assert (
            client.get_model_version_by_alias(REGISTERED_MODEL, "champion").tags["version"] == "2"
        )
        assert run(["models", "rollback"]) == 0
        assert (
            client.get_model_version_by_alias(REGISTERED_MODEL, "champion").tags["version"] == "1"
        )
        assert run(["models", "promote", "1"]) == 0
        assert "nothing was changed" in capsys.readouterr().err
        with Session(make_engine()) as session:
            assert session.exec(select(Promotion.promoted_by)).first() == "Ada"

    def test_who_promotes_is_known_without_a_word(self, home):
        home("tiny")
        assert run(["train"]) == 0
        assert run(["models", "promote"]) == 0
        with Session(make_engine()) as session:
            assert "(command line)" in session.exec(select(Promotion.promoted_by)).one()

    def test_a_wrong_version_is_refused(self, home, capsys):
        home("tiny")
        assert run(["train"]) == 0
        capsys.readouterr()
        assert "a number or 'latest'" in _fails(capsys, 2, "models", "promote", "newest")
        assert "no version 9" in _fails(capsys, 4, "models", "promote", "9")
