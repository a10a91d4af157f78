import json

import pytest

from recommender.cli import run


@pytest.fixture
def store(sqlite_engine, data_dir):
    """A migrated store that the command line finds."""
    return sqlite_engine


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "in"
    made.mkdir()
    (made / "teachers.csv").write_text("teacher_id,email,nickname\nT1,ana@example.org,Annie\n")
    (made / "records.csv").write_text(
        "teacher_id,credential_id,status,on\nT1,M1,earned,\nT1,M1,earned,someday\n"
    )
    (made / "heldout_records.csv").write_text("teacher_id\n")
    return made


def test_the_summary_is_a_table_and_the_rest_is_said(store, folder, capsys):
    assert run(["import", str(folder)]) == 0
    out, err = capsys.readouterr()
    assert "Imported into district default" in out
    assert "records.csv" in out
    assert "heldout_records.csv was left alone" in err
    assert "teachers.csv: not read, nickname." in err
    assert "unknown credentials that became stubs: 1." in err
    assert "records.csv, line 3: on is not a moment" in err
    assert "1 rows were rejected; all of them: " in err
    assert "rejected.csv" in err
    assert "example.org" not in out + err


def test_what_a_foreign_file_was_recognised_as_is_said(store, tmp_path, capsys):
    path = tmp_path / "export.json"
    badge = {"@type": "ceterms:Badge", "ceterms:ctid": "ce-1", "ceterms:name": "Wait Time"}
    path.write_text(json.dumps([badge, {"@type": "ceterms:License"}]))
    assert run(["import", str(path)]) == 0
    out, err = capsys.readouterr()
    assert "export.json (credentials)" in out
    assert "export.json (quality)" not in out
    assert "Recognised as CTDL JSON-LD: export.json." in err
    assert "1 left aside, resources that are no micro-credential" in " ".join(err.split())


def test_json_for_a_script(store, folder, capsys):
    assert run(["import", str(folder), "--json", "--dry-run", "--as-of", "2026-01-31"]) == 0
    out, err = capsys.readouterr()
    summary = json.loads(out)
    assert summary["dry_run"] is True
    assert summary["as_of"] == "2026-01-31"
    assert [(item["file"], item["added"], item["rejected"]) for item in summary["files"]] == [
        ("teachers.csv", 1, 0),
        ("records.csv", 1, 1),
    ]
    assert summary["files"][1]["stubs"] == {"credentials": 1}
    assert "nothing was changed" in err


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--strict"], 3, "records.csv, line 3: on is not a moment"),
        (["--district", " "], 2, "--district must be"),
        (["--as-of", "1500-01-01"], 2, "--as-of must not be before"),
        (["--as-of", "tomorrow"], 2, "tomorrow"),
    ],
)
def test_what_is_refused_has_its_code_and_one_sentence(
    store, folder, capsys, arguments, code, sentence
):
    assert run(["import", str(folder), *arguments]) == code
    out, err = capsys.readouterr()
    assert sentence in err
    assert "Traceback" not in err
    assert out == ""


def test_a_missing_path_is_one_sentence(store, tmp_path, capsys):
    assert run(["import", str(tmp_path / "nowhere")]) == 4
    assert "nowhere does not exist." in capsys.readouterr().err


def test_a_database_without_tables_says_what_to_do(data_dir, folder, capsys):
    assert run(["import", str(folder)]) == 7
    assert "recommender db upgrade" in capsys.readouterr().err


def test_help_names_every_file(capsys):
    assert run(["import", "--help"]) == 0
    text = capsys.readouterr().out
    for word in ("teachers", "self_assessments", "heldout_records.csv", "--strict", "--dry-run"):
        assert word in text
