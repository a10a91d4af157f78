import ast
import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from features.demo import generate
from features.demo.generate import MARKER, write_demo
from recommender import clock
from recommender.errors import InvalidInput

ROOT = Path(__file__).parents[3]


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    write_demo(tmp_path / "one", 120, 3)
    write_demo(tmp_path / "two", 120, 3)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_another_process_gives_the_same_bytes(tmp_path):
    write_demo(tmp_path / "one", 60, 3)
    code = (
        "import sys, pathlib; from features.demo.generate import write_demo; "
        "write_demo(pathlib.Path(sys.argv[1]), 60, 3)"
    )
    environment = os.environ | {"PYTHONHASHSEED": "77"}
    subprocess.run(
        [sys.executable, "-c", code, tmp_path / "two"], check=True, cwd=ROOT, env=environment
    )
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_another_seed_gives_other_people_and_the_same_standards(tmp_path):
    write_demo(tmp_path / "one", 60, 3)
    write_demo(tmp_path / "two", 60, 4)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert one["teachers.csv"] != two["teachers.csv"]
    assert one["standards.csv"] == two["standards.csv"]
    assert one["crosswalk.csv"] == two["crosswalk.csv"]


@pytest.mark.parametrize("until", [date(2025, 1, 1), date(2024, 2, 29), date(2026, 9, 14)])
def test_any_last_day_will_do_and_nothing_is_later(tmp_path, until):
    folder = tmp_path / "demo"
    write_demo(folder, 200, 1, until)
    tomorrow = (until + timedelta(days=1)).isoformat()
    for name, column in (("records", 4), ("events", 4), ("evaluations", 7), ("goals", 5)):
        lines = (folder / f"{name}.csv").read_text().splitlines()[1:]
        days = [line.split(",")[column] for line in lines]
        assert max(days) < tomorrow


def test_the_fewest_teachers_still_make_four_districts(tmp_path):
    write_demo(tmp_path / "demo", generate.FEWEST, 1)
    lines = (tmp_path / "demo" / "teachers.csv").read_text().splitlines()[1:]
    assert len(lines) == generate.FEWEST
    assert len({line.split(",")[5] for line in lines}) == 4


@pytest.mark.parametrize(("teachers", "seed"), [(19, 1), (0, 1), (-5, 1), (100, -1)])
def test_numbers_out_of_range_are_refused(tmp_path, teachers, seed):
    with pytest.raises(InvalidInput, match="was given"):
        write_demo(tmp_path / "demo", teachers, seed)
    assert not (tmp_path / "demo").exists()


def test_a_last_day_in_the_future_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="future"):
        write_demo(tmp_path / "demo", 20, 1, clock.today() + timedelta(days=1))


def test_a_folder_with_something_else_in_it_is_refused_and_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(InvalidInput, match="did not write"):
        write_demo(tmp_path, 20, 1)
    assert contents(tmp_path) == {"mine.txt": b"keep me"}


def test_a_file_is_not_a_folder(tmp_path):
    (tmp_path / "demo").write_text("x")
    with pytest.raises(InvalidInput, match="is a file"):
        write_demo(tmp_path / "demo", 20, 1)


def test_an_earlier_demonstration_is_replaced(tmp_path):
    folder = tmp_path / "demo"
    write_demo(folder, 20, 1)
    write_demo(folder, 30, 1)
    assert json.loads((folder / MARKER).read_text())["teachers"] == 30
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_a_demonstration_to_which_something_was_added_is_left_alone(tmp_path):
    folder = tmp_path / "demo"
    write_demo(folder, 20, 1)
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(InvalidInput, match="did not write"):
        write_demo(folder, 30, 1)
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_broken_marker_does_not_make_a_folder_ours(tmp_path):
    for text in ("", "[]", "{}", '{"files": 3}'):
        (tmp_path / MARKER).write_text(text)
        with pytest.raises(InvalidInput, match="did not write"):
            write_demo(tmp_path, 20, 1)


def test_a_failure_half_way_leaves_everything_as_it_was(tmp_path, monkeypatch):
    folder = tmp_path / "demo"
    write_demo(folder, 20, 1)
    before = contents(folder)

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr(generate, "write_truth", fail)
    with pytest.raises(OSError, match="no space"):
        write_demo(folder, 30, 1)
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_the_marker_tells_what_was_made(tmp_path):
    written = write_demo(tmp_path / "new" / "demo", 25, 9)
    marker = json.loads((written.folder / MARKER).read_text())
    assert (marker["seed"], marker["teachers"], marker["until"]) == (9, 25, "2026-06-30")
    assert marker["rows"] == written.rows
    assert set(marker["files"]) == {path.name for path in written.folder.glob("*.csv")}


def test_progress_is_told_to_the_end(tmp_path):
    seen = []
    write_demo(tmp_path / "demo", 20, 1, notice=lambda done, total: seen.append((done, total)))
    done, totals = zip(*seen, strict=True)
    assert list(done) == sorted(done)
    assert set(totals) == {done[-1]}


def test_the_generator_knows_nothing_of_the_models():
    for path in (ROOT / "features" / "demo").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            roots = {name.partition(".")[0] for name in names}
            assert roots.isdisjoint({"models", "training", "serving", "pandas", "scipy"})


def test_loading_the_generator_loads_no_model():
    code = "import sys, features.demo.generate; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert {name.partition(".")[0] for name in done.stdout.split()}.isdisjoint(
        {"models", "training", "serving", "sklearn", "implicit"}
    )
