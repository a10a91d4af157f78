"""Whole runs on small folders, by the command line."""

import csv
import json
import re

import pytest

from recommender.cli import run
from training.quality.commands import show
from training.quality.peers.ease import EASE
from training.quality.peers.library import ITEM_KNN
from training.quality.report import COLUMNS

PEERS = "random,popularity,largest_gap,item-knn,ease"
OURS = {"blend", "evidence:popular"}


@pytest.fixture(scope="session")
def report(folders, tmp_path_factory):
    """Run a benchmark once for each set of arguments, and return its folder."""
    done = {}

    def made(data, *arguments):
        key = (data, *arguments)
        if key not in done:
            out = tmp_path_factory.mktemp("report") / "out"
            asked = ["--data", str(folders[data]), "--out", str(out), *arguments]
            assert run(["benchmark", "quality", *asked]) == 0
            done[key] = out
        return done[key]

    return made


def _content(folder):
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


PROTOCOLS = [
    ("dated", "--protocol", "last-out"),
    ("dated", "--protocol", "date"),
    ("undated", "--protocol", "given"),
    ("undated", "--protocol", "fold-in"),
    ("dated", "--cold-start", "teachers"),
    ("undated", "--cold-start", "credentials"),
]


@pytest.mark.parametrize("case", PROTOCOLS, ids=lambda case: case[-1])
def test_every_row_has_exactly_the_promised_keys_and_every_system_every_group(report, case):
    content = _content(report(*case, "--peers", PEERS, "--no-ablation"))
    assert {"data", "protocol", "results"} <= set(content)
    assert content["data"] == case[0]
    rows = content["results"]
    assert all(tuple(row) == COLUMNS for row in rows)
    systems = {row["system"] for row in rows}
    assert systems >= OURS | {"random", "popularity", "item-knn", "ease"}
    groups = {(row["segment"], row["revealed"]) for row in rows}
    assert len(rows) == len(systems) * len(groups)
    for row in rows:
        assert 0 <= row["ndcg@10_low"] <= row["ndcg@10"] <= row["ndcg@10_high"] <= 1
        assert 0 <= row["recall@10"] <= row["recall@20"] <= 1
        assert 0 <= row["coverage@10"] <= 1
        assert 0 <= row["gini"] <= 1
        assert row["learners"] > 0


def test_fold_in_tells_each_number_revealed(report):
    rows = _content(report(*PROTOCOLS[3], "--peers", PEERS, "--no-ablation"))["results"]
    whole = {row["revealed"]: row["learners"] for row in rows if row["segment"] == "all"}
    assert list(whole) == [1, 3, 5, 10]
    assert sorted(whole.values(), reverse=True) == list(whole.values())
    assert {row["segment"] for row in rows if row["revealed"] == 3} == {"all", "3-9"}


def test_what_is_not_run_is_listed_with_a_reason(report):
    content = _content(report(*PROTOCOLS[3], "--peers", PEERS, "--no-ablation"))
    reasons = {one["system"]: one["reason"] for one in content["not_run"]}
    assert "no ratings" in reasons["largest_gap"]
    assert reasons["bpr"] == "It was not asked for."
    assert reasons["evidence:growth_goal"] == "The data holds no facts of this kind."
    assert not set(reasons) & {row["system"] for row in content["results"]}


def test_the_blend_beats_chance_and_is_tested_against_the_best_of_both_sides(report):
    content = _content(report(*PROTOCOLS[0], "--peers", PEERS, "--no-ablation"))
    whole = {row["system"]: row for row in content["results"] if row["segment"] == "all"}
    assert whole["blend"]["ndcg@10_low"] > whole["random"]["ndcg@10_high"]
    assert whole["largest_gap"]["ndcg@10"] > whole["random"]["ndcg@10"]
    tests = {one["against"]: one for one in content["paired"] if one["segment"] == "all"}
    best = max(PEERS.split(","), key=lambda name: whole[name]["ndcg@10"])
    assert tests["best peer"]["system"] == best
    gained = whole["blend"]["ndcg@10"] - whole[best]["ndcg@10"]
    assert tests["best peer"]["difference"] == pytest.approx(gained)
    assert tests["best evidence"]["system"].startswith("evidence:")


def test_the_same_seed_gives_the_same_figures_and_another_other_ones(report):
    def figures(*arguments):
        content = _content(report("few", "--protocol", "last-out", *arguments))
        costs = {"fit_ratio", "peak_mb"}
        return [{k: v for k, v in row.items() if k not in costs} for row in content["results"]]

    peers = ("--peers", "random,ease", "--no-ablation")
    first, again = figures(*peers), figures(*peers, "--threads", "2")
    assert first == again
    assert first != figures(*peers, "--seed", "1")


