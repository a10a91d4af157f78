"""`recommender states list|show|check`."""

import json

import pytest

from recommender.cli import run


@pytest.fixture
def own(states, data_dir):
    states.folder = data_dir / "states"
    return states


def test_list_shows_each_state_its_need_and_how_much_is_verified(data_dir, capsys):
    assert run(["states", "list"]) == 0
    shown = capsys.readouterr().out
    for need in ("36 PD hours a school year", "8 CEUs in 5 years", "120 renewal credits"):
        assert need in shown
    assert "0 of " in shown


def test_list_as_json_has_districts_too(own, capsys):
    own.write()
    own.district()
    assert run(["states", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["district"] for row in rows if row["code"] == "VA"] == ["", "VA-RIVER"]


def test_list_says_what_was_refused(own, capsys):
    file = own.write("code = 1")
    assert run(["states", "list"]) == 0
    assert f"Refused: {file}: code:" in capsys.readouterr().err


def test_show_gives_every_statement_its_source_and_flag(data_dir, capsys):
    assert run(["states", "show", "wy"]) == 0
    shown = capsys.readouterr()
    assert "renewal.routes.workshop.rate" in shown.out
    assert "14 hours make 1" in shown.out
    assert "No credit is promised for micro credential" in shown.err


def test_show_as_json_keeps_amounts_exact_and_leaves_out_what_is_unknown(own, capsys):
    own.write()
    own.district()
    assert (
        run(["states", "show", "VA", "--district", "VA-RIVER", "--on", "2026-05-01", "--json"]) == 0
    )
    shown = json.loads(capsys.readouterr().out)
    assert shown["renewal"]["plans"]["everybody"]["minimums"]["content"]["value"] == "90.5"
    assert shown["renewal"]["total"]["set_by"] == "VA-RIVER"
    assert "exempt" not in shown["renewal"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["show", "VT"], 4, "no state pack 'VT'"),
        (["show", "NC", "--on", "soon"], 2, "--on must be a date"),
        (["check", "nowhere"], 4, "There is no folder"),
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(arguments, code, words, data_dir, capsys):
    assert run(["states", *arguments]) == code
    assert words in capsys.readouterr().err


def test_check_says_what_is_missing_unverified_and_contradicted(data_dir, capsys):
    assert run(["states", "check"]) == 0
    shown = capsys.readouterr().out
    assert "Missing: the evaluation framework" in shown
    assert "statements are not verified" in shown
    assert "41 of 41 links to InTASC are not verified" in shown
    assert "Sources differ: Graduate coursework" in shown
    assert "Unknown: Renewal credit of a micro-credential" in shown


def test_check_of_a_code_is_about_the_packs_in_force_of_that_state(data_dir, capsys, monkeypatch):
    monkeypatch.chdir(data_dir)
    assert run(["states", "check", "wy"]) == 0
    shown = capsys.readouterr().out
    assert "Wyoming (WY; no dates given)" in shown
    assert "North Carolina" not in shown


@pytest.mark.parametrize("place", ["VA", ""])
def test_check_reads_a_folder_before_it_is_put_in_force(place, states, data_dir, capsys):
    states.write()
    states.district()
    assert run(["states", "check", str(states.folder / place)]) == 0
    shown = capsys.readouterr().out
    assert "Virginia (VA; no dates given)" in shown
    assert "Virginia (VA, district VA-RIVER; from 2026-01-01 to 2026-12-31)" in shown
    assert "North Carolina" not in shown


@pytest.mark.parametrize("place", ["VA", ""])
def test_check_refuses_a_broken_pack_with_file_place_and_rule(place, states, data_dir, capsys):
    file = states.write(states.write().read_text().replace("value = 10", "value = 0"))
    assert run(["states", "check", str(states.folder / place)]) == 2
    shown = capsys.readouterr().err
    assert f"{file}: renewal.cycle_years.value: Input should be greater than 0" in shown
    assert "1 rule is broken; the packs in force stay" in shown


def test_check_of_a_folder_with_districts_alone_reads_the_shipped_state(states, data_dir, capsys):
    text = 'code = "SC"\ndistrict = "SC-COAST"\n[renewal.cycle_years]\nverified = true\n'
    states.write(text, "SC/districts/coast.toml")
    assert run(["states", "check", str(states.folder / "SC")]) == 0
    assert "South Carolina (SC, district SC-COAST" in capsys.readouterr().out


def test_check_names_standards_that_do_not_reach_the_hub_and_a_need_that_is_not_told(
    states, data_dir, capsys
):
    text = states.write().read_text().replace('"InTASC"', '"V"').replace('["4", "5"]', '["1"]')
    text = text.replace('total = { value = 270, sources = ["page"], verified = false }', "")
    start, end = text.index("minimums ="), text.index("[renewal.categories")
    states.write(text[:start] + text[end:])
    header = "framework,code,title,parent,source,verified\n"
    states.write(f"{header}V,V,Root,,page,false\nV,1,One,V,page,no\n", "VA/standards.csv")
    assert run(["states", "check", str(states.folder / "VA")]) == 0
    shown = capsys.readouterr().out
    assert "Missing: links from V 1 to InTASC." in shown
    assert "Missing: how much is needed" in shown


def test_check_of_an_empty_folder_is_told(tmp_path, data_dir, capsys):
    (tmp_path / "empty").mkdir()
    assert run(["states", "check", str(tmp_path / "empty")]) == 4
