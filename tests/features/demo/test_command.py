import json

from recommender.cli import run


def test_the_command_writes_a_folder_and_says_what_is_in_it(tmp_path, capsys):
    folder = tmp_path / "demo"
    assert run(["demo-data", str(folder), "--teachers", "20", "--seed", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["folder"] == str(folder)
    assert told["seed"] == 2
    assert told["rows"]["teachers.csv"] == 20
    assert (folder / "teachers.csv").is_file()


def test_without_json_it_prints_a_table_and_the_next_step(tmp_path, capsys):
    folder = tmp_path / "demo"
    assert run(["demo-data", str(folder), "--teachers", "20", "--until", "2025-06-30"]) == 0
    said = capsys.readouterr()
    assert "credentials.csv" in said.out
    assert "recommender import" in said.err
    assert "2025-06-30" in said.err


def test_too_few_teachers_is_one_sentence_and_a_non_zero_exit(tmp_path, capsys):
    assert run(["demo-data", str(tmp_path / "demo"), "--teachers", "3"]) == 2
    assert "must be from 20" in capsys.readouterr().err
    assert not (tmp_path / "demo").exists()