def test_answers_policy_ablation_and_cost_are_told(report):
    content = _content(report("dated", "--protocol", "last-out", "--peers", "none"))
    answer = content["answer"]
    assert answer["share_full"] == 1
    assert answer["repeats"] == answer["unknown"] == answer["ineligible"] == 0
    shares = [row["need_share"] for row in content["policy"] if row["segment"] == "all"]
    assert shares == [0, 0.25, 0.5, 0.75]
    without = {row["without"] for row in content["ablation"]}
    assert without >= {"evidence:growth_area", "evidence:colleagues", "evidence:colleagues.ease"}
    cost = content["cost"]
    assert cost["within_bar"] == (cost["ratio_to_als_and_ease"] <= cost["bar"] == 4)
    assert cost["wall_ratio_to_als_and_ease"] > 0
    (blend,) = (one for one in content["costs"] if one["system"] == "blend")
    whole = cost["weights_cpu_seconds"] + cost["fit_cpu_seconds"]
    assert blend["cpu_seconds"] == pytest.approx(whole)
    assert blend["fit_ratio"] == pytest.approx(whole / cost["als_cpu_seconds"])
    assert content["budget"][0]["system"] == "blend"
    assert {one["system"] for one in content["not_run"]} >= {"als", "ease", "popularity"}


def test_the_policy_at_0_is_the_blend(report):
    content = _content(report("dated", "--protocol", "last-out", "--peers", "none"))
    whole = next(
        row for row in content["results"] if (row["system"], row["segment"]) == ("blend", "all")
    )
    priced = next(row for row in content["policy"] if row["segment"] == "all")
    assert priced["ndcg@10"] == whole["ndcg@10"]


def test_the_budget_of_every_peer_is_told(report):
    content = _content(report(*PROTOCOLS[0], "--peers", PEERS, "--no-ablation"))
    tried = {one["system"]: one["configurations"] for one in content["budget"]}
    assert tried == {"blend": 1, "item-knn": len(ITEM_KNN.grid), "ease": len(EASE.grid)}
    assert all(one["cpu_seconds"] > 0 for one in content["budget"])


def test_the_csv_holds_the_same_rows(report):
    folder = report(*PROTOCOLS[0], "--peers", PEERS, "--no-ablation")
    with (folder / "report.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    results = _content(folder)["results"]
    assert [row["system"] for row in rows] == [row["system"] for row in results]
    assert float(rows[0]["ndcg@10"]) == results[0]["ndcg@10"]
    assert tuple(rows[0]) == COLUMNS


@pytest.mark.parametrize("case", [PROTOCOLS[0], PROTOCOLS[3]], ids=lambda case: case[-1])
def test_the_page_asks_for_nothing_from_outside(report, case):
    page = (report(*case, "--peers", PEERS, "--no-ablation") / "report.html").read_text()
    assert not re.search(r"https?://|src=|@import|url\(|<script|<link", page)
    assert "prefers-color-scheme: dark" in page
    assert page.count("<svg") >= 1


def test_few_learners_are_judged_with_equal_weights_and_it_is_said(report):
    content = _content(report("few", "--protocol", "last-out", "--peers", PEERS))
    assert any("are needed" in note for note in content["notes"])
    assert content["ablation"] == []
    assert content["tuning"] == []


def test_a_snapshot_is_read_as_it_is(report, prepared, folders):
    folders["snapshot"] = next((prepared["dated"] / "snapshots").iterdir())
    content = _content(report("snapshot", "--protocol", "date", "--peers", "none"))
    assert content["size"]["learners"] == 80


def test_a_table_is_printed_with_what_was_not_run(report, capsys):
    show(_content(report(*PROTOCOLS[3], "--peers", PEERS, "--no-ablation")))
    shown = capsys.readouterr()
    assert "undated, fold-in, 10 revealed" in shown.out
    assert "best peer: " in shown.out
    assert "Not run: largest_gap." in shown.err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--protocol", "random"], 2, "--protocol must be one of"),
        (["--peers", "nobody"], 2, "--peers must be"),
        (["--protocol", "given"], 4, "heldout_records.csv"),
        (["--data", "/nowhere"], 4, "no folder /nowhere"),
    ],
)
def test_a_wrong_wish_is_one_sentence(folders, tmp_path, capsys, arguments, code, told):
    data = [] if "--data" in arguments else ["--data", str(folders["few"])]
    assert run(["benchmark", "quality", *data, "--out", str(tmp_path / "out"), *arguments]) == code
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_place_that_is_a_file_is_refused_before_anything_is_fitted(folders, tmp_path, capsys):
    taken = tmp_path / "file"
    taken.write_text("mine")
    asked = ["--data", str(folders["few"]), "--out", str(taken)]
    assert run(["benchmark", "quality", *asked]) == 2
    assert "must be a folder" in capsys.readouterr().err
    assert taken.read_text() == "mine"


def test_nothing_is_left_in_the_data_directory(folders, tmp_path, data_dir):
    asked = ["--data", str(folders["few"]), "--out", str(tmp_path / "out"), "--peers", "none"]
    before = set(data_dir.iterdir())
    assert run(["benchmark", "quality", *asked]) == 0
    assert set(data_dir.iterdir()) - before == {tmp_path / "out"}
