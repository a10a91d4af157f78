"""Everybody's lists in a file are the lists that each teacher is shown."""

import json

import pyarrow.parquet as pq
import pytest

from models import scoring
from models.suggest import suggest, suggest_block
from models.suggestions import Wanted
from recommender.cli import run
from recommender.district_settings import SettingName, set_setting
from recommender.policy import Policy
from recommender.store.engine import unit_of_work
from tests.builders import AS_OF, make_states, random_teachers
from tests.models.conftest import TEACHER


@pytest.fixture
def command(champion, capsys):
    def call(*arguments):
        code = run(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_a_block_gives_each_the_list_that_one_alone_gets(bundle, catalog):
    states = make_states(catalog.axes, *random_teachers(catalog.axes, 30, seed=3))
    policy = Policy(need_share=0.3, diversity=0.2, exploration=0.5)
    wanted = [Wanted(seed=f"teacher {i}") for i in range(30)]
    block = suggest_block(bundle, states, catalog, policy, 10, district_id="north", wanted=wanted)
    for row, made in enumerate(block):
        alone = suggest(
            bundle,
            states.take([row]),
            catalog,
            policy,
            10,
            district_id="north",
            wanted=wanted[row],
        )
        assert [item.key for item in made.items] == [item.key for item in alone.items]
        assert [item.score for item in made.items] == pytest.approx(
            [item.score for item in alone.items], abs=1e-5
        )
        assert (made.excluded, made.total, made.segment) == (
            *(alone.excluded, alone.total),
            alone.segment,
        )


def test_no_teachers_no_lists(bundle, catalog):
    states = make_states(catalog.axes)
    assert suggest_block(bundle, states, catalog, Policy(), 5, district_id="n", wanted=[]) == []


def test_the_file_holds_the_lists_that_suggest_prints(command, store, tmp_path, monkeypatch):
    monkeypatch.setattr(scoring, "BLOCK", 1)
    with unit_of_work(store) as session:
        name = SettingName.NEED_SHARE
        set_setting(session, "north", name, 0.9, valid_from=AS_OF, set_by="tests")
    out = tmp_path / "lists.parquet"
    assert command("score", "--out", str(out), "--as-of", "2026-06-30")[0] == 0
    rows = pq.read_table(out).to_pylist()
    assert {(row["district_id"], row["teacher_id"]) for row in rows} == {
        *[("north", TEACHER), ("south", "other")]
    }
    for district, teacher in (("north", TEACHER), ("south", "other")):
        _, printed, _ = command(
            "suggest", teacher, "--district", district, "--json", "--as-of", "2026-06-30"
        )
        items = json.loads(printed)["items"]
        own = [row for row in rows if row["district_id"] == district]
        assert [(r["rank"], r["credential_id"], r["basis"], r["reasons"]) for r in own] == [
            (i["rank"], i["credential_id"], i["basis"], [r["text"] for r in i["reasons"]])
            for i in items
        ]


def test_one_district_and_a_summary_for_a_script(command, tmp_path):
    out = tmp_path / "south.parquet"
    code, printed, said = command(
        "score", "--out", str(out), "--district", "south", "--json", "--no-reasons", "-k", "2"
    )
    assert code == 0
    summary = json.loads(printed)
    assert (summary["teachers"], summary["lines"]) == (1, 2)
    assert "teachers a second" in said
    assert pq.read_table(out)["reasons"].to_pylist() == [[], []]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--out", "/nowhere/at/all.parquet"), 2),
        (("--out", "x.parquet", "--district", "nowhere"), 4),
        (("--out", "x.parquet", "-k", "0"), 2),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_file(
    command, tmp_path, monkeypatch, arguments, code
):
    monkeypatch.chdir(tmp_path)
    assert command("score", *arguments)[0] == code
    assert not list(tmp_path.glob("*x.parquet*"))


def test_a_file_that_cannot_be_finished_leaves_the_old_one(command, tmp_path, monkeypatch):
    out = tmp_path / "lists.parquet"
    out.write_text("the old one")

    def fail(*_):
        raise OSError(28, "No space left on device", str(out))

    monkeypatch.setattr(scoring, "_rows", fail)
    code, _, said = command("score", "--out", str(out))
    assert code == 1
    assert "No space left" in said
    assert out.read_text() == "the old one"
    assert not list(tmp_path.glob(".lists*"))
