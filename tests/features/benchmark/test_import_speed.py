import json

import pytest

from features.benchmark import imports
from features.benchmark.bundle import Export, Sizes, write_bundle
from features.benchmark.imports import Report, Run, measure
from recommender.cli import run
from recommender.errors import RecommenderError


def test_the_same_sizes_give_the_same_files(tmp_path):
    for name in ("a", "b"):
        write_bundle(tmp_path / name, Sizes(20, 7, 60))
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_a_small_district_is_measured_every_way(tmp_path, data_dir, capsys, postgres_cluster):
    sizes = ["--staff", "30", "--credentials", "7", "--records", "90", "--rounds", "1"]
    where = ["--postgresql", postgres_cluster.url("postgres"), "--out", str(tmp_path / "out")]
    assert run(["benchmark", "import", *sizes, *where, "--json"]) == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert json.loads(capsys.readouterr().out) == report
    for database in ("sqlite", "postgresql"):
        mine = [run for run in report["runs"] if run["database"] == database]
        assert [(run["way"], run["rows"]) for run in mine] == [
            ("bare", 127),
            ("plain", 127),
            ("import", 127),
            ("again", 127),
            ("delta", 9),
        ]
    assert set(report["meaning"]) == {item["way"] for item in report["runs"]}
    assert [result["database"] for result in report["results"]] == ["sqlite", "postgresql"]


def test_more_records_than_pairs_are_refused(data_dir):
    assert run(["benchmark", "import", "--staff", "1", "--credentials", "1"]) == 2


def test_a_run_that_fails_says_so(monkeypatch):
    monkeypatch.setattr(imports, "write_bundle", lambda folder, *_given: folder.mkdir())
    with pytest.raises(RecommenderError, match=r"The run 'bare' on sqlite failed: .*users\.csv"):
        measure(Sizes(2, 1, 2), 1, None, lambda _said: None)


@pytest.mark.parametrize(
    ("rate", "peak", "holds"),
    [
        (400, 100, {"bare": True, "plain": True, "memory": True}),
        (200, 100, {"bare": False, "plain": True, "memory": True}),
        (100, 600, {"bare": False, "plain": False, "memory": False}),
    ],
)
def test_the_bars(rate, peak, holds):
    ways = {"bare": (1000, 50), "plain": (500, 50), "import": (rate, peak)}
    runs = [Run("sqlite", way, rows, 1.0, 1.0, mb) for way, (rows, mb) in ways.items()]
    verdict = Report(Sizes(), "any", runs=runs).verdict("sqlite")
    assert verdict["holds"] == holds
    assert verdict["share"] == {"bare": rate / 1000, "plain": rate / 500}
    assert verdict["plain_share_of_bare"] == 0.5


def test_a_later_export_changes_one_in_a_hundred(tmp_path):
    for export in Export:
        write_bundle(tmp_path / export, Sizes(200, 7, 300), export)
    first, again, delta = (
        (tmp_path / export / "records.csv").read_text().splitlines() for export in Export
    )
    changed = [line for line in again if line not in first]
    assert len(again) == len(first)
    assert delta == [first[0], *changed]
    assert len(changed) == 3
